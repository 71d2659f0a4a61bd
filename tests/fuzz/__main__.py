"""`python -m tests.fuzz all --minutes N`: run the targets with atheris; `properties` runs hypothesis.

A finding is written below --findings (default: tests/fuzz/findings) and shown again by
`python -m tests.fuzz TARGET FILE`.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
FOLDER = Path(__file__).resolve().parents[2]
ROUND = 600
"""Seconds by the clock after which a target's CPU time is looked at."""
MOST_SECONDS = 300
"""Seconds by the clock for one input: room for a machine on which much else runs."""
_UNITS = re.compile(r"number_of_executed_units: *(\d+)")


def main() -> int:
    """Run what the arguments name; 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("what", choices=["all", "properties", *TARGETS])
    parser.add_argument("files", nargs="*", help="inputs to be tried, instead of fuzzing")
    parser.add_argument("--minutes", type=float, default=1.0, help="of CPU for each target")
    parser.add_argument("--examples", type=int, default=10_000, help="for each property")
    parser.add_argument("--findings", default=str(FOLDER / "tests" / "fuzz" / "findings"))
    parser.add_argument("--grown", help="keep the inputs found there, and go on from them")
    options = parser.parse_args()
    if options.what == "properties":
        return _properties(options.examples)
    if options.files:
        for name in options.files:
            TARGETS[options.what](Path(name).read_bytes())
        return 0
    names = list(TARGETS) if options.what == "all" else [options.what]
    with tempfile.TemporaryDirectory() as forgotten:
        grown = Path(options.grown or forgotten)
        findings = Path(options.findings)
        found = [name for name in names if not _run(name, options.minutes, findings, grown)]
    print(f"{len(names)} targets, findings in: {', '.join(found) or 'none'}")
    return 1 if found else 0


def _properties(examples: int) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/fuzz",
        "-p",
        "no:cacheprovider",
        "--timeout=0",
    ]
    environment = {
        **os.environ,
        "HYPOTHESIS_PROFILE": "ci",
        "HUFFARCHIVE_EXAMPLES": str(examples),
    }
    return subprocess.run(command, cwd=FOLDER, env=environment, check=False).returncode


def _run(name: str, minutes: float, findings: Path, grown: Path) -> bool:
    """Fuzz one target, a process for each round, until it had its CPU time; whether it came through."""
    artifacts, corpus = findings / name, grown / name
    artifacts.mkdir(parents=True, exist_ok=True)
    corpus.mkdir(parents=True, exist_ok=True)
    left, inputs = minutes * 60, 0
    while left > 0:
        command = [
            *(sys.executable, "-m", "tests.fuzz.one", name),
            *(str(corpus), str(CORPUS / name)),
            f"-max_total_time={max(1, min(int(left), ROUND))}",
            f"-timeout={MOST_SECONDS}",
            "-rss_limit_mb=2500",
            "-max_len=65536",
            "-print_final_stats=1",
            f"-artifact_prefix={artifacts}/",
        ]
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, cwd=FOLDER, stdout=out, stderr=subprocess.STDOUT)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read().decode("utf-8", "replace")
        if process.returncode:
            print(f"{name}: FOUND\n{said[-4000:]}", flush=True)
            return False
        left -= used.ru_utime + used.ru_stime
        inputs += sum(int(count) for count in _UNITS.findall(said))
    print(
        f"{name}: {inputs:,} inputs in {minutes * 60 - left:,.0f} s of CPU, nothing found",
        flush=True,
    )
    return True


if __name__ == "__main__":
    sys.exit(main())
