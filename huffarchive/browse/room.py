"""The reading room's database: what it has beside an exported SQLite file."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

from huffarchive.article import read_record, records_in
from huffarchive.browse.facets import write_common
from huffarchive.exports.latest import Latest
from huffarchive.exports.sqlite import write_sqlite

_PREFIXES = "1 2 3"
"""Beginnings of words that have an index of their own; hydro* is looked up word by word."""
_VERSION = 6
"""Raised where a room's tables or what is indexed in them change: an older room is made anew."""
_CAPTIONS = """(SELECT group_concat(ifnull(json_extract(value, '$.caption'), '') || ' '
    || ifnull(json_extract(value, '$.credit'), ''), ' ') FROM json_each(images))"""
_BESIDE = {
    "agency": "agency",
    "date_published": "date_published",
    "captions": _CAPTIONS,
    "captions_stems": _CAPTIONS,
    "keywords": "keywords",
    "keywords_stems": "keywords",
}
"""What is searched by its name only, and its SQL."""
_NONE = b'"previous_id":null'


def is_of(database: Path, jsonls: Iterable[Path]) -> bool:
    """Whether a reading room's database was made of these files as they are."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as room:
            (version,) = room.execute("PRAGMA user_version").fetchone()
            made = set(room.execute("SELECT file, size, written FROM made_of"))
    except sqlite3.Error:
        return False
    return bool(version == _VERSION and made == set(states(jsonls)))


def states(jsonls: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    """By what a room knows the files that it was made of: name, size, when written. OSError."""
    for path in jsonls:
        found = path.stat()
        yield path.name, found.st_size, found.st_mtime_ns


def make_room(latest: Latest, database: Path, jsonls: list[Path]) -> None:
    """Make a reading room's database of the latest articles of these files, as `build_room`."""
    write_sqlite(latest, database, _PREFIXES, _BESIDE)
    build_room(database, jsonls)


def build_room(database: Path, jsonls: list[Path]) -> None:
    """Add to an exported SQLite file what the reading room needs: signatures, versions, stems.

    ValueError names a line that is no record, OSError and sqlite3.Error as usual.
    """
    connection = sqlite3.connect(database)
    try:
        shelves = files("huffarchive.browse").joinpath("room.sql").read_text("utf-8")
        connection.executescript(f"PRAGMA user_version = {_VERSION}; {shelves}")
        connection.executemany("INSERT INTO made_of VALUES (?, ?, ?)", states(jsonls))
        changed = {row["id"] for row in _replacing(jsonls)}
        connection.executemany(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?)",
            (
                (row["id"], row["captured_at"] or "", json.dumps(row, ensure_ascii=False))
                for path in (jsonls if changed else ())
                for row in records_in(path)
                if row["id"] in changed
            ),
        )
        write_common(connection)
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
                if _NONE not in line and line.strip():
                    yield read_record(line)
