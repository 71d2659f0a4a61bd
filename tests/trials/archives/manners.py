"""The services' limits as they are enforced, and the log of what was asked when."""

import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import pairwise

HARD = {"wayback_cdx": 30, "wayback_pages": 600}
"""Requests a minute over which the Wayback Machine answers 429."""
ASKED_FOR = {"wayback_cdx": 24, "wayback_pages": 480}
"""Requests a minute at which it asks clients to stay."""
IN_TEN_SECONDS = {"wayback_pages": 80}
SPACING = {"commoncrawl_index": 1.0, "commoncrawl_data": 0.55}
"""Seconds that Common Crawl asks clients to keep between requests."""
JITTER = 0.15
"""Seconds by which this machine, when it is busy, may delay one request on its way to the log."""
IGNORED_FOR = 60.0
"""Seconds for which a 429 may be ignored before the block."""
BLOCK = 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the proxy saw it come."""

    at: float
    """time.monotonic()."""
    service: str
    """wayback_cdx, wayback_pages, commoncrawl_index, commoncrawl_data or robots."""
    target: str
    status: int


class Manners:
    """Counts requests, refuses those over the limits, and blocks who does not listen."""

    def __init__(self, faults: dict[tuple[str, int], int] | None = None) -> None:
        self.log: list[Asked] = []
        self.down: set[str] = set()
        """Services that drop every connection."""
        self.over: list[str] = []
        """Each time that a hard limit was broken."""
        self._faults = dict(faults or {})
        """(service, which request of it, from 1) -> the status to answer with."""
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._count: dict[str, int] = defaultdict(int)
        self._refused_since: float | None = None
        self._ignored = False
        """Whether anything was asked within the minute after a 429."""
        self._blocked_until = 0.0
        self._block = BLOCK
        self._lock = threading.Lock()

    def refusal(self, service: str) -> int | None:
        """The status with which a request is refused, or None when it may pass."""
        now = time.monotonic()
        with self._lock:
            self._count[service] += 1
            recent = self._recent[service]
            recent.append(now)
            while recent[0] <= now - 60:
                recent.popleft()
            if service.startswith("wayback") and now < self._blocked_until:
                return 429
            fault = self._faults.pop((service, self._count[service]), None)
            if service.startswith("wayback") and self._refused_since is not None:
                since = now - self._refused_since
                if since < IGNORED_FOR - 1:
                    self._ignored = True
                    self.over.append(f"{service}: asked {since:.1f} s after a 429")
                    return 429
                if self._ignored:
                    self._blocked_until, self._block = now + self._block, self._block * 2
                    return 429
                self._refused_since = None
            if len(recent) > HARD.get(service, 10**9):
                self.over.append(f"{service}: {len(recent)} in a minute")
                fault = 429
            if fault == 429:
                self._refused_since, self._ignored = now, False
            return fault

    def note(self, service: str, target: str, status: int, at: float) -> None:
        """Write a request to the log."""
        with self._lock:
            self.log.append(Asked(at, service, target, status))

    # --- what the log shows

    def times(self, service: str) -> list[float]:
        """When a service was asked, in order."""
        return sorted(asked.at for asked in self.log if asked.service == service)

    def most_within(self, service: str, seconds: float) -> int:
        """The most requests of a service in any stretch of so many seconds."""
        times, most, first = self.times(service), 0, 0
        for place, at in enumerate(times):
            while times[first] <= at - seconds:
                first += 1
            most = max(most, place - first + 1)
        return most

    def least_gap(self, service: str) -> float:
        """The least seconds between two requests of a service."""
        times = self.times(service)
        return min((b - a for a, b in pairwise(times)), default=float("inf"))

    def broken(self) -> list[str]:
        """Every limit that the log shows broken; empty when none is."""
        wrong = list(self.over)
        for service, most in ASKED_FOR.items():
            if (found := self.most_within(service, 60)) > most:
                wrong.append(f"{service}: {found} requests in 60 s, over {most}")
        for service, most in IN_TEN_SECONDS.items():
            if (found := self.most_within(service, 10)) > most:
                wrong.append(f"{service}: {found} requests in 10 s, over {most}")
        for service, spacing in SPACING.items():
            if (gap := self.least_gap(service)) < spacing - JITTER:
                wrong.append(f"{service}: {gap:.3f} s between two requests, under {spacing}")
            times = self.times(service)
            spans = (b - a for a, b in zip(times, times[9:], strict=False))
            if (span := min(spans, default=spacing * 9)) < spacing * 9 - JITTER:
                wrong.append(f"{service}: ten requests in {span:.2f} s")
        return wrong

    def summary(self) -> dict[str, str]:
        """Requests, the most within a minute and the least gap, for each service."""
        services = sorted({asked.service for asked in self.log})
        return {
            s: f"{len(self.times(s))} requests, at most {self.most_within(s, 60)} in 60 s and "
            f"{self.most_within(s, 1)} in 1 s, least gap {self.least_gap(s):.3f} s"
            for s in services
        }
