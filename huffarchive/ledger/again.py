"""What a new run asks for again: what failed, what grew old, what another source may have."""

import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime

from huffarchive.ledger.mementos import Mementos
from huffarchive.ledger.selection import Selection
from huffarchive.outcome import State


class Again:
    """Makes settled pages wanted again; each method says how many it found.

    They are due `now` (seconds since 1970) and so wait behind the pages that nobody asked for yet,
    which are due at 0: or runs that end early would spend all their time on what failed before.
    """

    def __init__(
        self, connection: sqlite3.Connection, selection: Selection, mementos: Mementos
    ) -> None:
        self._connection = connection
        self._selection = selection
        self._mementos = mementos

    def try_again(
        self, now: float, states: Collection[State], reasons: Collection[str] = ()
    ) -> int:
        """Want settled pages again: those in `states` (with one of `reasons`, where given)."""
        marks = ",".join("?" * len(states))
        where = f"state IN ({marks})"
        values: list[object] = [str(state) for state in states]
        if reasons:
            where += f" AND reason IN ({','.join('?' * len(reasons))})"
            values += list(reasons)
        self._mementos.try_again(where, values)
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "  # noqa: S608
            f"asked = '' WHERE {where}",
            [int(now), *values],
        )
        return cursor.rowcount

    def try_addresses_again(self) -> None:
        """Let wanted pages be asked for at addresses that failed in an earlier run."""
        self._connection.execute(
            "UPDATE alias SET tried = 0 WHERE tried = 1 "
            "AND page IN (SELECT id FROM page WHERE state = 'wanted')"
        )

    def no_later(self, moment: float) -> None:
        """Let no wanted page wait beyond a time (seconds since 1970).

        One does that an earlier run put off by a clock that had gone ahead.
        """
        self._connection.execute(
            "UPDATE page SET due = ? WHERE state = 'wanted' AND due > ?", (int(moment), int(moment))
        )

    def want_older(
        self, now: float, before: float, *, pages: bool = True, indexes: bool = False
    ) -> int:
        """Want again what was last checked before a time (seconds since 1970).

        Captured pages of the site, and the pages of other archives' indexes.
        """
        ranks = [f"rank {sign} 0" for sign, on in ((">", pages), ("=", indexes)) if on]
        chosen = self._selection.clause
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ? "  # noqa: S608
            f"WHERE state = 'captured' AND ({' OR '.join(ranks) or '0'}) {chosen} AND "
            "(SELECT max(checked_at) FROM capture WHERE capture.page = page.id) < ?",
            (int(now), datetime.fromtimestamp(before, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        )
        return cursor.rowcount

    def want_elsewhere(self, now: float, source: str) -> int:
        """Want pages again that no source asked so far has, and that `source` may have.

        It may when it was not asked, or when it is an archive that refused to answer (HTTP 403):
        that says nothing of what it holds.
        """
        refused = f"{source}=refused/forbidden"
        if source not in ("live", "sample"):
            where = "instr(asked, ?) AND state IN ('gone', 'refused', 'failed')"
            self._mementos.try_again(where, [refused])
            self._connection.execute(
                f"UPDATE page SET asked = replace(asked, ?, '') WHERE {where}",  # noqa: S608
                (refused, refused),
            )
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ? "
            "WHERE state IN ('gone', 'refused', 'failed') AND kind NOT LIKE '%-query' "
            "AND instr(' ' || asked, ?) = 0",
            (int(now), f" {source}="),
        )
        return cursor.rowcount
