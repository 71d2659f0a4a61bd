"""The answer to a search: how many articles, which of them on this page, how they divide."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from huffarchive.browse.catalogue import Among, Catalogue
from huffarchive.browse.query import PAGE, Query

RANKED = 10_000
"""Words that more articles than these hold put nothing in order: the newest stands first."""
_COLUMNS = "a.id, a.headline, a.date_published, a.agency, a.authors, a.section"
_OPENING = 240


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found."""

    total: int
    articles: list[dict[str, Any]]
    """Those of this page; `excerpt` has what was found between \\x01 and \\x02."""
    counts: dict[str, list[tuple[str, int]]]
    """(value, articles) under each facet, exact."""
    ranked: bool
    """Whether the best match stands first, or else the newest."""


def answer(query: Query, catalogue: Catalogue, room: sqlite3.Connection) -> Answer:
    """Ask the reading room's database for the words, and the catalogue for the rest.

    sqlite3.OperationalError when the connection's time is over.
    """
    found = None
    if query.match:
        (listed,) = room.execute(
            "SELECT group_concat(rowid) FROM articles_fts WHERE articles_fts MATCH ?", [query.match]
        ).fetchone()
        found = np.fromstring(listed, np.int32, sep=",") if listed else np.empty(0, np.int32)
    among = catalogue.among(found, query.chosen)
    total = int(np.count_nonzero(among))
    ranked = found is not None and found.size <= RANKED
    skip = PAGE * (query.page - 1)
    page = _best(query, among, skip, room) if ranked else catalogue.page(among, skip, PAGE)
    counts = {name: entries.counts(among) for name, entries in catalogue.entries.items()}
    return Answer(total, _articles(query, page, room), counts, ranked)


def _best(query: Query, among: Among, skip: int, room: sqlite3.Connection) -> list[int]:
    """A page of a set, the best match first."""
    rows = room.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank", [query.match]
    )
    return [article for (article,) in rows if among[article]][skip : skip + PAGE]


def _articles(query: Query, page: Sequence[int], room: sqlite3.Connection) -> list[dict[str, Any]]:
    marks = ",".join("?" * len(page))
    if query.match:
        # A beginning is looked up in many words: once for all (+rowid), not once for each article.
        once = "+" if "*" in query.match else ""
        rows = room.execute(
            f"SELECT f.rowid AS article, {_COLUMNS}, "  # noqa: S608
            "snippet(articles_fts, 2, char(1), char(2), ' … ', 36) AS excerpt "
            "FROM articles_fts AS f JOIN articles AS a ON a.rowid = f.rowid "
            f"WHERE articles_fts MATCH ? AND {once}f.rowid IN ({marks})",
            [query.match, *page],
        )
    else:
        rows = room.execute(
            f"SELECT rowid AS article, {_COLUMNS}, substr(text, 1, {_OPENING + 1}) AS excerpt "  # noqa: S608
            f"FROM articles AS a WHERE rowid IN ({marks})",
            page,
        )
    found = {row["article"]: dict(row) for row in rows}
    if not query.match:
        for row in found.values():
            row["excerpt"] = _opening(row["excerpt"])
    return [found[article] for article in page]


def _opening(text: str) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= _OPENING:
        return text
    return f"{text[:_OPENING].rpartition(' ')[0] or text[:_OPENING]} …"
