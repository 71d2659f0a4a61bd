"""The archive: WARC writer, JSONL writer and ledger behind one commit."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from huffarchive.archive import record, recovery
from huffarchive.archive.faults import StorageError
from huffarchive.archive.lock import Lock
from huffarchive.archive.pair import Pair
from huffarchive.archive.places import Places
from huffarchive.archive.visit import Visit
from huffarchive.article import Article
from huffarchive.editions import Edition
from huffarchive.exchange import Exchange
from huffarchive.ledger import CaptureRow, Ledger, Settlement, Task
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.reading import Reading
from huffarchive.urls import Address, identify
from huffarchive.warc.compose import Composed, Earlier, compose
from huffarchive.warc.note import Note
from huffarchive.warc.read import Capture, Stored
from huffarchive.workers import Unread

BATCH = 64
"""Visits in one commit, at most."""
BATCH_SECONDS = 2.0
"""Age of an uncommitted visit, at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit whose exchanges are in the WARC."""

    visit: Visit
    settlement: Settlement
    article: Article | None
    """The record with its pointer; None when the visit gave none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that the settings give."""

    warc_size: int = 1_000_000_000
    """Bytes after which a pair of files is finished and the next begun."""
    min_free: int = 0
    """Bytes that must stay free on the disks."""


class Archive:
    """One run's hold on an edition's archive; exclusive, from opening to closing.

    `capture`, `settle` and `keep` append; `commit` makes all of it durable together, or none of it. Any failure
    to store is a StorageError; after one, nothing more is stored and closing commits nothing.
    """

    def __init__(
        self,
        places: Places,
        edition: Edition,
        *,
        limits: Limits | None = None,
        facts: dict[str, str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the lock, mend what an unclean end left, and begin a run.

        LockedError, ArchiveCorruptError, LedgerDamagedError or StorageError when that cannot be.
        """
        self.places, self.edition = places, edition
        self._limits = limits or Limits()
        self._facts = facts or {}
        self._clock = clock
        started = self._now()
        self.broken: StorageError | None = None
        with ExitStack() as undo, self._storing():
            places.make()
            self._lock = Lock(places.lock, started.isoformat(timespec="seconds"))
            undo.callback(self._lock.release)
            self.ledger = Ledger.open(places.ledger, edition)
            undo.callback(self.ledger.close)
            self.mended = recovery.recover(places, self.ledger)
            self.run_name = started.strftime("%Y%m%d%H%M%S")
            with self.ledger.transaction():
                self.run = self.ledger.runs.begin(
                    self.run_name, started.isoformat(timespec="seconds")
                )
            undo.pop_all()
        self._pair: Pair | None = None
        self._batch: list[Settlement] = []
        self._wants: list[tuple[tuple[str, ...], str]] = []
        self._oldest: float | None = None
        self._kept = 0
        self.written: list[str] = []
        """Stems of the pairs that this run wrote."""

    # --- adding

    def capture(self, visit: Visit) -> "Kept":
        """Write a visit's exchanges to the WARC, and make the record where there is one."""
        with self._storing():
            return self._capture(visit)

    def settle(self, kept: "Kept") -> None:
        """Write the record of a captured visit to the JSONL, and note what becomes of the page."""
        with self._storing():
            if kept.article is not None:
                self._open_pair().append_line(kept.article.to_json())
            self._batch.append(kept.settlement)
            self._touch()

    def want(self, urls: Iterable[str], discoverer: str) -> None:
        """Want pages from the next commit on."""
        self._wants.append((tuple(urls), discoverer))
        self._touch()

    def keep(self, exchanges: Iterable[Exchange], note: Note | None = None) -> None:
        """Store exchanges of no wanted page, such as robots.txt."""
        with self._storing():
            for exchange in exchanges:
                self._append(compose(exchange, self._open_pair().info_id, note))
                self._kept += 1
            self._touch()

    def _capture(self, visit: Visit) -> "Kept":
        task, verdict = visit.task, visit.verdict
        state, reason, url, hops = verdict.state, verdict.reason, None, task.hops
        if state is State.WANTED and verdict.address is not None:
            url, hops = verdict.address.url, hops + 1
        if state is State.GONE and (other := self.other_address(task)) is not None:
            state, reason, url, hops = State.WANTED, None, other, 0
        article = row = checked_at = None
        for number, exchange in enumerate(visit.exchanges, 1):
            last = number == len(visit.exchanges)
            earlier = _earlier(task) if last else None
            note = self._note(visit, state if last else State.WANTED, reason if last else None)
            made = compose(exchange, self._open_pair().info_id, note, earlier)
            stored = self._append(made)
            if not last or state is not State.CAPTURED:
                continue
            if made.main.type == "revisit":
                checked_at = made.main.field("WARC-Date")
                continue
            capture = Capture(stored, note)
            article = self._article(capture, visit)
            row = _row(capture, made, self._open_pair().serial, article is not None)
        links = visit.reading.links if isinstance(visit.reading, Reading) else ()
        if verdict.address is not None and verdict.address.key != task.key:
            links = (*links, verdict.address.url)
        settlement = Settlement(
            task,
            state,
            reason,
            due=int(self._clock() + verdict.retry_in + 0.999) if verdict.retry_in else 0,
            url=url,
            hops=hops,
            tries=0 if url else task.tries + int(visit.counted),
            asked=task.asked,
            month=(article.date_published or "")[:7] or None if article else None,
            status=_status(visit),
            detail=verdict.detail[:200],
            capture=row,
            checked_at=checked_at,
            links=links,
        )
        return Kept(visit, settlement, article)

    def _note(self, visit: Visit, state: State, reason: Reason | None) -> Note:
        task = visit.task
        located = self.edition.located(task.url)
        fault = visit.reading.fault if isinstance(visit.reading, Unread) else None
        return Note(
            page=str(task.key),
            url=task.url if located != task.url else None,
            state=str(state),
            reason=str(reason) if reason else None,
            source=visit.source,
            aliases=task.aliases,
            named_by=task.named_by,
            previous_id=task.previous.record_id if task.previous else None,
            unread=fault if state is State.CAPTURED else None,
            detail=visit.verdict.detail[:200] or None,
        )

    def _article(self, capture: Capture, visit: Visit) -> Article | None:
        reading = visit.reading
        if isinstance(reading, Unread):
            text = record.unread(visit.task.key, reading.fault)
        elif isinstance(reading, Reading) and reading.text is not None:
            text = reading.text
        else:
            return None
        return record.article(capture, visit.task.key, text, self.edition)

    def other_address(self, task: Task) -> str | None:
        """Another address to ask for an article that is gone under this one; three in all."""
        if not task.key.is_article or len(task.tried) >= 2:
            return None
        address = identify(task.url, self.edition)
        slug = address.slug if isinstance(address, Address) else None
        left = [self.edition.archive_url(task.key, slug), *task.aliases]
        return next((url for url in left if url != task.url and url not in task.tried), None)

    def _append(self, made: Composed) -> Stored:
        pair = self._open_pair()
        offset, length = pair.append(made.main, stored=made.compressed)
        for other in made.others:
            pair.append(other)
        return Stored(made.main, pair.warc_name, offset, length)

    def _open_pair(self) -> Pair:
        if self._pair is None:
            facts = {"software": record.EXTRACTOR, "format": "WARC File Format 1.1"} | self._facts
            serial = self.ledger.files.next_serial()
            self._pair = Pair(self.places, serial, self._now(), facts)
            self.written.append(self._pair.stem)
        return self._pair

    # --- committing

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction of its own over the ledger, for what needs no file; StorageError as ever."""
        with self._storing(), self.ledger.transaction():
            yield

    def _touch(self) -> None:
        if self._oldest is None:
            self._oldest = time.monotonic()

    @property
    def uncommitted(self) -> bool:
        """Whether anything was added since the last commit."""
        return self._oldest is not None

    @property
    def due(self) -> bool:
        """Whether it is time to commit."""
        if self._oldest is None:
            return False
        return len(self._batch) + self._kept >= BATCH or (
            time.monotonic() - self._oldest >= BATCH_SECONDS
        )

    def commit(self) -> None:
        """Make everything added so far durable; start the next pair of files when this is full."""
        if self._oldest is None:
            return
        with self._storing():
            pair = self._pair
            if pair is not None:
                pair.sync()
            with self.ledger.transaction():
                for settlement in self._batch:
                    self.ledger.pages.settle(settlement)
                for urls, discoverer in self._wants:
                    self.ledger.pages.want(urls, discoverer)
                if pair is not None:
                    self.ledger.files.store(pair.row())
            self._batch.clear()
            self._wants.clear()
            self._oldest, self._kept = None, 0
            if pair is not None and pair.warc_length >= self._limits.warc_size:
                self._finish_pair()

    def _finish_pair(self) -> None:
        if self._pair is None:
            return
        pair, self._pair = self._pair, None
        pair.finish()
        with self.ledger.transaction():
            self.ledger.files.store(pair.row(whole=True))

    @property
    def short_of_space(self) -> bool:
        """Whether a disk has less free space than the reserve."""
        return any(
            shutil.disk_usage(folder).free < self._limits.min_free
            for folder in (self.places.warc, self.places.output)
        )

    def finish(self) -> None:
        """Commit, and take `.open` from the names of the files."""
        self.commit()
        with self._storing():
            self._finish_pair()

    def close(self, status: int, reason: str) -> None:
        """Finish, end the run, let the next one begin. After a failure: only let go."""
        try:
            if self.broken is None:
                self.finish()
                with self._storing(), self.ledger.transaction():
                    self.ledger.pages.give_back()
                    now = self._now().isoformat(timespec="seconds")
                    self.ledger.runs.end(self.run, now, status, reason)
        finally:
            with ExitStack() as letting_go:
                letting_go.callback(self._lock.release)
                letting_go.callback(self.ledger.close)
                if self._pair is not None:
                    letting_go.callback(self._pair.abandon)

    @contextmanager
    def _storing(self) -> Iterator[None]:
        if self.broken is not None:
            raise self.broken
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            self.broken = StorageError(error)
            raise self.broken from error

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _earlier(task: Task) -> Earlier | None:
    if task.previous is None:
        return None
    known = task.previous
    return Earlier(known.record_id, known.url, known.captured_at, known.payload_sha1)


def _status(visit: Visit) -> int | None:
    if not visit.exchanges:
        return None
    try:
        return Message.parse(visit.exchanges[-1].response).status
    except MessageError:
        return None


def _row(capture: Capture, made: Composed, serial: int, article: bool) -> CaptureRow:
    message = Message.parse(capture.response)
    stored = capture.answer
    return CaptureRow(
        source=capture.note.source if capture.note else "warc",
        url=capture.url,
        captured_at=made.main.field("WARC-Date") or "",
        etag=message.header("etag"),
        last_modified=message.header("last-modified"),
        payload_sha1=made.payload_sha1,
        payload_sha256=made.payload_sha256,
        record_id=made.main.id,
        file=serial,
        offset=stored.offset,
        length=stored.length,
        article=article,
    )
