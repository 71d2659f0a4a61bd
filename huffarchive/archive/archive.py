"""The archive: WARC writer, JSONL writer and ledger behind one commit."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from huffarchive.archive import crash_repair, recovery_plan
from huffarchive.archive.files import Lock, OutputFiles, StorageError
from huffarchive.archive.store_visit import (
    PackedVisit,
    StoredVisit,
    Visit,
    next_state,
    pack_visit,
    store_visit,
)
from huffarchive.editions.edition import Edition
from huffarchive.extract import extract
from huffarchive.http import Exchange
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.rows import PageUpdate, Task
from huffarchive.outcome import State
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.writer import compose

BATCH = 64
"""Visits in one commit, at most."""
BATCH_BYTES = 32 * 1024 * 1024
"""Bytes of WARC in one commit, one visit more or less: making more durable takes its time."""
BATCH_SECONDS = 2.0
"""Age of an uncommitted visit, at most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that the settings give."""

    warc_size: int = 1_000_000_000
    """Bytes after which a pair of files is finished and the next begun."""
    min_free: int = 0
    """Bytes that must stay free on the disks."""


class Archive:
    """One run's hold on an edition's archive; exclusive, from opening to closing.

    `capture`, `settle` and `keep` append; `commit` makes all of it durable together, or none of it.
    What is captured is settled by the next commit at the latest, in the order of the captures, so
    that WARC and JSONL hold the same pages in the same order. Any failure to store is a
    StorageError; after one, nothing more is stored and closing commits nothing.
    """

    def __init__(
        self,
        places: ArchivePaths,
        edition: Edition,
        *,
        limits: Limits | None = None,
        facts: dict[str, str] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Take the lock, mend what an unclean end left, and begin a run.

        LockedError, ArchiveCorruptError, LedgerError or StorageError when that cannot be.
        """
        self.places, self.edition = places, edition
        self._limits = limits or Limits()
        self._facts = facts or {}
        self.clock = clock or steady()
        """The time of day for whatever this run stores and waits for."""
        started = self._now()
        self.broken: StorageError | None = None
        with ExitStack() as undo, self._storing():
            places.make()
            self._lock = Lock(places.lock, started.isoformat(timespec="seconds"))
            undo.callback(self._lock.release)
            recovery_plan.check_finished(places)
            if not places.ledger.exists():  # and none is made that knows of nothing
                crash_repair.check_strangers(places, set())
            self.ledger = Ledger.open(places.ledger, edition)
            undo.callback(self.ledger.close)
            self.mended = crash_repair.repair(places, self.ledger)
            self.run_name = _free_name(places, started)
            with self.ledger.transaction():
                self.run = self.ledger.runs.begin(
                    self.run_name, started.isoformat(timespec="seconds")
                )
            undo.pop_all()
        self._pair: OutputFiles | None = None
        self._synced = 0
        """Bytes of its WARC that are durable."""
        self._captured: dict[int, StoredVisit] = {}
        self._batch: list[PageUpdate] = []
        self._wants: list[tuple[tuple[str, ...], str]] = []
        self._oldest: float | None = None
        self._kept = 0
        self._fruitful = False
        """Whether the run learnt anything that the files do not tell yet."""
        self._answered = False
        """Whether any byte came back from whom a page was asked of."""
        self.tell(run=self.run_name, **dict.fromkeys(("exit", "last_commit", "rate", "eta")))
        self.written: list[str] = []
        """Stems of the pairs that this run wrote."""

    def tell(self, **facts: object) -> None:
        """Say how the run stands to whoever asks for its status; see `look_at_lock`."""
        self._lock.tell(**facts)

    # --- adding

    def capture(self, visit: Visit, packed: PackedVisit | None = None) -> StoredVisit:
        """Write a visit's exchanges to the WARC, and make the record where there is one.

        `packed` is what its `layer` made, where that was run beforehand.
        """
        with self._storing():
            kept = store_visit(
                visit, packed, self._open_pair, self._holds, self.edition, self.clock()
            )
            self._captured[visit.task.page] = kept
            self._answered |= visit.member is not None or any(e.response for e in visit.exchanges)
            self._touch()
            return kept

    def _holds(self, record_id: str) -> bool:
        """Whether a capture has this id, one that is not committed yet too."""
        waiting = (*self._batch, *(kept.page_update for kept in self._captured.values()))
        return any(
            u.capture is not None and u.capture.record_id == record_id for u in waiting
        ) or self.ledger.captures.holds(record_id)

    def layer(self, visit: Visit) -> Callable[[], PackedVisit]:
        """What lays a visit out for `capture`; it may run in a thread, beside any other work."""
        with self._storing():
            end = next_state(visit, self.edition, self.clock())
            return partial(pack_visit, visit, end, self.edition, self._open_pair().info_id)

    def captured(self, task: Task) -> StoredVisit | None:
        """The captured visit of a task that is not settled yet."""
        kept = self._captured.get(task.page)
        return kept if kept is not None and kept.visit.task is task else None

    def apply(self, kept: StoredVisit) -> None:
        """Write the record of a captured visit to the JSONL, and note what becomes of the page."""
        with self._storing():
            if self._captured.get(kept.visit.task.page) is kept:
                self._settle(kept.visit.task.page)

    def _settle(self, last: int | None = None) -> None:
        """Settle what was captured, up to the page `last`, or all."""
        while self._captured:
            page = next(iter(self._captured))
            kept = self._captured.pop(page)
            if kept.article is not None:
                self._open_pair().append_line(kept.article.to_json())
            self._batch.append(kept.page_update)
            self._fruitful |= _is_news(kept.page_update, answered=self._answered)
            if page == last:
                return

    def want(self, urls: Iterable[str], discoverer: str) -> None:
        """Want pages from the next commit on."""
        self._wants.append((tuple(urls), discoverer))
        self._touch()

    def keep(self, exchanges: Iterable[Exchange], note: Annotation | None = None) -> None:
        """Store exchanges of no wanted page, such as robots.txt."""
        with self._storing():
            for exchange in exchanges:
                pair = self._open_pair()
                pair.append_all(compose(exchange, pair.info_id, note))
                self._kept += 1
            self._touch()

    def _open_pair(self) -> OutputFiles:
        if self._pair is None:
            facts = {"software": extract.EXTRACTOR, "format": "WARC File Format 1.1"} | self._facts
            serial = self.ledger.files.next_serial()
            self._pair = OutputFiles(self.places, serial, self._now(), facts)
            self._synced = 0
            self.written.append(self._pair.stem)
        return self._pair

    # --- committing

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction of its own over the ledger, for what needs no file; StorageError as ever.

        It survives a crash of this program, but not a power cut before the next commit.
        """
        with self._storing(), self.ledger.transaction(durable=False):
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
        return (
            len(self._batch) + self._kept >= BATCH
            or time.monotonic() - self._oldest >= BATCH_SECONDS
            or (self._pair is not None and self._pair.warc_length - self._synced >= BATCH_BYTES)
        )

    def commit(self) -> None:
        """Make everything added so far durable; start the next pair of files when this is full."""
        if self._oldest is None:
            return
        with self._storing():
            self._settle()
            pair = self._pair
            if pair is not None:
                pair.sync()
                self._synced = pair.warc_length
            with self.ledger.transaction():
                for page_update in self._batch:
                    self.ledger.pages.apply(page_update)
                self.ledger.again.join()
                for urls, discoverer in self._wants:
                    self.ledger.pages.want(urls, discoverer)
                if pair is not None:
                    self.ledger.files.store(pair.row())
            self._batch.clear()
            self._wants.clear()
            self._oldest, self._kept = None, 0
            self.tell(last_commit=self._now().isoformat(timespec="seconds"))
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
        """Commit, and take `.open` from the names of the files; without news, leave none."""
        self.commit()
        with self._storing():
            if self._pair is not None and self.written == [self._pair.stem] and not self._fruitful:
                self._drop_pair()
            self._finish_pair()

    def _drop_pair(self) -> None:
        """Leave no files of a run in which pages failed as before, or without an answer."""
        assert self._pair is not None
        pair, self._pair = self._pair, None
        pair.abandon()
        with self.ledger.transaction():
            self.ledger.files.forget(pair.serial)
        for path in (self.places.warc_file, self.places.jsonl_file):
            disk.remove(path(pair.stem, growing=True))
        self.written.clear()

    def close(self, status: int, reason: str) -> None:
        """Finish, end the run, let the next one begin. After a failure: only let go."""
        try:
            if self.broken is None:
                self.finish()
                with self._storing(), self.ledger.transaction():
                    self.ledger.frontier.give_back(self.run)
                    now = self._now().isoformat(timespec="seconds")
                    self.ledger.runs.end(self.run, now, status, reason)
        finally:
            with ExitStack() as letting_go:
                letting_go.callback(self._lock.release)
                letting_go.callback(self.tell, exit=int(status))
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
        return datetime.fromtimestamp(self.clock(), UTC)


def _is_news(done: PageUpdate, *, answered: bool) -> bool:
    """Whether a page's end is more than that it failed once more, or that nobody answered."""
    if done.state is State.FAILED:
        return answered and not done.task.failures
    return done.state is not State.WANTED


def _free_name(places: ArchivePaths, moment: datetime) -> str:
    """A name whose report is not there yet: two runs in one second, or a clock set back."""
    while (places.reports / f"{moment:%Y%m%d%H%M%S}.json").exists():
        moment += timedelta(seconds=1)
    return f"{moment:%Y%m%d%H%M%S}"


def steady() -> Callable[[], float]:
    """The time of day as it is now, going on without the jumps that the system's clock may make."""
    ahead = time.time() - time.monotonic()
    return lambda: time.monotonic() + ahead
