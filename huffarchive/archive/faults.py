"""What can go wrong with the archive's own files."""

import errno
import sqlite3

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageError(RuntimeError):
    """Something could not be stored: the run must stop at once; nothing committed is lost."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"could not be stored: {error}")
        self.disk_full = isinstance(error, OSError) and error.errno in _FULL
        if isinstance(error, sqlite3.Error):
            self.disk_full = "disk is full" in str(error)


class ArchiveCorruptError(RuntimeError):
    """A file is not what the ledger says; `scrapy verify` and `scrapy recover` help."""


class LockedError(RuntimeError):
    """Another run holds the archive."""
