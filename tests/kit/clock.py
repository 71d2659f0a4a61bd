"""A clock that stands still until somebody waits, and then is where the wait ends.

What is built on it takes no time, and gives the same times on every machine.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Clock:
    """Stands in for the module `time`, and runs event loops by its time."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.wall = 1_767_000_000.0
        """What the wall clock would show at 0."""
        self.waits = 0
        """How often a loop has waited for a time to come."""

    def monotonic(self) -> float:
        self.now += 1e-6  # no two moments are one
        return self.now

    def time(self) -> float:
        return self.wall + self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What `asyncio.run` does."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(main)


class _Selector(selectors.DefaultSelector):
    """Does not wait for a time: moves the clock there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self._clock.now += timeout
            self._clock.waits += 1
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_Selector(clock))
        self.time = clock.monotonic  # type: ignore[method-assign]
        self._clock_resolution = 1e-6
