"""An HTTP response taken apart: status, headers, entity body, content."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import brotli
import zstandard

MAX_CONTENT = 16 * 1024 * 1024
"""Bytes that a body may unpack to."""
MAX_LAYERS = 2
"""Content codings that may be nested."""


class MessageError(ValueError):
    """A response that is no page; `fault` is the name of its Reason ("malformed", …)."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault


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
    def parse(cls, raw: bytes) -> "Message":
        """Take a response apart; MessageError("malformed") when it is not HTTP."""
        head, body = _split(raw)
        lines = head.replace(b"\r\n", b"\n").split(b"\n")
        first = lines[0].split(None, 2)
        if len(first) < 2 or not first[0].startswith(b"HTTP/") or not first[1].isdigit():
            raise MessageError("malformed", "the answer does not begin as HTTP does")
        headers: list[tuple[str, str]] = []
        for line in lines[1:]:
            text = line.decode("latin-1")
            if text[:1] in " \t" and headers:
                name, value = headers[-1]
                headers[-1] = (name, f"{value} {text.strip()}")
            elif ":" in text:
                name, value = text.split(":", 1)
                headers.append((name.strip(), value.strip()))
        reason = first[2].decode("latin-1") if len(first) > 2 else ""
        status = int(first[1][:6])
        return cls(first[0].decode("latin-1"), status, reason, tuple(headers), body)

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
            return _dechunk(self.body)
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
        data = self.entity
        codings = [c for c in self.header_list("content-encoding") if c != "identity"]
        if len(codings) > MAX_LAYERS:
            raise MessageError("malformed", f"{len(codings)} nested content codings")
        for coding in reversed(codings):
            if not data:
                break
            if (decode := _CODINGS.get(coding)) is None:
                raise MessageError("malformed", f"unknown content coding {coding[:40]!r}")
            data = decode(data)
        if len(data) > MAX_CONTENT:
            raise MessageError("too_large", f"{len(data)} bytes, over {MAX_CONTENT}")
        return data


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body of the final response; interim (1xx) responses before it are passed over."""
    while True:
        at, size = raw.find(b"\r\n\r\n"), 4
        bare = raw.find(b"\n\n", 0, at if at >= 0 else len(raw))
        if bare >= 0:
            at, size = bare, 2
        elif at < 0:
            at, size = len(raw), 0
        head, body = raw[:at], raw[at + size :]
        first = head.split(b"\n", 1)[0].split(None, 2)
        interim = len(first) > 1 and len(first[1]) == 3 and first[1][:1] == b"1"
        if not (interim and first[1] != b"101" and body.startswith(b"HTTP/")):
            return head, body
        raw = body


def _dechunk(body: bytes) -> bytes:
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


def _inflate(data: bytes, wbits: int) -> bytes:
    out: list[bytes] = []
    size = 0
    while data:
        stream = zlib.decompressobj(wbits)
        try:
            part = stream.decompress(data, MAX_CONTENT + 1 - size)
        except zlib.error as error:
            raise MessageError("malformed", f"the compressed body is broken: {error}") from error
        size += len(part)
        if size > MAX_CONTENT:
            raise MessageError("too_large", f"unpacks to more than {MAX_CONTENT} bytes")
        if not stream.eof:
            raise MessageError("cut", "the compressed body has no end")
        out.append(part)
        data = stream.unused_data if wbits == 31 and stream.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(out)


def _gzip(data: bytes) -> bytes:
    return _inflate(data, 31)


def _deflate(data: bytes) -> bytes:
    try:
        return _inflate(data, 15)
    except MessageError as error:
        if error.fault != "malformed":
            raise
        return _inflate(data, -15)


def _brotli(data: bytes) -> bytes:
    stream = brotli.Decompressor()
    try:
        out = stream.process(data, output_buffer_limit=MAX_CONTENT + 1)
        parts = [out]
        while not stream.is_finished() and not stream.can_accept_more_data():
            if sum(map(len, parts)) > MAX_CONTENT:
                raise MessageError("too_large", f"unpacks to more than {MAX_CONTENT} bytes")
            parts.append(stream.process(b"", output_buffer_limit=MAX_CONTENT + 1))
    except brotli.error as error:
        raise MessageError("malformed", f"the compressed body is broken: {error}") from error
    if not stream.is_finished():
        raise MessageError("cut", "the compressed body has no end")
    return b"".join(parts)


def _zstd(data: bytes) -> bytes:
    # Small pieces: a few bytes can stand for a block of 128 KiB, and nothing bounds the output.
    parts: list[bytes] = []
    size = at = 0
    stream = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
    try:
        while at < len(data) and not stream.eof:
            part = stream.decompress(data[at : at + 256])
            at += 256
            size += len(part)
            if size > MAX_CONTENT:
                raise MessageError("too_large", f"unpacks to more than {MAX_CONTENT} bytes")
            parts.append(part)
    except zstandard.ZstdError as error:
        raise MessageError("malformed", f"the compressed body is broken: {error}") from error
    if not stream.eof:
        raise MessageError("cut", "the compressed body has no end")
    return b"".join(parts)


_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHUNK_BEGUN = re.compile(rb"[ \t]*[0-9a-fA-F]{0,15}[ \t]*(?:;[^\r\n]*)?\r?")
_CHUNK_END = re.compile(rb"\r?\n")
_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
