"""The runs: when each began, how it ended."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run."""

    id: int
    name: str
    started: str
    ended: str | None
    exit: int | None
    reason: str | None


class Runs:
    """The table of runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, name: str, started: str) -> int:
        """Note that a run begins; its number."""
        cursor = self._connection.execute(
            "INSERT INTO run (name, started) VALUES (?, ?)", (name, started)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end(self, run: int, ended: str, status: int, reason: str) -> None:
        """Note how a run ended."""
        self._connection.execute(
            "UPDATE run SET ended = ?, exit = ?, reason = ? WHERE id = ?",
            (ended, status, reason, run),
        )

    def last(self, count: int = 1) -> list[RunRow]:
        """The newest runs, newest first."""
        rows = self._connection.execute("SELECT * FROM run ORDER BY id DESC LIMIT ?", (count,))
        return [RunRow(*row) for row in rows]
