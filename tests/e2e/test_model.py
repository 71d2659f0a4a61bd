"""A model of a crawl: whatever the sources answer, whenever a run stops, each page ends as they say.

Spider, frontier, ledger, archive and reader are the crawl's own; only Scrapy and the network are a
script. The model knows none of their rules but the promises: in a round each address is asked once,
what the answers of the round say is the page's state, and each change of a page is recorded once.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from scrapy import Request
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
from scrapy.utils.project import get_project_settings
from twisted.python.failure import Failure

from huffarchive.archive import store_visit
from huffarchive.archive.archive import Archive
from huffarchive.crawl.pipelines import JsonlPipeline, WarcPipeline
from huffarchive.crawl.queue import RequestQueue
from huffarchive.download import recording
from huffarchive.http import Exchange
from huffarchive.ledger.rows import Answers, Task
from huffarchive.outcome import MAX_TRIES, Reason
from huffarchive.politeness.limits import Stopped
from huffarchive.spiders import SPIDERS
from huffarchive.workers.job import Job
from huffarchive.workers.pool import Readers
from tests.e2e.scripted import BASE, article, path
from tests.e2e.virtual import Virtual

PAGES = (1, 2, 3)
SLUGS = ("un", "deux")
ADDRESSES = [BASE + path(n, slug) for n in PAGES for slug in SLUGS]
STAMP = "20220310120000"
WAYBACK = "https://web.archive.org"
EPOCH = 1_700_000_000


PROJECT = get_project_settings()


def page_of(url: str) -> int:
    return int(url.rpartition("_")[2])


# --- what the sources have

Answer = tuple[str, ...]
"""("article", version, tag), ("moved", address), ("404",), ("410",), ("403",), ("500",)."""

answers = st.one_of(
    st.tuples(st.just("article"), st.sampled_from("AB"), st.sampled_from(["", "x"])),
    st.tuples(st.just("moved"), st.sampled_from(ADDRESSES)),
    st.sampled_from([("404",), ("404",), ("410",), ("403",), ("500",)]),
)


def body(number: int, version: str) -> bytes:
    return article(f"Page {number} {version}").body


@dataclass
class Known:
    """What the model knows of a page."""

    round: list[tuple[str, str, Answer]] = field(default_factory=list)
    """Source, address and answer of each request of its present round."""
    runs: int = 0
    """Those of this round."""
    open: bool = True
    """Whether the round was going on when the run began: its addresses are still to be asked."""
    addresses: set[str] = field(default_factory=set)
    then: set[str] = field(default_factory=set)
    """Those that the site is to be asked at: known when it was asked last, or listed since."""
    versions: list[str] = field(default_factory=list)
    """What was captured, each change once."""
    tagged: tuple[str, str] | None = None
    """Address and tag of the newest capture, where it is the site's."""


class Model(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        shm = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=shm if os.access(shm, os.W_OK) else None))
        self.loop = Virtual()
        self.live: dict[str, Answer] = dict.fromkeys(ADDRESSES, ("404",))
        self.archived: dict[str, str] = {}
        self.pages = {number: Known() for number in PAGES}
        self.begun = False
        self.patches = mock.patch.object(time, "monotonic", self.loop.time)
        self.patches.start()

    def teardown(self) -> None:
        self.patches.stop()
        self.loop.close()
        shutil.rmtree(self.folder)

    # --- what happens

    @rule(url=st.sampled_from(ADDRESSES), answer=answers)
    def the_site_answers(self, url: str, answer: Answer) -> None:
        self.live[url] = answer

    @rule(number=st.sampled_from(PAGES), version=st.sampled_from("AB"))
    def an_address_changes(self, number: int, version: str) -> None:
        """A page's first address leads to its second, which gives the same tag as the first did."""
        old, new = (BASE + path(number, slug) for slug in SLUGS)
        self.live[old], self.live[new] = ("moved", new), ("article", version, "x")

    @precondition(lambda self: not self.begun)
    @rule(urls=st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3, unique_by=page_of))
    def an_archive_has(self, urls: list[str]) -> None:
        self.archived = dict.fromkeys(
            urls, "A"
        )  # one of each page: which is best is not the matter

    @rule(
        urls=st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=4, unique=True),
        sources=st.sampled_from(
            [("live",), ("live", "wayback"), ("wayback", "live"), ("wayback",)]
        ),
        recrawl=st.booleans(),
        stop=st.none() | st.integers(1, 6),
        late=st.sampled_from([0.0, 0.05]),
    )
    def a_run(self, urls, sources, recrawl, stop, late) -> None:
        self.loop.now += 100.0
        self.begun = True
        before = self.states()
        for number, known in self.pages.items():
            state = before.get(number, "wanted/")
            site = not {"live"}.isdisjoint(sources)
            mine = number in self.scope(urls)
            old = recrawl and site and mine and state.startswith("captured/")
            known.open = state == "wanted/"
            failed = state.startswith("failed/") and (site or not known.versions)
            if failed or old:
                known.round, known.runs, known.open = [], 0, True
            known.runs += 1
        for url in urls:
            self.pages[page_of(url)].addresses.add(url)
            if "live" in sources:
                self.pages[page_of(url)].then.add(url)
        run = Run(self, urls, sources, recrawl=recrawl, stop=stop, late=late)
        self.loop.run_until_complete(asyncio.wait_for(run.go(), 3600))
        assert run.spider.run.faults == 0
        self.check(self.scope(urls), before, sources, stopped=run.stopped)

    def scope(self, urls: list[str]) -> set[int]:
        """The pages of a list, and those that they have moved to: nothing has in a circle."""
        found = {page_of(url) for url in urls}
        while True:
            more = {
                page_of(answer[1])
                for number in found
                if not self.circles(number)
                for _, url, answer in self.pages[number].round
                if answer[0] == "moved"
            }
            if more <= found:
                return found
            found |= more

    # --- what must be so

    def states(self) -> dict[int, str]:
        ledger = self.folder / "output/qc/ledger.sqlite3"
        if not ledger.exists():
            return {}
        with closing(sqlite3.connect(ledger)) as db:
            rows = db.execute(
                "SELECT key, state || '/' || ifnull(reason, '') FROM page WHERE kind = 'n'"
            )
            return {int(key.partition(":")[2]): said for key, said in rows}

    def check(self, scope: set[int], before: dict[int, str], sources, *, stopped: bool) -> None:
        after = self.states()
        records = Counter(
            json.loads(line)["id"]
            for file in (self.folder / "output/qc").glob("*.jsonl")
            for line in file.read_bytes().splitlines()
        )
        for number, known in self.pages.items():
            assert records[f"qc:n:{number}"] == len(known.versions), (number, records)
            asked = Counter(known.round)
            for (_, _, answer), times in asked.items():  # of a passing error so often in each run
                assert times == 1 or (answer[0] == "500" and times <= MAX_TRIES * known.runs), known
            once = Counter((source, url) for source, url, answer in asked if answer[0] != "500")
            assert set(once.values()) <= {1}, known
            if number in scope and not stopped:
                assert after[number] == self.expected(known, before.get(number), sources), (
                    number, after[number], known,
                )  # fmt: skip

    def expected(self, known: Known, before: str | None, sources) -> str:
        """The state that the answers of a page's round give."""
        said: dict[str, str] = {}
        for place, (source, url, answer) in enumerate(known.round):
            match answer[0]:
                case "article" | "304":
                    return "captured/article"
                case "moved" if page_of(answer[1]) != page_of(url):
                    loop, still = "failed/redirect_loop", "live" not in sources
                    failed = self.circles(page_of(url)) or (still and before == loop)
                    return loop if failed else "gone/moved"
                case "moved":
                    led = self.led_back(known.round[: place + 1], source, answer[1])
                    said.pop(source, None)
                    said |= {source: led} if led else {}
                case "404":
                    said[source] = "gone/not_found"
                case "410":
                    said[source] = "gone/deleted"
                case "403":
                    said[source] = "refused/forbidden"
                case "500" if known.round.count((source, url, answer)) >= MAX_TRIES:
                    said[source] = "failed/server_error"
                case "500":
                    said.pop(source, None)  # it is to be asked again
        if said.get("live", "").startswith("gone/"):
            asked = {url for source, url, _ in known.round if source == "live"}
            if not asked >= known.then:
                assert "live" not in sources or not known.open, known
                del said["live"]  # it has not said its last word
        if not said and known.versions:
            return before or "?"  # nobody was asked: nothing is otherwise than it was
        if "wayback" in sources and not known.versions:
            assert not any(
                page_of(url) == page_of(next(iter(known.addresses))) for url in self.archived
            ), known
            said["wayback"] = "gone/no_capture"
        assert said, known
        order = ("failed", "refused", "gone")
        return min(
            said.items(), key=lambda x: (order.index(x[1].partition("/")[0]), x[0] != "live")
        )[1]

    def moved_to(self, number: int) -> int | None:
        """The other page that the last answer of a page's round leads to."""
        _, url, answer = (self.pages[number].round or [("", "", ("404",))])[-1]
        to = page_of(answer[1]) if answer[0] == "moved" else number
        return to if to != number else None

    def circles(self, number: int) -> bool:
        """Whether a page redirects, over others, to itself."""
        there = self.moved_to(number)
        for _ in PAGES:
            if there in (None, number):
                break
            there = self.moved_to(there)
        return there == number

    def led_back(self, asked: list[tuple[str, str, Answer]], source: str, url: str) -> str | None:
        """What a redirect to an address says that was asked before; None where it was not."""
        there = [answer[0] for s, u, answer in asked if (s, u) == (source, url)]
        if not there:
            return None
        gone = {"404": "gone/not_found", "410": "gone/deleted"}
        return gone.get(there[0], "failed/redirect_loop")


class Run:
    """One run of the real spider, with the network played by the model."""

    def __init__(self, model: Model, urls, sources, *, recrawl, stop, late) -> None:
        self.model, self.stop, self.late = model, stop, late
        self.asked = 0
        self.stopped = False
        folder = model.folder
        listed = folder / "urls.txt"
        listed.write_text("".join(f"{url}\n" for url in urls))
        project = PROJECT
        values = {f"HUFFARCHIVE_{n.upper()}_DIR": str(folder / n) for n in ("warc", "output")}
        project.update(values | {"HUFFARCHIVE_WORKERS": 0}, priority="cmdline")
        crawler = SimpleNamespace(settings=project, signals=SignalManager(), engine=None)
        given = {"urls": str(listed), "source": ",".join(sources)}
        crawler.spider = self.spider = SPIDERS["huffpost_qc"].from_crawler(
            crawler, **given | ({"recrawl": "0"} if recrawl else {})
        )
        self.spider.end = lambda reason: None
        self.pipelines = WarcPipeline(crawler), JsonlPipeline(crawler)

    def clock(self) -> float:
        return EPOCH + self.model.loop.now

    async def go(self) -> None:
        steady = mock.patch("huffarchive.archive.archive.steady", return_value=self.clock)
        with steady:
            assert self.spider.begin()
        run = self.spider.run
        run.pool = Pool()
        try:
            async with asyncio.TaskGroup() as group:
                async for task in run.frontier.tasks():
                    asked = await self.spider._ask(task)
                    work = self.answer(asked) if isinstance(asked, Request) else self.store(asked)
                    group.create_task(work)
        except BaseException:
            self.let_go()
            raise
        run.close("finished")

    def let_go(self) -> None:
        """Close the files of a run that the model found at fault."""
        archive = self.spider.run.archive
        if archive._pair is not None:
            archive._pair.abandon()
        archive.ledger.close()
        archive._lock.release()

    async def answer(self, request: Request) -> None:
        await asyncio.sleep(0.1 + (self.asked % 3) / 10)
        if self.stopped:
            failure = Failure(Stopped("x"))
            failure.request = request
            visit = await self.spider.missed(failure)
        else:
            self.asked += 1
            status, said, text = self.model_answer(request)
            head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
            head = f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(text)}\r\n\r\n"
            when = datetime.fromtimestamp(int(self.clock()), UTC)
            exchange = Exchange(request.url, b"GET / HTTP/1.1\r\n\r\n", head.encode() + text, when)
            recording._exchanges[request] = (exchange,)
            visit = await self.spider.answered(Response(request.url, status, request=request))
            if self.stop is not None and self.asked >= self.stop and not self.stopped:
                self.stopped = True
                self.spider.run.frontier.stop()
        if visit is not None:
            await self.store(visit)

    async def store(self, item) -> None:
        visit, net = item, self.spider.net
        try:
            kept = await self.pipelines[0].process_item(item)
            self.pipelines[1].process_item(kept)
        except DropItem as error:
            await asyncio.sleep(self.late)  # Scrapy says so when the loop comes to it
            if not self.spider.run.over:
                net._dropped(visit, None, error)

    # --- the network

    def model_answer(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        model, url = self.model, request.url
        if url.startswith(f"{WAYBACK}/cdx/"):
            names = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
            here = model.archived if "www.huffpost.com" in url else {}
            for page in here:  # from now on the site is asked for it there too
                model.pages[page_of(page)].addresses.add(page)
            rows = [[STAMP, page, "text/html", "200", "A" * 32, "9000"] for page in here]
            return 200, {"Content-Type": "application/json"}, json.dumps([names, *rows]).encode()
        if url.startswith(WAYBACK):
            page = url.partition("id_/")[2]
            known = model.pages[page_of(page)]
            assert not known.versions, "an archive is asked for what is captured"
            known.round.append(("wayback", page, ("article",)))
            known.versions.append("A")
            said = {
                "Memento-Datetime": "Thu, 10 Mar 2022 12:00:00 GMT",
                "X-Archive-Orig-Content-Type": "text/html; charset=utf-8",
            }
            return 200, said, body(page_of(page), "A")
        number, answer = page_of(url), model.live[url]
        known = model.pages[number]
        known.addresses.add(url)
        known.then = set(known.addresses)
        tag = request.headers.get("If-None-Match", b"").decode()
        if tag:
            assert known.tagged == (url, tag), "validators of another address"
            if answer[0] == "article" and f'"{answer[2]}"' == tag:
                known.round.append(("live", url, ("304",)))
                return 304, {"ETag": tag}, b""
        known.round.append(("live", url, answer))
        if answer[0] == "article":
            _, version, own = answer
            if not known.versions or known.versions[-1] != version:
                known.versions.append(version)
                known.tagged = (url, f'"{own}"') if own else None
            said = {"Content-Type": "text/html; charset=utf-8"}
            return 200, said | ({"ETag": f'"{own}"'} if own else {}), body(number, version)
        if answer[0] == "moved":
            return 302, {"Location": answer[1]}, b""
        return int(answer[0]), {}, b""


class Pool:
    """Reads pages here, and each once: what a page says does not change."""

    async def read(self, job):
        return _read(job.url, job.response.partition(b"\r\n\r\n")[2], job.edition_code)


@cache
def _read(url: str, text: bytes, code: str):
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + text
    with Readers(0) as readers:
        (found,) = [
            *readers.add(Job(url, datetime.fromtimestamp(EPOCH, UTC), answer, code)),
            *readers.rest(),
        ]
    return found


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def runs(examples: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=CHECKS
    )


def test_each_page_ends_as_the_answers_of_its_round_say() -> None:
    run_state_machine_as_test(Model, settings=runs(25))


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_2000_crawls() -> None:
    run_state_machine_as_test(Model, settings=runs(2000))


# --- the faults that it is there to find


def by_page(monkeypatch) -> None:
    """Identity by page, not by task."""
    monkeypatch.setattr(
        RequestQueue, "is_under_way", lambda self, task: task.page in self.under_way
    )
    monkeypatch.setattr(Archive, "captured", lambda self, task: self._captured.get(task.page))


def of_any_round(monkeypatch) -> None:
    """Answers of an earlier round count in this one."""
    monkeypatch.setattr(Answers, "forget", lambda self, where, values: None)


def not_final(monkeypatch) -> None:
    """What moved is asked for at its other addresses."""
    real = store_visit.next_state

    def forgetful(visit, edition, now):
        outcome = visit.outcome
        if outcome.reason is Reason.MOVED:
            visit = replace(visit, outcome=replace(outcome, address=None))
        return real(visit, edition, now)

    monkeypatch.setattr(store_visit, "next_state", forgetful)


def of_any_address(monkeypatch) -> None:
    """Validators of one address are sent to another."""
    monkeypatch.setattr(
        Task,
        "validated_at",
        lambda self, url: (
            self.previous
            if self.previous and self.previous.source == "live" and self.previous.etag
            else None
        ),
    )


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("fault", [by_page, of_any_round, not_final, of_any_address])
def test_it_finds_the_fault(fault, monkeypatch) -> None:
    fault(monkeypatch)
    found = settings(
        runs(3000),
        phases=[Phase.generate],  # the smallest example is not the matter
        report_multiple_bugs=False,
        derandomize=True,
        database=None,
    )
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(Model, settings=found)
