"""The comparison of a record with its gold, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huffarchive.editions import HUFFPOST_QC
from huffarchive.sample.content import fold
from huffarchive.sample.gold import Gold
from huffarchive.urls import Address, identify

SHORT = 20
"""Words below which a text may be too short to tell its language."""
_SAME = ("id", "kind", "legacy_id", "canonical_url", "layout", "is_wire", "agency")
_WORDS = ("headline", "dek", "description", "byline_raw", "agency_signature", "section")
FIELDS = (
    *_SAME,
    *_WORDS,
    "aliases",
    "authors",
    "keywords",
    "language",
    "date_published",
    "date_modified",
    "text",
    "paragraphs",
    "images",
    "links",
    "chrome",
    "leaks",
)
"""What is compared; `leaks` are texts of the page that must not be in `text`."""


@dataclass(frozen=True)
class Miss:
    """A field that differs."""

    field: str
    expected: Any
    got: Any


def misses(gold: Gold, record: Mapping[str, Any]) -> list[Miss]:
    """The fields of a record (a line of JSONL, read) that differ from its gold.

    White space is folded on both sides and a literal `&nbsp;` counts as white space; dates are
    compared as moments; aliases must name the article; a piece of chrome may be part of a larger
    one of its kind; the language of a text under 20 words may be null.
    """
    found: list[Miss] = []

    def compare(field: str, expected: Any, got: Any) -> None:
        if expected != got:
            found.append(Miss(field, expected, got))

    for field in _SAME:
        compare(field, getattr(gold, field), record[field])
    for field in _WORDS:
        compare(field, _fold(getattr(gold, field)), _fold(record[field]))
    compare("aliases", [], [url for url in record["aliases"] if not _names(url, gold.id)])
    compare("authors", _folded(gold.authors), _folded(record["authors"]))
    compare("keywords", _folded(gold.keywords), _folded(record["keywords"]))
    if record["language"] is not None or len(gold.text.split()) >= SHORT:
        compare("language", gold.language, record["language"])
    for field in ("date_published", "date_modified"):
        compare(field, _moment(getattr(gold, field)), _moment(record[field]))
    compare("text", _fold(gold.text), _fold(record["text"]))
    compare("paragraphs", _folded(gold.paragraphs), _folded(record["paragraphs"]))
    compare(
        "images",
        [(i.url, _fold(i.caption), _fold(i.credit)) for i in gold.images],
        [(i["url"], _fold(i["caption"]), _fold(i["credit"])) for i in record["images"]],
    )
    compare("links", list(gold.links), list(record["links"]))
    compare("chrome", [], _missing(gold, record["chrome"]))
    compare("leaks", [], _leaks(gold, record))
    return found


def _leaks(gold: Gold, record: Mapping[str, Any]) -> list[str]:
    """Foreign texts inside the text: long ones anywhere, short ones as a paragraph of their own."""
    paragraphs = _folded(record["paragraphs"])
    whole = _fold(record["text"]) or ""
    words = (fold(text) for text in gold.foreign)
    return [w for w in words if (w in whole if len(w.split()) > 3 else w in paragraphs)]


def _missing(gold: Gold, chrome: list[Mapping[str, str]]) -> list[tuple[str, str]]:
    pieces = [(piece["kind"], _fold(piece["text"]) or "") for piece in chrome]
    return [
        (piece.kind, piece.text)
        for piece in gold.chrome
        if not any(k == piece.kind and (_fold(piece.text) or "") in words for k, words in pieces)
    ]


def _fold(words: str | None) -> str | None:
    return None if words is None else fold(words.replace("&nbsp;", " "))


def _folded(words: list[str] | tuple[str, ...]) -> list[str | None]:
    return [_fold(one) for one in words]


def _moment(words: str | None) -> datetime | str | None:
    if words is None:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return words
    return moment if moment.tzinfo is not None else words


def _names(url: str, ident: str) -> bool:
    address = identify(url, HUFFPOST_QC)
    return isinstance(address, Address) and str(address.key) == ident
