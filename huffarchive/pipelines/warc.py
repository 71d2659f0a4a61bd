"""Writes a visit's exchanges to the WARC, which sets the pointer of its record."""

import asyncio
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from huffarchive.archive import Kept, StorageError, Visit
from huffarchive.pipelines.storing import run_of

LARGE = 256 * 1024
"""Bytes of answers from which on a thread lays their records out: the loop would stand still."""


class WarcPipeline:
    """Visit in, Kept out. Opens the run's archive; a run that cannot open closes the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._one = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the archive; CloseSpider when that cannot be."""
        if not run_of(self._crawler).open():
            raise CloseSpider("not_started")

    async def process_item(self, item: Any) -> Kept:
        """Store the exchanges; DropItem when the run is ending because nothing can be stored."""
        run = run_of(self._crawler)
        if not isinstance(item, Visit):
            raise DropItem(f"not a visit: {type(item).__name__}")
        try:
            assert run.archive is not None
            if sum(len(exchange.response) for exchange in item.exchanges) < LARGE:
                return run.archive.capture(item)
            async with self._one:  # one at a time: its records are as large again
                laid = await asyncio.to_thread(run.archive.layer(item))
                return run.archive.capture(item, laid)
        except StorageError as error:
            run.storage_failed(error)
            raise DropItem("not stored", log_level="DEBUG") from error
