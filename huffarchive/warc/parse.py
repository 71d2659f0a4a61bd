"""Records out of a stretch of a file, as leniently as warcio takes their heads."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from huffarchive.warc.digest import sha1
from huffarchive.warc.flow import Flow
from huffarchive.warc.record import Record, Stored, derived_id
from huffarchive.warc.stretch import MAGIC, Stretch

# It logs addresses as they stand in a file, escape sequences and all.
logging.getLogger("warcio").setLevel(logging.CRITICAL)

MAX_HEAD = 64 * 1024
"""Bytes of a record's own head."""
MAX_BLOCK = 64 * 1024 * 1024
"""Blocks over this are passed over: no page of ours is as large (bytes)."""
MAX_LINE = 4096
"""Bytes of an ARC record's first line that are looked at."""
NO_RECORD = "no record begins here"
_ARC_LINE = re.compile(rb"[a-z]+:[^\s]+ [0-9a-fA-F.:]+ [0-9]{8,14} [^\n]+ [0-9]+\r?\n")
_BLANK = b"\r\n"
_SEVERAL = {
    "gzip member": "one gzip stream holds several records; run `warcio recompress` on it first",
    "zstd frame": "one zstd frame holds several records; run `zstd -d` on it first",
}
_NEXT = b"\nWARC/1."
_PIECE = 1 << 20
_CUT = "the record is cut short"
_MESSAGE_TYPE = re.compile(r"application/http;\s*msgtype=\"?(request|response)")


class Fault(Exception):  # noqa: N818 - of a file, not of the program
    """A stretch holds no whole record from `offset` on."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset, self.problem = offset, problem


def begins_record(head: bytes) -> bool:
    """Whether a record, WARC's or ARC's, begins with these bytes."""
    return head.startswith(b"WARC/") or _ARC_LINE.match(head) is not None


def parse(stretch: Stretch, name: str) -> Iterator[Stored | None]:
    """The records of a stretch in their order; None for one whose block is over the bound.

    Fault at the first that is not whole, after those before it.
    """
    flow = Flow(stretch)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    packed = stretch.packed
    while _skip_blank(flow):
        offset = stretch.start if packed else stretch.start + flow.taken
        record, whole = _record(loader, flow, offset)
        if packed:
            if begins_record(flow.look(MAX_LINE).lstrip(_BLANK)) and whole:
                raise Fault(offset, _SEVERAL[packed])
            _drain(flow)
        end = stretch.end if packed else stretch.start + flow.taken
        if not whole or stretch.fault is not None:
            raise Fault(offset, _problem(stretch))
        yield None if record is None else Stored(record, name, offset, end - offset)
    if stretch.fault is not None:
        raise Fault(stretch.start, _problem(stretch))


def _problem(stretch: Stretch) -> str:
    if stretch.fault in (None, "cut"):
        return _CUT
    return f"the {stretch.packed} is damaged ({stretch.fault})"


class _Head:
    """A flow as warcio's loader reads it; a head without an end is none."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._left = MAX_HEAD
        self.cut = False
        """Whether the file ended before the head did."""

    def readline(self, _: int | None = None) -> bytes:
        at = self._flow.find(b"\n", self._left)
        line = self._flow.take(at + 1 if at >= 0 else self._left)
        self._left -= len(line)
        self.cut = not line.endswith(b"\n")
        if self._left <= 0:
            raise ArchiveLoadFailed("a record's head has no end")
        return line

    def read(self, length: int) -> bytes:
        return self._flow.take(length)


def _record(loader: ArcWarcRecordLoader, flow: Flow, offset: int) -> tuple[Record | None, bool]:
    """The record, and whether it is all there; None for a block over the bound."""
    if not begins_record(begin := flow.look(MAX_LINE)):
        cut = begin in (MAGIC[:1], MAGIC[:2])
        raise Fault(offset, _CUT if cut else NO_RECORD)
    head = _Head(flow)
    try:
        found = loader.parse_record_stream(head, None, None, no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        fault = flow.stretch.fault
        raise Fault(offset, _problem(flow.stretch) if fault else NO_RECORD) from error
    if head.cut:
        raise Fault(offset, _problem(flow.stretch))
    fields = tuple((n, v) for n, v in found.rec_headers.headers if n.lower() != "warc-type")
    record = Record(_type(found.rec_type, fields), fields, b"")
    arc = not begin.startswith(b"WARC/")
    length = found.length
    if not arc and not (record.field("Content-Length") or "").strip().isdigit():
        length = None
    if length is not None and length > MAX_BLOCK:
        return None, flow.skip(length) == length
    block = _up_to_next(flow) if length is None else flow.take(length)
    whole = length is None or len(block) == length
    if whole and length is not None and _goes_on(flow, record.field("WARC-Block-Digest"), block):
        block += _up_to_next(flow)
    if len(block) > MAX_BLOCK:
        return None, whole
    if arc or not record.id:
        kept = tuple((n, v) for n, v in fields if n.lower() != "warc-record-id")
        fields = (("WARC-Record-ID", derived_id(kept, block)), *kept)
    return replace(record, fields=fields, block=block), whole


def _type(stated: str | None, fields: tuple[tuple[str, str], ...]) -> str:
    """A record's type: as it is stated, or as its Content-Type tells."""
    if stated and stated.strip():
        return stated.strip().lower()
    kind = next((v for n, v in fields if n.lower() == "content-type"), "")
    found = _MESSAGE_TYPE.search(kind.lower())
    return found[1] if found else ""


def _goes_on(flow: Flow, digest: str | None, block: bytes) -> bool:
    """Whether a block is longer than its Content-Length: no end of it, and no record, follows."""
    if flow.look(4) in (b"\r\n\r\n", b""):
        return False
    rest = flow.look(MAX_LINE).lstrip(_BLANK)
    return bool(rest) and not begins_record(rest) and digest != sha1(block)


def _up_to_next(flow: Flow) -> bytes:
    """A block up to the empty line before the next record, or to the end; at most a byte over
    the bound is kept.
    """
    parts: list[bytes] = []
    size = 0
    while flow.look(1):
        at = flow.find(_NEXT, _PIECE)
        part = flow.take(at + 1 if at >= 0 else max(flow.need(_PIECE) - len(_NEXT), 1))
        parts.append(part[: max(MAX_BLOCK + 1 - size, 0)])
        size += len(part)
        if at >= 0 and b"".join(parts[-2:]).endswith((b"\n\r\n", b"\n\n")):
            break
    block = b"".join(parts)
    for end in (b"\r\n\r\n", b"\n\n"):
        if block.endswith(end):
            return block.removesuffix(end)
    return block


def _skip_blank(flow: Flow) -> bool:
    """Pass over the ends of lines between records; whether anything is behind them."""
    while byte := flow.look(1):
        if byte not in _BLANK:
            return True
        flow.take(1)
    return False


def _drain(flow: Flow) -> None:
    while flow.skip(1 << 20):
        pass
