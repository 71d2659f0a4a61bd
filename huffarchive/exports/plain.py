"""One JSONL file, or one CSV file."""

import csv
import gzip
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

from huffarchive.article import Article
from huffarchive.exports.latest import Latest

COLUMNS = tuple(field.name for field in fields(Article))
MAX_CELL = 32_767
"""UTF-16 units that a cell of Excel holds; it cuts or refuses longer ones."""
log = logging.getLogger(__name__)
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
    spreadsheet would take for a formula; a cell that is longer than Excel takes is cut, ends in
    "…", and is named in a warning.
    """
    with (
        _opened(target, packed=packed) as file,
        io.TextIOWrapper(file, "utf-8", newline="") as text,
    ):
        if spreadsheet:
            text.write("\ufeff")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        cut: list[str] = []
        for row in latest.rows():
            cells = [*_cells(row, guarded=spreadsheet)]
            if spreadsheet:
                cut += _fit(cells)
            writer.writerow(cells)
    if cut:
        shown = ", ".join(cut[:10]) + (", …" if len(cut) > 10 else "")
        log.warning(
            "%d cells over %d characters were cut, which is what a spreadsheet takes: %s; without "
            "--spreadsheet they are whole", len(cut), MAX_CELL, shown
        )  # fmt: skip


def _fit(cells: list[object]) -> Iterator[str]:
    """Cut the cells that are too long; the name of each, by its column and article."""
    ident = cells[COLUMNS.index("id")]
    for place, value in enumerate(cells):
        if isinstance(value, str) and len(value) * 2 > MAX_CELL:
            units = value.encode("utf-16-le", "surrogatepass")
            if len(units) > 2 * MAX_CELL:
                kept = units[: 2 * MAX_CELL - 2].decode("utf-16-le", "ignore")
                cells[place] = f"{kept}…"
                yield f"{COLUMNS[place]} of {ident}"


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
