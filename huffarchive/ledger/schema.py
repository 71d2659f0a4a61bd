"""The ledger's tables (`schema.sql`) and their version; a ledger of another version is made again
from the files.
"""

import sqlite3
from importlib.resources import files

from huffarchive import typed

VERSION = 11
"""Of the schema (PRAGMA user_version)."""


class LedgerError(RuntimeError):
    """A ledger that cannot be used: it is another version's, or damaged (LedgerDamagedError)."""


def check(connection: sqlite3.Connection, name: str = "main") -> None:
    """See that a ledger, attached under this name, is of this version; LedgerError."""
    (version,) = connection.execute(f"PRAGMA {name}.user_version").fetchone()
    if version < VERSION:
        raise LedgerError(
            f"the ledger has schema version {version}, this huffarchive reads {VERSION}; "
            f"run `{typed()} recover` to make it again from the WARC and JSONL files"
        )
    if version > VERSION:
        raise LedgerError(
            f"the ledger has schema version {version}, this huffarchive knows {VERSION}; "
            "use the newer huffarchive that wrote it"
        )


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a new ledger, in one transaction; check those of any other."""
    if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        tables = files("huffarchive.ledger").joinpath("schema.sql").read_text("utf-8")
        connection.executescript(
            f"BEGIN IMMEDIATE; {tables} PRAGMA user_version = {VERSION}; COMMIT;"
        )
    check(connection)
