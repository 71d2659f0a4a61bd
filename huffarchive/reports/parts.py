"""What a report is made of: sections of figures, charts and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from huffarchive.reports.charts import Chart


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; with a share, from 0 to 1, a bar of that length stands beside its text."""

    text: str
    share: float | None = None
    shade: str = "captured"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column heads its rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = True
    """Whether it waits behind a chart until it is opened."""
    words: tuple[int, ...] = (0,)
    """The columns that hold words and no numbers, from 0."""
    codes: tuple[int, ...] = ()
    """The columns that hold names and digests, for machines."""
    summed: bool = False
    """Whether the last row is the sum of those above it."""
    grid: bool = False
    """Whether all of its cells have bars: they stand below the numbers then."""

    def kind(self, column: int) -> str:
        """Class of a column's cells: "word", "code" or "number"."""
        return "word" if column in self.words else "code" if column in self.codes else "number"


@dataclass(frozen=True, slots=True)
class Part:
    """A chart, tables, or both, under a heading of their own or the section's."""

    title: str | None = None
    lead: str = ""
    chart: Chart | None = None
    tables: tuple[Table, ...] = ()
    note: str = ""
    small: bool = False
    """Whether another part may stand beside it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that stands alone."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report."""

    anchor: str
    title: str
    lead: str
    figures: tuple[Figure, ...] = ()
    parts: tuple[Part, ...] = field(default=())


def row(*cells: str | Cell) -> tuple[Cell, ...]:
    """A row: plain text stands for a cell without a bar."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)


def bars(counts: Sequence[int]) -> list[float]:
    """Each count as a share of the largest."""
    most = max(counts, default=0)
    return [count / most if most else 0.0 for count in counts]
