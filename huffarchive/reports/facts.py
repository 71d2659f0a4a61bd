"""The facts of a report: the ledger's account, its runs and files, and the census."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huffarchive.archive import Places
from huffarchive.archive.account import account
from huffarchive.editions import Edition
from huffarchive.ledger import Ledger
from huffarchive.ledger.files import FileRow
from huffarchive.ledger.runs import RunRow
from huffarchive.reports.census import Census, census

_RUNS = 10
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the ledger knows it, and what its own report adds."""

    row: RunRow
    report: dict[str, Any]
    """{} when it left none."""

    @property
    def began(self) -> datetime | None:
        """When it began, in UTC; None when its row does not say."""
        try:
            return datetime.fromisoformat(self.row.started).astimezone(UTC)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report tells of."""

    edition: Edition
    sample: bool
    """Whether it is the sample site's archive."""
    account: dict[str, Any]
    """As `archive.account.account` gives it."""
    census: Census
    runs: list[Run]
    """The newest first, ten at most."""
    files: list[FileRow]
    made: datetime
    """When they were gathered, UTC."""


def gather(places: Places, edition: Edition) -> Facts:
    """Read an archive's ledger and its JSONL files, also while a run is under way.

    A run may finish a file, which renames it, between the look into the ledger and the reading:
    then all is read again.

    LedgerDamagedError, OlderLedgerError or NewerLedgerError when the ledger cannot be read,
    RecordsError or OSError when a JSONL file cannot.
    """
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            return _gathered(places, edition)
    return _gathered(places, edition)


def _gathered(places: Places, edition: Edition) -> Facts:
    ledger = Ledger.view(places.ledger, edition)
    try:
        files = ledger.files.all()
        runs = ledger.runs.last(_RUNS)
    finally:
        ledger.close()
    return Facts(
        edition,
        places.name.endswith("-sample"),
        account(places, edition),
        census(
            (places.jsonl_file(row.stem, growing=not row.whole), row.jsonl_length) for row in files
        ),
        [Run(row, _report(places, row.name)) for row in runs],
        files,
        datetime.now(UTC),
    )


def _report(places: Places, name: str) -> dict[str, Any]:
    try:
        found = json.loads((places.reports / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
