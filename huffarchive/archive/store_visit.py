"""One visit to a wanted page, stored: WARC records, JSONL record, and what the ledger is to
note.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from huffarchive.archive.files import OutputFiles
from huffarchive.article import Article
from huffarchive.editions.edition import Edition
from huffarchive.extract import extract
from huffarchive.http import Exchange, Message, MessageError
from huffarchive.ledger.pages import MAX_ADDRESSES, PICTURE
from huffarchive.ledger.rows import CaptureRow, PageUpdate, Task
from huffarchive.outcome import PROVISIONAL, AnswerOutcome, Reason, State
from huffarchive.reading import Reading
from huffarchive.sources import FILES, INDEX, LIVE, SOURCES, is_own, named
from huffarchive.sources.answer import Copied
from huffarchive.sources.memento import Memento
from huffarchive.sources.source import Found
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture
from huffarchive.warc.playback import Playback
from huffarchive.warc.record import ID, Stored, new_id, warc_date
from huffarchive.warc.writer import (
    Composed,
    Earlier,
    annotate_member,
    compose,
    compose_playback,
    resource,
)
from huffarchive.workers.job import Unread


@dataclass(frozen=True, slots=True)
class Visit:
    """The outcome of one request, ready to be stored."""

    task: Task
    exchanges: tuple[Exchange, ...]
    """Every attempt, in order; the last one is what was read."""
    outcome: AnswerOutcome
    reading: Reading | Unread | None = None
    pictures: tuple[str, ...] = ()
    """URLs of the article's pictures, where the run wants them."""
    source: str = LIVE.name
    memento: Memento | None = None
    """The capture of another archive that was asked for."""
    played: Playback | None = None
    """What the Wayback Machine played back, where it is a page."""
    member: Copied | None = None
    """The record that another archive gave as it keeps it, where it is a page."""
    found: Found | None = None
    """What a page of an index named."""
    others: bool = False
    """Whether there are other captures that were not asked for yet."""
    set_aside: str | None = None
    """Why the capture is passed over, where no Reason says it."""
    choice: str | None = None
    """Why this capture was chosen among several."""
    next_source: str | None = None
    """The source to be asked when this one has no capture; None when there is none left."""
    follows: bool = True
    """Whether the run follows links; one over a list of URLs does not."""
    counted: bool = True
    """Whether the try counts; one that was never sent does not."""


def next_state(visit: Visit, edition: Edition, now: float) -> PageUpdate:
    """Join the verdict with what else could be tried: an address, a capture, a source."""
    task, outcome = visit.task, visit.outcome
    wanted = PageUpdate(task, State.WANTED, None, asked=task.asked)
    if outcome.state is State.CAPTURED:
        return replace(wanted, state=State.CAPTURED, reason=outcome.reason)
    tries = task.tries + int(visit.counted)
    if outcome.state is State.WANTED:
        due = int(now + outcome.retry_in + 0.999) if outcome.retry_in else 0
        if outcome.address is None:
            return replace(wanted, due=due, hops=task.hops, tries=tries)
        said, hops = Reason.MOVED if visit.exchanges else None, task.hops + 1
        return replace(wanted, due=due, url=outcome.address.url, said=said, hops=hops)
    asked = _with(task, visit.source, f"{outcome.state}/{outcome.reason}")
    if outcome.reason is Reason.MOVED and outcome.address is not None:
        # It lives on there: no other address and no archive is asked for it here.
        state, reason, to = State.GONE, Reason.MOVED, outcome.address.key
        return PageUpdate(
            task, state, reason, hops=task.hops, tries=tries, asked=asked, moved_to=to
        )
    if visit.memento is not None:
        return wanted  # the next of its captures
    if outcome.state is State.GONE and is_own(visit.source) and visit.exchanges:
        url = other_address(task, edition)
        if url is not None:
            return replace(wanted, url=url, said=outcome.reason)
    if visit.next_source is not None and task.key.is_article:
        return replace(wanted, asked=asked, source=SOURCES[visit.next_source].waits_as)
    state, reason = together(asked)
    return PageUpdate(task, state, reason, hops=task.hops, tries=tries, asked=asked)


def _with(task: Task, source: str, outcome: str) -> tuple[str, ...]:
    earlier = (said for said in task.asked if not said.startswith(f"{source}="))
    return tuple(sorted((*earlier, f"{source}={outcome}")))


_HOPE = (State.FAILED, State.REFUSED, State.GONE)


def together(asked: Iterable[str]) -> tuple[State, Reason]:
    """What all sources together say: failed while one of them may still give it, gone at last.

    Of equal answers the site's own counts, where it was asked.
    """
    found: list[tuple[int, bool, str, State]] = []
    for answer in asked:
        source, _, outcome = answer.partition("=")
        state, _, reason = outcome.partition("/")
        found.append((_HOPE.index(State(state)), not is_own(source), reason, State(state)))
    _, _, reason, best = min(found, key=lambda answer: answer[:2])
    return best, Reason(reason)


def other_address(task: Task, edition: Edition) -> str | None:
    """Another address of an article that is gone under this one, or None when enough were asked."""
    if not task.key.is_article or len(task.tried) + 1 >= MAX_ADDRESSES:
        return None
    address = identify(task.url, edition)
    slug = address.slug if isinstance(address, Address) else None
    asked = {task.url, *(url for url, _ in task.tried)}
    left = [edition.archive_url(task.key, slug), *task.aliases]
    return next((url for url in left if url not in asked), None)


@dataclass(frozen=True, slots=True)
class PackedVisit:
    """What `pack_visit` makes of a visit."""

    info_id: str
    """The warcinfo record of the file that it is laid out for."""
    note: Annotation
    """The note on what was read."""
    packed: tuple[tuple[Composed, tuple[bytes, ...]], ...]
    """Each exchange's records with their gzip members, in order; a member that is copied from
    another archive takes the place of the last exchange."""


def pack_visit(visit: Visit, end: PageUpdate, edition: Edition, info_id: str) -> PackedVisit:
    """Lay out a visit that ends so.

    It touches nothing but its arguments: large answers take a while, and a thread may do it.
    """
    note = _note(visit, edition, end)
    composed: list[Composed] = []
    if passed := visit.exchanges[:-1]:
        task = visit.task
        wanted = PageUpdate(
            task, State.WANTED, None, hops=task.hops, tries=task.tries, asked=task.asked
        )
        passing = _note(visit, edition, wanted)
        composed = [compose(exchange, info_id, passing) for exchange in passed]
    if visit.member is None:
        composed.append(_last(visit, info_id, note))
    return PackedVisit(info_id, note, tuple((made, made.members()) for made in composed))


def _last(visit: Visit, info_id: str, note: Annotation) -> Composed:
    """The exchange that was judged, in the form that its source asks for."""
    exchange = visit.exchanges[-1]
    if visit.played is not None:
        return compose_playback(exchange, info_id, note, visit.played)
    return compose(exchange, info_id, note, _earlier(visit.task, exchange.url))


def _note(visit: Visit, edition: Edition, end: PageUpdate) -> Annotation:
    task = visit.task
    source = named(visit.source)
    located = edition.located(task.url) if source.own or source is INDEX else task.url
    fault = visit.reading.fault if isinstance(visit.reading, Unread) else None
    return Annotation(
        page=str(task.key),
        url=task.url if located != task.url else None,
        state=str(end.state),
        reason=str(end.reason) if end.reason else None,
        source=source.noted(edition),
        aliases=task.aliases,
        named_by=task.named_by,
        previous_id=task.previous.record_id if task.previous else None,
        unread=fault if end.state is State.CAPTURED else None,
        choice=visit.choice,
        origin=visit.member.origin if visit.member is not None else None,
        detail=visit.outcome.detail[:200] or None,
        asked=end.asked,
        address=task.url if visit.memento is not None else None,
        next=end.url,
        tries=end.tries,
        hops=end.hops,
        unfollowed=not visit.follows,
    )


def _earlier(task: Task, url: str) -> Earlier | None:
    """The capture that an answer from `url` may repeat; a 304 only what that address gave."""
    if task.previous is None:
        return None
    known, validated = task.previous, task.validated_at(url) is not None
    return Earlier(
        known.record_id, known.target, known.captured_at, known.payload_sha1, validated=validated
    )


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A visit whose exchanges are in the WARC."""

    visit: Visit
    page_update: PageUpdate
    article: Article | None
    """The record with its pointer; None when the visit gave none."""


def store_visit(
    visit: Visit,
    packed: PackedVisit | None,
    open_pair: Callable[[], OutputFiles],
    holds: Callable[[str], bool],
    edition: Edition,
    now: float,
) -> StoredVisit:
    """Write a visit's exchanges, make its record where there is one, and say what to settle.

    `open_pair` gives the growing files; it is called only when there is something to write.
    `holds` says whether a capture of the archive has an id.
    """
    task, moment = visit.task, warc_date(datetime.fromtimestamp(now, UTC))
    end = next_state(visit, edition, now)
    article = row = checked_at = None
    if visit.exchanges or visit.member is not None:
        pair = open_pair()
        if packed is None or packed.info_id != pair.info_id:  # a new file was begun meanwhile
            packed = pack_visit(visit, end, edition, pair.info_id)
        stored = [pair.append_all(*packed) for packed in packed.packed]
        made = None if visit.member is not None else packed.packed[-1][0]
        note = packed.note
        if visit.member is not None:
            copied, note = _with_own_id(visit.member, note, holds)
            stored.append(_copied(copied, note, pair, now, visit.played))
        if made is not None and made.main.type == "revisit":
            checked_at = made.main.field("WARC-Date")
        elif end.state is State.CAPTURED:
            known = None
            if made is not None and made.payload_sha1 and made.payload_sha256:
                known = (made.payload_sha1, made.payload_sha256)
            capture = Capture(stored[-1], note, known)
            article = _article(capture, visit, edition)
            row = capture_row(capture, pair.serial, end.reason or Reason.NOT_AN_ARTICLE)
            if visit.member is not None:
                checked_at = moment
    links = visit.reading.links if isinstance(visit.reading, Reading) else ()
    address = visit.outcome.address
    if address is not None and address.key != task.key:
        links = (*links, address.url)
    found = visit.found or Found()
    may_fail = has_failed(end.state, end.reason) or end.moved_to is not None
    page_update = replace(
        end,
        month=month_of(article.date_published) if article else None,
        status=_status(visit),
        detail=visit.outcome.detail[:200],
        capture=row,
        checked_at=checked_at,
        links=links,
        mementos=found.mementos,
        queries=found.more,
        named_by=named_by(visit),
        pictures=visit.pictures,
        doubted=moment if is_doubtful(visit) else None,
        failed_at=moment if may_fail else None,
        tried=visit.memento if visit.outcome.state is not State.WANTED else None,
        tried_as=visit.set_aside or str(visit.outcome.reason),
    )
    return StoredVisit(visit, page_update, article)


def is_doubtful(visit: Visit) -> bool:
    """Whether the site said of a page what a bad hour says too.

    The sample site is on this machine, where there is no network to have one.
    """
    ours = named(visit.source).doubted and not visit.task.key.is_picture
    return ours and visit.outcome.reason in PROVISIONAL


def has_failed(state: State, reason: Reason | None) -> bool:
    """Whether a page failed; that nobody could be reached says nothing of the page."""
    return state is State.FAILED and reason not in (Reason.UNREACHABLE, Reason.TLS)


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


def month_of(date_published: str | None) -> str | None:
    """The month "YYYY-MM" of a date of publication."""
    return (date_published or "")[:7] or None


def _status(visit: Visit) -> int | None:
    """The HTTP status of a visit's answer: of a record that was sent, the record's own."""
    if not visit.exchanges:
        return None
    member = visit.member
    return status_of(visit.exchanges[-1].response if member is None else member.record.block)


def status_of(response: bytes) -> int | None:
    """The HTTP status of an answer; None when it is no HTTP."""
    try:
        return Message.head(response).status
    except MessageError:
        return None


def _with_own_id(
    copied: Copied, note: Annotation, holds: Callable[[str], bool]
) -> tuple[Copied, Annotation]:
    """A copy and its note; one whose id is none, or is another capture's, under a fresh one.

    Others' programs may give all records of a file the same id, and two files may hold one record.
    """
    stated = copied.record.stated_id
    if stated is not None and ID.fullmatch(stated) and not holds(stated):
        return copied, note
    record = copied.record.identified(new_id())
    note = replace(note, original_id=stated or None)
    return replace(copied, record=record, data=record.to_member()), note


def _copied(
    copied: Copied, note: Annotation, pair: OutputFiles, now: float, played: Playback | None
) -> Stored:
    """Write another archive's member as it is, the note beside it, and what it plays back."""
    stored = pair.append_copy(copied.record, copied.data)
    moment = datetime.fromtimestamp(now, UTC)
    pair.append(annotate_member(copied.record, copied.source, moment, pair.info_id, note))
    if played is not None:
        url = Capture(stored, note).target
        pair.append(resource(copied.record, url, pair.info_id, played))
    return stored


def _article(capture: Capture, visit: Visit, edition: Edition) -> Article | None:
    reading = visit.reading
    if visit.outcome.reason is Reason.NOT_AN_ARTICLE:
        return None  # a sitemap that could not be read, too
    if isinstance(reading, Unread):
        text = extract.unread(visit.task.key, capture.url, reading.fault)
    elif isinstance(reading, Reading) and reading.text is not None:
        text = reading.text
    else:
        return None
    return extract.article(capture, visit.task.key, text, edition)


def capture_row(capture: Capture, serial: int, reason: Reason) -> CaptureRow:
    """A capture as the ledger keeps it, with what was read from it."""
    stored = capture.answer
    message = capture.head
    payload_sha1, payload_sha256 = capture.digests
    return CaptureRow(
        source=capture.note.source if capture.note else FILES.name,
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
