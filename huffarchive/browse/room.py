"""The reading room's database: an export's articles, with what searching and comparing needs."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

FACETS = ("year", "month", "agency", "author", "section", "kind")
_NONE = b'"previous_id":null'
_SHELVES = """
CREATE TABLE card (
    article  INTEGER PRIMARY KEY,   -- rowid in articles
    year     TEXT NOT NULL,
    month    TEXT NOT NULL,
    agency   TEXT NOT NULL,
    section  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    date     TEXT NOT NULL
) STRICT;
INSERT INTO card SELECT rowid, ifnull(substr(date_published, 1, 4), ''),
    ifnull(substr(date_published, 1, 7), ''), ifnull(agency, ''), ifnull(section, ''), kind,
    ifnull(date_published, '') FROM articles;
CREATE INDEX card_date ON card (date DESC);
CREATE TABLE signature (article INTEGER NOT NULL, author TEXT NOT NULL) STRICT;
INSERT INTO signature SELECT articles.rowid, value FROM articles, json_each(authors);
CREATE INDEX signature_article ON signature (article);
CREATE INDEX signature_author ON signature (author);
CREATE TABLE facet (name TEXT NOT NULL, value TEXT NOT NULL, articles INTEGER NOT NULL) STRICT;
CREATE TABLE version (
    id          TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    record      TEXT NOT NULL,      -- JSON, whole
    PRIMARY KEY (id, captured_at)
) STRICT, WITHOUT ROWID;
"""


def furnish(database: Path, jsonls: list[Path]) -> None:
    """Add to an exported SQLite file what the reading room needs: cards, facets, versions.

    ValueError names a line that is no record, OSError and sqlite3.Error as usual.
    """
    connection = sqlite3.connect(database)
    try:
        connection.executescript(_SHELVES)
        for name in FACETS:
            table = "signature" if name == "author" else "card"
            connection.execute(
                f"INSERT INTO facet SELECT '{name}', {name}, count(*) FROM {table} "  # noqa: S608
                f"WHERE {name} != '' GROUP BY {name}"
            )
        changed = {row["id"] for row in _replacing(jsonls)}
        connection.executemany(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?)",
            (
                (row["id"], row["captured_at"], json.dumps(row, ensure_ascii=False))
                for row in _records(jsonls, changed)
            ),
        )
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
    finally:
        connection.close()


def _replacing(jsonls: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Records that replace an earlier version; the others are not even parsed."""
    for path in jsonls:
        with path.open("rb") as lines:
            for line in lines:
                if _NONE not in line:
                    yield json.loads(line)


def _records(jsonls: Iterable[Path], ids: set[str]) -> Iterator[dict[str, Any]]:
    if not ids:
        return
    wanted = {f'"id":{json.dumps(each)}'.encode() for each in ids}
    for path in jsonls:
        with path.open("rb") as lines:
            for line in lines:
                if line.split(b",", 2)[1] in wanted:
                    yield json.loads(line)
