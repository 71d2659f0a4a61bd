"""A lost or damaged ledger made again from the WARC and JSONL files, which are the truth."""

import json
import re
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from huffarchive.archive.crash_repair import sha256_of
from huffarchive.archive.files import Lock
from huffarchive.archive.former_ledger import FormerLedger
from huffarchive.archive.recovery_plan import (
    STAGING,
    Move,
    Rebuilt,
    carry_out,
    discard,
    plan_of,
    staged,
    write_plan,
)
from huffarchive.archive.replay import Replay
from huffarchive.article import Article
from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import UnreadAnswersError, articles
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.ledger.stats import MissingPage
from huffarchive.outcome import State
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import PageKey
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from huffarchive.workers.kept import KeptAnswers
from huffarchive.workers.pool import MEMORY, SECONDS

if TYPE_CHECKING:
    from huffarchive.warc.damage import DamagedBytes

_STEM = re.compile(r"(?P<stem>.+-\d{14}-(?P<serial>\d+))\.(?:warc\.gz|jsonl)(?:\.open)?$")
_LEFT = "-left.jsonl"
_SET_ASIDE = re.compile(r"(?P<stem>.+-\d{14}-\d+)\.jsonl\.\d{20}(?:\.\d+)?")


def rebuild(
    places: ArchivePaths,
    edition: Edition,
    workers: int,
    progress: Callable[[str], None],
    seconds: float = SECONDS,
    memory: int = MEMORY,
    whole: Callable[[], bool] = lambda: False,
) -> Rebuilt | None:
    """Make the ledger again; whatever is in the way goes to the quarantine, nothing is deleted.

    A damaged WARC is made whole: its readable members are copied as they are to a file of its name,
    and its JSONL is written again from that. A JSONL whose WARC is gone has no evidence: it is set
    aside. Pages whose only captures are lost are wanted again. All of it is made beside the archive
    first and put in place at the end by a plan: until then everything stays as it was, and from
    then on the next recovery ends what this one began. None, and nothing is done, where there is
    no such plan and the archive is `whole`. LockedError when a run is under way;
    OSError, sqlite3.Error when something cannot be stored; ArchiveCorruptError when an earlier
    recovery's plan cannot be read.
    """
    places.make()
    lock = Lock(places.lock, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        if (found := carry_out(places)) is not None:
            return found
        if whole():
            return None
        discard(places)
        try:
            _Rebuilding(places, edition, workers, progress, (seconds, memory)).plan()
        except BaseException:
            if not plan_of(places).exists():
                with suppress(OSError):  # it makes room; the next one does it as well
                    discard(places)
            raise
        found = carry_out(places)
        assert found is not None
        return found
    finally:
        lock.release()


class _Rebuilding:
    def __init__(
        self,
        places: ArchivePaths,
        edition: Edition,
        workers: int,
        progress: Callable[[str], None],
        bounds: tuple[float, int],
    ) -> None:
        self.places, self.edition, self.workers, self.progress = places, edition, workers, progress
        self.bounds = bounds
        self.mended: list[str] = []
        self.moved: list[str] = []
        self.moves: list[Move] = []
        self.orphans: list[str] = []

    def plan(self) -> None:
        """Make what the archive is to be beside it, and write down how to put it in place."""
        for folder in (self.places.warc, self.places.output):
            disk.make_folder(folder / STAGING)
        ledger = Ledger.open(staged(self.places.ledger), self.edition)
        try:
            with KeptAnswers(self.places.output / STAGING) as kept:
                files = self._files(ledger, kept)
            with ledger.transaction():
                ledger.pages.want(self.orphans, "recover")
            counts = ledger.counts.by_state()
        finally:
            ledger.close()
        for ending in ("-wal", "-shm"):
            self._move(self.places.ledger.with_name(self.places.ledger.name + ending))
        self._move(self.places.ledger, fresh=True)
        found = (tuple(self.mended), tuple(self.moved))
        write_plan(
            self.places,
            self.moves,
            Rebuilt(files, counts[State.CAPTURED], counts[State.WANTED], *found),
        )

    def _files(self, ledger: Ledger, kept: KeptAnswers) -> int:
        """Take in every pair and the newest account of what was left, as they were made.

        Where several tell of one page, the last is right.
        """
        replay = Replay(ledger, self.edition, self.workers, *self.bounds)
        account, before = self._newest_account()
        newest = account
        stems = self._stems()
        former = self._former_records()
        for stem, serial in stems:
            if account is not None and stem not in before:
                self._restore_what_was_left(ledger, account)
                account = None
            self.progress(stem)
            warc, jsonl = (
                self._whole(self.places.warc_file, stem),
                self._whole(self.places.jsonl_file, stem),
            )
            made = self._made_whole(warc) if warc.exists() else None
            records_before = former.pop(stem, [])
            if made is None:
                self._orphan(jsonl, records_before)
                self._move(index_path(warc))
                continue
            kept.forget()
            lines = self._same_records(made, jsonl, records_before, kept)
            with ledger.transaction():
                replay.file(records(made), serial, kept)
                ledger.files.store(
                    FileRow(
                        serial,
                        stem,
                        whole=True,
                        warc_length=made.stat().st_size,
                        jsonl_length=lines.stat().st_size,
                        articles=lines.read_bytes().count(b"\n"),
                        warc_sha256=sha256_of(made),
                        jsonl_sha256=sha256_of(lines),
                    )
                )
        if account is not None:
            self._restore_what_was_left(ledger, account)
        for paths in former.values():
            self._want_lost(paths, {})
        self._fill(ledger, newest)
        return len(stems)

    def _former_records(self) -> dict[str, list[Path]]:
        """JSONL files that earlier recoveries set aside, by their stems.

        They alone may name pages that were lost and are not captured again since.
        """
        found: dict[str, list[Path]] = {}
        for path in sorted(self.places.quarantine.glob(f"{self.places.name}-*")):
            if (match := _SET_ASIDE.fullmatch(path.name)) is not None:
                found.setdefault(match["stem"], []).append(path)
        return found

    def _want_lost(self, paths: Iterable[Path], kept: Container[str]) -> None:
        for path in paths:
            lost = (urls for ident, urls in _addresses(path).items() if ident not in kept)
            self.orphans += chain.from_iterable(lost)

    def _stems(self) -> list[tuple[str, int]]:
        """By their serials; numbered anew, by their times, where two archives were put together."""
        found: dict[str, int] = {}
        for folder in (self.places.warc, self.places.output):
            for path in folder.glob(f"{self.places.name}-*"):
                if (match := _STEM.fullmatch(path.name)) is not None:
                    found[match["stem"]] = int(match["serial"])
        if len(set(found.values())) < len(found):
            return [(stem, number) for number, stem in enumerate(sorted(found), 1)]
        return sorted(found.items(), key=lambda item: item[1])

    def _whole(self, name: Callable[..., Path], stem: str) -> Path:
        growing, whole = name(stem, growing=True), name(stem)
        if growing.exists():
            disk.rename(growing, whole)
        return whole

    def _made_whole(self, warc: Path) -> Path | None:
        """The WARC, or one beside it without what cannot be read; None where no record is left."""
        losses: list[DamagedBytes] = []
        try:
            for _ in records(warc, losses.append):
                pass
        except WarcError as error:
            begun = sum(loss.records for loss in losses)
            self.mended.append(
                f"{warc.name}: at byte {error.offset}: {error.problem}; records lost: {begun} or "
                "more; as it was it is in the quarantine"
            )
        else:
            return warc
        self._move(index_path(warc))
        fresh = staged(warc)
        disk.copy_without(warc, ((x.offset, x.offset + x.length) for x in losses), fresh)
        whole = fresh.stat().st_size > 0
        self._move(warc, fresh=whole)
        return fresh if whole else None

    def _same_records(self, warc: Path, jsonl: Path, former: list[Path], kept: KeptAnswers) -> Path:
        """The JSONL, or one beside it written from the WARC where it is not what the WARC says."""
        fresh = staged(jsonl)
        fuller = _FullerRecords(jsonl)
        with disk.create(fresh) as file:
            with suppress(UnreadAnswersError):  # no record comes of an answer that is not read
                for article in articles(warc, self.workers, *self.bounds, kept=kept):
                    disk.write(file, fuller.of(article).to_json())
            disk.sync(file)
        if same := jsonl.exists() and sha256_of(jsonl) == sha256_of(fresh):
            disk.remove(fresh)
        made = jsonl if same else fresh
        if former or not same:
            self._want_lost([*former, *([jsonl] if jsonl.exists() else [])], _addresses(made))
        if not same:
            self.mended.append(f"{jsonl.name}: written again from {warc.name}")
            self._move(jsonl, fresh=True)
        return made

    def _orphan(self, jsonl: Path, former: list[Path]) -> None:
        if jsonl.exists():
            self.mended.append(f"{jsonl.name}: its WARC is gone; its pages are wanted again")
            self._want_lost([jsonl], {})
            self._move(jsonl)
        self._want_lost(former, {})

    def _newest_account(self) -> tuple[Path | None, set[str]]:
        """The newest account of what was wanted and not captured, and the pairs that it covers."""
        accounts = sorted(self.places.reports.glob(f"*{_LEFT}"))
        if not accounts:
            return None, set()
        report = accounts[-1].with_name(accounts[-1].name.removesuffix(_LEFT) + ".json")
        before: set[str] = set()
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            files = json.loads(report.read_bytes())["files"]
            before = {row["warc"].removesuffix(".warc.gz") for row in files}
        return accounts[-1], before

    def _restore_what_was_left(self, ledger: Ledger, account: Path) -> None:
        """What a run's account says of pages that were wanted and not captured."""
        with ledger.transaction(), account.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    left = MissingPage.from_line(line)
                except ValueError:
                    self.mended.append(f"{account.name}: an unreadable line was passed over")
                    continue
                if PageKey.parse(left.id).edition == self.edition.code:
                    ledger.remainder.restore(left)

    def _fill(self, ledger: Ledger, account: Path | None) -> None:
        """Take from the ledger that is set aside what neither the files nor the account tell."""
        former = self.places.ledger
        if not former.is_file():
            return
        self.progress(former.name)
        scratch = staged(former).parent
        with FormerLedger.open(former, self.edition, scratch) as found, ledger.transaction():
            covered = account is None or account.name.removesuffix(_LEFT) in found.runs[:-1]
            for page in found.pages():
                ledger.remainder.fill(page.told, page.believed, page.urls, newer=covered)
        if found.lost:
            self.mended.append(
                f"{former.name}: rows that could not be read: {found.lost:,} or more"
            )

    def _move(self, path: Path, *, fresh: bool = False) -> None:
        """Plan that a file goes to the quarantine, if it is there, and a fresh one to its place."""
        aside = None
        if path.exists():
            aside = f"{path.name}.{datetime.now(UTC):%Y%m%d%H%M%S%f}"
            self.moved.append(f"{path}: moved to {self.places.quarantine / aside}")
        if fresh or aside is not None:
            folder = "warc" if path.parent == self.places.warc else "output"
            self.moves.append(Move(folder, path.name, aside, fresh))


class _FullerRecords:
    """The records of a JSONL file from which more was read than now."""

    def __init__(self, jsonl: Path) -> None:
        self._jsonl = jsonl

    @cached_property
    def _offsets(self) -> dict[str, int]:
        """Where the records stand that were read, by their captures."""
        found: dict[str, int] = {}
        with suppress(FileNotFoundError), self._jsonl.open("rb") as lines:
            offset = 0
            for line in lines:
                with suppress(ValueError, LookupError, TypeError):
                    row = json.loads(line)
                    if row["layout"] != "unread":
                        found[row["warc_record_id"]] = offset
                offset += len(line)
        return found

    def of(self, article: Article) -> Article:
        """The record, or the fuller one that is there of the same capture."""
        offset = None
        if article.layout == "unread":  # of the page's bounds, which may be others now
            offset = self._offsets.get(article.warc_record_id)
        if offset is None:
            return article
        with self._jsonl.open("rb") as lines:
            lines.seek(offset)
            try:
                before = msgspec.json.decode(lines.readline(), type=Article)
            except (msgspec.MsgspecError, ValueError):
                return article
        if (before.id, before.payload_sha256) != (article.id, article.payload_sha256):
            return article
        return replace(
            before, warc_file=article.warc_file, warc_offset=article.warc_offset,
            warc_length=article.warc_length,
        )  # fmt: skip


def _addresses(jsonl: Path) -> dict[str, tuple[str, ...]]:
    """The pages of a JSONL file by their ids, each with its addresses; what is no record is not."""
    found: dict[str, tuple[str, ...]] = {}
    with jsonl.open("rb") as lines:
        for line in lines:
            with suppress(ValueError, LookupError, TypeError):
                row = json.loads(line)
                found[row["id"]] = (row["canonical_url"] or row["url"], row["url"])
    return found
