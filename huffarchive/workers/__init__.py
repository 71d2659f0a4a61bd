"""Pages are read in processes of their own, bounded in time and memory."""

from huffarchive.workers.job import READER, Job, Unread
from huffarchive.workers.pool import ReaderPool, Readers, read_in_order

__all__ = ["READER", "Job", "ReaderPool", "Readers", "Unread", "read_in_order"]
