"""Archives that give members of WARC files: what such an answer is, and a member made sound."""

import io
import re
import zlib
from dataclasses import replace
from typing import IO

from huffarchive.http import Message
from huffarchive.outcome import Reason
from huffarchive.sources.answer import (
    Answer,
    Archived,
    Asked,
    Copied,
    NoAnswer,
    PassedOver,
    archived_status,
    is_of_a_page,
)
from huffarchive.sources.memento import TRUNCATED
from huffarchive.sources.source import Source
from huffarchive.urls import Address, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture
from huffarchive.warc.damage import WarcError
from huffarchive.warc.parser import Fault, parse
from huffarchive.warc.reader import MAX_MEMBER as MAX_PLAIN
from huffarchive.warc.reader import member
from huffarchive.warc.record import (
    ID,
    UNDATED,
    Record,
    Stored,
    contradicts,
    read_warc_date,
    sha1,
    warc_date,
)
from huffarchive.warc.stream import MAGIC, FileWindow, Member, Plain, Segment, segment_at
from huffarchive.workers.job import Job

STATED_DIGEST, STATED_DATE = "X-Original-Block-Digest", "X-Original-Date"
"""Fields of a record written anew: what it came with, where that is wrong or tells no moment."""
OTHER_PAGE = "a record of another page"
"""Why a member is none of the page that it was asked for."""
_SHA1 = re.compile(r"sha1:[A-Z2-7]{32}")
_HTML = "text/html"
_END = b"\r\n\r\n"
_FOLDED = re.compile(rb"\n[ \t]")
_HTTP = "application/http;msgtype=response"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
"""A WARC-Date that every reader takes: index makers give a whole file up over another."""
_FORMS = {
    "warc-concurrent-to": ID,
    "warc-refers-to": ID,
    "warc-segment-origin-id": ID,
    "warc-warcinfo-id": ID,
    "warc-payload-digest": re.compile(r"[A-Za-z0-9.-]+:[A-Za-z0-9+/=_-]+"),
}
"""Fields that lead to other records, and what an index takes over, with the form of each."""


class MemberSource(Source):
    """An archive whose captures are had as members of its WARC files."""

    copies = True

    def judge(self, asked: Asked) -> Answer:
        """The member of a range that was asked for."""
        message = Message.parse(asked.last.response)
        if message.status not in (200, 206):
            if is_of_a_page(message.status) or message.status == 416:
                return NoAnswer(f"HTTP {message.status} for what the index names")
            return asked.of_the_service(message)
        data, memento = message.entity, asked.memento
        if not data.startswith(MAGIC):
            return NoAnswer("no member of a WARC file")
        if len(data) != memento.length:
            return NoAnswer(f"{len(data)} bytes where {memento.length} were asked for")
        try:
            data = member_at(io.BytesIO(data), 0, len(data))
        except (ValueError, OSError) as error:
            return PassedOver(Reason.MALFORMED, str(error))
        return self.copied(asked, data, asked.last.url)

    def copied(self, asked: Asked, data: bytes, where: str) -> Answer:
        """What a member holds; `where` is the address or the file that it is of."""
        memento, edition = asked.memento, asked.edition
        try:
            stored = member(data, memento.file or "")
        except (WarcError, ValueError) as error:
            return PassedOver(Reason.MALFORMED, str(error))
        origin = f"{where if self.on_disk else memento.file} {memento.offset} {memento.length}"
        capture = Capture(stored, Annotation(source=self.name, origin=origin))
        problem = self._mismatch(capture, asked)
        if problem == OTHER_PAGE and not self.on_disk:
            return NoAnswer(problem)
        if problem is not None:
            return PassedOver(Reason.MALFORMED, problem)
        if (status := capture.head.status) != 200:
            return archived_status(status)
        job = Job(capture.url, capture.captured_at, capture.readable, edition.code, edition.site)
        return Archived(job, capture.played, Copied(stored.record, data, where, origin))

    def _mismatch(self, capture: Capture, asked: Asked) -> str | None:
        """Why a member is not the capture that its index promised, or None if it is."""
        record = capture.answer.record
        where = identify(capture.url, asked.edition)
        if record.type != "response" and (record.type != "resource" or not self.on_disk):
            return f"a {record.type} record where a response was promised"
        if not isinstance(where, Address) or where.key != asked.key:
            return OTHER_PAGE
        if record.is_cut:
            return TRUNCATED
        if self.on_disk:
            return None  # what a tool states of a body that it decoded need not fit
        message = Message.parse(capture.response, lenient=True)
        stated = record.field("WARC-Payload-Digest") or ""
        computed = sha1(message.body)
        digest = asked.memento.digest
        if digest and f"sha1:{digest}" not in (computed, stated):
            return "the digest is not the index's"
        if _SHA1.fullmatch(stated) and stated != computed and not message.chunked:
            return "the payload's digest is wrong"
        return None


def member_at(file: IO[bytes], offset: int | None, length: int) -> bytes:
    """The gzip member at an offset; a record that is not packed so is packed.

    A record that no strict reader could take (no Content-Length or a wrong one, bare LF, a space in
    its address, no id, an odd WARC-Date; one of an ARC; a type or Content-Type that its block
    belies) is written anew with the same block and its other fields. OSError when the file is no
    longer what it was.
    """
    assert offset is not None
    source = FileWindow(file)
    data = bytes(source.at(offset, length))
    if len(data) != length:
        raise OSError("the file is shorter than when it was read")
    stretch = segment_at(source, offset)
    plain = data if isinstance(stretch, Plain) else _unpacked(stretch)
    try:
        stored = next(parse(segment_at(source, offset), ""))
    except (Fault, StopIteration) as error:
        raise OSError("the file is no longer what it was when it was read") from error
    if stored is None:
        return data
    types = _types(stored)
    if types != (stored.record.type, None) or not _is_sound(stored.record, plain):
        return _anew(stored, *types).to_member()
    if isinstance(stretch, Member):
        return data
    deflater = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflater.compress(plain.removesuffix(_END) + _END) + deflater.flush()


def _unpacked(stretch: Segment) -> bytes:
    parts, size = [], 0
    while size <= MAX_PLAIN and (part := stretch.more()):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _is_sound(record: Record, plain: bytes) -> bool:
    """Whether a record's bytes are laid out as the standard has it, and so are the fields that
    others go by.
    """
    head, _, rest = plain.partition(b"\r\n\r\n")
    address = record.field("WARC-Target-URI") or ""
    uri = f"WARC-Target-URI: {address}".encode()
    return (
        plain.startswith((b"WARC/1.0\r\n", b"WARC/1.1\r\n"))
        and head.count(b"\n") == head.count(b"\r\n")
        and _FOLDED.search(head) is None
        and record.field("Content-Length") == str(len(record.block))
        and rest in (record.block, record.block + _END)
        and f"WARC-Type: {record.type}".encode() in head
        and _DATE.fullmatch(date := record.field("WARC-Date") or "") is not None
        and (date.startswith("0001-01-01") or read_warc_date(date) != UNDATED)
        and address.strip("<").startswith(("http:", "https:"))
        and address.isascii()
        and (uri in head or uri.replace(b": ", b": <") + b">" in head)
        and not (record.type == "resource" and record.field("WARC-Concurrent-To"))
        and not _malformed(record)
        and not contradicts(record.field("WARC-Block-Digest"), record.block)
    )


def _malformed(record: Record) -> set[str]:
    """The fields, in lower case, by which no other record or index can go."""
    names = ((name.lower(), value) for name, value in record.fields)
    return {name for name, value in names if name in _FORMS and not _FORMS[name].fullmatch(value)}


def _types(stored: Stored) -> tuple[str, str | None]:
    """The type that a record has by its block, and the Content-Type where it states another."""
    record = stored.record
    stated = re.sub(r'[\s"]', "", record.field("Content-Type") or "").lower()
    if not Capture(stored, None).holds_http:
        unknown = not stated or stated.startswith("application/http")
        return "resource", _HTML if unknown else None
    sound = record.type == "response" and stated in ("application/http", _HTTP)
    return "response", None if sound else _HTTP


def _anew(stored: Stored, kind: str, content_type: str | None) -> Record:
    record = stored.record
    wrong = {"content-length", "warc-block-digest", "warc-concurrent-to", *_malformed(record)}
    if kind != record.type or record.field("Content-Length") != str(len(record.block)):
        wrong.add("warc-payload-digest")
    moment = read_warc_date(date := record.field("WARC-Date") or "")
    right = {
        "WARC-Target-URI": Capture(stored, None).target,
        "WARC-Date": warc_date(moment),
        "Content-Type": content_type or record.field("Content-Type") or "",
    }
    wrong |= {name.lower() for name in right}
    if record.stated_id is None:
        wrong.add("warc-record-id")
    kept = [(n, v) for n, v in record.fields if n.lower() not in wrong]
    if moment == UNDATED and date not in ("", warc_date(UNDATED)):
        kept.append((STATED_DATE, date))
    if contradicts(stated := record.field("WARC-Block-Digest"), record.block):
        kept.append((STATED_DIGEST, stated or ""))
    return replace(record, type=kind, fields=(*right.items(), *kept))
