"""An article's capture: its own record, cut from the WARC file that holds it."""

import zlib
from pathlib import Path

MOST = 64 << 20
"""Bytes of a member; a page is bounded far below."""


class CaptureError(RuntimeError):
    """The WARC file does not hold what the record points to."""


def member(warcs: Path, name: str, offset: int, length: int) -> bytes:
    """The gzip member that a record's pointer names. CaptureError says why there is none."""
    path = warcs / name
    if Path(name).name != name or not 0 < length <= MOST:
        raise CaptureError(f"{name}: no name or length of a record")
    growing = path.with_name(f"{name}.open")
    try:
        with (path if path.exists() else growing).open("rb") as file:
            file.seek(offset)
            data = file.read(length)
    except OSError as error:
        raise CaptureError(f"{name}: {error.strerror}") from error
    try:
        head = zlib.decompressobj(31).decompress(data, 7)
    except zlib.error as error:
        raise CaptureError(f"{name}: no record at {offset}; run scrapy verify") from error
    if head != b"WARC/1.":
        raise CaptureError(f"{name}: no record at {offset}; run scrapy verify")
    return data
