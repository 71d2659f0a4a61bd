"""An extension of a crawl that takes its measures: time, memory, and a loop that stands still."""

import asyncio
import contextlib
import json
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from time import monotonic, sleep, thread_time
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler

TICK = 0.02
"""Seconds between two looks at the clock and at the memory."""
LONG = 0.15
"""Seconds of standing still from which on it is noted where."""


class Watch:
    """Writes to HOSTILE_OUT, a JSON file, what a crawl cost, in all and while each page was asked.

    A page counts as under way from its first request to its end; what else is under way at the
    same time counts for it too. A subclass says of which page a request and an end are.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._out = Path(crawler.settings["HOSTILE_OUT"])
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        """When a page was asked for first, and last."""
        self._took: dict[str, float] = {}
        """The longest time from a page's last request to its end (seconds)."""
        self._end: dict[str, float] = {}
        self._memory: list[tuple[float, int]] = []
        """What the process held, at what time (bytes)."""
        self._still: list[tuple[float, float]] = []
        """How long the loop was late, and when it began to be."""
        self._workers: dict[int, int] = {}
        self._looked = 0.0
        self._worked = 0.0
        self._busy = 0.0
        """The most processor time that the loop took for one step (seconds)."""
        self._ended = threading.Event()
        self._where: Counter[str] = Counter()
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._asked, signals.request_reached_downloader)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def page_of(self, request: Request) -> str | None:
        """The name of the page that a request is for."""
        raise NotImplementedError

    def readers(self) -> list[int]:
        """Process ids of the processes that read pages."""
        return []

    def settled(self, name: str) -> None:
        """A page has come to an end, or will be asked for again."""
        if name in self._last:
            now = monotonic()
            self._took[name] = max(self._took.get(name, 0.0), now - self._last.pop(name))
            self._end[name] = now

    def _opened(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._looked, self._worked = monotonic(), thread_time()
        self._timer = self._loop.call_later(TICK, self._tick)
        self._main = threading.get_ident()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        """Beside the loop: what is held, and in what the loop stands still."""
        while not self._ended.is_set():
            sleep(TICK)
            self._memory.append((monotonic(), held("self")))
            if monotonic() - self._looked > LONG and (
                frame := sys._current_frames().get(self._main)
            ):
                names = [f.name for f in traceback.extract_stack(frame)[-6:]]
                self._where[" > ".join(names)] += 1
            for pid in self.readers():
                self._workers[pid] = max(peak(pid), self._workers.get(pid, 0))

    def _tick(self) -> None:
        now = monotonic()
        if (late := now - self._looked - TICK) > TICK:
            self._still.append((round(late, 3), self._looked))
            self._busy = max(self._busy, thread_time() - self._worked)
        self._looked, self._worked = now, thread_time()
        self._timer = self._loop.call_later(TICK, self._tick)

    def _asked(self, request: Request) -> None:
        if (name := self.page_of(request)) is not None:
            self._last[name] = monotonic()
            self._first.setdefault(name, monotonic())

    def _closed(self) -> None:
        self._timer.cancel()
        self._ended.set()
        self._out.write_text(json.dumps(self.report()), "utf-8")

    def report(self) -> dict[str, Any]:
        """The measures."""
        most = sorted(self._still, reverse=True)[:5]
        return {
            "seconds": {name: round(took, 3) for name, took in self._took.items()},
            "pages": {name: self._while_under_way(name) for name in self._end},
            "still": most[0][0] if most else 0.0,
            "busy": round(self._busy, 3),
            "still_most": [
                (late, [k for k, at in self._end.items() if -1 < at - when < late + 1.5][:5])
                for late, when in most
            ],
            "where": self._where.most_common(12),
            "crawler": peak("self"),
            "worker": max(self._workers.values(), default=0),
        }

    def _while_under_way(self, name: str) -> tuple[int, float]:
        """The most memory and the longest standstill between a page's first request and its end."""
        first, end = self._first[name], self._end[name]
        memory = (size for at, size in self._memory if first <= at <= end + TICK)
        still = (late for late, when in self._still if when <= end and when + late >= first)
        return max(memory, default=0), max(still, default=0.0)


class OurWatch(Watch):
    """The watch over a crawl of ours; a page's name is its key.

    With HOSTILE_HASTE, waits between tries and pauses of the host after a failed connection are
    cut to nothing, so that a group takes a minute; nothing else is changed.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler.settings.getbool("HOSTILE_HASTE"):
            _hasten()
        crawler.signals.connect(self._item, signals.item_scraped)
        crawler.signals.connect(self._item, signals.item_dropped)

    def page_of(self, request: Request) -> str | None:
        """The key of the task's page."""
        visit = request.meta.get("huffarchive_visit")
        return None if visit is None else str(visit.task.key)

    def readers(self) -> list[int]:
        """The pool's processes."""
        pool = getattr(getattr(self._crawler.spider, "run", None), "pool", None)
        return [worker.pid for worker in tuple(getattr(pool, "_workers", ()))]

    def _item(self, item: Any) -> None:
        task = getattr(item, "task", None)  # of a page that is to be asked again
        self.settled(str(task.key if task is not None else getattr(item, "key", None) or item.id))


def peak(pid: int | str) -> int:
    """The most memory that a process has held (bytes); 0 when it is gone."""
    return _status(pid, "VmHWM:")


def held(pid: int | str) -> int:
    """The memory that a process holds (bytes); 0 when it is gone."""
    return _status(pid, "VmRSS:")


def _status(pid: int | str, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


def _hasten() -> None:
    from huffarchive import outcome
    from huffarchive.politeness import host_state

    outcome.RETRY_AFTER = (0, 0, 0, 0)  # type: ignore[assignment]
    host_state.OUTAGE = (0.05, 0.05)
