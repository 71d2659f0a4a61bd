"""One run's writers under one commit."""

from huffarchive.archive.archive import Archive
from huffarchive.archive.faults import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.places import Places
from huffarchive.archive.visit import Unread, Visit

__all__ = [
    "Archive",
    "ArchiveCorruptError",
    "LockedError",
    "Places",
    "StorageError",
    "Unread",
    "Visit",
]
