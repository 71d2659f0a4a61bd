"""Rules of the digests that a record carries: WARC 1.1, 5.8 and 5.9."""

from collections.abc import Iterator

from huffarchive.verify.digest import Form
from huffarchive.verify.entry import Entry
from huffarchive.verify.rule import NOTE, Scope, rule

_BOTH = "warc-block-digest warc-payload-digest"
_DAMAGED = "the bytes or the digest were changed; restore the file from a copy"


@rule(
    "digest-form",
    Scope.RECORD,
    "WARC 1.1, 5.8",
    "write the record anew with a digest such as sha1: and 32 Base32 characters",
    about=_BOTH,
    unless="known_digests",
)
def digest_form(entry: Entry) -> Iterator[str]:
    """A digest is an algorithm, a colon and a value of that algorithm's length."""
    for name in _BOTH.split():
        stated = entry.digest(name)
        if stated is not None and stated.form is Form.MALFORMED:
            yield f"{name}: {stated.text!r}"


@rule(
    "digest-algorithm",
    Scope.RECORD,
    "WARC 1.1, 5.8",
    "it was not checked; check it with the program that wrote it",
    severity=NOTE,
    about=_BOTH,
    unless="known_digests",
)
def digest_algorithm(entry: Entry) -> Iterator[str]:
    """Digests are of an algorithm that this program can compute."""
    for name in _BOTH.split():
        stated = entry.digest(name)
        if stated is not None and stated.form is Form.UNKNOWN:
            yield f"{name}: {stated.algorithm}"


@rule("block-digest", Scope.RECORD, "WARC 1.1, 5.8", _DAMAGED, about="warc-block-digest")
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


@rule("payload-digest", Scope.RECORD, "WARC 1.1, 5.9", _DAMAGED, about="warc-payload-digest")
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


@rule(
    "payload-digest-chunks",
    Scope.RECORD,
    "WARC 1.1, 5.9",
    "compare captures by a digest of your own",
    severity=NOTE,
    about="warc-payload-digest",
    kinds="response",
)
def payload_digest_chunks(entry: Entry) -> Iterator[str]:
    """The digest of a chunked response is of its entity body, not of the chunks; many tools
    hash the chunks, and validators disagree.
    """
    stated, response = entry.digest("warc-payload-digest"), entry.response
    if response is None or not response.chunked or stated is None or not stated.known:
        return
    if entry.whole and stated.of(response.message.body) == stated.value:
        yield "the digest is of the chunks"


@rule(
    "block-large",
    Scope.RECORD,
    "this program",
    "nothing need be done",
    severity=NOTE,
    unless="sound_frame",
)
def block_large(entry: Entry) -> Iterator[str]:
    """Blocks of up to 64 MiB are looked into; of larger ones only the block digest is checked."""
    if entry.block is None and not entry.missing:
        yield f"a block of {entry.size} bytes was not looked into"
