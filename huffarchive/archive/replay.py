"""Visits settled again in a new ledger, as the notes in WARC files tell of them."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from huffarchive.archive.store_visit import capture_row, has_failed, month_of, namer, status_of
from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import article_page, captured_as, is_article, noted
from huffarchive.http import Message, MessageError
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.rows import PageUpdate, Task
from huffarchive.outcome import PROVISIONAL, Reason, State, outcome_of_status, own_name
from huffarchive.reading import Reading
from huffarchive.sources import FILES, LIVE, SOURCES, is_own, of_query
from huffarchive.sources.source import MIRROR, Found, IndexFormatError, is_query
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture
from huffarchive.warc.record import Record, Stored
from huffarchive.workers.job import Job, Unread
from huffarchive.workers.kept import KeptAnswers
from huffarchive.workers.pool import MEMORY, SECONDS, Readers

_ANSWERS = ("response", "resource")
MOST = 256
"""Visits that wait for the reading of a page before them."""


@dataclass(frozen=True)
class _Told:
    """A visit as its records tell of it: the first record of its exchange, and the note."""

    main: Stored
    note: Annotation
    edition: Edition
    """As it was asked: at another base, where the note says so."""
    key: PageKey
    noted_at: str | None = None
    """When the note was written: of a copied record long after that one."""
    bare: bool = False
    """Whether its note is lost, and another stands in for it."""

    @property
    def record(self) -> Record:
        return self.main.record

    @cached_property
    def capture(self) -> Capture:
        return Capture(self.main, self.note)

    @cached_property
    def response(self) -> bytes:
        """What was answered, as far as it is kept; nothing where it was another archive's."""
        if self.record.type == "request" or self.note.origin is not None:
            return b""
        return self.note.head.encode("latin-1", "replace") if self.note.head else self.record.block

    @property
    def job(self) -> Job | None:
        """How to read the page; None where there was nothing to read."""
        capture = self.capture
        if self.record.type not in _ANSWERS or is_query(self.key):
            return None
        try:
            if capture.head.status != 200:
                return None
        except MessageError:
            return None
        when, response = capture.captured_at, capture.readable
        return Job(capture.url, when, response, self.edition.code, self.edition.site)


_Waiting = deque[tuple[_Told, bool]]
"""Visits in their order, each with whether a page of it is being read."""


class Replay:
    """Settles what WARC files tell, in their order, the way that the crawl settled it."""

    def __init__(
        self,
        ledger: Ledger,
        edition: Edition,
        workers: int,
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self._ledger, self._edition = ledger, edition
        self._readers = (workers, seconds, memory)

    def file(self, stored: Iterator[Stored], serial: int, kept: KeptAnswers | None = None) -> None:
        """Settle every visit that a file's notes tell of; the file's WarcError comes through.

        `kept` holds what was read of its pages already.

        A note belongs to the exchange that its WARC-Concurrent-To names, and to no other. An answer
        whose note is lost is what `extract` makes of it: an article's capture, or none.
        """
        with Readers(*self._readers, kept=kept) as readers:
            waiting: _Waiting = deque()
            for told in self._visits(stored):
                job = told.job
                readings = [] if job is None else readers.add(job)
                waiting.append((told, job is not None))
                self._settle_read(waiting, readings, serial)
                if len(waiting) >= MOST:
                    self._settle_read(waiting, readers.rest(), serial)
            self._settle_read(waiting, readers.rest(), serial)
        self._ledger.pages.asks_site = True

    def _visits(self, stored: Iterator[Stored]) -> Iterator[_Told]:
        main: Stored | None = None
        bare: Stored | None = None
        for item in stored:
            record = item.record
            if _begins(record):
                yield from self._bare(bare)
                main = bare = item
            elif main is not None and record.field("WARC-Concurrent-To") == main.record.id:
                note = Annotation.from_block(record.block) if record.type == "metadata" else None
                if note is not None:
                    bare = None
                    yield from self._told(main, note, record.field("WARC-Date"))
        yield from self._bare(bare)

    def _bare(self, main: Stored | None) -> Iterator[_Told]:
        if main is None or main.record.type not in _ANSWERS:
            return
        found = article_page(Capture(main, None))
        if found is not None and found[0].edition == self._edition.code:
            note = Annotation(
                str(found[0]), state=State.CAPTURED, reason=Reason.ARTICLE, source=FILES.name
            )
            yield _Told(main, note, found[1], found[0], bare=True)

    def _told(self, main: Stored, note: Annotation, noted_at: str | None) -> Iterator[_Told]:
        if note.page is None or note.state is None:
            return
        key, edition = PageKey.parse(note.page), self._edition
        if key.edition != edition.code:
            return
        asked = Capture(main, note).url
        if note.url is not None and note.url != asked:
            with suppress(ValueError):  # a stranger's note on a record of no web page
                edition = edition.at("/".join(asked.split("/", 3)[:3]))
        yield _Told(main, note, edition, key, noted_at)

    def _settle_read(
        self, waiting: _Waiting, readings: Iterable[Reading | Unread], serial: int
    ) -> None:
        """Settle in their order those whose readings have come, and those without a page."""
        come = iter(readings)
        while waiting:
            told, with_page = waiting[0]
            reading = next(come, None) if with_page else None
            if with_page and reading is None:
                return
            waiting.popleft()
            self._settle(told, reading, serial)

    def _settle(self, told: _Told, reading: Reading | Unread | None, serial: int) -> None:
        note, key, kind = told.note, told.key, told.record.type
        pages, captures = self._ledger.pages, self._ledger.captures
        url = self._url(told)
        page = pages.known(key, url, note.aliases, note.named_by)
        pages.asks_site = is_own(note.source)
        task = Task(page, key, url, aliases=tuple(note.aliases), source=of_query(key) or "")
        state = State(note.state or "wanted")
        reason = Reason(note.reason) if note.reason else None
        found = Found()
        row = published = checked_at = None
        detail = note.detail or ""
        if kind == "revisit":
            detail = detail or self._ledger.not_read.detail(task.page)  # nor is it read now
            checked_at = told.record.field("WARC-Date")
            newest = captures.newest(task.page)
            if newest is None or newest.record_id != told.record.field("WARC-Refers-To"):
                state, reason = State.WANTED, None  # what it repeats is lost
        elif told.bare and not is_article(reading):
            state, reason = State.WANTED, None
        elif kind in _ANSWERS and state is State.CAPTURED:
            reason = reason or Reason.NOT_AN_ARTICLE
            if note.unread is not None and noted(note) is None and reading is not None:
                # A fault of ours left it unread; now it is read, and its record written again.
                if isinstance(reading, Unread):
                    detail = reading.detail
                else:
                    detail, reason = "", captured_as(reading)
            try:
                found = _index(told, url) if is_query(key) else found
                row = capture_row(told.capture, serial, reason)
                checked_at = told.noted_at if note.origin is not None else None
            except (IndexFormatError, MessageError):
                state, reason = State.WANTED, None
            if row and row.article and noted(note) is None and isinstance(reading, Reading):
                published = month_of(reading.text.date_published) if reading.text else None
        elif is_query(key) and kind in _ANSWERS and status_of(told.response) == 200:
            with suppress(IndexFormatError, MessageError):  # its rows stand beside what is none
                found = _index(told, url)
        moved = _moved(told, url, reading) if reason is Reason.MOVED else None
        asked = note.asked
        if not asked and reason is not None and state is not State.CAPTURED:
            asked = (f"{_asked(note)}={state}/{reason}",)
        may_fail = has_failed(state, reason) or moved is not None
        pages.apply(
            PageUpdate(
                task,
                state,
                reason,
                url=note.next,
                hops=note.hops,
                tries=note.tries,
                asked=asked,
                said=Reason.MOVED,  # which address gave what answer no file says
                source=of_query(key),
                moved_to=moved.key if moved else None,
                month=published,
                status=status_of(told.response),
                detail=detail,
                capture=row,
                checked_at=checked_at,
                doubted=_doubted(told, reason),
                failed_at=told.record.field("WARC-Date") if may_fail else None,
                links=_links(told, url, reading, moved),
                mementos=found.mementos,
                named_by=namer(key, found),
                queries=found.more,
            )
        )

    def _url(self, told: _Told) -> str:
        """The edition's own address of the page, as far as it is told."""
        note, key = told.note, told.key
        url = note.address or note.url or told.capture.url
        where = identify(url, self._edition)
        if isinstance(where, Address) and where.key == key:
            return where.url
        return self._ledger.pages.address(key) or url


def _begins(record: Record) -> bool:
    """Whether a record is the first of an exchange: the others are concurrent to it."""
    if record.type in ("request", "resource"):  # without an answer; of another's file
        return record.field("WARC-Concurrent-To") is None
    if record.type == "metadata":  # an answer that is no HTTP
        return record.field("Content-Type") == "application/octet-stream"
    return record.type in ("response", "revisit")


def _doubted(told: _Told, reason: Reason | None) -> str | None:
    """When the site said what a bad hour says too, to be asked again; which of them were found to
    be honest only the run's account tells.
    """
    mine = f"{LIVE.name}={told.note.state}/{reason}"
    if _asked(told.note) != LIVE.name or told.key.is_picture or told.note.next is not None:
        return None
    if reason not in PROVISIONAL:
        return None
    return told.record.field("WARC-Date") if mine in (told.note.asked or (mine,)) else None


def _asked(note: Annotation) -> str:
    """Whom a run asked: the mirror is the site, at another base."""
    return LIVE.name if note.source == MIRROR else note.source


def _index(told: _Told, url: str) -> Found:
    message = Message.parse(told.record.block)
    source = SOURCES[of_query(told.key) or ""].at_query(url)
    return source.read_index(message, told.key, url, told.edition)


def _moved(told: _Told, url: str, reading: Reading | Unread | None) -> Address | None:
    """The other page that a redirect leads to, or that a page says it is."""
    if isinstance(reading, Reading) and reading.text is not None:
        return own_name(told.key, url, reading.text.canonical_url, told.edition)
    with suppress(MessageError):
        answer = Message.head(told.response)
        outcome = outcome_of_status(answer, told.key, url, told.edition, 1, 0)
        return outcome.address if outcome is not None else None
    return None


def _links(
    told: _Told, url: str, reading: Reading | Unread | None, moved: Address | None
) -> tuple[str, ...]:
    """The edition's addresses of the pages that the page led to."""
    found: tuple[str, ...] = ()
    if isinstance(reading, Reading) and not told.note.unfollowed:
        found = reading.links
    if moved is not None:
        found = (*found, moved.url)
    return tuple(told.edition.original(link, url) for link in found)
