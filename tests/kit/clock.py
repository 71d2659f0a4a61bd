"""A clock that stands still until somebody waits, and then is where the wait ends.

What is built on it takes no time, and gives the same times on every machine.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
MOMENT = 0.01
"""Seconds that pass even where time stands still: what is put off to the next turn of a loop."""
PATIENCE = 2.0
"""Seconds, real ones, for which time stands still; then what waits for an answer may time out."""


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

    def busy(self) -> bool:
        """Whether something comes that no clock tells of, such as an answer: then time stands."""
        return False

    def loop(self) -> asyncio.SelectorEventLoop:
        """An event loop that has this time."""
        return _Loop(self)

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """What `asyncio.run` does."""
        with asyncio.Runner(loop_factory=self.loop) as runner:
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
        if not ready and timeout > MOMENT and self._clock.busy():
            ready = super().select(PATIENCE)
        if not ready and timeout > 0:
            self._clock.now += timeout
            self._clock.waits += 1
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_Selector(clock))
        self.time = clock.monotonic  # type: ignore[method-assign]
        self._clock_resolution = 1e-6

    def run_in_executor(self, executor: object, func: Any, *args: Any) -> asyncio.Future[Any]:
        """Here and now: no clock tells of a thread."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001
            done.set_exception(error)
        return done
