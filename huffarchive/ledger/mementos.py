"""Captures that other archives hold, as their indexes tell of them, and what came of asking."""

import sqlite3
from collections.abc import Sequence

from huffarchive.memento import UNDECIDED, Memento

_COLUMNS = ", ".join(Memento.__slots__)


class Mementos:
    """The table of mementos."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, page: int, memento: Memento) -> bool:
        """Add a page's capture; whether it was not known."""
        row = self._connection.execute(
            "INSERT OR IGNORE INTO memento VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING 1",
            (page, *(getattr(memento, name) for name in Memento.__slots__)),
        ).fetchone()
        return row is not None

    def of(self, page: int, source: str) -> list[Memento]:
        """All captures of a page that an archive holds, tried or not."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM memento WHERE page = ? AND source = ?",  # noqa: S608
            (page, source),
        )
        return [Memento(*row) for row in rows]

    def tried(self, page: int, memento: Memento, came_of_it: str) -> None:
        """Note what came of asking for a capture."""
        self._connection.execute(
            "UPDATE memento SET tried = ? "
            "WHERE page = ? AND source = ? AND timestamp = ? AND url = ?",
            (came_of_it, page, memento.source, memento.timestamp, memento.url),
        )

    def try_again(self, where: str, values: Sequence[object]) -> None:
        """Forget what was no answer, for the pages that a condition names."""
        marks = ",".join("?" * len(UNDECIDED))
        self._connection.execute(
            f"UPDATE memento SET tried = '' WHERE tried IN ({marks}) "  # noqa: S608
            f"AND page IN (SELECT id FROM page WHERE {where})",
            (*sorted(UNDECIDED), *values),
        )
