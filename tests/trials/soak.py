"""Soak: a long crawl of a site of which one page in ten is hostile, killed again and again.

`python -m tests.trials.soak --pages 20000 --every 60`: each run is killed (`kill -9`, the whole process
group) after a random time around `every` seconds, until every page was asked for or one ends by
itself. The last run is left alone: each tries again what failed, and that takes longer than a
minute. Then every page must stand in the state that was foreseen, every good page once in the
records, and the files must be whole.
"""

import argparse
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.trials.hostile.case import Case, Own
from tests.trials.hostile.cases import CASES
from tests.trials.hostile.crawl import HERE, check_files, command_of, ledger_of
from tests.trials.hostile.server import GOOD, Hostile, Listener

HOSTILE = 1_000_000
"""Numbers of hostile pages begin here; those of good ones at GOOD."""
MOST_SECONDS = 6 * 3600


@dataclass(slots=True)
class Soaked:
    """What a soak showed."""

    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    peaks: list[int] = field(default_factory=list)
    """Most memory that each run's crawler held (bytes)."""
    canary: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def hostile_cases() -> list[Case]:
    """The quick cases that answer the same however often they are asked, and do not hang."""
    return [
        case
        for case in CASES
        if case.quick and len(case.answers) == 1 and not case.own and "timeout" not in case.expect
    ]


def soak(pages: int, every: float, seed: int) -> Soaked:
    """Crawl until a run ends by itself, then look at what is there."""
    random, result, began = Random(seed), Soaked(), time.monotonic()
    kinds = hostile_cases()
    chosen = {HOSTILE + n: kinds[n % len(kinds)] for n in range(pages // 10)}
    answers = {ident: case.answers for ident, case in chosen.items()}
    canary = Listener()
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as name,
        canary,
        Hostile(answers, {}, f"127.0.0.1:{canary.port}") as site,
    ):
        folder = Path(name)
        urls = folder / "urls.txt"
        idents = [HOSTILE + n // 10 if n % 10 == 9 else GOOD + n for n in range(pages)]
        urls.write_text("".join(f"{site.base}/entry/page_n_{ident}\n" for ident in idents))
        command = command_of(folder, site.base, canary.port, Own(), urls, haste=True, timeout=4.0)
        while time.monotonic() - began < MOST_SECONDS:
            result.runs += 1
            moment = (
                every * random.uniform(0.5, 1.5) if _never_asked(folder, pages) else MOST_SECONDS
            )
            status = _one(command, folder, moment, result)
            if status is not None:
                break
            result.kills += 1
            print(
                f"run {result.runs}: killed; {_never_asked(folder, pages):,} not asked for",
                flush=True,
            )
        if status not in (0, 3):
            result.wrong.append(f"the last run ended with {status}")
        result.canary = canary.connections
        _examine(folder, idents, chosen, result)
    result.seconds = time.monotonic() - began
    return result


def _never_asked(folder: Path, pages: int) -> int:
    """Pages that no run has had an answer for yet; all of them before there is a ledger."""
    path = next((folder / "output").glob("*/ledger.sqlite3"), None)
    if path is None:
        return pages
    with contextlib.closing(sqlite3.connect(path)) as connection:
        sql = "SELECT count(*) FROM page WHERE state = 'wanted' AND due = 0 AND tries = 0"
        return int(connection.execute(sql).fetchone()[0])


def _one(command: list[str], folder: Path, moment: float, result: Soaked) -> int | None:
    """One run; its exit status, or None when it was killed."""
    with (folder / "printed.txt").open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=HERE,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(HERE)},
        )
    until, peak = time.monotonic() + moment, 0
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.2)
        with contextlib.suppress(OSError, IndexError):
            status = Path(f"/proc/{process.pid}/status").read_text("ascii")
            peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
    result.peaks.append(peak)
    if process.poll() is not None:
        return process.returncode
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return None


def _examine(folder: Path, idents: list[int], chosen: dict[int, Case], result: Soaked) -> None:
    rows = ledger_of(folder)
    records: Counter[str] = Counter()
    for path in (folder / "output").glob("*/*.jsonl"):
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            records[row["id"].rpartition(":")[2]] += 1
    for ident in idents:
        state, reason, _ = rows.get(f"n:{ident}", ("no outcome", None, None))
        outcome = f"{state}/{reason}" if reason else state
        expected = chosen[ident].expect if ident in chosen else "captured/article"
        result.outcomes[outcome] += 1
        crashed = (
            outcome == "failed/crashed" and ident in chosen
        )  # killed thrice while it was alone
        if outcome != expected and not crashed:
            name = chosen[ident].name if ident in chosen else "a good page"
            result.wrong.append(f"{ident} ({name}): {outcome}, not {expected}")
        with_record = outcome in ("captured/article", "captured/unreadable")
        if records[str(ident)] != int(with_record):
            result.wrong.append(f"{ident}: {records[str(ident)]} records")
    if result.canary:
        result.wrong.append(f"the canary was asked {result.canary} times")
    result.wrong += check_files(folder, all_ways=True)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.soak", description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--every", type=float, default=60, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    done = soak(options.pages, options.every, options.seed)
    peaks = [peak >> 20 for peak in done.peaks]
    print(f"{options.pages} pages, {done.runs} runs, {done.kills} kills, {done.seconds:.0f} s")
    print(f"peak memory by run (MiB): {peaks}; canary hits: {done.canary}")
    for outcome, count in sorted(done.outcomes.items()):
        print(f"  {count:,} {outcome}")
    for line in done.wrong[:20]:
        print(f"WRONG {line}")
    print(f"{len(done.wrong)} wrong")
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
