"""Runs the README's tests ten times, three of them beside four busy loops, and compares the counts.

`python .ci/repeat.py [--times 10] [--busy 3] [--loops 4] [pytest's arguments…]`. Ends with 0 when every run
passed and all counted alike. CPU is that of all processes of a run, those that outlive their parent
included (Linux; see PR_SET_CHILD_SUBREAPER).
"""

import argparse
import ctypes
import os
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PR_SET_CHILD_SUBREAPER = 36
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed|deselected)")


def cpu() -> float:
    """Seconds of CPU of all processes that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                break
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Run them and say how each went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--busy", type=int, default=3, help="how many of them, at the end")
    parser.add_argument("--loops", type=int, default=4, help="programs that keep a core busy")
    options, more = parser.parse_known_args()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    seen: Counter[str] = Counter()
    green = True
    for number in range(options.times):
        busy = number >= options.times - options.busy
        with ExitStack() as stack:
            for _ in range(options.loops if busy else 0):
                loop = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while 1: 1"]))
                stack.callback(loop.kill)
            before, began = cpu(), time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", *more],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            took, used = time.monotonic() - began, cpu() - before
        *said, last = done.stdout.strip().splitlines() or [done.stderr.strip()]
        counts = ", ".join(f"{n} {what}" for n, what in _COUNT.findall(last)) or last
        beside = f", beside {options.loops} busy loops" if busy else ""
        print(f"{number + 1}: {counts}; {took:.0f} s, CPU {used:.0f} s{beside}", flush=True)
        if done.returncode:
            green = False
            print(*(line for line in said if line.startswith(("FAILED", "ERROR"))), sep="\n")
        seen[counts] += 1
    print(f"{'all' if green else 'NOT all'} green, {len(seen)} different counts")
    return 0 if green and len(seen) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
