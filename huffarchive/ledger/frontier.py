"""What is asked for next: wanted pages, drawn in portions."""

import sqlite3
from collections.abc import Collection
from typing import Any

from huffarchive.ledger.captures import Captures
from huffarchive.ledger.names import Names
from huffarchive.ledger.selection import Selection
from huffarchive.ledger.task import Task
from huffarchive.outcome import Reason, State
from huffarchive.urls import PageKey

MAX_CRASHES = 3
"""Runs that may die while a page is alone under way, before it counts as failed."""
_FIELDS = "id, key, url, tries, hops, asked, crashes, named"


class Frontier:
    """Draws wanted pages; what is drawn is marked with the run until it is settled."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        edition: str,
        selection: Selection,
        captures: Captures,
        discoverers: Names,
    ) -> None:
        self._connection = connection
        self._edition = edition
        self._selection = selection
        self._captures = captures
        self._discoverers = discoverers

    def draw(
        self,
        run: int,
        limit: int,
        now: float,
        without: Collection[str] = (),
        ranks: int = 2,
    ) -> list[Task]:
        """Take pages that are due, sitemaps first, then articles; they are under way in `run`.

        `without` names hosts (host or host:port) that must wait, `ranks` the last rank to draw.
        """
        rows: list[tuple[Any, ...]] = []
        hosts = self._hosts_but(without)
        for rank in range(ranks + 1):
            due = [row for host in hosts for row in self._due(rank, host, int(now), limit)]
            rows += sorted(due, key=lambda row: (row[-1], row[0]))[: limit - len(rows)]
            if len(rows) >= limit:
                break
        self._connection.executemany(
            "UPDATE page SET run = ? WHERE id = ?", [(run, row[0]) for row in rows]
        )
        return [self._task(row[:-1]) for row in rows]

    def _due(self, rank: int, host: int, now: int, limit: int) -> list[tuple[Any, ...]]:
        """The first pages of a host that are due: so many rows are read, however many wait."""
        return self._connection.execute(
            f"SELECT {_FIELDS}, due FROM page WHERE state = 'wanted' AND run IS NULL "  # noqa: S608
            f"AND rank = ? AND host = ? AND due <= ? {self._selection.clause} "
            "ORDER BY due, id LIMIT ?",
            (rank, host, now, limit),
        ).fetchall()

    def _hosts_but(self, without: Collection[str]) -> list[int]:
        """The hosts that pages are of, save some."""
        rows = self._connection.execute("SELECT id, name FROM host ORDER BY id")
        return [number for number, name in rows if name not in without]

    def suspects(self, run: int, ranks: int = 2) -> list[Task]:
        """The pages that were under way when a run before this one died: to be tried alone.

        As with `draw`, only those that the run is about; the others stay under suspicion.
        """
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM page WHERE run IS NOT NULL AND run != ? AND state = 'wanted' "  # noqa: S608
            f"AND rank <= ? {self._selection.clause} ORDER BY id",
            (run, ranks),
        ).fetchall()
        return [self._task(row, alone=True) for row in rows]

    def try_alone(self, task: Task, run: int) -> bool:
        """Note that a suspect is tried alone, before it is; False when that was too often."""
        (crashes,) = self._connection.execute(
            "UPDATE page SET crashes = crashes + 1, run = ? WHERE id = ? RETURNING crashes",
            (run, task.page),
        ).fetchone()
        return int(crashes) <= MAX_CRASHES

    def next_due(self, without: Collection[str] = (), ranks: int = 2) -> int | None:
        """When the next page that is not under way is due; None when none is wanted."""
        earliest: list[int] = []
        for rank in range(ranks + 1):
            for host in self._hosts_but(without):
                row = self._connection.execute(
                    "SELECT due FROM page WHERE state = 'wanted' AND run IS NULL "  # noqa: S608
                    f"AND rank = ? AND host = ? {self._selection.clause} ORDER BY due, id LIMIT 1",
                    (rank, host),
                ).fetchone()
                earliest += row or ()
        return min(earliest, default=None)

    def give_back(self, run: int) -> None:
        """Pages that were drawn in a run and are not settled are wanted again."""
        self._connection.execute("UPDATE page SET run = NULL WHERE run = ?", (run,))

    def discovering(self) -> bool:
        """Whether pages that name other pages (sitemaps, indexes) are still wanted."""
        row = self._connection.execute(
            "SELECT 1 FROM page WHERE state = 'wanted' AND rank = 0 LIMIT 1"
        ).fetchone()
        return row is not None

    def unread_index(self, kinds: Collection[str], base: str) -> tuple[State, Reason] | None:
        """What became of a part of an index that could not be read; None when all of it was.

        Parts that were asked of another base than `base` do not count.
        """
        row = self._connection.execute(
            f"SELECT state, reason FROM page WHERE kind IN ({','.join('?' * len(kinds))}) "  # noqa: S608
            "AND rank = 0 AND state IN ('failed', 'refused', 'gone') AND instr(url, ?) = 1 LIMIT 1",
            (*kinds, f"{base}/"),
        ).fetchone()
        return None if row is None else (State(row[0]), Reason(row[1]))

    def _task(self, row: tuple[Any, ...], *, alone: bool = False) -> Task:
        page, key, url, tries, hops, asked, crashes, named = row
        execute = self._connection.execute
        aliases = execute(
            "SELECT url, tried FROM alias WHERE page = ? AND url != ? ORDER BY url", (page, url)
        ).fetchall()
        return Task(
            page,
            PageKey.parse(f"{self._edition}:{key}"),
            url,
            tries,
            hops,
            tuple(asked.split()),
            tuple(alias for alias, _ in aliases),
            tuple(alias for alias, tried in aliases if tried),
            self._discoverers.of(named),
            self._captures.newest(page),
            alone or crashes > 0,
        )
