"""How many pages stand where."""

import sqlite3

from huffarchive.ledger.selection import Selection
from huffarchive.outcome import State


class Counts:
    """Counts over the table of pages."""

    def __init__(self, connection: sqlite3.Connection, selection: Selection) -> None:
        self._connection = connection
        self._selection = selection

    def by_state(self, *, selected: bool = False, indexes: bool = False) -> dict[State, int]:
        """How many pages stand in each state; of the selected ones alone, where asked.

        With `indexes` only pages that name others: sitemaps and other archives' indexes.
        """
        rows = self._connection.execute(
            "SELECT state, count(*) FROM page WHERE rank = 0 GROUP BY state"
            if indexes
            else "SELECT state, count(*) FROM page JOIN selected ON page = id GROUP BY state"
            if selected and self._selection.active
            else "SELECT state, sum(n) FROM tally GROUP BY state"
        )
        found = dict(rows.fetchall())
        return {state: int(found.get(str(state), 0)) for state in State}

    def known(self) -> int:
        """How many pages there are, counted apart from their states."""
        (count,) = self._connection.execute("SELECT count(*) FROM page").fetchone()
        return int(count)
