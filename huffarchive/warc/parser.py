"""Records out of a stream, as leniently as warcio takes them; and where reading goes on behind
bytes that hold no readable record.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser
from zlib_ng import zlib_ng as zlib

from huffarchive.warc.record import Record, Stored, derived_id, sha1
from huffarchive.warc.stream import (
    MAGIC,
    WINDOW,
    ZSTD,
    FileWindow,
    Frame,
    RecordStream,
    Segment,
    is_packed,
    is_zstd,
    segment_at,
)

# It logs addresses as they stand in a file, escape sequences and all.
logging.getLogger("warcio").setLevel(logging.CRITICAL)

MAX_HEAD = 64 * 1024
"""Bytes of a record's own head."""
MAX_BLOCK = 64 * 1024 * 1024
"""Blocks over this are passed over: no page of ours is as large (bytes)."""
MAX_LINE = 4096
"""Bytes of an ARC record's first line that are looked at."""
NO_RECORD = "no record begins here"
_ARC_LINE = re.compile(
    rb"(?=[^\r\n]*[^\s][ \t]*\r?\nHTTP/|(?=[^\r\n]*? [0-9]{8,17} )[^\r\n]* [0-9]{1,15}[ \t]*\r?\n)"
    rb"(?P<uri>[a-z][a-z0-9+.-]*:[^\r\n]*?[^\s]) (?P<ip>[^\s]+(?= [0-9]{8,17} )|(?:\d+\.){3}\d+) "
    rb"(?P<date>[^\s]+) (?P<type>[^\r\n]*?[^\s])(?: (?P<length>[0-9]{1,15}))?[ \t]*\r?\n"
)
"""The head of an ARC's record, of either version: the second has more behind the type. Date or
length may be no number where an answer of HTTP begins behind it."""
_VERSION_LINE = rb"(?i:WARC)/\d+(?:\.\d*)?[ \t]*\r?"
"""That of a version of the standard's drafts too, or of none: the head behind it tells."""
VERSION = re.compile(_VERSION_LINE + rb"(?:\n|\Z)")
_BLANK = b" \t\r\n"
_LED = re.compile(r"\A(?:%20|[ \t])+")
_PADDING = re.compile(rb"(?:[ \t\r\n]|\xef\xbb\xbf)+")
"""What may stand between records and holds nothing; zeros may stand for what a disk lost."""
_SEVERAL = {
    "gzip member": "one gzip stream holds several records; run `warcio recompress` on it first",
    "zstd frame": "one zstd frame holds several records; run `zstd -d` on it first",
}
_NEXT = b"\nWARC/"
_NEXT_ARC = re.compile(rb"\n(?=[a-z][a-z0-9+.-]{1,20}:)")
_OVERLAP = 24
"""Bytes that may be looked at behind the end of a line."""
_INSIDE = re.compile(rb"(?:\r?\n){2}(?=" + _VERSION_LINE + rb"\n[A-Za-z-]+:)")
"""The end of a record in a block that is none: another record begins behind it."""
_INSIDE_ARC = re.compile(rb"\n(?=" + _ARC_LINE.pattern + rb")")
_GLUED = re.compile(_VERSION_LINE + rb"\nWARC-[A-Za-z-]+:")
"""A record that begins in a block, where none ended before it: the first of them was cut."""
_PIECE = 1 << 20
_END = b"\r\n\r\n"
_NO_END = "the record has no end where its length says"
_CUT = "the record is cut short"
_SPLIT = "if it goes on in the next one, unpack the file first"
_HTTP = "application/http;msgtype=response"
_MESSAGE_TYPE = re.compile(r"application/http;\s*msgtype=\"?(request|response)")


class Fault(Exception):  # noqa: N818 - of a file, not of the program
    """A stretch holds no whole record from `offset` on."""

    def __init__(self, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.offset, self.problem = offset, problem


def begins_record(head: bytes) -> bool:
    """Whether a record, WARC's or ARC's, begins with these bytes."""
    return (VERSION.match(head) or _ARC_LINE.match(head)) is not None


def parse(stretch: Segment, name: str) -> Iterator[Stored | None]:
    """The records of a stretch in their order; None for one whose block is over the bound.

    Fault at the first that is not whole, after those before it. Where records that are packed
    follow others that are not, the stretch ends.
    """
    flow = RecordStream(stretch)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    loader.warc_parser = StatusAndHeadersParser(["WARC/"])
    packed = stretch.packed
    while skip_padding(flow):
        offset = stretch.start if packed else stretch.start + flow.taken
        if not packed and is_packed(flow.look(4)):
            stretch.end = offset
            return
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


def _problem(stretch: Segment) -> str:
    if stretch.fault in (None, "cut"):
        split = stretch.packed and stretch.fault is None
        return f"{_CUT} where its {stretch.packed} ends; {_SPLIT}" if split else _CUT
    return f"the {stretch.packed} is damaged ({stretch.fault})"


class _Head:
    """A flow as warcio's loader reads it; a head without an end is none."""

    def __init__(self, flow: RecordStream) -> None:
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


def _record(
    loader: ArcWarcRecordLoader, flow: RecordStream, offset: int
) -> tuple[Record | None, bool]:
    """The record, and whether it is all there; None for a block over the bound."""
    if not begins_record(begin := flow.look(MAX_LINE)):
        cut = begin in (MAGIC[:1], MAGIC[:2])
        raise Fault(offset, _CUT if cut else NO_RECORD)
    if (arc := _ARC_LINE.match(begin)) is not None:
        flow.take(arc.end())
        record = _arc_record(arc)
        length = int(arc["length"]) if arc["length"] else None
    else:
        record, length = _warc_record(loader, flow, offset)
    fields = record.fields
    if length is not None and length > MAX_BLOCK:
        return None, flow.skip(length) == length
    block = _up_to_next(flow, arc=arc is not None) if length is None else flow.take(length)
    whole = length is None or len(block) == length
    if not whole and flow.stretch.packed and not flow.stretch.fault and block.endswith(_END):
        block, whole = block.removesuffix(_END), True  # its end is there: the length is wrong
    if whole and length is not None and _goes_on(flow, record.field("WARC-Block-Digest"), block):
        inside = _INSIDE if arc is None else _INSIDE_ARC
        behind = inside.search(block + flow.look(MAX_LINE))
        if b"\0" in flow.look(4):  # what a disk lost, with the next record's head perhaps
            raise Fault(offset, _NO_END)
        if behind is not None and behind.end() <= len(block):
            flow.give_back(block[behind.end() :])
            block = block[: behind.start()]
        else:
            block += _up_to_next(flow, arc=arc is not None)
        if _GLUED.search(block):
            raise Fault(offset, _NO_END)
    if len(block) > MAX_BLOCK:
        return None, whole
    if arc and block[:5].upper() == b"HTTP/":
        fields = tuple((n, _HTTP if n == "Content-Type" else v) for n, v in fields)
    if arc or not record.id:
        kept = tuple((n, v) for n, v in fields if n.lower() != "warc-record-id")
        fields = (("WARC-Record-ID", derived_id(kept, block)), *kept)
    return replace(record, fields=fields, block=block), whole


def _warc_record(
    loader: ArcWarcRecordLoader, flow: RecordStream, offset: int
) -> tuple[Record, int | None]:
    """The record without its block, and how long that is as far as the head tells."""
    head = _Head(flow)
    try:
        found = loader.parse_record_stream(head, None, "warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        fault = flow.stretch.fault
        raise Fault(offset, _problem(flow.stretch) if fault else NO_RECORD) from error
    if head.cut:
        raise Fault(offset, _problem(flow.stretch))
    headers = found.rec_headers.headers
    # Of a folded address warcio escapes the blanks that it is indented by.
    fields = tuple((n, _LED.sub("", v.strip())) for n, v in headers if n.lower() != "warc-type")
    record = Record(_type(found.rec_type, fields), fields, b"")
    stated = (record.field("Content-Length") or "").strip().isdigit()
    return record, found.length if stated else None


def _arc_record(found: re.Match[bytes]) -> Record:
    """The record of an ARC, without its block, in the terms of WARC."""
    decode = StatusAndHeadersParser.decode_header
    uri, ip, date, kind = (decode(found[name]) for name in ("uri", "ip", "date", "type"))
    fields = (
        ("WARC-Target-URI", uri.replace(" ", "%20")),
        ("WARC-Date", f"{date:0<14}"[:14] if date.isdigit() and len(date) > 11 else date),
        ("WARC-IP-Address", ip),
        ("Content-Type", kind.split()[0].rstrip(";")),
    )
    return Record("warcinfo" if uri.startswith("filedesc://") else "response", fields, b"")


def _type(stated: str | None, fields: tuple[tuple[str, str], ...]) -> str:
    """A record's type: as it is stated, or as its Content-Type tells."""
    if stated and stated.strip():
        return stated.strip().lower()
    kind = next((v for n, v in fields if n.lower() == "content-type"), "")
    found = _MESSAGE_TYPE.search(kind.lower())
    return found[1] if found else ""


def _goes_on(flow: RecordStream, digest: str | None, block: bytes) -> bool:
    """Whether a Content-Length is wrong: neither the end of a record nor another one follows."""
    if flow.look(4) in (_END, b""):
        return False
    rest = flow.look(MAX_LINE).lstrip(_BLANK)
    return bool(rest) and not begins_record(rest) and digest != sha1(block)


def _up_to_next(flow: RecordStream, *, arc: bool) -> bytes:
    """A block up to the empty line before the next record, or to the end; at most a byte over
    the bound is kept.
    """
    parts: list[bytes] = []
    size = 0
    while flow.look(1):
        at = flow.find(_NEXT_ARC if arc else _NEXT, _PIECE)
        part = flow.take(at + 1 if at >= 0 else max(flow.need(_PIECE) - _OVERLAP, 1))
        parts.append(part[: max(MAX_BLOCK + 1 - size, 0)])
        size += len(part)
        behind_blank = arc or b"".join(parts[-2:]).endswith((b"\n\r\n", b"\n\n"))
        begun = _ARC_LINE if arc else VERSION
        if at >= 0 and behind_blank and begun.match(flow.look(MAX_LINE)):
            break
    block = b"".join(parts)
    ends = (b"\n",) if arc else (_END, b"\n\n")
    return block.removesuffix(next(filter(block.endswith, ends), b""))


def skip_padding(flow: RecordStream) -> bool:
    """Pass over white space and byte order marks between records; whether anything is behind."""
    while piece := flow.look(MAX_LINE):
        if (found := _PADDING.match(piece)) is None:
            return True
        flow.take(found.end())
    return False


def _drain(flow: RecordStream) -> None:
    while flow.skip(1 << 20):
        pass


AGAIN = 8
"""Bytes that may be looked at again, by the bytes that were read so far."""
FREE = 64 << 20
"""Bytes that may be looked at again in any file."""
_HEAD = 1024
"""Packed bytes of a gzip member that tell whether a record begins in it."""
PROOFS = 200
"""Records that a file may seem to begin with, of which the ends are looked at."""
_BEGUN = rb"[\s\S]WARC/\d"
_LINE = 7
"""Bytes of that."""
_PACKED, _FRAMED = re.compile(re.escape(MAGIC)), re.compile(re.escape(ZSTD))
_PLAIN = re.compile(_BEGUN)
_ANY = re.compile(_PACKED.pattern + b"|" + _BEGUN)
_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact
_BEGIN = re.compile(rb"[\s\S]" + _VERSION_LINE + rb"\n[A-Za-z-]+:")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"\nContent-Length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_TYPE = re.compile(rb"\nWARC-Type:[ \t]*[a-z]", re.IGNORECASE)
_DIGEST = re.compile(rb"\nWARC-Block-Digest:[ \t]*(sha1:[A-Z2-7]{32})[ \t]*\r?\n", re.IGNORECASE)


class Resync:
    """Finds the next record of a file behind damage, in time that the file's size bounds.

    Behind a gzip member that is the next member in which a record begins, behind a zstd frame the
    next such frame, behind a record that is not packed the next line of a version, "WARC/1.1", of a
    head that says type and length; where both were met, the next of either. A file that does not
    begin with a record may hold text that looks like one: there, what is not packed must be
    followed by others to the end of the file, or have the digest that it states. A record that
    begins within what was read as part of the damage is found too, until so much of the file has
    been read again that a hostile one would go on for ever: from then on what was read is past.
    """

    def __init__(self, source: FileWindow) -> None:
        self._source = source
        self._again = 0
        self._met: re.Pattern[bytes] | None = None
        self._kind = _FRAMED if is_zstd(bytes(source.at(0, 4))) else _ANY
        self._proofs = PROOFS
        self._strict = False
        """Whether the file began with something else than a record."""
        self._refuted: set[int] = set()
        """Where records seem to begin that are not followed by others to the file's end."""

    def whole(self, stretch: Segment) -> None:
        """Take note of a stretch in which a record was read."""
        kind = {"": _PLAIN, "zstd frame": _FRAMED}.get(stretch.packed, _PACKED)
        self._kind = kind if self._met in (None, kind) else _ANY
        self._met = self._kind

    def after(self, begin: int, reached: int) -> int | None:
        """Where the next record begins behind one that begins at `begin` and was read up to
        `reached`, where it was found damaged; None when none does.
        """
        self._strict |= self._kind is _ANY
        self._again += reached if self._source.rewinds else max(reached - begin, 0)
        bounded = self._again <= AGAIN * reached + FREE
        return self._next(begin + 1 if bounded else max(reached, begin + 1))

    def _next(self, offset: int) -> int | None:
        at, size = max(offset - 1, 0), 4096  # a line's end may be the byte before
        while piece := self._source.at(at, size):
            for found in self._kind.finditer(piece):
                place = at + found.start()
                if found.group().endswith(b"WARC/", 1, 6):
                    if self._is_record(place):
                        return place + 1
                elif place >= offset and _is_member(self._source, place):
                    return place
            if len(piece) < size:
                break
            at += size - _LINE + 1
            size = min(size * 4, WINDOW)
        return None

    def _is_record(self, offset: int) -> bool:
        """Whether a record that is not packed begins behind the end of line at an offset."""
        head = self._head(offset)
        if head is None or not self._strict:
            return head is not None
        self._proofs -= 1
        if self._proofs < 0:
            return False
        return self._reaches_end(offset, head) or self._has_digest(offset, head)

    def _head(self, offset: int) -> bytes | None:
        """The head of such a record, with the line's end before it; None where there is none."""
        for size in (4096, MAX_HEAD):
            piece = self._source.peek(offset, size)
            if not _BEGIN.match(piece):
                return None
            if (found := _HEAD_END.search(piece, 1)) is not None:
                head = piece[: found.end()]
                return head if _LENGTH.search(head) and _TYPE.search(head) else None
        return None

    def _reaches_end(self, offset: int, head: bytes | None) -> bool:
        """Whether records follow one another from here to the end of the file, as their lengths
        say: behind those that a text shows, the text goes on.
        """
        begun = []
        while head is not None and offset not in self._refuted:
            begun.append(offset)
            offset += len(head) + _length(head)
            after = self._source.peek(offset, 9)
            if after[:4] == b"\r\n\r\n" and after[4:] in (b"", bytes(5)):
                return True
            offset += 3
            head = self._head(offset) if after == b"\r\n\r\nWARC/" else None
        self._refuted.update(begun)
        return False

    def _has_digest(self, offset: int, head: bytes) -> bool:
        digest, size = _DIGEST.search(head), _length(head)
        if digest is None or size > MAX_BLOCK:
            return False
        block = self._source.peek(offset + len(head), size)
        return sha1(block) == digest[1].decode("ascii")


def _length(head: bytes) -> int:
    found = _LENGTH.search(head)
    return int(found[1]) if found is not None else 0


def _is_member(source: FileWindow, offset: int) -> bool:
    """Whether a gzip member or a zstd frame with a record in it, WARC's or ARC's, begins here."""
    stretch = segment_at(source, offset)
    if isinstance(stretch, Frame):
        return begins_record(stretch.more())
    try:
        head = zlib.decompressobj(31).decompress(bytes(source.at(offset, _HEAD)), MAX_LINE)
    except _ZlibError:
        return False
    return begins_record(head)
