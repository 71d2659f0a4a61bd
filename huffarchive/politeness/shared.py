"""The pace of a service over all runs of the machine's user: a small file and a kernel lock."""

import asyncio
import fcntl
import json
import math
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from huffarchive.politeness.backoff import Backoff
from huffarchive.politeness.limit import Limit
from huffarchive.politeness.retry_after import DAY

_SIZE = 1024
_MAX_FACTOR = 16.0


def cache_dir(setting: str | None = None) -> Path:
    """The folder of the shared state: the setting, $XDG_CACHE_HOME or ~/.cache, of this user."""
    if setting:
        return Path(setting).expanduser()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # A relative XDG path is to be ignored (XDG Base Directory Specification).
    return (base if base.is_absolute() else Path.home() / ".cache") / "huffarchive"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


@dataclass(slots=True)
class _State:
    """What is known of one service; times are of the monotonic clock, which processes share."""

    boot: str
    clock: float
    wall: float
    last: dict[str, float] = field(default_factory=dict)
    """When each limit's last request was let through."""
    until: float = 0.0
    """When the pause ends."""
    paused: float = 0.0
    """When the pause began."""
    pause: float = 0.0
    """Length of the last pause, 0 after a good answer."""
    factor: float = 1.0

    @classmethod
    def load(cls, text: str, boot: str, now: float, wall: float) -> "_State":
        """Read the file's text; one that cannot be read counts as "asked this moment"."""
        try:
            state = cls(**json.loads(text)) if text.strip(" \0") else cls(boot, now, wall)
            numbers = [state.clock, state.wall, state.until, state.paused, state.pause]
            numbers += [state.factor, *state.last.values()]
            if not all(isinstance(n, int | float) and math.isfinite(n) for n in numbers):
                raise ValueError("not a number")  # noqa: TRY301
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            state = cls(boot, now, wall, {"": now})
        if state.boot != boot or state.clock > now:
            # Another boot, another clock: move the times over by what the wall clock says has
            # passed, never less than nothing.
            shift = now - state.clock - max(0.0, wall - state.wall)
            state.last = {name: at + shift for name, at in state.last.items()}
            state.until += shift
            state.paused += shift
        # Whatever stands there, nothing is further away than it can be.
        state.last = {name: min(now, at) for name, at in state.last.items()}
        state.until, state.pause = min(state.until, now + DAY), min(state.pause, DAY)
        state.factor = min(_MAX_FACTOR, max(1.0, state.factor))
        return state


class SharedPace:
    """Holds each limit over all processes of this user; the lock is held for microseconds only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._boot = _boot()

    async def reserve(self, limit: Limit) -> float:
        """Take the next request of a limit: 0 when it may be sent now, else seconds to wait.

        OSError when the state cannot be kept: without it nothing may be sent.
        """
        async with self._state(limit.service) as state:
            asked = max(state.last.get(limit.name, -math.inf), state.last.get("", -math.inf))
            ready = max(asked + limit.interval * state.factor, state.until)
            if (wait := ready - state.clock) > 0:
                return wait
            state.last[limit.name] = state.clock
            return 0.0

    async def told_to_wait(self, limit: Limit, sent: float, seconds: float | None) -> None:
        """Pause the service: a request sent at `sent` (time.monotonic) was turned away.

        The first pause is the limit's, doubling; `seconds` of a Retry-After can only lengthen it.
        Requests that were under way when a pause began do not double it.
        """
        async with self._state(limit.service) as state:
            pause = state.pause
            if sent >= state.paused:
                pause = Backoff(limit.first_pause, DAY, state.pause).again()
                state.paused, state.pause = state.clock, pause
                if limit.slows:
                    state.factor = min(_MAX_FACTOR, state.factor * 2)
            state.until = max(state.until, state.clock + max(pause, seconds or 0.0))

    async def answered(self, limit: Limit, sent: float) -> None:
        """A request was answered well: the next pause is a first one again, the interval less."""
        async with self._state(limit.service) as state:
            if sent >= state.paused:
                state.pause = 0.0
                state.factor = max(1.0, state.factor * 0.99)

    async def pause_left(self, limit: Limit) -> float:
        """Seconds until the service's pause ends, 0 when it is not paused."""
        async with self._state(limit.service) as state:
            return max(0.0, state.until - state.clock)

    @asynccontextmanager
    async def _state(self, service: str) -> AsyncIterator[_State]:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self._folder / f"{service}.pace", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.002)
            now, wall = time.monotonic(), time.time()
            text = os.pread(file, _SIZE, 0).decode("utf-8", "replace")
            state = _State.load(text, self._boot, now, wall)
            state.boot, state.clock, state.wall = self._boot, now, wall
            yield state
            # One write of a fixed size: a kill leaves the old text or the new.
            os.pwrite(file, json.dumps(asdict(state)).encode("ascii").ljust(_SIZE), 0)
        finally:
            os.close(file)
