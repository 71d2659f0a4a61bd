"""Whose turn it is: one line of waiting requests for each host, first come, first served."""

import asyncio
import contextlib
import ipaddress
import logging
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urlsplit

from huffarchive.outcome import Reason
from huffarchive.politeness.backoff import FIRST, Backoff
from huffarchive.politeness.limit import Limit
from huffarchive.politeness.refusal import Refused, Stopped
from huffarchive.politeness.retry_after import DAY
from huffarchive.politeness.shared import SharedPace

logger = logging.getLogger(__name__)

PATIENCE_NEW = 15.0
"""Seconds of failing connections after which a host that never answered in this run is down."""
PATIENCE = 300.0
"""The same for a host that has answered in this run, or that accepts and says nothing."""
LEAST_DELAY = 1.0
"""Seconds between requests to any host that is not this machine, though it names no Crawl-delay."""
DOWN_FOR = 600.0
"""Seconds after which a host that is down is tried once more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Leave to send one request now; handed back with what came of it."""

    lane: str
    at: float
    """When it was given (the loop's clock)."""
    first: bool = False
    """Whether it was asked for with `first`: a robots.txt, as a rule on a new connection."""


@dataclass(slots=True)
class _Lane:
    """One host's line, or one limit's."""

    name: str
    least: float
    """Least delay, whatever the settings say."""
    limit: Limit | None
    backoff: Backoff
    outage: Backoff = field(default_factory=lambda: Backoff(1.0, 60.0))
    line: deque[asyncio.Future[Turn]] = field(default_factory=deque)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Task[None] | None = None
    delays: dict[str, float] = field(default_factory=dict)
    under_way: int = 0
    last: float = -math.inf
    """When the last turn was given."""
    paused: float = -math.inf
    """When the last pause began; a request sent earlier does not lengthen it."""
    until: float = -math.inf
    answered: bool = False
    failing_since: float | None = None
    failures: int = 0
    down_until: float = -math.inf
    why: str = ""


class Pace:
    """Gives each host's requests their turns, no closer than its delay and never in its pauses.

    `delay` is the least delay of every host in seconds, `concurrency` the most requests of one
    host under way, `backoff` the first pause after a 429, 428 or 503 without Retry-After; for a
    host that is not this machine the delay is at least 1 s and the back-off 60 s. `patience` is
    how long a host may fail to answer before it counts as down: one that never answered, and one
    that did. A lane is named by its host (and port); one under a service's limit by the limit,
    whose interval counts instead of `delay`, over all processes. Waiting costs no CPU: a lane has
    one timer. Times are the event loop's, which no change of the wall clock moves.
    """

    def __init__(
        self,
        delay: float,
        shared: SharedPace,
        *,
        concurrency: int = 8,
        backoff: float = FIRST,
        patience: tuple[float, float] = (PATIENCE_NEW, PATIENCE),
    ) -> None:
        self._delay = delay
        self._shared = shared
        self._concurrency = concurrency
        self._backoff = backoff
        self._patience = patience
        self._lanes: dict[str, _Lane] = {}
        self._closed = False

    async def turn(self, lane: str, limit: Limit | None = None, *, first: bool = False) -> Turn:
        """Wait until the next request of this lane may be sent, in the order of asking.

        `first` is for what all others wait for. Who was called and found that a pause had begun
        keeps the first place too.

        Refused("unreachable") when the host is down; Stopped when the run ends. Every turn is
        handed back once: `answered`, `told_to_wait`, `failed` or `release`.
        """
        own = self._lane(lane, limit)
        ahead = first
        while True:
            if self._closed:
                raise Stopped(lane)
            if self.is_down(lane):
                raise self._unreachable(own)
            place = asyncio.get_running_loop().create_future()
            (own.line.appendleft if ahead else own.line.append)(place)
            self._serve(own)
            try:
                turn: Turn = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled() and place.exception() is None:
                    self.release(place.result())
                raise
            if turn.at >= own.until and not self._closed:
                return replace(turn, first=first)
            self.release(turn)
            ahead = True

    def set_delay(self, lane: str, source: str, seconds: float) -> None:
        """Set the delay that a source (a robots.txt) asks for; of several the longest counts."""
        own, seconds = self._lane(lane, None), min(DAY, max(0.0, seconds))
        if own.delays.get(source) != seconds:
            own.delays[source] = seconds
            own.changed.set()

    async def answered(self, turn: Turn, *, well: bool = True) -> None:
        """The host answered; `well` unless with an error of its own, which ends no back-off."""
        own = self._handed_back(turn)
        own.answered = True
        if turn.at >= own.paused:
            own.outage.reset()
            own.failing_since, own.failures, own.down_until = None, 0, -math.inf
            if well:
                own.backoff.reset()
        if well and own.limit is not None:
            await self._shared.answered(own.limit, turn.at)

    async def told_to_wait(self, turn: Turn, seconds: float | None) -> float:
        """The host answered 429, 428 or 503, with Retry-After or None: pause the whole host.

        Returns the seconds until the pause ends.
        """
        own = self._handed_back(turn)
        own.answered = True
        now = asyncio.get_running_loop().time()
        if turn.at >= own.paused:
            pause = own.backoff.again() if seconds is None else max(1.0, seconds)
            self._pause(own, pause, "it asks to be left alone")
        elif seconds is not None:
            own.until = max(own.until, now + seconds)
        if own.limit is not None:
            await self._shared.told_to_wait(own.limit, turn.at, seconds)
        return await self.pause_left(own.name)

    def failed(self, turn: Turn, why: str, *, slow: bool = False) -> None:
        """No answer came: wait 1, 2, 4, … 60 s; after the patience's end the host is down.

        `slow` says that the time ran out, which even a host that is there may do.
        """
        own = self._handed_back(turn)
        if turn.at < own.paused:
            return
        now = asyncio.get_running_loop().time()
        own.failing_since = turn.at if own.failing_since is None else own.failing_since
        own.failures += 1
        patience = self._patience[own.answered or slow]
        if own.failures >= 3 and now - own.failing_since >= patience:
            own.down_until = now + DOWN_FOR
            own.why = why
            logger.error("%s does not answer (%s); asked %d times", own.name, why, own.failures)
            self._dismiss(own, partial(self._unreachable, own))
        self._pause(own, own.outage.again(), f"it does not answer ({why})")

    def release(self, turn: Turn) -> None:
        """Hand back a turn that led to no request, or to one that tells nothing of the host."""
        self._handed_back(turn)

    async def pause_left(self, lane: str) -> float:
        """Seconds until a request of this lane could be sent, as far as pauses go."""
        own = self._lanes.get(lane)
        if own is None:
            return 0.0
        left = max(0.0, own.until - asyncio.get_running_loop().time())
        return left if own.limit is None else max(left, await self._shared.pause_left(own.limit))

    def is_down(self, lane: str) -> bool:
        """Whether the host has not answered for so long that nothing is sent for ten minutes."""
        own = self._lanes.get(lane)
        return own is not None and own.down_until > asyncio.get_running_loop().time()

    @property
    def under_way(self) -> int:
        """Requests of all lanes that have their turn and no answer yet."""
        return sum(lane.under_way for lane in self._lanes.values())

    def waiting(self, lane: str) -> int:
        """How many requests of this lane wait for their turn."""
        own = self._lanes.get(lane)
        return 0 if own is None else len(own.line)

    def close(self) -> None:
        """End all waiting with Stopped, now and from now on."""
        self._closed = True
        for own in self._lanes.values():
            self._dismiss(own, partial(Stopped, own.name))

    def _lane(self, name: str, limit: Limit | None) -> _Lane:
        own = self._lanes.get(name)
        if own is None:
            here = _loopback(name)
            first = self._backoff if here else max(FIRST, self._backoff)
            least = 0.0 if here else LEAST_DELAY
            own = self._lanes[name] = _Lane(name, least, None, Backoff(first))
        if limit is not None and own.limit is None:
            own.limit, own.backoff = limit, Backoff(limit.first_pause, DAY)
        return own

    def _serve(self, own: _Lane) -> None:
        if own.server is None or own.server.done():
            own.server = asyncio.get_running_loop().create_task(self._give(own))

    async def _give(self, own: _Lane) -> None:
        """Give one turn after the other, as long as somebody waits."""
        loop = asyncio.get_running_loop()
        try:
            while own.line:
                if own.line[0].done():
                    own.line.popleft()
                    continue
                now = loop.time()
                least = 0.0 if own.limit else max(self._delay, own.least)
                ready = max(own.last + max((least, *own.delays.values())), own.until)
                if ready > now:
                    await self._sleep(own, ready - now)
                elif own.under_way >= self._concurrency:
                    await self._sleep(own, None)
                elif own.limit and (wait := await self._shared.reserve(own.limit)) > 0:
                    await self._sleep(own, wait)
                elif own.line and not own.line[0].done():
                    own.last = loop.time()
                    own.under_way += 1
                    own.line.popleft().set_result(Turn(own.name, own.last))
                    # One goes before the next is called: who is sent back is still the first.
                    await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001
            # Without its shared state a service's limit cannot be held: nothing is sent, and
            # whoever waits is told why.
            self._dismiss(own, partial(_itself, error))

    async def _sleep(self, own: _Lane, seconds: float | None) -> None:
        own.changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(own.changed.wait(), seconds)

    def _pause(self, own: _Lane, seconds: float, why: str) -> None:
        own.paused = asyncio.get_running_loop().time()
        own.until = max(own.until, own.paused + seconds)
        logger.info("%s: nothing is sent for %.0f s, %s", own.name, seconds, why)

    def _handed_back(self, turn: Turn) -> _Lane:
        own = self._lanes[turn.lane]
        if turn.first:
            # Names were looked up and a connection was made before it reached the server: the
            # delay counts from its answer, lest the next one follow too soon.
            own.last = asyncio.get_running_loop().time()
        own.under_way -= 1
        own.changed.set()
        return own

    def _unreachable(self, own: _Lane) -> Refused:
        detail = f"{own.name} does not answer ({own.why})"
        return Refused(Reason.UNREACHABLE, detail, lasting=False)

    def _dismiss(self, own: _Lane, error: Callable[[], Exception]) -> None:
        for place in own.line:
            if not place.done():
                place.set_exception(error())
        own.line.clear()
        own.changed.set()


def _itself(error: Exception) -> Exception:
    return error


def _loopback(lane: str) -> bool:
    """Whether a lane is a server of this machine: only those may be asked at any pace."""
    name = urlsplit(f"//{lane}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
