"""The facts of a report: counts over the JSONL files, and the ledger's account of pages and
runs.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from huffarchive import typed
from huffarchive.archive.status import archive_status
from huffarchive.article import copy_of, rank, read_record
from huffarchive.editions.edition import Edition
from huffarchive.ledger.ledger import FileRow, Ledger, RunRow
from huffarchive.ledger.stats import MissingPage, PageCount
from huffarchive.outcome import State
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import PageKey

_FIELDS = "headline date_published signature section description keywords language text images"
LOOKED_FOR = tuple(_FIELDS.split())
"""Fields whose absence is counted; `signature` stands for an author or an agency."""


class RecordsError(RuntimeError):
    """A JSONL file that holds something else than records, or less than the ledger says."""


@dataclass(slots=True)
class CorpusStats:
    """Counts of articles, each once; `versions` are the later ones of those that changed.

    Its size depends on how many months, layouts and warnings there are, not on the articles.
    """

    articles: int = 0
    versions: int = 0
    words: int = 0
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(month "YYYY-MM" or "", copy)."""
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(source, year "YYYY" or "")."""
    days: Counter[str] = field(default_factory=Counter)
    """Day of capture, "YYYY-MM-DD"."""
    agencies: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    layouts: Counter[str] = field(default_factory=Counter)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(layout, field of LOOKED_FOR)."""
    warnings: Counter[str] = field(default_factory=Counter)
    warned: int = 0
    """Articles with a warning or more."""

    def add(self, record: dict[str, Any]) -> None:
        """Count one record of an article."""
        published = record["date_published"] or ""
        layout = record["layout"]
        self.articles += 1
        self.words += record["word_count"]
        self.months[published[:7], copy_of(record["is_wire"])] += 1
        self.sources[record["source"], published[:4]] += 1
        if record["captured_at"]:
            self.days[record["captured_at"][:10]] += 1
        self.kinds[record["kind"] or ""] += 1
        self.layouts[layout] += 1
        if record["agency"]:
            self.agencies[record["agency"]] += 1
        for name in LOOKED_FOR:
            if not _has(record, name):
                self.missing[layout, name] += 1
        self.warnings.update(record["warnings"])
        self.warned += bool(record["warnings"])


_FIRST = b'"previous_id":null'


def corpus_stats(files: Iterable[tuple[Path, int]]) -> CorpusStats:
    """Count the articles in the committed bytes of JSONL files, given with their lengths.

    Each counts once, by its latest version, as in an export. The files are read twice, for the
    changed articles and for the others; one line is held at a time, and of the changed the latest.
    RecordsError names a file, and its line, that cannot be counted.
    """
    placed = list(files)
    found = CorpusStats()
    latest: dict[str, tuple[str, dict[str, Any]]] = {}
    for row, place in _records(placed, first=False):
        found.versions += 1
        latest[row["id"]] = max(latest.get(row["id"], ("", {})), (place, row), key=itemgetter(0))
    for row, place in _records(placed, first=True):
        if row["id"] not in latest:
            found.add(row)
        elif place > latest[row["id"]][0]:
            latest[row["id"]] = (place, row)
    for _, row in latest.values():
        found.add(row)
    return found


def _records(
    files: Iterable[tuple[Path, int]], *, first: bool
) -> Iterator[tuple[dict[str, Any], str]]:
    """(record, how late it is) of the first versions of articles, or of the later ones."""
    for path, length in files:
        for number, line in enumerate(_lines(path, length), 1):
            if not line.strip() or (not first and _FIRST in line):
                continue
            try:
                row = read_record(line)
            except ValueError as error:
                raise RecordsError(
                    f"{path}: line {number} is no record ({error}); "
                    f"`{typed()} verify` says what is wrong"
                ) from error
            if first == (row["previous_id"] is None):
                row |= {"text": row["text"][:1], "paragraphs": [], "chrome": []}
                yield row, rank(row, line)


def _lines(path: Path, length: int) -> Iterator[bytes]:
    left = length
    with path.open("rb") as file:
        while left > 0:
            line = file.readline(left)
            if not line:
                raise RecordsError(
                    f"{path}: {left:,} bytes are missing at its end; "
                    f"`{typed()} verify` says what is wrong"
                )
            left -= len(line)
            yield line


def _has(record: dict[str, Any], name: str) -> bool:
    if name == "signature":
        return bool(record["authors"] or record["agency"])
    return bool(record[name])


_RUNS = 10
MISSING = 500
"""Articles that are not saved, as a report lists them; `<run>-left.jsonl` has all."""
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
    census: CorpusStats
    runs: list[Run]
    """The newest first, ten at most."""
    files: list[FileRow]
    made: datetime
    """When they were gathered, UTC."""
    due: int = 0
    """Pages that are saved and wanted again; in the account they count as captured."""
    due_articles: int = 0
    missing: list[MissingPage] = field(default_factory=list)
    """Articles that are not saved, MISSING at most."""


def gather(places: ArchivePaths, edition: Edition) -> Facts:
    """Read an archive's ledger and its JSONL files, also while a run is under way.

    A run may finish a file, which renames it, between the look into the ledger and the reading:
    then all is read again.

    LedgerError when the ledger cannot be read,
    RecordsError or OSError when a JSONL file cannot.
    """
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            return _gathered(places, edition)
    return _gathered(places, edition)


def _gathered(places: ArchivePaths, edition: Edition) -> Facts:
    with closing(Ledger.view(places.ledger, edition)) as ledger, ledger.snapshot():
        files = ledger.files.all()
        runs = ledger.runs.last(_RUNS)
        due = ledger.tally.due_again()
        missing = list(islice(ledger.remainder.articles(), MISSING))
    account = archive_status(places, edition)
    return Facts(
        edition,
        places.is_sample,
        account,
        corpus_stats(
            (places.jsonl_file(row.stem, growing=not row.whole), row.jsonl_length) for row in files
        ),
        [Run(row, _report(places, row.name)) for row in runs],
        files,
        datetime.now(UTC),
        sum(count.pages for count in due),
        as_saved(account, due),
        missing,
    )


def as_saved(account: dict[str, Any], due: list[PageCount]) -> int:
    """Count what is wanted again as captured, for it is saved; how many articles these are."""
    articles = 0
    for count in due:
        groups = [account["counts"]]
        if PageKey("", count.kind, "").is_article:
            articles += count.pages
            year = account["years"][count.month[:4]]
            groups += [account["article_pages"], year]
            groups += [account["discoverers"][name] for name in count.named_by]
            if "captured_news" in year and count.kind == "n":
                year["captured_news"] += count.pages
        for group in groups:
            group[State.WANTED] -= count.pages
            group[State.CAPTURED] += count.pages
    return articles


def _report(places: ArchivePaths, name: str) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads((places.reports / f"{name}.json").read_text("utf-8"))
        return found if isinstance(found, dict) else {}
    return {}
