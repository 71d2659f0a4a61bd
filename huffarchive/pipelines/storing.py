"""What the pipelines need of the run that they store for."""

from typing import Protocol, cast

from scrapy.crawler import Crawler

from huffarchive.archive import Archive, StorageError
from huffarchive.ledger import Task


class Waiting(Protocol):
    """Whoever waits for pages to be settled."""

    def done(self, task: Task) -> None:
        """A page is settled."""


class Storing(Protocol):
    """A run that is under way."""

    archive: Archive | None
    frontier: Waiting

    def open(self) -> bool:
        """Open the archive; False when that failed."""

    def commit_if_due(self) -> None:
        """Commit when it is time."""

    def storage_failed(self, error: StorageError) -> None:
        """End the run: nothing more can be stored."""


def run_of(crawler: Crawler) -> Storing:
    """The run of a crawler's spider."""
    return cast("Storing", crawler.spider.run)  # type: ignore[union-attr]
