"""What a visit's verdict makes of the page: its next state and where it is asked for next."""

from collections.abc import Iterable
from dataclasses import dataclass

from huffarchive.archive.visit import Visit
from huffarchive.editions import Edition
from huffarchive.ledger import Task
from huffarchive.outcome import Reason, State
from huffarchive.sources.services import OWN, waits_for
from huffarchive.urls import Address, PageKey, identify

MAX_ADDRESSES = 3
"""Addresses asked for an article that is gone under each of them."""


@dataclass(frozen=True, slots=True)
class Fate:
    """The page's next state, and with WANTED where and when it is asked for again."""

    state: State
    reason: Reason | None
    due: int = 0
    url: str | None = None
    """Another address to ask; None to keep the present one."""
    said: str | None = None
    """Why the present one is left."""
    hops: int = 0
    tries: int = 0
    asked: tuple[str, ...] = ()
    """What sources said in this round that gave no capture of it."""
    source: str | None = None
    """Whom to ask next; None to stay with whom was asked."""
    moved_to: PageKey | None = None
    """The other page that this one redirects to."""


def fate(visit: Visit, edition: Edition, now: float) -> Fate:
    """Join the verdict with what else could be tried: an address, a capture, a source."""
    task, verdict = visit.task, visit.verdict
    tries = task.tries + int(visit.counted)
    if verdict.state is State.CAPTURED:
        return Fate(State.CAPTURED, verdict.reason, asked=task.asked)
    if verdict.state is State.WANTED:
        due = int(now + verdict.retry_in + 0.999) if verdict.retry_in else 0
        if verdict.address is not None:
            there, said = verdict.address.url, Reason.MOVED if visit.exchanges else None
            return Fate(State.WANTED, None, due, there, said, task.hops + 1, asked=task.asked)
        return Fate(State.WANTED, None, due, hops=task.hops, tries=tries, asked=task.asked)
    asked = _with(task, visit.source, f"{verdict.state}/{verdict.reason}")
    if verdict.reason is Reason.MOVED and verdict.address is not None:
        # It lives on there: no other address and no archive is asked for it here.
        to = verdict.address.key
        return Fate(State.GONE, Reason.MOVED, hops=task.hops, tries=tries, asked=asked, moved_to=to)
    if visit.memento is not None:
        return Fate(State.WANTED, None, asked=task.asked)  # the next of its captures
    if verdict.state is State.GONE and visit.source in OWN:
        url = other_address(task, edition)
        if url is not None:
            said = verdict.reason
            return Fate(State.WANTED, None, url=url, said=said, asked=task.asked)
    if visit.next_source is not None and task.key.is_article:
        return Fate(State.WANTED, None, asked=asked, source=waits_for(visit.next_source))
    state, reason = together(asked)
    return Fate(state, reason, hops=task.hops, tries=tries, asked=asked)


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
        found.append((_HOPE.index(State(state)), source not in OWN, reason, State(state)))
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
