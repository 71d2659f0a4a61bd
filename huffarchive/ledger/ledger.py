"""One edition's ledger: an SQLite file with one writer."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

from huffarchive.editions import Edition
from huffarchive.ledger.again import Again
from huffarchive.ledger.answers import Answers
from huffarchive.ledger.captures import Captures
from huffarchive.ledger.counts import Counts
from huffarchive.ledger.files import Files
from huffarchive.ledger.frontier import Frontier
from huffarchive.ledger.mementos import Mementos
from huffarchive.ledger.names import Names
from huffarchive.ledger.not_read import NotRead
from huffarchive.ledger.pages import Pages
from huffarchive.ledger.readings import Readings
from huffarchive.ledger.remainder import Remainder
from huffarchive.ledger.runs import Runs
from huffarchive.ledger.schema import check, prepare
from huffarchive.ledger.selection import Selection
from huffarchive.ledger.tally import Tally


class LedgerDamagedError(RuntimeError):
    """The ledger cannot be read; `scrapy recover` makes it again."""


class Ledger:
    """Wanted pages, captures, files and runs of one edition.

    One read-write connection at a time (the archive's lock sees to it); readers open read-only.
    Changes are made inside `transaction()` only.
    """

    def __init__(self, connection: sqlite3.Connection, edition: Edition) -> None:
        self.connection = connection
        selection = Selection(connection)
        hosts, discoverers = Names(connection, "host"), Names(connection, "discoverer")
        self.captures = Captures(connection)
        self.mementos = Mementos(connection)
        answers = Answers(connection)
        self.pages = Pages(
            connection,
            edition,
            selection,
            self.captures,
            self.mementos,
            answers,
            hosts,
            discoverers,
        )
        self.frontier = Frontier(
            connection, edition.code, selection, self.captures, answers, discoverers
        )
        self.again = Again(connection, selection, self.mementos, answers)
        self.remainder = Remainder(connection, edition.code, self.pages, answers, discoverers)
        self.counts = Counts(connection, selection)
        self.not_read = NotRead(connection, selection, answers)
        self.files = Files(connection)
        self.runs = Runs(connection)
        self.tally = Tally(connection)
        self.readings = Readings(connection)

    @classmethod
    def open(cls, path: Path, edition: Edition) -> Self:
        """Open for writing; made when it is not there.

        LedgerDamagedError when it is no ledger, OlderLedgerError or NewerLedgerError when it is
        another version's, sqlite3.OperationalError when the disk fails.
        """
        connection = _connect(f"file:{_quoted(path)}?mode=rwc")
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
            if _is_of_the_disk(error):
                raise
            raise _damaged(path, error) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection, edition)

    @classmethod
    def view(cls, path: Path, edition: Edition) -> Self:
        """Open read-only, also while a run writes.

        LedgerDamagedError when it is no ledger, OlderLedgerError or NewerLedgerError when it is
        another version's.
        """
        for how in ("mode=ro", "immutable=1"):
            connection = None
            try:
                connection = _connect(f"file:{_quoted(path)}?{how}")
                connection.execute("SELECT count(*) FROM run").fetchone()
                check(connection)
            except sqlite3.OperationalError as error:
                if connection is not None:
                    connection.close()
                # A ledger in WAL mode needs a file beside it, which not everybody may make.
                if how != "mode=ro" or not path.exists() or os.access(path.parent, os.W_OK):
                    raise _damaged(path, error) from error
                if not os.access(path, os.R_OK) or path.with_name(f"{path.name}-wal").exists():
                    raise LedgerDamagedError(
                        f"{path}: cannot be read without leave to write in its folder while a run "
                        "is under way; ask for that leave, or wait for the run to end"
                    ) from error
            except sqlite3.DatabaseError as error:
                if connection is not None:
                    connection.close()
                raise _damaged(path, error) from error
            except BaseException:
                if connection is not None:
                    connection.close()
                raise
            else:
                break
        assert connection is not None
        return cls(connection, edition)

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
        """Read everything as it is at one moment, while a run goes on."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; what was not committed is gone."""
        self.connection.close()


_OF_THE_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
}


def _is_of_the_disk(error: sqlite3.Error) -> bool:
    """Whether room or another disk would help; the ledger itself may be whole."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)


def _quoted(path: Path) -> str:
    """A path as part of a URI, byte for byte, whatever the locale makes of it."""
    return quote(os.fsencode(path))


def _damaged(path: Path, error: Exception) -> LedgerDamagedError:
    return LedgerDamagedError(
        f"{path}: the ledger cannot be read ({error}); "
        "run `scrapy recover` to make it again from the WARC and JSONL files"
    )
