"""A line a minute: pages done, pages left, the rate, and the time that the rest will take."""

import logging
from datetime import timedelta
from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from huffarchive.archive import StorageError
from huffarchive.outcome import State

log = logging.getLogger(__name__)

INTERVAL = 60.0
"""Seconds between two lines."""
HEARTBEAT = 1.0
"""Seconds between two looks at whether a commit is due."""


class Progress:
    """Logs how far the run is, and commits what no new page would commit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beat = create_looping_call(self._tick)
        self._last, self._asked = monotonic(), 0
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def _opened(self) -> None:
        self._beat.start(HEARTBEAT, now=False)

    def _closed(self) -> None:
        if self._beat.running:
            self._beat.stop()

    def _tick(self) -> None:
        run = self._crawler.spider.run  # type: ignore[union-attr]
        if run.archive is None:
            return
        if run.archive.broken is not None:
            run.storage_failed(run.archive.broken)
            return
        try:
            run.commit_if_due()
        except StorageError as error:
            run.storage_failed(error)
            return
        run.indexing.tend()
        now = monotonic()
        if now - self._last >= INTERVAL:
            counts = run.archive.ledger.counts.by_state()
            rate = (run.asked - self._asked) / (now - self._last)
            rest = counts[State.WANTED] / rate if rate else None
            log.info(
                "%d captured, %d gone, %d refused, %d failed; %d left at %.2f a second: %s",
                counts[State.CAPTURED],
                counts[State.GONE],
                counts[State.REFUSED],
                counts[State.FAILED],
                counts[State.WANTED],
                rate,
                timedelta(seconds=int(rest)) if rest is not None else "no rate yet",
            )
            self._last, self._asked = now, run.asked
