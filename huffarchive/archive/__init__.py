"""One run's writers under one commit."""

from huffarchive.archive.archive import Archive, Kept, Limits
from huffarchive.archive.faults import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.places import Places
from huffarchive.archive.visit import Visit

__all__ = [
    "Archive",
    "Kept",
    "Limits",
    "ArchiveCorruptError",
    "LockedError",
    "Places",
    "StorageError",
    "Visit",
]
