"""What needs no request waits for no server, be that paused, closed, full or down."""

import asyncio
import itertools
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import DropItem
from scrapy.signalmanager import SignalManager
from scrapy.utils.project import get_project_settings

from huffarchive.crawl.pipelines import JsonlPipeline, WarcPipeline
from huffarchive.ledger.rows import Task
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.sources import QUERIES
from huffarchive.sources.memento import USABLE, Memento, ranked
from huffarchive.sources.source import is_query
from huffarchive.spiders import SPIDERS
from huffarchive.urls import identify
from tests.e2e.scripted import BASE, path
from tests.e2e.virtual import Virtual

MOMENT = "20220310120000"


def memento(source: str, number: int, **other) -> Memento:
    given = {"status": 200, "mime": "text/html", "digest": "", "length": 9000} | other
    file = {"file": "a.warc.gz", "offset": 0} if source == "commoncrawl" else {}
    return Memento(source, MOMENT, BASE + path(number), **given, **file)


class Crawl:
    """The real spider over a list of pages; of requests is only noted who is asked for what."""

    def __init__(self, folder: Path, pages: int, **arguments: str) -> None:
        self.folder = folder
        listed = folder / "urls.txt"
        listed.write_text("".join(f"{BASE}{path(n)}\n" for n in range(1, pages + 1)))
        settings = get_project_settings()
        folders = {f"HUFFARCHIVE_{n.upper()}_DIR": str(folder / n) for n in ("warc", "output")}
        settings.update(folders | {"HUFFARCHIVE_WORKERS": 0}, priority="cmdline")
        crawler = SimpleNamespace(settings=settings, signals=SignalManager(), engine=None)
        crawler.spider = self.spider = SPIDERS["huffpost_qc"].from_crawler(
            crawler, urls=str(listed), **arguments
        )
        self.spider.end = lambda reason: None
        self.pipelines = WarcPipeline(crawler), JsonlPipeline(crawler)
        assert self.spider.begin()
        self.run, self.asked = self.spider.run, []

    def index(self, source: str, numbers: range, **other) -> None:
        """An archive's index is read to its end, and names captures of some pages."""
        edition = self.run.archive.edition
        found = [(identify(BASE + path(n), edition), memento(source, n, **other)) for n in numbers]
        with self.run.archive.changing():
            self.run.archive.ledger.pages.add_captures(found, source)
        kinds = ", ".join(f"'{kind}'" for kind in QUERIES[source])
        self.execute(f"UPDATE page SET state = 'captured' WHERE kind IN ({kinds})")

    def execute(self, statement: str) -> None:
        with self.run.archive.changing():
            self.run.archive.ledger.connection.execute(statement)

    def go(self, *, seconds: float = 30, stuck=frozenset(), **answers: str) -> None:
        """Run for a while; requests to `stuck` sources get no answer, of others a 404."""
        loop = Virtual()

        async def for_a_while() -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(self._go(stuck), seconds)

        try:
            loop.run_until_complete(for_a_while())
        finally:
            loop.close()

    async def _go(self, stuck) -> None:
        async for task in self.run.frontier.tasks():
            made = await self.spider._ask(task)
            if isinstance(made, Request):
                ask = made.meta["huffarchive_visit"]
                if is_query(task.key):
                    continue
                self.asked.append((ask.source, int(task.key.id)))
                if ask.source in stuck:
                    continue
                made = await self._missing(task, ask)
            await self._store(made)
        await asyncio.sleep(1e9)

    async def _missing(self, task: Task, ask):
        outcome = AnswerOutcome(State.GONE, Reason.NO_CAPTURE if ask.memento else Reason.NOT_FOUND)
        return replace(ask, outcome=outcome)

    async def _store(self, visit) -> None:
        with suppress(DropItem):
            self.pipelines[1].process_item(await self.pipelines[0].process_item(visit))

    def said(self, source: str) -> dict[int, str]:
        """What a source said of each page."""
        self.run.archive.commit()
        with closing(sqlite3.connect(self.run.places.ledger)) as db:
            return {
                int(key[2:]): said
                for key, said in db.execute(
                    "SELECT key, answer.state || '/' || answer.reason FROM page "
                    "JOIN answer ON page = page.id WHERE answer.source = ?",
                    (source,),
                )
            }


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("huffarchive.archive.archive.BATCH_SECONDS", 0)
    made: list[Crawl] = []

    def make(pages: int, **arguments: str) -> Crawl:
        made.append(Crawl(tmp_path, pages, **arguments))
        return made[-1]

    yield make
    for crawl in made:
        crawl.run.close("shutdown")


@pytest.mark.parametrize("blocked", ["paused", "full", "down"])
@pytest.mark.parametrize("sources", ["live,wayback,commoncrawl", "wayback,commoncrawl"])
def test_what_an_index_does_not_name_goes_on(crawl, sources: str, blocked: str) -> None:
    here = crawl(26, source=sources, crawls="CC-MAIN-2022-05")
    here.index("wayback", range(1, 19))
    here.index("commoncrawl", range(19, 24))
    if blocked == "paused":
        here.run.servers.leave_alone("wayback", 86_400)
    elif blocked == "down":
        here.run.servers.leave_alone("wayback", 86_400)
        here.run.servers.mark_unreachable("wayback", Reason.UNREACHABLE, "x")
    here.go(stuck={"wayback"})
    of_live = {n for source, n in here.asked if source == "live"}
    assert of_live == (set(range(1, 27)) if "live" in sources else set())
    assert {n for source, n in here.asked if source == "commoncrawl"} == set(range(19, 24))
    gone = dict.fromkeys(range(19, 27), "gone/no_capture")
    down = dict.fromkeys(range(1, 19), "failed/unreachable") if blocked == "down" else {}
    said = here.said("wayback")
    assert said == (dict.fromkeys(range(1, 27), "failed/unreachable") if down else gone)
    assert here.said("commoncrawl") == (dict.fromkeys(said, "gone/no_capture"))
    assert sum(source == "wayback" for source, _ in here.asked) == (16 if blocked == "full" else 0)


def test_a_page_whose_captures_were_all_passed_over_goes_on(crawl) -> None:
    here = crawl(3, source="wayback,commoncrawl", crawls="CC-MAIN-2022-05")
    here.index("wayback", range(1, 3), tried="soft_404")
    here.index("commoncrawl", range(1, 2))
    here.run.servers.leave_alone("wayback", 86_400)
    here.go()
    assert here.asked == [("commoncrawl", 1)]
    assert here.said("wayback") == dict.fromkeys((1, 2, 3), "gone/no_capture")


def test_no_page_goes_on_before_the_index_is_read(crawl) -> None:
    here = crawl(3, source="wayback,commoncrawl", crawls="CC-MAIN-2022-05")
    here.index("commoncrawl", range(1, 4))
    here.run.servers.leave_alone("wayback", 86_400)
    here.go()
    assert not here.asked
    assert not here.said("wayback")


def test_what_all_have_answered_is_settled_though_the_host_is_closed(crawl) -> None:
    here = crawl(3)
    here.execute(
        "INSERT INTO answer SELECT id, 'live', 'gone', 'deleted' FROM page WHERE key != 'n:3'"
    )
    here.run.servers.close("www.huffpost.com", "x")
    here.go()
    here.run.archive.commit()
    with closing(sqlite3.connect(here.run.places.ledger)) as db:
        states = db.execute("SELECT key, state, reason FROM page ORDER BY key").fetchall()
    assert states == [
        ("n:1", "gone", "deleted"), ("n:2", "gone", "deleted"), ("n:3", "wanted", None),
    ]  # fmt: skip


def test_a_limit_holds_for_what_needs_no_request(crawl) -> None:
    here = crawl(20, source="wayback", limit="18")
    here.index("wayback", range(0))
    here.run.servers.leave_alone("wayback", 86_400)
    here.go()
    assert len(here.said("wayback")) == 18


def test_the_ledger_knows_which_captures_are_left_as_the_ranking_does() -> None:
    kinds = ("text/html", "Text/HTML ; charset=x", "warc/revisit", "", "a/b", "?")
    marks = ("", "no_end", "unknown_layout", "soft_404", "timeout")
    every = itertools.product((200, 404, None), kinds, marks, ("", "?err_code=404"))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE memento (url, status, mime, tried)")
        for status, mime, tried, query in every:
            url = BASE + path(1) + query
            one = Memento("wayback", MOMENT, url, status, mime, "", 1, tried=tried)
            db.execute("DELETE FROM memento")
            db.execute("INSERT INTO memento VALUES (?, ?, ?, ?)", (url, status, mime, tried))
            (found,) = db.execute(f"SELECT count(*) FROM memento WHERE {USABLE}").fetchone()
            assert found == len(ranked([one])), one
