"""Kills: `kill -9` on the process group of a real crawl, at random moments.

Each trial starts `scrapy crawl huffpost_qc -a site=…` on a site of made-up pages, kills it one to
four times, lets it run to its end, and examines what is there: pages, records, members, pointers,
what `scrapy extract` makes of the WARC files, their indexes, and where each byte that was cut off has gone.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass, field
from random import Random

from tests.trials.check import Snapshot, snapshot, unindexed
from tests.trials.crawl import Crawl, kill
from tests.trials.power_cut import workplace
from tests.trials.site import Site

MOST_KILLS = 4


@dataclass(slots=True)
class Result:
    """What one trial showed."""

    kills: list[str] = field(default_factory=list)
    """For each kill the second, and how many pages were committed by then."""
    status: int | None = None
    seconds: float = 0.0
    files: int = 0
    cut: int = 0
    """Bytes in the quarantine."""
    wrong: list[str] = field(default_factory=list)


def one(seed: int, pages: int, *, reach: float, workers: int = 1) -> Result:
    """One trial; kills fall within `reach` seconds of a run's start."""
    random, result, began = Random(seed), Result(), time.monotonic()
    stops: list[Snapshot] = []
    with workplace() as folder, Site(pages) as site:
        crawl = Crawl(site, folder, workers=workers)
        for _ in range(random.randint(1, MOST_KILLS)):
            moment = random.uniform(0.2, reach)
            process = crawl.start()
            try:
                status = crawl.meant(process.wait(moment))
            except subprocess.TimeoutExpired:
                kill(process)
                stops.append(snapshot(crawl.places))
                result.kills.append(f"{moment:.1f} s")
                continue
            if status:
                result.wrong.append(f"ended before its kill with {status}")
            break
        result.status = crawl.run()
        if result.status:
            result.wrong.append(f"exit {result.status}: {crawl.log()[-400:]!r}")
        result.wrong += crawl.examine(tuple(stops))
        result.wrong += unindexed(crawl.places)
        result.files = len(list(crawl.places.warc.glob("*.warc.gz")))
        if crawl.places.quarantine.exists():
            result.cut = sum(p.stat().st_size for p in crawl.places.quarantine.iterdir())
    result.seconds = time.monotonic() - began
    return result


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.kill", description=__doc__)
    parser.add_argument("--trials", type=int, default=100, metavar="N", help="default 100")
    parser.add_argument("--seed", type=int, default=1, help="of the first trial (default 1)")
    parser.add_argument("--pages", type=int, default=1000, help="pages of the site (default 1000)")
    parser.add_argument("--reach", type=float, default=12, help="latest kill after a start (s)")
    parser.add_argument("--workers", type=int, default=1, help="HUFFARCHIVE_WORKERS (default 1)")
    options = parser.parse_args()
    kills = failed = cut = files = 0
    for seed in range(options.seed, options.seed + options.trials):
        result = one(seed, options.pages, reach=options.reach, workers=options.workers)
        kills += len(result.kills)
        cut += result.cut
        files += result.files
        failed += bool(result.wrong)
        said = f"{result.files} files, {result.cut} bytes set aside, {result.seconds:.0f} s"
        print(f"seed {seed}: killed at {', '.join(result.kills) or '-'}; {said}", flush=True)
        for line in result.wrong[:5]:
            print(f"  {line}")
    print(
        f"{options.trials} trials on {options.pages} pages, {kills} kills, {files} files, "
        f"{cut} bytes set aside: {failed} failed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
