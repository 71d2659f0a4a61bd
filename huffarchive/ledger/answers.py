"""What each source said of a page in its present round, where that was no capture."""

import sqlite3
from collections.abc import Iterable, Sequence


class Answers:
    """The table of answers; each is told as "live=gone/not_found".

    A round begins when a page is wanted anew (a new run, `-a recrawl=`), and ends when it is
    settled. An answer of an earlier round is none of this one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, page: int) -> tuple[str, ...]:
        """What was said of a page, in the order of the sources' names."""
        rows = self._connection.execute(
            "SELECT source || '=' || state || '/' || reason FROM answer WHERE page = ? "
            "ORDER BY source",
            (page,),
        )
        return tuple(said for (said,) in rows)

    def put(self, page: int, asked: Iterable[str]) -> None:
        """Let these be all that was said of a page."""
        execute = self._connection.execute
        execute("DELETE FROM answer WHERE page = ?", (page,))
        for said in asked:
            source, _, outcome = said.partition("=")
            execute("INSERT INTO answer VALUES (?, ?, ?, ?)", (page, source, *outcome.split("/")))

    def forget(self, where: str, values: Sequence[object]) -> None:
        """Begin a new round of the pages that a condition names."""
        chosen = f"page IN (SELECT id FROM page WHERE {where})"  # noqa: S608
        self._connection.execute(f"DELETE FROM answer WHERE {chosen}", values)  # noqa: S608
        self._connection.execute(
            f"UPDATE alias SET said = NULL WHERE said IS NOT NULL AND {chosen}",  # noqa: S608
            values,
        )
