"""What nobody reads on ends silently: `scrapy … | head`."""

import shlex
import subprocess
import sys

import pytest

from tests.e2e.conftest import Archived
from tests.kit.command import ROOT, scrapy


def line(command: str, archive: Archived) -> list[str]:
    found = [str(archive.warcs[0]) if word == "WARC" else word for word in command.split()]
    return [*found, *archive.options]


@pytest.mark.parametrize(
    "command",
    [
        "status qc",
        "schema",
        "links qc",
        "extract WARC --workers=0",
        "verify --workers=0",
        "report qc -o -",
        "crawl huffpost_qc -a source=sample -a limit=1",
        "discover huffpost_qc -a source=list",
    ],
)
def test_a_reader_that_ended_before(command: str, small: Archived) -> None:
    if command.startswith("report"):
        pytest.importorskip("pygal")
    done = scrapy(*line(command, small), unread=True)
    assert "BrokenPipe" not in done.err
    assert "Traceback" not in done.err
    assert done.code in (0, 5), done


@pytest.mark.slow
def test_a_reader_that_ends_at_once(small: Archived) -> None:
    done = subprocess.run(
        f"{sys.executable} -m scrapy.cmdline {shlex.join(line('extract WARC', small))} "
        "| true; echo ${PIPESTATUS[0]}",
        shell=True,
        executable="bash",
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert (done.stdout.strip(), done.stderr) == ("0", ""), done
