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
        wal, index = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
        if index.exists() and os.access(path.parent, os.W_OK):
            raise  # a run is under way
    if not (wal.exists() and wal.stat().st_size):
        return opened(uri(path, "immutable=1"))
    with _merged(path, wal) as copy:
        return opened(uri(copy, "immutable=1"))


@contextmanager
def _merged(path: Path, wal: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="ledger-") as folder:
        copy = Path(folder, path.name)
        for source in (path, wal):
            shutil.copyfile(source, copy.with_name(source.name))
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        yield copy
