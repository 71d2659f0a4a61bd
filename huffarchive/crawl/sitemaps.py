"""The sitemaps that the robots.txt of the edition's hosts name."""

from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from huffarchive.crawl.run import Run
from huffarchive.outcome import Reason
from huffarchive.politeness.limits import Refused, Stopped
from huffarchive.politeness.middleware import PolitenessMiddleware


class Sitemaps:
    """Wants each host's sitemaps once, as soon as its robots.txt is known."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self.crawler = crawler
        self.run = run
        self.job = run.job
        self._bases: set[str] = set()

    async def ask(self) -> None:
        """The robots.txt of each host, where no page is asked for that would bring it."""
        edition = self.job.edition
        found = [edition.located(f"https://{host.name}{host.prefix}") for host in edition.hosts]
        for url in dict.fromkeys(url.split("/", 3)[2] for url in found):
            first = next(f for f in found if f.split("/", 3)[2] == url)
            try:
                rules = await self._politeness().robots.rules(first)
                if rules.state == "closed":
                    self.run.mark_unreachable(url, rules.reason, rules.detail)
            except Refused as error:
                self.run.mark_unreachable(url, error.reason, error.detail)
            except Stopped as stopped:
                if stopped.seconds is None:
                    return
                left = f"robots.txt: to be left alone for {stopped.seconds:.0f} s"
                self.run.mark_unreachable(url, Reason.RATE_LIMITED, left)
            self.want(first)

    def want(self, url: str) -> None:
        """The sitemaps that a host's robots.txt names, once."""
        if self.job.urls is not None or self.run.archive is None:
            return
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if base not in self._bases:
            rules = self._politeness().robots.known(url)
            if rules is not None:
                self._bases.add(base)
                self.run.archive.want((*rules.sitemaps, *self.job.edition.sitemaps), "robots")

    def _politeness(self) -> PolitenessMiddleware:
        found = self.crawler.get_downloader_middleware(PolitenessMiddleware)
        assert found is not None
        return found
