"""Captured pages of which nothing was read, and not by their own fault: to be read again."""

import sqlite3
from collections import Counter
from collections.abc import Collection

from huffarchive.ledger.answers import Answers
from huffarchive.ledger.selection import Selection
from huffarchive.workers import OF_THE_PAGE

_WHERE = (
    "state = 'captured' AND reason IN ('unreadable', 'not_an_article') AND detail != ''"
    + " AND instr(detail, ?) != 1" * len(OF_THE_PAGE)
)
_NEWEST = "(SELECT max(id) FROM capture WHERE page = page.id)"


class NotRead:
    """Those pages of the ledger: a reading that failed left its reason in their detail.

    Only runs of earlier versions leave such: those of this one end where no page can be read.
    """

    def __init__(
        self, connection: sqlite3.Connection, selection: Selection, answers: Answers
    ) -> None:
        self._connection = connection
        self._selection = selection
        self._answers = answers

    def by_source(self, *, selected: bool = False) -> Counter[str]:
        """How many there are, by where their newest captures came from."""
        chosen = self._selection.clause if selected else ""
        rows = self._connection.execute(
            f"SELECT capture.source, count(*) FROM page JOIN capture ON capture.id = {_NEWEST} "  # noqa: S608
            f"WHERE page.id IN (SELECT id FROM page WHERE {_WHERE} {chosen}) "
            "GROUP BY capture.source",
            OF_THE_PAGE,
        )
        return Counter(dict(rows.fetchall()))

    def detail(self, page: int) -> str:
        """Why a page is one of them; "" where it is none."""
        row = self._connection.execute(
            f"SELECT detail FROM page WHERE id = ? AND {_WHERE}",  # noqa: S608
            (page, *OF_THE_PAGE),
        ).fetchone()
        return "" if row is None else str(row[0])

    def want(self, now: float, sources: Collection[str]) -> int:
        """Want those again whose newest captures came from `sources`; how many they are.

        What these captures say of the page's content is forgotten, or an equal answer would be
        taken for one that was read.
        """
        marks = ",".join("?" * len(sources))
        pages = [
            page
            for (page,) in self._connection.execute(
                f"SELECT page.id FROM page JOIN capture ON capture.id = {_NEWEST} "  # noqa: S608
                f"WHERE page.id IN (SELECT id FROM page WHERE {_WHERE}) "
                f"AND capture.source IN ({marks})",
                (*OF_THE_PAGE, *sources),
            )
        ]
        for page in pages:
            self._connection.execute(
                "UPDATE capture SET etag = NULL, last_modified = NULL, payload_sha1 = NULL "
                "WHERE id = (SELECT max(id) FROM capture WHERE page = ?)",
                (page,),
            )
            self._connection.execute(
                "UPDATE memento SET tried = '' WHERE page = ? "
                "AND tried = (SELECT reason FROM page WHERE id = memento.page)",
                (page,),
            )
            self._connection.execute(
                "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "
                "source = '' WHERE id = ?",
                (int(now), page),
            )
            self._answers.forget("id = ?", [page])
        return len(pages)
