"""One WARC/1.1 record: its digests, its header and block, and its gzip member."""

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid4, uuid5


def sha1(data: bytes) -> str:
    """SHA-1 in the form that WARC tools expect, "sha1:" and 32 Base32 characters."""
    return "sha1:" + b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def sha256(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def contradicts(stated: str | None, data: bytes) -> bool:
    """Whether a digest, in hex or Base32, is of other data than these; False where nobody can
    tell.
    """
    label, _, value = (stated or "").partition(":")
    name = label.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return False
    found = hashlib.new(name, data, usedforsecurity=False)
    base32 = b32encode(found.digest()).decode("ascii").rstrip("=")
    forms = (found.hexdigest(), base32.lower())
    value = value.lower().rstrip("=")
    return len(value) in map(len, forms) and value not in forms


_LARGE = 1024 * 1024
"""Blocks from this on are stored as they are: no page of a paper is as large, and the event loop
would wait seconds for noise to be packed."""
UNDATED = datetime.min.replace(tzinfo=UTC)
"""Stands for the time of a capture whose WARC-Date is no date."""
_TYPES = "warcinfo response resource request metadata revisit conversion continuation"
RECORD_TYPES = frozenset(_TYPES.split())
"""By the standard (WARC 1.1, 6)."""
ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+>")
"""What an id of a record is: an address in angle brackets."""
_ADDED = frozenset(("warc-record-id", "content-length", "warc-block-digest"))
_UNSAFE = re.compile(r"[^\x20-\x7e]")


def new_id() -> str:
    """A fresh WARC-Record-ID."""
    return f"<urn:uuid:{uuid4()}>"


def derived_id(fields: Iterable[tuple[str, str]], block: bytes) -> str:
    """An id for a record that has none: the same for the same fields and block."""
    head = "\n".join(f"{name.lower()}: {value}" for name, value in fields)
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, head + sha1(block))}>"


def warc_date(moment: datetime) -> str:
    """A WARC-Date in whole seconds (WARC/1.1, section 5.4)."""
    utc = moment if moment == UNDATED else moment.astimezone(UTC)
    return f"{utc.year:04}-{utc:%m-%dT%H:%M:%SZ}"


def read_warc_date(text: str) -> datetime:
    """A WARC-Date in UTC; UNDATED where it is no date.

    It may be as coarse as a year (WARC/1.1, section 5.4), which tells no moment: UNDATED too. Some
    writers give an offset, or none, or fourteen digits as ARC files do.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{14}", text):
        text = f"{text[:8]}T{text[8:]}"
    if re.search("[T ][0-9]{2}:?[0-9]{2}", text) is None:
        return UNDATED
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return UNDATED


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its type, its named fields in order, its block.

    WARC-Record-ID must be among the fields; Content-Length and WARC-Block-Digest are added.
    """

    type: str
    fields: tuple[tuple[str, str], ...]
    block: bytes

    @property
    def id(self) -> str:
        """The WARC-Record-ID."""
        return self.field("WARC-Record-ID") or ""

    def field(self, name: str) -> str | None:
        """The first value of a field, whatever its case."""
        name = name.lower()
        return next((value for key, value in self.fields if key.lower() == name), None)

    @property
    def is_cut(self) -> bool:
        """Whether its block is not all of the answer: broken off, or the first of segments."""
        return any(self.field(name) for name in ("WARC-Truncated", "WARC-Segment-Number"))

    def escaped(self) -> "Record":
        """The record with its fields as they are written."""
        fields = tuple((name, escaped(value)) for name, value in self.fields)
        return self if fields == self.fields else replace(self, fields=fields)

    @property
    def stated_id(self) -> str | None:
        """The id that stands in its file; None where it has none and was given one in reading."""
        rest = ((name, value) for name, value in self.fields if name.lower() != "warc-record-id")
        return None if self.id == derived_id(rest, self.block) else self.id

    def identified(self, ident: str) -> "Record":
        """The record as it can be written anew, under another id."""
        kept = ((name, value) for name, value in self.fields if name.lower() not in _ADDED)
        return replace(self, fields=(("WARC-Record-ID", ident), *kept))

    def to_bytes(self) -> bytes:
        """The record as the standard lays it out, uncompressed."""
        return self._head() + self.block + b"\r\n\r\n"

    def _head(self) -> bytes:
        head = [
            "WARC/1.1",
            f"WARC-Type: {self.type}",
            *(f"{name}: {value}" for name, value in self.escaped().fields),
            f"WARC-Block-Digest: {sha1(self.block)}",
            f"Content-Length: {len(self.block)}",
        ]
        return "\r\n".join(head).encode("utf-8") + b"\r\n\r\n"

    def to_member(self, *, stored: bool = False) -> bytes:
        """The record as one gzip member; `stored` when its block is compressed already."""
        level = 0 if stored or len(self.block) >= _LARGE else 6
        deflater = zlib.compressobj(level, zlib.DEFLATED, 31)
        pieces = (self._head(), self.block, b"\r\n\r\n")
        return b"".join((*map(deflater.compress, pieces), deflater.flush()))


def escaped(value: str) -> str:
    """A value in printable ASCII."""
    if value.isascii() and value.isprintable():  # nearly all are: no search
        return value
    return _UNSAFE.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    """Nothing in a value may end its line or confuse a terminal."""
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and where it stands: offset and length are of its gzip member (or bytes)."""

    record: Record
    file: str
    offset: int
    length: int
