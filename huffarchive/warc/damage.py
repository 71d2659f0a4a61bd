"""What is lost: the error that names a file and a place in it, and the places that were lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from huffarchive import printable

Item = TypeVar("Item")


class WarcError(ValueError):
    """A file that is not whole: names the file, the first offset and what to do."""

    def __init__(self, path: str, offset: int, problem: str, step: str = "") -> None:
        super().__init__(printable(f"{path}: at byte {offset}: {problem}{step}"))
        self.path, self.offset, self.problem = path, offset, problem


def readable(items: Iterator[Item], faults: list[WarcError | OSError]) -> Iterator[Item]:
    """What can be read, up to the WarcError or OSError, which is added to `faults`."""
    try:
        yield from items
    except (WarcError, OSError) as fault:
        faults.append(fault)


@dataclass(frozen=True, slots=True)
class DamagedBytes:
    """One such place, as large as it can be: no readable record begins in it."""

    offset: int
    length: int
    records: int
    """How many records were begun in it; those whose beginnings are gone cannot be counted."""


class DamageLog:
    """The places of one file, found in their order; each is told of when it has ended."""

    def __init__(self, told: Callable[[DamagedBytes], None]) -> None:
        self._told = told
        self._last: DamagedBytes | None = None
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
            last = DamagedBytes(last.offset, end - last.offset, last.records + 1)
        elif self.first is None:
            self.first, self.problem = begin, problem
        self.size += end - begin
        self._last = last or DamagedBytes(begin, end - begin, 1)

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
