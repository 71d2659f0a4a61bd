"""The one gate between the spider and the wire."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Protocol, Self, runtime_checkable
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.http import Response

from huffarchive.outcome import Reason
from huffarchive.politeness.host_state import HostStateFile, cache_dir
from huffarchive.politeness.limits import FIRST, Limit, Refused, limit_of, retry_after, user_agent
from huffarchive.politeness.robots import Robots, RobotsRules, base_of
from huffarchive.politeness.throttle import Slot, Throttle

LIMIT = "huffarchive_limit"
"""Request meta, read: the name of the service's limit that the request is under."""
TURN = "huffarchive_turn"
"""Request meta, written: the turn that the request was given."""
PAUSE = "huffarchive_pause"
"""Request meta, written with a 429, 428 or 503: seconds until its host may be asked again."""
LATER = "huffarchive_later"
"""Request meta, written with a Retry-After of any other answer from 300 on, a redirect too: seconds
until what it leads to may be asked for."""


@runtime_checkable
class Governed(Protocol):
    """What a spider must say for its requests to be sent."""

    def refusal(self, url: str) -> Reason | None:
        """Why an address must not be asked for (out of scope), or None when it may be."""

    def on_robots_exchange(self, request: Request) -> None:
        """Keep the exchanges that a request for robots.txt made; they lead to no callback."""

    def has_room(self, url: str, under_way: int) -> bool:
        """Whether memory has room for the answers of so many requests of an address's host."""

    def reason_of(self, request: Request, error: Exception) -> Reason:
        """What a failed download means; Reason.ERROR for what is not the network's doing."""


class PolitenessMiddleware:
    """Lets a request pass when its address is in scope, robots.txt allows it and its turn comes.

    It stands nearest to the downloader, so that nothing waits between a turn and the wire. No
    setting and no request's meta turns any of it off.
    """

    def __init__(
        self,
        crawler: Crawler,
        spider: Governed,
        throttle: Throttle,
        host: Callable[[str], Limit],
        backoff: float,
    ) -> None:
        self._crawler = crawler
        self._spider = spider
        self._host = host
        self._agent = user_agent(crawler.settings.get("HUFFARCHIVE_OPERATOR"))
        self.throttle = throttle
        """Whose turn it is: what a spider asks for pauses and for hosts that are down."""
        self.robots = Robots(
            self._download,
            spider.on_robots_exchange,
            spider.reason_of,
            backoff=backoff,
            check=lambda url: throttle.check(self._limit(url)),
        )
        """The rules: what a spider asks for sitemaps."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it from the settings; TypeError when the spider is not `Governed`."""
        settings, spider = crawler.settings, crawler.spider
        if not isinstance(spider, Governed):
            raise TypeError(f"{type(spider).__name__} lacks a method of Governed")
        backoff = settings.getfloat("HUFFARCHIVE_BACKOFF", FIRST)
        folder = settings.get("HUFFARCHIVE_CACHE_DIR")
        throttle = Throttle(
            HostStateFile(cache_dir(folder)),
            concurrency=max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")),
        )
        delay = max(0.0, settings.getfloat("DOWNLOAD_DELAY"))
        host = partial(Limit.of_host, delay=delay, backoff=backoff, shared_here=bool(folder))
        self = cls(crawler, spider, throttle, lru_cache(1000)(host), backoff)
        crawler.signals.connect(self._opened, signals.spider_opened)
        return self

    async def process_request(self, request: Request) -> None:
        """Wait until the request may be sent; Refused or Stopped when it may not."""
        url = request.url
        for name in (TURN, PAUSE, LATER):
            request.meta.pop(name, None)
        if urlsplit(url).scheme not in ("http", "https"):
            raise Refused(Reason.OUT_OF_SCOPE, "scheme")
        hop = self.robots.follows(request)
        if not hop and (reason := self._spider.refusal(url)) is not None:
            raise Refused(reason)
        limit = self._limit(url, request.meta.get(LIMIT))
        turn = await self._allowed_turn(request, limit)
        request.headers["User-Agent"] = self._agent
        request.meta[TURN] = turn
        # The downloader's own queue lets everything through at once: a request that waits there
        # would pass although a pause has begun.
        request.meta["download_slot"] = limit.name
        assert self._crawler.engine is not None
        slots = self._crawler.engine.downloader.per_slot_settings
        slots.setdefault(limit.name, {"concurrency": 1_000_000, "delay": 0.0, "jitter": 0.0})

    def _limit(self, url: str, name: str | None = None) -> Limit:
        return limit_of(url, name) or self._host(host_of(url))

    async def _allowed_turn(self, request: Request, limit: Limit) -> Slot:
        """Wait for the rules and for a turn, until a turn comes while fresh rules allow it."""
        if self.robots.asks(request):
            return await self.throttle.turn(limit, first=True)
        while True:
            rules = await self.robots.rules(request.url)
            self._check(request.url, rules)
            self.throttle.set_delay(limit, base_of(request.url), rules.crawl_delay or 0.0)
            turn = await self.throttle.turn(limit)
            if not self._has_room(request, limit):
                await self.throttle.release(turn)
                while not self._has_room(request, limit, 1):  # noqa: ASYNC110 - nobody says when
                    await asyncio.sleep(0.05)
                continue
            if (rules_now := self.robots.known(request.url)) and rules_now.allowed(request.url):
                return turn
            # While it waited the rules grew old, or others came.
            await self.throttle.release(turn)

    def _has_room(self, request: Request, limit: Limit, more: int = 0) -> bool:
        return self._spider.has_room(request.url, self.throttle.under_way(limit) + more)

    def _check(self, url: str, rules: RobotsRules) -> None:
        if not rules.allowed(url):
            passing = rules.state == "closed" and rules.reason is Reason.ROBOTS
            raise Refused(rules.reason, rules.detail, lasting=not passing, again=rules.again)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Note what the host said: 429, 428 and 503 pause it; the answer goes on to the spider.

        Of other answers a Retry-After is about the page, and the spider's to obey (RFC 9110,
        section 10.2.3: with a redirect, about the redirected request).
        """
        turn: Slot | None = request.meta.pop(TURN, None)
        if turn is None:
            return response
        seconds = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        # Without its robots.txt nothing of a host can be asked for.
        rules = response.status >= 500 and self.robots.asks(request)
        if response.status in (428, 429, 503) or (seconds and rules):
            request.meta[PAUSE] = await self.throttle.backoff(turn, seconds)
            return response
        await self.throttle.answered(turn, well=response.status < 500)
        if seconds and response.status >= 300:
            request.meta[LATER] = seconds
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that no answer came, where that says something about the host."""
        turn: Slot | None = request.meta.pop(TURN, None)
        if turn is None:
            return
        reason = self._spider.reason_of(request, exception)
        if reason in (Reason.UNREACHABLE, Reason.CUT, Reason.TIMEOUT):
            await self.throttle.failed(turn, reason, slow=reason is Reason.TIMEOUT)
        elif reason in (Reason.MALFORMED, Reason.TOO_LARGE):
            await self.throttle.answered(turn, well=False)
        else:
            await self.throttle.release(turn)

    async def _download(self, request: Request) -> Response:
        assert self._crawler.engine is not None
        return await self._crawler.engine.download_async(request)

    def _opened(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._end_with_the_crawl())

    async def _end_with_the_crawl(self) -> None:
        """When the engine closes the spider, what waits must not hold it up for a day.

        Scrapy has no signal for that moment: it first waits for all requests in progress.
        """
        engine = self._crawler.engine
        assert engine is not None
        while engine._slot is not None and engine._slot.closing is None:  # noqa: SLF001, ASYNC110
            await asyncio.sleep(0.25)
        self.robots.close()
        self.throttle.close()
        await self._let_close(engine)

    async def _let_close(self, engine: ExecutionEngine) -> None:
        """Close the scraper when the last items of `start()` are through.

        Scrapy 2.19 waits for them too, but looks whether it may close only when a response is done:
        where captures come from files on disk there is none, and it would wait for ever.
        """
        scraper = engine.scraper
        while engine.spider is not None and (slot := scraper.slot) is not None:
            if slot.closing is not None and (slot.closing.called or slot.is_idle()):
                if not slot.closing.called:
                    slot.closing.callback(engine.spider)
                return
            await asyncio.sleep(0.25)


def host_of(url: str) -> str:
    """The host whose delay and pauses an address is under: http and https are one server."""
    return re.sub(r"^https?://", "", base_of(url))
