"""CDXJ indexes as they stand beside WARC files: where, how new, and what a line says."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

GROWING = ".cdxj.tmp"
"""Ending of an index that is being written."""


def index_path(warc: Path) -> Path:
    """Where the index of a WARC file stands: `X.cdxj` beside `X.warc.gz`."""
    return warc.with_name(warc.name.removesuffix(".gz").removesuffix(".warc") + ".cdxj")


def is_fresh(warc: Path) -> bool:
    """Whether a WARC file has an index that is not older than the file."""
    try:
        return index_path(warc).stat().st_mtime_ns >= warc.stat().st_mtime_ns
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CDXJ index."""

    key: str
    """SURT of the address."""
    timestamp: str
    """14 digits."""
    fields: dict[str, str]

    @classmethod
    def parse(cls, line: str) -> "Row":
        """Read a line; ValueError when it is none."""
        key, timestamp, rest = line.split(" ", 2)
        fields = json.loads(rest)
        if not isinstance(fields, dict):
            raise ValueError(f"no CDXJ line: {line[:80]!r}")  # noqa: TRY004 - a line of a file
        return cls(key, timestamp, fields)


def rows(path: Path) -> Iterator[Row]:
    """The lines of an index."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Row.parse(line)


def rows_of(path: Path, key: str) -> Iterator[Row]:
    """The lines of an index that have a key, found by halving: an index is sorted by its bytes."""
    wanted = f"{key} ".encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            if _line(file, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        line = _line(file, low)
        while line.startswith(wanted):
            yield Row.parse(line.decode("utf-8"))
            line = file.readline()


def _line(file: BinaryIO, at: int) -> bytes:
    """The first line that begins at an offset or later; what sorts last where there is none."""
    file.seek(max(at - 1, 0))
    if at:
        file.readline()
    return file.readline() or b"\xff"
