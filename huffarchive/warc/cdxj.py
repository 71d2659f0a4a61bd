"""CDXJ indexes as they stand beside WARC files: what a record's line says, where they are, how new.

The crawl makes the lines as it writes the records; `write_index` makes them again from a file. The
bytes are those of cdxj-indexer, which a test compares; of an answer behind interim ones (1xx) the
line is of the final one.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeadersParser

from huffarchive.http import Message, MessageError, split_final
from huffarchive.storage.replacing import replace_text
from huffarchive.warc.reader import records
from huffarchive.warc.record import Stored, read_warc_date, sha1

REPLAYED = ("response", "revisit", "resource")
"""Types of records that can be replayed. A metadata record has a page's address and date, and would
take its place.
"""
_HTTP_HEAD = StatusAndHeadersParser([], verify=False)
_END_OF_TYPE = re.compile(r"[;\s]")


def index_line(stored: Stored) -> str | None:
    """The line of a record, with its line feed; None for one that cannot be replayed."""
    record = stored.record
    url = record.field("WARC-Target-URI")
    if not url or record.type not in REPLAYED:
        return None
    url = (url[1:-1] if url[0] == "<" and url[-1] == ">" else url).replace(" ", "%20")
    web = url.lower().startswith(("http:", "https:"))
    http = record.type != "resource" and record.block and web
    first, body = split_final(record.block.lstrip()) if http else (b"", record.block)
    head = _HTTP_HEAD.parse(BytesIO(first + b"\r\n\r\n")) if http else None
    message = _message(record.block) if http else None
    if head and (message is None or message.body == body):
        read = Message("", 200, "", tuple(head.headers), body)  # as the indexer reads it
    else:
        read = message or Message("", 200, "", (), body)
    mime: str | None = "warc/revisit"
    if record.type == "response":
        mime = read.header("Content-Type")
    elif record.type == "resource":
        mime = record.field("Content-Type")
    fields = {
        "url": url,
        "mime": mime if mime is None else _END_OF_TYPE.split(mime, maxsplit=1)[0],
        "status": str(message.status) if message else head.get_statuscode() if head else None,
        "digest": record.field("WARC-Payload-Digest") or _digest(read),
        "length": str(stored.length),
        "offset": str(stored.offset),
        "filename": stored.file,
    }
    said = json.dumps({name: value for name, value in fields.items() if value is not None})
    return f"{surt_key(url)} {stamp(record.field('WARC-Date'))} {said}\n"


def stamp(date: str | None) -> str:
    """The 14 digits of a WARC-Date, as the reader of captures takes it."""
    moment = read_warc_date(date or "")
    return f"{moment.year:04}{moment:%m%d%H%M%S}"


def _message(block: bytes) -> Message | None:
    """A response as the reader of captures takes it; None where it is no HTTP."""
    try:
        return Message.parse(block, lenient=True)
    except MessageError:
        return None


def _digest(read: Message) -> str:
    """That of the entity, so that it equals its revisits'; of the bytes where they are cut."""
    try:
        return sha1(read.entity)
    except MessageError:
        return sha1(read.body)


def surt_key(url: str) -> str:
    """The key of an address: its SURT."""
    from surt import surt  # it takes long to import, and few commands make lines

    try:
        return str(surt(url))
    except Exception:  # noqa: BLE001 - whatever stands in for an address: as cdxj-indexer does
        return url


def write_lines(warc: Path, lines: Iterable[str]) -> Path:
    """Write the index of a finished WARC file beside it, sorted by its bytes. OSError."""
    return _write(lines, index_path(warc))


def _write(lines: Iterable[str], target: Path) -> Path:
    replace_text(target, "".join(sorted(lines)))
    return target


def write_index(warc: Path) -> Path:
    """Make the index of a finished WARC file from its records; WarcError where it is damaged."""
    return write_lines(warc, _lines(warc))


def _lines(warc: Path) -> Iterator[str]:
    return filter(None, map(index_line, records(warc)))


def fresh_index(warc: Path, scratch: Path | None = None) -> Path:
    """The index beside a WARC file; written when it is missing or older than the file.

    Where it cannot be written (a read-only or full disk) it is written to the folder `scratch`, if
    one is given. OSError; WarcError where the file is damaged.
    """
    if is_fresh(warc):
        return index_path(warc)
    lines = list(_lines(warc))
    try:
        return write_lines(warc, lines)
    except OSError:
        if scratch is None:
            raise
        return _write(lines, scratch / index_path(warc).name)


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
