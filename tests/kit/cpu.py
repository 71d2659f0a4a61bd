"""What each test costs in CPU: `pytest -p tests.kit.cpu` lists the dearest, and what each folder took.

Time by the clock says little on a machine that others use too. A test's share is what its process and
all below it used from its setup to its teardown; what several tests share is counted at the first.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TICKS = os.sysconf("SC_CLK_TCK")
_before = 0.0
_used: Counter[str] = Counter()


def used() -> float:
    """The CPU seconds of this process, of those below it, and of all of these that have ended."""
    ticks, left = 0, ["self"]
    while left:
        try:
            folder = Path("/proc", left.pop())
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            below = [task.read_text().split() for task in folder.glob("task/*/children")]
        except OSError:
            continue  # it has just ended
        ticks += sum(map(int, fields[11:15]))
        left += [pid for pids in below for pid in pids]
    return ticks / TICKS


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Look at the clock of the process that runs the test, and of no other."""
    global _before  # noqa: PLW0603
    _before = used()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Put the seconds since the phase before on the report, which crosses to the main process."""
    global _before  # noqa: PLW0603
    report = yield
    now = used()
    report.cpu, _before = now - _before, now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _used[report.nodeid] += getattr(report, "cpu", 0.0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _used:
        return
    folders: Counter[str] = Counter()
    for name, seconds in _used.items():
        folders[name.partition("::")[0].rpartition("/")[0]] += seconds
    terminalreporter.section(f"CPU: {_used.total():.1f} s in {len(_used):,} tests")
    for table in folders, _used:
        for name, seconds in table.most_common(int(os.environ.get("CPU_ROWS", "30"))):
            terminalreporter.write_line(f"{seconds:8.2f} s  {name}")
