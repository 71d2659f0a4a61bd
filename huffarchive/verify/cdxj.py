"""The index beside a WARC file of ours, line by line."""

from collections.abc import Iterator
from pathlib import Path

from huffarchive.verify.index import Index, plain
from huffarchive.warc.cdxj import Row

MAX_LINE = 1 << 16
"""Bytes of a line, at most."""


def read_index(path: Path, index: Index, warc: int) -> Iterator[tuple[int, str]]:
    """Add the lines of a file's index; where one cannot be read, and why. OSError as `open` has."""
    before, offset = b"", 0
    with path.open("rb") as file:
        index.add_cdxj(warc)
        while raw := file.readline(MAX_LINE):
            try:
                if not raw.endswith(b"\n"):
                    raise ValueError("the line has no end")  # noqa: TRY301
                row = Row.parse(raw.decode("utf-8"))
                if not row.key.isprintable():
                    raise ValueError("its key holds control characters")  # noqa: TRY301
                if len(row.timestamp) != 14 or not row.timestamp.isdigit():
                    raise ValueError(f"{row.timestamp} is no date of 14 digits")  # noqa: TRY301
                index.add("cdxj", warc, plain(str(path)), offset, *_capture(row), row.timestamp)
            except (ValueError, RecursionError) as error:
                yield offset, f"it cannot be read: {error}"
            if raw < before:
                yield offset, "the line before it belongs behind it"
            before, offset = raw, offset + len(raw)


def _capture(row: Row) -> tuple[str, int, int, str]:
    """File, offset, length and address that a line names; ValueError when its numbers are none."""
    at, length = (int(str(row.fields.get(name))) for name in ("offset", "length"))
    if max(abs(at), abs(length)) >= 2**62:
        raise ValueError("no file is so long")
    name, url = (
        str(row.fields.get(name)).encode("utf-8", "replace").decode("utf-8")
        for name in ("filename", "url")
    )
    return name, at, length, url
