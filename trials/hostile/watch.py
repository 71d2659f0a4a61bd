"""An extension of the crawl that takes its measures: time, memory, and a loop that stands still."""

import asyncio
import contextlib
import json
import sys
import threading
import traceback
from collections import Counter
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler

TICK = 0.05
"""Seconds between two looks at the clock."""


class Watch:
    """Writes to HOSTILE_OUT, a JSON file, what the crawl of a group cost.

    With HOSTILE_HASTE, waits between tries and pauses of the host after a failed connection are
    cut to nothing, so that a group takes a minute; nothing else is changed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._out = Path(crawler.settings["HOSTILE_OUT"])
        self._asked: dict[str, float] = {}
        self._busy: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._still: list[tuple[float, float]] = []
        self._workers: dict[int, int] = {}
        self._last = 0.0
        self._ended = False
        self._where: Counter[str] = Counter()
        if crawler.settings.getbool("HOSTILE_HASTE"):
            _hasten()
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._sent, signals.request_reached_downloader)
        crawler.signals.connect(self._settled, signals.item_scraped)
        crawler.signals.connect(self._settled, signals.item_dropped)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it."""
        return cls(crawler)

    def _opened(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = monotonic()
        self._timer = self._loop.call_later(TICK, self._tick)
        self._main = threading.get_ident()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        """Note, from beside the loop, in what it stands still."""
        while not self._ended:
            sleep(2 * TICK)
            if monotonic() - self._last > 0.5 and (frame := sys._current_frames().get(self._main)):
                names = [f.name for f in traceback.extract_stack(frame)[-6:]]
                self._where[" > ".join(names)] += 1

    def _tick(self) -> None:
        now = monotonic()
        late = now - self._last - TICK
        if late > TICK:
            self._still.append((round(late, 3), now))
        run = self._crawler.spider.run  # type: ignore[union-attr]
        for worker in list(getattr(getattr(run, "pool", None), "_workers", ())):
            peak = _peak(worker.pid)
            if peak:
                self._workers[worker.pid] = max(peak, self._workers.get(worker.pid, 0))
        self._last = monotonic()
        self._timer = self._loop.call_later(TICK, self._tick)

    def _sent(self, request: Request) -> None:
        task = request.meta.get("huffarchive_task")
        if task is not None:
            self._asked[str(task.key)] = monotonic()

    def _settled(self, item: Any) -> None:
        task = getattr(item, "task", None)  # of a page that is to be asked again
        name = str(task.key if task is not None else getattr(item, "key", None) or item.id)
        if name in self._asked:
            took = monotonic() - self._asked.pop(name)
            self._busy[name] = max(self._busy.get(name, 0.0), took)
            self._done[name] = monotonic()

    def _closed(self) -> None:
        self._timer.cancel()
        self._ended = True
        self._still.sort(reverse=True)
        report = {
            "seconds": {name: round(took, 3) for name, took in self._busy.items()},
            "still": self._still[0][0] if self._still else 0.0,
            "still_most": [
                (late, [k for k, at in self._done.items() if -1 < at - when < 1.5][:5])
                for late, when in self._still[:5]
            ],
            "where": self._where.most_common(8),
            "crawler": _peak("self"),
            "worker": max(self._workers.values(), default=0),
        }
        self._out.write_text(json.dumps(report), "utf-8")


def _peak(pid: int | str) -> int:
    """The most memory that a process has held (bytes); 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _hasten() -> None:
    from huffarchive import verdict
    from huffarchive.politeness import pace
    from huffarchive.politeness.backoff import Backoff

    verdict.RETRY_AFTER = (0, 0, 0, 0)  # type: ignore[assignment]
    least = Backoff(0.05, 0.05)
    pace.Backoff = lambda first=60.0, most=3600.0: (  # type: ignore[misc,assignment]
        Backoff(least.first, least.most) if first == 1.0 else Backoff(first, most)
    )
