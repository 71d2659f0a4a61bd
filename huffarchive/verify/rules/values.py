"""Rules of what the fields say: WARC 1.1, clause 5."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from huffarchive.verify.entry import Entry
from huffarchive.verify.rule import ERROR, NOTE, Scope, rule
from huffarchive.verify.rules.presence import TYPES, shown

_WRITER = "write the record anew; the program that wrote it needs mending"
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$&-;=?-\[\]_a-z~%]+")
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
_BYTE = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_BYTE}(\.{_BYTE}){{3}}", re.ASCII)
_KNOWN_TYPES = frozenset(
    ("application/http; msgtype=response", "application/http; msgtype=request", "application/json")
)
_PROFILE = re.compile(
    r"http://netpreserve\.org/warc/1\.[01]/revisit/"
    r"(identical-payload-digest|server-not-modified|uri-agnostic-identical-payload-digest)"
)


@rule(
    "type",
    Scope.RECORD,
    "WARC 1.1, 5.5",
    "readers pass over a record of another type; write it anew",
    about="warc-type",
)
def record_type(entry: Entry) -> Iterator[str]:
    """WARC-Type is one of the eight types, in lower case."""
    if entry.type and entry.type not in TYPES:
        yield f"WARC-Type: {entry.type}"


@rule("id-form", Scope.RECORD, "WARC 1.1, 5.2, 5.7, 5.11, 5.16, 5.21", _WRITER)
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


@rule(
    "date-form", Scope.RECORD, "WARC 1.1, 5.4, 5.13", _WRITER, about="warc-date warc-refers-to-date"
)
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


@rule("uri-form", Scope.RECORD, "WARC 1.1, 5.12, 5.14, 5.18", _WRITER)
def uri_form(entry: Entry) -> Iterator[str]:
    """URIs are absolute and in ASCII; only WARC/1.0 puts angle brackets around them."""
    for name in ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile"):
        value = entry.one(name)
        if value is None or _URI.fullmatch(value):
            continue
        bare = value[1:-1] if value[:1] == "<" and value[-1:] == ">" else value
        if not _URI.match(bare) or " " in value:
            yield f"{shown(name)}: {value!r}"
        elif bare != value and entry.version == "WARC/1.1":
            yield f"{shown(name)} in angle brackets: {value!r}"


@rule(
    "uri-characters",
    Scope.RECORD,
    "RFC 3986, 2",
    "escape these characters where the address is written",
    severity=NOTE,
    ours=ERROR,
)
def uri_characters(entry: Entry) -> Iterator[str]:
    """URIs hold only the characters that URIs may hold; other tools keep addresses as links
    had them.
    """
    for name in ("warc-target-uri", "warc-refers-to-target-uri"):
        value = (entry.one(name) or "").strip("<>")
        if value and not _URI.fullmatch(value) and _URI.match(value) and " " not in value:
            yield f"{shown(name)}: {value!r}"


@rule("ip-form", Scope.RECORD, "WARC 1.1, 5.10", _WRITER, about="warc-ip-address")
def ip_form(entry: Entry) -> Iterator[str]:
    """WARC-IP-Address is an IPv4 or IPv6 address."""
    value = entry.one("warc-ip-address")
    if value is not None and not _IPV4.fullmatch(value):
        try:
            ip_address(value)
        except ValueError:
            yield f"WARC-IP-Address: {value!r}"


@rule("length-form", Scope.RECORD, "WARC 1.1, 5.3", _WRITER, unless="sound_frame")
def length_form(entry: Entry) -> Iterator[str]:
    """Content-Length is a number of bytes."""
    if entry.size is None and (value := entry.one("content-length")):
        yield f"Content-Length: {value!r}"


@rule("content-type", Scope.RECORD, "WARC 1.1, 5.6", _WRITER, about="content-type")
def content_type(entry: Entry) -> Iterator[str]:
    """Content-Type is a media type."""
    value = entry.one("content-type")
    if value is not None and value not in _KNOWN_TYPES and not _MEDIA.fullmatch(value):
        yield f"Content-Type: {value!r}"


@rule("truncated-reason", Scope.RECORD, "WARC 1.1, 5.15", _WRITER, about="warc-truncated")
def truncated_reason(entry: Entry) -> Iterator[str]:
    """WARC-Truncated is length, time, disconnect or unspecified."""
    value = entry.one("warc-truncated")
    if value is not None and value not in ("length", "time", "disconnect", "unspecified"):
        yield f"WARC-Truncated: {value!r}"


@rule(
    "profile",
    Scope.RECORD,
    "WARC 1.1, 6.7",
    "readers must not interpret such a revisit; write it anew with a profile of the standard",
    about="warc-profile",
)
def profile(entry: Entry) -> Iterator[str]:
    """A revisit's WARC-Profile is one that the standard defines."""
    value = entry.one("warc-profile")
    if value and entry.type == "revisit" and not _PROFILE.fullmatch(value.strip("<>")):
        yield f"WARC-Profile: {value!r}"


@rule("segment", Scope.RECORD, "WARC 1.1, 5.20, 7", _WRITER, about="warc-segment-number")
def segment(entry: Entry) -> Iterator[str]:
    """WARC-Segment-Number is 1 on a first segment and more on a continuation."""
    value = entry.one("warc-segment-number")
    if value is not None:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
        if (number < 2) if entry.type == "continuation" else (number != 1):
            yield f"{entry.type} with WARC-Segment-Number {value!r}"


@rule(
    "filename",
    Scope.RECORD,
    "WARC 1.1, 5.17",
    "the file was renamed; records that point to it use the name",
    severity=NOTE,
    ours=ERROR,
    about="warc-filename",
)
def filename(entry: Entry) -> Iterator[str]:
    """The warcinfo record names the file that it stands in."""
    value = entry.one("warc-filename")
    if value is not None and entry.file.records == 1 and value != entry.file.name:
        yield f"WARC-Filename: {value!r}"
