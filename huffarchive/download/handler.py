"""The download handler: fetches over HTTP/1.1 within bounds and records what crossed the wire."""

import contextlib
import ctypes
from io import BytesIO
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
)
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import (
    make_response,
    normalize_bind_address,
    wrap_twisted_exceptions,
)
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH

from huffarchive.download.compat import check_private_names
from huffarchive.download.endpoint import EndpointFactory
from huffarchive.download.recording import Recording
from huffarchive.download.tap import RecordedHeaders, TapFactory
from huffarchive.http import Truncation

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of malloc.h."""
_LARGE = 1024 * 1024


def give_back_large() -> None:
    """Have memory of a megabyte and more given back to the system as soon as it is free.

    The GNU C library raises its own threshold with each such block that is freed, keeps the next
    ones in its heaps, and a crawl that meets a few large answers holds their memory for good.
    Elsewhere nothing is done.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


MAX_BODY = 16 * 1024 * 1024
"""The bound on a body where DOWNLOAD_MAXSIZE sets none: there always is one."""


NO_BODY = "huffarchive_no_body"
"""Request meta: whether the response may come back without its body."""


class WireHandler(HTTP11DownloadHandler):
    """Set it in DOWNLOAD_HANDLERS for http and https; `recorded(request)` has what it recorded.

    A response comes back only when it is whole: its body has the transfer coding undone and the
    content coding kept. Everything else raises what Scrapy's own handler raises, or
    UnsafeAddressError; `faults.reason` says what it means.

    With the request's meta NO_BODY the response has no body: the exchange holds it, and large
    answers are not held twice.

    DOWNLOAD_TIMEOUT bounds the whole download, from the first look-up to the last byte;
    DOWNLOAD_MAXSIZE the body as it crosses the wire, `tap.MAX_HEAD` what precedes it.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        check_private_names()
        give_back_large()
        super().__init__(crawler)
        from twisted.internet import reactor

        settings = crawler.settings
        self._reactor: Any = reactor
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._bound = settings.getint("DOWNLOAD_MAXSIZE") or MAX_BODY
        self._pool._factory = TapFactory  # noqa: SLF001
        endpoints = EndpointFactory(
            reactor,
            allowed=settings.getlist("HUFFARCHIVE_ALLOWED_HOSTS"),
            ca_file=settings.get("HUFFARCHIVE_CA_FILE"),
            timeout=self._timeout,
            bind_address=normalize_bind_address(settings.get("DOWNLOAD_BIND_ADDRESS")),
        )
        self._agent: Any = Agent.usingEndpointFactory(reactor, endpoints, self._pool)

    async def download_request(self, request: Request) -> Response:
        """The whole response to a request; see the class."""
        if request.meta.get("proxy"):
            raise NotSupported("captures are taken from the server itself, never through a proxy")
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(self._download(request))

    def _download(self, request: Request) -> Deferred[Response]:
        url = urldefrag(request.url)[0]
        bound = request.meta.get("download_maxsize") or self._bound
        timeout = request.meta.get("download_timeout") or self._timeout
        recording = Recording(url, bound)
        began = monotonic()

        def at_head(response: Any) -> Deferred[Response]:
            request.meta["download_latency"] = monotonic() - began
            body = _body(response, recording, keep=not request.meta.get(NO_BODY))
            return body.addCallback(_response, response, url, recording)

        def at_end(result: Response | Failure) -> Response | Failure:
            in_time = timer.active()
            if in_time:
                timer.cancel()
            else:
                recording.stop(Truncation.TIME)
            recording.abort()
            recording.publish(request)
            return _judge(result, recording, in_time=in_time, timeout=timeout)

        headers = RecordedHeaders(request.headers.items(), recording)
        producer = FileBodyProducer(BytesIO(request.body)) if request.body else None
        try:
            download: Deferred[Response] = self._agent.request(
                request.method.encode(), url.encode("ascii"), headers, producer
            )
        except UnicodeError as error:
            raise CannotResolveHostError(f"no valid host name: {url}") from error
        download.addCallback(at_head)
        timer = self._reactor.callLater(timeout, download.cancel)
        download.addBoth(at_end)
        return download


class _Body(Protocol):
    """Collects a response body, within the bound that the tap keeps."""

    def __init__(self, done: "Deferred[bytes]", *, keep: bool) -> None:
        self._done = done
        self._keep = keep
        self._bytes = BytesIO()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._keep:
            self._bytes.write(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        if self._done.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            self._done.callback(self._bytes.getvalue())
            return
        error = ResponseDataLossError(str(reason.value))
        error.__cause__ = reason.value
        self._done.errback(Failure(error))


def _body(response: Any, recording: Recording, *, keep: bool) -> "Deferred[bytes]":
    """The body to come, unless it announces itself as larger than the bound."""
    if response.length == 0:
        return succeed(b"")  # nothing would ever be delivered
    if response.length is not UNKNOWN_LENGTH and response.length > recording.bound:
        recording.stop(Truncation.LENGTH)
        raise DownloadCancelledError(f"a body of {response.length} bytes is announced")
    if response.length is not UNKNOWN_LENGTH:
        recording.announced = response.length
    body: Deferred[bytes] = Deferred(lambda _: recording.abort())
    response.deliverBody(_Body(body, keep=keep))
    return body


def _response(body: bytes, response: Any, url: str, recording: Recording) -> Response:
    """What Scrapy calls a response."""
    ip = recording.attempts[-1].ip
    headers = Headers()
    if response.length is not UNKNOWN_LENGTH:
        headers[b"Content-Length"] = str(response.length).encode()
    headers.update(response.headers.getAllRawHeaders())
    name, major, minor = response.version
    return make_response(
        url=url,
        status=response.code,
        headers=headers,
        body=body,
        ip_address=ip_address(ip) if ip else None,
        protocol=f"{name.decode('latin-1')}/{major}.{minor}",
    )


def _judge(
    result: Response | Failure, recording: Recording, *, in_time: bool, timeout: float
) -> Response | Failure:
    """The result as it stands, or as the exception that says what really happened."""
    cause = result.value if isinstance(result, Failure) else None
    last = recording.last
    if not in_time:
        raise DownloadTimeoutError(f"{recording.url} took over {timeout:g} seconds") from cause
    if last is None:
        if isinstance(cause, ValueError):  # Twisted's answer to a name that cannot be one
            raise CannotResolveHostError(str(cause)) from cause
    elif last.truncated is Truncation.LENGTH:
        raise DownloadCancelledError(f"{recording.url} is over the size bound") from cause
    elif cause is None and not last.whole:
        raise ResponseDataLossError(f"{recording.url} ended before its end") from cause
    return result
