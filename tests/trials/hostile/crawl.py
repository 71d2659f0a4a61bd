"""A group of cases through the real `scrapy crawl`: servers, crawl, and what was left on disk."""

import contextlib
import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from tests.trials.hostile import tls
from tests.trials.hostile.beside import StockMeasured, StockResult
from tests.trials.hostile.case import Case, Own
from tests.trials.hostile.evidence import check_evidence
from tests.trials.hostile.lines import FIRST, lines_of
from tests.trials.hostile.server import GOOD, Hostile, Listener

MOST_SECONDS = 540
"""Of one crawl in haste."""
MOST_WAITING = 3600
"""Seconds of one crawl with the waits of the settings."""
MOST_CHECKING = 3600
"""Seconds of one look at the files that were left: a soak leaves gigabytes."""
HERE = Path(__file__).resolve().parents[3]


Row = tuple[str, str | None, str | None]
"""State, reason and detail of a page."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    case: Case
    outcome: str
    detail: str
    seconds: float
    neighbours: str
    """"both captured", or what became of them; "-" where they are what the case is about."""
    memory: int = 0
    """The most that the crawler held while the page was under way (bytes)."""
    still: float = 0.0
    """The longest that the loop stood still meanwhile (seconds)."""
    stock: StockResult | None = None
    """What stock Scrapy made of it, where it concerns it."""

    @property
    def good(self) -> bool:
        """Whether it ended as it must, in time, with its neighbours unharmed."""
        return (
            self.outcome == self.case.expect
            and self.seconds <= self.case.seconds
            and self.neighbours in ("both captured", "-")
        )


@dataclass(slots=True)
class Measured:
    """What a group's crawls cost, the worst of them."""

    crawler: int = 0
    worker: int = 0
    still: float = 0.0
    busy: float = 0.0
    """The most processor time of its own that the loop took for one step (seconds)."""
    still_most: list[object] = field(default_factory=list)
    canary: int = 0
    kept: int = 0
    """Answers of which the server sent bytes, and the WARC holds them."""
    tracebacks: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)
    """What is wrong with the files that were left, or with the way it ended."""
    stock: StockMeasured | None = None
    cases: tuple[int, int] = (0, 0)
    """How many cases there were, and how many ended as they must."""

    def join(self, other: "Measured") -> None:
        """Take the worse of both."""
        self.crawler = max(self.crawler, other.crawler)
        self.worker = max(self.worker, other.worker)
        self.still = max(self.still, other.still)
        self.busy = max(self.busy, other.busy)
        self.still_most += other.still_most
        self.canary += other.canary
        self.kept += other.kept
        self.tracebacks += other.tracebacks
        self.seconds += other.seconds
        self.faults += other.faults


def run_direct(cases: list[Case]) -> list[Result]:
    """The cases that need no crawl."""
    results = []
    for case in cases:
        assert case.direct is not None
        began = time.monotonic()
        try:
            outcome = case.direct()
        except Exception as error:  # noqa: BLE001 - that is what it must not do
            outcome = f"raised {type(error).__name__}: {error}"[:200]
        results.append(Result(case, outcome, "", round(time.monotonic() - began, 3), "-"))
    return results


def run_crawl(
    cases: list[Case], folder: Path, *, haste: bool = True
) -> tuple[list[Result], Measured]:
    """One crawl over a list of cases, each between two good pages, in a new folder."""
    folder.mkdir(parents=True)
    own = next((case.own for case in cases if case.own), None) or Own()
    numbered = {FIRST + n: case for n, case in enumerate(cases)}
    canary = Listener()
    context = tls.context(own.tls) if own.tls else None
    answers = {ident: case.answers for ident, case in numbered.items() if case.answers}
    measured = Measured()
    with canary, Hostile(answers, own.paths, f"127.0.0.1:{canary.port}", context) as site:
        urls = folder / "urls.txt"
        lines = "\n".join(line.url for line in lines_of(numbered, site.base, own)) + "\n"
        urls.write_bytes(lines.encode("utf-8", "surrogatepass"))
        command = command_of(
            folder, site.base, canary.port, own, urls, haste, 4.0 if haste else None
        )
        began = time.monotonic()
        status = _run(command, folder, own.stop_after, MOST_SECONDS if haste else MOST_WAITING)
        measured.seconds = round(time.monotonic() - began, 1)
        measured.canary = canary.connections
    log = (folder / "log.txt").read_text("utf-8", "replace")
    measured.tracebacks = log.count("Traceback (most recent call last)")
    if measured.tracebacks or "Unhandled" in log:
        measured.faults.append(f"{cases[0].group}: {_last_error(log)}")
    report = _report(folder / "watch.json")
    measured.crawler, measured.worker = report.get("crawler", 0), report.get("worker", 0)
    measured.busy = report.get("busy", 0.0)
    measured.still, measured.still_most = report.get("still", 0.0), report.get("still_most", [])
    if not report:
        measured.faults.append(f"{cases[0].name}: the crawl ended with {status} and no report")
    results = []
    rows, titles = ledger_of(folder), _titles(folder)
    for ident, case in numbered.items():
        key = (case.own.key if case.own else None) or f"n:{ident}"
        state, reason, detail = rows.get(key, ("no outcome", None, None))
        outcome = f"{state}/{reason}" if reason else state
        if case.exit is not None and status != case.exit:
            outcome += f", exit {status}"
        place = ident - FIRST
        beside = [_beside(GOOD + 2 * place + side, rows, titles) for side in (0, 1)]
        neighbours = "both captured" if beside == ["captured"] * 2 else ", ".join(beside)
        if not _has_neighbours(case):
            neighbours = "-"
        took = report.get("seconds", {}).get(f"qc:{key}", 0.0)
        memory, still = report.get("pages", {}).get(f"qc:{key}", (0, 0.0))
        results.append(Result(case, outcome, detail or "", took, neighbours, memory, still))
    if own.stop_after is None:
        measured.kept, lost = check_evidence(folder, site.sent)
        measured.faults += [f"{cases[0].group}: {fault}" for fault in lost]
    measured.faults += check_files(folder, all_ways=len(cases) > 1)
    return results, measured


def _has_neighbours(case: Case) -> bool:
    """Whether the good pages beside a case must be captured: not where the whole host is shut."""
    own = case.own
    if own is None or own.good_first:
        return True
    return own.listed and own.key is None and case.expect.startswith("captured")


def command_of(
    folder: Path,
    base: str,
    canary: int,
    own: Own,
    urls: Path,
    haste: bool,
    timeout: float | None,
) -> list[str]:
    """The crawl of a list; with a timeout of None, the project's, and its first pause too."""
    settings = {
        "HUFFARCHIVE_WARC_DIR": folder / "warc",
        "HUFFARCHIVE_OUTPUT_DIR": folder / "output",
        "HUFFARCHIVE_CACHE_DIR": folder / "cache",
        "HUFFARCHIVE_CA_FILE": tls.write_authority(folder),
        "HUFFARCHIVE_MIN_FREE": 0,
        "HUFFARCHIVE_OPERATOR": "https://example.org/trial",
        "EXTENSIONS": json.dumps({"tests.trials.hostile.watch.OurWatch": 1}),
        "HOSTILE_OUT": folder / "watch.json",
        "HOSTILE_HASTE": int(haste),
        "LOG_FILE": folder / "log.txt",
    }
    if timeout is not None:
        settings |= {"HUFFARCHIVE_BACKOFF": 0.2, "DOWNLOAD_TIMEOUT": timeout}
    arguments = [
        argument.replace("{site}", base)
        .replace("{secure}", base.replace("http:", "https:"))
        .replace("{canary}", f"127.0.0.1:{canary}")
        for argument in own.arguments
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "huffpost_qc"]
    if not any(argument.startswith("site=") for argument in arguments):
        command += ["-a", f"site={base}"]
    if own.listed:
        command += ["-a", f"urls={urls}"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return [argument for argument in (*command, *arguments) if argument != "site="]


def _run(command: list[str], folder: Path, stop_after: float | None, most: float) -> int:
    with (folder / "printed.txt").open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=HERE,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(HERE)},
        )
        if stop_after is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(stop_after)
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(most)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _report(path: Path) -> dict[str, object]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def ledger_of(folder: Path) -> dict[str, Row]:
    path = next((folder / "output").glob("*/ledger.sqlite3"), None)
    if path is None:
        return {}
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT key, state, reason, detail FROM page")
        return {key: (state, reason, detail) for key, state, reason, detail in rows}


def _titles(folder: Path) -> dict[str, str]:
    """Headlines by the page's number, from the records."""
    rows = (
        json.loads(line)
        for path in (folder / "output").glob("*/*.jsonl")
        for line in path.read_bytes().splitlines()
        if b"Bonne page" in line
    )
    return {row["id"].rpartition(":")[2]: row["headline"] for row in rows}


def _beside(ident: int, rows: dict[str, Row], titles: dict[str, str]) -> str:
    """What became of a good page; "captured" only with its own words in its record."""
    state = rows.get(f"n:{ident}", ("-", None, None))[0]
    if state == "captured" and titles.get(str(ident)) != f"Bonne page {ident}":
        return "captured with other words"
    return state


def _last_error(log: str) -> str:
    lines = log[log.find("Traceback") :].splitlines()
    ends = [line for line in lines if line and not line.startswith((" ", "Traceback"))]
    return ends[0][:200] if ends else "a traceback"


def check_files(folder: Path, *, all_ways: bool) -> list[str]:
    """Whether the files of the run are whole, and hold the same records.

    In all ways where the crawl was one of many cases; of a single one with gzip and extract.
    """
    faults = []
    warcs = sorted((folder / "warc").glob("*/*.warc.gz"))
    if not warcs:
        return []
    for path in warcs:
        try:
            with gzip.open(path) as file:
                while file.read(1 << 20):
                    pass
        except (OSError, EOFError, zlib.error) as error:
            faults.append(f"{path.name}: gzip: {error}")
        jsonl = folder / "output" / path.parent.name / path.name.replace(".warc.gz", ".jsonl")
        made = folder / "extracted.jsonl"
        done = _tool("scrapy", "extract", str(path), "-o", str(made))
        if done.returncode != 0:
            faults.append(f"{path.name}: extract: {done.stdout[-300:]}")
        elif made.read_bytes() != jsonl.read_bytes():
            faults.append(f"{path.name}: extract gives other records than {jsonl.name}")
        if not all_ways:
            continue
        checked = _python(_WARCIO, "check", str(path))
        if checked.returncode != 0:
            faults.append(f"{path.name}: warcio check: {checked.stdout[-300:]}")
    if not all_ways:
        return faults
    verified = _tool(
        "scrapy",
        "verify",
        "-s",
        f"HUFFARCHIVE_WARC_DIR={folder / 'warc'}",
        "-s",
        f"HUFFARCHIVE_OUTPUT_DIR={folder / 'output'}",
    )
    if verified.returncode != 0:
        faults.append(f"verify: {verified.stdout[-600:]}")
    return faults


_WARCIO = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main()"
"""warcio 1.8 raises at any page in brotli where brotli is 1.2 or newer: it is shown none."""


def _tool(module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return _run_python("-m", module, *arguments)


def _python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return _run_python("-c", code, *arguments)


def _run_python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=MOST_CHECKING,
        check=False,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
