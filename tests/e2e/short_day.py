"""A day of robots.txt that takes seconds, put into a real crawl: -s EXTENSIONS={"…ShortDay": 1}."""

from typing import Self

from scrapy.crawler import Crawler

from huffarchive.politeness import robots


class ShortDay:
    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        robots.KEPT_FOR = robots.RENEWED_AFTER = 3.0
        robots.CLOSED_FOR = 1.5
        return cls()
