"""An SQLite file with full-text search, ready for Datasette, made with sqlite-utils."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlite_utils

from huffarchive import __version__
from huffarchive.exports.dataset_info import DatasetInfo
from huffarchive.exports.latest import COLUMNS, Latest
from huffarchive.storage.products import MAKER

SEARCHED = ("headline", "dek", "text", "authors")
FOLDING = "unicode61 remove_diacritics 2"
"""Finds "québec" when "Quebec" is asked for, and the other way round."""
_NUMBERS = frozenset(("word_count", "http_status", "warc_offset", "warc_length", "is_wire"))
_INDEXED = ("date_published", "section", "agency", "kind", "source", "layout")
_BATCH = 500


def write_sqlite(latest: Latest, target: Path, prefixes: str = "") -> None:
    """A table `articles` with all fields (lists as JSON), and its index `articles_fts`.

    `prefixes` ("1 2 3") are lengths of beginnings of words that get an index of their own.
    The same input gives the same bytes with the same version of SQLite.
    """
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        database = sqlite_utils.Database(connection)
        columns = {name: int if name in _NUMBERS else str for name in COLUMNS}
        articles = database["articles"]
        articles.create(columns, pk="id", not_null={"id", "url", "text"})  # type: ignore[union-attr]
        connection.execute("BEGIN")
        for batch in _batches(latest):
            marks = ",".join("?" * len(COLUMNS))
            connection.executemany(f"INSERT INTO articles VALUES ({marks})", batch)  # noqa: S608
        connection.execute("COMMIT")
        for name in _INDEXED:
            articles.create_index([name])  # type: ignore[union-attr]
        # sqlite-utils' enable_fts knows no prefix indexes.
        connection.executescript(
            f"CREATE VIRTUAL TABLE articles_fts USING FTS5 ({', '.join(SEARCHED)}, "  # noqa: S608
            f"content=[articles], tokenize='{FOLDING}', prefix='{prefixes}');"
            "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');"
            "INSERT INTO articles_fts (articles_fts) VALUES ('optimize')"
        )
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    finally:
        connection.close()


def _batches(latest: Latest) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    for row in latest.rows():
        batch.append(tuple(_cell(row.get(name)) for name in COLUMNS))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def write_metadata(account: DatasetInfo, target: Path, name: str) -> None:
    """The file that Datasette reads beside the database: titles, columns, facets, rights."""
    table = {
        "description": f"{account.articles:,} articles, the latest version of each.",
        "columns": account.fields,
        "label_column": "headline",
        "sort_desc": "date_published",
        "facets": ["section", "agency", "kind", "source"],
        "size": 50,
    }
    document = {
        "title": account.title,
        "description": account.provenance,
        "license": "Rights reserved by the publishers",
        "about": account.rights,
        "source": f"{MAKER} {__version__}",
        "databases": {name: {"tables": {"articles": table, "articles_fts": {"hidden": True}}}},
    }
    target.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
