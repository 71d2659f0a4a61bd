"""What is known of a host (last request, pause), kept in a file for all runs of the machine's
user.
"""

import asyncio
import fcntl
import json
import logging
import math
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Self
from urllib.parse import quote

from huffarchive.politeness.limits import DAY, Limit

OUTAGE = (1.0, 60.0)
"""Seconds of the first pause after a request that got no answer, and where its doubling ends."""
_MAX_FACTOR = 16.0
_NO_TIME = 1e12
"""Seconds that no clock shows: sums of larger ones may be no number."""


@dataclass(slots=True)
class HostState:
    """Of one service, or of a host alone; times are of the monotonic clock, which processes share.

    A pause is twice the last one, whatever either was for; a good answer ends that.
    """

    boot: str
    clock: float
    """Now, as long as it is in use."""
    wall: float
    last: dict[str, float] = field(default_factory=dict)
    """When each limit's last request was let through."""
    delay: dict[str, float] = field(default_factory=dict)
    """How long the next one had to wait at least, as far as who asked knew."""
    until: float = 0.0
    """When the pause ends."""
    paused: float = 0.0
    """When the pause began."""
    pause: float = 0.0
    """Length of the last pause, 0 after a good answer."""
    factor: float = 1.0

    @classmethod
    def load(cls, text: str, boot: str, now: float, wall: float) -> Self:
        """Read a kept state; one that cannot be read counts as "asked this moment"."""
        try:
            state = cls(**json.loads(text)) if text.strip(" \0") else cls(boot, now, wall)
            numbers = [state.clock, state.wall, state.until, state.paused, state.pause]
            numbers += [state.factor, *state.last.values(), *state.delay.values()]
            if not all(isinstance(n, int | float) and abs(n) < _NO_TIME for n in numbers):
                raise ValueError("not a time")  # noqa: TRY301
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
        state.delay = {name: min(DAY, seconds) for name, seconds in state.delay.items()}
        state.until, state.paused = min(state.until, now + DAY), min(state.paused, now)
        state.pause = min(DAY, max(0.0, state.pause))
        state.factor = min(_MAX_FACTOR, max(1.0, state.factor))
        state.boot, state.clock, state.wall = boot, now, wall
        return state

    def dump(self) -> str:
        """What `load` reads, in ASCII."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @property
    def pause_left(self) -> float:
        """Seconds until the pause ends, 0 when there is none."""
        return max(0.0, self.until - self.clock)

    @property
    def troubled(self) -> bool:
        """Whether there is anything that a good answer would end."""
        return self.pause > 0 or self.factor > 1

    def wait(self, limit: Limit, delay: float) -> float:
        """Seconds until the next request may be sent, no sooner than `delay` after the last."""
        asked = max(self.last.get(limit.name, -math.inf), self.last.get("", -math.inf))
        delay = max(delay, self.delay.get(limit.name, 0.0), limit.interval * self.factor)
        return max(0.0, asked + delay - self.clock, self.pause_left)

    def sent(self, limit: Limit, delay: float) -> None:
        """A request is sent now; the next one, whoever sends it, no sooner than `delay` later."""
        self.last[limit.name], self.delay[limit.name] = self.clock, delay

    def turned_away(self, limit: Limit, sent: float, seconds: float | None) -> None:
        """A request sent at `sent` got a 429, 428 or 503, with such a Retry-After or None.

        The seconds can only lengthen the pause: a host that names a short time again and again is
        left alone for longer each time.
        """
        first = limit.first_pause if seconds is None else limit.least_pause
        if self._longer(sent, first, limit.most_pause) and limit.slows:
            self.factor = min(_MAX_FACTOR, self.factor * 2)
        self.until = max(self.until, self.clock + (seconds or 0.0))

    def failed(self, sent: float) -> bool:
        """A request got no answer; False when a pause had begun after it was sent."""
        return self._longer(sent, *OUTAGE)

    def answered(self, sent: float) -> None:
        """A request was answered well: the next pause is a first one again, the interval less."""
        if sent >= self.paused:
            self.pause = 0.0
            self.factor = max(1.0, self.factor * 0.99)

    def _longer(self, sent: float, first: float, most: float) -> bool:
        """Begin the next, longer pause; what was under way when the last one began does not."""
        if sent < self.paused:
            return False
        seconds = min(most, max(first, self.pause * 2))
        self.paused, self.pause = self.clock, max(self.pause, seconds)
        self.until = max(self.until, self.clock + seconds)
        return True


logger = logging.getLogger(__name__)

_SIZE = 1024
PATIENCE = 5.0
"""Seconds to wait for a lock that is held for microseconds: who holds it longer is stopped."""
_UNKNOWN = "?"


def cache_dir(setting: str | None = None) -> Path:
    """The folder of the shared state: the setting, $XDG_CACHE_HOME or ~/.cache, of this user.

    A user without a home, as containers have them, keeps it among the temporary files.
    """
    with suppress(RuntimeError):
        if setting:
            return Path(setting).expanduser()
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        # A relative XDG path is to be ignored (XDG Base Directory Specification).
        return (base if base.is_absolute() else Path.home() / ".cache") / "huffarchive"
    return Path(gettempdir()) / f"huffarchive-{os.getuid()}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


class HostStateFile:
    """Lends the state of each host and service to one process at a time, and keeps it.

    A state that cannot be kept in its file is kept in memory from then on, and the log says so:
    the pace holds within this run then. A file that cannot be read counts as "asked this moment".
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._boot = _boot()
        self._texts: dict[str, str] = {}
        """The states of those that have no file."""

    @asynccontextmanager
    async def state(self, limit: Limit) -> AsyncIterator[HostState]:
        """The state that a limit is under, to read and to change; kept when the context ends."""
        service = limit.service
        file = await self._locked(service) if limit.shared else None
        try:
            text = self._read(service, file)
            state = HostState.load(text, self._boot, time.monotonic(), time.time())
            yield state
            self._write(service, file, state.dump())
        finally:
            if file is not None:
                os.close(file)

    async def _locked(self, service: str) -> int | None:
        """The service's file, open and locked; None when it cannot be had."""
        if service in self._texts:
            return None
        file = None
        try:
            file = self._open(f"{quote(service, safe='')}.pace")
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise
                    await asyncio.sleep(0.002)
                else:
                    return file
        except BaseException as error:
            if file is not None:
                os.close(file)
            if not isinstance(error, OSError):
                raise
            self._alone(service, error)
            return None

    def _open(self, name: str) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.open(self._folder / name, flags, 0o600)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(self._folder / name, flags, 0o600)

    def _read(self, service: str, file: int | None) -> str:
        if file is not None and service not in self._texts:
            try:
                return os.pread(file, _SIZE, 0).decode("utf-8", "replace")
            except OSError as error:
                self._alone(service, error)
        return self._texts.get(service, "")

    def _write(self, service: str, file: int | None, text: str) -> None:
        if file is not None and service not in self._texts:
            try:
                # One write of a fixed size: a kill leaves the old text or the new.
                os.pwrite(file, text.encode("ascii").ljust(_SIZE), 0)
            except OSError as error:
                self._alone(service, error)
            else:
                return
        self._texts[service] = text

    def _alone(self, service: str, error: OSError) -> None:
        """From now on the service has no file; what it held may not be known."""
        self._texts[service] = _UNKNOWN
        logger.warning(
            "the pace of %s cannot be kept in %s (%s): other runs do not see this one, and the "
            "next will not know of its pauses; give a folder: -s HUFFARCHIVE_CACHE_DIR=…",
            service,
            self._folder,
            error.strerror or error,
        )
