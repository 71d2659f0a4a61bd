"""One edition's ledger: an SQLite file with one writer; its runs, and how far each file is
committed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from huffarchive import typed
from huffarchive.editions.edition import Edition
from huffarchive.exits import Exit
from huffarchive.ledger.pages import Pages
from huffarchive.ledger.provisional import Provisional
from huffarchive.ledger.queue import PageQueue, Requeue
from huffarchive.ledger.readable import is_of_the_disk, read_only, uri
from huffarchive.ledger.rows import Tables
from huffarchive.ledger.schema import LedgerError, check, prepare
from huffarchive.ledger.stats import MissingPages, NotRead, StateCounts, Tally


@dataclass(frozen=True, slots=True)
class FileRow:
    """A pair of files: `<stem>.warc.gz` and `<stem>.jsonl`."""

    serial: int
    stem: str
    whole: bool
    warc_length: int
    """Committed bytes."""
    jsonl_length: int
    articles: int = 0
    warc_sha256: str | None = None
    jsonl_sha256: str | None = None


class Files:
    """The table of files."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next_serial(self) -> int:
        """A serial that no file has had."""
        (last,) = self._connection.execute("SELECT ifnull(max(id), 0) FROM file").fetchone()
        return int(last) + 1

    def store(self, row: FileRow) -> None:
        """Write a file's row, new or changed."""
        self._connection.execute(
            "INSERT OR REPLACE INTO file VALUES (:serial, :stem, iif(:whole, 'whole', 'open'), "
            ":warc_length, :jsonl_length, :articles, :warc_sha256, :jsonl_sha256)",
            asdict(row),
        )

    def forget(self, serial: int) -> None:
        """Remove the row of a file that is not kept."""
        self._connection.execute("DELETE FROM file WHERE id = ?", (serial,))

    def all(self) -> list[FileRow]:
        """Every file, in order."""
        rows = self._connection.execute("SELECT * FROM file ORDER BY id")
        return [FileRow(r[0], r[1], r[2] == "whole", *r[3:]) for r in rows]


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


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run."""

    id: int
    name: str
    started: str
    ended: str | None
    exit: int | None
    reason: str | None
    again: str | None


class Runs:
    """The table of runs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, name: str, started: str) -> int:
        """Note that a run begins; its number."""
        cursor = self._connection.execute(
            "INSERT INTO run (name, started) VALUES (?, ?)", (name, started)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end(self, run: int, ended: str, status: int, reason: str) -> None:
        """Note how a run ended."""
        self._connection.execute(
            "UPDATE run SET ended = ?, exit = ?, reason = ? WHERE id = ?",
            (ended, status, reason, run),
        )

    def begins_again(self, run: int, again: str, *, left: bool) -> bool:
        """Note which settled pages a run was asked to want again; False when it only goes on.

        It does where the last run that was asked the same did not come to its end, and something is
        `left` of it, or no run since came to its own: the rest would be asked twice.
        """
        (last,) = self._connection.execute(
            "SELECT max(id) FROM run WHERE again = :again AND NOT EXISTS (SELECT 1 FROM run AS "
            "later WHERE (later.id = run.id OR later.id > run.id AND (later.again = :again OR "
            "NOT :left)) AND later.exit IN (:done, :failures))",
            {"again": again, "left": left, "done": Exit.DONE, "failures": Exit.FAILURES},
        ).fetchone()
        self._connection.execute("UPDATE run SET again = ? WHERE id = ?", (again, run))
        return last is None

    def last(self, count: int = 1) -> list[RunRow]:
        """The newest runs, newest first."""
        rows = self._connection.execute("SELECT * FROM run ORDER BY id DESC LIMIT ?", (count,))
        return [RunRow(*row) for row in rows]


class LedgerDamagedError(LedgerError):
    """The ledger cannot be read; `scrapy recover` makes it again."""


class Ledger:
    """Wanted pages, captures, files and runs of one edition.

    One read-write connection at a time (the archive's lock sees to it); readers open read-only.
    Changes are made inside `transaction()` only.
    """

    def __init__(
        self, connection: sqlite3.Connection, edition: Edition, path: Path = Path()
    ) -> None:
        self.connection = connection
        self._path = path
        tables = Tables(connection)
        self.captures, self.mementos = tables.captures, tables.mementos
        self.pages = Pages(tables, edition)
        self.frontier = PageQueue(tables, edition.code)
        self.again = Requeue(tables)
        self.remainder = MissingPages(tables, edition.code, self.pages)
        self.counts = StateCounts(tables)
        self.provisional = Provisional(tables)
        self.not_read = NotRead(tables)
        self.files = Files(connection)
        self.runs = Runs(connection)
        self.tally = Tally(connection)
        self.readings = Readings(connection)

    @classmethod
    def open(cls, path: Path, edition: Edition) -> Self:
        """Open for writing; made when it is not there.

        LedgerDamagedError when it is no ledger, LedgerError when it is another version's,
        sqlite3.OperationalError when the disk fails.
        """
        connection = _connect(uri(path, "mode=rwc"))
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_autocheckpoint = 2000")
            prepare(connection)
            (fault,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if fault != "ok":
                raise sqlite3.DatabaseError(fault)  # noqa: TRY301 - one way out for all damage
        except sqlite3.DatabaseError as error:
            connection.close()
            if is_of_the_disk(error):
                raise
            raise _damaged(path, error) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, edition, path)

    @classmethod
    def view(cls, path: Path, edition: Edition) -> Self:
        """Open read-only, also while a run writes; LedgerError when it cannot be used."""
        try:
            return cls(read_only(path, _viewed), edition, path)
        except (sqlite3.DatabaseError, OSError) as error:
            if path.exists() and is_of_the_disk(error):
                raise LedgerDamagedError(
                    f"{path}: cannot be read here ({error}); it may be whole: look at the disk, "
                    "and whether you may read it"
                ) from error
            raise _damaged(path, error) from error

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """All or nothing; when it returns it is on the disk, or with `durable` false: in WAL order.

        A change that is not durable outlives a crash of this program, and is on the disk with the
        next durable one.
        """
        self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything as it is at one moment, while a run goes on; LedgerDamagedError."""
        try:
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")
        except (sqlite3.DatabaseError, ValueError, TypeError, AssertionError) as error:
            raise _damaged(self._path, error) from error

    def close(self) -> None:
        """Close the connection; what was not committed is gone."""
        self.connection.close()


def _viewed(uri: str) -> sqlite3.Connection:
    connection = _connect(uri)
    try:
        connection.execute("SELECT count(*) FROM run").fetchone()
        check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)


def _damaged(path: Path, error: Exception) -> LedgerDamagedError:
    return LedgerDamagedError(
        f"{path}: the ledger cannot be read ({' '.join(str(error).split())}); "
        f"run `{typed()} recover` to make it again from the WARC and JSONL files"
    )
