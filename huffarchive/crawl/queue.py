"""Which page is asked for next: drawn from the ledger in small portions."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection
from urllib.parse import urlsplit

from huffarchive.archive.archive import Archive
from huffarchive.ledger.queue import RANKS, Place, Share
from huffarchive.ledger.rows import Task
from huffarchive.sources import LIVE, QUERIES, SOURCES
from huffarchive.sources.source import SITE

PORTION = 16
"""Pages drawn of one server at once, and of one under way before another portion is: most of them
wait for their turn. Each server has its own room, so that a slow one takes none of another's."""
_LOOK = 5_000
"""Pages looked at together for those that need no request."""
_LONGEST_NAP = 1.0
"""Seconds after which the frontier looks again, whatever happens."""


class RequestQueue:
    """Draws wanted pages as room comes free, until none is left that could be asked for.

    Each page waits for one of `sources`, in the order in which they are asked. `server` names who
    answers for a source and a host: `paused` are servers that must not be asked now, `closed` those
    that will not be asked again in this run, `down` those whose pages go on to the next source.
    What needs no request waits for no server. `done` tells the frontier that a task is settled,
    `give_back` that it was not asked for. An archive is asked for pages when its index is read.
    Pages that were under way when an earlier run died come first, one at a time and alone, where
    they are among those that this run is about.
    """

    def __init__(
        self,
        archive: Archive,
        limit: int | None,
        paused: Callable[[], Collection[str]] = tuple,
        closed: Collection[str] = (),
        down: Collection[str] = (),
        *,
        sources: tuple[str, ...] = (LIVE.name,),
        server: Callable[[str, str], str] = lambda source, host: host if source == SITE else source,
    ) -> None:
        self._archive = archive
        self._left = limit
        self._paused, self._closed, self._down = paused, closed, down
        self._names = sources
        self._archives = any(not SOURCES[source].own for source in sources)
        self._sources = tuple(dict.fromkeys(SOURCES[source].waits_as for source in sources))
        archive.ledger.frontier.sources = ("", *self._sources)
        self._server = server
        self._drawn: deque[Task] = deque()
        self._changed = asyncio.Event()
        self.under_way: dict[int, Task] = {}
        self._decided: set[int] = set()
        """Pages under way that need no request."""
        self._read: list[str] = []
        """Archives whose indexes were read when all pages were last looked at from the first on."""
        self._looked = 0
        """The last page that was looked at."""
        self._come_back: set[int] = set()
        """Pages that were under way since."""
        self.stopping = False
        self.hopeless: set[int] = set()
        """Pages during which too many runs died: given out to be settled, not to be asked."""
        self.at_limit = False
        """Whether `limit` ended it."""

    @property
    def room(self) -> int | None:
        """Pages that may still be given out, and those that are; None without a limit."""
        return None if self._left is None else self._left + len(self.under_way)

    @property
    def wait(self) -> float:
        """Seconds until a page may be given out; 0 while pages are under way."""
        if self.under_way or self._drawn:
            return 0.0
        due = self._archive.ledger.frontier.next_due(self._shares(self._closed))
        return 0.0 if due is None else max(0.0, due - self._archive.clock())

    def server_of(self, task: Task) -> str:
        """Who answers for what a task waits for."""
        return self._server(task.source or self._sources[0], urlsplit(task.url).netloc)

    def is_decided(self, task: Task) -> bool:
        """Whether a task was given out that needs no request."""
        return task.page in self._decided

    def is_under_way(self, task: Task) -> bool:
        """Whether a task was given out and is not settled; its page may be under way anew since."""
        return self.under_way.get(task.page) is task

    def done(self, task: Task) -> None:
        """A task is settled: there is room for another."""
        if self.is_under_way(task):
            del self.under_way[task.page]
            self._decided.discard(task.page)
            if self._archives:
                self._come_back.add(task.page)
        self._changed.set()

    def give_back(self, task: Task) -> None:
        """A task was not asked for: its page is as it was before it was drawn."""
        if not self.is_under_way(task):
            return
        with self._archive.changing():
            self._archive.ledger.frontier.give_back(self._archive.run, task)
        if self._left is not None:
            self._left += 1
        self.done(task)

    def stop(self) -> None:
        """Give out no more pages."""
        self.stopping = True
        self._changed.set()

    async def tasks(self) -> AsyncIterator[Task]:
        """The pages to ask for, each once; StorageError when the ledger cannot be written."""
        while not self.stopping:
            if not self.under_way and (suspect := self._suspect()) is not None:
                yield self._alone(suspect)
                while self.under_way and not self.stopping:
                    await self._nap()
                self._archive.commit()
            elif self._drawn or self._draw():
                task = self._drawn.popleft()
                self.under_way[task.page] = task
                if self._left is not None:
                    self._left -= 1
                yield task
            elif self.under_way:
                await self._nap()  # what is under way may be given back, or lead to more
            elif self._spent() or not await self._later():
                return

    def _suspect(self) -> Task | None:
        """The next page that is to be tried alone; never while drawn ones wait to be asked for."""
        if self._drawn or self._spent():
            return None
        return next(iter(self._archive.ledger.frontier.crash_suspects(self._archive.run)), None)

    def _alone(self, task: Task) -> Task:
        with self._archive.changing():
            if not self._archive.ledger.frontier.try_isolated(task, self._archive.run):
                self.hopeless.add(task.page)
        self.under_way[task.page] = task
        if self._left is not None:
            self._left -= 1
        return task

    def _draw(self) -> bool:
        """Draw a portion; where nothing is left but what the last pages linked to, commit those."""
        if self._spent():
            return False
        if self._take():
            return True
        if not self._archive.uncommitted or (self.under_way and not self._archive.due):
            return False
        self._archive.commit()
        return self._take()

    def _take(self) -> bool:
        asked = (task for task in self.under_way.values() if not self.is_decided(task))
        busy = Counter(map(self.server_of, asked))
        room = self._room_for_decided() > 0
        waits = {*self._paused()}.difference(self._down).union(self._closed)
        shares = {
            place: share
            for place, share in self._shares(waits).items()
            if (room if share.server in self._down else busy[share.server] < PORTION)
        }
        limit = PORTION * len(shares) if self._left is None else self._left
        ledger, now = self._archive.ledger.frontier, self._archive.clock()
        if not (shares or self._archives) and self._looked >= ledger.last():
            return bool(self._drawn)  # no server has room, as after most pages: no transaction
        with self._archive.changing():
            self._drawn.extend(ledger.draw(self._archive.run, limit, now, shares))
            down = (task.page for task in self._drawn if self.server_of(task) in self._down)
            self._decided.update(down)
            self._take_decided()
        return bool(self._drawn)

    def _take_decided(self) -> None:
        """Draw pages that need no request: each is looked at once, when the indexes are read, and
        whenever it comes back.
        """
        ledger, run = self._archive.ledger.frontier, self._archive.run
        read = ledger.read(self._names)
        if read != self._read:
            self._read, self._looked = read, 0
        last = ledger.last()
        back = sorted(self._come_back - ledger.under_way(run))[: _LOOK // 10]
        while (back or self._looked < last) and (room := self._room_for_decided()) > 0:
            pages = back or range(self._looked + 1, min(last, self._looked + _LOOK) + 1)
            found = ledger.draw_decided(run, room, self._names, pages)
            self._decided.update(task.page for task in found)
            self._drawn.extend(found)
            if len(found) < room:  # there is none left among them
                self._come_back.difference_update(back)
                self._looked = self._looked if back else pages[-1]
                back = []
            if self._drawn:
                return

    def _room_for_decided(self) -> int:
        room = PORTION - len(self._decided)
        return room if self._left is None else min(room, self._left - len(self._drawn))

    def _shares(self, without: Collection[str]) -> dict[Place, Share]:
        """What may be drawn from each place, save those of some servers."""
        ledger = self._archive.ledger.frontier
        last = {
            source: 0 if source in QUERIES and ledger.discovering(source) else RANKS
            for source in self._sources
        }
        found = {}
        for place in ledger.places():
            source = place.source or self._sources[0]
            server = self._server(source, place.host)
            if server not in without:
                found[place] = Share(server, PORTION, last[source])
        return found

    async def _later(self) -> bool:
        """Whether a page will be due; waits a little when one will."""
        due = self._archive.ledger.frontier.next_due(self._shares(self._closed))
        if due is None:
            return False
        await self._nap()
        return True

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
        self.at_limit = False
        return False
