"""The base of all spiders: asks for wanted pages and says what became of each."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from huffarchive.archive import StorageError, Visit
from huffarchive.archive.fate import other_address
from huffarchive.capture import faults
from huffarchive.capture.recording import recorded
from huffarchive.editions import Edition
from huffarchive.exits import Exit
from huffarchive.ledger import Task
from huffarchive.memento import choice, ranked
from huffarchive.outcome import Reason, State
from huffarchive.politeness import PolitenessMiddleware, Refused, Stopped
from huffarchive.politeness.middleware import LIMIT, PAUSE
from huffarchive.sources.services import is_query
from huffarchive.spiders.job import Job
from huffarchive.spiders.judge import Ask, Judge
from huffarchive.spiders.run import Run
from huffarchive.urls import Address, OutOfScope, identify
from huffarchive.verdict import MAX_TRIES, Verdict, of_fault

if TYPE_CHECKING:
    from huffarchive.sample import Server

log = logging.getLogger(__name__)

TASK = "huffarchive_task"
"""Request meta: the task that the request is for."""
ASK = "huffarchive_ask"
"""Request meta: of which source it is asked, and for which capture."""


class ArchiveSpider(scrapy.Spider):
    """Crawls one edition: one request, one exchange, one outcome for each wanted page.

    Arguments: `source`, `urls`, `site`, `limit`, `recrawl`; see docs/commands.md.
    """

    edition: ClassVar[Edition]

    run: Run
    job: Job
    sample: "Server | None" = None
    """The sample site, where it is crawled."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments (JobError), start the sample site where it is asked for."""
        job = Job.parse(cls.edition, kwargs)
        spider = super().from_crawler(crawler, *args)
        if "sample" in job.sources:
            from huffarchive.sample import Server

            sample = Server()
            sample.start()
            spider.sample = sample
            job = replace(job, edition=job.edition.at(sample.base))
        spider.job = job
        spider.run = Run(job, crawler.settings, spider.end)
        bases = [job.edition.site] if job.edition.site is not None else []
        bases += spider.run.services.named
        crawler.settings.set(
            "HUFFARCHIVE_ALLOWED_HOSTS", [host_and_port(b) for b in bases], priority="spider"
        )
        crawler.signals.connect(spider._closed, signals.spider_closed)
        return spider

    def end(self, reason: str) -> None:
        """Let the engine close the spider; requests under way are awaited."""
        engine = self.crawler.engine

        async def close() -> None:
            if engine is not None and engine.spider is not None:
                await engine.close_spider_async(reason=reason)

        self._ending = asyncio.ensure_future(close())

    async def _closed(self, reason: str) -> None:
        self.run.close(reason)
        await self.run.close_readers()
        if self.sample is not None:
            self.sample.stop()

    # --- what politeness asks (politeness.middleware.Governed)

    def refusal(self, url: str) -> Reason | None:
        """The one gate of scope, for every address, whoever named it."""
        edition = self.job.edition
        if self.run.services.of(url) in self.job.sources:
            return None
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            fault = edition.fault(parts.scheme, parts.hostname or "", parts.port, parts.path)
            return Reason.OUT_OF_SCOPE if fault else None
        where = identify(url, edition)
        if isinstance(where, OutOfScope) or edition.located(where.url) != where.url:
            return Reason.OUT_OF_SCOPE
        return None

    def on_robots_exchange(self, request: Request) -> None:
        """Keep the evidence of a robots.txt; no page waits for it."""
        if self.run.archive is not None and self.run.archive.broken is None:
            try:
                self.run.archive.keep(recorded(request))
            except StorageError as error:
                self.run.storage_failed(error)

    def reason_of(self, request: Request, error: Exception) -> Reason:
        """What a failed download means for its host."""
        return faults.reason(error, recorded(request))

    # --- asking

    async def start(self) -> AsyncIterator[Any]:
        """Ask for wanted pages as room comes free."""
        if self.run.archive is None:
            raise CloseSpider("not_started")
        try:
            async for task in self.run.frontier.tasks():
                try:
                    yield self._ask(task)
                except ValueError as error:  # an address that Scrapy cannot ask for
                    verdict = of_fault(Reason.OUT_OF_SCOPE, MAX_TRIES, str(error)[:200])
                    yield Visit(task, (), verdict, source=self.job.sources[0])
        except StorageError as error:
            self.run.storage_failed(error)

    def _ask(self, task: Task) -> Request | Visit:
        """The request for a page; a visit at once where there is nothing to ask."""
        if task.page in self.run.frontier.hopeless:
            verdict = of_fault(Reason.CRASHED, MAX_TRIES, "runs died while it alone was under way")
            return Visit(task, (), verdict, source=self.job.sources[0])
        if is_query(task.key):
            return self._elsewhere_request(task, task.url, Ask("index"))
        source = next((s for s in self.job.sources if s not in task.asked), self.job.sources[-1])
        if source in ("live", "sample"):
            return self._request(task, source)
        assert self.run.archive is not None
        known = self.run.archive.ledger.pages.mementos(task.page, source)
        best = ranked(known)
        if not best:
            verdict = Verdict(State.GONE, Reason.NO_CAPTURE, detail=f"no capture in {source}")
            return Visit(task, (), verdict, source=source, sources_left=self._is_left(task, source))
        memento = best[0]
        ask = Ask(source, memento, choice(memento, len(known) - len(best), len(known)))
        if source == "wayback":
            url = self.run.services.playback(memento.timestamp, memento.url)
            return self._elsewhere_request(task, url, ask)
        assert memento.file is not None
        assert memento.offset is not None
        last = memento.offset + memento.length - 1
        headers = {"Range": f"bytes={memento.offset}-{last}"}
        return self._elsewhere_request(task, self.run.services.member(memento.file), ask, headers)

    def _is_left(self, task: Task, source: str) -> bool:
        """Whether another source has not been asked yet."""
        return any(s not in (*task.asked, source) for s in self.job.sources)

    def _elsewhere_request(
        self, task: Task, url: str, ask: "Ask", headers: dict[str, str] | None = None
    ) -> Request:
        return Request(
            url,
            callback=self.answered,
            errback=self.missed,
            headers=headers,
            meta={TASK: task, ASK: ask, LIMIT: self.run.services.limit(url)},
            dont_filter=True,
        )

    def _request(self, task: Task, source: str) -> Request:
        headers = {}
        if task.previous is not None:
            if task.previous.etag:
                headers["If-None-Match"] = task.previous.etag
            if task.previous.last_modified:
                headers["If-Modified-Since"] = task.previous.last_modified
        return Request(
            self.job.edition.located(task.url),
            callback=self.answered,
            errback=self.missed,
            headers=headers,
            meta={TASK: task, ASK: Ask(source)},
            dont_filter=True,
        )

    # --- what came of it

    async def answered(self, response: Response) -> Visit:
        """Judge a whole answer."""
        assert response.request is not None
        return await self._visited(response.request, None)

    async def missed(self, failure: Failure) -> Visit:
        """Judge a request that gave no whole answer."""
        return await self._visited(failure.request, failure)  # type: ignore[attr-defined]

    async def _visited(self, request: Request, failure: Failure | None) -> Visit:
        task, ask = request.meta[TASK], request.meta[ASK]
        exchanges = recorded(request)
        self.run.asked += bool(exchanges)
        visit = Visit(
            task,
            exchanges,
            Verdict(State.WANTED, None),
            source=ask.source,
            memento=ask.memento,
            choice=ask.choice,
            sources_left=self._is_left(task, ask.source),
        )
        pause = request.meta.get(PAUSE)
        try:
            if failure is not None:
                return self._failed(visit, failure)
            if ask.source in ("live", "sample"):
                if pause is not None:
                    self.run.leave_alone(task, pause)
                self._want_sitemaps(request.url)
            judged = await Judge(self.job.edition, self.run).judge(visit, ask)
        except Exception:
            # A fault of ours costs one page, keeps its evidence, and turns the status red.
            log.exception("%s: a fault of huffarchive's", task.key)
            self.run.faults += 1
            return replace(visit, verdict=of_fault(Reason.ERROR, MAX_TRIES))
        verdict = judged.verdict
        if verdict.state is State.WANTED and verdict.address is None and pause is not None:
            verdict = replace(verdict, retry_in=max(pause, verdict.retry_in))
        return replace(judged, verdict=verdict)

    def _failed(self, visit: Visit, failure: Failure) -> Visit:
        task, error = visit.task, failure.value
        if isinstance(error, Stopped):
            return replace(visit, counted=False, memento=None)
        if isinstance(error, Refused):
            if error.lasting:
                verdict = of_fault(error.reason, MAX_TRIES, error.detail)
                return replace(visit, verdict=verdict)
            self.run.close_host(task, error.detail or str(error.reason))
            return replace(
                visit,
                verdict=self._elsewhere(task, error, visit.sources_left),
                counted=False,
                memento=None,
            )
        reason = faults.reason(failure, visit.exchanges)
        if reason is Reason.ERROR:
            log.error("%s: %r", task.key, error, exc_info=error)
            self.run.faults += 1
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return replace(visit, verdict=of_fault(reason, task.tries + 1, detail))

    def _elsewhere(self, task: Task, error: Refused, sources_left: bool) -> Verdict:
        """Where to ask for a page whose host is closed: another source, another host, or later."""
        if sources_left:
            return Verdict(State.FAILED, error.reason, detail=error.detail)
        edition = self.job.edition
        other = other_address(task, edition) if edition.site is None else None
        where = identify(other, edition) if other is not None else None
        if isinstance(where, Address) and urlsplit(where.url).netloc not in self.run.closed_hosts:
            return Verdict(State.WANTED, None, address=where)
        return Verdict(State.WANTED, None, detail=error.detail)

    def _want_sitemaps(self, url: str) -> None:
        """The sitemaps that a host's robots.txt names, once."""
        if self.job.urls is not None or self.run.archive is None:
            return
        bases: set[str] = self.__dict__.setdefault("_bases", set())
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if base not in bases:
            rules = self._politeness().robots.known(url)
            if rules is not None:
                bases.add(base)
                self.run.archive.want((*rules.sitemaps, *self.job.edition.sitemaps), "robots")

    def _politeness(self) -> PolitenessMiddleware:
        found = self.crawler.get_downloader_middleware(PolitenessMiddleware)
        assert found is not None
        return found

    def stop_early(self) -> None:
        """A signal: finish what is under way, commit, end with status 5."""
        self.run.stop(Exit.STOPPED)


def host_and_port(base: str) -> str:
    """ "host:port" of a base URL, the port always given."""
    parts = urlsplit(base)
    return f"{parts.hostname}:{parts.port or {'http': 80, 'https': 443}[parts.scheme]}"
