"""Writing a data set in one of the formats: whole or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from huffarchive.exports.latest import Latest


class Format(StrEnum):
    """The formats of `scrapy export`."""

    PARQUET = "parquet"
    """Typed columns, for DuckDB, pandas, polars, Spark."""
    SQLITE = "sqlite"
    """A database with full-text search, for Datasette and sqlite-utils."""
    CSV = "csv"
    """A table of text, lists as JSON in their cells."""
    JSONL = "jsonl"
    """The records as they are."""
    HUGGINGFACE = "huggingface"
    """A folder for the Hub: Parquet and a card."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a data set is written."""

    title: str
    by_year: bool = False
    """Parquet in a folder for each year."""
    spreadsheet: bool = False
    """CSV that Excel opens rightly."""
    replace: bool = False
    """Whether what is at the target may be replaced."""


def default_target(kind: Format, name: str, *, by_year: bool) -> str:
    """The name of a data set where none is given."""
    if kind is Format.HUGGINGFACE:
        return f"{name}-huggingface"
    ending = "" if kind is Format.PARQUET and by_year else f".{kind}"
    return f"{name}-articles{ending}"


def write(kind: Format, latest: Latest, target: Path, options: Options) -> list[Path]:
    """Write a data set; what was written.

    It is written beside the target and takes its name when it is whole. FileExistsError when
    something is there that may not be replaced.
    """
    if target.exists() and not options.replace:
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    growing = target.with_name(f"{target.name}.tmp")
    _remove(growing)
    try:
        more = _WRITERS[kind](latest, growing, target, options)
        if target.is_dir():
            _remove(target)
        growing.replace(target)
    finally:
        _remove(growing)
    return [target, *more]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _parquet(latest: Latest, growing: Path, _: Path, options: Options) -> list[Path]:
    from huffarchive.exports.parquet import write_by_year, write_parquet

    (write_by_year if options.by_year else write_parquet)(latest, growing)
    return []


def _sqlite(latest: Latest, growing: Path, target: Path, options: Options) -> list[Path]:
    from huffarchive.exports.account import account
    from huffarchive.exports.sqlite import write_metadata, write_sqlite

    write_sqlite(latest, growing)
    metadata = target.with_suffix(".metadata.json")
    write_metadata(account(latest, options.title), metadata, target.stem)
    return [metadata]


def _csv(latest: Latest, growing: Path, _: Path, options: Options) -> list[Path]:
    from huffarchive.exports.plain import write_csv

    write_csv(latest, growing, spreadsheet=options.spreadsheet)
    return []


def _jsonl(latest: Latest, growing: Path, _: Path, __: Options) -> list[Path]:
    from huffarchive.exports.plain import write_jsonl

    write_jsonl(latest, growing)
    return []


def _huggingface(latest: Latest, growing: Path, _: Path, options: Options) -> list[Path]:
    from huffarchive.exports.account import account
    from huffarchive.exports.card import card
    from huffarchive.exports.parquet import DERIVED, write_shards

    growing.mkdir()
    write_shards(latest, growing / "data")
    text = card(account(latest, options.title), DERIVED)
    (growing / "README.md").write_text(text, "utf-8")
    return []


_WRITERS: dict[Format, Callable[[Latest, Path, Path, Options], list[Path]]] = {
    Format.PARQUET: _parquet,
    Format.SQLITE: _sqlite,
    Format.CSV: _csv,
    Format.JSONL: _jsonl,
    Format.HUGGINGFACE: _huggingface,
}
