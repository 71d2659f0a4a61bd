"""Reading WARC files, ours or anybody's: records, and the captures made of them."""

import io
import logging
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from huffarchive.message import Message, MessageError
from huffarchive.warc.digest import sha1, sha256
from huffarchive.warc.note import Note
from huffarchive.warc.playback import Playback, playback
from huffarchive.warc.record import Record, read_warc_date

# It logs addresses as they stand in a file, escape sequences and all.
logging.getLogger("warcio").setLevel(logging.CRITICAL)

MAX_HEAD = 64 * 1024
"""Bytes of a record's own head."""
MAX_MEMBER = 20 * 1024 * 1024
"""Bytes that one member of another archive may unpack to."""
MAX_BLOCK = 64 * 1024 * 1024
"""Blocks over this are passed over: no page of ours is as large (bytes)."""


class WarcError(ValueError):
    """A file that cannot be read on: names the file, the offset and what to do."""

    def __init__(self, path: str, offset: int, problem: str) -> None:
        super().__init__(f"{path}: at byte {offset}: {problem}")
        self.path, self.offset, self.problem = path, offset, problem


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and where it stands: offset and length are of its gzip member (or bytes)."""

    record: Record
    file: str
    offset: int
    length: int


@dataclass(frozen=True)
class Capture:
    """One captured answer with the note beside it; of a playback, the capture played back."""

    answer: Stored
    note: Note | None
    known_digests: tuple[str, str] | None = None
    """SHA-1 and SHA-256 of the entity, where the writer has just computed them."""

    @cached_property
    def _played(self) -> Playback | None:
        if self.note is None or self.note.source != "wayback":
            return None
        try:
            return playback(self._target, self.answer.record.block)
        except MessageError:
            return None

    @property
    def _target(self) -> str:
        # Some writers put angle brackets around it.
        return (self.answer.record.field("WARC-Target-URI") or "").strip("<>")

    @property
    def url(self) -> str:
        """The address of the page."""
        return self._played.url if self._played else self._target

    @property
    def captured_at(self) -> datetime:
        """The WARC-Date, or the Memento-Datetime; the year 1 where it is no date."""
        if self._played:
            return self._played.captured_at
        return read_warc_date(self.answer.record.field("WARC-Date") or "")

    @property
    def response(self) -> bytes:
        """The HTTP response; for a resource record one is made of its block."""
        record = self.answer.record
        if self._played:
            return self._played.response
        if record.type != "resource":
            return record.block
        kind = record.field("Content-Type") or "application/octet-stream"
        return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode("latin-1") + record.block

    @property
    def head(self) -> Message:
        """Its status and headers, without its body; MessageError when it is no HTTP."""
        return Message.head(self.response)

    @cached_property
    def message(self) -> Message:
        """The HTTP response taken apart; MessageError when it is none."""
        return Message.parse(self.response)

    @cached_property
    def digests(self) -> tuple[str, str]:
        """SHA-1 and SHA-256 of the entity; of the body as it stands where it has none."""
        if self.known_digests is not None:
            return self.known_digests
        try:
            entity = self.message.entity
        except MessageError:
            entity = self.message.body
        return sha1(entity), sha256(entity)


def records(path: Path) -> Iterator[Stored]:
    """Read all records of a WARC, ARC or WACZ file, in order.

    WarcError after everything readable when the file is empty, cut, damaged or none of these;
    OSError when it cannot be opened.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            file.seek(0)
            yield from _read(file, path.name, str(path))
            return
    try:
        package = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise WarcError(str(path), 0, f"not a WACZ ({error}); fetch or make it again") from error
    with package:
        names = [n for n in package.namelist() if n.startswith("archive/") and n != "archive/"]
        if not names:
            raise WarcError(str(path), 0, "a zip file without archive/*.warc.gz; give a WACZ")
        for name in names:
            with package.open(name) as member:
                yield from _read(member, Path(name).name, f"{path}!{name}")


def records_from(path: Path, offset: int) -> Iterator[Stored]:
    """Read the records of a WARC file from the one on that begins at `offset`, as `records` does.

    Offsets are counted from there.
    """
    with path.open("rb") as file:
        file.seek(offset)
        yield from _read(file, path.name, str(path))


def member(data: bytes, name: str) -> Stored:
    """Read the one record of a gzip member; WarcError when there is not exactly one.

    It unpacks to at most 20 MiB, of which 64 KiB are its head: the crawl waits for it.
    """
    stream = zlib.decompressobj(31)
    try:
        plain = stream.decompress(data, MAX_MEMBER)
    except zlib.error as error:
        raise WarcError(name, 0, f"no gzip member: {error}") from error
    if not stream.eof or stream.unused_data:
        raise WarcError(name, 0, f"not one whole gzip member of at most {MAX_MEMBER} bytes")
    if not plain.startswith(b"WARC/") or b"\r\n\r\n" not in plain[:MAX_HEAD]:
        raise WarcError(name, 0, "no WARC record in the gzip member")
    found = [*_read(io.BytesIO(plain), name, name)]
    if len(found) != 1:
        raise WarcError(name, 0, f"{len(found)} readable records where one was asked for")
    if not (found[0].record.field("Content-Length") or "").strip().isdigit():
        raise WarcError(name, 0, "a record without its length")
    return replace(found[0], offset=0, length=len(data))


class _Lines:
    """Stands before a reader's `readline`, which would go on for ever where no line ends."""

    def __init__(self, reader: Any) -> None:
        self._readline = reader.readline
        self.read = 0
        """Bytes since the last record began."""
        reader.readline = self

    def __call__(self, length: int | None = None) -> bytes:
        line: bytes = self._readline(length or MAX_HEAD)
        self.read += len(line)
        if self.read > MAX_HEAD:
            raise ArchiveLoadFailed("a record's head has no end")
        return line


def _read(file: IO[bytes], name: str, shown: str) -> Iterator[Stored]:
    iterator = ArchiveIterator(file, no_record_parse=True, arc2warc=True)
    reader = iterator.reader
    lines = _Lines(reader)
    count = offset = 0
    begin = file.tell()
    try:
        for found in iterator:
            lines.read = 0
            record, whole = _record(found)
            offset, length = iterator.get_record_offset(), iterator.get_record_length()
            if not whole or _cut(reader):
                raise WarcError(
                    shown, offset, "the record is cut short; what is before it was read"
                )
            count += 1
            if record is not None:
                yield Stored(record, name, offset, length)
            offset += length
    except ArchiveLoadFailed as error:
        problem = " ".join(str(error).split())
        if "non-chunked gzip" in problem:
            problem = "one gzip stream holds several records; run `warcio recompress` on it first"
        elif count == 0:
            problem = "not a WARC file; give a .warc or .warc.gz"
        else:
            problem = "no record begins here; what is before it was read"
        raise WarcError(shown, offset, problem) from error
    if count == 0:
        raise WarcError(shown, 0, "the file is empty; nothing was captured in it")
    file.seek(begin + offset)
    if file.read(1 << 16).strip():  # too little of a member for its reader to notice
        raise WarcError(shown, offset, "the record is cut short; what is before it was read")


def _cut(reader: object) -> bool:
    """Whether the gzip member just read lacks its end, or fails its checksum."""
    inflater = getattr(reader, "decompressor", None)
    return inflater is not None and not inflater.eof


def _record(found: object) -> tuple[Record | None, bool]:
    """The record, and whether it is all there; None for a block over the bound."""
    headers = found.rec_headers.headers  # type: ignore[attr-defined]
    stream, length = found.raw_stream, found.length  # type: ignore[attr-defined]
    if length is not None and length > MAX_BLOCK:
        return None, True
    block = stream.read(MAX_BLOCK) if length is None else _read_all(stream, length)
    fields = tuple((n, v) for n, v in headers if n.lower() != "warc-type")
    kind = found.rec_type or ""  # type: ignore[attr-defined]
    return Record(kind, fields, block), length is None or len(block) == length


def _read_all(stream: BinaryIO, length: int) -> bytes:
    parts: list[bytes] = []
    while length > 0 and (part := stream.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
