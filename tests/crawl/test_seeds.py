"""What `discover` asks of a host before its sitemaps: its robots.txt, over pauses."""

import asyncio
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from huffarchive.crawl.seeds import Sitemaps
from huffarchive.crawl.servers import Servers
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.outcome import Reason
from huffarchive.politeness.limits import Stopped
from huffarchive.politeness.robots import Robots
from tests.e2e.virtual import Virtual

HOSTS = {host.name for host in HUFFPOST_QC.hosts}


@pytest.mark.parametrize(
    ("pauses", "asked"), [([60, 120, 240, 480], 4), ([1, 1, 1, 1], 4), ([86_400], 1), ([], 1)]
)
def test_a_robots_txt_that_fails_is_asked_for_as_often_as_is_decent(pauses, asked) -> None:
    """Each host pauses after its answer; one that asks for a day is not waited for."""
    loop, log, until = Virtual(), [], dict.fromkeys(HOSTS, 0.0)

    async def download(request: Request) -> Response:
        host = request.url.split("/")[2]
        times = log.count(host)
        log.append(host)
        if times < len(pauses):
            until[host] = loop.time() + pauses[times]
            return Response(request.url, 503, request=request)
        return Response(request.url, 404, request=request)

    def check(url: str) -> None:
        if (left := until[url.split("/")[2]] - loop.time()) > 5:
            raise Stopped(url, left)

    robots = Robots(download, lambda r: None, lambda r, e: Reason.ERROR, check=check)
    job = SimpleNamespace(edition=HUFFPOST_QC, urls=None)
    wanted, archive = [], SimpleNamespace(want=lambda urls, name: wanted.extend(urls))
    run = SimpleNamespace(job=job, servers=Servers(job, []), archive=archive)
    gate = SimpleNamespace(robots=robots)
    sitemaps = Sitemaps(SimpleNamespace(get_downloader_middleware=lambda _: gate), run)
    try:
        loop.run_until_complete(asyncio.wait_for(sitemaps.ask(), 900))
    finally:
        loop.close()
    assert {host: log.count(host) for host in HOSTS} == dict.fromkeys(HOSTS, asked)
    assert set(run.servers.down) == (HOSTS if pauses else set())
