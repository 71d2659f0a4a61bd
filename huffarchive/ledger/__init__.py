"""What is wanted, what became of it, and how far each file is committed: one SQLite file."""

from huffarchive.ledger.frontier import Place, Share
from huffarchive.ledger.ledger import Ledger, LedgerDamagedError
from huffarchive.ledger.schema import NewerLedgerError, OlderLedgerError
from huffarchive.ledger.task import CaptureRow, Settlement, Task

__all__ = [
    "CaptureRow",
    "Ledger",
    "LedgerDamagedError",
    "NewerLedgerError",
    "OlderLedgerError",
    "Place",
    "Settlement",
    "Share",
    "Task",
]
