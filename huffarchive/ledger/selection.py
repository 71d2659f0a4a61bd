"""The pages that a run is about, where it is not about all."""

import sqlite3


class Selection:
    """A temporary table of this connection: empty and without effect until `begin`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.active = False
        """Whether the run is about the selected pages only."""

    @property
    def clause(self) -> str:
        """What a query of pages adds to keep to the selection."""
        return "AND id IN (SELECT page FROM selected)" if self.active else ""

    def begin(self) -> None:
        """From now on the run is about what is added."""
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS selected (page INTEGER PRIMARY KEY)"
        )
        self.active = True

    def add(self, page: int) -> None:
        """Add a page, where there is a selection."""
        if self.active:
            self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM selected").fetchone()
        return int(count)
