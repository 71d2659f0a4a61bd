"""`python -m tests.trials.hostile`: run the matrix and say, case by case, what came of it."""

import argparse
import re
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.trials.hostile.beside import StockResult, run_stock
from tests.trials.hostile.case import Case
from tests.trials.hostile.cases import CASES
from tests.trials.hostile.crawl import Measured, Result, run_crawl, run_direct
from tests.trials.hostile.results import keep, kept, slug
from tests.trials.hostile.table import cell, row, write_cases, write_table

CRAWLER_BOUND = 300 * 1024 * 1024
WORKER_BOUND = 1024 * 1024 * 1024
STILL_BOUND = 1.0


def main() -> int:
    """Run what the arguments name; 0 when every case ended as it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.hostile", description=__doc__)
    parser.add_argument("names", nargs="*", help="groups or cases, as regular expressions")
    parser.add_argument(
        "--quick", action="store_true", help="only the cases that run with the tests"
    )
    parser.add_argument(
        "--own-waits",
        action="store_true",
        help="with the waits and the time bound of the project's settings",
    )
    parser.add_argument(
        "--ours", action="store_true", help="without the same cases on stock Scrapy"
    )
    parser.add_argument(
        "--write", metavar="FILE", help="write the table of groups there, e.g. docs/hostile.md"
    )
    parser.add_argument("--cases", metavar="FILE", help="write there how each case ended")
    parser.add_argument(
        "--list", action="store_true", help="only say what each case does and how it must end"
    )
    parser.add_argument(
        "--keep", metavar="FOLDER", help="where the runs are left; default: nowhere"
    )
    parser.add_argument(
        "--results",
        metavar="FOLDER",
        help="keep each group's results there; write the table of all",
    )
    options = parser.parse_args()
    chosen = [case for case in CASES if _chosen(case, options.names, quick=options.quick)]
    if options.list:
        for case in chosen:
            print(row(case.group, case.name, cell(case.does), case.expect), end="")
        return 0
    folder = Path(options.keep or tempfile.mkdtemp(prefix="hostile-"))
    began = time.monotonic()
    try:
        results, measured = run(chosen, folder, own_waits=options.own_waits, say=print)
        if not (options.ours or options.own_waits):
            results = run_beside(results, measured, folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    wrong = [result for result in results if not result.good]
    for result in wrong:
        print(
            f"WRONG {result.case.name}: {result.outcome}, not {result.case.expect}; "
            f"{result.seconds:.1f} s; neighbours {result.neighbours}; {result.detail[:120]}"
        )
    faults = [fault for one in measured.values() for fault in one.faults + over(one)]
    for fault in faults:
        print(f"FAULT {fault}")
    print(
        f"{len(results)} cases, {len(wrong)} wrong, {len(faults)} faults, {time.monotonic() - began:.0f} s"
    )
    if options.results:
        keep(Path(options.results), results, measured, own_waits=options.own_waits)
    waits = {}
    if options.results:
        waits = kept(Path(options.results), own_waits=True)[1]
        results, measured = kept(Path(options.results))
    if options.write:
        write_table(Path(options.write), results, measured, waits)
    if options.cases:
        write_cases(Path(options.cases), results, measured)
    return 1 if wrong or faults else 0


def _chosen(case: Case, names: list[str], *, quick: bool) -> bool:
    fits = not names or any(re.search(n, case.group) or re.search(n, case.name) for n in names)
    return fits and (case.quick or not quick)


def run(
    chosen: list[Case], folder: Path, *, own_waits: bool = False, say: object = None
) -> tuple[list[Result], dict[str, Measured]]:
    """Run cases, those that fit together in one crawl; results, and what each group cost."""
    results: list[Result] = []
    measured: dict[str, Measured] = {}
    for group in dict.fromkeys(case.group for case in chosen):
        members = [case for case in chosen if case.group == group]
        total = measured[group] = Measured()
        results += run_direct([case for case in members if case.direct])
        shared = [case for case in members if not case.direct and not case.own]
        crawls = [shared] if shared else []
        crawls += [[case] for case in members if case.own]
        for number, cases in enumerate(crawls):
            found, cost = run_crawl(
                cases,
                folder / f"{slug(group)}-{number}",
                haste=not own_waits,
            )
            results += found
            total.join(cost)
        if callable(say):
            say(
                f"{group}: {len(members)} cases in {total.seconds:.0f} s; crawler {total.crawler >> 20} MiB, "
                f"worker {total.worker >> 20} MiB, loop still {total.still:.2f} s, canary {total.canary}, tracebacks {total.tracebacks}"
            )
            sys.stdout.flush()
    return results, measured


def run_beside(results: list[Result], measured: dict[str, Measured], folder: Path) -> list[Result]:
    """The results, with what stock Scrapy made of the same cases."""
    found: dict[str, StockResult] = {}
    for group, cost in measured.items():
        members = [result.case for result in results if result.case.group == group]
        made, cost.stock = run_stock(members, folder / f"stock-{slug(group)}")
        found |= made
        print(
            f"stock, {group}: {cost.stock.seconds:.0f} s; {cost.stock.crawler >> 20} MiB, loop still "
            f"{cost.stock.still:.2f} s, canary {cost.stock.canary}, died {cost.stock.died}, no outcome "
            f"{cost.stock.neither}, good pages {cost.stock.good} of {cost.stock.neighbours}",
            flush=True,
        )
    return [replace(result, stock=found.get(result.case.name)) for result in results]


def over(cost: Measured) -> list[str]:
    """Which bounds a group's crawls went over."""
    found = []
    if cost.crawler > CRAWLER_BOUND:
        found.append(f"the crawler held {cost.crawler >> 20} MiB")
    if cost.worker > WORKER_BOUND:
        found.append(f"a reading worker held {cost.worker >> 20} MiB")
    if cost.still > STILL_BOUND:
        found.append(f"the loop stood still for {cost.still:.2f} s: {cost.still_most[:3]}")
    if cost.canary:
        found.append(f"the canary was asked {cost.canary} times")
    return found


if __name__ == "__main__":
    sys.exit(main())
