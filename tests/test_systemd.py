"""The systemd units are what systemd takes, and what a crawl can live with; cron's line is quiet."""

import fcntl
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "wants", [False, pytest.param(True, marks=pytest.mark.long)], ids=["nobody", "somebody"]
)
def test_the_line_for_cron_prints_only_what_wants_a_person(wants: bool, tmp_path: Path) -> None:
    """Cron mails whatever is printed, whatever the status."""
    from huffarchive.sample.server import Service
    from huffarchive.sample.site import site

    page = UNITS.parent / "cron-and-systemd.md"
    (line,) = re.findall(r"^17 \* \* \* \*  (.+)$", page.read_text("utf-8"), re.MULTILINE)
    wanted = tmp_path / "urls.txt"
    wanted.write_text(next(iter(site().plain_urls())) + "\n")

    def cron(base: str) -> str:
        options = (
            f"-a site={base} -a urls={wanted} -s HUFFARCHIVE_WORKERS=0 "
            f"-s HUFFARCHIVE_WARC_DIR={tmp_path}/warc -s HUFFARCHIVE_OUTPUT_DIR={tmp_path}/output"
        )
        command = (
            line.replace("/srv/huffarchive", str(UNITS.parent.parent))
            .replace(".venv/bin/scrapy", f"{sys.executable} -m scrapy.cmdline")
            .replace("log/", f"{tmp_path}/")
            .replace("huffpost_qc", f"huffpost_qc {options}")
        )
        done = subprocess.run(
            ["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=100, check=False,
        )  # fmt: skip
        return done.stdout

    with Service(site()) as service:
        assert cron(service.base) == ""
    assert len(list((tmp_path / "output/qc").glob("*.jsonl"))) == 1
    if not wants:
        return
    with (tmp_path / "output/qc/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert cron("http://127.0.0.1:1") == ""
    wanted.write_text("no page\n")
    assert "it names no page of HuffPost Québec" in cron("http://127.0.0.1:1")
