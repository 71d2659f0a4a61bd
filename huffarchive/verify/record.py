"""A record as it stands in its file, faults and all: what the rules look at."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from huffarchive.http import Message, MessageError

if TYPE_CHECKING:
    from types import EllipsisType

_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r\n")


class Chunking(StrEnum):
    """How a body keeps to the chunked coding."""

    WHOLE = "whole"
    NONE = "none"
    """It does not begin as a chunk does: the body was decoded, or never chunked."""
    BROKEN = "broken"
    """It begins with chunks and goes on with something else."""
    CUT = "cut"
    """It ends before its last chunk does."""
    SURPLUS = "surplus"
    """Bytes follow its end."""


def walk(body: bytes) -> tuple[Chunking, int]:
    """Follow the chunks; what was found, and at which byte of the body."""
    at = 0
    while True:
        found = _SIZE.match(body, at)
        if found is None:
            return (
                Chunking.CUT if _may_go_on(body, at) else Chunking.BROKEN if at else Chunking.NONE
            ), at
        size, at = int(found.group(1), 16), found.end()
        if size == 0:
            return _trailers(body, at)
        if at + size + 2 > len(body):
            return Chunking.CUT, at
        at += size
        if body[at : at + 2] != b"\r\n":
            return Chunking.BROKEN, at
        at += 2


def _may_go_on(body: bytes, at: int) -> bool:
    """Whether the rest is the beginning of a chunk's first line."""
    rest = body[at : at + 20]
    return at + 20 > len(body) and re.fullmatch(rb"([0-9a-fA-F]*\r?)", rest) is not None


def _trailers(body: bytes, at: int) -> tuple[Chunking, int]:
    while (end := body.find(b"\r\n", at)) >= 0:
        if end == at:
            return (Chunking.WHOLE if end + 2 == len(body) else Chunking.SURPLUS), end + 2
        at = end + 2
    return Chunking.CUT, at


_LABELLED = re.compile(r"([A-Za-z0-9.-]+):([A-Za-z0-9+/=_-]+)")
_BASE16, _BASE32 = re.compile(r"[0-9A-Fa-f]+"), re.compile(r"[A-Za-z2-7]+")
_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Bytes of the digests that can be computed here."""
_COMPUTE = {name: getattr(hashlib, name) for name in _SIZES}
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
"""From the digits of Base32 to those of Python's base 32."""


class Form(StrEnum):
    """What can be made of a stated digest."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Of an algorithm that cannot be computed here."""
    MALFORMED = "malformed"


class Stated(NamedTuple):
    """A digest as a record states it."""

    text: str
    algorithm: str
    value: bytes
    """The digest itself, when the form is known."""
    form: Form

    @classmethod
    def parse(cls, text: str) -> "Stated":
        """Take a labelled digest apart."""
        found = _LABELLED.fullmatch(text)
        if found is None:
            return cls(text, "", b"", Form.MALFORMED)
        algorithm = found.group(1).lower().replace("sha-", "sha")
        size = _SIZES.get(algorithm)
        if size is None:
            return cls(text, algorithm, b"", Form.UNKNOWN)
        written = found.group(2)
        if len(written) == 2 * size and _BASE16.fullmatch(written):
            return cls(text, algorithm, bytes.fromhex(written), Form.KNOWN)
        digits = written.rstrip("=").upper()
        if len(digits) != -(-size * 8 // 5) or not _BASE32.fullmatch(digits):
            return cls(text, algorithm, b"", Form.MALFORMED)
        number = int(digits.translate(_DIGITS), 32) >> (-size * 8 % 5)
        return cls(text, algorithm, number.to_bytes(size, "big"), Form.KNOWN)

    @property
    def known(self) -> bool:
        """Whether it can be compared with one that is computed."""
        return self.form is Form.KNOWN

    def of(self, data: bytes | memoryview) -> bytes:
        """The digest of some bytes, by the same algorithm."""
        computed: bytes = _COMPUTE[self.algorithm](data, usedforsecurity=False).digest()
        return computed


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its message, and what its head says of its body."""

    message: Message
    chunked: bool
    coded: bool
    """Whether it has a Transfer-Encoding."""
    lengths: tuple[str, ...]
    """Values of Content-Length."""
    codings: tuple[str, ...]
    """Content codings, the outermost last."""
    chunking: Chunking | None
    """How a chunked body keeps to its coding; None when it is not chunked."""
    broken_at: int
    """Byte of the body where the chunks break or end."""

    @classmethod
    def parse(cls, block: bytes) -> "Response | None":
        """Take a block apart; None when it holds no HTTP response."""
        try:
            message = Message.parse(block, lenient=True)
        except MessageError:
            return None
        transfer: list[str] = []
        lengths: list[str] = []
        codings: list[str] = []
        lists = {
            "transfer-encoding": transfer,
            "content-length": lengths,
            "content-encoding": codings,
        }
        for name, value in message.headers:
            if (found := lists.get(name.lower())) is not None:
                found += [part.strip().lower() for part in value.split(",") if part.strip()]
        chunked = transfer[-1:] == ["chunked"]
        chunking, at = walk(message.body) if chunked else (None, 0)
        return cls(message, chunked, bool(transfer), tuple(lengths), tuple(codings), chunking, at)

    @property
    def entity(self) -> bytes | None:
        """The entity body; None when it cannot be told."""
        try:
            return self.message.entity
        except MessageError:
            return None

    @property
    def length(self) -> int | None:
        """The length that its head gives to the body; None when it gives none."""
        text = self.lengths[0] if len(set(self.lengths)) == 1 and not self.coded else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    @property
    def bodiless(self) -> bool:
        """Whether a response of its status has no body, whatever its head says."""
        status = self.message.status
        return status in (204, 304) or 100 <= status < 200

    @property
    def sound(self) -> bool:
        """Whether the body is as long as the head says, and in one way only."""
        if self.chunking is not None:
            return self.chunking is Chunking.WHOLE and not self.lengths
        return not self.lengths or (
            len(self.lengths) == 1 and self.length == len(self.message.body)
        )


_PLAIN_HEAD = re.compile(
    rb"WARC/1\.[01]\r\n(?:[A-Za-z0-9-]+:[ \t]*[\x21-\x7e][\x20-\x7e]*\r\n)+\r\n"
)
_FIELD = re.compile(r"([A-Za-z0-9-]+):[ \t]*([!-~](?:[ -~]*[!-~])?)[ ]*\r\n")
HTTP_TYPES = ("response", "request", "revisit")
_NAMES: dict[str, str] = {}
"""Names of fields in lower case, by how they are written."""


@dataclass(slots=True)
class WarcFile:
    """What the rules must know of the file that a record stands in."""

    shown: str
    """As the user named it."""
    name: str
    """Its last part, as JSONL records and WARC-Filename write it."""
    ours: bool = False
    """Whether it belongs to an archive of ours, whose promises are stricter."""
    version: str | None = None
    """That of its first record."""
    infos: set[str] = field(default_factory=set)
    """Ids of the warcinfo records so far."""
    records: int = 0
    size: int = 0
    sha256: str | None = None
    number: int = 0
    """That of its row in the index."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that hold no readable record; `rule` says what is wrong with them."""

    rule: str
    offset: int
    detail: str
    record: str | None = None
    """The id of the record that stood here, when its head is readable."""


class Entry:
    """One record: where it stands, its head as bytes and as fields, its block."""

    def __init__(self, file: WarcFile, offset: int, head: bytes) -> None:
        self.file = file
        self.offset = offset
        """Where its gzip member begins (or the record, in a file that is not compressed)."""
        self.head = head
        self.plain_head = _PLAIN_HEAD.fullmatch(head) is not None
        """Whether the head is nothing but lines of printable ASCII that end in CRLF."""
        self.length = 0
        """Length of the member, or of the record."""
        self.size: int | None = None
        """Content-Length; None when there is none that can be read."""
        self.block: bytes | None = b""
        """None when it is over the bound: then only its digest is known."""
        self.block_digest: bytes | None = None
        """Digest of a block over the bound, by the algorithm that the record names."""
        self.missing = 0
        """Bytes of the block that are not there."""
        self.tail = b""
        """The bytes after the block, up to the next record (a few of them)."""
        self.surplus = 0
        """How many those are."""
        self.version = ""
        self.fields: list[tuple[str, str]] = []
        self.named: dict[str, list[str]] = {}
        self.odd_lines: list[str] = []
        """Lines of the head that are no named field."""
        self.utf8 = True
        self.type = ""
        """WARC-Type; "" when there is none."""
        self.id: str | None = None
        """WARC-Record-ID, as it is written."""
        self.url = ""
        """WARC-Target-URI without angle brackets; "" when there is none."""
        self.copied = False
        """Whether the note behind it says that it was copied from another archive."""
        self._response: Response | EllipsisType | None = ...
        self._digests: dict[str, Stated | None] = {}
        self._take_apart()

    def _take_apart(self) -> None:
        if self.plain_head:
            text = self.head.decode("ascii")
            self.version = text[: text.index("\r")]
            self.fields = _FIELD.findall(text)
        else:
            self._take_apart_odd()
        named = self.named
        for name, value in self.fields:
            key = _NAMES.get(name) or _lower(name)
            if key in named:
                named[key].append(value)
            else:
                named[key] = [value]
        self.type = self.one("warc-type") or ""
        self.id = self.one("warc-record-id")
        self.url = (self.one("warc-target-uri") or "").strip("<>")

    def _take_apart_odd(self) -> None:
        try:
            text = self.head.decode("utf-8")
        except UnicodeDecodeError:
            text, self.utf8 = self.head.decode("latin-1"), False
        self.version, *lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
        for line in lines:
            name, colon, value = line.partition(":")
            if line[:1] in (" ", "\t") and self.fields:
                name, before = self.fields.pop()
                self.fields.append((name, f"{before} {line.strip()}".strip()))
            elif colon and line[0] not in " \t":
                self.fields.append((name, value.strip(" \t")))
            else:
                self.odd_lines.append(line)

    def one(self, name: str) -> str | None:
        """The first value of a field, by its lower-case name."""
        values = self.named.get(name)
        return values[0] if values else None

    @property
    def ours(self) -> bool:
        """Whether this program wrote it, and did not copy it from another archive."""
        if not self.file.ours or self.copied:
            return False
        info = self.one("warc-warcinfo-id")
        return info is None or info in self.file.infos

    @property
    def sound_frame(self) -> bool:
        """Whether its block is as long as it says, and two CRLF follow."""
        return (
            self.size is not None
            and self.block is not None
            and not self.missing
            and self.tail == b"\r\n\r\n"
        )

    @property
    def sound_http(self) -> bool:
        """Whether an HTTP response's body is what its head says."""
        return self.response is None or self.response.sound

    @property
    def whole(self) -> bool:
        """Whether its block is all there and at hand."""
        return not self.missing and self.block is not None

    @property
    def holds_http(self) -> bool:
        """Whether its block should be an HTTP message."""
        if self.type not in HTTP_TYPES or not self.block:
            return False
        kind = self.one("content-type")
        if kind is None:
            return self.url.lower().startswith(("http:", "https:"))
        return kind.lower().startswith("application/http")

    @property
    def response(self) -> Response | None:
        """The HTTP response in its block; None when it holds none."""
        if self._response is ...:
            self._response = None
            if self.type != "request" and self.holds_http:
                assert self.block is not None
                self._response = Response.parse(self.block)
        return self._response

    def digest(self, name: str) -> Stated | None:
        """A stated digest, by the lower-case name of its field."""
        if name not in self._digests:
            text = self.one(name)
            self._digests[name] = None if text is None else Stated.parse(text)
        return self._digests[name]

    @property
    def known_digests(self) -> bool:
        """Whether the digests that it states can be checked."""
        return all(
            stated is None or stated.known
            for stated in (self.digest("warc-block-digest"), self.digest("warc-payload-digest"))
        )

    @property
    def entity(self) -> bytes | None:
        """The entity body: that of its HTTP response, or a resource's block; else None."""
        if self.type == "resource":
            return self.block
        return self.response.entity if self.response is not None else None


def _lower(name: str) -> str:
    key = name.strip().lower()
    if len(_NAMES) < 1000:
        _NAMES[name] = key
    return key
