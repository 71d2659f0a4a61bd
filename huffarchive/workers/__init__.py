"""Pages are read in processes of their own, bounded in time and memory."""

from huffarchive.workers.check import ReadersFailedError
from huffarchive.workers.job import OF_THE_PAGE, READER, Job, Unread
from huffarchive.workers.pool import ReaderPool, Readers, read_in_order

__all__ = [
    "OF_THE_PAGE",
    "READER",
    "Job",
    "ReaderPool",
    "Readers",
    "ReadersFailedError",
    "Unread",
    "read_in_order",
]
