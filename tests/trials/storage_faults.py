"""Storage faults: the k-th change of the disk fails or is partial, for every k.

A change is a write, fsync, rename, truncation, creation or removal below the archive's folders,
those that SQLite makes for a commit included. Each run lets the archive work on made-up pages
until the fault meets it, which must end in a StorageError (or be survived), completes the work
without the fault, and examines the result. A second series has the fault meet the opening that
mends what a power cut left.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from shutil import copytree, rmtree

from tests.trials import child, mutants, preload, work
from tests.trials.check import examine
from tests.trials.crawl import Crawl
from tests.trials.disk_state import Change, Cut, DiskState, changes
from tests.trials.power_cut import run, told_by, workplace
from tests.trials.site import Site

MODES = {
    "e": "fails once (EIO)",
    "x": "fails, and everything after it (EIO)",
    "n": "nothing is stored from it on (ENOSPC)",
    "s": "a write is done by half",
    "h": "a write is done by half, and the next change fails (EIO)",
    "p": "a write is done by half, and nothing is stored after it",
}
_WRITES_ONLY = "shp"


@dataclass(slots=True)
class Tally:
    """What a number of runs showed."""

    runs: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    """How the runs with the fault ended, by mode and kind of change."""
    failed: list[str] = field(default_factory=list)


def fault_once(
    before: Path | None, pages: int, mode: str, step: int, *, mutant: str | None = None
) -> tuple[str, list[str]]:
    """One run with a fault, then without: how the first ended, and what was wrong."""
    with workplace() as place:
        folder, journal = place / "archive", place / "journal"
        if before is None:
            folder.mkdir()
        else:
            copytree(before, folder)

        def failing() -> None:
            if mutant is not None:
                mutants.apply(mutant)
            disk = preload.Disk()
            disk.begin(folder, journal, mode, step)
            work.work(folder, pages, 1, disk.note)

        def completing() -> None:
            if mutant is not None:
                mutants.apply(mutant)
            work.work(folder, pages, 2)

        end = child.run(failing)
        how = end.error or "survived"
        if not end.clean and end.error != "StorageError":
            return how, [f"ended in {end.error}: {end.text}"]
        done = changes(journal)
        told = told_by(c.data.decode() for c in done if c.op == "N")
        if before is None and any(c.op == "F" for c in done):
            _cut_power(folder, done, place)
        again = child.run(completing)
        if not again.clean:
            return how, [f"completing: {again.error}: {again.text}"]
        return how, examine(
            work.places_in(folder),
            work.expected(pages),
            work.extracted,
            with_record=work.with_record,
            told=told,
        )


def _cut_power(folder: Path, done: list[Change], place: Path) -> None:
    """Have what a failed fsync left unwritten be lost."""
    state = DiskState(folder)
    for change in done:
        state.apply(change)
    folder.rename(place / "before")
    state.write(folder, Cut.LOST, Random(0))


def series(
    before: Path | None,
    done: list[Change],
    pages: int,
    every: int,
    tally: Tally,
    name: str,
    *,
    mutant: str | None = None,
) -> Iterator[Tally]:
    """A run for each change of a clean run and each mode that fits; each `every`-th, shuffled."""
    counted = [change for change in done if change.op != "N"]
    cases = [
        (step, change, mode)
        for step, change in enumerate(counted, 1)
        for mode in MODES
        if change.op == "W" or mode not in _WRITES_ONLY
    ]
    Random(1).shuffle(cases)
    for step, change, mode in cases[::every]:
        how, wrong = fault_once(before, pages, mode, step, mutant=mutant)
        tally.runs += 1
        tally.ends[f"{mode} {_kind(change)}: {how}"] += 1
        if wrong:
            where = f"{name}, change {step} of {len(counted)}, {_kind(change)}"
            tally.failed.append(f"{where}, {MODES[mode]}: {wrong[0]} (of {len(wrong)})")
        yield tally


def of_crawl(number: int, pages: int, seed: int) -> Iterator[Tally]:
    """The real crawl with a fault at random, which must end it with 4 or 7, then without."""
    random, tally = Random(seed), Tally()
    with workplace() as place, Site(pages) as site:
        clean, journal = Crawl(site, place / "clean", warc_size=30_000), place / "journal"
        clean.folder.mkdir()
        if status := clean.journaled(journal).run():
            tally.failed.append(f"a clean run: exit {status}: {clean.log()[-400:]!r}")
            yield tally
            return
        done = [change for change in changes(journal) if change.op != "N"]
        for _ in range(number):
            step, mode = random.randint(1, len(done)), random.choice(list(MODES))
            crawl = replace(clean, folder=place / "crawl")
            crawl.folder.mkdir()
            status = crawl.journaled(place / "again", f"{mode}:{step}").run()
            tally.runs += 1
            tally.ends[f"{mode} {_kind(done[step - 1])}: exit {status}"] += 1
            wrong = [] if status in (0, 4, 7) else [f"exit {status}: {crawl.log()[-400:]!r}"]
            if again := crawl.run():
                wrong.append(f"completing: exit {again}: {crawl.log()[-400:]!r}")
            else:
                wrong += crawl.examine()
            if wrong:
                where = f"crawl, change {step} of {len(done)}, {_kind(done[step - 1])}"
                tally.failed.append(f"{where}, {MODES[mode]}: {wrong[0]} (of {len(wrong)})")
            rmtree(crawl.folder)
            (place / "again").unlink()
            yield tally


def _kind(change: Change) -> str:
    names = {
        "C": "create", "M": "folder", "W": "write", "T": "truncate",
        "S": "fsync", "F": "fsync", "R": "rename", "U": "unlink",
    }  # fmt: skip
    path = Path(change.path)
    if "ledger" in path.name:
        return f"{names[change.op]} of the ledger"
    if path.name == "lock":
        return f"{names[change.op]} of the lock"
    if change.op == "S" and ".jsonl" not in path.name and ".gz" not in path.name:
        return "fsync of a folder"
    return names[change.op]


def trials(pages: int, every: int, cuts: int, *, mutant: str | None = None) -> Iterator[Tally]:
    """All series, a tally after each run: a fresh archive, then `cuts` that were cut off."""
    tally = Tally()
    with workplace() as place:
        folder, journal = place / "clean", place / "journal"
        end = run(folder, journal, pages, 1, mutant)
        if not end.clean:
            tally.failed.append(f"a clean run: {end.error}: {end.text}")
            yield tally
            return
        done = changes(journal)
        yield from series(None, done, pages, every, tally, "fresh", mutant=mutant)
        random = Random(1)
        for number in range(cuts):
            state, before = DiskState(folder), place / f"cut{number}"
            moment = len(done) * (2 * number + 1) // (2 * cuts)
            for change in done[:moment]:
                state.apply(change)
            state.write(before, Cut.KEPT, random)
            opened, again = place / f"opened{number}", place / f"journal{number}"
            copytree(before, opened)
            end = run(opened, again, pages, 1, mutant)
            if not end.clean:
                tally.failed.append(f"mending cut {number}: {end.error}: {end.text}")
                yield tally
                return
            mending = _mending(changes(again))
            name = f"cut at {moment}"
            yield from series(before, mending, pages, every, tally, name, mutant=mutant)
            rmtree(opened)


def _mending(done: list[Change]) -> list[Change]:
    """The changes of an opening: until the first new file is begun."""
    for number, change in enumerate(done):
        if change.op == "C" and change.path.endswith(".warc.gz.open"):
            return done[: number + 1]
    return done


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.storage_faults", description=__doc__
    )
    parser.add_argument("--pages", type=int, default=20, help="pages of the made-up site")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="each K-th run only")
    parser.add_argument("--cuts", type=int, default=12, help="openings after a cut (default 12)")
    parser.add_argument("--mutant", choices=sorted(mutants.MUTANTS), help="with spoilt code")
    parser.add_argument("--crawl", type=int, metavar="N", help="N faults in a real crawl")
    parser.add_argument("--seed", type=int, default=1, help="of --crawl (default 1)")
    options = parser.parse_args()
    preload.run_again_with_it("tests.trials.storage_faults")
    runs = (
        of_crawl(options.crawl, options.pages, options.seed)
        if options.crawl
        else trials(options.pages, options.every, options.cuts, mutant=options.mutant)
    )
    tally = Tally()
    for tally in runs:
        if tally.runs % 100 == 0 and os.isatty(2):
            print(f"\r{tally.runs} runs", end="", file=sys.stderr)
    for line in tally.failed:
        print(line)
    for how, number in sorted(tally.ends.items()):
        print(f"{number:6} {how}")
    print(f"{tally.runs} runs: {len(tally.failed)} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except preload.NoCompilerError as error:
        sys.exit(str(error))
