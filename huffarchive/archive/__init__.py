"""One run's writers under one commit."""

from huffarchive.archive.archive import Archive, Limits
from huffarchive.archive.faults import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.filing import Kept
from huffarchive.archive.places import Places
from huffarchive.archive.visit import Visit

__all__ = [
    "Archive",
    "ArchiveCorruptError",
    "Kept",
    "Limits",
    "LockedError",
    "Places",
    "StorageError",
    "Visit",
]
