"""Pauses that double."""

from dataclasses import dataclass

from huffarchive.politeness.retry_after import DAY

FIRST = 60.0
"""Seconds of the first pause after a 429, 428 or 503 that does not say how long."""
MOST = 3600.0
"""Ceiling of these pauses: in a run of weeks, one question an hour finds out that it is over."""


@dataclass(slots=True)
class Backoff:
    """The length of the next pause, in seconds: `first`, then twice the last, at most `most`."""

    first: float = FIRST
    most: float = MOST
    last: float = 0.0

    def again(self) -> float:
        """The next, longer pause."""
        self.last = min(self.most, DAY, self.last * 2 or self.first)
        return self.last

    def reset(self) -> None:
        """Begin anew: the host has answered."""
        self.last = 0.0
