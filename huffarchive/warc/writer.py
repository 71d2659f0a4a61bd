"""From an exchange to its WARC records, by the project's WARC rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from huffarchive.http import Exchange, Message, MessageError, Truncation
from huffarchive.warc import annotation as notes
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.playback import Playback
from huffarchive.warc.record import Record, new_id, sha1, sha256, warc_date

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_HTTP = "application/http; msgtype="


@dataclass(frozen=True, slots=True)
class Earlier:
    """The capture that a revisit refers to."""

    record_id: str
    url: str
    date: str
    payload_sha1: str | None
    validated: bool = True
    """Whether the request was conditional on its validators: only then a 304 repeats it."""


def warcinfo(filename: str, created: datetime, facts: dict[str, str]) -> Record:
    """The record that begins each file; its block names the software and the run."""
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in facts.items())
    fields = ("WARC-Date", warc_date(created)), ("WARC-Filename", filename)
    return _record("warcinfo", fields, "application/warc-fields", block.encode("utf-8"))


def _record(kind: str, fields: Iterable[tuple[str, str]], content: str, block: bytes) -> Record:
    """A record under a fresh id; `content` is its block's type."""
    whole = (("WARC-Record-ID", new_id()), *fields, ("Content-Type", content))
    return Record(kind, whole, block)


@dataclass(frozen=True, slots=True)
class Composed:
    """The records of one exchange; `main` is what a pointer points to."""

    main: Record
    others: tuple[Record, ...]
    payload_sha1: str | None
    payload_sha256: str | None
    compressed: bool
    """Whether the main block is compressed already."""

    def members(self) -> tuple[bytes, ...]:
        """The records as gzip members, the main one first."""
        main = self.main.to_member(stored=self.compressed)
        return (main, *(other.to_member() for other in self.others))


def compose(
    exchange: Exchange, info_id: str, note: Annotation | None = None, earlier: Earlier | None = None
) -> Composed:
    """Lay out an exchange: response (or revisit), request, and the note where there is one.

    `earlier` makes a revisit of a 304, or of an entity equal to the earlier one. Bytes that are
    no HTTP are kept in a metadata record, since readers stumble over such a response.
    """
    date = warc_date(exchange.began)
    common = [("WARC-Target-URI", exchange.url), ("WARC-Date", date), ("WARC-Warcinfo-ID", info_id)]
    if exchange.ip:
        common.append(("WARC-IP-Address", exchange.ip))
    common += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher:
        common.append(("WARC-Cipher-Suite", exchange.cipher))
    answer = _answer(exchange, common, earlier)
    beside = [("WARC-Concurrent-To", answer.main.id)] if answer else []
    request = _record("request", [*common, *beside], f"{_HTTP}request", exchange.request)
    main = answer.main if answer else request
    others = [request] if answer else []
    if answer and answer.main.field("WARC-Profile") == NOT_MODIFIED:
        note = replace(note or Annotation(), head=exchange.response.decode("latin-1"))
    if note is not None:
        others.append(metadata(note, common, main.id))
    if answer is None:
        return Composed(main, tuple(others), None, None, compressed=False)
    return Composed(
        main, tuple(others), answer.payload_sha1, answer.payload_sha256, answer.compressed
    )


def compose_playback(
    exchange: Exchange, info_id: str, note: Annotation | None, played: Playback
) -> Composed:
    """Lay out a page of the Wayback Machine: the exchange, and a resource under its own address.

    The resource is for replay; the pointer is to the exchange, which is the evidence.
    """
    made = compose(exchange, info_id, note)
    return replace(made, others=(*made.others, resource(made.main, exchange.url, info_id, played)))


def resource(main: Record, url: str, info_id: str, played: Playback) -> Record:
    """The page that a record plays back, for replay under its own address."""
    fields = (
        ("WARC-Target-URI", played.url),
        ("WARC-Date", warc_date(played.captured_at)),
        ("WARC-Source-URI", url),
        ("WARC-Concurrent-To", main.id),
        ("WARC-Warcinfo-ID", info_id),
        ("WARC-Payload-Digest", sha1(played.payload)),
    )
    return _record("resource", fields, played.content_type, played.payload)


def annotate_member(
    record: Record, source: str, now: datetime, info_id: str, note: Annotation
) -> Record:
    """The note beside a member that was copied from another archive byte for byte."""
    common = [
        ("WARC-Target-URI", note.address or record.field("WARC-Target-URI") or source),
        ("WARC-Date", warc_date(now)),
        ("WARC-Warcinfo-ID", info_id),
    ]
    if source.startswith(("http:", "https:")):
        common.append(("WARC-Source-URI", source))
    return metadata(note, common, record.id)


def metadata(note: Annotation, common: list[tuple[str, str]], concurrent_to: str) -> Record:
    """The record that carries a note."""
    fields = [*common, ("WARC-Concurrent-To", concurrent_to)]
    return _record("metadata", fields, notes.CONTENT_TYPE, note.to_block())


def _answer(
    exchange: Exchange, common: list[tuple[str, str]], earlier: Earlier | None
) -> Composed | None:
    if not exchange.response:
        return None
    cut = []
    if exchange.truncated in Truncation.__members__.values():
        cut = [("WARC-Truncated", str(exchange.truncated))]
    try:
        message = Message.parse(exchange.response)
    except MessageError:
        kind = "application/octet-stream"
        kept = _record("metadata", [*common, *cut], kind, exchange.response)
        return Composed(kept, (), None, None, compressed=False)
    try:
        entity: bytes | None = message.entity
    except MessageError:
        entity = None
    payload_sha1 = sha1(entity) if entity is not None else None
    payload_sha256 = sha256(entity) if entity is not None else None
    compressed = bool(message.header("content-encoding"))
    revisit = _revisit(exchange, message, payload_sha1, earlier, common)
    if revisit is not None:
        return Composed(revisit, (), payload_sha1, payload_sha256, compressed=False)
    # The standard and the validators disagree on the payload of a chunked response, of one that
    # interim responses precede, and of one whose head ends in bare line feeds.
    begins = exchange.response.find(b"\r\n\r\n") + 4
    agreed = not message.header("transfer-encoding") and exchange.response[begins:] == message.body
    stated = []
    if payload_sha1 and agreed and not cut:
        stated = [("WARC-Payload-Digest", payload_sha1)]
    fields = [*common, *cut, *stated]
    record = _record("response", fields, f"{_HTTP}response", exchange.response)
    return Composed(record, (), payload_sha1, payload_sha256, compressed)


def _revisit(
    exchange: Exchange,
    message: Message,
    payload_sha1: str | None,
    earlier: Earlier | None,
    common: list[tuple[str, str]],
) -> Record | None:
    if earlier is None or exchange.truncated:
        return None
    if message.status == 304 and earlier.validated:
        profile, block = NOT_MODIFIED, b""
    elif message.status == 200 and payload_sha1 and payload_sha1 == earlier.payload_sha1:
        profile, block = IDENTICAL, exchange.response[: -len(message.body) or None]
    else:
        return None
    digest = earlier.payload_sha1
    fields = (
        *common,
        ("WARC-Profile", profile),
        ("WARC-Refers-To", earlier.record_id),
        ("WARC-Refers-To-Target-URI", earlier.url),
        ("WARC-Refers-To-Date", earlier.date),
        *((("WARC-Payload-Digest", digest),) if digest else ()),
        *((("WARC-Truncated", "length"),) if block else ()),
    )
    return _record("revisit", fields, f"{_HTTP}response", block)
