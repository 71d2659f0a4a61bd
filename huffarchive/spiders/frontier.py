"""Which page is asked for next: drawn from the ledger in small portions."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection
from urllib.parse import urlsplit

from huffarchive.archive import Archive
from huffarchive.ledger import Task

ROOM = 32
"""Pages under way at once, most of them waiting for their host's turn."""
PORTION = 16
"""Pages drawn from the ledger at once, and of one host under way before another portion is."""
_LONGEST_NAP = 1.0
"""Seconds after which the frontier looks again, whatever happens."""


class Frontier:
    """Draws wanted pages as room comes free, until none is left that could be asked for.

    `paused` names hosts that must not be asked now, `closed` those that will not be asked again in
    this run; `done` tells the frontier that a page is settled. With `indexes_first` nothing else is
    drawn while a sitemap or an archive's index is still to be read, with `indexes_only` nothing
    else at all. Pages that were under way when an earlier run died come first, one at a time and
    alone, where they are among those that this run is about.
    """

    def __init__(
        self,
        archive: Archive,
        limit: int | None,
        paused: Callable[[], Collection[str]],
        closed: Collection[str],
        *,
        indexes_first: bool = False,
        indexes_only: bool = False,
    ) -> None:
        self._archive = archive
        self._left = limit
        self._paused, self._closed = paused, closed
        self._indexes_first, self._indexes_only = indexes_first, indexes_only
        self._drawn: deque[Task] = deque()
        self._changed = asyncio.Event()
        self.under_way: dict[int, Task] = {}
        self.stopping = False
        self.hopeless: set[int] = set()
        """Pages during which too many runs died: given out to be settled, not to be asked."""
        self.at_limit = False
        """Whether `limit` ended it."""

    def is_under_way(self, task: Task) -> bool:
        """Whether a task was given out and is not settled; its page may be under way anew since."""
        return self.under_way.get(task.page) is task

    def done(self, task: Task) -> None:
        """A task is settled: there is room for another."""
        if self.is_under_way(task):
            del self.under_way[task.page]
        self._changed.set()

    def stop(self) -> None:
        """Give out no more pages."""
        self.stopping = True
        self._changed.set()

    async def tasks(self) -> AsyncIterator[Task]:
        """The pages to ask for, each once; StorageError when the ledger cannot be written."""
        while not self.stopping and not self._spent():
            if not self.under_way and (suspect := self._suspect()) is not None:
                yield self._alone(suspect)
                while self.under_way and not self.stopping:
                    await self._nap()
                self._archive.commit()
            elif len(self.under_way) >= ROOM:
                await self._nap()
            elif self._drawn or self._draw():
                task = self._drawn.popleft()
                self.under_way[task.page] = task
                if self._left is not None:
                    self._left -= 1
                yield task
            elif not self.under_way and not await self._later():
                return
            else:
                await self._nap()

    def _suspect(self) -> Task | None:
        """The next page that is to be tried alone; never while drawn ones wait to be asked for."""
        if self._drawn:
            return None
        ledger = self._archive.ledger.frontier
        return next(iter(ledger.suspects(self._archive.run, self._ranks())), None)

    def _alone(self, task: Task) -> Task:
        with self._archive.changing():
            if not self._archive.ledger.frontier.try_alone(task, self._archive.run):
                self.hopeless.add(task.page)
        self.under_way[task.page] = task
        if self._left is not None:
            self._left -= 1
        return task

    def _draw(self) -> bool:
        """Draw a portion; where nothing is left but what the last pages linked to, commit those."""
        if self._take():
            return True
        if not self._archive.uncommitted or (self.under_way and not self._archive.due):
            return False
        self._archive.commit()
        return self._take()

    def _take(self) -> bool:
        limit = PORTION if self._left is None else min(PORTION, self._left)
        ledger = self._archive.ledger
        busy = Counter(urlsplit(task.url).netloc for task in self.under_way.values())
        full = (host for host, number in busy.items() if number >= PORTION)
        hosts = {*self._paused(), *self._closed, *full}
        now, ranks = self._archive.clock(), self._ranks()
        with self._archive.changing():
            self._drawn.extend(ledger.frontier.draw(self._archive.run, limit, now, hosts, ranks))
        return bool(self._drawn)

    async def _later(self) -> bool:
        """Whether a page will be due; waits a little when one will."""
        due = self._archive.ledger.frontier.next_due(self._closed, self._ranks())
        if due is None:
            return False
        await self._nap()
        return True

    def _ranks(self) -> int:
        """The last rank to draw now."""
        if self._indexes_only:
            return 0
        if self._indexes_first and self._archive.ledger.frontier.discovering():
            return 0
        return 2

    async def _nap(self) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), _LONGEST_NAP)
        except TimeoutError:
            return

    def _spent(self) -> bool:
        if self._left is not None and self._left <= 0:
            self.at_limit = True
            return True
        return False
