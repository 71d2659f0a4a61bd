"""A visit filed: its exchanges in the WARC, its record, and what the ledger is to note."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from huffarchive.archive import record
from huffarchive.archive.fate import fate
from huffarchive.archive.pair import Pair
from huffarchive.archive.visit import Visit
from huffarchive.article import Article
from huffarchive.editions import Edition
from huffarchive.ledger import CaptureRow, Settlement, Task
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.reading import Reading
from huffarchive.sources.index import Found
from huffarchive.warc.compose import (
    Composed,
    Earlier,
    compose,
    compose_playback,
    note_on_member,
)
from huffarchive.warc.note import Note
from huffarchive.warc.read import Capture, Stored
from huffarchive.workers import Unread


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit whose exchanges are in the WARC."""

    visit: Visit
    settlement: Settlement
    article: Article | None
    """The record with its pointer; None when the visit gave none."""


def file_visit(visit: Visit, open_pair: Callable[[], Pair], edition: Edition, now: float) -> Kept:
    """Write a visit's exchanges, make its record where there is one, and say what to settle.

    `open_pair` gives the growing files; it is called only when there is something to write.
    """
    task = visit.task
    end = fate(visit, edition, now)
    article = row = checked_at = None
    for exchange in visit.exchanges[:-1]:
        note = _note(visit, edition, State.WANTED, None)
        pair = open_pair()
        pair.append_all(compose(exchange, pair.info_id, note))
    if visit.exchanges or visit.member is not None:
        note = _note(visit, edition, end.state, end.reason)
        stored, made = _append_last(visit, note, open_pair(), datetime.fromtimestamp(now, UTC))
        if made is not None and made.main.type == "revisit":
            checked_at = made.main.field("WARC-Date")
        elif end.state is State.CAPTURED:
            known = (made.payload_sha1, made.payload_sha256) if made is not None else (None, None)
            capture = Capture(stored, note, known if None not in known else None)  # type: ignore[arg-type]
            article = _article(capture, visit, edition)
            row = _row(capture, open_pair().serial, article is not None)
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
        month=(article.date_published or "")[:7] or None if article else None,
        status=_status(visit),
        detail=visit.verdict.detail[:200],
        capture=row,
        checked_at=checked_at,
        links=links,
        mementos=found.mementos,
        queries=found.more,
        named_by="sitemap" if task.key.kind == "sitemap" else found.source or "link",
        tried=visit.memento if not visit.verdict.retry_in else None,
        tried_as=visit.set_aside or str(visit.verdict.reason),
    )
    return Kept(visit, settlement, article)


def _append_last(
    visit: Visit, note: Note, pair: Pair, now: datetime
) -> tuple[Stored, Composed | None]:
    """Write the exchange that was judged, in the form that its source asks for."""
    if visit.member is not None:
        copied = visit.member
        offset, length = pair.append_member(copied.data)
        pair.append(note_on_member(copied.record, copied.source, now, pair.info_id, note))
        return Stored(copied.record, pair.warc_name, offset, length), None
    exchange = visit.exchanges[-1]
    if visit.played is not None:
        made = compose_playback(exchange, pair.info_id, note, visit.played)
    else:
        made = compose(exchange, pair.info_id, note, _earlier(visit.task))
    return pair.append_all(made), made


def _note(visit: Visit, edition: Edition, state: State, reason: Reason | None) -> Note:
    task = visit.task
    asked_at_site = visit.source in ("live", "sample", "index")
    located = edition.located(task.url) if asked_at_site else task.url
    fault = visit.reading.fault if isinstance(visit.reading, Unread) else None
    return Note(
        page=str(task.key),
        url=task.url if located != task.url else None,
        state=str(state),
        reason=str(reason) if reason else None,
        source=visit.source,
        aliases=task.aliases,
        named_by=task.named_by,
        previous_id=task.previous.record_id if task.previous else None,
        unread=fault if state is State.CAPTURED else None,
        choice=visit.choice,
        origin=visit.member.origin if visit.member is not None else None,
        detail=visit.verdict.detail[:200] or None,
    )


def _article(capture: Capture, visit: Visit, edition: Edition) -> Article | None:
    reading = visit.reading
    if isinstance(reading, Unread):
        text = record.unread(visit.task.key, reading.fault)
    elif isinstance(reading, Reading) and reading.text is not None:
        text = reading.text
    else:
        return None
    return record.article(capture, visit.task.key, text, edition)


def _earlier(task: Task) -> Earlier | None:
    if task.previous is None:
        return None
    known = task.previous
    return Earlier(known.record_id, known.url, known.captured_at, known.payload_sha1)


def _status(visit: Visit) -> int | None:
    if not visit.exchanges:
        return None
    try:
        return Message.parse(visit.exchanges[-1].response).status
    except MessageError:
        return None


def _row(capture: Capture, serial: int, article: bool) -> CaptureRow:
    stored = capture.answer
    message = capture.message
    payload_sha1, payload_sha256 = capture.digests
    return CaptureRow(
        source=capture.note.source if capture.note else "warc",
        url=capture.url,
        captured_at=stored.record.field("WARC-Date") or "",
        etag=message.header("etag"),
        last_modified=message.header("last-modified"),
        payload_sha1=payload_sha1,
        payload_sha256=payload_sha256,
        record_id=stored.record.id,
        file=serial,
        offset=stored.offset,
        length=stored.length,
        article=article,
    )
