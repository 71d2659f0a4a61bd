"""What goes out of the ledger and what comes back: a page to ask for, and what became of it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from huffarchive.memento import Memento
from huffarchive.outcome import Reason, State
from huffarchive.urls import Address, PageKey


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture as the ledger keeps it."""

    source: str
    url: str
    """The page's address."""
    target: str
    """WARC-Target-URI: of a playback it is where the archive gave it."""
    captured_at: str
    """WARC-Date."""
    etag: str | None
    last_modified: str | None
    payload_sha1: str | None
    payload_sha256: str | None
    record_id: str
    file: int
    """Serial of the pair of files."""
    offset: int
    length: int
    reason: Reason
    """What was read from it: article, not_an_article, unreadable."""

    @property
    def article(self) -> bool:
        """Whether it has a record."""
        return self.reason is not Reason.NOT_AN_ARTICLE


@dataclass(frozen=True, slots=True)
class Task:
    """A wanted page, drawn from the ledger."""

    page: int
    """Row number in the ledger."""
    key: PageKey
    url: str
    """The edition's own address; `Edition.located` says where to ask."""
    tries: int = 0
    hops: int = 0
    asked: tuple[str, ...] = ()
    """What sources said that gave no capture of it: "live=gone/not_found"."""
    aliases: tuple[str, ...] = ()
    """Its other known addresses, sorted."""
    tried: tuple[tuple[str, str], ...] = ()
    """Those of them that were asked in this round, each with the reason why it was left."""
    named_by: tuple[str, ...] = ()
    previous: CaptureRow | None = None
    """The newest capture, when the page is asked for again."""
    source: str = ""
    """Whom it waits for: site, an archive, or "" for the run's first source."""
    alone: bool = False
    """Whether nothing else may be under way beside it: a run died during it."""

    def validated_at(self, url: str) -> CaptureRow | None:
        """The newest capture, where its validators are of what is asked for at `url` now.

        They are of the address that gave them and of no other; the sample site is one site whatever
        its port. Another archive repeats those that the site gave then, which say nothing of what
        it has now.
        """
        known = self.previous
        if known is None or known.source not in ("live", "sample"):
            return None
        ours = _behind_port if known.source == "sample" else str
        if ours(known.target) != ours(url):
            return None
        return known if known.etag or known.last_modified else None

    @property
    def captured(self) -> bool:
        """Whether it has a capture that counts: one that was not read is to be made again."""
        return self.previous is not None and self.previous.payload_sha1 is not None

    @property
    def sources_asked(self) -> tuple[str, ...]:
        """Sources that gave no capture of it."""
        return tuple(said.partition("=")[0] for said in self.asked)


def _behind_port(url: str) -> str:
    """What stands behind scheme, host and port of a URL."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a task: the page's new state, its capture, and the links that it gave."""

    task: Task
    state: State
    reason: Reason | None
    due: int = 0
    """When WANTED: not before (seconds since 1970)."""
    url: str | None = None
    """When WANTED: the next address to ask, where it is another one."""
    hops: int = 0
    tries: int = 0
    asked: tuple[str, ...] = ()
    said: str | None = None
    """When WANTED at another address: why the one that was asked is left."""
    source: str | None = None
    """When WANTED: whom to ask next; None for whom it was asked of."""
    moved_to: PageKey | None = None
    """The other page that this one redirects to."""
    month: str | None = None
    status: int | None = None
    detail: str = ""
    capture: CaptureRow | None = None
    checked_at: str | None = None
    """When the newest capture was found unchanged, or copied from where it was."""
    links: tuple[str, ...] = ()
    """URLs that this page names."""
    mementos: tuple[tuple[Address, Memento], ...] = ()
    """Captures that this page of an index names."""
    named_by: str = "link"
    """Who names them all."""
    pictures: tuple[str, ...] = ()
    """URLs of the article's pictures, where they are wanted."""
    queries: tuple[Address, ...] = ()
    """Further pages of an index."""
    tried: Memento | None = None
    """The capture that was asked for, and need not be asked again."""
    tried_as: str = ""
    """What came of it: a Reason, or a mark of its own."""
