"""Rules of a record's fields: which it has, and what they say (WARC 1.1, clauses 5 and 6)."""

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from ipaddress import ip_address
from urllib.parse import urlsplit

from huffarchive.verify.record import Entry
from huffarchive.verify.rule import check
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.record import RECORD_TYPES

_FIELDS = tomllib.loads(files(__package__).joinpath("fields.toml").read_text("utf-8"))
ALWAYS = tuple(_FIELDS["always"].split())
MANDATORY = {kind: tuple(names.split()) for kind, names in _FIELDS["mandatory"].items()}
"""Fields that a type of record must have, beside those that every record has."""
FORBIDDEN = {
    kind: frozenset(name for name, kinds in _FIELDS["only"].items() if kind not in kinds.split())
    for kind in RECORD_TYPES
}
"""Fields that a type of record must not have."""
DEFINED = frozenset((*ALWAYS, *_FIELDS["only"], *_FIELDS["others"].split()))
EXTENSIONS = frozenset(_FIELDS["extensions"].split())
"""Fields that extensions define, or that known tools write."""
_MANY = frozenset(("warc-concurrent-to", "warc-protocol"))
_NONE: frozenset[str] = frozenset()


@check
def field_missing(entry: Entry) -> Iterator[str]:
    """A record has the fields that all records must have, and those of its type."""
    named = entry.named
    for name in (*ALWAYS, *MANDATORY.get(entry.type, ())):
        if name not in named:
            yield f"{entry.type or 'the record'} without {shown(name)}"


@check
def field_empty(entry: Entry) -> Iterator[str]:
    """A field that all records must have, or those of its type, has a value."""
    for name, value in entry.fields:
        if not value and name.lower() in (*ALWAYS, *MANDATORY.get(entry.type, ())):
            yield f"{name} is empty"


@check
def field_forbidden(entry: Entry) -> Iterator[str]:
    """A record has none of the fields that its type must not have."""
    if not FORBIDDEN.get(entry.type, _NONE).isdisjoint(entry.named):
        for name in sorted(FORBIDDEN[entry.type] & entry.named.keys()):
            yield f"{entry.type} with {shown(name)}"


@check
def field_repeated(entry: Entry) -> Iterator[str]:
    """No field stands twice, but WARC-Concurrent-To and WARC-Protocol."""
    more = len(entry.fields) - len(entry.named)
    for name in _MANY:
        if name in entry.named:
            more -= len(entry.named[name]) - 1
    if more:
        for name, values in entry.named.items():
            if len(values) > 1 and name not in _MANY and (name in DEFINED or name in EXTENSIONS):
                yield f"{shown(name)} stands {len(values)} times"


@check
def field_unknown(entry: Entry) -> Iterator[str]:
    """WARC- fields are those of the standard or of a known extension."""
    for name in entry.named:
        if name not in DEFINED and name not in EXTENSIONS and name.startswith("warc-"):
            yield f"unknown field {name}"


@check
def content_type_missing(entry: Entry) -> Iterator[str]:
    """A record with a block says what it is."""
    if entry.size and "content-type" not in entry.named and entry.type != "continuation":
        yield f"{entry.type} of {entry.size} bytes without Content-Type"


@check
def warcinfo_first(entry: Entry) -> Iterator[str]:
    """A file begins with a warcinfo record."""
    if entry.file.records == 1 and entry.type != "warcinfo":
        yield f"the first record is {entry.type or 'of no type'}"


@check
def block_digest_missing(entry: Entry) -> Iterator[str]:
    """Every record of our archive carries the digest of its block."""
    if entry.ours and "warc-block-digest" not in entry.named:
        yield f"{entry.type} without WARC-Block-Digest"


@check
def warcinfo_id_missing(entry: Entry) -> Iterator[str]:
    """Every record of our archive names its file's warcinfo record."""
    if entry.ours and entry.type != "warcinfo" and "warc-warcinfo-id" not in entry.named:
        yield f"{entry.type} without WARC-Warcinfo-ID"


@check
def revisit_digest(entry: Entry) -> Iterator[str]:
    """A revisit of an identical payload carries the payload's digest."""
    if (
        entry.type == "revisit"
        and "warc-payload-digest" not in entry.named
        and (entry.one("warc-profile") or "").endswith("identical-payload-digest")
    ):
        yield "identical-payload-digest without WARC-Payload-Digest"


@check
def note_form(entry: Entry) -> Iterator[str]:
    """A note of our archive, a metadata record beside a capture, holds what notes hold."""
    if entry.file.ours and (entry.block or b"").startswith(b"huffarchive:"):
        assert entry.block is not None
        if Annotation.from_block(entry.block) is None:
            yield f"no note: {entry.block[:80]!r}"


@check
def revisit_refers(entry: Entry) -> Iterator[str]:
    """A revisit names the capture that it repeats, by id or by address and date."""
    if entry.type != "revisit":
        return
    pair = ("warc-refers-to-target-uri", "warc-refers-to-date")
    if entry.ours:
        if missing := [n for n in ("warc-refers-to", *pair) if n not in entry.named]:
            yield f"revisit without {', '.join(map(shown, missing))}"
    elif "warc-refers-to" not in entry.named and not all(n in entry.named for n in pair):
        yield "the revisit does not say of what"


def shown(name: str) -> str:
    """A field's name as the standard writes it."""
    special = {"id": "ID", "uri": "URI", "ip": "IP", "warc": "WARC"}
    return "-".join(special.get(part, part.capitalize()) for part in name.split("-"))


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$&-;=?-\[\]_a-z~%]+")
_HOSTED = re.compile(r"(?!https?:)|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#]|$)", re.IGNORECASE)
"""An address that names a host, or is none of the Web; others are looked at closer."""
_DATE = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d{1,9})?)?Z)?)?)?"
)
_MEDIA = re.compile(rf"{_TOKEN.pattern}/{_TOKEN.pattern}([ \t]*;[ \t]*{_TOKEN.pattern}=.+)*;?")
_ID_FIELDS = (
    "warc-record-id",
    "warc-concurrent-to",
    "warc-refers-to",
    "warc-warcinfo-id",
    "warc-segment-origin-id",
)
_now = datetime.now(UTC).isoformat()
"""When this was imported: no earlier date need be looked at again."""
_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}", re.ASCII)
_KNOWN_TYPES = frozenset(
    ("application/http; msgtype=response", "application/http; msgtype=request", "application/json")
)
_PROFILE = re.compile(
    r"http://netpreserve\.org/warc/1\.[01]/revisit/"
    r"(identical-payload-digest|server-not-modified|uri-agnostic-identical-payload-digest)"
)


@check
def type_(entry: Entry) -> Iterator[str]:
    """WARC-Type is one of the eight types, in lower case."""
    if entry.type and entry.type not in RECORD_TYPES:
        yield f"WARC-Type: {entry.type}"


@check
def id_form(entry: Entry) -> Iterator[str]:
    """Ids are absolute URIs in angle brackets."""
    for name in _ID_FIELDS:
        for value in entry.named.get(name, ()):
            if (
                value[:1] != "<"
                or value[-1:] != ">"
                or not _URI.fullmatch(value, 1, len(value) - 1)
            ):
                yield f"{shown(name)}: {value!r}"


@check
def date_form(entry: Entry) -> Iterator[str]:
    """Dates are W3C dates in UTC, e.g. 2026-01-31T12:00:00Z; WARC/1.0 knows whole seconds
    only.
    """
    for name in ("warc-date", "warc-refers-to-date"):
        value = entry.one(name)
        if value and not _DATE.fullmatch(value):
            yield f"{shown(name)}: {value!r}"
        elif value and len(value) != 20 and entry.version == "WARC/1.0":
            yield f"{shown(name)} {value!r} in a record of WARC/1.0"


@check
def date_future(entry: Entry) -> Iterator[str]:
    """No capture is of a time later than this machine's by more than a day."""
    value = entry.one("warc-date") or ""
    if value > _now and value > (datetime.now(UTC) + timedelta(1)).isoformat():
        yield f"WARC-Date: {value!r}"


@check
def uri_form(entry: Entry) -> Iterator[str]:
    """URIs are absolute and in ASCII; only WARC/1.0 puts angle brackets around them."""
    for name in ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile"):
        value = entry.one(name)
        if value is None or (_URI.fullmatch(value) and _is_hosted(value)):
            continue
        bare = value[1:-1] if value[:1] == "<" and value[-1:] == ">" else value
        if not _URI.match(bare) or not _is_hosted(bare) or " " in value:
            yield f"{shown(name)}: {value!r}"
        elif bare != value and entry.version == "WARC/1.1":
            yield f"{shown(name)} in angle brackets: {value!r}"


def _is_hosted(address: str) -> bool:
    """Whether an address of the Web names a host, and a port that can be."""
    if _HOSTED.match(address):
        return True
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


@check
def uri_characters(entry: Entry) -> Iterator[str]:
    """URIs hold only the characters that URIs may hold; other tools keep addresses as links
    had them.
    """
    for name in ("warc-target-uri", "warc-refers-to-target-uri"):
        value = (entry.one(name) or "").strip("<>")
        if value and not _URI.fullmatch(value) and _URI.match(value) and " " not in value:
            yield f"{shown(name)}: {value!r}"


@check
def ip_form(entry: Entry) -> Iterator[str]:
    """WARC-IP-Address is an IPv4 or IPv6 address."""
    value = entry.one("warc-ip-address")
    if value is not None and not _IPV4.fullmatch(value):
        try:
            ip_address(value)
        except ValueError:
            yield f"WARC-IP-Address: {value!r}"


@check
def length_form(entry: Entry) -> Iterator[str]:
    """Content-Length is a number of bytes."""
    if entry.size is None and (value := entry.one("content-length")):
        yield f"Content-Length: {value!r}"


@check
def content_type(entry: Entry) -> Iterator[str]:
    """Content-Type is a media type."""
    value = entry.one("content-type")
    if value is not None and value not in _KNOWN_TYPES and not _MEDIA.fullmatch(value):
        yield f"Content-Type: {value!r}"


@check
def truncated_reason(entry: Entry) -> Iterator[str]:
    """WARC-Truncated is length, time, disconnect or unspecified."""
    value = entry.one("warc-truncated")
    if value is not None and value not in ("length", "time", "disconnect", "unspecified"):
        yield f"WARC-Truncated: {value!r}"


@check
def profile(entry: Entry) -> Iterator[str]:
    """A revisit's WARC-Profile is one that the standard defines."""
    value = entry.one("warc-profile")
    if value and entry.type == "revisit" and not _PROFILE.fullmatch(value.strip("<>")):
        yield f"WARC-Profile: {value!r}"


@check
def segment(entry: Entry) -> Iterator[str]:
    """WARC-Segment-Number is 1 on a first segment and more on a continuation."""
    value = entry.one("warc-segment-number")
    if value is not None:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
        if (number < 2) if entry.type == "continuation" else (number != 1):
            yield f"{entry.type} with WARC-Segment-Number {value!r}"


@check
def filename(entry: Entry) -> Iterator[str]:
    """The warcinfo record names the file that it stands in."""
    value = entry.one("warc-filename")
    if value is not None and entry.file.records == 1 and value != entry.file.name:
        yield f"WARC-Filename: {value!r}"
