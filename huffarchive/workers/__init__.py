"""Pages are read in processes of their own, bounded in time and memory."""

from huffarchive.workers.job import READER, Job, Unread
from huffarchive.workers.pool import ReaderPool, read_in_order

__all__ = ["READER", "Job", "ReaderPool", "Unread", "read_in_order"]
