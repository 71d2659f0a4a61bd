"""Parquet files with typed columns, made with pyarrow."""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
from pyarrow import parquet

from huffarchive.article import SCHEMA_VERSION, Article
from huffarchive.exports.latest import Latest
from huffarchive.storage.products import PARQUET_KEY

GROUP = 2000
"""Rows of a row group: held in memory as Arrow's columns, about as large as their JSON."""
BATCH = 100
"""Rows held as Python's objects at once, which take five times as much."""
SHARD = 50_000
"""Rows of a file, where there are several."""

_OTHERWISE = {
    "word_count": pa.int32(),
    "http_status": pa.int16(),
    "captured_at": pa.timestamp("s", "UTC"),
}
"""Types of the fields that need another one than follows from their annotation."""
DERIVED = {
    "published_on": "The day of date_published, as a date; null when it is unknown.",
}
"""Columns beside the record's fields."""


def _type(kind: Any) -> pa.DataType:
    """The Arrow type of an annotation; what may be None may be null."""
    if get_origin(kind) is list:
        return pa.list_(_type(*get_args(kind)))
    if is_dataclass(kind):
        return pa.struct([(name, _type(each)) for name, each in get_type_hints(kind).items()])
    plain = {kind, *get_args(kind)}
    return pa.bool_() if bool in plain else pa.int64() if int in plain else pa.string()


_FIELDS = {name: _type(kind) for name, kind in get_type_hints(Article).items()} | _OTHERWISE
SCHEMA = pa.schema([*_FIELDS.items(), ("published_on", pa.date32())], {PARQUET_KEY: SCHEMA_VERSION})


def write_parquet(latest: Latest, target: Path) -> None:
    """One file, sorted by id."""
    _write(latest.rows(), target)


def write_by_year(latest: Latest, folder: Path) -> None:
    """A folder `year=2014/articles.parquet`, … (`year=unknown` last), each sorted by id.

    Of no article it is one of no row, which loads as any other.
    """
    for year, _ in latest.years() or [(None, 0)]:
        part = folder / f"year={'unknown' if year is None else year}" / "articles.parquet"
        part.parent.mkdir(parents=True)
        _write(latest.rows_of(year), part)


def write_shards(latest: Latest, folder: Path) -> list[Path]:
    """Files `train-00000-of-0000N.parquet` of 50,000 rows each, sorted by id."""
    total = max(-(-len(latest) // SHARD), 1)
    rows = latest.rows()
    folder.mkdir(parents=True)
    paths = [folder / f"train-{n:05}-of-{total:05}.parquet" for n in range(total)]
    for path in paths:
        _write(islice(rows, SHARD), path)
    return paths


def _write(rows: Iterable[dict[str, Any]], target: Path) -> None:
    options = {"compression": "zstd", "compression_level": 6, "write_page_index": True}
    batches = _batches(iter(rows))
    # The library takes names that are UTF-8 alone, a file under any.
    with target.open("wb") as file, parquet.ParquetWriter(file, SCHEMA, **options) as writer:
        while group := list(islice(batches, GROUP // BATCH)):
            writer.write_table(pa.concat_tables(group), row_group_size=GROUP)
            del group  # before the next one is made


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[pa.Table]:
    while batch := pa.Table.from_pylist([_typed(row) for row in islice(rows, BATCH)], SCHEMA):
        yield batch


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    if row["captured_at"] is not None:
        row["captured_at"] = datetime.fromisoformat(row["captured_at"])
    row["published_on"] = _day(row.get("date_published"))
    return row


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
