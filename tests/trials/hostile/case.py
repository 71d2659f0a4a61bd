"""One case of the matrix: what is done to the crawl, and the one outcome that it may have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Piece = bytes | float
"""Bytes to send, or seconds to wait."""


@dataclass(frozen=True, slots=True)
class Here:
    """What an answer may need to know of where it is given."""

    site: str
    """Base of the site under crawl."""
    canary: str
    """host:port of the listener that nothing may ever connect to."""
    ident: int
    """The number in the case's address."""
    path: str
    """The path that was asked for."""

    @property
    def canary_port(self) -> int:
        """The port of the canary."""
        return int(self.canary.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends, made when it is asked, and how the connection ends."""

    pieces: Callable[[Here], Iterable[Piece]]
    end: str = "keep"
    """keep, close, drop (without the end of TLS), reset, or hang (until the client goes)."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a case needs that does not fit into the crawl of its group."""

    paths: dict[str, tuple[Answer, ...]] = field(default_factory=dict)
    """Answers by path, robots.txt among them."""
    tls: str | None = None
    """The kind of server's side of TLS."""
    arguments: tuple[str, ...] = ()
    """More of `scrapy crawl`'s arguments; {site} and {canary} are filled in."""
    listed: bool = True
    """Whether the crawl is given the case's address in a list."""
    key: str | None = None
    """The page whose outcome counts, where it is not the case's own."""
    good_first: int = 0
    """Good pages that are listed before the case."""
    stop_after: float | None = None
    """Seconds after which the crawl gets a SIGTERM."""


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table."""

    name: str
    group: str
    does: str
    """What the other side does, in a line."""
    expect: str
    """state/reason that the page must end in."""
    answers: tuple[Answer, ...] = ()
    """By number of request; the last one answers all the rest."""
    url: str | None = None
    """The line of the URL list; the case's own address when None."""
    own: Own | None = None
    direct: Callable[[], str] | None = None
    """Run here and now instead of through a crawl; says what came out."""
    seconds: float = 10.0
    """From the first request to the verdict, waits between tries not counted."""
    exit: int | None = None
    """The exit status of a crawl of its own; None for any."""
    quick: bool = False
    """Whether it is one of those that run with the ordinary tests."""
