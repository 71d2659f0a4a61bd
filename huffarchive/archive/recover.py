"""A lost or damaged ledger made again from the WARC and JSONL files, which are the truth."""

import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from huffarchive.archive.crash_repair import sha256_of
from huffarchive.archive.files import Lock
from huffarchive.archive.replay import Replay
from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import UnreadAnswersError, articles
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.ledger.stats import MissingPage
from huffarchive.outcome import State
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import PageKey
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.reader import WarcError, records

if TYPE_CHECKING:
    from huffarchive.warc.reader import DamagedBytes

_STEM = re.compile(r"(?P<stem>.+-\d{14}-(?P<serial>\d+))\.(?:warc\.gz|jsonl)(?:\.open)?$")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding found."""

    files: int
    captured: int
    wanted: int
    mended: tuple[str, ...]
    """One line for each file that was not as it should be."""


def rebuild(
    places: ArchivePaths, edition: Edition, workers: int, progress: Callable[[str], None]
) -> Rebuilt:
    """Make the ledger again; whatever is in the way goes to the quarantine, nothing is deleted.

    A damaged WARC is made whole: its readable members are copied as they are to a file of its name,
    and its JSONL is written again from that. A JSONL whose WARC is gone has no evidence: it is set
    aside. Pages whose only captures are lost are wanted again. LockedError when a run is under way.
    """
    places.make()
    disk.make_folder(places.quarantine)
    lock = Lock(places.lock, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        return _Rebuilding(places, edition, workers, progress).run()
    finally:
        lock.release()


class _Rebuilding:
    def __init__(
        self, places: ArchivePaths, edition: Edition, workers: int, progress: Callable[[str], None]
    ) -> None:
        self.places, self.edition, self.workers, self.progress = places, edition, workers, progress
        self.mended: list[str] = []
        self.orphans: list[str] = []

    def run(self) -> Rebuilt:
        for ending in ("", "-wal", "-shm"):
            old = self.places.ledger.with_name(self.places.ledger.name + ending)
            if old.exists():
                self._set_aside(old)
        fresh = self.places.ledger.with_name("ledger.rebuilding.sqlite3")
        for ending in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        ledger = Ledger.open(fresh, self.edition)
        try:
            files = self._files(ledger)
            with ledger.transaction():
                ledger.pages.want(self.orphans, "recover")
            counts = ledger.counts.by_state()
        finally:
            ledger.close()
        disk.rename(fresh, self.places.ledger)
        return Rebuilt(files, counts[State.CAPTURED], counts[State.WANTED], tuple(self.mended))

    def _files(self, ledger: Ledger) -> int:
        """Take in every pair and the newest account of what was left, as they were made.

        Where several tell of one page, the last is right.
        """
        replay = Replay(ledger, self.edition, self.workers)
        account, before = self._newest_account()
        stems = sorted(self._stems().items(), key=lambda item: item[1])
        for stem, serial in stems:
            if account is not None and stem not in before:
                self._restore_what_was_left(ledger, account)
                account = None
            self.progress(stem)
            warc, jsonl = (
                self._whole(self.places.warc_file, stem),
                self._whole(self.places.jsonl_file, stem),
            )
            if warc.exists():
                self._make_whole(warc)
            if not warc.exists():
                self._orphan(jsonl)
                if (index := index_path(warc)).exists():
                    self._set_aside(index)
                continue
            self._same_records(warc, jsonl)
            lines = jsonl.read_bytes().count(b"\n") if jsonl.exists() else 0
            with ledger.transaction():
                replay.file(records(warc), serial)
                ledger.files.store(
                    FileRow(
                        serial,
                        stem,
                        whole=True,
                        warc_length=warc.stat().st_size,
                        jsonl_length=jsonl.stat().st_size,
                        articles=lines,
                        warc_sha256=sha256_of(warc),
                        jsonl_sha256=sha256_of(jsonl),
                    )
                )
        if account is not None:
            self._restore_what_was_left(ledger, account)
        return len(stems)

    def _stems(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for folder in (self.places.warc, self.places.output):
            for path in folder.glob(f"{self.places.name}-*"):
                if (match := _STEM.fullmatch(path.name)) is not None:
                    found[match["stem"]] = int(match["serial"])
        return found

    def _whole(self, name: Callable[..., Path], stem: str) -> Path:
        growing, whole = name(stem, growing=True), name(stem)
        if growing.exists():
            disk.rename(growing, whole)
        return whole

    def _make_whole(self, warc: Path) -> None:
        """Leave out of a WARC what cannot be read; without any record there is none left."""
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
            return
        if (index := index_path(warc)).exists():
            self._set_aside(index)
        fresh = warc.with_suffix(".rebuilding")
        fresh.unlink(missing_ok=True)
        disk.copy_without(warc, ((x.offset, x.offset + x.length) for x in losses), fresh)
        if not fresh.stat().st_size:
            fresh.unlink()
            self._set_aside(warc)
            return
        self._set_aside(warc, copy=True)
        fresh.replace(warc)
        disk.sync_folder(warc.parent)

    def _same_records(self, warc: Path, jsonl: Path) -> None:
        """Write the JSONL again from the WARC where it is not what the WARC says."""
        fresh = jsonl.with_suffix(".rebuilding")
        fresh.unlink(missing_ok=True)
        with disk.create(fresh) as file:
            with suppress(UnreadAnswersError):  # no record comes of an answer that is not read
                for article in articles(warc, self.workers):
                    disk.write(file, article.to_json())
            disk.sync(file)
        if jsonl.exists() and sha256_of(jsonl) == sha256_of(fresh):
            fresh.unlink()
            return
        if jsonl.exists():
            kept = _addresses(fresh)
            lost = (urls for ident, urls in _addresses(jsonl).items() if ident not in kept)
            self.orphans += chain.from_iterable(lost)
            self._set_aside(jsonl)
        self.mended.append(f"{jsonl.name}: written again from {warc.name}")
        disk.rename(fresh, jsonl)

    def _orphan(self, jsonl: Path) -> None:
        self.orphans += chain.from_iterable(_addresses(jsonl).values())
        self.mended.append(f"{jsonl.name}: its WARC is gone; its pages are wanted again")
        self._set_aside(jsonl)

    def _newest_account(self) -> tuple[Path | None, set[str]]:
        """The newest account of what was wanted and not captured, and the pairs that it covers."""
        ending = "-left.jsonl"
        accounts = sorted(self.places.reports.glob(f"*{ending}"))
        if not accounts:
            return None, set()
        report = accounts[-1].with_name(accounts[-1].name.removesuffix(ending) + ".json")
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

    def _set_aside(self, path: Path, *, copy: bool = False) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        target = self.places.quarantine / f"{path.name}.{stamp}"
        if copy:
            shutil.copy2(path, target)
        else:
            shutil.move(path, target)


def _addresses(jsonl: Path) -> dict[str, tuple[str, ...]]:
    """The pages of a JSONL file by their ids, each with its addresses; what is no record is not."""
    found: dict[str, tuple[str, ...]] = {}
    with jsonl.open("rb") as lines:
        for line in lines:
            with suppress(ValueError, LookupError, TypeError):
                row = json.loads(line)
                found[row["id"]] = (row["canonical_url"] or row["url"], row["url"])
    return found
