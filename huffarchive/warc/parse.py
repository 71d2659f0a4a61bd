"""Records out of a stretch of a file, as leniently as warcio takes their heads."""

import logging
import re
from collections.abc import Iterator

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from huffarchive.warc.flow import Flow
from huffarchive.warc.record import Record, Stored
from huffarchive.warc.stretch import MAGIC, Member, Plain

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


class Fault(Exception):  # noqa: N818 - of a file, not of the program
    """A stretch holds no whole record from `offset` on."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset, self.problem = offset, problem


def begins_record(head: bytes) -> bool:
    """Whether a record, WARC's or ARC's, begins with these bytes."""
    return head.startswith(b"WARC/") or _ARC_LINE.match(head) is not None


def parse(stretch: Member | Plain, name: str) -> Iterator[Stored | None]:
    """The records of a stretch in their order; None for one whose block is over the bound.

    Fault at the first that is not whole, after those before it.
    """
    flow = Flow(stretch)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    packed = isinstance(stretch, Member)
    while _skip_blank(flow):
        offset = stretch.start if packed else stretch.start + flow.taken
        record, whole = _record(loader, flow, offset)
        if packed:
            if flow.look(5 + len(_BLANK) * 2).lstrip(_BLANK).startswith(b"WARC/") and whole:
                problem = (
                    "one gzip stream holds several records; run `warcio recompress` on it first"
                )
                raise Fault(offset, problem)
            _drain(flow)
        end = stretch.end if packed else stretch.start + flow.taken
        if not whole or stretch.fault is not None:
            raise Fault(offset, _problem(stretch.fault))
        yield None if record is None else Stored(record, name, offset, end - offset)
    if stretch.fault is not None:
        raise Fault(stretch.start, _problem(stretch.fault))


def _problem(fault: str | None) -> str:
    return (
        "the record is cut short"
        if fault in (None, "cut")
        else f"the gzip member is damaged ({fault})"
    )


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
        raise Fault(offset, _problem("cut") if cut else NO_RECORD)
    head = _Head(flow)
    try:
        found = loader.parse_record_stream(head, None, None, no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        fault = flow.stretch.fault
        raise Fault(offset, _problem(fault) if fault else NO_RECORD) from error
    if head.cut:
        raise Fault(offset, _problem(flow.stretch.fault))
    length = found.length
    if length is not None and length > MAX_BLOCK:
        return None, flow.skip(length) == length
    block = flow.take(MAX_BLOCK if length is None else length)
    fields = tuple((n, v) for n, v in found.rec_headers.headers if n.lower() != "warc-type")
    return Record(found.rec_type or "", fields, block), length is None or len(block) == length


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
