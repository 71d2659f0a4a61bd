"""The latest version of each article, in order; as one JSONL or CSV file."""

import csv
import gzip
import io
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, Any, Self

from huffarchive import typed
from huffarchive.article import Article, rank, read_record, standing

_KEPT_OPEN = 16


class ExportError(ValueError):
    """The input cannot be exported; names the file and the byte, and says what to do."""


class Latest:
    """Which line of which file is the latest version of each article.

    The later capture that was read as the article wins (`standing`); of two of one second, the one
    that stands later in the WARC files. The order in which files are named does not matter, nor a
    file or a record that comes twice. The places are kept in a temporary database, the lines stay
    in their files: memory is flat.
    """

    def __init__(
        self, paths: Iterable[Path], progress: Callable[[int], object] = lambda _: None
    ) -> None:
        """Read every line once. ExportError for a line that is no record, OSError as usual."""
        self._paths = sorted({path.resolve(): path for path in paths}.values())
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE place (id TEXT PRIMARY KEY, rank TEXT, year INTEGER, "
            "file INTEGER, offset INTEGER, length INTEGER) WITHOUT ROWID; "
            "CREATE TABLE version (id TEXT, record TEXT, standing TEXT, PRIMARY KEY (id, record)) "
            "WITHOUT ROWID; "
            "BEGIN"
        )
        self.lines = 0
        """Versions of all articles: captures with a record, each once."""
        try:
            for number, path in enumerate(self._paths):
                self._add(number, path, progress)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _add(self, number: int, path: Path, progress: Callable[[int], object]) -> None:
        offset = 0
        with path.open("rb") as file:
            for count, line in enumerate(file, 1):
                if not line.strip():
                    offset += len(line)
                    continue
                try:
                    row = read_record(line)
                except ValueError as error:
                    raise ExportError(
                        f"{path}: line {count}, at byte {offset}: no record ({error}); "
                        f"run {typed()} verify"
                    ) from error
                self._connection.execute(
                    "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "rank = excluded.rank, year = excluded.year, "
                    "file = excluded.file, offset = excluded.offset, length = excluded.length "
                    "WHERE excluded.rank > rank",
                    (row["id"], rank(row, line), _year(row), number, offset, len(line)),
                )
                self.lines += self._connection.execute(
                    "INSERT OR IGNORE INTO version VALUES (?, ?, ?)",
                    (row["id"], row["warc_record_id"] or "", standing(row)),
                ).rowcount
                offset += len(line)
                progress(len(line))

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM place").fetchone()
        return int(count)

    @property
    def unread(self) -> int:
        """Versions that were not read as the article, or less so than the one that is kept."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM version JOIN place USING (id) "
            "WHERE standing < max('1', substr(rank, 1, 1))"
        ).fetchone()
        return int(count)

    def years(self) -> list[tuple[int | None, int]]:
        """(year of publication, articles), the unknown year last."""
        return self._connection.execute(
            "SELECT year, count(*) FROM place GROUP BY year ORDER BY year IS NULL, year"
        ).fetchall()

    def raw(self) -> Iterator[bytes]:
        """The lines, sorted by id, each with its end."""
        yield from self._lines("ORDER BY id")

    def rows(self) -> Iterator[dict[str, Any]]:
        """The records, sorted by id."""
        return map(read_record, self.raw())

    def rows_of(self, year: int | None) -> Iterator[dict[str, Any]]:
        """The records published in a year (None: in an unknown one), sorted by id."""
        return map(read_record, self._lines("WHERE year IS ? ORDER BY id", year))

    def _lines(self, where: str, *values: object) -> Iterator[bytes]:
        places = self._connection.execute(f"SELECT file, offset, length FROM place {where}", values)  # noqa: S608
        opened: dict[int, Any] = {}
        try:
            for number, offset, length in places:
                if number not in opened:
                    if len(opened) >= _KEPT_OPEN:
                        opened.pop(next(iter(opened))).close()
                    opened[number] = self._paths[number].open("rb")
                opened[number].seek(offset)
                line = opened[number].read(length).rstrip(b"\r\n") + b"\n"
                yield line.removeprefix(b"\xef\xbb\xbf")
        finally:
            for file in opened.values():
                file.close()


def _year(row: dict[str, Any]) -> int | None:
    text = (row.get("date_published") or "")[:4]
    return int(text) if text.isascii() and text.isdigit() else None


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
            found = [*cells(row, guarded=spreadsheet)]
            if spreadsheet:
                cut += _fit(found)
            writer.writerow(found)
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


def cells(row: dict[str, Any], *, guarded: bool) -> Iterator[object]:
    """A record as cells of CSV; `guarded`, none is a formula for a spreadsheet."""
    for name in COLUMNS:
        value = row.get(name)
        if isinstance(value, list | dict):
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, bool):
            value = "true" if value else "false"
        if guarded and isinstance(value, str) and value.startswith(_FORMULA):
            value = f"'{value}"
        yield value
