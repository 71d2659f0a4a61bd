"""Writes a visit's exchanges to the WARC, which sets the pointer of its record."""

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from huffarchive.archive import Kept, StorageError, Visit


class WarcPipeline:
    """Visit in, Kept out. Opens the run's archive; a run that cannot open closes the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the archive; CloseSpider when that cannot be."""
        if not self._crawler.spider.run.open():  # type: ignore[union-attr]
            raise CloseSpider("not_started")

    def process_item(self, item: Any) -> Kept:
        """Store the exchanges; DropItem when the run is ending because nothing can be stored."""
        run = self._crawler.spider.run  # type: ignore[union-attr]
        if not isinstance(item, Visit):
            raise DropItem(f"not a visit: {type(item).__name__}")
        try:
            return run.archive.capture(item)
        except StorageError as error:
            run.storage_failed(error)
            raise DropItem("not stored", log_level="DEBUG") from error
