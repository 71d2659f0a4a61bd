"""How a ledger is read where nothing can be written beside it: a read-only disk, or a full one."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote

_T = TypeVar("_T")
_OF_THE_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
}


def is_of_the_disk(error: Exception) -> bool:
    """Whether room, leave or another disk would help; the ledger itself may be whole."""
    if isinstance(error, OSError):
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK


def uri(path: Path, how: str) -> str:
    """A database for SQLite, its path byte for byte, whatever the locale makes of it."""
    return f"file:{quote(os.fsencode(path.absolute()))}?{how}"


def read_only(path: Path, opened: Callable[[str], _T]) -> _T:
    """What `opened` makes of the URI by which a ledger can be read; it reads something of it.

    In WAL mode SQLite makes a file beside the ledger. Where it cannot, the ledger is read as it
    stands if it has no WAL, and otherwise from a copy in the temporary folder, which is gone once
    it is opened: the last commits stand in the WAL alone. sqlite3.Error; OSError where there is no
    room for the copy.
    """
    try:
        return opened(uri(path, "mode=ro"))
    except sqlite3.OperationalError as error:
        if not (is_of_the_disk(error) and path.exists()):
            raise
        if path.with_name(f"{path.name}-shm").exists() and os.access(path.parent, os.W_OK):
            raise  # a run is under way
    with as_it_stands(path) as whole:
        return opened(whole)


@contextmanager
def as_it_stands(path: Path, scratch: Path | None = None) -> Iterator[str]:
    """The URI by which a ledger is read, its WAL too, with nothing made beside it.

    A copy is made in `scratch`, or the temporary folder. sqlite3.Error; OSError.
    """
    wal = path.with_name(f"{path.name}-wal")
    if not (wal.exists() and wal.stat().st_size):
        yield uri(path, "immutable=1")
        return
    with TemporaryDirectory(prefix="ledger-", dir=scratch) as folder:
        copy = Path(folder, path.name)
        for source in (path, wal):
            shutil.copyfile(source, copy.with_name(source.name))
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        yield uri(copy, "immutable=1")
