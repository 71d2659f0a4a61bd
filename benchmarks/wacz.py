"""Time and peak memory of `scrapy wacz` at two sizes: the memory must not grow with the archive.

Run from the project's folder: `python benchmarks/wacz.py [articles]` (default 20,000). What it
prints is in docs/exports.md.
"""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from exports import run, size
from verify import write

from huffarchive.packages.cdxj import RECORDS
from huffarchive.warc.read import records
from tests.exports import synthetic


def build(root: Path, count: int) -> None:
    """An archive of one pair of files."""
    stem = "qc-20260101000000-00001"
    warc, output = root / "warc/qc", root / "output/qc"
    warc.mkdir(parents=True)
    output.mkdir(parents=True)
    path = warc / f"{stem}.warc.gz"
    write(path, count, "gzip")
    with (output / f"{stem}.jsonl").open("wb") as file:
        answers = (s for s in records(path) if s.record.type in RECORDS)
        for number, stored in enumerate(answers):
            row = replace(
                synthetic.article(number),
                url=stored.record.field("WARC-Target-URI") or "",
                captured_at=(stored.record.field("WARC-Date") or "").replace("Z", "+00:00"),
                warc_record_id=stored.record.id,
            )
            file.write(row.to_json())


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print("| articles | seconds | of CPU | peak memory, MB | WACZ, MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for number in (count // 10, count):
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            build(root, number)
            target = root / "qc.wacz"
            folders = [
                f"HUFFARCHIVE_{kind.upper()}_DIR={root / kind}" for kind in ("warc", "output")
            ]
            options = [option for folder in folders for option in ("-s", folder)]
            seconds, cpu, peak = run("wacz", "qc", *options, "-o", str(target))
            found = f"{seconds:.0f} | {cpu:.0f} | {peak / 1e6:.0f} | {size(target) / 1e6:,.0f}"
            print(f"| {number:,} | {found} |", flush=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
