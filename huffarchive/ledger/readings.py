"""Which files of others were read to their end."""

import sqlite3
from pathlib import Path


class Readings:
    """The table of readings: a file counts as read while its size and its time are the same."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_read(self, path: Path) -> bool:
        """Whether the file was read to its end."""
        row = self._connection.execute(
            "SELECT 1 FROM reading WHERE file = ? AND size = ? AND changed = ?", _row(path)
        ).fetchone()
        return row is not None

    def read(self, path: Path) -> None:
        """Note that it was."""
        self._connection.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)", _row(path))


def _row(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_size, found.st_mtime_ns
