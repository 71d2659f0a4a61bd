"""What falls out of Scrapy's chain is a task, not a page: its page may be under way anew."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from huffarchive.archive.archive import Archive
from huffarchive.archive.store_visit import Visit
from huffarchive.crawl.errors import LostItems
from huffarchive.crawl.queue import RequestQueue
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange
from huffarchive.outcome import AnswerOutcome, State
from huffarchive.storage.paths import ArchivePaths

URL = "https://www.huffpost.com/archive/qc/entry/titre_n_1"


def test_a_late_drop_of_a_settled_task_is_no_lost_page(tmp_path: Path) -> None:
    archive = Archive(ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc"), HUFFPOST_QC)
    frontier = RequestQueue(archive, None)
    run = SimpleNamespace(archive=archive, frontier=frontier, faults=0)
    net = LostItems(get_crawler(), run)
    archive.want([URL], "list")

    async def crawl() -> None:
        tasks = frontier.tasks()
        first = await anext(tasks)
        exchange = Exchange(first.url, b"GET / HTTP/1.1\r\n\r\n", b"", datetime.now(UTC))
        visit = Visit(first, (exchange,), AnswerOutcome(State.WANTED, None))
        kept = archive.capture(visit)
        archive.apply(kept)
        archive.commit()
        frontier.done(first)
        again = await anext(tasks)
        assert again is not first
        assert again.page == first.page
        net._dropped(visit, None, DropItem("late"))  # Scrapy says so only now
        frontier.done(first)
        assert archive.captured(again) is None
        assert again.page in frontier.under_way
        later = archive.capture(Visit(again, (exchange,), AnswerOutcome(State.WANTED, None)))
        archive.apply(kept)  # settled already: no reason to settle what is captured since
        assert archive.captured(again) is later
        net._dropped(later.visit, None, DropItem("late"))
        assert again.page not in frontier.under_way

    asyncio.run(crawl())
    assert run.faults == 1  # the one that was truly dropped
    archive.close(0, "finished")
