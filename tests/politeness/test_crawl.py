"""Promise 6, with the real Scrapy against servers that log."""

import itertools

import pytest

from .server import Answer, Server, site

FORBIDDEN = "User-agent: *\nDisallow: /no/\nDisallow: /*?*page=\n"


@pytest.mark.parametrize(("concurrency", "delay"), [(1, 0), (8, 0), (64, 0), (8, 0.02)])
def test_no_disallowed_page_is_fetched(crawl, concurrency, delay):
    def slow_robots(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            return Answer(body=FORBIDDEN.encode(), hang=0.3)
        return Answer()

    with Server(slow_robots) as server:
        no = [f"{server.url}/no/{n}" for n in range(20)]
        no += [f"{server.url}/tag?x=1&page={n}" for n in range(20)]
        yes = [f"{server.url}/yes/{n}" for n in range(40)]
        urls = [url for pair in zip(no, yes, strict=True) for url in pair]
        settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": concurrency, "DOWNLOAD_DELAY": delay}
        result = crawl(urls, settings=settings)
    fetched = [path for path in server.paths() if path.startswith("/no/") or "page=" in path]
    assert len(fetched) == 0
    assert server.paths()[0] == "/robots.txt"
    assert server.paths().count("/robots.txt") == 1
    assert {result["pages"][url] for url in no} == {"robots"}
    assert {result["pages"][url] for url in yes} == {200}
    assert result["robots"] == [f"{server.url}/robots.txt"]


@pytest.mark.parametrize("crawl_delay", [0.5, 1.0])
def test_crawl_delay_is_held_within_five_percent(crawl, crawl_delay):
    with Server(site(f"User-agent: *\nCrawl-delay: {crawl_delay}\n")) as server:
        settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY_JITTER": 0.5}
        crawl([f"{server.url}/{n}" for n in range(6)], settings=settings)
    gaps = [after - before for before, after in itertools.pairwise(server.times())]
    assert len(gaps) == 6
    assert min(gaps) >= crawl_delay * 0.95
    assert max(gaps) <= crawl_delay * 1.05


def test_the_longer_of_delay_and_crawl_delay_counts(crawl):
    with Server(site("User-agent: *\nCrawl-delay: 0.1\n")) as server:
        crawl([f"{server.url}/{n}" for n in range(4)], settings={"DOWNLOAD_DELAY": 0.4})
    gaps = [after - before for before, after in itertools.pairwise(server.times())]
    assert min(gaps) >= 0.4 * 0.95
    assert max(gaps) <= 0.4 * 1.05
