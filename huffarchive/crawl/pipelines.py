"""Item pipelines: a visit's exchanges to the WARC, its record to the JSONL, then the commit."""

import asyncio
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from huffarchive.archive.files import StorageError
from huffarchive.archive.store_visit import StoredVisit, Visit
from huffarchive.article import Article
from huffarchive.crawl.run import Run
from huffarchive.outcome import Outcome, Reason

LARGE = 256 * 1024
"""Bytes of answers from which on a thread lays their records out: the loop would stand still."""


class _Pipeline:
    """What Scrapy makes of a crawler, whose run is there once the spider has begun."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._one = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    @property
    def _run(self) -> Run:
        run: Run = self._crawler.spider.run  # type: ignore[union-attr]
        return run


class WarcPipeline(_Pipeline):
    """Visit in, StoredVisit out. Opens the run's archive, or closes the spider."""

    def open_spider(self) -> None:
        """Open the archive; CloseSpider when that cannot be."""
        if not self._crawler.spider.begin():  # type: ignore[union-attr]
            raise CloseSpider("not_started")

    async def process_item(self, item: Any) -> StoredVisit:
        """Store the exchanges; DropItem when the run is ending because nothing can be stored."""
        run = self._run
        if not isinstance(item, Visit):
            raise DropItem(f"not a visit: {type(item).__name__}")
        try:
            if sum(len(exchange.response) for exchange in item.exchanges) < LARGE:
                return run.archive.capture(item)
            async with self._one:  # one at a time: its records are as large again
                packed = await asyncio.to_thread(run.archive.layer(item))
                return run.archive.capture(item, packed)
        except StorageError as error:
            run.storage_failed(error)
            raise DropItem("not stored", log_level="DEBUG") from error


class JsonlPipeline(_Pipeline):
    """StoredVisit in, Article or Outcome out: what Scrapy's own feeds (`-o`) get too."""

    def process_item(self, item: Any) -> Article | Outcome:
        """Write the record, settle the page, make room for the next."""
        run = self._run
        assert isinstance(item, StoredVisit)
        task, settled = item.visit.task, item.page_update
        try:
            run.archive.apply(item)
            run.commit_if_due()
        except StorageError as error:
            run.storage_failed(error)
            raise DropItem("not stored", log_level="DEBUG") from error
        finally:
            run.frontier.done(task)
        if item.article is not None:
            return item.article
        if settled.reason is None:
            raise DropItem("to be asked again", log_level="DEBUG")
        return Outcome(
            task.key,
            task.url,
            settled.state,
            Reason(settled.reason),
            settled.status,
            settled.detail,
        )
