"""What the commands make, and how each product is known again by what is in it.

A product replaces one of its own kind only; nothing else that stands under a name is ever replaced.
"""

import gzip
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from huffarchive.article import Article

MAKER = "huffarchive"
"""What our products say made them, where their form has a place for it."""
PARQUET_KEY = "huffarchive_schema_version"
"""The metadata by which a Parquet file of ours is known."""
_HEAD = 1 << 16
_RECORD = b'{"schema_version":'
_COLUMNS = ",".join([field.name for field in fields(Article)][:4]).encode()
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of product."""

    name: str
    _known: Callable[[Path], bool]
    endings: tuple[str, ...] = ()
    """Endings of captures that a product of this kind may have."""
    slots: tuple[str, ...] = ()
    """Names that are its own in an archive's folder; "{name}" stands for the archive's."""
    folder: bool = False
    may_be_empty: bool = False

    def is_own(self, path: Path) -> bool:
        """Whether what is there is a product of this kind; False where it cannot be read."""
        if path.is_dir() != self.folder or not (self.folder or path.is_file()):
            return False
        try:
            return (self.may_be_empty and path.stat().st_size == 0) or self._known(path)
        except (*_UNREADABLE, zipfile.BadZipFile):
            return False


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_HEAD)
    if data[:2] == b"\x1f\x8b":
        with gzip.open(path) as packed:
            data = packed.read(_HEAD)
    return data.removeprefix(b"\xef\xbb\xbf")


def _json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_bytes())
    if not isinstance(found, dict):
        raise TypeError(path)
    return found


def _is_links(path: Path) -> bool:
    return "same_story_as" in json.loads(_head(path).partition(b"\n")[0])


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return False
        file.seek(-8, 2)
        length = int.from_bytes(file.read(4), "little")
        file.seek(-8 - length, 2)
        return PARQUET_KEY.encode() in file.read(length)


def _holds(folder: Path, pattern: str, more: Callable[[Path], bool] = lambda _: False) -> bool:
    """Whether every file in a folder is a Parquet file of ours of this pattern, or one of `more`.

    What somebody has put beside them would be lost.
    """
    files = [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]
    empty = [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    return (
        bool(files)
        and not empty
        and not any(path.is_symlink() for path in files)
        and all(
            (path.relative_to(folder).match(pattern) and _is_parquet(path)) or more(path)
            for path in files
        )
    )


def _is_hub(folder: Path) -> bool:
    card = folder / "README.md"
    return f"Read by {MAKER} ".encode() in card.read_bytes() and _holds(
        folder, "data/train-*.parquet", lambda path: path == card
    )


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as db:
        names = {row[1] for row in db.execute("PRAGMA table_info(articles)")}
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    more = {name for name in tables if not name.startswith(("articles", "sqlite_", "idx_articles"))}
    beside = any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
    ours = names == {field.name for field in fields(Article)} and "articles_fts" in tables
    return ours and not more and not beside  # neither added to, nor being written


def datapackage(path: Path) -> dict[str, Any]:
    """What a WACZ says of itself; {} where it is none."""
    try:
        with zipfile.ZipFile(path) as package:
            found = json.loads(package.read("datapackage.json"))
    except (*_UNREADABLE, zipfile.BadZipFile):
        return {}
    return found if isinstance(found, dict) else {}


def _is_wacz(path: Path) -> bool:
    return str(datapackage(path).get("software", "")).startswith(f"{MAKER} ")


def _is_list_of_packages(path: Path) -> bool:
    found = _json(path)
    return found.get("profile") == "multi-wacz-package" and str(found["software"]).startswith(MAKER)


RECORDS = Product("records", lambda path: _head(path).startswith(_RECORD), may_be_empty=True)
LINKS = Product("links", _is_links, may_be_empty=True)
CSV = Product("CSV", lambda path: _head(path).startswith(_COLUMNS))
PARQUET = Product("Parquet", _is_parquet)
BY_YEAR = Product("Parquet by year", lambda p: _holds(p, "year=*/articles.parquet"), folder=True)
HUGGINGFACE = Product("data set for the Hub", _is_hub, folder=True)
SQLITE = Product("SQLite", _is_sqlite)
DATASETTE = Product(
    "metadata for Datasette", lambda path: str(_json(path)["source"]).startswith(MAKER)
)
WACZ = Product("WACZ", _is_wacz, (".wacz",), ("{name}.wacz",))
PACKAGES = Product("list of WACZ", _is_list_of_packages)
REPORT = Product(
    "report",
    lambda path: f'<meta name="generator" content="{MAKER} '.encode() in _head(path),
    slots=("report.html",),
)
SCHEMA = Product("schema", lambda path: str(_json(path)["title"]).startswith(f"{MAKER} article"))
FOLDER = Product("outputs", lambda _: True, folder=True)
"""A folder that products are put into, beside what is there."""
PAGE_FOLDER = Product("test folder", lambda _: False, folder=True)
