"""One visit to a wanted page: what crossed the wire, what was read, what becomes of the page."""

from dataclasses import dataclass

from huffarchive.exchange import Exchange
from huffarchive.ledger import Task
from huffarchive.reading import Reading
from huffarchive.verdict import Verdict
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
    counted: bool = True
    """Whether the try counts; one that was never sent does not."""
