"""Writing a data set in one of the formats: whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from huffarchive.exports.latest import Latest
from huffarchive.storage import products
from huffarchive.storage.products import Product
from huffarchive.storage.replacing import Draft, replacing


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
    """Whether a data set of the same kind that is at the target may be replaced."""


def default_target(kind: Format, name: str, *, by_year: bool) -> str:
    """The name of a data set where none is given."""
    if kind is Format.HUGGINGFACE:
        return f"{name}-huggingface"
    ending = "" if kind is Format.PARQUET and by_year else f".{kind}"
    return f"{name}-articles{ending}"


def product(kind: Format, *, by_year: bool) -> Product:
    """What is written, as it is known again."""
    return products.BY_YEAR if by_year else _KINDS[kind][0]


def second(kind: Format, target: Path) -> dict[Path, Product]:
    """What is written beside a data set."""
    if kind is not Format.SQLITE:
        return {}
    return {target.with_suffix(".metadata.json"): products.DATASETTE}


def write(kind: Format, latest: Latest, target: Path, options: Options) -> list[Path]:
    """Write a data set; what was written.

    It is written beside the target and takes its name when it is whole. NotReplacedError when
    something is there that may not be replaced.
    """
    main = product(kind, by_year=options.by_year)
    with replacing(target, main.is_own, replace=options.replace, folder=main.folder) as draft:
        more = [
            draft.add(path, known.is_own, folder=False)
            for path, known in second(kind, target).items()
        ]
        _KINDS[kind][1](latest, draft, more, options)
    return [target, *second(kind, target)]


def _parquet(latest: Latest, draft: Draft, _: list[Path], options: Options) -> None:
    from huffarchive.exports.parquet import write_by_year, write_parquet

    (write_by_year if options.by_year else write_parquet)(latest, draft.path)


def _sqlite(latest: Latest, draft: Draft, more: list[Path], options: Options) -> None:
    from huffarchive.exports.dataset_info import dataset_info
    from huffarchive.exports.sqlite import write_metadata, write_sqlite

    write_sqlite(latest, draft.path)
    write_metadata(dataset_info(latest, options.title), more[0], draft.target.stem)


def _csv(latest: Latest, draft: Draft, _: list[Path], options: Options) -> None:
    from huffarchive.exports.latest import write_csv

    packed = draft.target.name.endswith(".gz")
    write_csv(latest, draft.path, packed=packed, spreadsheet=options.spreadsheet)


def _jsonl(latest: Latest, draft: Draft, _: list[Path], __: Options) -> None:
    from huffarchive.exports.latest import write_jsonl

    write_jsonl(latest, draft.path, packed=draft.target.name.endswith(".gz"))


def _huggingface(latest: Latest, draft: Draft, _: list[Path], options: Options) -> None:
    from huffarchive.exports.dataset_info import card, dataset_info
    from huffarchive.exports.parquet import DERIVED, write_shards

    write_shards(latest, draft.path / "data")
    text = card(dataset_info(latest, options.title), DERIVED)
    (draft.path / "README.md").write_text(text, "utf-8")


_KINDS: dict[Format, tuple[Product, Callable[[Latest, Draft, list[Path], Options], None]]] = {
    Format.PARQUET: (products.PARQUET, _parquet),
    Format.SQLITE: (products.SQLITE, _sqlite),
    Format.CSV: (products.CSV, _csv),
    Format.JSONL: (products.RECORDS, _jsonl),
    Format.HUGGINGFACE: (products.HUGGINGFACE, _huggingface),
}
