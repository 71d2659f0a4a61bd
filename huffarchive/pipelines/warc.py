"""Writes a visit's exchanges to the WARC, which sets the pointer of its record."""

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem

from huffarchive.archive import Kept, StorageError, Visit
from huffarchive.pipelines.storing import run_of


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
        if not run_of(self._crawler).open():
            raise CloseSpider("not_started")

    def process_item(self, item: Any) -> Kept:
        """Store the exchanges; DropItem when the run is ending because nothing can be stored."""
        run = run_of(self._crawler)
        if not isinstance(item, Visit):
            raise DropItem(f"not a visit: {type(item).__name__}")
        try:
            assert run.archive is not None
            return run.archive.capture(item)
        except StorageError as error:
            run.storage_failed(error)
            raise DropItem("not stored", log_level="DEBUG") from error
