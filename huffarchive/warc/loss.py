"""Places of a file whose bytes hold no readable record."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """One such place, as large as it can be: no readable record begins in it."""

    offset: int
    length: int
    records: int
    """How many records were begun in it; those whose beginnings are gone cannot be counted."""


class Losses:
    """The places of one file, found in their order; each is told of when it has ended."""

    def __init__(self, told: Callable[[Loss], None]) -> None:
        self._told = told
        self._last: Loss | None = None
        self.problem = ""
        """What the first is."""
        self.first: int | None = None
        """Where the first begins; None where nothing is lost."""
        self.places = 0
        self.size = 0
        """Bytes."""

    def add(self, begin: int, end: int, problem: str) -> None:
        """Take note that bytes are lost; those that follow others at once are of one place."""
        last = self._last
        if last is not None:
            last = Loss(last.offset, end - last.offset, last.records + 1)
        elif self.first is None:
            self.first, self.problem = begin, problem
        self.size += end - begin
        self._last = last or Loss(begin, end - begin, 1)

    def over(self) -> None:
        """Take note that a readable record follows, or the end."""
        if self._last is not None:
            self.places += 1
            self._told(self._last)
            self._last = None

    def __str__(self) -> str:
        """What is wrong with the file."""
        places = "1 place" if self.places == 1 else f"{self.places:,} places"
        return f"{self.problem}; {self.size:,} bytes are lost in {places}, all else was read"
