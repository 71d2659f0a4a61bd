"""What nobody reads on ends silently: `scrapy … | head`."""

import subprocess
import sys

import pytest

from tests.e2e.conftest import Archived
from tests.kit.command import ROOT


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("status", ()),
        ("schema", ()),
        ("links", ()),
        ("extract", ("warc",)),
        ("verify", ()),
        ("report", ("-o", "-")),
        ("crawl", ("huffpost_qc", "-a", "source=sample", "-a", "limit=1")),
        ("discover", ("huffpost_qc", "-a", "source=list")),
    ],
)
def test_a_reader_that_ends_at_once(copied: Archived, command, more):
    if command == "report":
        pytest.importorskip("pygal")
    named = [str(copied.warcs[0])] if "warc" in more else list(more)
    if command in ("links", "report", "status"):
        named = [copied.name, *named]
    done = subprocess.run(
        f"{sys.executable} -m scrapy.cmdline {command} {' '.join(named)} "
        f"{' '.join(copied.options)} | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="bash",
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert "BrokenPipe" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() in ("0", "5"), done
