"""A visit filed: its exchanges in the WARC, its record, and what the ledger is to note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from huffarchive.archive import record
from huffarchive.archive.fate import fate
from huffarchive.archive.laid import Laid, lay_out
from huffarchive.archive.pair import Pair
from huffarchive.archive.visit import Copied, Visit
from huffarchive.article import Article
from huffarchive.editions import Edition
from huffarchive.ledger import CaptureRow, Settlement
from huffarchive.ledger.pages import PICTURE
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.reading import Reading
from huffarchive.sources.index import Found
from huffarchive.urls import PageKey
from huffarchive.warc.compose import note_on_member
from huffarchive.warc.note import Note
from huffarchive.warc.read import Capture
from huffarchive.warc.record import Stored, warc_date
from huffarchive.workers import Unread


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit whose exchanges are in the WARC."""

    visit: Visit
    settlement: Settlement
    article: Article | None
    """The record with its pointer; None when the visit gave none."""


def file_visit(
    visit: Visit, laid: Laid | None, open_pair: Callable[[], Pair], edition: Edition, now: float
) -> Kept:
    """Write a visit's exchanges, make its record where there is one, and say what to settle.

    `open_pair` gives the growing files; it is called only when there is something to write.
    """
    task = visit.task
    end = fate(visit, edition, now)
    article = row = checked_at = None
    if visit.exchanges or visit.member is not None:
        pair = open_pair()
        if laid is None or laid.info_id != pair.info_id:  # a new file was begun meanwhile
            laid = lay_out(visit, end, edition, pair.info_id)
        stored = [pair.append_all(*packed) for packed in laid.packed]
        made = None if visit.member is not None else laid.packed[-1][0]
        if visit.member is not None:
            stored.append(_copied(visit.member, laid.note, pair, now))
        if made is not None and made.main.type == "revisit":
            checked_at = made.main.field("WARC-Date")
        elif end.state is State.CAPTURED:
            known = None
            if made is not None and made.payload_sha1 and made.payload_sha256:
                known = (made.payload_sha1, made.payload_sha256)
            capture = Capture(stored[-1], laid.note, known)
            article = _article(capture, visit, edition)
            row = capture_row(capture, pair.serial, end.reason or Reason.NOT_AN_ARTICLE)
            if visit.member is not None:
                checked_at = warc_date(datetime.fromtimestamp(now, UTC))
    links = visit.reading.links if isinstance(visit.reading, Reading) else ()
    address = visit.verdict.address
    if address is not None and address.key != task.key:
        links = (*links, address.url)
    found = visit.found or Found()
    settlement = Settlement(
        task,
        end.state,
        end.reason,
        due=end.due,
        url=end.url,
        hops=end.hops,
        tries=end.tries,
        asked=end.asked,
        said=end.said,
        source=end.source,
        moved_to=end.moved_to,
        month=month(article.date_published) if article else None,
        status=status(visit.exchanges[-1].response) if visit.exchanges else None,
        detail=visit.verdict.detail[:200],
        capture=row,
        checked_at=checked_at,
        links=links,
        mementos=found.mementos,
        queries=found.more,
        named_by=named_by(visit),
        pictures=visit.pictures,
        tried=visit.memento if visit.verdict.state is not State.WANTED else None,
        tried_as=visit.set_aside or str(visit.verdict.reason),
    )
    return Kept(visit, settlement, article)


def named_by(visit: Visit) -> str:
    """Who names the pages that a visit found."""
    return namer(visit.task.key, visit.found)


def namer(key: PageKey, found: Found | None) -> str:
    """Who names the pages that were found on a page."""
    if key.is_picture:
        return PICTURE  # where it moved to
    if key.kind == "sitemap":
        return "sitemap"
    return (found or Found()).source or "link"


def month(date_published: str | None) -> str | None:
    """The month "YYYY-MM" of a date of publication."""
    return (date_published or "")[:7] or None


def status(response: bytes) -> int | None:
    """The HTTP status of an answer; None when it is no HTTP."""
    try:
        return Message.head(response).status
    except MessageError:
        return None


def _copied(copied: Copied, note: Note, pair: Pair, now: float) -> Stored:
    """Write another archive's member as it is, and the note beside it."""
    offset, length = pair.append_member(copied.data)
    moment = datetime.fromtimestamp(now, UTC)
    pair.append(note_on_member(copied.record, copied.source, moment, pair.info_id, note))
    return Stored(copied.record, pair.warc_name, offset, length)


def _article(capture: Capture, visit: Visit, edition: Edition) -> Article | None:
    reading = visit.reading
    if visit.verdict.reason is Reason.NOT_AN_ARTICLE:
        return None  # a sitemap that could not be read, too
    if isinstance(reading, Unread):
        text = record.unread(visit.task.key, reading.fault)
    elif isinstance(reading, Reading) and reading.text is not None:
        text = reading.text
    else:
        return None
    return record.article(capture, visit.task.key, text, edition)


def capture_row(capture: Capture, serial: int, reason: Reason) -> CaptureRow:
    """A capture as the ledger keeps it, with what was read from it."""
    stored = capture.answer
    message = capture.head
    payload_sha1, payload_sha256 = capture.digests
    return CaptureRow(
        source=capture.note.source if capture.note else "warc",
        url=capture.url,
        target=capture.target,
        captured_at=stored.record.field("WARC-Date") or "",
        etag=message.header("etag"),
        last_modified=message.header("last-modified"),
        payload_sha1=payload_sha1,
        payload_sha256=payload_sha256,
        record_id=stored.record.id,
        file=serial,
        offset=stored.offset,
        length=stored.length,
        reason=reason,
    )
