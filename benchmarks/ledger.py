"""What a ledger costs as it grows: `python benchmarks/ledger.py [10000 100000 1000000]`.

For each size a ledger is built by three discoverers, then each step runs in a process of its own:
opening, drawing and settling pages (with 30 links each, as a page gives them), the account.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from huffarchive.archive.status import archive_status
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.rows import CaptureRow, PageUpdate
from huffarchive.outcome import Reason, State
from huffarchive.storage.paths import ArchivePaths

FIRST_ID = 1_264_943
DRAWN = 4_096
PORTION = 32
BATCH = 64
LINKS = 30
CLOSED = "quebec.huffingtonpost.ca"


def url_of(number: int) -> str:
    """A third of the articles at their old, dated address, the rest at the archive's."""
    slug = f"un-titre-assez-long-pour-etre-vrai-{number % 9973}"
    ident = FIRST_ID + number * 15
    if number % 3:
        return f"https://www.huffpost.com/archive/qc/entry/{slug}_n_{ident}"
    day = f"{2012 + number % 5}/{number % 12 + 1:02}/{number % 28 + 1:02}"
    return f"http://{CLOSED}/{day}/{slug}_n_{ident}.html"


def named(size: int, share: float, seed: int) -> Iterator[str]:
    """The articles that one discoverer names."""
    dice = random.Random(seed)
    return (url_of(number) for number in range(size) if dice.random() < share)


def build(places: ArchivePaths, size: int) -> dict[str, float]:
    """A ledger of so many articles."""
    places.make()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    began, asked = time.process_time(), 0
    lists = (("list", 1.0), ("wayback", 0.6), ("commoncrawl", 0.3))
    for seed, (discoverer, share) in enumerate(lists):
        rows = named(size, share, seed)
        while chunk := [url for url, _ in zip(rows, range(10_000), strict=False)]:
            with ledger.transaction():
                ledger.pages.want(chunk, discoverer)
            asked += len(chunk)
    took = time.process_time() - began
    ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    return {
        "µs of CPU a URL wanted": took / asked * 1e6,
        "bytes a page": places.ledger.stat().st_size / size,
    }


def opening(places: ArchivePaths, _: int) -> dict[str, float]:
    """Opening for writing, as a crawl does, and the first portion."""
    began = time.perf_counter()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    opened = time.perf_counter()
    with ledger.transaction():
        assert len(ledger.frontier.draw(1, PORTION, 2e9)) == PORTION
        first = time.perf_counter()
        ledger.frontier.give_back(1)
    ledger.close()
    return {"s to open": opened - began, "ms to the first pages": (first - opened) * 1e3}


def drawing(
    places: ArchivePaths, size: int, without: tuple[str, ...] = (), links_a_page: int = LINKS
) -> dict[str, float]:
    """Drawing and settling, links and all; the links lead anywhere in the archive."""
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    dice = random.Random(size)
    count = min(DRAWN, size // 8)
    done: list[PageUpdate] = []
    began, wall = time.process_time(), time.perf_counter()
    for _ in range(0, count, PORTION):
        with ledger.transaction():
            tasks = ledger.frontier.draw(1, PORTION, 2e9, without)
        for task in tasks:
            row = CaptureRow(
                "live", task.url, "2026-11-05T00:00:00Z", None, None, "sha1:" + "A" * 32, "a" * 64,
                f"<urn:uuid:{task.page:036}>", 1, task.page * 25_000, 25_000, article=True,
            )  # fmt: skip
            links = tuple(url_of(dice.randrange(size)) for _ in range(links_a_page))
            done.append(
                PageUpdate(
                    task, State.CAPTURED, Reason.ARTICLE, month="2012-02", capture=row, links=links
                )
            )
        if len(done) >= BATCH:
            with ledger.transaction():
                for page_update in done:
                    ledger.pages.apply(page_update)
            done.clear()
    with ledger.transaction():
        ledger.frontier.give_back(1)
    took = time.process_time() - began
    result = {
        f"ms of CPU a page, {links_a_page} links": took / count * 1e3,
        f"ms of wall a page, {links_a_page} links": (time.perf_counter() - wall) / count * 1e3,
    }
    ledger.close()
    return result


def linkless(places: ArchivePaths, size: int) -> dict[str, float]:
    """Drawing and settling pages that link to nothing."""
    return drawing(places, size, links_a_page=0)


def paused(places: ArchivePaths, size: int) -> dict[str, float]:
    """Drawing while the host of a third of the pages must not be asked."""
    cpu, _ = drawing(places, size, (CLOSED,), 0).values()
    return {"ms of CPU a page, 0 links, a host paused": cpu}


def status(places: ArchivePaths, _: int) -> dict[str, float]:
    """The account."""
    began = time.perf_counter()
    found = archive_status(places, HUFFPOST_QC)
    took = time.perf_counter() - began
    assert found["estimate"]["lists"] == ("list", "wayback", "commoncrawl")
    return {"s for the account": took}


STEPS = {step.__name__: step for step in (build, opening, drawing, linkless, paused, status)}


def step(name: str, folder: str, size: str) -> None:
    """One step, in this process: its figures as JSON."""
    found = STEPS[name](ArchivePaths(Path(folder), Path(folder), "qc"), int(size))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {f"MB at most, {name}": peak}))


def main(sizes: list[int]) -> None:
    """A table: a row for each figure, a column for each size."""
    table: dict[str, list[str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for name in STEPS:
                command = [sys.executable, __file__, name, folder, str(size)]
                output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                for label, value in json.loads(output).items():
                    table.setdefault(label, []).append(f"{value:,.4g}")
                print(f"{size:,} {name}: {output.strip()}", file=sys.stderr)
    print(f"| | {' | '.join(f'{size:,}' for size in sizes)} |")
    print("|---|" + "---|" * len(sizes))
    for label, cells in table.items():
        print(f"| {label} | {' | '.join(cells)} |")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in STEPS:
        step(*sys.argv[1:4])
    else:
        main([int(arg) for arg in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
