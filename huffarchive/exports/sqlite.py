"""An SQLite file with full-text search, ready for Datasette, made with sqlite-utils."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import sqlite_utils

from huffarchive import __version__
from huffarchive.article import Article
from huffarchive.exports.dataset_info import DatasetInfo
from huffarchive.exports.latest import COLUMNS, Latest
from huffarchive.stems import WORD, fold, stem
from huffarchive.storage.products import MAKER

SEARCHED = ("headline", "dek", "text", "authors")
_BYLINE = "ifnull(authors, '') || ' ' || ifnull(agency, '')"
"""What is indexed of `authors`: an article's agency stands in its byline as a name does."""
FOLDING = "unicode61 remove_diacritics 2"
"""Finds "québec" when "Quebec" is asked for, and the other way round."""
_NUMBERS = frozenset(
    name for name, kind in get_type_hints(Article).items() if {int, bool} & {kind, *get_args(kind)}
)
_INDEXED = ("date_published", "section", "agency", "kind", "source", "layout")
_BATCH = 500
NOTHING: Mapping[str, str] = MappingProxyType({})
_KNOWN = 200_000
"""Words whose stems are kept in memory: some 40 MB."""


def write_sqlite(
    latest: Latest, target: Path, prefixes: str = "", beside: Mapping[str, str] = NOTHING
) -> None:
    """A table `articles` with all fields (lists as JSON), and what `index_words` makes of it.

    `prefixes` ("1 2 3") are lengths of beginnings of words that get an index of their own; `beside`
    are columns of the index that are searched by their names, each with its SQL: as written, or by
    stems where the name ends so.
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
        marks = ",".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO articles VALUES ({marks})", _rows(latest))  # noqa: S608
        connection.execute("COMMIT")
        for name in _INDEXED:
            articles.create_index([name])  # type: ignore[union-attr]
        index_words(connection, prefixes, beside)
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    finally:
        connection.close()


def index_words(
    connection: sqlite3.Connection, prefixes: str = "", beside: Mapping[str, str] = NOTHING
) -> None:
    """Index `articles`: `articles_fts` for words as written and by stem, and each word's stems.

    In a column of stems each word's place is kept, so that FTS5 marks the word itself; behind the
    text stand its words with ligatures, written out.
    """
    written = ", ".join(SEARCHED)
    said = ", ".join((*SEARCHED[:-1], _BYLINE))
    others = "".join(f", {name}" for name in beside)
    shown = "".join(f", {sql} AS {name}" for name, sql in beside.items())
    by_stem = [name.endswith("_stems") for name in beside]
    end = 1 + len(SEARCHED)
    marks = ",".join("?" * (end + len(SEARCHED) + len(beside)))
    stems = ", ".join(f"{name}_stems" for name in SEARCHED)
    gaps = {"written": written, "stems": stems, "beside": others, "shown": shown}
    tables = files("huffarchive.exports").joinpath("words.sql").read_text("utf-8")
    connection.executescript(tables.format(**gaps, folding=FOLDING, prefixes=prefixes))
    rows = connection.execute(
        f"SELECT rowid, {said}, language{shown} FROM articles ORDER BY rowid"  # noqa: S608
    )
    known: dict[tuple[str, str], str] = {}
    connection.execute("BEGIN")
    while batch := rows.fetchmany(_BATCH):
        connection.executemany(
            f"INSERT INTO articles_fts (rowid, {written}, {stems}{others}) VALUES ({marks})",  # noqa: S608
            (
                (
                    *row[:end],
                    *(_stemmed(text, row[end] or "", known) for text in row[1:end]),
                    *(
                        _stemmed(text, row[end] or "", known) if stems else text
                        for text, stems in zip(row[end + 1 :], by_stem, strict=True)
                    ),
                )
                for row in batch
            ),
        )
        if len(known) > _KNOWN:
            _keep(connection, known)
    _keep(connection, known)
    connection.execute("COMMIT")
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")


def _stemmed(text: str | None, language: str, known: dict[tuple[str, str], str]) -> str:
    ligatures: list[str] = []

    def of(found: re.Match[str]) -> str:
        word = found[0]
        stemmed = known.get((word, language))
        if stemmed is None:
            stemmed = known[word, language] = stem(word, language)
        if "œ" in word or "æ" in word or "Œ" in word or "Æ" in word:
            ligatures.append(fold(word))
        return stemmed

    return " ".join([WORD.sub(of, text or ""), *ligatures])


def _keep(connection: sqlite3.Connection, known: dict[tuple[str, str], str]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO articles_words VALUES (?, ?)",
        ((fold(word), stemmed) for (word, _), stemmed in known.items()),
    )
    known.clear()


def _rows(latest: Latest) -> Iterator[tuple[Any, ...]]:
    for row in latest.rows():
        yield tuple(_cell(row.get(name)) for name in COLUMNS)


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


_HIDDEN = {name: {"hidden": True} for name in ("articles_fts", "articles_words")}


def write_metadata(account: DatasetInfo, target: Path, name: str) -> None:
    """The file that Datasette reads beside the database: titles, columns, facets, rights."""
    table = {
        "description": f"{account.articles:,} articles, the latest version of each.",
        "columns": account.fields,
        "label_column": "headline",
        "fts_table": "articles_fts",
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
        "databases": {name: {"tables": {"articles": table, **_HIDDEN}}},
    }
    target.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
