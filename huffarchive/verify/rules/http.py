"""Rules of the HTTP messages in response and request records."""

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote

from huffarchive.verify.record import Chunking, Entry, Response
from huffarchive.verify.rule import check

_STATUS = re.compile(rb"HTTP/\d(\.\d)? [1-9]\d\d( [^\r\n]*)?\r?\n")
_REQUEST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/\d(\.\d)?\r?\n")
_TARGET = re.compile(rb"[A-Za-z]+ (\S+) [^\r\n]*\r?\n((?:[^\r\n]+\r?\n)*)")
_HOST_LINE = re.compile(rb"(?mi)^host:[ \t]*([^\r\n]*?)[ \t]*\r?$")
_ADDRESS = re.compile(r"(https?)://(?:[^/?@]*@)?([^/?]*)(.*)")
_PORTS = {"http": 80, "https": 443}
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


@check
def http_response(entry: Entry) -> Iterator[str]:
    """A response record holds an HTTP response: its block begins with a status line."""
    if entry.holds_http:
        assert entry.block is not None
        if not _STATUS.match(entry.block):
            yield f"the block begins with {entry.block[:40]!r}"


@check
def http_request(entry: Entry) -> Iterator[str]:
    """A request record holds an HTTP request: its block begins with a request line."""
    if entry.holds_http:
        assert entry.block is not None
        if not _REQUEST.match(entry.block):
            yield f"the block begins with {entry.block[:40]!r}"


@check
def http_request_target(entry: Entry) -> Iterator[str]:
    """Request line and Host are of the address that the record names."""
    found = _TARGET.match(entry.block or b"") if entry.holds_http else None
    if found is None or not entry.url.startswith(("http://", "https://")):
        return
    address = entry.url.partition("#")[0]
    parts = _ADDRESS.match(address)
    assert parts is not None
    port = f":{_PORTS[parts[1]]}"
    for line in _HOST_LINE.findall(found[2])[:1]:
        if line.decode("latin-1").lower().removesuffix(port) != parts[2].lower().removesuffix(port):
            yield f"Host: {line!r}, the address is {entry.url}"
    # Other programs escape addresses in one place or the other.
    plain = str if entry.ours else partial(unquote, encoding="latin-1")
    asked = plain(found[1].decode("latin-1"))
    if asked not in (plain(parts[3]) or "/", f"/{plain(parts[3])}", plain(address), "*"):
        yield f"the request is for {asked!r}, the address is {entry.url}"


@check
def http_type(entry: Entry) -> Iterator[str]:
    """Content-Type says of an HTTP block whether it is a request or a response."""
    kind = (entry.one("content-type") or "").lower()
    if not entry.url.lower().startswith(("http:", "https:")):
        return
    found = re.search(r"msgtype\s*=\s*\"?(\w+)", kind)
    if not kind.startswith("application/http") if kind else False:
        yield f"{entry.type} record of type {kind!r}"
    elif found and found.group(1) != entry.type:
        yield f"{entry.type} record with msgtype={found.group(1)}"


@check
def http_head_end(entry: Entry) -> Iterator[str]:
    """An empty line ends the head of an HTTP message."""
    if entry.holds_http and "warc-truncated" not in entry.named:
        assert entry.block is not None
        if b"\r\n\r\n" not in entry.block and b"\n\n" not in entry.block:
            yield "the block ends within the head"


@check
def http_head_line(entry: Entry) -> Iterator[str]:
    """Each line of an HTTP head is a name, a colon and a value, and ends in CRLF; servers do
    err, and the record keeps what they sent.
    """
    if entry.response is None:
        return
    assert entry.block is not None
    head = entry.block[: max(entry.block.find(b"\r\n\r\n"), 0)]
    if head.count(b"\n") != head.count(b"\r\n"):
        yield "a line of the head ends in a bare LF"
    for line in head.split(b"\r\n")[1:]:
        if b":" not in line and line[:1] not in (b" ", b"\t"):
            yield f"no header: {line[:60]!r}"


@check
def http_chunked(entry: Entry) -> Iterator[str]:
    """A body under `Transfer-Encoding: chunked` is in chunks."""
    found = _whole(entry)
    if found is None or found.chunking is not Chunking.NONE:
        return
    if found.message.body or not found.bodiless:
        yield "the head says chunked, the body is not in chunks"


@check
def http_chunks(entry: Entry) -> Iterator[str]:
    """The chunks of a body follow each other to the last."""
    found = _whole(entry)
    if found is not None and found.chunking is Chunking.BROKEN:
        yield f"the chunks break at byte {found.broken_at} of the body"


@check
def http_cut(entry: Entry) -> Iterator[str]:
    """A body that is not all there carries WARC-Truncated."""
    found = _whole(entry)
    if found is None or found.bodiless:
        return
    size = len(found.message.body)
    if found.chunking is Chunking.CUT:
        yield f"the chunks end at byte {found.broken_at} of the body, before the last one"
    elif found.length is not None and size < found.length:
        yield f"{size} of {found.length} bytes of the body"


@check
def http_surplus(entry: Entry) -> Iterator[str]:
    """Nothing follows the body that Content-Length or the last chunk ends."""
    found = _whole(entry)
    if found is None:
        return
    size = len(found.message.body)
    if found.chunking is Chunking.SURPLUS:
        yield f"{size - found.broken_at} bytes follow the last chunk"
    elif found.length is not None and size > found.length:
        yield f"the body has {size} bytes, Content-Length says {found.length}"


@check
def http_lengths(entry: Entry) -> Iterator[str]:
    """A head states one length, and none beside chunks; servers do err."""
    found = _whole(entry)
    if found is not None and found.lengths:
        if len(set(found.lengths)) > 1:
            yield f"Content-Length: {', '.join(found.lengths)}"
        if found.coded:
            yield "both Content-Length and Transfer-Encoding"


@check
def http_coding(entry: Entry) -> Iterator[str]:
    """A body under `Content-Encoding: gzip` or `zstd` begins as such data do."""
    found = _whole(entry)
    if found is None or not found.codings or not found.entity:
        return
    magic = _MAGIC.get(found.codings[-1], b"")
    if not found.entity.startswith(magic):
        yield f"the head says {found.codings[-1]}, the body begins with {found.entity[:8]!r}"


def _whole(entry: Entry) -> Response | None:
    """The response, unless the exchange broke off: then it holds what came, right or wrong."""
    return entry.response if entry.whole and "warc-truncated" not in entry.named else None
