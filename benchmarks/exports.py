"""Time and peak memory of each export, of the package and of a search, at 100,000 articles.

Run from the project's folder: `python benchmarks/exports.py [articles]` (default 100,000: about
1 GB of JSONL and ten minutes on a small machine). Every command runs as its own process. What it
prints is in docs/exports.md.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.exports import synthetic

BIN = Path(sys.executable).parent
WORDS = ("baneuneu", "ditrangra", "badigra baneuneu", "vouchete OR baneuneu", "badigra", "absent")


def run(*command: str) -> tuple[float, float, int]:
    """Seconds, seconds of CPU, peak memory in bytes."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [f"{BIN}/scrapy", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} exited with {process.returncode}: {error}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def size(path: Path) -> int:
    files = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return sum(p.stat().st_size for p in files)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [str(p) for p in synthetic.write(folder, count, count // 100, files=4)]
        total = sum(Path(p).stat().st_size for p in paths)
        print(f"{count:,} articles, {total / 1e6:,.0f} MB of JSONL in {len(paths)} files\n")
        print("| command | seconds | of CPU | peak memory, MB | written, MB |")
        print("| --- | ---: | ---: | ---: | ---: |")
        kinds: list[tuple[str, ...]] = [
            ("jsonl",),
            ("csv",),
            ("parquet",),
            ("parquet", "--by-year"),
            ("sqlite",),
            ("huggingface",),
        ]
        for kind in kinds:
            target = folder / "-".join(("out", *kind))
            seconds, cpu, peak = run("export", *kind, *paths, "-o", str(target))
            shown = f"`scrapy export {' '.join(kind)}`"
            memory, written = peak / 1e6, size(target) / 1e6
            print(
                f"| {shown} | {seconds:.0f} | {cpu:.0f} | {memory:.0f} | {written:,.0f} |",
                flush=True,
            )
        search(folder / "out-sqlite")


def search(path: Path) -> None:
    print("\n| search (the 20 best of) | matches | ms |\n| --- | ---: | ---: |")
    with sqlite3.connect(path) as database:
        for words in WORDS:
            began = time.perf_counter()
            database.execute(
                "SELECT a.id, a.headline, snippet(articles_fts, 2, '[', ']', '…', 12) "
                "FROM articles_fts JOIN articles a ON a.rowid = articles_fts.rowid "
                "WHERE articles_fts MATCH ? ORDER BY rank LIMIT 20",
                (words,),
            ).fetchall()
            taken = (time.perf_counter() - began) * 1000
            (matches,) = database.execute(
                "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (words,)
            ).fetchone()
            print(f"| `{words}` | {matches:,} | {taken:.0f} |", flush=True)
    database.close()


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
