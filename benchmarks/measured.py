"""What a command costs: CPU of its whole process tree, wall time, memory at its peak.

`python benchmarks/measured.py scrapy crawl huffpost_qc -a source=sample` gives the README's figures.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU (user and system, all processes that ended in the tree), of wall, MB."""

    cpu: float
    wall: float
    peak: float
    """Resident memory of all processes together, at most; looked at four times a second."""
    code: int
    busiest: float = 0.0
    """Seconds of CPU of the process that used most, as last seen: no more cores make it faster."""

    def __add__(self, other: "Cost") -> "Cost":
        """One command after the other."""
        return Cost(
            self.cpu + other.cpu,
            self.wall + other.wall,
            max(self.peak, other.peak),
            self.code or other.code,
            self.busiest + other.busiest,
        )


def run(
    command: Sequence[str | Path],
    cwd: Path,
    *,
    env: dict[str, str] | None = None,
    allowed: Sequence[int] = (0,),
    log: Path | None = None,
) -> Cost:
    """Run a command to its end; RuntimeError with the end of its output when it fails."""
    log = log or cwd / "output.log"
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        watch = _Watch(process.pid)
        # wait4 tells of this child and of all that it has waited for, and of no other.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = code = os.waitstatus_to_exitcode(status)
        peak, busiest = watch.stop()
    if code not in allowed:
        tail = log.read_text("utf-8", "replace")[-3000:]
        raise RuntimeError(f"{' '.join(map(str, command))[:200]}: exit {code}\n{tail}")
    return Cost(
        usage.ru_utime + usage.ru_stime, wall, max(peak, usage.ru_maxrss / 1024), code, busiest
    )


class _Watch:
    """Looks at the memory and the CPU time of a process tree until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid, self._peak, self._over = pid, 0.0, threading.Event()
        self._cpu: dict[int, float] = {}
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            tree = _tree(self._pid)
            self._peak = max(self._peak, sum(_resident(pid) for pid in tree))
            self._cpu |= {pid: used for pid in tree if (used := _used(pid)) > 0}

    def stop(self) -> tuple[float, float]:
        """The most memory that was seen, in MB, and the most CPU time of one process, in seconds."""
        self._over.set()
        self._thread.join()
        return self._peak, max(self._cpu.values(), default=0.0)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
        except (OSError, ValueError):
            continue
    return found


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _used(pid: int) -> float:
    """Seconds of CPU of a process with all its threads, without its children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load() -> str:
    """How busy the machine was in the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    cost = run(sys.argv[1:], Path.cwd(), log=Path(os.devnull))
    print(
        f"{cost.wall:.0f} s, {cost.cpu:.1f} s of CPU; {cost.peak:.0f} MB at most, "
        f"all processes together; {load()}"
    )
