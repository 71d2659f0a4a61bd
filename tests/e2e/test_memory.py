"""The bound on memory counts what the run holds, not what started it."""

import sys

import pytest

from huffarchive.exits import Exit
from tests.e2e.conftest import options
from tests.kit.command import scrapy
from tests.politeness.server import Answer, Server, site

HOLDING = (
    sys.executable,
    "-c",
    "import subprocess, sys; held = b'x' * (400 << 20); sys.exit(subprocess.call(sys.argv[1:]))",
)
"""Runs a command while it holds 400 MiB."""


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "status"), [(300, Exit.DONE), (20, Exit.STOPPED)])
def test_what_a_large_process_starts_is_not_large_itself(tmp_path, limit, status):
    urls = tmp_path / "urls.txt"
    urls.write_text(f"https://www.huffpost.com/archive/qc/entry/x_qc_{0:024x}\n")
    with Server(site("", lambda path, nth: Answer(404))) as server:
        result = scrapy(
            "crawl", "huffpost_qc", "-a", f"site={server.url}", "-a", f"urls={urls}",
            "-s", f"MEMUSAGE_LIMIT_MB={limit}", *options(tmp_path), wrap=HOLDING,
        )  # fmt: skip
    assert result.code == status, result.err
    assert ("Memory usage exceeded 20MiB" in result.err) == (status is Exit.STOPPED)
