"""Names that many rows share (hosts, discoverers): a number for each, kept in memory."""

import sqlite3

MOST = 62
"""Names that a set can tell apart: it is one integer of SQLite, a bit for each."""


class Names:
    """A table of names."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection, self._table = connection, table
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, given to it at its first use."""
        if name not in self._numbers:
            execute = self._connection.execute
            execute(f"INSERT OR IGNORE INTO {self._table} (name) VALUES (?)", (name,))  # noqa: S608
            row = execute(f"SELECT id FROM {self._table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
            self._numbers[name] = int(row[0])
        return self._numbers[name]

    def bit(self, name: str) -> int:
        """The set that holds one name; names past the 62nd count as the 62nd."""
        return 1 << min(self.number(name), MOST)

    def of(self, bits: int) -> tuple[str, ...]:
        """The names in a set, sorted."""
        known = 0
        for number in self._numbers.values():
            known |= 1 << min(number, MOST)
        if bits & ~known:
            rows = self._connection.execute(f"SELECT name, id FROM {self._table}")  # noqa: S608
            self._numbers = dict(rows.fetchall())
        return tuple(sorted(n for n, k in self._numbers.items() if k <= MOST and bits >> k & 1))

    def forget(self) -> None:
        """Forget the numbers: after a transaction that was rolled back."""
        self._numbers.clear()
