"""One visit to a wanted page: what crossed the wire, what was read, what becomes of the page."""

from dataclasses import dataclass

from huffarchive.exchange import Exchange
from huffarchive.ledger import Task
from huffarchive.memento import Memento
from huffarchive.reading import Reading
from huffarchive.sources.index import Found
from huffarchive.verdict import Verdict
from huffarchive.warc.playback import Playback
from huffarchive.warc.record import Record
from huffarchive.workers import Unread


@dataclass(frozen=True, slots=True)
class Copied:
    """A record of another archive, kept byte for byte."""

    record: Record
    data: bytes
    """Its gzip member."""
    source: str
    """Where it was had: the address of the file, or the file's name."""
    origin: str
    """The file with the offset and the length of the member in it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The outcome of one request, ready to be stored."""

    task: Task
    exchanges: tuple[Exchange, ...]
    """Every attempt, in order; the last one is what was read."""
    verdict: Verdict
    reading: Reading | Unread | None = None
    pictures: tuple[str, ...] = ()
    """URLs of the article's pictures, where the run wants them."""
    source: str = "live"
    memento: Memento | None = None
    """The capture of another archive that was asked for."""
    played: Playback | None = None
    """What the Wayback Machine played back, where it is a page."""
    member: Copied | None = None
    """The record that another archive gave as it keeps it, where it is a page."""
    found: Found | None = None
    """What a page of an index named."""
    others: bool = False
    """Whether there are other captures that were not asked for yet."""
    set_aside: str | None = None
    """Why the capture is passed over, where no Reason says it."""
    choice: str | None = None
    """Why this capture was chosen among several."""
    next_source: str | None = None
    """The source to be asked when this one has no capture; None when there is none left."""
    follows: bool = True
    """Whether the run follows links; one over a list of URLs does not."""
    counted: bool = True
    """Whether the try counts; one that was never sent does not."""
