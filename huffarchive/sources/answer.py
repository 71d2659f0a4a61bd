"""What was asked of a source, and what its answer is before anything is read as a page."""

from dataclasses import dataclass

from huffarchive.editions.edition import Edition
from huffarchive.http import Exchange, Message
from huffarchive.outcome import AnswerOutcome, Reason, State, outcome_of_status
from huffarchive.sources.memento import ARCHIVED_ERROR, Memento, says_absent
from huffarchive.urls import Address, PageKey
from huffarchive.warc.playback import Playback
from huffarchive.warc.record import Record
from huffarchive.workers.job import Job


@dataclass(frozen=True, slots=True)
class Asked:
    """A wanted page, as it was asked for, and the answer."""

    key: PageKey
    url: str
    """The page's address; of an index the query."""
    edition: Edition
    exchanges: tuple[Exchange, ...]
    """Every attempt, the answer last; () where a file on disk is read."""
    capture: Memento | None
    """Which of an archive's captures was asked for."""
    tries: int
    """How often it was asked for, this time counted."""
    hops: int

    @property
    def last(self) -> Exchange:
        """The exchange that has the answer."""
        return self.exchanges[-1]

    @property
    def memento(self) -> Memento:
        """The capture, of a source that is asked for captures."""
        assert self.capture is not None
        return self.capture

    def by_status(self, message: Message) -> AnswerOutcome | None:
        """What status and Location say of a page; None where its body decides."""
        return outcome_of_status(message, self.key, self.url, self.edition, self.tries, self.hops)

    def of_the_service(self, message: Message) -> AnswerOutcome:
        """What a status that is of no page means of the service that gives it."""
        return self.by_status(message) or unexpected(f"HTTP {message.status}")


def is_of_a_page(status: int) -> bool:
    """Whether a status speaks of a page; the others speak of the service that answers."""
    return status < 400 or status in (404, 410)


def unexpected(detail: str) -> AnswerOutcome:
    """That an answer has a status that no page has."""
    return AnswerOutcome(State.FAILED, Reason.UNEXPECTED_STATUS, detail=detail)


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
class Archived:
    """An archive's capture of a page, to be read, and what of it is kept beside the exchange."""

    job: Job
    played: Playback | None = None
    member: Copied | None = None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A capture that is no page, and never will be."""

    reason: Reason
    detail: str
    mark: str | None = None
    """What the ledger has of it, where that is not the reason."""


def archived_status(status: int) -> PassedOver:
    """What it means that an archive captured another status than 200."""
    mark = None if says_absent(status) else ARCHIVED_ERROR
    return PassedOver(Reason.NO_CAPTURE, f"HTTP {status} was archived", mark)


@dataclass(frozen=True, slots=True)
class LedOn:
    """Another capture of the page, to which the archive leads on."""

    address: Address
    memento: Memento


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What says nothing of the capture: it is asked for again, or has this outcome."""

    why: str
    outcome: AnswerOutcome | None = None


Answer = AnswerOutcome | Job | Archived | PassedOver | LedOn | NoAnswer
"""What an answer is: what became of the page, the page itself to be read, or of an archive's."""
