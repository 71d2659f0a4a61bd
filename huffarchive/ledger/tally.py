"""How many pages stand where: counts that triggers keep, so a million pages are counted at once."""

import sqlite3
from dataclasses import dataclass

from huffarchive.ledger.names import Names
from huffarchive.outcome import State


@dataclass(frozen=True, slots=True)
class Count:
    """So many pages that are alike in this."""

    state: State
    reason: str
    """"" while they are wanted."""
    kind: str
    """The key's."""
    month: str
    """Published "YYYY-MM"; "" when unknown."""
    named_by: tuple[str, ...]
    """Everyone who named them, sorted."""
    pages: int


class Tally:
    """The table of counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._discoverers = Names(connection, "discoverer")

    def all(self) -> list[Count]:
        """Every count that is not zero."""
        rows = self._connection.execute(
            "SELECT state, reason, kind, month, named, n FROM tally WHERE n > 0 "
            "ORDER BY state, reason, kind, month, named"
        )
        return [
            Count(State(state), reason, kind, month, self._discoverers.of(named), pages)
            for state, reason, kind, month, named, pages in rows
        ]
