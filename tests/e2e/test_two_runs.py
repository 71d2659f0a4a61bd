"""What one run learns of a host's pace holds for the next one, and for the one beside it."""

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from huffarchive.exits import Exit
from tests.e2e.conftest import options
from tests.kit.command import ROOT, scrapy
from tests.kit.pace import too_fast
from tests.politeness.server import Answer, Server, site

pytestmark = pytest.mark.realtime


def command(edition: str, server: Server, folder: Path, pages: int = 6) -> list[str]:
    """The crawl of a few pages of an edition, which all have the server's host."""
    code = edition.removeprefix("huffpost_")
    urls = folder / f"{edition}.txt"
    urls.write_text(
        "".join(
            f"https://www.huffpost.com/archive/{code}/entry/x_{code}_{n:024x}\n"
            for n in range(pages)
        )
    )
    return ["crawl", edition, "-a", f"site={server.url}", "-a", f"urls={urls}", *options(folder)]


def gone(path: str, nth: int) -> Answer:
    return Answer(404)


def test_two_editions_side_by_side_ask_one_host_no_faster_than_one(tmp_path):
    editions = ("huffpost_qc", "huffpost_ca")
    with (
        Server(site("User-agent: *\nCrawl-delay: 1\n", gone)) as server,
        ThreadPoolExecutor() as threads,
    ):
        runs = [threads.submit(scrapy, *command(edition, server, tmp_path)) for edition in editions]
        results = [run.result() for run in runs]
    assert [run.code for run in results] == [Exit.FAILURES] * 2, results  # all is gone: doubted
    pages = [asked.path for asked in server.log if asked.path != "/robots.txt"]
    assert [sum(f"/archive/{code}/" in page for page in pages) for code in ("qc", "ca")] == [6, 6]
    # The delay is known when robots.txt has been read; before, this machine's servers have none.
    assert not too_fast(server.times()[1:], 1)
    # Neither waits until the other is done.
    assert pages != sorted(pages) != sorted(pages, reverse=True)


def paused(throttle: Path) -> bool:
    """Whether a host's file, which another process may be writing, tells of a pause."""
    try:
        return bool(json.loads(throttle.read_bytes())["pause"])
    except (FileNotFoundError, ValueError):
        return False


def test_a_run_that_is_killed_leaves_its_retry_after_to_the_next(tmp_path):
    def answer(path: str, nth: int) -> Answer:
        return Answer(429, headers={"Retry-After": "8"}) if len(refused) == 0 else Answer(404)

    refused: list[float] = []
    with Server(site("User-agent: *\nCrawl-delay: 0.1\n", answer)) as server:
        first = subprocess.Popen(
            [sys.executable, "-m", "scrapy.cmdline", *command("huffpost_qc", server, tmp_path)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        throttle = tmp_path / "cache" / f"127.0.0.1%3A{server.port}.pace"
        try:
            while not paused(throttle):
                assert first.poll() is None
                time.sleep(0.01)
        finally:
            first.send_signal(signal.SIGKILL)
            first.wait()
        refused.append(server.log[-1].at)
        asked = len(server.log)
        result = scrapy(*command("huffpost_qc", server, tmp_path))
    assert result.code == Exit.FAILURES, result.err  # all is gone: doubted
    assert 8 <= server.log[asked].at - refused[0] < 12
    assert server.log[asked].path == "/robots.txt"


@pytest.mark.parametrize("status", [302, 500])
def test_a_retry_after_of_a_redirect_or_an_error_holds_its_page_back_and_no_other(tmp_path, status):
    first, other = (f"/archive/qc/entry/x_qc_{n:024x}" for n in range(2))

    def answer(path: str, nth: int) -> Answer:
        if path == first and nth == 0:
            headers = {"Retry-After": "4", "Location": first.replace("/x_", "/y_")}
            return Answer(status, headers=headers)
        return Answer(404)

    with Server(site("User-agent: *\nCrawl-delay: 0.1\n", answer)) as server:
        result = scrapy(*command("huffpost_qc", server, tmp_path, 2))
    assert result.code == Exit.DONE, result.err
    at = {}
    for asked in server.log:
        at.setdefault(asked.path.replace("/y_", "/x_"), []).append(asked.at)
    assert at[first][1] - at[first][0] >= 4
    assert at[other][0] - at[first][0] < 2


def test_a_robots_txt_that_fails_when_it_is_renewed_closes_the_host_for_a_while(tmp_path):
    def answer(path: str, nth: int) -> Answer:
        if path != "/robots.txt":
            return Answer(404)
        return Answer(500) if 1 <= nth <= 8 else Answer(body=b"User-agent: *\nCrawl-delay: 0.5\n")

    with Server(answer) as server:
        result = scrapy(
            *command("huffpost_qc", server, tmp_path, 14),
            "-s", "HUFFARCHIVE_BACKOFF=0.1",
            "-s", 'EXTENSIONS={"tests.e2e.short_day.ShortDay": 1}',
        )  # fmt: skip
    assert result.code == Exit.FAILURES, result.err  # all is gone: doubted
    looks = server.times("/robots.txt")
    assert len(looks) >= 10
    # Two looks of four tries each found it closed: nothing was asked from the first to the third.
    assert looks[5] - looks[4] >= 1.5
    assert looks[9] - looks[8] >= 1.5
    between = [asked.path for asked in server.log if looks[1] < asked.at < looks[9]]
    assert set(between) == {"/robots.txt"}
    assert len({asked.path for asked in server.log}) == 15
