"""The tap: an HTTP/1.1 connection that keeps a copy of every byte that crosses it."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS
from twisted.web._newclient import Request as TxRequest
from twisted.web.http_headers import Headers
from twisted.web.iweb import IResponse
from zope.interface import implementer

from huffarchive.download.recording import Attempt, Recording
from huffarchive.http import Truncation

MAX_HEAD = 64 * 1024
"""Bytes of a response before its body: status line, headers, interim responses and all."""


QUIET = 0.5
"""Seconds of silence after a response, after which its connection is used for another request.

An answer that nobody asked for would be taken for the next request's, and each further answer for
the one after that. What is still on its way when a response ends comes within this time.
"""
LINGER = 1.0
"""Seconds that a peer has to close a connection that is done with."""


class RecordedHeaders(Headers):
    """Request headers that carry the recording of their download through every copy.

    They are the one thing that Twisted hands on from the agent to the connection, whichever
    connection that turns out to be.
    """

    __slots__ = ("recording",)

    def __init__(
        self, headers: Iterable[tuple[bytes, Sequence[bytes]]], recording: Recording
    ) -> None:
        super().__init__(dict(headers))
        self.recording = recording

    def copy(self) -> "RecordedHeaders":
        """The same headers with the same recording."""
        return RecordedHeaders(self.getAllRawHeaders(), self.recording)


class _Tee:
    """A transport for writing a request, which copies what goes through it."""

    def __init__(self, transport: Any, copy: bytearray) -> None:
        self._transport = transport
        self._copy = copy

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._copy += data
        self._transport.write(data)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:  # noqa: N802
        self.write(b"".join(pieces))


@implementer(IHandshakeListener)
class TapProtocol(_LenientHTTP11ClientProtocol):
    """A client connection that fills the attempts of the recordings of its requests."""

    transport: Any
    _attempt: Attempt | None = None
    _shaken = False
    _end: Failure | None = None
    _hang_up: Any = None
    _resting: Any = None
    _spoilt = False
    """Whether bytes came that nothing asked for."""

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        """Send a request whose headers are RecordedHeaders; see the parent class."""
        recording: Recording = request.headers.recording
        attempt = self._attempt = Attempt(self.transport.abortConnection)
        self._bound = MAX_HEAD + recording.bound
        recording.attempts.append(attempt)
        # Twisted may send the same object again on another connection.
        vars(request)["writeTo"] = lambda to: TxRequest.writeTo(request, _Tee(to, attempt.request))
        if self._shaken or not ISSLTransport.providedBy(self.transport):
            self._begin(attempt)
        response = super().request(request)
        if self._parser is not None:
            # The parser closes the connection at a line of 16 KiB; the bound is on the whole head.
            self._parser.MAX_LENGTH = MAX_HEAD
        return response

    def handshakeCompleted(self) -> None:  # noqa: N802
        """Twisted says that the TLS session is there: only now does the request go out."""
        self._shaken = True
        if self._attempt is not None:
            self._begin(self._attempt)

    def _begin(self, attempt: Attempt) -> None:
        tls = cipher = None
        if self._shaken:
            session = self.transport.getHandle()
            tls = session.get_protocol_version_name().lower().replace("tlsv", "tls/")
            cipher = iana_name(session.get_cipher_name() or "")
        attempt.begin(self.transport.getPeer().host, tls, cipher)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Keep the bytes, within the bounds, then let the parent see them."""
        attempt = self._attempt
        if attempt is None:
            self._spoilt = True
            self.transport.abortConnection()  # nothing was asked
            return
        if self._in_head and len(attempt.response) + len(data) > MAX_HEAD:
            room = MAX_HEAD - len(attempt.response)
            self._receive(attempt, data[:room])
            if self._in_head:
                attempt.stop(Truncation.LENGTH)
                return
            data = data[room:]
        room = self._bound - len(attempt.response)
        self._receive(attempt, data[:room])
        if len(data) > room:
            attempt.stop(Truncation.LENGTH)

    @property
    def _in_head(self) -> bool:
        return self._parser is not None and self._parser.state in (STATUS, HEADER)

    def _receive(self, attempt: Attempt, data: bytes) -> None:
        if self._attempt is attempt:
            attempt.response += data
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            if rest:
                del attempt.response[-len(rest) :]
            # A body without a length ends with the connection, but only if that ended well.
            attempt.whole = self._end is None or self._end.check(ConnectionDone) is not None
        if rest and self._currentRequest is not None:
            # Whoever sends more than was asked for is not asked again on this connection.
            self._currentRequest.persistent = False
        super()._finishResponse(rest)
        if self.transport.disconnecting and self._end is None:
            # The parent waits for the peer to agree, which it may never do.
            from twisted.internet import reactor  # there is none before Scrapy installs it

            clock: Any = reactor
            self._hang_up = clock.callLater(LINGER, self.transport.abortConnection)

    def rest(self, give_back: Callable[["TapProtocol"], None]) -> None:
        """Hand the connection back for another request when it has been quiet for a while."""
        if not QUIET:
            give_back(self)
            return
        from twisted.internet import reactor

        def rested() -> None:
            if self._end is None and not self._spoilt:
                give_back(self)

        clock: Any = reactor
        self._resting = clock.callLater(QUIET, rested)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        """Note how the connection ended; see the parent class."""
        self._end = reason
        for timer in (self._hang_up, self._resting):
            if timer is not None and timer.active():
                timer.cancel()
        if self._attempt is not None:
            self._attempt.lost = True
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class TapFactory(_LenientHTTP11ClientFactory):
    """Builds the connections of the pool."""

    def buildProtocol(self, addr: object) -> TapProtocol:  # noqa: ARG002, N802
        """One connection, not yet made."""
        give_back = self._quiescentCallback
        return TapProtocol(lambda protocol: protocol.rest(give_back))  # type: ignore[no-untyped-call]


_OPENSSL_NAME = re.compile(
    r"(ECDHE|DHE)-(RSA|ECDSA)-(?:AES(128|256)-GCM-(SHA256|SHA384)|CHACHA20-POLY1305)"
)


def iana_name(cipher: str) -> str | None:
    """The registered name of a cipher suite that OpenSSL calls `cipher`; None if unsure."""
    if cipher.startswith("TLS_"):
        return cipher
    if (match := _OPENSSL_NAME.fullmatch(cipher)) is None:
        return None
    exchange, signature, bits, digest = match.groups()
    bulk = f"AES_{bits}_GCM_{digest}" if bits else "CHACHA20_POLY1305_SHA256"
    return f"TLS_{exchange}_{signature}_WITH_{bulk}"
