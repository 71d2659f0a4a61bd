"""A Scrapy extension that measures how long the event loop is kept by one callback.

Wall time, and beside it the callback's own: the wall time without what the thread waited for a
core, ready to run (/proc/thread-self/schedstat), since a busy machine stops a process in the middle
of a callback. What it waits for a disk is its own. Written as JSON to LOOP_LAG_FILE.
"""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

from scrapy import signals

from huffarchive.archive.archive import Archive


class LoopLag:
    def __init__(self, crawler: Any) -> None:
        self.walls: list[tuple[float, float, str]] = []
        self.commits: list[tuple[float, float]] = []
        self._file = Path(crawler.settings["LOOP_LAG_FILE"])
        self._run, self._commit = asyncio.events.Handle._run, Archive.commit
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "LoopLag":
        return cls(crawler)

    def _opened(self) -> None:
        run, commit, walls, commits = self._run, self._commit, self.walls, self.commits

        stats = os.open("/proc/thread-self/schedstat", os.O_RDONLY)

        def waited() -> float:
            return int(os.pread(stats, 100, 0).split()[1]) / 1e9

        def timed(handle: asyncio.Handle) -> None:
            wall, wait = time.perf_counter(), waited()
            run(handle)
            took = time.perf_counter() - wall
            if took > 0.005:
                name = repr(handle._callback)[:300] if took > 0.03 else ""
                walls.append((took, took - (waited() - wait), name))

        def committed(archive: Archive) -> None:
            if not archive.uncommitted:
                return
            wall, wait = time.perf_counter(), waited()
            commit(archive)
            took = time.perf_counter() - wall
            commits.append((took, took - (waited() - wait)))

        asyncio.events.Handle._run = timed
        Archive.commit = committed

    def _closed(self) -> None:
        asyncio.events.Handle._run, Archive.commit = self._run, self._commit
        self.walls.sort(reverse=True)
        self._file.write_text(json.dumps({"callbacks": self.walls, "commits": self.commits}))
