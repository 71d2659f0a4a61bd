"""The base of all spiders: asks for wanted pages and says what became of each."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from huffarchive.archive import Visit
from huffarchive.capture import faults
from huffarchive.capture.recording import recorded
from huffarchive.editions import Edition
from huffarchive.exchange import Exchange
from huffarchive.exits import Exit
from huffarchive.ledger import Task
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.politeness import PolitenessMiddleware, Refused, Stopped
from huffarchive.politeness.middleware import PAUSE
from huffarchive.reading import PageType, Reading
from huffarchive.spiders.job import Job
from huffarchive.spiders.run import Run
from huffarchive.urls import OutOfScope, identify
from huffarchive.verdict import Verdict, of_fault, of_status
from huffarchive.warc.digest import sha1
from huffarchive.workers import Job as ReadingJob
from huffarchive.workers import Unread

log = logging.getLogger(__name__)

TASK = "huffarchive_task"
"""Request meta: the task that the request is for."""


class ArchiveSpider(scrapy.Spider):
    """Crawls one edition: one request, one exchange, one outcome for each wanted page.

    Arguments: `source`, `urls`, `site`, `limit`, `recrawl`; see docs/commands.md.
    """

    edition: ClassVar[Edition]

    run: Run
    job: Job

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments (JobError), start the sample site where it is asked for."""
        job = Job.parse(cls.edition, kwargs)
        spider = super().from_crawler(crawler, *args)
        if "sample" in job.sources:
            from huffarchive.sample import Server

            spider.sample = Server()
            spider.sample.start()
            job = replace(job, edition=job.edition.at(spider.sample.base))
        spider.job = job
        if job.edition.site is not None:
            hosts = [host_and_port(job.edition.site)]
            crawler.settings.set("HUFFARCHIVE_ALLOWED_HOSTS", hosts, priority="spider")
        spider.run = Run(job, crawler.settings, spider.end)
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
        if (sample := getattr(self, "sample", None)) is not None:
            sample.stop()

    # --- what politeness asks (politeness.middleware.Governed)

    def refusal(self, url: str) -> Reason | None:
        """The one gate of scope, for every address, whoever named it."""
        edition = self.job.edition
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
            self.run.archive.keep(recorded(request))

    def reason_of(self, request: Request, error: Exception) -> Reason:
        """What a failed download means for its host."""
        return faults.reason(error, recorded(request))

    # --- asking

    async def start(self) -> AsyncIterator[Request]:
        """Ask for wanted pages as room comes free."""
        if self.run.archive is None:
            raise CloseSpider("not_started")
        async for task in self.run.frontier.tasks():
            yield self._request(task)

    def _request(self, task: Task) -> Request:
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
            meta={TASK: task},
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
        task: Task = request.meta[TASK]
        exchanges = recorded(request)
        self.run.asked += bool(exchanges)
        try:
            if failure is not None:
                return self._failed(task, failure, exchanges)
            if (pause := request.meta.get(PAUSE)) is not None:
                self.run.leave_alone(task, pause)
            self._want_sitemaps(request.url)
            return await self._judge(task, exchanges, request.meta.get(PAUSE))
        except Exception:
            # A fault of ours costs one page, keeps its evidence, and turns the status red.
            log.exception("%s: a fault of huffarchive's", task.key)
            self.run.faults += 1
            return Visit(task, exchanges, of_fault(Reason.ERROR, 99), source=self.source)

    @property
    def source(self) -> str:
        """Where this run's captures come from."""
        return self.job.sources[0]

    def _failed(self, task: Task, failure: Failure, exchanges: tuple[Exchange, ...]) -> Visit:
        error = failure.value
        if isinstance(error, Stopped):
            return Visit(task, (), Verdict(State.WANTED, None), counted=False, source=self.source)
        if isinstance(error, Refused):
            if error.lasting:
                verdict = of_fault(error.reason, 99, error.detail)
                return Visit(task, (), verdict, source=self.source)
            self.run.close_host(task, error.detail or str(error.reason))
            verdict = self._elsewhere(task) or Verdict(State.WANTED, None, detail=error.detail)
            return Visit(task, (), verdict, counted=False, source=self.source)
        reason = faults.reason(failure, exchanges)
        if reason is Reason.ERROR:
            log.error("%s: %r", task.key, error, exc_info=failure.value)
            self.run.faults += 1
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return Visit(task, exchanges, of_fault(reason, task.tries + 1, detail), source=self.source)

    def _elsewhere(self, task: Task) -> Verdict | None:
        """The page's address at a host that can be reached, when its own cannot."""
        edition = self.job.edition
        assert self.run.archive is not None
        if edition.site is not None or (other := self.run.archive.other_address(task)) is None:
            return None
        where = identify(other, edition)
        if isinstance(where, OutOfScope) or urlsplit(other).netloc in self.run.closed_hosts:
            return None
        return Verdict(State.WANTED, None, address=where)

    async def _judge(
        self, task: Task, exchanges: tuple[Exchange, ...], pause: float | None
    ) -> Visit:
        last, edition = exchanges[-1], self.job.edition
        visit = Visit(task, exchanges, Verdict(State.WANTED, None), source=self.source)
        try:
            message = Message.parse(last.response)
            verdict = of_status(message, task.key, task.url, edition, task.tries + 1, task.hops)
            if task.previous is not None and _unchanged(message, task):
                return replace(visit, verdict=Verdict(State.CAPTURED, _before(task)))
        except MessageError as error:
            verdict = of_fault(Reason(error.fault), task.tries + 1, str(error))
        if verdict is not None:
            if verdict.state is State.WANTED and pause is not None:
                verdict = replace(verdict, retry_in=max(pause, verdict.retry_in))
            return replace(visit, verdict=verdict)
        job = ReadingJob(last.url, last.began, last.response, edition.code, edition.site)
        reading = await self.run.pool.read(job)
        return replace(visit, verdict=self._of_reading(task, reading), reading=self._kept(reading))

    def _kept(self, reading: Reading | Unread) -> Reading | Unread:
        if isinstance(reading, Reading) and self.job.urls is not None:
            return replace(reading, links=())
        return reading

    def _of_reading(self, task: Task, reading: Reading | Unread) -> Verdict:
        if isinstance(reading, Unread):
            if reading.fault in Reason.__members__.values():
                return of_fault(Reason(reading.fault), task.tries + 1, reading.detail)
            log.warning("%s: captured and not read: %s", task.key, reading.detail or reading.fault)
            reason = Reason.UNREADABLE if task.key.is_article else Reason.NOT_AN_ARTICLE
            return Verdict(State.CAPTURED, reason, detail=reading.detail)
        if reading.page_type is PageType.ARTICLE and reading.text is not None:
            return Verdict(State.CAPTURED, Reason.ARTICLE)
        if reading.page_type is PageType.ERROR:
            return Verdict(State.GONE, Reason.SOFT_404, detail="the page says so")
        return Verdict(State.CAPTURED, Reason.NOT_AN_ARTICLE)

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


def _unchanged(message: Message, task: Task) -> bool:
    if message.status == 304:
        return True
    assert task.previous is not None
    known = task.previous.payload_sha1
    return message.status == 200 and known is not None and sha1(message.entity) == known


def _before(task: Task) -> Reason:
    assert task.previous is not None
    return Reason.ARTICLE if task.previous.article else Reason.NOT_AN_ARTICLE
