"""Time and peak memory of `scrapy report`, at 1,000 and 100,000 articles.

Run from the project's folder: `python benchmarks/report.py [articles ...]`. Each archive is made of
invented articles, and a ledger that knows a tenth more pages than were captured; the report runs as
its own process, once in each language. What it prints is in docs/report.md.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.measured import load, run
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.ledger.rows import PageUpdate
from huffarchive.outcome import Reason, State
from huffarchive.storage.paths import ArchivePaths
from tests.exports import synthetic

PORTION = 1_000


def archive(folder: Path, count: int) -> ArchivePaths:
    """An archive of `count` articles, one in a hundred in two versions, and its ledger."""
    places = ArchivePaths(folder / "warc", folder / "output", "qc")
    places.make()
    paths = synthetic.write(places.output, count, count // 100, files=4)
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    base = "https://www.huffpost.com/archive/qc/entry/x_n_"
    for first in range(0, count + count // 10, PORTION):
        with ledger.transaction():
            ledger.pages.want([f"{base}{first + n + 1}" for n in range(PORTION)], "list")
    for first in range(0, count, PORTION):
        with ledger.transaction():
            for task in ledger.frontier.draw(1, min(PORTION, count - first), 2e9):
                done = PageUpdate(task, State.CAPTURED, Reason.ARTICLE, month="2014-05")
                ledger.pages.apply(done)
    with ledger.transaction():
        for number, path in enumerate(paths, 1):
            with path.open("rb") as file:  # not at once: a child's peak counts what its parent held
                lines = sum(1 for _ in file)
            size = path.stat().st_size
            ledger.files.store(FileRow(number, path.stem, True, 1, size, lines, "0" * 64, "0" * 64))
    ledger.close()
    return places


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [1_000, 100_000]
    print(load())
    print("| articles | JSONL, MB | language | seconds | of CPU | peak memory, MB | page, kB |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            places = archive(folder, count)
            size = sum(path.stat().st_size for path in places.output.glob("*.jsonl")) / 1e6
            for language in ("fr", "en"):
                page = folder / f"{language}.html"
                cost = run(
                    [sys.executable, "-m", "scrapy.cmdline", "report", "qc",
                     "--lang", language, "-o", page,
                     "-s", f"HUFFARCHIVE_OUTPUT_DIR={folder}/output",
                     "-s", f"HUFFARCHIVE_WARC_DIR={folder}/warc"],
                    Path.cwd(), log=folder / "log",
                )  # fmt: skip
                print(f"| {count:,} | {size:,.0f} | {language} | {cost.wall:.1f} | {cost.cpu:.1f} "
                      f"| {cost.peak:.0f} | {page.stat().st_size / 1e3:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
