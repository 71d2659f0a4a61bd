"""Crawls what standard input asks for, one after the other: a process starts more slowly than a
crawl is done. Each line is {"arguments": …, "settings": …}; each answer is the exit status.
"""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.log import configure_logging
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor
from scrapy.utils.signal import disconnect_all

from huffarchive.politeness.limits import LIMITS

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


async def crawl(arguments: dict[str, Any], settings: dict[str, str]) -> int | None:
    project = get_project_settings()
    project.update(settings, priority="cmdline")
    crawler = AsyncCrawlerRunner(project).create_crawler("huffpost_qc")
    await crawler.crawl_async(**arguments)
    status = crawler.spider.ended()
    disconnect_all(sender=crawler)
    return status


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        while line := await loop.run_in_executor(thread, sys.stdin.readline):
            print(json.dumps(await crawl(**json.loads(line))), flush=True)


for name, limit in LIMITS.items():  # their intervals are for the archives' own servers
    LIMITS[name] = replace(limit, interval=0.0)
configure_logging({"LOG_LEVEL": "INFO"})
install_reactor(REACTOR)

from twisted.internet import reactor  # noqa: E402

reactor.callWhenRunning(
    lambda: asyncio.ensure_future(main()).add_done_callback(
        lambda task: (reactor.stop(), task.result())
    )
)
reactor.run()
