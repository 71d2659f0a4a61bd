"""After a kill: what was under way is tried alone, but only by a run that is about it."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.arguments import CrawlArguments
from huffarchive.crawl.queue import RequestQueue
from huffarchive.crawl.seeds import UrlList, enqueue
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange, Message
from huffarchive.outcome import AnswerOutcome, Reason, State, outcome_of_status
from huffarchive.sources import SOURCES
from huffarchive.storage.paths import ArchivePaths

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"
SITEMAP = "https://www.huffpost.com/sitemaps/x.xml"


class Run:
    """A run of the crawl's frontier over an archive."""

    def __init__(
        self, folder: Path, urls: Iterable[int] | None = None, *, discover: bool = False
    ) -> None:
        arguments = {}
        if urls is not None:
            listed = folder / "urls.txt"
            listed.write_text("".join(f"{URL.format(n)}\n" for n in urls))
            arguments["urls"] = str(listed)
        job = CrawlArguments.parse(HUFFPOST_QC, arguments, discover=discover)
        self.archive = Archive(ArchivePaths(folder / "warc", folder / "output", "qc"), HUFFPOST_QC)
        enqueue(self.archive, job, SOURCES, UrlList(job))
        self.frontier = RequestQueue(self.archive, None)
        self.most = 0
        """Pages that were under way at once."""

    def name(self, *urls: str) -> None:
        with self.archive.changing():
            self.archive.ledger.pages.want(urls, "list")

    def draw(self) -> None:
        """Take all pages that are due, as a run has them under way when it dies."""
        with self.archive.changing():
            self.archive.ledger.frontier.draw(self.archive.run, 1000, 4e9)

    def asked(self, moves: dict[int, int] | None = None) -> list[str]:
        """Ask for everything that there is to ask for; the keys' ids in their order."""
        return asyncio.run(self._asked(moves or {}))

    async def _asked(self, moves: dict[int, int]) -> list[str]:
        found = []
        waiting = []
        async for task in self.frontier.tasks():
            self.most = max(self.most, len(self.frontier.under_way))
            found.append(task.key.id)
            waiting.append(task)
            # The answers come while the frontier waits: of one page at once, of several later.
            asyncio.get_running_loop().call_later(0.01, self._answer, waiting, moves)
        return found

    def _answer(self, waiting: list, moves: dict[int, int]) -> None:
        task = waiting.pop(0)
        target = moves.get(int(task.key.id)) if task.key.is_article else None
        outcome: AnswerOutcome | None = AnswerOutcome(State.CAPTURED, Reason.NOT_AN_ARTICLE)
        response = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
        if target is not None:
            place = URL.format(target).encode()
            response = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % place
            outcome = outcome_of_status(
                Message.parse(response), task.key, task.url, HUFFPOST_QC, 1, 0
            )
        assert outcome is not None
        exchange = Exchange(task.url, b"GET / HTTP/1.1\r\n\r\n", response, datetime.now(UTC))
        self.archive.apply(self.archive.capture(Visit(task, (exchange,), outcome)))
        self.frontier.done(task)

    def die(self) -> None:
        self.archive.commit()
        if self.archive._pair is not None:
            self.archive._pair.abandon()
        self.archive.ledger.close()
        self.archive._lock.release()

    def end(self) -> None:
        self.archive.close(0, "finished")


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """An archive whose last run died while two articles, and the packaged list, were under way."""
    run = Run(tmp_path, [1, 2])
    run.draw()
    run.die()
    return tmp_path


def test_a_list_of_others_is_all_that_is_asked_for(killed: Path) -> None:
    run = Run(killed, [3])
    assert run.asked() == ["3"]
    run.end()


def test_the_suspects_are_still_tried_alone_by_the_run_that_is_about_them(killed: Path) -> None:
    for urls in ([3], [4]):
        run = Run(killed, urls)
        run.asked()
        run.end()
    run = Run(killed, [5, 6, 2, 1])
    with run.archive.changing():
        alone = run.archive.ledger.frontier.crash_suspects(run.archive.run)
    assert [task.key.id for task in alone] == ["1", "2"]
    asked = run.asked()
    assert asked[:2] == ["1", "2"]
    assert sorted(asked) == ["1", "2", "5", "6"]
    assert run.most == 2  # 5 and 6; a suspect has no other beside it
    run.end()
    run = Run(killed, [1, 2])
    assert run.asked() == []
    run.end()


def test_finding_out_which_pages_there_are_asks_for_no_article(killed: Path) -> None:
    run = Run(killed, discover=True)
    run.name(SITEMAP)
    assert run.asked() == ["www.huffpost.com/sitemaps/x.xml"]
    run.end()


@pytest.mark.parametrize("under_way", [False, True])
def test_where_a_listed_page_moved_to_is_asked_for_after_a_kill(
    tmp_path: Path, under_way: bool
) -> None:
    Run(tmp_path, [7]).end()  # wanted, and no page of the list
    run = Run(tmp_path, [1])
    with run.archive.changing():
        (task,) = run.archive.ledger.frontier.draw(run.archive.run, 9, 4e9)
    run._answer([task], {1: 2})
    run.archive.commit()
    if under_way:
        run.draw()
    run.die()
    run = Run(tmp_path, [1])
    assert run.asked({2: 3}) == ["2", "3"]
    run.end()
    run = Run(tmp_path, [1])
    assert run.asked() == []
    run.end()


def test_pages_that_moved_in_a_circle(tmp_path: Path) -> None:
    run = Run(tmp_path, [1])
    assert run.asked({1: 2, 2: 1}) == ["1", "2"]
    run.end()
    run = Run(tmp_path, [1])
    assert run.asked() == ["1"]  # in a circle nothing has moved: both failed
    run.end()
