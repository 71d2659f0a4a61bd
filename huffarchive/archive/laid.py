"""A visit's exchanges laid out as WARC records and packed, ready to be appended."""

from dataclasses import dataclass

from huffarchive.archive.fate import Fate
from huffarchive.archive.visit import Visit
from huffarchive.editions import Edition
from huffarchive.ledger import Task
from huffarchive.outcome import State
from huffarchive.warc.compose import Composed, Earlier, compose, compose_playback
from huffarchive.warc.note import Note
from huffarchive.workers import Unread


@dataclass(frozen=True, slots=True)
class Laid:
    """What `lay_out` makes of a visit."""

    info_id: str
    """The warcinfo record of the file that it is laid out for."""
    note: Note
    """The note on what was read."""
    packed: tuple[tuple[Composed, tuple[bytes, ...]], ...]
    """Each exchange's records with their gzip members, in order; a member that is copied from
    another archive takes the place of the last exchange."""


def lay_out(visit: Visit, end: Fate, edition: Edition, info_id: str) -> Laid:
    """Lay out a visit that ends so.

    It touches nothing but its arguments: large answers take a while, and a thread may do it.
    """
    note = _note(visit, edition, end)
    task = visit.task
    wanted = Fate(State.WANTED, None, hops=task.hops, tries=task.tries, asked=task.asked)
    passing = _note(visit, edition, wanted)
    composed = [compose(exchange, info_id, passing) for exchange in visit.exchanges[:-1]]
    if visit.member is None:
        composed.append(_last(visit, info_id, note))
    return Laid(info_id, note, tuple((made, made.members()) for made in composed))


def _last(visit: Visit, info_id: str, note: Note) -> Composed:
    """The exchange that was judged, in the form that its source asks for."""
    exchange = visit.exchanges[-1]
    if visit.played is not None:
        return compose_playback(exchange, info_id, note, visit.played)
    return compose(exchange, info_id, note, _earlier(visit.task, exchange.url))


def _note(visit: Visit, edition: Edition, end: Fate) -> Note:
    task = visit.task
    asked_at_site = visit.source in ("live", "sample", "index")
    located = edition.located(task.url) if asked_at_site else task.url
    fault = visit.reading.fault if isinstance(visit.reading, Unread) else None
    return Note(
        page=str(task.key),
        url=task.url if located != task.url else None,
        state=str(end.state),
        reason=str(end.reason) if end.reason else None,
        source=visit.source,
        aliases=task.aliases,
        named_by=task.named_by,
        previous_id=task.previous.record_id if task.previous else None,
        unread=fault if end.state is State.CAPTURED else None,
        choice=visit.choice,
        origin=visit.member.origin if visit.member is not None else None,
        detail=visit.verdict.detail[:200] or None,
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
