"""The seeded faults of WARC files: each a name, how it is made, and the rule that must find it."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass

from tests.verify.records import (
    Rec,
    chunked,
    clean,
    flipped,
    http,
    ident,
    page,
    sha1,
    stored,
    written,
)

RESPONSE, REQUEST, CHUNKED, PACKED, REVISIT, NOTE = 1, 2, 3, 5, 7, 11


@dataclass(frozen=True)
class Fault:
    """A fault: `make` gives the bytes of a WARC file that has it and no other."""

    name: str
    rule: str
    make: Callable[[list[Rec]], bytes]
    plain: bool = False
    """Whether the file is not compressed."""


FAULTS: list[Fault] = []


def bytes_fault(rule: str, name: str) -> Callable[[Callable[[list[Rec]], bytes]], None]:
    """A fault of the file's bytes."""

    def add(make: Callable[[list[Rec]], bytes]) -> None:
        FAULTS.append(Fault(name, rule, make))

    return add


def fault(rule: str, name: str, number: int, spoil: Callable[[Rec], object]) -> None:
    """A fault of one record."""

    def make(records: list[Rec]) -> bytes:
        spoil(records[number])
        return written(records)

    FAULTS.append(Fault(name, rule, make))


def resealed(block: bytes) -> Callable[[Rec], object]:
    """Another block, with digest and length to match: only its content is wrong."""

    def spoil(record: Rec) -> None:
        record.block = block
        record.drop("WARC-Payload-Digest")
        record.seal()

    return spoil


# --- the file


@bytes_fault("empty-file", "empty file")
def _(records: list[Rec]) -> bytes:
    return b""


@bytes_fault("not-warc", "no WARC file")
def _(records: list[Rec]) -> bytes:
    return b"<!doctype html><title>404</title>" * 20


@bytes_fault("gzip-cut", "torn tail")
def _(records: list[Rec]) -> bytes:
    return written(records)[:-40]


@bytes_fault("gzip-cut", "torn tail: last byte")
def _(records: list[Rec]) -> bytes:
    return written(records)[:-1]


@bytes_fault("gzip-damaged", "byte flipped in the compressed data")
def _(records: list[Rec]) -> bytes:
    members = [r.to_member() for r in records]
    members[CHUNKED] = flipped(members[CHUNKED], len(members[CHUNKED]) // 2)
    return b"".join(members)


@bytes_fault("gzip-damaged", "byte flipped in a stored block")
def _(records: list[Rec]) -> bytes:
    members = stored(records)
    members[RESPONSE] = flipped(members[RESPONSE], len(members[RESPONSE]) - 200)
    return b"".join(members)


@bytes_fault("gzip-damaged", "byte flipped in the gzip checksum")
def _(records: list[Rec]) -> bytes:
    members = [r.to_member() for r in records]
    members[RESPONSE] = flipped(members[RESPONSE], len(members[RESPONSE]) - 6)
    return b"".join(members)


@bytes_fault("junk", "bytes between two members")
def _(records: list[Rec]) -> bytes:
    members = [r.to_member() for r in records]
    return b"".join(members[:3]) + b"\0" * 100 + b"".join(members[3:])


@bytes_fault("junk", "bytes behind the last member")
def _(records: list[Rec]) -> bytes:
    return written(records) + b"\0" * 512


@bytes_fault("several-in-member", "one member for all records")
def _(records: list[Rec]) -> bytes:
    return gzip.compress(b"".join(r.to_bytes() for r in records), mtime=0)


@bytes_fault("several-in-member", "two records in one member")
def _(records: list[Rec]) -> bytes:
    both = gzip.compress(records[1].to_bytes() + records[2].to_bytes(), mtime=0)
    return records[0].to_member() + both + written(records[3:])


@bytes_fault("no-record", "a member that holds no record")
def _(records: list[Rec]) -> bytes:
    return written(records) + gzip.compress(b"not a record\r\n", mtime=0)


@bytes_fault("id-duplicate", "a record stands twice")
def _(records: list[Rec]) -> bytes:
    return written([*records, records[REQUEST]])


def _spoil_end(record: Rec) -> None:
    record.raw_lines.append(b"x")
    record.line_end = b"\n"


@bytes_fault("head-end", "a head without its empty line")
def _(records: list[Rec]) -> bytes:
    head = records[NOTE].to_bytes().split(b"\r\n\r\n")[0]
    return written(records[:NOTE]) + gzip.compress(head, mtime=0)


# --- how a record is laid out

fault("version", "an unknown version", NOTE, lambda r: setattr(r, "version", "WARC/9.9"))
fault(
    "mixed-versions",
    "a record of WARC/1.0 among those of 1.1",
    NOTE,
    lambda r: setattr(r, "version", "WARC/1.0"),
)
fault("line-ends", "bare LF in the head", NOTE, lambda r: setattr(r, "line_end", b"\n"))
fault("head-utf8", "Latin-1 in the head", NOTE, lambda r: r.raw_lines.append(b"X-Note: \xe9t\xe9"))
fault("field-line", "a line without a colon", NOTE, lambda r: r.raw_lines.append(b"no field"))
fault("field-line", "a space before the colon", NOTE, lambda r: r.raw_lines.append(b"X-Note : a"))
fault(
    "field-control",
    "a control character in a value",
    NOTE,
    lambda r: r.raw_lines.append(b"X-Note: a\x07b"),
)
fault(
    "length-long",
    "Content-Length too large",
    NOTE,
    lambda r: r.put("Content-Length", str(len(r.block) + 50)),
)
fault(
    "record-end",
    "Content-Length too small",
    NOTE,
    lambda r: (r.put("Content-Length", str(len(r.block) - 10)), r.drop("WARC-Block-Digest")),
)
fault("record-end", "only one CRLF behind the block", NOTE, lambda r: setattr(r, "end", b"\r\n"))
fault("record-end", "nothing behind the block", NOTE, lambda r: setattr(r, "end", b""))
fault("length-form", "Content-Length is no number", NOTE, lambda r: r.put("Content-Length", "12x"))

# --- which fields

for missing in ("WARC-Record-ID", "WARC-Date", "Content-Length"):
    fault("field-missing", f"no {missing}", NOTE, lambda r, name=missing: r.drop(name))
fault("field-missing", "no WARC-Type", NOTE, lambda r: setattr(r, "type", ""))
fault(
    "field-missing",
    "a response without WARC-Target-URI",
    RESPONSE,
    lambda r: r.drop("WARC-Target-URI"),
)
fault("field-missing", "a revisit without WARC-Profile", REVISIT, lambda r: r.drop("WARC-Profile"))
fault("field-empty", "an empty WARC-Date", NOTE, lambda r: r.put("WARC-Date", ""))
fault(
    "field-forbidden",
    "WARC-Target-URI on a warcinfo",
    0,
    lambda r: r.put("WARC-Target-URI", "https://www.huffpost.com/"),
)
fault(
    "field-forbidden",
    "WARC-Refers-To on a response",
    RESPONSE,
    lambda r: r.put("WARC-Refers-To", r.get("WARC-Warcinfo-ID") or ""),
)
fault(
    "field-forbidden",
    "WARC-Filename on a metadata record",
    NOTE,
    lambda r: r.put("WARC-Filename", "x.warc.gz"),
)
fault(
    "field-forbidden",
    "WARC-Profile on a response",
    RESPONSE,
    lambda r: r.put("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified"),
)
fault(
    "field-forbidden",
    "WARC-Payload-Digest on a metadata record",
    NOTE,
    lambda r: r.put("WARC-Payload-Digest", sha1(r.block)),
)
fault(
    "field-repeated",
    "WARC-Date twice",
    NOTE,
    lambda r: r.fields.append(("WARC-Date", r.get("WARC-Date"))),
)
fault(
    "field-repeated",
    "two Content-Lengths that differ",
    NOTE,
    lambda r: r.fields.append(("Content-Length", "7")),
)

# --- what the fields say

fault("type", "a misspelt type", NOTE, lambda r: setattr(r, "type", "metdata"))
fault("type", "a type in capitals", NOTE, lambda r: setattr(r, "type", "Metadata"))
fault("id-form", "an id without brackets", NOTE, lambda r: r.put("WARC-Record-ID", ident()[1:-1]))
fault("id-form", "an id that is no URI", NOTE, lambda r: r.put("WARC-Record-ID", "<12345>"))
fault("id-form", "a space in a link", NOTE, lambda r: r.put("WARC-Warcinfo-ID", "<urn:a b>"))
fault("date-form", "month 13", NOTE, lambda r: r.put("WARC-Date", "2026-13-01T00:00:00Z"))
fault("date-form", "14 digits for a date", NOTE, lambda r: r.put("WARC-Date", "20260131120000"))
fault(
    "date-form",
    "a date with an offset",
    NOTE,
    lambda r: r.put("WARC-Date", "2026-01-31T12:00:00+01:00"),
)
fault(
    "uri-form",
    "a relative WARC-Target-URI",
    NOTE,
    lambda r: r.put("WARC-Target-URI", "/archive/qc/"),
)
fault(
    "uri-form",
    "a space in WARC-Target-URI",
    NOTE,
    lambda r: r.put("WARC-Target-URI", "https://www.huffpost.com/a b"),
)
fault(
    "uri-form",
    "WARC-Target-URI in angle brackets",
    NOTE,
    lambda r: r.put("WARC-Target-URI", f"<{r.get('WARC-Target-URI')}>"),
)
fault(
    "ip-form",
    "an address that is none",
    RESPONSE,
    lambda r: r.put("WARC-IP-Address", "192.0.2.256"),
)
fault("content-type", "a Content-Type that is none", NOTE, lambda r: r.put("Content-Type", "text"))
fault(
    "truncated-reason", "an unknown WARC-Truncated", NOTE, lambda r: r.put("WARC-Truncated", "yes")
)
fault(
    "profile",
    "an unknown profile",
    REVISIT,
    lambda r: r.put("WARC-Profile", "http://example.org/profile"),
)
fault(
    "revisit-digest",
    "a revisit without payload digest",
    REVISIT,
    lambda r: r.drop("WARC-Payload-Digest"),
)
fault(
    "segment",
    "a first segment with number 2",
    RESPONSE,
    lambda r: r.put("WARC-Segment-Number", "2"),
)

# --- digests

fault(
    "digest-form",
    "a digest of the wrong length",
    NOTE,
    lambda r: r.put("WARC-Block-Digest", "sha1:ABCDEFG"),
)
fault(
    "digest-form",
    "a digest without algorithm",
    NOTE,
    lambda r: r.put("WARC-Block-Digest", sha1(b"")[5:]),
)
fault(
    "block-digest", "a wrong block digest", NOTE, lambda r: r.put("WARC-Block-Digest", sha1(b"x"))
)
fault(
    "block-digest",
    "a block that was changed",
    NOTE,
    lambda r: setattr(r, "block", r.block.replace(b"via", b"VIA")),
)
fault(
    "payload-digest",
    "a wrong payload digest",
    PACKED,
    lambda r: r.put("WARC-Payload-Digest", sha1(b"x")),
)
fault(
    "payload-digest",
    "a wrong payload digest in Base16",
    RESPONSE,
    lambda r: r.put("WARC-Payload-Digest", f"sha256:{'0' * 64}"),
)

# --- HTTP

fault(
    "http-response",
    "a response that is no HTTP",
    RESPONSE,
    resealed(b"<html>no head</html>\r\n\r\n"),
)
fault("http-request", "a request that is no HTTP", REQUEST, resealed(b"hello\r\n\r\n"))
fault(
    "http-type",
    "a response with msgtype=request",
    RESPONSE,
    lambda r: r.put("Content-Type", "application/http; msgtype=request"),
)
fault(
    "http-head-end",
    "a head that breaks off",
    RESPONSE,
    resealed(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServ"),
)
fault(
    "http-chunked",
    "a chunked header on a dechunked body",
    RESPONSE,
    resealed(http(page(1), "Transfer-Encoding: chunked", length=False)),
)
fault(
    "http-chunks",
    "chunks that break",
    RESPONSE,
    resealed(
        http(
            chunked(page(1)).replace(b"\r\n2bc\r\n", b"\r\n2bd\r\n", 1),
            "Transfer-Encoding: chunked",
            length=False,
        )
    ),
)
fault(
    "http-cut",
    "chunks without the last one",
    RESPONSE,
    resealed(http(chunked(page(1))[:-5], "Transfer-Encoding: chunked", length=False)),
)
fault(
    "http-cut", "a body shorter than its Content-Length", RESPONSE, resealed(http(page(1))[:-100])
)
fault(
    "http-surplus",
    "a body longer than its Content-Length",
    RESPONSE,
    resealed(http(page(1)) + b"more"),
)
fault(
    "http-surplus",
    "bytes behind the last chunk",
    RESPONSE,
    resealed(http(chunked(page(1)) + b"more", "Transfer-Encoding: chunked", length=False)),
)

# --- links

fault(
    "concurrent-dangling",
    "WARC-Concurrent-To of no record",
    REQUEST,
    lambda r: r.put("WARC-Concurrent-To", ident()),
)
fault(
    "link-self",
    "WARC-Concurrent-To of the record itself",
    REQUEST,
    lambda r: r.put("WARC-Concurrent-To", r.id),
)
fault(
    "link-kind",
    "WARC-Concurrent-To of the warcinfo",
    REQUEST,
    lambda r: r.put("WARC-Concurrent-To", r.get("WARC-Warcinfo-ID") or ""),
)
fault(
    "link-kind",
    "WARC-Warcinfo-ID of a response",
    NOTE,
    lambda r: r.put("WARC-Warcinfo-ID", r.get("WARC-Concurrent-To") or ""),
)
fault(
    "refers-differs",
    "WARC-Refers-To-Date of another capture",
    REVISIT,
    lambda r: r.put("WARC-Refers-To-Date", "2025-01-01T00:00:00Z"),
)
fault(
    "refers-differs",
    "WARC-Refers-To-Target-URI of another page",
    REVISIT,
    lambda r: r.put("WARC-Refers-To-Target-URI", "https://www.huffpost.com/other"),
)
fault(
    "refers-differs",
    "a revisit with another payload digest",
    REVISIT,
    lambda r: r.put("WARC-Payload-Digest", sha1(b"x")),
)


def of(fault: Fault) -> bytes:
    """The bytes of a file with a fault."""
    return fault.make(clean())
