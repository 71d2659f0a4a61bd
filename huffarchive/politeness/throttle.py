"""Whose turn it is: one line of waiting requests for each host, first come, first served."""

import asyncio
import contextlib
import logging
import math
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial

from huffarchive.outcome import Reason
from huffarchive.politeness.host_state import HostState, HostStateFile
from huffarchive.politeness.limits import DAY, Limit, Refused, Stopped

logger = logging.getLogger(__name__)

PATIENCE_NEW = 15.0
"""Seconds of failing connections after which a host that never answered in this run is down."""
PATIENCE = 300.0
"""The same for a host that has answered in this run, or that accepts and says nothing."""
BRIEF = 5.0
"""Seconds of a pause that requests wait for in their line; for a longer one they are given back."""
DOWN_FOR = 600.0
"""Seconds after which a host that is down is tried once more."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Leave to send one request now; handed back with what came of it."""

    limit: Limit
    at: float
    """When it was given (the monotonic clock, which is the loop's)."""
    troubled: bool = False
    """Whether a good answer ends anything."""
    first: bool = False
    """Whether it was asked for with `first`: a robots.txt, as a rule on a new connection."""


@dataclass(slots=True)
class _HostQueue:
    """One host's line, or one limit's."""

    limit: Limit
    line: deque[asyncio.Future[Slot]] = field(default_factory=deque)
    staying: set[asyncio.Future[Slot]] = field(default_factory=set)
    """Those in line that stay however long a pause is: all others wait for what they ask for."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Task[None] | None = None
    delays: dict[str, float] = field(default_factory=dict)
    under_way: int = 0
    ready: float = -math.inf
    """When the next turn may come at the earliest, as far as is known."""
    paused: float = -math.inf
    """When the last pause began, as far as is known; a request sent earlier says nothing new."""
    until: float = -math.inf
    """When it ends, as far as is known."""
    answered: bool = False
    failing_since: float | None = None
    failures: int = 0
    down_until: float = -math.inf
    why: str = ""

    @property
    def delay(self) -> float:
        """The longest delay that was set for it."""
        return max(self.delays.values(), default=0.0)


class Throttle:
    """Gives each host's requests their turns, no closer than its delay and never in its pauses.

    `concurrency` is the most requests of one host under way; `patience` is how long a host may fail
    to answer before it counts as down: one that never answered, and one that did. What a host's
    pace is stands in its `Limit`; when it was asked and what it said is `shared` by all runs of the
    user. Waiting costs no CPU: a lane has one timer. No change of the wall clock moves anything.
    """

    def __init__(
        self,
        shared: HostStateFile,
        *,
        concurrency: int = 8,
        patience: tuple[float, float] = (PATIENCE_NEW, PATIENCE),
    ) -> None:
        self._shared = shared
        self._concurrency = concurrency
        self._patience = patience
        self._lanes: dict[str, _HostQueue] = {}
        self._closed = False

    async def turn(self, limit: Limit, *, first: bool = False) -> Slot:
        """Wait until the next request of this limit may be sent, in the order of asking.

        `first` is for what all others wait for. Who was called and found that a pause had begun
        keeps the first place too.

        Refused("unreachable") when the host is down; Stopped when the run ends, or when the host is
        to be left alone for longer than is worth waiting for here. Every turn is handed back once:
        `answered`, `backoff`, `failed` or `release`.
        """
        own = self._lane(limit)
        ahead = first
        while True:
            self.check(limit, first=first)
            place = asyncio.get_running_loop().create_future()
            (own.line.appendleft if ahead else own.line.append)(place)
            if first:
                own.staying.add(place)
            self._serve(own)
            try:
                turn: Slot = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled() and place.exception() is None:
                    await self.release(place.result())
                raise
            finally:
                own.staying.discard(place)
            if turn.at >= own.until and not self._closed:
                return replace(turn, first=first)
            await self.release(turn)
            ahead = True

    def check(self, limit: Limit, *, first: bool = False) -> None:
        """Raise what `turn` would raise at once; nothing where it would give or wait for a turn."""
        own = self._lane(limit)
        if self._closed:
            raise Stopped(limit.name)
        if self.mark_unreachable(limit):
            raise self._unreachable(own)
        if (left := own.until - asyncio.get_running_loop().time()) > BRIEF and not first:
            raise Stopped(limit.name, left)

    def set_delay(self, limit: Limit, source: str, seconds: float) -> None:
        """Set the delay that a source (a robots.txt) asks for; of several the longest counts."""
        own, seconds = self._lane(limit), min(DAY, max(0.0, seconds))
        if own.delays.get(source) != seconds:
            own.delays[source] = seconds
            own.ready = -math.inf
            own.changed.set()

    async def answered(self, turn: Slot, *, well: bool = True) -> None:
        """The host answered; `well` unless with an error of its own, which ends no doubling."""
        own = await self._handed_back(turn)
        own.answered = True
        if turn.at >= own.paused:
            own.failing_since, own.failures, own.down_until = None, 0, -math.inf
        if well and turn.troubled:
            async with self._shared.state(own.limit) as state:
                state.answered(turn.at)

    async def backoff(self, turn: Slot, seconds: float | None) -> float:
        """The host answered 429, 428 or 503, with Retry-After or None: pause the whole host.

        Returns the seconds until the pause ends.
        """
        own = self._lane(turn.limit)
        own.answered = True
        async with self._shared.state(own.limit) as state:
            state.turned_away(own.limit, turn.at, seconds)
            self._note(own, state, "it asks to be left alone")
            left = state.pause_left
        await self._handed_back(turn)
        return left

    async def failed(self, turn: Slot, why: str, *, slow: bool = False) -> None:
        """No answer came: wait 1, 2, 4, … 60 s; after the patience's end the host is down.

        `slow` says that the time ran out, which even a host that is there may do.
        """
        own = self._lane(turn.limit)
        async with self._shared.state(own.limit) as state:
            if news := state.failed(turn.at):
                self._note(own, state, f"it does not answer ({why})")
            now = state.clock
        await self._handed_back(turn)
        if not news:
            return
        own.failing_since = turn.at if own.failing_since is None else own.failing_since
        own.failures += 1
        patience = self._patience[own.answered or slow]
        if own.failures >= 3 and now - own.failing_since >= patience:
            own.down_until = now + DOWN_FOR
            own.why = why
            name = own.limit.name
            logger.error("%s does not answer (%s); asked %d times", name, why, own.failures)
            self._dismiss(own, partial(self._unreachable, own))

    async def release(self, turn: Slot) -> None:
        """Hand back a turn that led to no request, or to one that tells nothing of the host."""
        await self._handed_back(turn)

    async def pause_left(self, limit: Limit) -> float:
        """Seconds until a request of this limit could be sent, as far as pauses go."""
        async with self._shared.state(limit) as state:
            return state.pause_left

    def mark_unreachable(self, limit: Limit) -> bool:
        """Whether the host has not answered for so long that nothing is sent for ten minutes."""
        own = self._lanes.get(limit.name)
        return own is not None and own.down_until > asyncio.get_running_loop().time()

    def under_way(self, limit: Limit) -> int:
        """Requests of this limit that have their turn and no answer yet."""
        return self._lane(limit).under_way

    def hosts(self) -> dict[str, tuple[float, float]]:
        """Each host or limit asked: seconds between two requests, and what is left of its pause."""
        now = asyncio.get_running_loop().time()
        return {
            name: (max(own.delay, own.limit.interval), max(0.0, own.until - now))
            for name, own in self._lanes.items()
        }

    @property
    def all_under_way(self) -> int:
        """Requests that have their turn and no answer yet."""
        return sum(own.under_way for own in self._lanes.values())

    def waiting(self, limit: Limit) -> int:
        """How many requests of this limit wait for their turn."""
        own = self._lanes.get(limit.name)
        return 0 if own is None else len(own.line)

    def close(self) -> None:
        """End all waiting with Stopped, now and from now on."""
        self._closed = True
        for own in self._lanes.values():
            self._dismiss(own, partial(Stopped, own.limit.name))

    def _lane(self, limit: Limit) -> _HostQueue:
        own = self._lanes.get(limit.name)
        if own is None:
            own = self._lanes[limit.name] = _HostQueue(limit)
        return own

    def _serve(self, own: _HostQueue) -> None:
        if own.server is None or own.server.done():
            own.server = asyncio.get_running_loop().create_task(self._give(own))

    async def _give(self, own: _HostQueue) -> None:
        """Give one turn after the other, as long as somebody waits."""
        try:
            while own.line:
                if own.line[0].done():
                    own.line.popleft()
                elif (wait := own.ready - asyncio.get_running_loop().time()) > 0:
                    await self._sleep(own, wait)
                elif own.under_way >= self._concurrency:
                    await self._sleep(own, None)
                else:
                    async with self._shared.state(own.limit) as state:
                        self._take(own, state)
                    # One goes before the next is called: who is sent back is still the first.
                    await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001
            self._dismiss(own, partial(_itself, error))  # lest they wait for ever

    def _take(self, own: _HostQueue, state: HostState) -> None:
        """Give the first in line its turn if the time has come; learn when it comes if not."""
        self._note(own, state, "it asked for that earlier, or another run found it so")
        while own.line and own.line[0].done():
            own.line.popleft()
        if own.line and state.wait(own.limit, own.delay) == 0:
            state.sent(own.limit, own.delay)
            own.under_way += 1
            own.line.popleft().set_result(Slot(own.limit, state.clock, state.troubled))
        own.ready = state.clock + state.wait(own.limit, own.delay)

    async def _sleep(self, own: _HostQueue, seconds: float | None) -> None:
        own.changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(own.changed.wait(), seconds)

    def _note(self, own: _HostQueue, state: HostState, why: str) -> None:
        """Learn of a pause, and say so once."""
        if state.until > max(own.until, state.clock):
            logger.info("%s: nothing is sent for %.0f s, %s", own.limit.name, state.pause_left, why)
        own.paused, own.until = state.paused, state.until
        if state.pause_left > BRIEF:
            self._dismiss(own, partial(Stopped, own.limit.name, state.pause_left), own.staying)

    async def _handed_back(self, turn: Slot) -> _HostQueue:
        own = self._lane(turn.limit)
        if turn.first:
            # Names were looked up and a connection was made before it reached the server: the
            # delay counts from its answer, lest the next one follow too soon.
            async with self._shared.state(own.limit) as state:
                state.sent(own.limit, own.delay)
        own.under_way -= 1
        own.changed.set()
        return own

    def _unreachable(self, own: _HostQueue) -> Refused:
        detail = f"{own.limit.name} does not answer ({own.why})"
        return Refused(Reason.UNREACHABLE, detail, lasting=False)

    def _dismiss(
        self,
        own: _HostQueue,
        error: Callable[[], Exception],
        but: Collection[asyncio.Future[Slot]] = (),
    ) -> None:
        for place in own.line:
            if not place.done() and place not in but:
                place.set_exception(error())
        own.line = deque(place for place in own.line if not place.done())
        own.changed.set()


def _itself(error: Exception) -> Exception:
    return error
