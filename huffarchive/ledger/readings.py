"""Which files of others were read to their end."""

import sqlite3
from pathlib import Path


class Readings:
    """The table of readings: a file counts as read while its size is the same."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_read(self, path: Path) -> bool:
        """Whether the file was read to its end."""
        row = self._connection.execute(
            "SELECT 1 FROM reading WHERE file = ? AND size = ?", (str(path), path.stat().st_size)
        ).fetchone()
        return row is not None

    def read(self, path: Path) -> None:
        """Note that it was."""
        self._connection.execute(
            "INSERT OR REPLACE INTO reading VALUES (?, ?)",
            (str(path), path.stat().st_size),
        )
