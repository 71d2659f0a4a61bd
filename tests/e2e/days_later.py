"""Some days later, put into a real crawl: -s EXTENSIONS={"…DaysLater": 1}, -s TEST_DAYS=…

The time of day stands still in a run, so that what it stores is in the order of the pages however
slow the machine is; the days are counted from one moment for all crawls of a process.
"""

import time
from datetime import datetime, tzinfo
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from huffarchive.archive import archive
from huffarchive.download import recording

TODAY = int(time.time())


class DaysLater:
    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        now = TODAY + crawler.settings.getfloat("TEST_DAYS") * 86_400
        kept = archive.steady, recording.datetime

        class Then(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime.fromtimestamp(now, tz)

        def back() -> None:
            archive.steady, recording.datetime = kept

        archive.steady, recording.datetime = lambda: lambda: float(now), Then
        # The next crawl of this process is one of today.
        crawler.signals.connect(back, signals.engine_stopped, weak=False)
        return cls()
