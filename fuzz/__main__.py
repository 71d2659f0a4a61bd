"""`python -m fuzz all --minutes N`: run the targets with atheris; `properties` runs hypothesis.

A finding is written below --findings (default: fuzz/findings) and shown again by
`python -m fuzz TARGET FILE`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
FOLDER = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run what the arguments name; 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("what", choices=["all", "properties", *TARGETS])
    parser.add_argument("files", nargs="*", help="inputs to be tried, instead of fuzzing")
    parser.add_argument("--minutes", type=float, default=1.0, help="of CPU for each target")
    parser.add_argument("--examples", type=int, default=10_000, help="for each property")
    parser.add_argument("--findings", default=str(FOLDER / "fuzz" / "findings"))
    options = parser.parse_args()
    if options.what == "properties":
        return _properties(options.examples)
    if options.files:
        for name in options.files:
            TARGETS[options.what](Path(name).read_bytes())
        return 0
    names = list(TARGETS) if options.what == "all" else [options.what]
    found = [name for name in names if not _run(name, options.minutes, Path(options.findings))]
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
    environment = {**os.environ, "HUFFARCHIVE_EXAMPLES": str(examples)}
    return subprocess.run(command, cwd=FOLDER, env=environment, check=False).returncode


def _run(name: str, minutes: float, findings: Path) -> bool:
    """Fuzz one target in a process of its own; whether it came through."""
    folder = findings / name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as grown:
        command = [
            *(sys.executable, "-m", "fuzz.one", name),
            *(grown, str(CORPUS / name)),
            f"-max_total_time={max(1, int(minutes * 60))}",
            "-timeout=30",
            "-rss_limit_mb=2500",
            "-max_len=65536",
            "-print_final_stats=1",
            f"-artifact_prefix={folder}/",
        ]
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    said = done.stdout.decode("utf-8", "replace")
    runs = next(
        (
            x.rpartition(":")[2].strip()
            for x in said.splitlines()
            if "number_of_executed_units" in x
        ),
        "?",
    )
    print(
        f"{name}: {runs} inputs in {time.monotonic() - began:.0f} s, {'nothing found' if done.returncode == 0 else 'FOUND'}"
    )
    if done.returncode:
        print(said[-4000:])
    sys.stdout.flush()
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
