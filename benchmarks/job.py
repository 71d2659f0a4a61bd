"""The whole job beside what others take: `python benchmarks/job.py [--articles 2000]`.

nginx serves that many distinct pages of 60 to 120 KB (see pages.py) on loopback, with gzip. In turns, so
that a busy machine disturbs all alike:

  ours        crawl, wire-exact WARC, reading, JSONL, ledger: `scrapy crawl`, one reader process
  plain       Scrapy that asks for the same pages and stores nothing
  webarchive  scrapy-webarchive: WARC and WACZ, no reading
  wget        `wget --warc-file`, then trafilatura's default with metadata over it, 2 processes

What counts is the CPU time of the whole process tree, start-up included; the ratios are of the
same round. `--lag` measures once more how long the event loop was kept by one callback.

Needs nginx and wget. scrapy-webarchive pins an old Scrapy: give the interpreter of its own
environment with --webarchive-python; it is measured beside a plain Scrapy of that version.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measured import Cost, load, run
from nginx_site import NginxSite

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCRAPY = ("-m", "scrapy.cmdline")
QUICK = {
    "LOG_LEVEL": "INFO",
    "ROBOTSTXT_OBEY": "True",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
}


def options(**settings: object) -> list[str]:
    return [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]


class Systems:
    """The four, over one site."""

    def __init__(self, web: NginxSite, workers: int, webarchive_python: str | None) -> None:
        self._web, self._workers, self._python = web, workers, webarchive_python
        self.here, self.there = web.lists()

    def all(self) -> dict[str, Callable[[Path], Cost]]:
        found = {"ours": self.ours, "plain": self.plain, "wget": self.wget}
        if self._python:
            found |= {"webarchive": self.webarchive, "its plain": self.its_plain}
        return found

    def ours(self, folder: Path, *more: str, profile: Path | None = None) -> Cost:
        command = [sys.executable]
        if profile is not None:
            command += ["-m", "cProfile", "-o", str(profile)]
        cost = run(
            [
                *command, *SCRAPY, "crawl", "huffpost_qc",
                "-a", f"site={self._web.base}", "-a", f"urls={self.there}",
                *options(
                    HUFFARCHIVE_WARC_DIR=folder / "warc",
                    HUFFARCHIVE_OUTPUT_DIR=folder / "output",
                    HUFFARCHIVE_CACHE_DIR=folder / "cache",
                    HUFFARCHIVE_MIN_FREE=0,
                    HUFFARCHIVE_WORKERS=self._workers,
                ),
                *more,
            ],
            ROOT,
            env={"PYTHONPATH": f"{ROOT}:{HERE}"},
            log=folder / "output.log",
        )  # fmt: skip
        lines = sum(p.read_bytes().count(b"\n") for p in folder.glob("output/*/*.jsonl"))
        self._check("ours", lines, folder)
        return cost

    def plain(self, folder: Path, python: str = sys.executable) -> Cost:
        return self._spider(folder, python)

    def its_plain(self, folder: Path) -> Cost:
        assert self._python
        return self._spider(folder, self._python)

    def webarchive(self, folder: Path) -> Cost:
        assert self._python
        cost = self._spider(
            folder,
            self._python,
            EXTENSIONS='{"scrapy_webarchive.extensions.WaczExporter": 543}',
            SW_EXPORT_URI=f"{folder}/",
        )
        assert list(folder.glob("*.wacz")), "scrapy-webarchive wrote nothing"
        return cost

    def _spider(self, folder: Path, python: str, **more: object) -> Cost:
        cost = run(
            [
                python, *SCRAPY, "runspider", HERE / "peers" / "plain.py",
                "-a", f"urls={self.here}", *options(**QUICK, **more),
            ],
            folder,
        )  # fmt: skip
        log = (folder / "output.log").read_text("utf-8", "replace")
        assert f"'downloader/response_status_count/200': {self._web.articles + 1}" in log, log[
            -900:
        ]
        return cost

    def wget(self, folder: Path) -> Cost:
        fetched = run(
            [
                "wget", "-q", "--warc-file=all", "--no-warc-keep-log", "--compression=auto",
                "--delete-after", "-nd", "-i", self.here,
            ],
            folder,
        )  # fmt: skip
        read = run(
            [sys.executable, HERE / "peers" / "over_warc.py", "all.warc.gz", "all.jsonl"], folder
        )
        self._check("wget", (folder / "all.jsonl").read_bytes().count(b"\n"), folder)
        return fetched + read

    def _check(self, name: str, lines: int, folder: Path) -> None:
        if lines < 0.98 * self._web.articles:
            log = (folder / "output.log").read_text("utf-8", "replace")
            raise RuntimeError(f"{name}: {lines} records of {self._web.articles}\n{log[-2000:]}")


def table(costs: dict[str, list[Cost]], pages: int) -> None:
    """Every system against the others, by the medians of its rounds."""
    middle = {n: statistics.median(c.cpu for c in found) for n, found in costs.items()}
    print("| | CPU, ms a page | rounds | × plain | wall, s | peak MB |")
    print("|---|---|---|---|---|---|")
    for name, found in costs.items():
        cpus = sorted(1e3 * c.cpu / pages for c in found)
        wall = statistics.median(c.wall for c in found)
        peak = max(c.peak for c in found)
        times = middle[name] / middle["its plain" if "archive" in name else "plain"]
        print(
            f"| {name} | {1e3 * middle[name] / pages:.2f} | {cpus[0]:.2f} to {cpus[-1]:.2f} "
            f"| {times:.2f} | {wall:.1f} | {peak:.0f} |"
        )
    for other in ("plain", "wget"):
        ratios = [a.cpu / b.cpu for a, b in zip(costs["ours"], costs[other], strict=True)]
        walls = [a.wall / b.wall for a, b in zip(costs["ours"], costs[other], strict=True)]
        print(
            f"\nours / {other}: CPU {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f}), wall {statistics.median(walls):.2f} "
            f"({min(walls):.2f} to {max(walls):.2f})"
        )


def lag(systems: Systems, folder: Path) -> None:
    """How long one callback kept the event loop."""
    out = folder / "lag.json"
    systems.ours(folder, *options(EXTENSIONS='{"loop_lag.LoopLag": 1}', LOOP_LAG_FILE=out))
    found = json.loads(out.read_text())
    walls = [wall for wall, _, _ in found["callbacks"]]
    own = sorted((own for _, own, _ in found["callbacks"]), reverse=True)
    commits = sorted(found["commits"], reverse=True)
    print(f"\nevent loop, longest callbacks, ms of wall: {_ms(walls[:5])}; of their own, ", end="")
    print(f"without waiting for a core: {_ms(own[:5])}")
    print(f"callbacks over 50 ms: {sum(w > 0.05 for w in walls)} by wall, ", end="")
    print(f"{sum(o > 0.05 for o in own)} of their own")
    print(f"{len(commits)} commits, ms of wall: {_ms([w for w, _ in commits[:5]])}; own: ", end="")
    print(_ms(sorted((o for _, o in commits), reverse=True)[:5]))
    for wall, own_time, name in found["callbacks"][:5]:
        print(f"  {1e3 * wall:.0f} ms, {1e3 * own_time:.0f} own: {name}", file=sys.stderr)


def _ms(seconds: list[float]) -> str:
    return ", ".join(f"{1e3 * s:.0f}" for s in seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description="The whole job beside peers, in ratios.")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1, help="our reader processes")
    parser.add_argument("--lean", action="store_true", help="pages as the sample has them")
    parser.add_argument("--only", default="", help="systems, comma-separated; all by default")
    parser.add_argument("--webarchive-python", default=os.environ.get("WEBARCHIVE_PYTHON"))
    parser.add_argument("--lag", action="store_true", help="measure the event loop, nothing else")
    parser.add_argument("--profile", type=Path, help="cProfile of our crawling process into a file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="job-") as name:
        base = Path(name)
        base.chmod(0o755)
        with NginxSite(base / "site", options.articles, lean=options.lean) as web:
            print(
                f"{options.articles} pages, {web.kilobytes / options.articles:.0f} KB on average; "
                f"{load()}; Python {sys.version.split()[0]}"
            )
            systems = Systems(web, options.workers, options.webarchive_python)
            if options.lag or options.profile:
                (base / "one").mkdir()
                if options.profile:
                    systems.ours(base / "one", profile=options.profile.absolute())
                else:
                    lag(systems, base / "one")
                return
            chosen = systems.all()
            if options.only:
                chosen = {n: chosen[n] for n in options.only.split(",")}
            costs: dict[str, list[Cost]] = {n: [] for n in chosen}
            for turn in range(options.rounds):
                order = list(chosen)[turn % len(chosen) :] + list(chosen)[: turn % len(chosen)]
                for which in order:
                    with tempfile.TemporaryDirectory(prefix="job-", dir=base) as folder:
                        cost = chosen[which](Path(folder))
                    costs[which].append(cost)
                    print(
                        f"round {turn + 1}, {which}: {1e3 * cost.cpu / options.articles:.2f} ms of "
                        f"CPU a page, {cost.wall:.1f} s, {cost.peak:.0f} MB; {load()}",
                        file=sys.stderr,
                    )
            if {"ours", "plain", "wget"} <= set(costs):
                table(costs, options.articles)


if __name__ == "__main__":
    main()
