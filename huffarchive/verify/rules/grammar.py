"""Rules of how a record is laid out: WARC 1.1, clause 4."""

import re
from collections.abc import Iterator

from huffarchive.verify.entry import Entry
from huffarchive.verify.rule import NOTE, Scope, rule

_WRITER = "write the record anew; the program that wrote it needs mending"
_VERSIONS = ("WARC/1.1", "WARC/1.0")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@rule("version", Scope.RECORD, "WARC 1.1, 4", _WRITER, by_shape=True)
def version(entry: Entry) -> Iterator[str]:
    """A record is of WARC/1.0 or WARC/1.1."""
    if entry.version not in _VERSIONS:
        yield f"it begins with {entry.version!r}"


@rule(
    "mixed-versions",
    Scope.RECORD,
    "promise of this project",
    "write the file anew with one version",
)
def mixed_versions(entry: Entry) -> Iterator[str]:
    """All records of a file are of one version, in ours 1.1; a member copied from another
    archive keeps its own.
    """
    first = "WARC/1.1" if entry.file.ours else entry.file.version
    if entry.version not in _VERSIONS or first not in _VERSIONS:
        return
    if entry.version != first and (entry.ours or not entry.file.ours):
        yield f"{entry.version!r} in a file of {first}"


@rule("line-ends", Scope.RECORD, "WARC 1.1, 4", _WRITER, unless="plain_head")
def line_ends(entry: Entry) -> Iterator[str]:
    """Lines of the head end in CRLF."""
    head = entry.head
    if head.count(b"\n") != head.count(b"\r\n") or head.count(b"\r") != head.count(b"\n"):
        bare = head.count(b"\n") - head.count(b"\r\n")
        yield f"{bare} lines end in a bare LF" if bare else "a bare CR stands in the head"


@rule("head-utf8", Scope.RECORD, "WARC 1.1, 4", _WRITER, unless="plain_head")
def head_utf8(entry: Entry) -> Iterator[str]:
    """The head is UTF-8."""
    if not entry.utf8:
        yield "the head holds bytes that are no UTF-8"


@rule("field-line", Scope.RECORD, "WARC 1.1, 4", _WRITER, unless="plain_head")
def field_line(entry: Entry) -> Iterator[str]:
    """Each line of the head is a name, a colon and a value; the name is a token."""
    for line in entry.odd_lines:
        yield f"no named field: {line!r}"
    for name, _ in entry.fields:
        if not _TOKEN.fullmatch(name):
            yield f"no token: {name!r}"


@rule("field-control", Scope.RECORD, "WARC 1.1, 4", _WRITER, unless="plain_head")
def field_control(entry: Entry) -> Iterator[str]:
    """Values hold no control characters."""
    for name, value in entry.fields:
        if not value.isprintable() and any(
            (ord(c) < 32 and c != "\t") or ord(c) == 127 for c in value
        ):
            yield f"{name}: {value!r}"


@rule(
    "field-folded",
    Scope.RECORD,
    "WARC 1.1, 4",
    "write each value on one line",
    severity=NOTE,
    unless="plain_head",
)
def field_folded(entry: Entry) -> Iterator[str]:
    """Values stand on one line; folding is allowed and many readers do not know it."""
    if b"\n " in entry.head or b"\n\t" in entry.head:
        yield "a value goes on in the next line"


@rule(
    "length-long",
    Scope.RECORD,
    "WARC 1.1, 5.3",
    "restore the file from a copy, or write the record anew",
    unless="sound_frame",
)
def length_long(entry: Entry) -> Iterator[str]:
    """A record's block is as long as Content-Length says."""
    if entry.missing and entry.size is not None:
        yield f"{entry.size - entry.missing} of {entry.size} bytes are there"


@rule(
    "record-end",
    Scope.RECORD,
    "WARC 1.1, 4",
    "Content-Length is wrong, or the end is; write the record anew",
    unless="sound_frame",
)
def record_end(entry: Entry) -> Iterator[str]:
    """Two CRLF follow the block that Content-Length measures, then the next record."""
    if entry.tail != b"\r\n\r\n" and not entry.missing:
        yield f"{entry.surplus} bytes follow the block, beginning {entry.tail[:16]!r}"
