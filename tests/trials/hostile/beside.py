"""The cases through stock Scrapy: `tests.trials.hostile.stock` run over the same lists and servers."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.trials.hostile import tls
from tests.trials.hostile.case import Case, Own
from tests.trials.hostile.lines import FIRST, Line, lines_of
from tests.trials.hostile.server import Hostile, Listener
from tests.trials.hostile.watch import held

HERE = Path(__file__).resolve().parents[3]
MOST_SECONDS = 240.0
"""Seconds after which a stock crawl is killed."""
MOST_MEMORY = 2 * 1024**3
"""Bytes over which it is killed."""
STARTS = 5
"""How often a crawl is started again with its JOBDIR after it died."""
ELSEWHERE = "Wayback Machine and Common Crawl"
"""The group that stock Scrapy knows nothing of."""
NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class StockResult:
    """What became of one case on stock Scrapy."""

    outcome: str
    """item, errback: name, neither (callback raised), neither, process died; for a sitemap how
    many items its crawl gave."""
    memory: int = 0
    still: float = 0.0


@dataclass(slots=True)
class StockMeasured:
    """What a group cost stock Scrapy, the worst of its crawls."""

    crawler: int = 0
    still: float = 0.0
    canary: int = 0
    died: int = 0
    """Processes killed for their time or memory, or gone by themselves."""
    neither: int = 0
    """Cases that ended in neither item nor errback."""
    good: int = 0
    """Good neighbours in the feed, with their own titles."""
    neighbours: int = 0
    seconds: float = 0.0


def run_stock(cases: list[Case], folder: Path) -> tuple[dict[str, StockResult], StockMeasured]:
    """The cases of a group on stock Scrapy, by name; those that do not concern it are left out."""
    total, results = StockMeasured(), {}
    crawled = [c for c in cases if not c.direct and c.group != ELSEWHERE]
    shared = [case for case in crawled if not case.own]
    crawls = [shared] if shared else []
    crawls += [[case] for case in crawled if case.own]
    for number, members in enumerate(crawls):
        results |= _crawl(members, folder / str(number), total)
    outcomes = [result.outcome for result in results.values()]
    total.neither = sum(o.startswith((NEITHER, "process died")) for o in outcomes)
    return results, total


def _crawl(cases: list[Case], folder: Path, total: StockMeasured) -> dict[str, StockResult]:
    folder.mkdir(parents=True)
    own = cases[0].own or Own()
    numbered = {FIRST + n: case for n, case in enumerate(cases)}
    answers = {ident: case.answers for ident, case in numbered.items() if case.answers}
    context = tls.context(own.tls) if own.tls else None
    canary = Listener()
    with canary, Hostile(answers, own.paths, f"127.0.0.1:{canary.port}", context) as site:
        base = site.base
        if any("{secure}" in argument for argument in own.arguments):
            base = base.replace("http:", "https:")
        lines = lines_of(numbered, base, own)
        (folder / "urls.txt").write_bytes(
            "\n".join(x.url for x in lines).encode("utf-8", "replace")
        )
        began = time.monotonic()
        died = _runs(_command(cases[0], lines, base, own), folder, own.stop_after, total)
        total.seconds += round(time.monotonic() - began, 1)
        total.canary += canary.connections
    return _outcomes(numbered, lines, folder, own, total, died=died)


def _command(case: Case, lines: list[Line], base: str, own: Own) -> list[str]:
    hosts = {"127.0.0.1"}
    if own != Own():
        hosts |= {urlsplit(line.url).hostname or "" for line in lines}
    command = [sys.executable, "-m", "scrapy", "crawl", "articles" if own.listed else "sitemaps"]
    command += ["-a", f"domains={','.join(sorted(hosts))}"]
    if own.listed:
        command += ["-a", "urls=urls.txt"]
    else:
        command += ["-a", f"robots={base}/robots.txt", "-s", "CLOSESPIDER_PAGECOUNT=220"]
    if case.name.startswith("robots-"):
        command += ["-s", "ROBOTSTXT_OBEY=True"]
    for argument in own.arguments:
        if argument.startswith("HOSTILE_RESOLVES"):
            command += ["-s", argument]
    return [*command, "-s", "LOG_FILE=log.txt", "-s", "LOG_LEVEL=INFO"]


def _runs(command: list[str], folder: Path, stop: float | None, total: StockMeasured) -> bool:
    """Run it, and again with the same JOBDIR while it dies; whether it died to the last."""
    for _ in range(STARTS):
        died = _run(command, folder, stop, total)
        with contextlib.suppress(OSError, ValueError):
            report = json.loads((folder / "watch.json").read_text("utf-8"))
            total.still = max(total.still, report["still"])
        if not died:
            return False
        total.died += 1
        (folder / "watch.json").unlink(missing_ok=True)
    return True


def _run(command: list[str], folder: Path, stop: float | None, total: StockMeasured) -> bool:
    with (folder / "printed.txt").open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ
            | {"PYTHONPATH": str(HERE), "SCRAPY_SETTINGS_MODULE": "tests.trials.hostile.stock"},
        )
    began, stopped = time.monotonic(), False
    while process.poll() is None:
        time.sleep(0.05)
        size, took = held(process.pid), time.monotonic() - began
        total.crawler = max(total.crawler, size)
        if stop is not None and took > stop and not stopped:
            process.terminate()
            stopped = True
        if size > MOST_MEMORY or took > MOST_SECONDS:
            process.kill()
            process.wait()
            return True
    return process.returncode < 0


def _outcomes(
    numbered: dict[int, Case],
    lines: list[Line],
    folder: Path,
    own: Own,
    total: StockMeasured,
    *,
    died: bool,
) -> dict[str, StockResult]:
    items = _json_lines(folder / "items.jsonl")
    errors = {row["name"]: row["error"] for row in _json_lines(folder / "failures.jsonl")}
    raised = set(_json_lines(folder / "raised.jsonl"))
    titles = {row["name"]: row["title"] for row in items}
    pages: dict[str, tuple[int, float]] = {}
    with contextlib.suppress(OSError, ValueError):
        pages = json.loads((folder / "watch.json").read_text("utf-8"))["pages"]
    if not own.listed:
        count = Counter(bool(row["text"]) for row in items)
        shown = f"{len(items)} items" + (f", {count[False]} without text" if count[False] else "")
        return {
            case.name: StockResult("process died" if died else shown) for case in numbered.values()
        }
    results = {}
    for number, line in enumerate(lines):
        name = str(number)
        case = numbered.get(line.ident)
        if case is None:
            total.neighbours += 1
            total.good += titles.get(name) == f"Bonne page {line.ident}"
            continue
        if name in titles:
            outcome = "item"
        elif name in errors:
            outcome = f"errback: {errors[name]}"
        elif name in raised:
            outcome = f"{NEITHER}: the callback raised"
        else:
            outcome = "process died" if died else NEITHER
        memory, still = pages.get(name, (0, 0.0))
        results[case.name] = StockResult(outcome, memory, still)
    return results


def _json_lines(path: Path) -> list:  # type: ignore[type-arg]
    if not path.exists():
        return []
    found = []
    for line in re.split(rb"\n", path.read_bytes()):
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found
