"""One visit to a wanted page: what crossed the wire, what was read, what becomes of the page."""

from dataclasses import dataclass

from huffarchive.exchange import Exchange
from huffarchive.ledger import Task
from huffarchive.memento import Memento
from huffarchive.reading import Reading
from huffarchive.sources.index import Found
from huffarchive.verdict import Verdict
from huffarchive.warc.playback import Playback
from huffarchive.warc.read import Stored
from huffarchive.workers import Unread


@dataclass(frozen=True, slots=True)
class Visit:
    """The outcome of one request, ready to be stored."""

    task: Task
    exchanges: tuple[Exchange, ...]
    """Every attempt, in order; the last one is what was read."""
    verdict: Verdict
    reading: Reading | Unread | None = None
    source: str = "live"
    memento: Memento | None = None
    """The capture of another archive that was asked for."""
    played: Playback | None = None
    """What the Wayback Machine played back, where it is a page."""
    member: Stored | None = None
    """The record that Common Crawl gave, where it is a page; its member is the answer's body."""
    found: Found | None = None
    """What a page of an index named."""
    choice: str | None = None
    """Why this capture was chosen among several."""
    sources_left: bool = False
    """Whether another source is to be asked when this one has no capture."""
    counted: bool = True
    """Whether the try counts; one that was never sent does not."""
