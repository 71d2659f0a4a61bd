"""Taking a WARC file apart, strictly, and going on behind whatever is damaged."""

import hashlib
import re
from collections.abc import Iterator

from huffarchive.verify.record import Damage, Entry, WarcFile
from huffarchive.warc.parser import VERSION, Resync
from huffarchive.warc.stream import (
    WINDOW,
    FileWindow,
    RecordStream,
    is_packed,
    salvage,
    segment_at,
)

MAX_HEAD = 1 << 20
"""Bytes of a record's head, at most."""
MAX_BLOCK = 64 << 20
"""Blocks over this are checked piece by piece, and not looked into."""
_END = b"\r\n\r\n"
_PADDING = re.compile(rb"(?:[ \t\r\n\0]|\xef\xbb\xbf)+")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_RECORD_ID = re.compile(rb"WARC-Record-ID:[ \t]*([\x21-\x7e]{1,200})", re.IGNORECASE)


def scan(source: FileWindow, file: WarcFile) -> Iterator[Entry | Damage]:
    """Every record of a file in order, and every stretch of bytes that holds none."""
    offset = 0
    if not source.at(0, 1):
        yield Damage("empty-file", 0, "the file has no bytes")
        return
    resume = Resync(source)
    while head := bytes(source.at(offset, 5)):
        if not _begins(head):
            found = _PADDING.match(source.at(offset, WINDOW))
            behind = offset + (found.end() if found else 0)
            padded = _begins(bytes(source.at(behind, 5)))
            after = behind if padded else resume.after(offset, offset)
            if offset == 0 and after is None:
                yield Damage("not-warc", 0, f"it begins with {head!r}")
                return
            yield Damage("junk", offset, f"{_extent(offset, after)} that belong to no record")
            if after is None:
                return
            offset = after
            continue
        seen = False
        stretch = segment_at(source, offset)
        for item in _records(RecordStream(stretch), file):
            if not seen:
                resume.whole(stretch)
            seen = True
            yield item
        if stretch.fault is None:
            offset = stretch.end
            continue
        after = resume.after(offset, stretch.end)
        found = None if seen else _RECORD_ID.search(salvage(source, offset))
        record = found.group(1).decode("ascii") if found else None
        if stretch.fault == "cut":
            yield Damage("gzip-cut", offset, "the file ends inside this gzip member", record)
        else:
            detail = f"{stretch.fault}; {_extent(offset, after)} are lost"
            yield Damage("gzip-damaged", offset, detail, record)
        if after is None:
            return
        offset = after


def _begins(head: bytes) -> bool:
    """Whether a record, or what packs one, begins with these bytes."""
    return head[:5].upper() == b"WARC/" or is_packed(head)


def _extent(offset: int, after: int | None) -> str:
    return "all bytes from here on" if after is None else f"{after - offset} bytes"


def _records(flow: RecordStream, file: WarcFile) -> Iterator[Entry | Damage]:
    stretch = flow.stretch
    packed = bool(stretch.packed)
    count = 0
    while flow.need(1):
        offset = stretch.start if packed else stretch.start + flow.taken
        if not packed and is_packed(flow.look(4)):
            stretch.end = offset
            return
        if not _begins(flow.look(5)):
            skipped = _junk(flow)
            if stretch.fault is None:
                yield Damage("no-record", offset, f"{skipped} bytes where a record should begin")
            continue
        entry = _entry(flow, file, offset)
        if entry is None:
            _pass_over(flow)
            if stretch.fault is None:
                yield Damage("head-end", offset, "no empty line ends the record's head")
            continue
        if stretch.fault is not None and (entry.missing or entry.tail != _END):
            return
        count += 1
        if packed and count == 2:
            yield Damage("several-in-member", offset, "one gzip member holds several records")
        # As who reads captures counts it: of a record that is not packed without what ends it.
        end = stretch.end if packed else stretch.start + flow.taken - entry.surplus
        entry.length = end - offset
        yield entry


def _entry(flow: RecordStream, file: WarcFile, offset: int) -> Entry | None:
    at = flow.find(_END, MAX_HEAD)
    raw = flow.look(at + 4 if at >= 0 else MAX_HEAD)
    if at < 0 or raw.count(b"\n") != raw.count(b"\r\n"):
        found = _HEAD_END.search(raw)
        if found is None:
            return None
        raw = raw[: found.end()]
    flow.take(len(raw))
    entry = Entry(file, offset, raw)
    size = entry.one("content-length")
    if size is not None and size.isascii() and size.isdigit() and len(size) < 19:
        entry.size = int(size)
        _measured(flow, entry, entry.size)
    else:
        _unmeasured(flow, entry)
    if (after := flow.look(5)) and not _begins(after):
        entry.tail += flow.look(16)
        entry.surplus += _junk(flow)
    return entry


def _measured(flow: RecordStream, entry: Entry, size: int) -> None:
    if size <= MAX_BLOCK:
        entry.block = flow.take(size)
        entry.missing = size - len(entry.block)
    else:
        _stream(flow, entry, size)
    entry.tail = flow.take(4) if flow.look(4) == _END else b""
    entry.surplus = len(entry.tail)


def _stream(flow: RecordStream, entry: Entry, size: int) -> None:
    """Pass over a block that is too large to keep; its digest alone is computed."""
    label = (entry.one("warc-block-digest") or "").partition(":")[0].lower().replace("-", "")
    digest = hashlib.new(label) if label in hashlib.algorithms_available else None
    left = size
    while left > 0 and (piece := flow.take(min(left, 1 << 20))):
        left -= len(piece)
        if digest is not None:
            digest.update(piece)
    entry.block, entry.missing = None, left
    entry.block_digest = digest.digest() if digest is not None and not left else None


def _unmeasured(flow: RecordStream, entry: Entry) -> None:
    """A record without a readable length: its block ends where the next record begins."""
    parts: list[bytes] = []
    _pass_over(flow, parts)
    rest = b"".join(parts)
    entry.block = rest.removesuffix(_END)
    entry.tail = rest[len(entry.block) :]
    entry.surplus = len(entry.tail)


def _junk(flow: RecordStream) -> int:
    """Go to the next record, or to the end; behind padding it needs no line of its own."""
    passed = 0
    while (found := _PADDING.match(flow.look(1 << 12))) is not None:
        passed += len(flow.take(found.end()))
    return passed if passed and _begins(flow.look(5)) else passed + _pass_over(flow)


def _pass_over(flow: RecordStream, into: list[bytes] | None = None) -> int:
    """Go to the next line that begins a record, or to the end; how many bytes that was."""
    passed = 0
    while flow.need(1):
        found = flow.find(b"\nWARC/", 1 << 20)
        size = found + 1 if found >= 0 else max(flow.need(1 << 20) - 5, 1)
        if found < 0 and flow.need(1 << 20) < 1 << 20:
            size = flow.need(1 << 20)
        piece = flow.take(size)
        passed += len(piece)
        if into is not None and passed <= MAX_BLOCK:
            into.append(piece)
        if found >= 0 and VERSION.match(flow.look(64)):
            break
    return passed
