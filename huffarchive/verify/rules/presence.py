"""Rules of which fields a record has: WARC 1.1, clauses 5 and 6."""

from collections.abc import Iterator

from huffarchive.verify.entry import Entry
from huffarchive.verify.rule import ERROR, NOTE, Scope, rule

_WRITER = "write the record anew; the program that wrote it needs mending"
TYPES = frozenset(
    [
        "warcinfo",
        "response",
        "resource",
        "request",
        "metadata",
        "revisit",
        "conversion",
        "continuation",
    ]
)
ALWAYS = ("warc-record-id", "warc-type", "warc-date", "content-length")
MANDATORY = {
    "response": ("warc-target-uri",),
    "resource": ("warc-target-uri",),
    "request": ("warc-target-uri",),
    "revisit": ("warc-target-uri", "warc-profile"),
    "conversion": ("warc-target-uri",),
    "continuation": ("warc-target-uri", "warc-segment-origin-id", "warc-segment-number"),
}
"""Fields that a type of record must have, beside those that every record has."""
_ALL_BUT = {
    "warc-concurrent-to": "request response resource metadata revisit",
    "warc-payload-digest": "response resource request revisit conversion continuation",
    "warc-identified-payload-type": "response resource request revisit conversion continuation",
    "warc-ip-address": "response resource request metadata revisit",
    "warc-refers-to": "metadata revisit conversion",
    "warc-refers-to-target-uri": "revisit",
    "warc-refers-to-date": "revisit",
    "warc-target-uri": "response resource request metadata revisit conversion continuation",
    "warc-warcinfo-id": "response resource request metadata revisit conversion continuation",
    "warc-filename": "warcinfo",
    "warc-profile": "revisit",
    "warc-segment-origin-id": "continuation",
    "warc-segment-total-length": "continuation",
}
FORBIDDEN = {
    kind: frozenset(name for name, kinds in _ALL_BUT.items() if kind not in kinds.split())
    for kind in TYPES
}
"""Fields that a type of record must not have."""
DEFINED = (
    frozenset(ALWAYS)
    | frozenset(_ALL_BUT)
    | frozenset(["content-type", "warc-block-digest", "warc-truncated", "warc-segment-number"])
)
EXTENSIONS = frozenset(
    [
        "warc-protocol",
        "warc-cipher-suite",
        "warc-source-uri",
        "warc-creation-date",
        "warc-created-date",
        "warc-page-id",
        "warc-json-metadata",
        "warc-resource-type",
        "warc-request-cookie",
        "warc-method",
        "warc-previous-record-id",
        "warc-transcluded-by",
        "warc-push-promised-from",
    ]
)
"""Fields that extensions define, or that known tools write."""
_MANY = frozenset(("warc-concurrent-to", "warc-protocol"))
_NONE: frozenset[str] = frozenset()


@rule(
    "field-missing",
    Scope.RECORD,
    "WARC 1.1, 5.2-5.5, 5.14, 5.18, 5.20, 5.21",
    _WRITER,
    by_shape=True,
)
def field_missing(entry: Entry) -> Iterator[str]:
    """A record has the fields that all records must have, and those of its type."""
    named = entry.named
    for name in (*ALWAYS, *MANDATORY.get(entry.type, ())):
        if name not in named:
            yield f"{entry.type or 'the record'} without {shown(name)}"


@rule("field-empty", Scope.RECORD, "WARC 1.1, 5", _WRITER, unless="plain_head")
def field_empty(entry: Entry) -> Iterator[str]:
    """A field that all records must have, or those of its type, has a value."""
    for name, value in entry.fields:
        if not value and name.lower() in (*ALWAYS, *MANDATORY.get(entry.type, ())):
            yield f"{name} is empty"


@rule("field-forbidden", Scope.RECORD, "WARC 1.1, 5.7-5.22", _WRITER, by_shape=True)
def field_forbidden(entry: Entry) -> Iterator[str]:
    """A record has none of the fields that its type must not have."""
    if not FORBIDDEN.get(entry.type, _NONE).isdisjoint(entry.named):
        for name in sorted(FORBIDDEN[entry.type] & entry.named.keys()):
            yield f"{entry.type} with {shown(name)}"


@rule("field-repeated", Scope.RECORD, "WARC 1.1, 5.1", _WRITER)
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


@rule(
    "field-unknown",
    Scope.RECORD,
    "WARC 1.1, 5.1",
    "look for a misspelt name; extensions may define fields of their own",
    severity=NOTE,
    ours=ERROR,
    by_shape=True,
)
def field_unknown(entry: Entry) -> Iterator[str]:
    """WARC- fields are those of the standard or of a known extension."""
    for name in entry.named:
        if name not in DEFINED and name not in EXTENSIONS and name.startswith("warc-"):
            yield f"unknown field {name}"


@rule(
    "content-type-missing",
    Scope.RECORD,
    "WARC 1.1, 5.6",
    "readers guess the type; write the record anew with a Content-Type",
    severity=NOTE,
    ours=ERROR,
)
def content_type_missing(entry: Entry) -> Iterator[str]:
    """A record with a block says what it is."""
    if entry.size and "content-type" not in entry.named and entry.type != "continuation":
        yield f"{entry.type} of {entry.size} bytes without Content-Type"


@rule(
    "warcinfo-first",
    Scope.RECORD,
    "WARC 1.1, 5.5",
    "nothing says what wrote the file; keep such a note beside it",
    severity=NOTE,
    ours=ERROR,
)
def warcinfo_first(entry: Entry) -> Iterator[str]:
    """A file begins with a warcinfo record."""
    if entry.file.records == 1 and entry.type != "warcinfo":
        yield f"the first record is {entry.type or 'of no type'}"


@rule(
    "block-digest-missing",
    Scope.RECORD,
    "promise of this project",
    _WRITER,
    severity=NOTE,
    ours=ERROR,
)
def block_digest_missing(entry: Entry) -> Iterator[str]:
    """Every record of our archive carries the digest of its block."""
    if entry.ours and "warc-block-digest" not in entry.named:
        yield f"{entry.type} without WARC-Block-Digest"


@rule(
    "warcinfo-id-missing",
    Scope.RECORD,
    "promise of this project",
    _WRITER,
    severity=NOTE,
    ours=ERROR,
)
def warcinfo_id_missing(entry: Entry) -> Iterator[str]:
    """Every record of our archive names its file's warcinfo record."""
    if entry.ours and entry.type != "warcinfo" and "warc-warcinfo-id" not in entry.named:
        yield f"{entry.type} without WARC-Warcinfo-ID"


@rule("revisit-digest", Scope.RECORD, "WARC 1.1, 6.7.2", _WRITER, kinds="revisit")
def revisit_digest(entry: Entry) -> Iterator[str]:
    """A revisit of an identical payload carries the payload's digest."""
    if (
        entry.type == "revisit"
        and "warc-payload-digest" not in entry.named
        and (entry.one("warc-profile") or "").endswith("identical-payload-digest")
    ):
        yield "identical-payload-digest without WARC-Payload-Digest"


@rule(
    "revisit-refers",
    Scope.RECORD,
    "WARC 1.1, 6.7.2",
    "no reader can find what it repeats; write it anew with WARC-Refers-To",
    severity=NOTE,
    ours=ERROR,
    kinds="revisit",
)
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
