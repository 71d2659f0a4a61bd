"""The captures of pages: every one that is in our files, the newest last."""

import sqlite3

from huffarchive.ledger.task import CaptureRow
from huffarchive.outcome import Reason

_COLUMNS = CaptureRow.__slots__


class Captures:
    """The table of captures."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, page: int, row: CaptureRow, checked_at: str | None = None) -> None:
        """Add a capture; a copy was found to be so at `checked_at`, long after it was made."""
        columns = ", ".join(("page", "checked_at", *_COLUMNS))
        values = (page, checked_at or row.captured_at, *(getattr(row, name) for name in _COLUMNS))
        self._connection.execute(
            f"INSERT INTO capture ({columns}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608
            values,
        )

    def newest(self, page: int) -> CaptureRow | None:
        """The newest capture of a page."""
        row = self._connection.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM capture WHERE page = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
            (page,),
        ).fetchone()
        if row is None:
            return None
        values = dict(zip(_COLUMNS, row, strict=True))
        return CaptureRow(**values | {"reason": Reason(values["reason"])})

    def articles(self) -> int:
        """How many pages have a capture that was read as an article, however many captures."""
        (count,) = self._connection.execute(
            "SELECT count(DISTINCT page) FROM capture WHERE reason = ?", (str(Reason.ARTICLE),)
        ).fetchone()
        return int(count)

    def checked(self, page: int, when: str) -> None:
        """Note that the newest capture of a page was found unchanged."""
        self._connection.execute(
            "UPDATE capture SET checked_at = ? WHERE id = "
            "(SELECT max(id) FROM capture WHERE page = ?)",
            (when, page),
        )
