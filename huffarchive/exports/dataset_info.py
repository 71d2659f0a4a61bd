"""What a data set is: its schema, counts, provenance and rights, and its card for the Hugging
Face Hub.
"""

import json
from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from itemadapter import ItemAdapter
from jinja2 import Template

from huffarchive import __version__
from huffarchive.article import (
    AGENCY,
    OWN,
    SCHEMA_VERSION,
    UNKNOWN,
    Article,
    Chrome,
    Image,
    copy_of,
)
from huffarchive.exports.latest import Latest


@cache
def schema() -> dict[str, Any]:
    """The schema, draft 2020-12: every key is required and no other is allowed."""
    found = ItemAdapter.get_json_schema(Article)
    found["required"] = [field.name for field in fields(Article)]
    found["additionalProperties"] = False
    for name, part in (("images", Image), ("chrome", Chrome)):
        item = found["properties"][name]["items"]
        item["required"] = [field.name for field in fields(part)]
        item["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"huffarchive article {SCHEMA_VERSION}",
        **found,
    }


RIGHTS = (
    "The articles, pictures and captions belong to their publishers, agencies and authors; "
    "nothing here grants a licence to them. Exceptions such as fair dealing (Canada) or text and "
    "data mining for research (European Union) may allow use; check what applies to you. "
    "Do not publish the texts. The structure of the data set (ids, dates, digests, offsets) is "
    "free to use."
)


@dataclass(frozen=True, slots=True)
class DatasetInfo:
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


def dataset_info(latest: Latest, title: str) -> DatasetInfo:
    """Count a data set."""
    words = 0
    sources: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    first = last = None
    for row in latest.rows():
        words += row["word_count"]
        sources[row["source"]] += 1
        copy = copy_of(row["is_wire"])
        agencies[(copy == AGENCY and row["agency"]) or copy] += 1
        languages[row["language"] or "unknown"] += 1
        if (moment := row["captured_at"]) is not None:
            first, last = min(first or moment, moment), max(last or moment, moment)
    return DatasetInfo(
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


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


_COPY_NAMES = {OWN: "Own", UNKNOWN: "Origin unknown"}
"""In the words of the report."""


def card(account: DatasetInfo, derived: dict[str, str]) -> str:
    """The README.md of a data set: YAML that the Hub and `datasets` read, then text."""
    text = files("huffarchive.exports").joinpath("card.md.j2").read_text("utf-8")
    template = Template(text, trim_blocks=True, keep_trailing_newline=True)
    rendered: str = template.render(
        info=account,
        title=json.dumps(account.title, ensure_ascii=False),
        size=next((name for limit, name in _SIZES if account.articles < limit), "1M<n<10M"),
        copies=_COPY_NAMES,
        fields=account.fields | derived,
    )
    return rendered
