"""Some days later, put into a real crawl: -s EXTENSIONS={"…DaysLater": 1}, -s TEST_DAYS=…"""

import time
from collections.abc import Callable
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from huffarchive.archive import archive


class DaysLater:
    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        later = crawler.settings.getfloat("TEST_DAYS") * 86_400

        def steady() -> Callable[[], float]:
            ahead = time.time() - time.monotonic() + later
            return lambda: time.monotonic() + ahead

        def back() -> None:
            archive.steady = now

        now, archive.steady = archive.steady, steady
        # The next crawl of this process is one of today.
        crawler.signals.connect(back, signals.engine_stopped, weak=False)
        return cls()
