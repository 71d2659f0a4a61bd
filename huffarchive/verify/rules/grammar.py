"""Rules of the file around its records, of a record's layout (WARC 1.1, clause 4) and its
digests.
"""

import re
from collections.abc import Iterator

from huffarchive.verify.record import Entry, Form
from huffarchive.verify.rule import check

_BOTH = "warc-block-digest warc-payload-digest"


@check
def digest_form(entry: Entry) -> Iterator[str]:
    """A digest is an algorithm, a colon and a value of that algorithm's length."""
    for name in _BOTH.split():
        stated = entry.digest(name)
        if stated is not None and stated.form is Form.MALFORMED:
            yield f"{name}: {stated.text!r}"


@check
def digest_algorithm(entry: Entry) -> Iterator[str]:
    """Digests are of an algorithm that this program can compute."""
    for name in _BOTH.split():
        stated = entry.digest(name)
        if stated is not None and stated.form is Form.UNKNOWN:
            yield f"{name}: {stated.algorithm}"


@check
def block_digest(entry: Entry) -> Iterator[str]:
    """The block's digest is the one that the record states."""
    stated = entry.digest("warc-block-digest")
    if stated is None or not stated.known or entry.missing:
        return
    if entry.block is not None:
        computed = stated.of(entry.block)
    elif entry.block_digest is not None:
        computed = entry.block_digest
    else:
        return
    if computed != stated.value:
        yield f"stated {stated.text}, computed {computed.hex()}"


@check
def payload_digest(entry: Entry) -> Iterator[str]:
    """The payload's digest is the one that the record states: of the entity body of an HTTP
    message, of the block of other records.
    """
    stated = entry.digest("warc-payload-digest")
    if stated is None or not stated.known or not entry.whole:
        return
    if entry.type in ("revisit", "continuation") or "warc-segment-number" in entry.named:
        return
    computed = [stated.of(payload) for payload in _payloads(entry)]
    if stated.value not in computed:
        yield f"stated {stated.text}, computed {computed[0].hex()}"


def _payloads(entry: Entry) -> Iterator[bytes | memoryview]:
    """What the digest may be of: the body as it stands, and the body without its chunks."""
    assert entry.block is not None
    if not entry.holds_http:
        yield entry.block
        return
    at = entry.block.find(b"\r\n\r\n")
    yield memoryview(entry.block)[at + 4 :] if at >= 0 else b""
    if entry.response is not None and entry.response.chunked and entry.entity is not None:
        yield entry.entity


@check
def payload_digest_chunks(entry: Entry) -> Iterator[str]:
    """The digest of a chunked response is of its entity body, not of the chunks; many tools
    hash the chunks, and validators disagree.
    """
    stated, response = entry.digest("warc-payload-digest"), entry.response
    if response is None or not response.chunked or stated is None or not stated.known:
        return
    if entry.whole and stated.of(response.message.body) == stated.value:
        yield "the digest is of the chunks"


@check
def block_large(entry: Entry) -> Iterator[str]:
    """Blocks of up to 64 MiB are looked into; of larger ones only the block digest is checked."""
    if entry.block is None and not entry.missing:
        yield f"a block of {entry.size} bytes was not looked into"


_VERSIONS = ("WARC/1.1", "WARC/1.0")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@check
def version(entry: Entry) -> Iterator[str]:
    """A record is of WARC/1.0 or WARC/1.1."""
    if entry.version not in _VERSIONS:
        yield f"it begins with {entry.version!r}"


@check
def mixed_versions(entry: Entry) -> Iterator[str]:
    """All records of a file are of one version, in ours 1.1; a member copied from another
    archive keeps its own.
    """
    first = "WARC/1.1" if entry.file.ours else entry.file.version
    if entry.version not in _VERSIONS or first not in _VERSIONS:
        return
    if entry.version != first and (entry.ours or not entry.file.ours):
        yield f"{entry.version!r} in a file of {first}"


@check
def line_ends(entry: Entry) -> Iterator[str]:
    """Lines of the head end in CRLF."""
    head = entry.head
    if head.count(b"\n") != head.count(b"\r\n") or head.count(b"\r") != head.count(b"\n"):
        bare = head.count(b"\n") - head.count(b"\r\n")
        yield f"{bare} lines end in a bare LF" if bare else "a bare CR stands in the head"


@check
def head_utf8(entry: Entry) -> Iterator[str]:
    """The head is UTF-8."""
    if not entry.utf8:
        yield "the head holds bytes that are no UTF-8"


@check
def field_line(entry: Entry) -> Iterator[str]:
    """Each line of the head is a name, a colon and a value; the name is a token."""
    for line in entry.odd_lines:
        yield f"no named field: {line!r}"
    for name, _ in entry.fields:
        if not _TOKEN.fullmatch(name):
            yield f"no token: {name!r}"


@check
def field_control(entry: Entry) -> Iterator[str]:
    """Values hold no control characters."""
    for name, value in entry.fields:
        if not value.isprintable() and any(
            (ord(c) < 32 and c != "\t") or ord(c) == 127 for c in value
        ):
            yield f"{name}: {value!r}"


@check
def field_folded(entry: Entry) -> Iterator[str]:
    """Values stand on one line; folding is allowed and many readers do not know it."""
    if b"\n " in entry.head or b"\n\t" in entry.head:
        yield "a value goes on in the next line"


@check
def length_long(entry: Entry) -> Iterator[str]:
    """A record's block is as long as Content-Length says."""
    if entry.missing and entry.size is not None:
        yield f"{entry.size - entry.missing} of {entry.size} bytes are there"


@check
def record_end(entry: Entry) -> Iterator[str]:
    """Two CRLF follow the block that Content-Length measures, then the next record."""
    if entry.tail != b"\r\n\r\n" and not entry.missing:
        yield f"{entry.surplus} bytes follow the block, beginning {entry.tail[:16]!r}"
