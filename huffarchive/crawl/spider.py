"""The base of all spiders: asks for wanted pages and says what became of each."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from huffarchive.archive.files import StorageError
from huffarchive.archive.store_visit import Visit, together
from huffarchive.crawl.arguments import CrawlArguments, check_scope, sources_of
from huffarchive.crawl.errors import VISIT, ErrorHandler, LostItems
from huffarchive.crawl.responses import NextSource, ResponseHandler
from huffarchive.crawl.run import NotBegunError, Run
from huffarchive.crawl.seeds import Sitemaps
from huffarchive.download import errors
from huffarchive.download.endpoint import authority
from huffarchive.download.handler import NO_BODY
from huffarchive.download.recording import bytes_coming, bytes_held, exchanges_of, release
from huffarchive.editions.edition import Edition
from huffarchive.exits import Exit
from huffarchive.ledger.pages import OF_THE_SITE
from huffarchive.ledger.rows import Task
from huffarchive.outcome import MAX_TRIES, AnswerOutcome, Reason, State, outcome_of_error
from huffarchive.politeness.limits import Stopped, is_loopback, missing_contact
from huffarchive.politeness.middleware import LATER, LIMIT, PAUSE
from huffarchive.reader.links import MAX_SITEMAP
from huffarchive.sources import INDEX, SOURCES, is_own, of_query
from huffarchive.sources.source import Source
from huffarchive.workers.job import ReadersFailedError, ReadLaterError

if TYPE_CHECKING:
    from huffarchive.sample.server import Server

log = logging.getLogger(__name__)

HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}
"""Said with every request to the site, so that it sends what it sends to browsers."""
MAX_HELD = 68 * 1024 * 1024
"""Bytes of answers from which on no further one is asked for: those in memory, and of those under
way what has arrived or is announced."""
_LEAST = 1024 * 1024
"""Bytes that a request counts for whose answer's size nobody knows yet."""
_MOST_UNDER_WAY = 8
"""Requests of one server under way, whatever the setting: each answer may be one of 16 MiB."""
_UNDECIDED = AnswerOutcome(State.WANTED, None)


class ArchiveSpider(scrapy.Spider):
    """Crawls one edition: one request, one exchange, one outcome for each wanted page.

    Its arguments are those of `CrawlArguments`; see docs/commands.md.
    """

    edition: ClassVar[Edition]

    job: CrawlArguments
    sources: Mapping[str, Source]
    """Every source, as this run may ask it."""
    run: Run
    """From `begin` on, where `refused` is None."""
    refused: NotBegunError | None = NotBegunError(Exit.NOT_STARTED, "")
    """Why there is no run."""
    elsewhere: NextSource
    failures: ErrorHandler
    sitemaps: Sitemaps
    net: LostItems
    sample: "Server | None" = None
    """The sample site, where it is crawled."""
    no_contact: str | None = None
    """What is wrong with HUFFARCHIVE_OPERATOR, where servers of others are asked."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments (CrawlArgumentError), start the sample site where it is asked for."""
        job = CrawlArguments.parse(cls.edition, kwargs, discover=kwargs.pop("discover", False))
        spider = super().from_crawler(crawler, *args)
        if any(SOURCES[source].built_in for source in job.sources):
            from huffarchive.sample.server import Server

            sample = Server()
            sample.start()
            spider.sample = sample
            job = replace(job, edition=job.edition.at(sample.base))
        spider.job, spider.sources = job, sources_of(crawler.settings, job)
        if _asks_strangers(job, spider.sources):
            spider.no_contact = missing_contact(crawler.settings.get("HUFFARCHIVE_OPERATOR"))
            if spider.no_contact:
                log.warning("%s", spider.no_contact)
        bases = [job.edition.site] if job.edition.site is not None else []
        for name, source in spider.sources.items():  # somebody named them: they may be private
            bases += [base for base in source.bases if base not in SOURCES[name].bases]
        crawler.settings.set(
            "HUFFARCHIVE_ALLOWED_HOSTS", [host_and_port(b) for b in bases], priority="spider"
        )
        crawler.signals.connect(spider.closed_by, signals.spider_closed)
        return spider

    def begin(self) -> bool:
        """Open the archive and want the first pages; False when the run cannot be."""
        try:
            self.run = Run(self.job, self.settings, self.end)
        except NotBegunError as error:
            self.refused = error
            return False
        self.refused = None
        self.elsewhere = NextSource(self.run)
        self.failures = ErrorHandler(self.run)
        self.sitemaps = Sitemaps(self.crawler, self.run)
        self.net = LostItems(self.crawler, self.run)
        return self.run.begin()

    def ended(self) -> Exit:
        """The exit status; closes the run where a second signal left it open."""
        if self.refused is not None:
            return self.refused.status
        self.run.close("shutdown")
        return Exit.NOT_STARTED if self.run.status is None else self.run.status

    def end(self, reason: str) -> None:
        """Let the engine close the spider; requests under way are awaited."""
        engine = self.crawler.engine

        async def close() -> None:
            if engine is not None and engine.spider is not None:
                await engine.close_spider_async(reason=reason)

        self._ending = asyncio.ensure_future(close())

    async def closed_by(self, reason: str) -> None:
        """End the run: the archive, the readers, the sample site."""
        if self.refused is None:
            self.run.close(reason)
            await self.run.pool.aclose()
        if self.sample is not None:
            self.sample.stop()

    # --- what politeness asks (politeness.middleware.Governed)

    def refusal(self, url: str) -> Reason | None:
        """Why an address is not asked; None for those in scope."""
        return check_scope(url, self.job, self.sources)

    def on_robots_exchange(self, request: Request) -> None:
        """Keep the evidence of a robots.txt; no page waits for it."""
        if self.run.archive.broken is None:
            try:
                self.run.archive.keep(exchanges_of(request))
            except StorageError as error:
                self.run.storage_failed(error)
        release(request)

    def has_room(self, url: str, under_way: int) -> bool:
        """Whether there is room for so many answers of an address's server; for one, always, where
        none waits to be stored. Half of the room is a server's, whatever others announce.
        """
        held = bytes_held()
        known = held + under_way * _LEAST
        fits = known + bytes_coming() <= MAX_HELD or known + bytes_coming(url) <= MAX_HELD // 2
        return (fits and under_way <= _MOST_UNDER_WAY) or (under_way <= 1 and not held)

    def reason_of(self, request: Request, error: Exception) -> Reason:
        """What a failed download means for its host."""
        return errors.reason(error, exchanges_of(request))

    # --- asking

    async def start(self) -> AsyncIterator[Any]:
        """Ask for wanted pages as room comes free."""
        if self.refused is not None or self.run.over:
            raise CloseSpider("not_started")
        try:
            await self.run.read_files()
            if self.job.discover and not self.job.sources:
                return
            own = self.job.discover and any(map(is_own, self.job.sources))
            sitemaps = asyncio.ensure_future(self.sitemaps.ask()) if own else None
            async for item in self._wanted():
                yield item
            if sitemaps is not None:  # a robots.txt that fails holds up no archive's index
                await sitemaps
                async for item in self._wanted():
                    yield item
        except StorageError as error:
            self.run.storage_failed(error)

    async def _wanted(self) -> AsyncIterator[Request | Visit]:
        """Requests for wanted pages, until none is left that could be asked for."""
        async for task in self.run.frontier.tasks():
            closed = self.run.frontier.server_of(task) in self.run.servers.closed
            if closed and not self.run.frontier.is_decided(task):
                self.run.frontier.give_back(task)  # drawn before its host was closed
                continue
            try:
                yield await self._ask(task)
            except ValueError as error:  # an address that Scrapy cannot ask for
                outcome = outcome_of_error(Reason.OUT_OF_SCOPE, MAX_TRIES, str(error)[:200])
                yield Visit(task, (), outcome, source=self.job.sources[0])

    async def _ask(self, task: Task) -> Request | Visit:
        """The request for a page; a visit at once where there is nothing to ask."""
        if task.page in self.run.frontier.hopeless:
            outcome = outcome_of_error(
                Reason.CRASHED, MAX_TRIES, "runs died while it alone was under way"
            )
            return Visit(task, (), outcome, source=self.job.sources[0])
        down = self.run.servers.down
        if (archive := of_query(task.key)) is not None:
            if (why := down.get(archive)) is not None:
                outcome = AnswerOutcome(State.FAILED, why, detail="not asked: down")
                return replace(self._visit(task, INDEX.name), outcome=outcome)
            return self._elsewhere_request(self._visit(task, INDEX.name))
        source = self._next_source(task)
        if source is None:  # all have answered, and the run ended before the page was settled
            state, reason = together(task.asked)
            last = next(said for said in task.asked if said.endswith(f"={state}/{reason}"))
            return Visit(task, (), AnswerOutcome(state, reason), source=last.partition("=")[0])
        if (why := down.get(self.run.servers.of(task, source))) is not None:
            outcome = AnswerOutcome(State.FAILED, why, detail="not asked: down")
            return replace(self._visit(task, source), outcome=outcome)
        if is_own(source):
            return self._request(task, source)
        visit = self.elsewhere.question(self._visit(task, source))
        if visit.memento is None:
            return visit
        if SOURCES[source].on_disk:
            return await self._copied(visit)
        return self._elsewhere_request(visit)

    def _visit(self, task: Task, source: str) -> Visit:
        """A visit of which nothing is known yet."""
        follows, after = self.job.urls is None, self._next_source(task, source)
        return Visit(task, (), _UNDECIDED, source=source, next_source=after, follows=follows)

    async def _copied(self, visit: Visit) -> Visit:
        """A capture read from a file on disk."""
        try:
            return await ResponseHandler(self.job.edition, self.run).judge(visit)
        except (ReadersFailedError, ReadLaterError) as error:
            return self._not_read(visit, error)

    def _not_read(self, visit: Visit, error: ReadersFailedError | ReadLaterError) -> Visit:
        """The visit as one that was none, so that its page stays wanted.

        One that failed waits behind all others, so that those are not held up by it in the next
        run; one that was not read any more does not.
        """
        seconds = int(self.run.status is None)
        if isinstance(error, ReadersFailedError):
            self.run.readers_failed(error)
        else:
            log.info("%s: read later: %s", visit.task.key, error)
            seconds = error.seconds
        outcome = AnswerOutcome(State.WANTED, None, retry_in=seconds)
        return replace(visit, outcome=outcome, counted=False, memento=None)

    def _next_source(self, task: Task, after: str = "") -> str | None:
        """The next source that has not answered in this round, `after` left out; None at the end.

        What is captured, and what only the site has, is asked of the site.
        """
        own = task.captured or task.key.kind in OF_THE_SITE
        asked = (*task.sources_asked, after)
        left = (s for s in self.job.sources if s not in asked and (is_own(s) or not own))
        return None if after == INDEX.name else next(left, None)

    def _elsewhere_request(self, visit: Visit) -> Request:
        task, memento = visit.task, visit.memento
        source = self.sources[of_query(task.key) or visit.source]
        url, headers = (task.url, {}) if memento is None else source.request(memento)
        return Request(
            url,
            callback=self.answered,
            errback=self.missed,
            headers=headers,
            meta={VISIT: visit, LIMIT: source.limit(url), NO_BODY: True},
            dont_filter=True,
        )

    def _request(self, task: Task, source: str) -> Request:
        headers = {**HEADERS, "Accept-Language": self.job.edition.language}
        if task.key.is_picture:
            headers["Accept"] = "image/*,*/*;q=0.8"
        request = Request(
            self.job.edition.located(task.url),
            callback=self.answered,
            errback=self.missed,
            headers=headers,
            meta={VISIT: self._visit(task, source), NO_BODY: True},
            dont_filter=True,
        )
        if task.key.kind == "sitemap":
            request.meta["download_maxsize"] = MAX_SITEMAP
        if (known := task.validated_at(request.url)) is not None:
            if known.etag:
                request.headers["If-None-Match"] = known.etag.encode("latin-1")  # its own bytes
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified.encode("latin-1")
        return request

    # --- what came of it

    async def answered(self, response: Response) -> Visit:
        """Judge a whole answer."""
        assert response.request is not None
        return await self._visited(response.request, None)

    async def missed(self, failure: Failure) -> Visit | None:
        """Judge a request that gave no whole answer; give back one that was not sent."""
        request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, Stopped):
            self._give_back(request.meta[VISIT].task, failure.value)
            return None
        return await self._visited(request, failure)

    def _give_back(self, task: Task, why: Stopped) -> None:
        """The run ends, or the server is to be left alone: others may be asked meanwhile."""
        if why.seconds is not None:
            self.run.servers.leave_alone(self.run.frontier.server_of(task), why.seconds)
        try:
            self.run.frontier.give_back(task)
        except StorageError as error:
            self.run.storage_failed(error)

    async def _visited(self, request: Request, failure: Failure | None) -> Visit:
        visit = await self._judged(request, failure)
        self.run.servers.answered(visit)
        return visit

    async def _judged(self, request: Request, failure: Failure | None) -> Visit:
        exchanges = exchanges_of(request)
        self.run.asked += bool(exchanges)
        visit: Visit = replace(request.meta[VISIT], exchanges=exchanges)
        task = visit.task
        pause = request.meta.get(PAUSE)
        if pause is not None:
            self.run.servers.leave_alone(self.run.frontier.server_of(task), pause)
        try:
            if failure is not None:
                return self.failures.judge(visit, failure)
            if is_own(visit.source):
                self.sitemaps.want(request.url)
            judged = await ResponseHandler(self.job.edition, self.run).judge(visit)
        except (ReadersFailedError, ReadLaterError) as error:
            return self._not_read(visit, error)
        except Exception:
            # A fault of ours costs one page, keeps its evidence, and turns the status red.
            log.exception("%s: a fault of huffarchive's", task.key)
            self.run.faults += 1
            return replace(visit, outcome=outcome_of_error(Reason.ERROR, MAX_TRIES))
        outcome = judged.outcome
        later = max(pause or 0.0, request.meta.get(LATER, 0.0))
        if outcome.state is State.WANTED and later:
            outcome = replace(outcome, retry_in=max(later, outcome.retry_in))
        return replace(judged, outcome=outcome)


def _asks_strangers(job: CrawlArguments, sources: Mapping[str, Source]) -> bool:
    """Whether servers of others are asked: not for the sample, files, a site given by the user."""
    asked = (sources[source].server(job.edition) for source in job.sources)
    return any(base and not is_loopback(urlsplit(base).netloc) for base in asked)


def host_and_port(base: str) -> str:
    """Host and port of a base URL, the port always given."""
    parts = urlsplit(base)
    return authority(parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme])
