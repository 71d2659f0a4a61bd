"""Writes the record of a captured page to the JSONL, and commits when it is time."""

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from huffarchive.archive import Kept, StorageError
from huffarchive.article import Article
from huffarchive.outcome import Outcome, Reason
from huffarchive.pipelines.storing import run_of


class JsonlPipeline:
    """Kept in, Article or Outcome out: what Scrapy's own feeds (`-o`) get too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def process_item(self, item: Any) -> Article | Outcome:
        """Write the record, settle the page, make room for the next."""
        run = run_of(self._crawler)
        assert isinstance(item, Kept)
        task, settled = item.visit.task, item.settlement
        try:
            assert run.archive is not None
            run.archive.settle(item)
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
