"""The catalogue: which article stands under which facet, in memory, counted for any set of them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from huffarchive.browse.room import FACETS

Numbers = NDArray[np.int32]
Among = NDArray[np.bool_]
"""A set of articles: whether the article of each rowid is in it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A facet: which article (a rowid) has which value, as two arrays of the same length."""

    values: list[str]
    articles: Numbers
    codes: Numbers
    """Places in `values`."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, str]]) -> Self:
        """Number the values of (article, value)."""
        codes: dict[str, int] = {}
        rows: NDArray[Any] = np.fromiter(
            ((article, codes.setdefault(value, len(codes))) for article, value in pairs),
            np.dtype((np.int32, 2)),
        )
        return cls(list(codes), rows[:, 0].copy(), rows[:, 1].copy())

    def counts(self, among: Among) -> list[tuple[str, int]]:
        """(value, articles) of each value that an article of the set has."""
        counts = np.bincount(self.codes[among[self.articles]], minlength=len(self.values))
        return [(self.values[code], int(counts[code])) for code in np.flatnonzero(counts)]

    def of_value(self, value: str) -> Numbers:
        """The articles that have a value."""
        code = self.values.index(value) if value in self.values else -1
        articles: Numbers = self.articles[self.codes == code]
        return articles


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All articles, the newest first, and what stands under each facet: 12 bytes an entry."""

    newest: Numbers
    entries: dict[str, Entries]

    @classmethod
    def read(cls, room: sqlite3.Connection) -> Self:
        """From the reading room's database; of the articles only their indexes are read."""
        newest = room.execute("SELECT rowid FROM articles ORDER BY date_published DESC")
        return cls(
            np.fromiter((row[0] for row in newest), np.int32),
            {name: Entries.of(room.execute(sql)) for name, sql in FACETS.items()},
        )

    def among(self, found: Numbers | None, chosen: Iterable[tuple[str, str]]) -> Among:
        """The articles found (None: all) that have every (facet, value) chosen."""
        everything = self.newest if found is None else found
        among = self._set(everything)
        for name, value in chosen:
            among &= self._set(self.entries[name].of_value(value))
        return among

    def page(self, among: Among, skip: int, size: int) -> list[int]:
        """A page of a set, the newest first."""
        ordered = self.newest[among[self.newest]]
        return [int(article) for article in ordered[skip : skip + size]]

    def _set(self, articles: Numbers) -> Among:
        among = np.zeros(int(self.newest.max(initial=0)) + 1, np.bool_)
        among[articles] = True
        return among
