"""An event loop whose time passes only while it waits: what takes hours takes no time."""

import asyncio


class Virtual(asyncio.SelectorEventLoop):
    now = 1000.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            # A little more, or what is due in less than a float can tell would never be.
            self.now = max(self.now, self._scheduled[0]._when) + 1e-6
        super()._run_once()
