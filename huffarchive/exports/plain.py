"""One JSONL file, or one CSV file."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

from huffarchive.article import Article
from huffarchive.exports.latest import Latest

COLUMNS = tuple(field.name for field in fields(Article))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_jsonl(latest: Latest, target: Path, *, packed: bool = False) -> None:
    """The records as they are, byte for byte, sorted by id; `packed` by gzip."""
    with _opened(target, packed=packed) as file:
        for line in latest.raw():
            file.write(line)


def write_csv(
    latest: Latest, target: Path, *, packed: bool = False, spreadsheet: bool = False
) -> None:
    """One row for each article, UTF-8; lists are JSON in their cells, null is an empty cell.

    `spreadsheet` adds the mark by which Excel knows UTF-8, and an apostrophe before cells that a
    spreadsheet would take for a formula.
    """
    with (
        _opened(target, packed=packed) as file,
        io.TextIOWrapper(file, "utf-8", newline="") as text,
    ):
        if spreadsheet:
            text.write("\ufeff")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for row in latest.rows():
            writer.writerow(_cells(row, guarded=spreadsheet))


@contextmanager
def _opened(target: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    with target.open("wb") as file:
        if not packed:
            yield file
            return
        # No name and no date in it: the same input gives the same bytes.
        with gzip.GzipFile("", "wb", 6, file, 0) as stream:
            yield stream  # type: ignore[misc]  # a writable binary file for all that matters


def _cells(row: dict[str, Any], *, guarded: bool) -> Iterator[object]:
    for name in COLUMNS:
        value = row.get(name)
        if isinstance(value, list | dict):
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, bool):
            value = "true" if value else "false"
        if guarded and isinstance(value, str) and value.startswith(_FORMULA):
            value = f"'{value}"
        yield value
