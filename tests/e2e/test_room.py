"""How many answers are under way: as many as memory has room for, by what is known of them."""

import sys
import threading
from pathlib import Path

import pytest

from huffarchive.crawl.spider import MAX_HELD
from huffarchive.exits import Exit
from tests.e2e.conftest import options
from tests.kit.command import Result, scrapy
from tests.politeness.server import Answer, Server, site

MIB = 1024 * 1024
WEIGHED = (
    sys.executable,
    "-c",
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print('PEAK', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)",
)
"""Runs a command and prints the most KiB that it held."""


class Together:
    """Answers that wait until so many are asked for at once, and then whether more are."""

    def __init__(self, body: bytes, wanted: int) -> None:
        self.body = body
        self.wanted = wanted
        self.now = self.most = 0
        self._changed = threading.Condition()

    def __call__(self, path: str, nth: int) -> Answer:
        del path, nth
        with self._changed:
            self.now += 1
            self.most = max(self.most, self.now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= self.wanted, timeout=10)
            self._changed.wait_for(lambda: self.most > self.wanted, timeout=0.5)
            self.now -= 1
        return Answer(404, self.body)


def crawl(folder: Path, answers: Together, pages: int) -> Result:
    urls = folder / "urls.txt"
    lines = [f"https://www.huffpost.com/archive/qc/entry/x_qc_{n:024x}\n" for n in range(pages)]
    urls.write_text("".join(lines))
    with Server(site("", answers)) as server:
        return scrapy(
            "crawl", "huffpost_qc", "-a", f"site={server.url}", "-a", f"urls={urls}",
            "-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=32",
            *options(folder), wrap=WEIGHED,
        )  # fmt: skip


@pytest.mark.slow
def test_eight_small_answers_of_a_slow_server_are_under_way(tmp_path: Path) -> None:
    answers = Together(b"<html><body>gone</body></html>", 8)
    result = crawl(tmp_path, answers, 20)
    assert result.code == Exit.FAILURES, result.err  # a site that has nothing is doubted
    assert answers.most == 8


@pytest.mark.slow
def test_eight_of_the_largest_answers_keep_within_bounds(tmp_path: Path) -> None:
    answers = Together(b" " * (16 * MIB), 8)
    result = crawl(tmp_path, answers, 9)
    assert result.code == Exit.FAILURES, result.err  # a site that has nothing is doubted
    peak = int(result.out.rpartition("PEAK ")[2]) * 1024
    assert answers.most <= 8
    assert peak < 120 * MIB + 8 * 16 * MIB + MAX_HELD, peak / MIB
