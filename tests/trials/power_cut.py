"""Power cuts: whatever was not fsynced is lost, torn or kept at the moment of the cut.

Each trial lets the archive work on made-up pages while its journal is taken, cuts the power one
to three times at random moments, opens the archive again with the real code, completes the work
and examines the result. `--every` cuts one run at each of its moments instead. `--without-fsync`
forgets every fsync: then the trials must fail, or they show nothing.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from shutil import rmtree

from tests.trials import child, mutants, preload, work
from tests.trials.check import Snapshot, examine, snapshot, unaccounted
from tests.trials.crawl import Crawl
from tests.trials.disk_state import Change, Cut, DiskState, changes
from tests.trials.site import Site

MOST_CUTS = 3


@dataclass(slots=True)
class Tally:
    """What a number of trials showed."""

    trials: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    """One line for each trial that failed: its name and what was wrong first."""

    def add(self, name: str, cuts: list[str], wrong: list[str]) -> None:
        """Count a trial."""
        self.trials += 1
        self.cuts.update(cuts)
        if wrong:
            self.failed.append(f"{name} ({', '.join(cuts)}): {wrong[0]} (of {len(wrong)})")


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one trial, in memory where that can be."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="trial-", dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        rmtree(folder)


def run(folder: Path, journal: Path, pages: int, seed: int, mutant: str | None) -> child.End:
    """Work below `folder` in a child that journals."""
    folder.mkdir(exist_ok=True)

    def working() -> None:
        if mutant is not None:
            mutants.apply(mutant)
        disk = preload.Disk()
        disk.begin(folder, journal)
        work.work(folder, pages, seed, disk.note)

    return child.run(working)


def one(
    seed: int, pages: int, *, mutant: str | None = None, obey_sync: bool = True
) -> tuple[list[str], list[str]]:
    """One trial: the cuts made, and all that was wrong."""
    random = Random(seed)
    cuts: list[str] = []
    told: dict[str, str] = {}
    stops: list[Snapshot] = []
    with workplace() as place:
        before: Path | None = None
        for number in range(random.randint(1, MOST_CUTS)):
            folder = place / str(number)
            state = DiskState(folder, before, obey_sync=obey_sync) if before is None else None
            if before is not None:
                before.rename(folder)
                state = DiskState(folder, folder, obey_sync=obey_sync)
                state.adopt(folder)
            assert state is not None
            journal = place / f"{number}.journal"
            end = run(folder, journal, pages, random.randrange(1 << 30), mutant)
            if not end.clean:
                return cuts, [f"run {number + 1}: {end.error}: {end.text}"]
            done = changes(journal)
            moment = random.randrange(len(done) + 1)
            cut = random.choice(list(Cut))
            before = place / f"{number}.after"
            if mutant is None and obey_sync and number == 0:
                _check_journal(done, folder, place)
            for change in done[:moment]:
                state.apply(change)
            state.write(before, cut, random)
            told |= told_by(state.notes)
            cuts.append(f"{cut} at {moment} of {len(done)}")
            stops.append(snapshot(work.places_in(before)))
        assert before is not None
        return cuts, _complete(before, pages, mutant, told, stops)


def every(
    pages: int, cuts: tuple[Cut, ...], step: int, *, mutant: str | None = None
) -> Iterator[tuple[str, list[str]]]:
    """One run, cut at each of its moments: the cut, and what was wrong."""
    with workplace() as place:
        folder, journal = place / "0", place / "journal"
        end = run(folder, journal, pages, 1, mutant)
        if not end.clean:
            raise RuntimeError(f"{end.error}: {end.text}")
        done = changes(journal)
        for cut in cuts:
            state, random = DiskState(folder), Random(1)
            for moment in range(len(done) + 1):
                if moment:
                    state.apply(done[moment - 1])
                if moment % step:
                    continue
                after = place / "after"
                state.write(after, cut, random)
                stops = [snapshot(work.places_in(after))]
                wrong = _complete(after, pages, mutant, told_by(state.notes), stops)
                yield f"{cut} at {moment} of {len(done)}", wrong
                rmtree(after)


def of_crawl(number: int, pages: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """The real crawl, cut at so many moments and completed by the real crawl."""
    random = Random(seed)
    with workplace() as place, Site(pages) as site:
        crawl, journal = Crawl(site, place, warc_size=30_000), place / "journal"
        if status := crawl.journaled(journal).run():
            yield "no cut", [f"exit {status}: {crawl.log()[-400:]!r}"]
            return
        done = changes(journal)
        moments = sorted(random.randrange(len(done) + 1) for _ in range(number))
        state, played = DiskState(crawl.archive), 0
        for moment in moments:
            for change in done[played:moment]:
                state.apply(change)
            played = moment
            cut = random.choice(list(Cut))
            after = replace(crawl, folder=place / f"after-{moment}")
            state.write(after.archive, cut, random)
            stop = snapshot(after.places)
            status = after.run()
            wrong = [f"exit {status}: {after.log()[-400:]!r}"] if status else after.examine((stop,))
            yield f"{cut} at {moment} of {len(done)}", wrong
            rmtree(after.folder)


def _complete(
    folder: Path, pages: int, mutant: str | None, told: dict[str, str], stops: list[Snapshot]
) -> list[str]:
    """Open again, complete the work, and look at the result."""

    def completing() -> None:
        if mutant is not None:
            mutants.apply(mutant)
        work.work(folder, pages, 0)

    end = child.run(completing)
    if not end.clean:
        return [f"completing: {end.error}: {end.text}"]
    places = work.places_in(folder)
    wrong = examine(
        places, work.expected(pages), work.extracted, with_record=work.with_record, told=told
    )
    for stop in stops:
        wrong += unaccounted(stop, places)
    return wrong


def told_by(notes: Iterable[str]) -> dict[str, str]:
    """Which pages were said to be durable, and the record ids of their captures."""
    told = {}
    for line in notes:
        key, _, record_id = line.split(" ")
        told[key.partition(":")[2]] = record_id
    return told


def _check_journal(done: list[Change], folder: Path, place: Path) -> None:
    """The journal is whole: replayed to its end it gives the folder itself."""
    state = DiskState(folder)
    for change in done:
        state.apply(change)
    copy = place / "copy"
    state.write(copy, Cut.KEPT, Random(0))
    there, here = _contents(folder), _contents(copy)
    rmtree(copy)
    if there != here:
        names = {n for n in {*there, *here} if there.get(n) != here.get(n)}
        raise RuntimeError(f"the journal does not give the folder again: {sorted(names)}")


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def trials(
    number: int,
    pages: int,
    *,
    first: int = 1,
    mutant: str | None = None,
    obey_sync: bool = True,
    enough: Callable[[Tally], bool] = lambda _: False,
) -> Tally:
    """So many trials by seed; ends early when that is `enough`."""
    tally = Tally()
    for seed in range(first, first + number):
        cuts, wrong = one(seed, pages, mutant=mutant, obey_sync=obey_sync)
        tally.add(f"seed {seed}", cuts, wrong)
        if enough(tally):
            break
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.power_cut", description=__doc__)
    parser.add_argument("--trials", type=int, default=200, metavar="N", help="default 200")
    parser.add_argument("--seed", type=int, default=1, help="of the first trial (default 1)")
    parser.add_argument("--pages", type=int, default=60, help="pages of the made-up site")
    parser.add_argument("--every", type=int, metavar="K", help="cut one run at each K-th moment")
    parser.add_argument("--crawl", type=int, metavar="N", help="N cuts of a real crawl")
    parser.add_argument("--without-fsync", action="store_true", help="must fail")
    parser.add_argument("--mutant", choices=sorted(mutants.MUTANTS), help="with spoilt code")
    options = parser.parse_args()
    preload.run_again_with_it("tests.trials.power_cut")
    if options.every:
        tally = Tally()
        for cut, wrong in every(options.pages, tuple(Cut), options.every, mutant=options.mutant):
            tally.add("every", [cut], wrong)
    elif options.crawl:
        tally = Tally()
        for cut, wrong in of_crawl(options.crawl, options.pages, options.seed):
            tally.add("crawl", [cut], wrong)
    else:
        tally = trials(
            options.trials,
            options.pages,
            first=options.seed,
            mutant=options.mutant,
            obey_sync=not options.without_fsync,
        )
    for line in tally.failed:
        print(line)
    cuts = Counter(cut.split(" ")[0] for cut in tally.cuts.elements())
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(cuts.items()))
    print(f"{tally.trials} trials, {sum(cuts.values())} cuts ({kinds}): {len(tally.failed)} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except preload.NoCompilerError as error:
        sys.exit(str(error))
