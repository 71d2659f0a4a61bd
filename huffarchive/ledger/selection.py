"""The pages that a run is about, where it is not about all."""

import sqlite3

_FEW = 2_000
"""A selection up to this is walked through for each portion; of a larger one only membership is
asked, lest each portion cost as much as the list is long."""


class Selection:
    """A temporary table of this connection: empty and without effect until `begin`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.active = False
        """Whether the run is about the selected pages only."""
        self._added = 0

    @property
    def clause(self) -> str:
        """What a query of pages adds to keep to the selection."""
        if not self.active:
            return ""
        # The plus keeps SQLite from looking every selected page up.
        if self._added <= _FEW:
            return "AND id IN (SELECT page FROM selected)"
        return "AND +id IN (SELECT page FROM selected)"

    def begin(self) -> None:
        """From now on the run is about what is added."""
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS selected (page INTEGER PRIMARY KEY)"
        )
        self.active = True

    def add(self, page: int) -> None:
        """Add a page, where there is a selection."""
        if self.active:
            self._added += 1
            self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))

    def follow(self) -> None:
        """Add the pages that selected ones moved to, in whichever run that was seen."""
        cursor = self._connection.execute(
            "WITH RECURSIVE led (page) AS (SELECT page FROM selected UNION "
            "SELECT there.id FROM led JOIN page here ON here.id = led.page "
            "JOIN page there ON there.key = here.moved_to WHERE here.reason = 'moved') "
            "INSERT OR IGNORE INTO selected SELECT page FROM led"
        )
        self._added += cursor.rowcount

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM selected").fetchone()
        return int(count)
