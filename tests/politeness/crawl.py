"""One crawl in a process of its own: reads {"urls", "settings", …}, prints what became of each."""

import asyncio
import json
import sys
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from twisted.internet import asyncioreactor

from huffarchive.download import errors
from huffarchive.download.recording import exchanges_of
from huffarchive.outcome import Reason
from huffarchive.politeness import host_state, middleware, robots
from huffarchive.politeness.limits import Refused, Stopped
from huffarchive.politeness.middleware import PAUSE
from huffarchive.politeness.throttle import Throttle
from tests.kit.clock import Clock

WANTED: dict[str, Any] = json.loads(sys.argv[1])
RESULT: dict[str, Any] = {
    "pages": {},
    "robots": [],
    "pauses": [],
    "failures": 0,
    "sent": [],
    "left": [],
}


class StoppedClock(Clock):
    """The crawl's time: it stands still while an answer is awaited."""

    def __init__(self) -> None:
        super().__init__()
        self.paces: list[Throttle] = []

    def busy(self) -> bool:
        return any(lane.under_way for throttle in self.paces for lane in throttle._lanes.values())

    def install(self) -> None:
        """Make it the time of everything in this process that waits."""
        clock = self

        class Watched(Throttle):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                clock.paces.append(self)

        middleware.Throttle = Watched  # type: ignore[misc]
        host_state.time = self  # type: ignore[assignment]
        loop = self.loop()
        asyncio.set_event_loop(loop)
        asyncioreactor.install(loop)
        sys.modules["twisted.internet.reactor"].seconds = self.monotonic  # type: ignore[attr-defined]


class Asker(scrapy.Spider):
    name = "asker"

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.sent, signals.request_reached_downloader)
        return spider

    def sent(self, request: scrapy.Request) -> None:
        RESULT["sent"].append((request.url, asyncio.get_running_loop().time()))

    async def start(self):
        for url in WANTED["urls"]:
            yield self.ask(url, 0)

    def ask(self, url: str, tries: int) -> scrapy.Request:
        meta = {"tries": tries, "handle_httpstatus_all": True, **WANTED.get("meta", {})}
        return scrapy.Request(url, self.got, errback=self.lost, meta=meta, dont_filter=True)

    def refusal(self, url: str) -> Reason | None:
        inside = any(url.startswith(base) for base in WANTED["scope"])
        return None if inside else Reason.OUT_OF_SCOPE

    def has_room(self, url: str, under_way: int) -> bool:
        return True

    def on_robots_exchange(self, request: scrapy.Request) -> None:
        RESULT["robots"] += [exchange.url for exchange in exchanges_of(request)]

    def reason_of(self, request: scrapy.Request, error: Exception) -> Reason:
        return errors.reason(error, exchanges_of(request))

    def got(self, response):
        if PAUSE in response.meta:
            RESULT["pauses"].append(response.meta[PAUSE])
        tries = response.meta["tries"] + 1
        if response.status in (428, 429, 503) and tries < WANTED.get("tries", 4):
            yield self.ask(response.request.url, tries)
        else:
            RESULT["pages"][response.request.url] = response.status

    async def lost(self, failure):
        request, error = failure.request, failure.value
        tries = request.meta["tries"] + 1
        if isinstance(error, Refused) and not error.lasting and tries < WANTED.get("again", 0):
            yield self.ask(request.url, tries)
        elif isinstance(error, Refused):
            RESULT["pages"][request.url] = str(error.reason) + ("" if error.lasting else " for now")
        elif isinstance(error, Stopped) and error.seconds is not None and WANTED.get("waits"):
            RESULT["left"].append(error.seconds)
            await asyncio.sleep(error.seconds)
            yield self.ask(request.url, 0)
        elif isinstance(error, Stopped):
            RESULT["pages"][request.url] = "stopped"
        elif tries < WANTED.get("tries", 4):
            RESULT["failures"] += 1
            yield self.ask(request.url, tries)
        else:
            RESULT["pages"][request.url] = type(error).__name__


robots.KEPT_FOR = WANTED.get("kept_for", robots.KEPT_FOR)
robots.RENEWED_AFTER = WANTED.get("renewed_after", min(robots.RENEWED_AFTER, robots.KEPT_FOR))
robots.CLOSED_FOR = WANTED.get("closed_for", robots.CLOSED_FOR)

if not WANTED.get("real"):
    StoppedClock().install()
process = CrawlerProcess(
    {
        "DOWNLOADER_MIDDLEWARES": {
            "huffarchive.politeness.middleware.PolitenessMiddleware": 2000,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(
            ["http", "https"], "huffarchive.download.handler.WireHandler"
        ),
        "HUFFARCHIVE_ALLOWED_HOSTS": WANTED["allowed"],
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "INFO",
        "CONCURRENT_REQUESTS": 0,
        "DOWNLOAD_DELAY": 0,
        "HUFFARCHIVE_BACKOFF": 0.4,
        "HUFFARCHIVE_OPERATOR": "https://example.org/contact",
        **WANTED.get("settings", {}),
    }
)
process.crawl(Asker)
process.start()
print(json.dumps(RESULT))
