"""What a new run asks for again: what failed, what grew old, what another source may have."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from huffarchive.ledger.answers import Answers
from huffarchive.ledger.mementos import Mementos
from huffarchive.ledger.pages import OF_THE_SITE
from huffarchive.ledger.selection import Selection
from huffarchive.outcome import State
from huffarchive.sources.services import OWN, QUERIES, SITE, waits_for

_CAPTURED = (
    "EXISTS (SELECT 1 FROM capture WHERE capture.page = page.id AND payload_sha1 IS NOT NULL)"
)
_KINDS = ", ".join(f"'{kind}'" for kind in OF_THE_SITE)


class Again:
    """Makes settled pages wanted again; each method says how many it found.

    They are due `now` (seconds since 1970) and so wait behind the pages that nobody asked for yet,
    which are due at 0: or runs that end early would spend all their time on what failed before.
    A page that has a capture is asked of the site only: what an archive kept cannot be newer.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        selection: Selection,
        mementos: Mementos,
        answers: Answers,
    ) -> None:
        self._connection = connection
        self._selection = selection
        self._mementos = mementos
        self._answers = answers

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
        return self._begin_round(now, where, values)

    def want_older(
        self, now: float, before: float, *, pages: bool = True, indexes: Collection[str] = ()
    ) -> int:
        """Want again what was last checked before a time (seconds since 1970).

        Captured pages of the site, and the pages of the indexes of some archives.
        """
        kinds = [kind for source in indexes for kind in QUERIES.get(source, ())]
        marks = ",".join("?" * len(kinds))
        which = f"kind IN ({marks})" + (" OR kind NOT LIKE '%-query'" if pages else "")
        checked = "(SELECT max(checked_at) FROM capture WHERE capture.page = page.id)"
        where = f"state = 'captured' AND ({which}) {self._selection.clause} AND {checked} < ?"
        moment = datetime.fromtimestamp(max(0.0, before), UTC)  # nothing is older than the Web
        return self._begin_round(now, where, [*kinds, f"{moment:%Y-%m-%dT%H:%M:%SZ}"])

    def _begin_round(self, now: float, where: str, values: Sequence[object]) -> int:
        """Want pages anew: what anybody said of them before, at any address, counts no more."""
        self._mementos.try_again(where, values)
        self._answers.forget(where, values)
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "  # noqa: S608
            "source = CASE WHEN kind LIKE '%-query' THEN source "
            f"WHEN kind IN ({_KINDS}) OR {_CAPTURED} THEN '{SITE}' ELSE '' END WHERE {where}",
            [int(now), *values],
        )
        return cursor.rowcount

    def no_later(self, moment: float) -> None:
        """Let no wanted page wait beyond a time (seconds since 1970).

        One does that an earlier run put off by a clock that had gone ahead.
        """
        self._connection.execute(
            "UPDATE page SET due = ? WHERE state = 'wanted' AND due > ?", (int(moment), int(moment))
        )

    def want_elsewhere(self, now: float, source: str) -> int:
        """Want pages again that no source asked so far has, and that `source` may have.

        It may when it was not asked, or when it is an archive that refused to answer (HTTP 403):
        that says nothing of what it holds. What moved is asked for where it moved to.
        """
        where = (
            "state IN ('gone', 'refused', 'failed') AND reason IS NOT 'moved' "
            "AND kind NOT LIKE '%-query'"
        )
        if source not in OWN:
            where += f" AND kind NOT IN ({_KINDS}) AND NOT {_CAPTURED}"
            said = "source = ? AND state = 'refused' AND reason = 'forbidden'"
            refused = f"id IN (SELECT page FROM answer WHERE {said})"  # noqa: S608
            self._mementos.try_again(f"{where} AND {refused}", [source])
            self._connection.execute(
                f"DELETE FROM answer WHERE {said} AND page IN (SELECT id FROM page WHERE {where})",  # noqa: S608
                (source,),
            )
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "  # noqa: S608
            f"source = ? WHERE {where} "
            "AND NOT EXISTS (SELECT 1 FROM answer WHERE page = page.id AND answer.source = ?)",
            (int(now), waits_for(source), source),
        )
        return cursor.rowcount

    def ask_of(self, sources: Sequence[str]) -> None:
        """Let wanted pages wait for those of a run's sources that have not answered yet.

        Where all have, an earlier run ended in between, and they are settled by what was said.
        """
        answered = "id IN (SELECT page FROM answer WHERE answer.source = '{}')"
        cases = [
            f"WHEN NOT {answered.format(source)} THEN '{waits_for(source) if place else ''}'"
            for place, source in enumerate(sources)
        ]
        self._connection.execute(
            f"UPDATE page SET source = CASE WHEN kind IN ({_KINDS}) OR {_CAPTURED} THEN '{SITE}' "  # noqa: S608
            f"{' '.join(cases)} ELSE '' END WHERE state = 'wanted' AND kind NOT LIKE '%-query' "
            f"AND (source NOT IN ('', '{SITE}') OR id IN (SELECT page FROM answer))"
        )
