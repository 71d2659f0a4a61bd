"""Scrapy as people use it for a job like ours: the settings and the spiders of a small project.

Scrapy's defaults but for a JOBDIR, a feed, a WARC file by warcio, `allowed_domains`, an errback and
the hostile trial's time bound. `tests.trials.hostile.beside` runs it over the same lists.
"""

import json
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import trafilatura
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spiders import SitemapSpider
from twisted.python.failure import Failure
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.trials.hostile.watch import Watch

BOT_NAME = "stock"
SPIDER_MODULES = ["tests.trials.hostile.stock"]
JOBDIR = "job"
FEEDS = {"items.jsonl": {"format": "jsonlines"}}
DOWNLOAD_TIMEOUT = 4
EXTENSIONS = {"tests.trials.hostile.stock.Warc": 1, "tests.trials.hostile.stock.StockWatch": 2}
# Every name is this machine: no trial sends anything elsewhere.
TWISTED_DNS_RESOLVER = "tests.trials.hostile.resolver.Lying"
HOSTILE_RESOLVES = "127.0.0.1"
HOSTILE_OUT = "watch.json"


def article(response: Response) -> dict[str, Any]:
    """The item of a page."""
    return {
        "name": response.meta.get("name"),
        "url": response.url,
        "title": response.css("title::text").get(),
        "text": trafilatura.extract(response.text, url=response.url),
    }


class Articles(Spider):
    """Asks for the addresses of a list."""

    name = "articles"

    def __init__(self, urls: str, domains: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.list = Path(urls).read_text("utf-8", "replace").split("\n")
        self.allowed_domains = domains.split(",")

    async def start(self) -> AsyncIterator[Request]:
        """Each line of the list; its number is the page's name for the watch."""
        for number, url in enumerate(self.list):
            try:
                meta = {"name": str(number)}
                yield Request(url, self.parse, errback=self.failed, meta=meta)
            except ValueError as error:
                self.logger.error("%s: %s", url[:100], error)  # noqa: TRY400 - one line

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        """One item a page."""
        yield article(response)

    def failed(self, failure: Failure) -> None:
        """Note what did not come."""
        name = failure.request.meta["name"]  # type: ignore[attr-defined]
        with Path("failures.jsonl").open("a") as file:
            file.write(json.dumps({"name": name, "error": failure.type.__name__}) + "\n")
        StockWatch.ended(name)


class Sitemaps(SitemapSpider):
    """Asks for the pages of the sitemaps that a robots.txt names."""

    name = "sitemaps"

    def __init__(self, robots: str, domains: str, **kwargs: Any) -> None:
        self.sitemap_urls = [robots]
        self.allowed_domains = domains.split(",")
        super().__init__(**kwargs)

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:
        """One item a page."""
        yield article(response)


class Warc:
    """Writes each response to a WARC file, as the recipes for warcio do."""

    def __init__(self, crawler: Crawler) -> None:
        self._file = Path("pages.warc.gz").open("ab")  # noqa: SIM115 - closed with the spider
        self._writer = WARCWriter(self._file, gzip=True)
        crawler.signals.connect(self._received, signals.response_received)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def _closed(self) -> None:
        self._file.close()

    def _received(self, response: Response) -> None:
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        head = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            response.url, "response", payload=BytesIO(response.body), http_headers=head
        )
        self._writer.write_record(record)


class StockWatch(Watch):
    """The watch over a stock crawl; a page's name is the number of its line."""

    _this: "StockWatch | None" = None

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        StockWatch._this = self
        crawler.signals.connect(self._item, signals.item_scraped)
        crawler.signals.connect(self._raised, signals.spider_error)

    @classmethod
    def ended(cls, name: str) -> None:
        """An errback was called for a page."""
        if cls._this is not None:
            cls._this.settled(name)

    def page_of(self, request: Request) -> str | None:
        """The number of the line."""
        return request.meta.get("name")

    def _item(self, item: dict[str, Any]) -> None:
        self.settled(str(item["name"]))

    def _raised(self, response: Any) -> None:
        if (request := getattr(response, "request", None)) is not None:
            self.settled(str(request.meta.get("name")))
            with Path("raised.jsonl").open("a") as file:
                file.write(json.dumps(request.meta.get("name")) + "\n")
