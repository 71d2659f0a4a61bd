"""The systemd units are what systemd takes, and what a crawl can live with."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parent.parent / "docs/systemd"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_units(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        # The program is wherever it was installed; what is checked is the unit.
        text = unit.read_text().replace("/srv/huffarchive/.venv/bin/scrapy", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "huffarchive" not in done.stderr, done.stderr


@pytest.mark.long
@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None or shutil.which("strace") is None,
    reason="needs systemd and strace",
)
def test_a_crawl_makes_no_system_call_that_the_unit_forbids(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", calls, sys.executable, "-m", "scrapy", "crawl", "huffpost_qc",
         "-a", "source=sample", "-a", "limit=40",
         "-s", f"HUFFARCHIVE_WARC_DIR={tmp_path}/warc", "-s", f"HUFFARCHIVE_OUTPUT_DIR={tmp_path}/out"],
        cwd=UNITS.parent.parent, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    made = set(re.findall(r"^\d+ +([a-z]\w+)\(", calls.read_text("utf-8", "replace"), re.MULTILINE))
    assert {"fsync", "flock", "connect"} <= made
    (name,) = re.findall(
        r"^SystemCallFilter=(.+)$", (UNITS / "huffarchive.service").read_text(), re.M
    )
    assert made - _calls_of(name) == set()


def _calls_of(name: str) -> set[str]:
    """The calls of one of systemd's sets, those of the sets that it names too."""
    done = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
    )
    lines = {line.strip() for line in done.stdout.splitlines()[1:] if line.strip()[:1] != "#"}
    named = {line for line in lines if line.startswith("@")}
    return (lines - named).union(*map(_calls_of, named))
