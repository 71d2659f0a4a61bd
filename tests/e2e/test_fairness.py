"""One host does not block the others: three hosts, two of them slow, paused or dead.

Frontier, ledger, archive and politeness are the crawl's own; the network is a script, and time is
the event loop's: it goes on to the next timer when nothing else is left to do.
"""

import asyncio
import itertools
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from huffarchive.archive.archive import Archive
from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.queue import RequestQueue
from huffarchive.crawl.spider import ArchiveSpider
from huffarchive.download.handler import MAX_BODY
from huffarchive.download.recording import Recording
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.politeness.host_state import HostStateFile
from huffarchive.politeness.limits import Limit, Refused, Stopped
from huffarchive.politeness.middleware import PolitenessMiddleware
from huffarchive.politeness.robots import RobotsRules
from huffarchive.politeness.throttle import Throttle
from huffarchive.storage.paths import ArchivePaths
from tests.e2e.virtual import Virtual

GOOD, *OTHERS = HOSTS = (
    "www.huffpost.com",
    "quebec.huffingtonpost.ca",
    "m.quebec.huffingtonpost.ca",
)
DELAY, LATENCY = 1.0, 2.5
SECONDS = 45
PAGES = 200


class Crawl:
    def __init__(self, folder: Path, manners: dict[str, str]) -> None:
        self.manners = manners
        self.answered: Counter[str] = Counter()
        self.archive = Archive(ArchivePaths(folder / "warc", folder / "output", "qc"), HUFFPOST_QC)
        self.paused: dict[str, float] = {}
        self.frontier = RequestQueue(self.archive, None, self.paused_now)
        spider = SimpleNamespace(
            refusal=lambda url: None,
            on_robots_exchange=lambda request: None,
            has_room=partial(ArchiveSpider.has_room, None),
            reason_of=lambda request, error: Reason.UNREACHABLE,
        )
        engine = SimpleNamespace(downloader=SimpleNamespace(per_slot_settings={}))
        crawler = SimpleNamespace(settings=Settings(), engine=engine)
        limits = {h: Limit(h, h, h, "/", DELAY, shared=False) for h in HOSTS}
        throttle = Throttle(HostStateFile(folder / "cache"))
        self.gate = PolitenessMiddleware(crawler, spider, throttle, limits.__getitem__, 60.0)
        self.gate.robots = SimpleNamespace(
            asks=lambda request: False,
            follows=lambda request: False,
            rules=self._rules,
            known=lambda url: self.rules,
        )
        self.rules = RobotsRules.parse(b"")
        keys = itertools.count(1)
        with self.archive.changing():
            for host in manners:
                where = f"https://{host}/archive/qc" if host == GOOD else f"https://{host}"
                urls = [f"{where}/entry/titre_n_{next(keys)}" for _ in range(PAGES)]
                self.archive.ledger.pages.want(urls, "list")

    async def _rules(self, url: str) -> object:
        return self.rules

    def paused_now(self) -> set[str]:
        now = asyncio.get_running_loop().time()
        return {host for host, until in self.paused.items() if until > now}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as under_way:
            async for task in self.frontier.tasks():
                under_way.create_task(self.ask(task))

    async def ask(self, task) -> None:
        host, loop = urlsplit(task.url).netloc, asyncio.get_running_loop()
        request = Request(task.url)
        try:
            await self.gate.process_request(request)
        except Stopped as error:
            self.paused[host] = loop.time() + (error.seconds or 0)
            self.frontier.give_back(task)
            return
        except Refused:
            self.apply(task, AnswerOutcome(State.FAILED, Reason.UNREACHABLE))
            return
        manner, coming = self.manners[host], Recording(task.url, MAX_BODY)
        coming.announced = MAX_BODY if manner == "large" else 0
        await asyncio.sleep(29 if manner in ("slow", "large") else LATENCY)
        del coming
        if manner == "dead":
            await self.gate.process_exception(request, OSError())
            self.apply(task, AnswerOutcome(State.WANTED, None, 4.0))
            return
        status = 429 if manner == "paused" else 200
        headers = {"Retry-After": "60"} if status == 429 else {}
        response = Response(task.url, status, headers, request=request)
        await self.gate.process_response(request, response)
        if status == 429:
            self.paused[host] = loop.time() + request.meta["huffarchive_pause"]
            self.apply(task, AnswerOutcome(State.WANTED, None, 60.0))
            return
        self.answered[host] += 1
        self.apply(task, AnswerOutcome(State.CAPTURED, Reason.NOT_AN_ARTICLE))

    def apply(self, task, outcome: AnswerOutcome) -> None:
        response = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
        exchange = Exchange(task.url, b"GET / HTTP/1.1\r\n\r\n", response, datetime.now(UTC))
        self.archive.apply(self.archive.capture(Visit(task, (exchange,), outcome)))
        if self.archive.due:
            self.archive.commit()
        self.frontier.done(task)


def rates(folder: Path, manners: dict[str, str], monkeypatch) -> Counter[str]:
    """How many pages each host gave in the time."""
    loop = Virtual()
    monkeypatch.setattr(time, "monotonic", loop.time)
    folder.mkdir()
    crawl = Crawl(folder, manners)
    crawl.archive.clock = lambda: 1e9 + loop.now

    async def for_a_while() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(crawl.run(), SECONDS)
        crawl.gate.throttle.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    try:
        loop.run_until_complete(for_a_while())
    finally:
        loop.close()
        crawl.archive.close(0, "finished")
    return crawl.answered


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> int:
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("alone") / "archive"
        found = rates(folder, {GOOD: "good"}, monkeypatch)[GOOD]
    assert found >= SECONDS / DELAY * 0.9
    return found


@pytest.mark.parametrize(
    "manners",
    [
        pytest.param(pair, marks=() if pair == ("slow", "paused") else pytest.mark.slow)
        for pair in itertools.combinations_with_replacement(["slow", "large", "paused", "dead"], 2)
    ],
    ids="-".join,
)
def test_a_third_host_keeps_its_rate(tmp_path: Path, alone: int, manners, monkeypatch) -> None:
    others = dict(zip(OTHERS, manners, strict=True))
    beside = rates(tmp_path / "beside", {**others, GOOD: "good"}, monkeypatch)
    assert beside[GOOD] >= 0.9 * alone, beside
