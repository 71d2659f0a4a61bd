"""Recoveries that are killed, or meet a full or failing disk, and are run again.

The archives have a damaged member, a vanished WARC, a vanished JSONL, or all of it. Whatever
interrupts a recovery, the one after it must end as an undisturbed one does: the same ledger row by
row, the same files, and every byte that was there before still there.
"""

import argparse
import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from huffarchive.archive.archive import Archive
from huffarchive.archive.files import ArchiveCorruptError
from huffarchive.archive.recover import rebuild
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.reader import records
from tests.archive.test_recover import DATED, URL, article, http, run
from tests.kit.ledger_rows import assert_equal

DAMAGES = ("member", "warc", "jsonl", "all")
FAULTS = {"kill": None, "fails": errno.EIO, "full": errno.ENOSPC}
CHANGES = ("rename", "replace", "unlink", "remove", "rmdir", "mkdir", "fsync", "link")


class Killed(BaseException):
    """The end of the process: nothing that it does after this changes the disk."""


class Faulty:
    """Counts the changes of the disk; the `step`-th and perhaps those after it fail."""

    def __init__(self, fault: str, step: int) -> None:
        self.fault, self.step, self.count = fault, step, 0

    def wrap(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def changed(*args: Any, **named: Any) -> Any:
            frees = name in ("unlink", "remove", "rmdir")
            self.count += 1
            if self.count == self.step or (self.count > self.step > 0 and self.lasts(frees)):
                if name == "write":
                    args[0].write(bytes(args[1])[: len(args[1]) // 2])
                if self.fault == "kill":
                    raise Killed
                number = FAULTS[self.fault]
                if not (frees and number == errno.ENOSPC):
                    raise OSError(number, os.strerror(number or 0), str(args[0]))
            return call(*args, **named)

        return changed

    def lasts(self, frees: bool) -> bool:
        return self.fault == "kill" or (self.fault == "full" and not frees)

    @contextmanager
    def at_work(self) -> Iterator["Faulty"]:
        with patch.multiple(os, **{n: self.wrap(getattr(os, n), n) for n in CHANGES}), patch.object(
            disk, "write", self.wrap(disk.write, "write")
        ), patch.object(disk, "create", self.wrap(disk.create, "create")):  # fmt: skip
            yield self


def places_in(folder: Path) -> ArchivePaths:
    return ArchivePaths(folder / "warc", folder / "output", "qc")


def make(folder: Path) -> ArchivePaths:
    """A whole archive of four runs; a killed one has left its files open."""
    places = places_in(folder)
    for day in range(1, 5):
        numbers = range(10 * day, 10 * day + 3)
        wants = (*(URL.format(n) for n in numbers), DATED.format(day))
        with run(places, day, killed=day == 4, wants=wants) as one:
            for n in numbers:
                one.visit(URL.format(n), http(article(n, URL.format(1000 + n))))
            one.visit(DATED.format(day), http(status="404 Not Found"))
    return places


def spoil(places: ArchivePaths, damage: str) -> None:
    warcs = sorted(places.warc.glob("*.warc.gz"))
    if damage in ("member", "all"):
        offset = next(
            s.offset for s in records(warcs[0])
            if s.record.type == "response" and s.record.field("WARC-Target-URI") == URL.format(11)
        )  # fmt: skip
        data = bytearray(warcs[0].read_bytes())
        data[offset + 30 : offset + 60] = bytes(30)
        warcs[0].write_bytes(data)
    if damage in ("warc", "all"):
        warcs[1].unlink()
    if damage in ("jsonl", "all"):
        places.jsonl_files()[2].unlink()


def recover(places: ArchivePaths) -> None:
    rebuild(places, HUFFPOST_QC, 0, lambda _: None)


def contents(places: ArchivePaths) -> dict[str, str]:
    """The archive's own files but for the ledger, by their names."""
    found = {}
    for folder in (places.warc, places.output):
        for path in folder.iterdir():
            if path.is_file() and not path.name.startswith("ledger.") and path != places.lock:
                found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
            assert path.is_file() or path.name in ("reports", "quarantine"), path
    return found


def bytes_of(places: ArchivePaths) -> set[str]:
    """What is there at all, wherever."""
    return {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (places.warc_root, places.output_root)
        for path in folder.rglob("*")
        if path.is_file() and path != places.lock and not path.name.endswith("-shm")
    }


class Trial:
    """One archive with a damage, and what an undisturbed recovery makes of it."""

    def __init__(self, folder: Path, damage: str, whole: Path | None = None) -> None:
        self.folder = folder
        self.before = folder / "before"
        if whole is None:
            make(self.before)
        else:
            shutil.copytree(whole, self.before)
        spoil(places_in(self.before), damage)
        self.kept = bytes_of(places_in(self.before))
        self.calm = self._copy("calm")
        with Faulty("kill", 0).at_work() as counting:
            recover(self.calm)
        self.changes = counting.count

    def _copy(self, name: str) -> ArchivePaths:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return places_in(shutil.copytree(self.before, self.folder / name))

    def disturbed(self, fault: str, step: int, *more: int) -> str:
        """Interrupt a recovery at a change, perhaps the next one too, then let one end."""
        places, told = self._copy("disturbed"), "survived"
        for at in (step, *more):
            try:
                with Faulty(fault, at).at_work():
                    recover(places)
            except (Killed, OSError) as error:
                told = type(error).__name__
            assert self.kept <= bytes_of(places), f"{self.kept - bytes_of(places)} lost at {at}"
            if (places.output / "recovering" / "plan.json").exists():
                with suppress(ArchiveCorruptError):
                    Archive(places, HUFFPOST_QC)
                    raise AssertionError("a run began before the recovery was finished")
        recover(places)
        self.check(places)
        return told

    def check(self, places: ArchivePaths) -> None:
        assert_equal(self.calm.ledger, places.ledger)
        assert contents(places) == contents(self.calm)
        assert self.kept <= bytes_of(places)


def trials(every: int, each: int) -> Iterator[tuple[str, str]]:
    """Every `every`-th change of every archive, by each fault, `each` of them killed twice."""
    with tempfile.TemporaryDirectory() as top:
        whole = Path(top, "whole")
        make(whole)
        for damage in DAMAGES:
            trial = Trial(Path(top, damage), damage, whole)
            cases: list[tuple[str, tuple[int, ...]]] = [
                (fault, (step,))
                for first, fault in enumerate(FAULTS, 1)
                for step in range(1 + (first - 1) % every, trial.changes + 1, every)
            ]
            steps = range(1, trial.changes + 1, max(1, trial.changes // each))[:each]
            cases += [("kill", (step, 1 + step * 7 % trial.changes)) for step in steps]
            for fault, steps in cases:
                name = f"{damage}: {fault} at {', '.join(map(str, steps))} of {trial.changes}"
                try:
                    yield fault, trial.disturbed(fault, *steps) and ""
                except Exception as error:  # noqa: BLE001 - it is told
                    yield fault, f"{name}: {type(error).__name__}: {str(error)[:200]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="of the changes, each n-th")
    parser.add_argument("--twice", type=int, default=50, help="pairs of kills for each archive")
    options = parser.parse_args()
    done = dict.fromkeys(FAULTS, 0)
    wrong = []
    for fault, problem in trials(options.every, options.twice):
        done[fault] += 1
        if problem:
            wrong.append(problem)
            print(problem)
    print(f"recoveries disturbed: {done}; {len(wrong)} ended otherwise than an undisturbed one")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
