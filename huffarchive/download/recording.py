"""What one download put on the wire and got back, while it happens."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

from scrapy import Request

from huffarchive.http import Exchange, Truncation

_exchanges: "WeakKeyDictionary[Request, tuple[Exchange, ...]]" = WeakKeyDictionary()


def exchanges_of(request: Request) -> tuple[Exchange, ...]:
    """The exchanges that downloading `request` took, oldest first.

    One as a rule; none when nothing was sent; two when a connection that had been kept open
    turned out to be closed and the request was sent again on a new one. They belong to this very
    object: a copy or a replacement of the request has none until it is downloaded itself. They
    are there as soon as the download ends, in callback and errback (`failure.request`) and after
    `engine.download_async`, and go with the request or when they are let go.
    """
    return _exchanges.get(request, ())


def release(request: Request) -> None:
    """Forget the exchanges of a request: they are stored, and nobody asks for them again."""
    _exchanges.pop(request, None)


def bytes_held() -> int:
    """Bytes of answers in memory that were recorded and not let go."""
    return sum(len(x.response) for exchanges in _exchanges.values() for x in exchanges)


def bytes_coming(url: str | None = None) -> int:
    """Bytes of answers under way: what has arrived of each, or what it announces where known; of
    those alone of an address's host, where one is given.
    """
    host = None if url is None else urlsplit(url).netloc
    return sum(x.size for x in _under_way if host is None or urlsplit(x.url).netloc == host)


class Attempt:
    """One sending of a request on one connection; the tap fills it."""

    def __init__(self, abort: Callable[[], object]) -> None:
        self._abort = abort
        self.request = bytearray()
        self.response = bytearray()
        self.began: datetime | None = None
        """When the request could first reach the peer; None before (no TLS session yet)."""
        self.ip: str | None = None
        self.protocols: tuple[str, ...] = ("http/1.1",)
        self.cipher: str | None = None
        self.whole = False
        """Whether the response came to its end."""
        self.lost = False
        """Whether the connection ended before the response did."""
        self.aborted = False
        """Whether we ended the connection."""
        self.truncated: Truncation | None = None
        """Which bound of ours stopped it."""

    def begin(self, ip: str, tls: str | None, cipher: str | None) -> None:
        """The request goes out now, to this peer."""
        self.began = datetime.now(UTC).replace(microsecond=0)
        self.ip = ip
        if tls is not None:
            self.protocols = ("http/1.1", tls)
            self.cipher = cipher

    def abort(self) -> None:
        """End the connection now, unless the response or the connection has ended."""
        if not (self.whole or self.lost or self.aborted):
            self.aborted = True
            self._abort()

    def stop(self, truncation: Truncation) -> None:
        """A bound of ours ends it, unless the response or the connection has ended."""
        if not (self.whole or self.lost) and self.truncated is None:
            self.truncated = truncation
            self.abort()

    def exchange(self, url: str) -> Exchange | None:
        """What happened, as a value; None when nothing was sent."""
        if self.began is None or not self.request:
            return None
        truncated = self.truncated
        if not self.whole and truncated is None:
            truncated = Truncation.DISCONNECT if self.lost else Truncation.UNSPECIFIED
        return Exchange(
            url=url,
            request=bytes(self.request),
            response=bytes(self.response),
            began=self.began,
            ip=self.ip,
            protocols=self.protocols,
            cipher=self.cipher,
            truncated=truncated,
        )


class Recording:
    """The attempts of one download. `bound` is the most bytes of body kept, framing included."""

    def __init__(self, url: str, bound: int) -> None:
        self.url = url
        self.bound = bound
        self.attempts: list[Attempt] = []
        self.announced = 0
        """Bytes of body that the answer says it has; 0 while that is not known."""
        _under_way.add(self)

    @property
    def size(self) -> int:
        """Bytes that the answer takes, as far as is known."""
        return max(self.announced, *(len(attempt.response) for attempt in self.attempts), 0)

    @property
    def last(self) -> Attempt | None:
        """The attempt under way, or the one that ended last."""
        return self.attempts[-1] if self.attempts else None

    def abort(self) -> None:
        """End the attempt under way, if there is one."""
        if self.last is not None:
            self.last.abort()

    def stop(self, truncation: Truncation) -> None:
        """A bound of ours ends the attempt under way, if there is one."""
        if self.last is not None:
            self.last.stop(truncation)

    def publish(self, request: Request) -> None:
        """Make what was recorded available as `recorded(request)`, and take no more."""
        found = []
        for attempt in self.attempts:
            found.append(attempt.exchange(self.url))
            # Whatever still refers to the download must not hold a large answer twice.
            attempt.response = bytearray()
        _under_way.discard(self)
        _exchanges[request] = tuple(exchange for exchange in found if exchange is not None)


_under_way: WeakSet[Recording] = WeakSet()
