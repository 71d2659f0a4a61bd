"""How fast `verify` reads, beside `warcio check` and `fastwarc check`, on the same files.

First the reading itself, in this process; then each command as a process of its own, start-up
included; last, on a sixth of the pages, a check that reads the articles again, beside `extract`.
One after the other, three times in turn, the best of each counts. Run from the project's
folder: `python benchmarks/verify.py [pages]` (default 4,000: some minutes on a small machine). What
it prints is in docs/verify.md.
"""

import gzip
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from warcio.checker import Checker

from huffarchive.http import Exchange
from huffarchive.verify.check import Checker as Survey
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.writer import compose, warcinfo

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [
    "le",
    "la",
    "gouvernement",
    "montréal",
    "québec",
    "ministre",
    "santé",
    "depuis",
    "selon",
    "mardi",
    "ville",
    "projet",
]
BIN = Path(sys.executable).parent


def page(seed: int) -> bytes:
    rng = random.Random(seed)
    text = "".join(
        f"<p class='p{rng.randrange(9)}'>{' '.join(rng.choices(WORDS, k=60))} {rng.random()}</p>\n"
        for _ in range(160)
    )
    return f"<!doctype html><html><title>{seed}</title><body>{text}</body></html>".encode()


def write(path: Path, pages: int, kind: str) -> None:
    """A WARC as the crawl writes it: of gzipped, chunked answers, or of plain ones."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with path.open("wb") as file:
        info = warcinfo(path.name, began, {"software": "benchmark"})
        file.write(info.to_member())
        for number in range(pages):
            body = page(number)
            if kind == "gzip":
                body = gzip.compress(body, 6, mtime=0)
                head = b"Content-Encoding: gzip\r\n"
            else:
                head = b""
            head += b"Content-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
            url = f"https://www.huffpost.com/archive/qc/entry/titre-{number}_n_{number}"
            made = compose(
                Exchange(
                    url,
                    b"GET / HTTP/1.1\r\nHost: www.huffpost.com\r\nUser-Agent: x\r\n\r\n",
                    b"HTTP/1.1 200 OK\r\nServer: nginx\r\n" + head + b"\r\n" + body,
                    began + timedelta(seconds=number),
                    "192.0.2.1",
                    ("http/1.1", "tls/1.3"),
                ),
                info.id,
                Annotation(page=f"qc:n:{number}", state="captured", reason="article"),
            )
            file.write(made.main.to_member(stored=made.compressed))
            for other in made.others:
                file.write(other.to_member())


def run(command: list[str]) -> tuple[float, float]:
    """Seconds that passed, and seconds of CPU: the latter hardly depend on what else runs."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    passed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(
            f"{command} exited with {done.returncode}: {done.stdout!r} {done.stderr!r}"
        )
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return passed, used


def reading(path: Path) -> dict[str, float]:
    """Seconds of CPU that the reading itself takes, in this process, the best of three."""
    arguments = SimpleNamespace(inputs=[str(path)], verbose=False)
    ways: dict[str, Callable[[], object]] = {
        "`huffarchive.verify.check.Checker`": lambda: list(Survey().files([path])),
        "`warcio.checker.Checker`": lambda: Checker(arguments).process_all(),
    }
    best: dict[str, float] = {}
    for _ in range(3):
        for name, way in ways.items():
            began = time.process_time()
            way()
            best[name] = min(best.get(name, 1e9), time.process_time() - began)
    return best


def best(commands: dict[str, list[str]]) -> dict[str, tuple[float, float]]:
    """The least of three runs of each, in turn."""
    least: dict[str, tuple[float, float]] = {}
    for _ in range(3):
        for name, command in commands.items():
            new, old = run(command), least.get(name, (1e9, 1e9))
            least[name] = (min(new[0], old[0]), min(new[1], old[1]))
    return least


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    row = "| {} | {} | {} | {:.2f} | {:.0f} |"
    print("| file | checker | seconds | of CPU | MB/s of CPU |\n| --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for kind, title in (("gzip", "gzipped answers"), ("plain", "plain answers")):
            path = Path(folder) / f"{kind}.warc.gz"
            write(path, pages, kind)
            size = path.stat().st_size / 1e6
            label = f"{pages * 3 + 1:,} records, {size:.0f} MB, {title}"
            for name, used in reading(path).items():
                print(row.format(label, name, "", used, size / used), flush=True)
            commands = {
                "`scrapy verify --quick`": [f"{BIN}/scrapy", "verify", "--quick", str(path)],
                "`warcio check`": [f"{BIN}/warcio", "check", str(path)],
                "`fastwarc check`": [f"{BIN}/fastwarc", "check", "-q", "-p", str(path)],
            }
            for name, (passed, used) in best(commands).items():
                print(row.format(label, name, f"{passed:.2f}", used, size / used), flush=True)
        path, jsonl = Path(folder) / "again.warc.gz", Path(folder) / "again.jsonl"
        write(path, pages // 6, "gzip")
        size = path.stat().st_size / 1e6
        label = f"{pages // 6:,} articles read again, {size:.0f} MB, gzipped answers"
        run([f"{BIN}/scrapy", "extract", str(path), "-o", str(jsonl)])
        commands = {
            "`scrapy verify`": [f"{BIN}/scrapy", "verify", "--workers=1", str(path), str(jsonl)],
            "`scrapy extract`": [
                *(f"{BIN}/scrapy", "extract", "--workers=1", str(path)),
                *("-o", str(jsonl.with_suffix(".again"))),
            ],
        }
        for name, (passed, used) in best(commands).items():
            print(row.format(label, name, f"{passed:.2f}", used, size / used), flush=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
