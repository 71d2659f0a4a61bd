"""HTTP as bytes: one exchange as it crossed the wire, and a response taken apart.

An `Exchange` is made at the socket and stored unchanged. A `Message` is a response's status,
headers, entity body and content; unpacking is bounded in size and in layers.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache

import brotli
import zstandard
from zlib_ng import zlib_ng as zlib


class Truncation(StrEnum):
    """Why an exchange ended before its response did (WARC/1.1, section 5.15)."""

    LENGTH = "length"
    """A bound on its size stopped it."""
    TIME = "time"
    """A bound on its time stopped it."""
    DISCONNECT = "disconnect"
    """The connection broke."""
    UNSPECIFIED = "unspecified"
    """Nothing says why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The bytes of one request and of what came back, untouched, and when, from whom and how.

    `request` and `response` hold exactly what crossed the connection (below TLS): request line,
    header order and case, Transfer-Encoding and Content-Encoding. `response` is empty when no
    byte arrived, and a prefix when `truncated` says why.
    """

    url: str
    """The URL asked for, without fragment; the WARC-Target-URI."""
    request: bytes
    response: bytes
    began: datetime
    """When the request was written (UTC, whole seconds are kept); the WARC-Date."""
    ip: str | None = None
    """The peer's address."""
    protocols: tuple[str, ...] = ("http/1.1",)
    """WARC-Protocol values, e.g. ("http/1.1", "tls/1.3")."""
    cipher: str | None = None
    """WARC-Cipher-Suite, e.g. "TLS_AES_256_GCM_SHA384"."""
    truncated: Truncation | None = None

    @property
    def method(self) -> str:
        """The request's method, e.g. "GET"."""
        return self.request.split(b" ", 1)[0].decode("latin-1")


MAX_CONTENT = 16 * 1024 * 1024
"""Bytes that a body may unpack to."""
MAX_LAYERS = 2
"""Content codings that may be nested."""
MAX_MEMBERS = 1000
"""Members of gzip, or frames of zstd, that may follow one another in a body."""
_PIECE = 64 * 1024
_HEAD = 256 * 1024
"""Bytes in which a head is looked for where only that is asked for."""


class MessageError(ValueError):
    """A response that is no page; `fault` is the name of its Reason ("malformed", …), `part` what
    could be unpacked of a compressed one.
    """

    def __init__(self, fault: str, detail: str, part: bytes = b"") -> None:
        super().__init__(detail)
        self.fault, self.part = fault, part


@dataclass(frozen=True)
class Message:
    """One HTTP response from its bytes on the wire."""

    version: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    """Names and values as they stand, in order, decoded as Latin-1."""
    body: bytes
    """What follows the head, transfer coding and all."""

    @classmethod
    def parse(cls, raw: bytes, *, lenient: bool = False) -> "Message":
        """Take a response apart; MessageError("malformed") when it is not HTTP.

        `lenient` is for files of others: status lines are read as their tools write them, such as
        "h2 200" or "http/1.1  200 OK", a line that begins a tag ends the head, and of several
        responses (a proxy's, one that asks for a log-in, a redirect that was followed) the last
        counts.
        """
        message = cls._parse(raw, lenient=lenient)
        for _ in range(_MOST_BEFORE if lenient else 0):
            if (behind := _behind(message)) is None:
                break
            message = cls._parse(behind, lenient=True)
        return message

    @classmethod
    def _parse(cls, raw: bytes, *, lenient: bool) -> "Message":
        raw = raw.lstrip(_BLANK).removeprefix(BOM_UTF8) if lenient else raw
        head, body = split_final(raw)
        if lenient and (tag := _TAG.search(head)) is not None:
            begin = raw.rfind(head, 0, len(raw) - len(body))
            head, body = head[: tag.start()], raw[begin + tag.end() :]
        if head == raw and b"\n" not in head:
            raise MessageError("malformed", "the answer's status line has no end")
        if not lenient and _STATUS_LINE.fullmatch(head.partition(b"\n")[0]) is None:
            raise MessageError("malformed", _NO_HTTP)
        parsed = _parsed_once if len(head) <= _COMMON_HEAD else _parsed
        return cls(*parsed(head), body)

    @classmethod
    def head(cls, raw: bytes, *, lenient: bool = False) -> "Message":
        """A response without its body; that of a large one is not copied for it."""
        found = cls.parse(raw[:_HEAD], lenient=lenient)
        return cls(found.version, found.status, found.reason, found.headers, b"")

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    def header_list(self, name: str) -> list[str]:
        """All comma-separated values of a header, lower-cased."""
        name = name.lower()
        values = (value for key, value in self.headers if key.lower() == name)
        return [v.strip().lower() for value in values for v in value.split(",") if v.strip()]

    @property
    def chunked(self) -> bool:
        """Whether the body is in chunks."""
        return self.header_list("transfer-encoding")[-1:] == ["chunked"]

    @cached_property
    def entity(self) -> bytes:
        """The entity body: transfer coding undone, content coding kept (RFC 9110, section 8).

        MessageError("malformed") for broken chunks, ("cut") for a body that is not all there.
        """
        if self.chunked:
            return dechunk(self.body)
        lengths = set(self.header_list("content-length"))
        if len(lengths) == 1 and (text := lengths.pop()).isascii() and text.isdigit():
            length = int(text[:20])
            if len(self.body) < length:
                raise MessageError("cut", f"{len(self.body)} of {length} bytes arrived")
            return self.body[:length]
        return self.body

    @cached_property
    def content(self) -> bytes:
        """The page's bytes: content coding undone, in at most two layers and 16 MiB.

        MessageError("too_large"), ("cut") for a stream without its end, ("malformed").
        """
        return self.content_within(MAX_CONTENT)

    def content_within(self, most: int) -> bytes:
        """The same within another bound (bytes)."""
        data = self.entity
        codings = [c for c in self.header_list("content-encoding") if c != "identity"]
        if len(codings) > MAX_LAYERS:
            raise MessageError("malformed", f"{len(codings)} nested content codings")
        for coding in reversed(codings):
            if not data:
                break
            data = decoded(data, coding, most)
        if len(data) > most:
            raise MessageError("too_large", f"{len(data)} bytes, over {most}")
        return data


def _behind(message: Message) -> bytes | None:
    """The response that follows one that is whole and no page."""
    if message.chunked:
        if message.status == 200:  # a page, whatever it ends in: its chunks are not gone through
            return None
        last = _LAST_CHUNK.search(message.body)
        rest = message.body[last.end() :] if last is not None else b""
    else:
        length = "".join(set(message.header_list("content-length")))
        rest = message.body[int(length[:15]) if length.isdecimal() else 0 :]
    page = message.status == 200 and len(rest) < len(message.body)
    return rest if not page and _STATUS_LINE.match(rest) else None


def _parsed(head: bytes) -> tuple[str, int, str, tuple[tuple[str, str], ...]]:
    """Version, status, reason and headers of a head."""
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    first = _STATUS_LINE.fullmatch(lines[0]) or _LENIENT_STATUS_LINE.fullmatch(lines[0])
    if first is None:
        raise MessageError("malformed", _NO_HTTP)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        text = line.decode("latin-1")
        if text[:1] in " \t" and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text.strip()}")
        elif ":" in text:
            name, value = text.split(":", 1)
            headers.append((name.strip(), value.strip()))
    version, status, reason = (part.decode("latin-1") for part in first.groups(b""))
    return version, int(status), reason, tuple(headers)


_NO_HTTP = "the answer does not begin as HTTP does"
_COMMON_HEAD = 8192
"""Bytes of a head that is remembered: one step of a crawl after another asks for the same."""
_parsed_once = lru_cache(maxsize=32)(_parsed)


def split_final(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body of the final response; interim (1xx) responses before it are passed over."""
    while True:
        end = _HEAD_END.search(raw)
        head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
        first = head.split(b"\n", 1)[0].split(None, 2)
        interim = len(first) > 1 and len(first[1]) == 3 and first[1][:1] == b"1"
        if not (interim and first[1] != b"101" and body.startswith(b"HTTP/")):
            return head, body
        raw = body


def decoded(data: bytes, coding: str, most: int = MAX_CONTENT) -> bytes:
    """Undo one content coding, to at most so many bytes.

    MessageError where it is unknown, or the data are not in it.
    """
    if (decode := _CODINGS.get(coding)) is None:
        raise MessageError("malformed", f"unknown content coding {coding[:40]!r}")
    return decode(data, most)


def gunzipped(data: bytes, most: int) -> bytes:
    """A gzip file, of however many members, unpacked to at most so many bytes.

    MessageError("malformed") where it does not end with a whole member: zeros may fill it up.
    """
    try:
        return _inflate(data, 31, most, whole=True)
    except MessageError as error:
        if error.fault != "cut":
            raise
        # The answer came whole: it is the file that is cut, and will be the next time.
        raise MessageError("malformed", str(error), error.part) from error


def dechunk(body: bytes) -> bytes:
    """Undo the chunked coding (RFC 9112, section 7.1); extensions and trailers are passed over."""
    parts: list[bytes] = []
    at = 0
    while True:
        match = _CHUNK_SIZE.match(body, at)
        if match is None:
            if at == len(body) or _CHUNK_BEGUN.fullmatch(body, at):
                raise MessageError("cut", "the last chunk is missing")
            raise MessageError("malformed", f"no chunk begins at byte {at} of the body")
        size = int(match[1], 16)
        at = match.end()
        if size == 0:
            return b"".join(parts)
        if len(body) < at + size + 1:
            raise MessageError("cut", "a chunk is not all there")
        parts.append(body[at : at + size])
        at += size
        end = _CHUNK_END.match(body, at)
        if end is None:
            raise MessageError("malformed", f"no end of line at byte {at} of the body")
        at = end.end()


_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact


def _inflate(data: bytes, wbits: int, most: int, *, whole: bool = False) -> bytes:
    out: list[bytes] = []
    size = at = members = 0
    while not members or data.startswith(b"\x1f\x8b", at):
        members += 1
        if members > MAX_MEMBERS:
            problem = f"more than {MAX_MEMBERS} compressed members"
            raise MessageError("malformed", problem, b"".join(out))
        stream = zlib.decompressobj(wbits)
        while at < len(data) and not stream.eof:
            # In pieces: what follows a member is copied each time.
            piece = data[at : at + _PIECE]
            try:
                part = stream.decompress(piece, most + 1 - size)
            except _ZlibError as error:
                problem = f"the compressed body is broken: {error}"
                raise MessageError("malformed", problem, b"".join(out)) from error
            at += len(piece) - len(stream.unused_data)
            size += len(part)
            out.append(part)
            if size > most:
                problem = f"unpacks to more than {most} bytes"
                raise MessageError("too_large", problem, b"".join(out)[:most])
        if not stream.eof:
            raise MessageError("cut", "the compressed body has no end", b"".join(out))
        if wbits != 31:
            break
    if whole and data[at:].strip(b"\0"):
        problem = "the compressed file does not end with a whole member"
        raise MessageError("cut", problem, b"".join(out))
    return b"".join(out)


def _gzip(data: bytes, most: int) -> bytes:
    return _inflate(data, 31, most)


def _deflate(data: bytes, most: int) -> bytes:
    try:
        return _inflate(data, 15, most)
    except MessageError as error:
        if error.fault != "malformed":
            raise
        return _inflate(data, -15, most)


def _brotli(data: bytes, most: int) -> bytes:
    stream = brotli.Decompressor()
    try:
        out = stream.process(data, output_buffer_limit=most + 1)
        parts = [out]
        while not stream.is_finished() and not stream.can_accept_more_data():
            if sum(map(len, parts)) > most:
                raise MessageError("too_large", f"unpacks to more than {most} bytes")
            parts.append(stream.process(b"", output_buffer_limit=most + 1))
    except brotli.error as error:
        raise MessageError("malformed", f"the compressed body is broken: {error}") from error
    if not stream.is_finished():
        raise MessageError("cut", "the compressed body has no end")
    return b"".join(parts)


def _zstd(data: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    size = at = frames = 0
    while at < len(data):
        frames += 1
        if frames > MAX_MEMBERS:
            raise MessageError("malformed", f"more than {MAX_MEMBERS} compressed frames")
        stream = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        while at < len(data) and not stream.eof:
            # Small pieces: four bytes can stand for 128 KiB, and nothing bounds the output.
            piece = data[at : at + 256]
            try:
                part = stream.decompress(piece)
            except zstandard.ZstdError as error:
                problem = f"the compressed body is broken: {error}"
                raise MessageError("malformed", problem) from error
            at += len(piece) - len(stream.unused_data)
            size += len(part)
            if size > most:
                raise MessageError("too_large", f"unpacks to more than {most} bytes")
            parts.append(part)
        if not stream.eof:
            raise MessageError("cut", "the compressed body has no end")
    return b"".join(parts)


_HEAD_END = re.compile(rb"\r?\n\r?\n")
"""Lines may end in a bare line feed, each as it will (RFC 9112, section 2.2)."""
_TAG = re.compile(rb"\r?\n(?=<[!?a-zA-Z])")
"""The end of a head that no empty line ends."""
_STATUS_LINE = re.compile(rb"(HTTP/\d(?:\.\d)?) ([1-9]\d\d)(?: ([^\r\n]*))?\r?")
_LENIENT_STATUS_LINE = re.compile(
    rb"((?i:HTTP|H|QUIC|SPDY|ICY)(?:/?\d+(?:\.\d+)?)?)[ \t]+([1-9]\d\d)"
    rb"(?:[ \t]+([^\r\n]*))?[ \t]*\r?"
)
_BLANK = b"\r\n \t"
_LAST_CHUNK = re.compile(rb"(?:\A|\n)0+\r?\n\r?\n(?=HTTP/)")
_MOST_BEFORE = 10
"""Responses of a block that may stand before the last one."""
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHUNK_BEGUN = re.compile(rb"[ \t]*[0-9a-fA-F]{0,15}[ \t]*(?:;[^\r\n]*)?\r?")
_CHUNK_END = re.compile(rb"\r?\n")
_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
