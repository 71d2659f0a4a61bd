"""What a data set is: counts, fields, where it comes from, what may be done with it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from huffarchive import __version__
from huffarchive.archive.schema import schema
from huffarchive.exports.latest import Latest

RIGHTS = (
    "The articles, pictures and captions belong to their publishers, agencies and authors; "
    "nothing here grants a licence to them. Exceptions such as fair dealing (Canada) or text and "
    "data mining for research (European Union) may allow use; check what applies to you. "
    "Do not publish the texts. The structure of the data set (ids, dates, digests, offsets) is "
    "free to use."
)


@dataclass(frozen=True, slots=True)
class Account:
    """A data set in numbers and words; the same input gives the same account."""

    title: str
    articles: int
    versions: int
    """Captures with a record, earlier ones too."""
    unread: int
    """Those of which the page could not be read: where another could, it stands here."""
    words: int
    years: tuple[tuple[int | None, int], ...]
    sources: tuple[tuple[str, int], ...]
    agencies: tuple[tuple[str, int], ...]
    """The most frequent first; "own" for the paper's own copy, "unknown" where nothing tells."""
    languages: tuple[str, ...]
    first: str | None
    """Earliest and latest capture."""
    last: str | None
    fields: dict[str, str]
    """Each field's documentation."""
    rights: str = RIGHTS

    @property
    def provenance(self) -> str:
        """Where the records come from, in two sentences."""
        span = f" between {self.first} and {self.last}" if self.first else ""
        return (
            f"Read by huffarchive {__version__} from WARC captures made{span}. Each record names "
            "its evidence: WARC file, offset, length, record id and digests of the payload."
        )


def account(latest: Latest, title: str) -> Account:
    """Count a data set."""
    words = 0
    sources: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    first = last = None
    for row in latest.rows():
        words += row["word_count"]
        sources[row["source"]] += 1
        agencies[copy_of(row)] += 1
        languages[row["language"] or "unknown"] += 1
        if (moment := row["captured_at"]) is not None:
            first, last = min(first or moment, moment), max(last or moment, moment)
    return Account(
        title,
        len(latest),
        latest.lines,
        latest.unread,
        words,
        tuple(latest.years()),
        _most(sources),
        _most(agencies),
        tuple(name for name, _ in _most(languages) if name != "unknown"),
        first,
        last,
        {name: spec["description"] for name, spec in schema()["properties"].items()},
    )


def copy_of(row: dict[str, Any]) -> str:
    """Whose copy a record is: an agency's name, "own" or "unknown", as `is_wire` tells."""
    if row["is_wire"]:
        return row["agency"] or "agency"
    return "unknown" if row["is_wire"] is None else "own"


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
