"""CDXJ indexes as they stand beside WARC files: where, how new, and what a line says."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
