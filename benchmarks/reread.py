"""Re-reading WARC files on all cores: `python benchmarks/reread.py [--articles 2000]`.

A crawl fills several WARC files; `scrapy extract` reads them again with one process and with two,
in turns; then it is killed in the middle and started again. The records must be the same bytes
each time. On a busy machine two processes get no second core: the best round counts, and the CPU
time beside it shows what the second process costs. The rate that two free cores would give is told
by the CPU time of the busiest process, which no wait for a core lengthens.
"""

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from job import ROOT, SCRAPY, Systems, options
from measured import Cost, load, run
from nginx_site import NginxSite

FILES = 12
"""Files that the crawl's WARC is cut into, about."""


def extract(warcs: list[Path], out: Path, workers: int) -> list[str | Path]:
    return [
        sys.executable, *SCRAPY, "extract", *warcs, "-o", f"{out}/", "--workers", str(workers)
    ]  # fmt: skip


def digest(folders: list[Path]) -> str:
    """Of all records in the folders; each copy of a file has an output of its own."""
    paths = [path for folder in folders for path in folder.glob("*.jsonl")]
    parts = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in paths)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def killed(command: list[str | Path], seconds: float, log: Path) -> None:
    """Start it, and kill it and its processes after so many seconds."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="scrapy extract with one process and with two.")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--copies", type=int, default=3, help="of each file, to read it all")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory(prefix="reread-") as name:
        base = Path(name)
        base.chmod(0o755)
        with NginxSite(base / "site", given.articles) as web:
            (base / "crawl").mkdir()
            size = given.articles * 24_000 // FILES
            Systems(web, 1, None).ours(base / "crawl", *options(HUFFARCHIVE_WARC_SIZE=size))
        found = sorted((base / "crawl" / "warc" / "qc").glob("*.warc.gz"))
        written = digest([base / "crawl" / "output" / "qc"] * given.copies)
        warcs = []
        for copy in range(given.copies):
            (base / f"copy{copy}").mkdir()
            warcs += [shutil.copy(path, base / f"copy{copy}") for path in found]
        pages = given.articles * given.copies
        costs: dict[int, list[Cost]] = {1: [], 2: []}
        for turn in range(given.rounds):
            for workers in (1, 2) if turn % 2 else (2, 1):
                out = base / f"{turn}-{workers}"
                cost = run(extract(warcs, out, workers), ROOT, log=base / "extract.log")
                assert digest([out]) == written, "other bytes than the crawl wrote"
                costs[workers].append(cost)
                print(
                    f"round {turn + 1}, {workers}: {pages / cost.wall:.0f} pages a second,"
                    f" {1e3 * cost.cpu / pages:.2f} ms of CPU a page, {cost.peak:.0f} MB; "
                    f"{load()}",
                    file=sys.stderr,
                )
        wall = {n: min(c.wall for c in found) for n, found in costs.items()}
        cpu = {n: min(c.cpu for c in found) for n, found in costs.items()}
        print(f"{pages} pages in {len(warcs)} files; {given.rounds} rounds; {load()}")
        for n, found in costs.items():
            peak = max(c.peak for c in found)
            print(
                f"{n} at a time: {pages / wall[n]:.0f} pages a second at best, "
                f"{1e3 * cpu[n] / pages:.2f} ms of CPU a page, {peak:.0f} MB at most"
            )
        by_round = [a.wall / b.wall for a, b in zip(costs[1], costs[2], strict=True)]
        print(
            f"two against one: {wall[1] / wall[2]:.2f} × the rate (by round "
            f"{', '.join(f'{r:.2f}' for r in by_round)}), {cpu[2] / cpu[1]:.2f} × the CPU"
        )
        busiest = {n: min(c.busiest for c in found) for n, found in costs.items()}
        print(
            f"the busiest process: {busiest[1]:.1f} s of CPU against {busiest[2]:.1f} s: two free "
            f"cores would give {busiest[1] / busiest[2]:.2f} × the rate"
        )
        again = base / "killed"
        for _ in range(3):
            killed(extract(warcs, again, 2), 0.3 * wall[2], base / "extract.log")
            done = len(list(again.glob("*.jsonl")))
            print(f"killed with {done} of {len(warcs)} files complete")
        run(extract(warcs, again, 2), ROOT, log=base / "extract.log")
        said = (base / "extract.log").read_text().strip().splitlines()[-1]
        assert digest([again]) == written, "other bytes after a kill"
        print(f"started again: {said.split(' to ')[0]}; the same bytes")


if __name__ == "__main__":
    main()
