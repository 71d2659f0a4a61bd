"""Time and peak memory of `scrapy wacz` at two sizes: the memory must not grow with the archive.

Run from the project's folder: `python benchmarks/wacz.py [articles]` (default 20,000). What it
prints is in docs/exports.md.

`python benchmarks/wacz.py --index [MB]` (default 1,000): what it takes to index a finished WARC file
again. The file holds the sample site's captures, again and again. What it prints is in
docs/outputs.md.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from exports import run, size
from measured import run as measured
from verify import write

from huffarchive.warc.cdxj import REPLAYED
from huffarchive.warc.reader import records
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
        answers = (s for s in records(path) if s.record.type in REPLAYED)
        for number, stored in enumerate(answers):
            row = replace(
                synthetic.article(number),
                url=stored.record.field("WARC-Target-URI") or "",
                captured_at=(stored.record.field("WARC-Date") or "").replace("Z", "+00:00"),
                warc_record_id=stored.record.id,
            )
            file.write(row.to_json())


def folders(root: Path) -> list[str]:
    """Options that put an archive below a folder."""
    named = [f"HUFFARCHIVE_{kind.upper()}_DIR={root / kind}" for kind in ("warc", "output")]
    return [option for folder in named for option in ("-s", folder)]


def index(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        run("crawl", "huffpost_qc", "-a", "source=sample", *folders(root))
        path = root / "large.warc.gz"
        with path.open("wb") as file:
            while file.tell() < megabytes * 1_000_000:
                for warc in sorted(root.glob("warc/*/*.warc.gz")):
                    with warc.open("rb") as source:
                        shutil.copyfileobj(source, file)
        call = f"from huffarchive.warc import cdxj; cdxj.write_index(cdxj.Path({str(path)!r}))"
        command = [sys.executable, "-c", call]
        cost = measured(command, Path.cwd(), log=root / "log")
        lines = path.with_name("large.cdxj").read_bytes().count(b"\n")
        print("| WARC, MB | captures | seconds | of CPU | peak memory, MB |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        figures = f"{cost.wall:.0f} | {cost.cpu:.0f} | {cost.peak:.0f}"
        print(f"| {size(path) / 1e6:,.0f} | {lines:,} | {figures} |", flush=True)


def main() -> None:
    if sys.argv[1:2] == ["--index"]:
        index(int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print("| articles | seconds | of CPU | peak memory, MB | WACZ, MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for number in (count // 10, count):
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            build(root, number)
            target = root / "qc.wacz"
            seconds, cpu, peak = run("wacz", "qc", *folders(root), "-o", str(target))
            found = f"{seconds:.0f} | {cpu:.0f} | {peak / 1e6:.0f} | {size(target) / 1e6:,.0f}"
            print(f"| {number:,} | {found} |", flush=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
