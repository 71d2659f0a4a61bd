"""What a run is asked for, put among what is wanted: lists, indexes, files, second tries."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from huffarchive import printable, typed
from huffarchive.archive.archive import Archive
from huffarchive.archive.files import StorageError
from huffarchive.archive.store_visit import Visit, named_by
from huffarchive.article import RecordError
from huffarchive.crawl.arguments import CrawlArguments
from huffarchive.ledger.pages import LISTED, PICTURE
from huffarchive.outcome import RETRY_AFTER, Reason
from huffarchive.politeness.limits import Refused, Stopped
from huffarchive.politeness.middleware import PolitenessMiddleware
from huffarchive.politeness.robots import CLOSED_FOR
from huffarchive.reading import Reading
from huffarchive.sources import FILES, is_own
from huffarchive.sources.source import Source
from huffarchive.sources.warc_files import find_captures
from huffarchive.urls import Address, identify
from huffarchive.warc.damage import WarcError, readable

if TYPE_CHECKING:
    from huffarchive.crawl.run import Run

log = logging.getLogger(__name__)

PORTION = 500
"""Links of a page, or captures of a file of others, that are noted at once."""


def enqueue(
    archive: Archive, job: CrawlArguments, sources: Mapping[str, Source], listing: "UrlList"
) -> None:
    """Add what this run was asked for to what is wanted; `listing` are the pages of its list."""
    pages, again, now = archive.ledger.pages, archive.ledger.again, archive.clock()
    pages.asks_site = any(map(is_own, job.sources))
    with archive.changing():
        # First what the run is about: nothing else is wanted again.
        if job.discover:
            pages.select_indexes()
            pages.want((address.url for address in listing), LISTED)
        elif job.urls is not None:
            pages.select(iter(listing), LISTED)
            if job.images:
                pages.select_pictures()  # an earlier run of the same list may have left some
        if job.urls is None and job.listed_urls:
            pages.want(job.edition.known_urls(), "list")
        for source in job.sources:
            pages.want_queries(sources[source].queries(job.edition), source)
            pages.select_queries(source)
        again.no_later(now + max(RETRY_AFTER))
        left = again.any_left()
        again.begin(now, job.sources, doubts=job.doubts)
        unread = archive.ledger.not_read.want(now, job.sources)
        if job.renewal and archive.ledger.runs.begins_again(archive.run, job.renewal, left=left):
            if job.recrawl is not None:
                again.want_older(now, now - job.recrawl * 86400, job.sources)
            if job.again or job.retry:
                again.want_settled(now, job.again + job.retry, job.sources)
        again.ask_of(job.sources)
    if unread:
        log.info("%d captured pages were not read by a fault of ours: asked for again", unread)


class UrlList:
    """The pages of a job's URL list, read once; what is wrong with other lines goes to the log."""

    def __init__(self, job: CrawlArguments) -> None:
        """Read as far as the first page."""
        self._job = job
        self.passed_over = 0
        """Lines that name no page of the edition."""
        self._pages = self._read()
        self._first = next(self._pages, None)

    @property
    def empty(self) -> bool:
        """Whether it names no page."""
        return self._first is None

    def __iter__(self) -> Iterator[Address]:
        if self._first is not None:
            yield self._first
        yield from self._pages

    def _read(self) -> Iterator[Address]:
        for item in self._job.listed() if self._job.urls is not None else ():
            if isinstance(item, str):
                self.passed_over += 1
                if self.passed_over <= 20:
                    log.warning(item)
                continue
            yield item
        if self.passed_over:
            log.warning("lines of the URL list that were passed over: %d", self.passed_over)


async def enqueue_links(archive: Archive, visit: Visit) -> Visit:
    """Want many links before the page that names them is settled, a portion in each transaction.

    The visit comes back without them, unless they could not be stored: storing the visit says so
    again. A run that dies meanwhile asks for the page again.
    """
    reading = visit.reading
    if not isinstance(reading, Reading) or len(reading.links) <= PORTION:
        return visit
    links = iter(reading.links)
    while portion := list(islice(links, PORTION)):
        try:
            with archive.changing():
                archive.ledger.pages.want(portion, named_by(visit), visit.task.url)
        except StorageError:
            return visit
        await asyncio.sleep(0)
    return replace(visit, reading=replace(reading, links=()))


async def read_files(
    archive: Archive, job: CrawlArguments, stopped: Callable[[], bool]
) -> tuple[bool, list[str]]:
    """Want the pages that the job's files name: whether any names one, and a line for each file
    that could not be read.

    A portion is noted in each transaction. A file that was read to its end is not read again; one
    that was under way when a run ended is, and what it names is then known already.
    """
    named, faults = False, list[WarcError | RecordError | OSError]()
    empty: list[Path] = []
    ours = archive.places.jsonl_files() if job.images and not job.urls else []
    for path in (*job.files, *ours):
        before = len(faults)
        try:
            if archive.ledger.readings.is_read(path):
                log.info("%s: read already", path)
                named = True
            elif path in ours:
                await _read_records(archive, path, stopped)
            elif await _read_file(archive, job, path, stopped, faults):
                named = True
            elif len(faults) == before:
                empty.append(path)
        except (RecordError, OSError) as error:
            faults.append(error)
        for fault in faults[before:]:
            log.error("%s", fault)
        if stopped():
            return named, [*map(str, faults)]
    if named:  # where none does, the next run is to say so again
        with archive.changing():
            for path in empty:
                archive.ledger.readings.read(path)
    return named, [*map(str, faults)]


async def _read_file(
    archive: Archive,
    job: CrawlArguments,
    path: Path,
    stopped: Callable[[], bool],
    faults: list[WarcError | RecordError | OSError],
) -> int:
    """How many captures of pages a file has; what is wrong with it is added to `faults`."""
    pages, found, others, end = archive.ledger.pages, 0, 0, False
    wrong: list[WarcError | OSError] = []
    items = readable(find_captures(path, job.edition), wrong)
    while not end and not stopped():
        portion = list(islice(items, PORTION))
        ours = [item for item in portion if item is not None]
        found, others = found + len(ours), others + len(portion) - len(ours)
        end = len(portion) < PORTION
        with archive.changing():
            pages.add_captures(((n.address, n.memento) for n in ours), FILES.name)
            if end and found and not wrong:
                archive.ledger.readings.read(path)
        await asyncio.sleep(0)
    log.info("%s: %d captures of pages, %d others", path, found, others)
    faults += wrong[:1]
    return found


async def _read_records(archive: Archive, path: Path, stopped: Callable[[], bool]) -> None:
    """Want the pictures that the records of an earlier run name."""
    ledger, end = archive.ledger, False
    with path.open("rb") as lines:
        while not end and not stopped():
            portion = list(islice(lines, PORTION))
            end = len(portion) < PORTION
            try:
                urls = [i["url"] for line in portion for i in json.loads(line)["images"]]
            except (ValueError, LookupError, TypeError) as error:
                raise RecordError(f"{path}: no record ({error}); run {typed()} verify") from error
            with archive.changing():
                ledger.pages.want(urls, PICTURE)
                if end:
                    ledger.readings.read(path)
            await asyncio.sleep(0)


class Sitemaps:
    """Wants each host's sitemaps once, as soon as its robots.txt is known."""

    def __init__(self, crawler: Crawler, run: "Run") -> None:
        self.crawler = crawler
        self.run = run
        self.job = run.job
        self._bases: set[str] = set()

    async def ask(self) -> None:
        """The robots.txt of each host, where no page is asked for that would bring it."""
        edition = self.job.edition
        found = [edition.located(f"https://{host.name}{host.prefix}") for host in edition.hosts]
        first = {url.split("/", 3)[2]: url for url in reversed(found)}
        await asyncio.gather(*(self._ask(host, url) for host, url in first.items()))

    async def _ask(self, host: str, url: str) -> None:
        """One robots.txt; where it fails as often as is decent, over the pauses of its host."""
        robots = self._politeness().robots
        while True:
            try:
                rules = await robots.rules(url)
                if rules.state == "closed":
                    self.run.servers.mark_unreachable(host, rules.reason, rules.detail)
            except Refused as error:
                self.run.servers.mark_unreachable(host, error.reason, error.detail)
            except Stopped as stopped:
                if stopped.seconds is None:
                    return
                if stopped.seconds <= CLOSED_FOR:
                    with suppress(Stopped):
                        await robots.wait(url, stopped.seconds)
                        continue
                    return
                left = f"robots.txt: to be left alone for {stopped.seconds:.0f} s"
                self.run.servers.mark_unreachable(host, Reason.RATE_LIMITED, left)
            self.want(url)
            return

    def want(self, url: str) -> None:
        """The sitemaps that a host's robots.txt names, once."""
        if self.job.urls is not None:
            return
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if base not in self._bases:
            rules = self._politeness().robots.known(url)
            if rules is not None:
                self._bases.add(base)
                for named in rules.sitemaps:
                    if not self._is_sitemap(named):
                        told = f"{base}/robots.txt names a sitemap that is not read: {named[:200]}"
                        log.warning("%s", printable(told))
                self.run.archive.want((*rules.sitemaps, *self.job.edition.sitemaps), "robots")

    def _is_sitemap(self, url: str) -> bool:
        """Whether it is known as one: "sitemap" and ".xml" in its path, in the edition's scope."""
        address = identify(self.job.edition.original(url), self.job.edition)
        return isinstance(address, Address) and address.key.kind == "sitemap"

    def _politeness(self) -> PolitenessMiddleware:
        found = self.crawler.get_downloader_middleware(PolitenessMiddleware)
        assert found is not None
        return found
