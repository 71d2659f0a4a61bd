"""One visit to a wanted page: what crossed the wire, what was read, what becomes of the page."""

from dataclasses import dataclass

from huffarchive.exchange import Exchange
from huffarchive.ledger import Task
from huffarchive.reading import Reading
from huffarchive.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a page could not be read."""

    fault: str
    """reader_timeout, reader_memory, reader_failed, or a MessageError's fault."""
    detail: str = ""


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
