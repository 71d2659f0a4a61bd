"""What a visit's verdict makes of the page: its next state and where it is asked for next."""

from dataclasses import dataclass

from huffarchive.archive.visit import Visit
from huffarchive.editions import Edition
from huffarchive.ledger import Task
from huffarchive.outcome import Reason, State
from huffarchive.urls import Address, identify

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
    hops: int = 0
    tries: int = 0
    asked: tuple[str, ...] = ()
    """What sources said that gave no capture of it."""


def fate(visit: Visit, edition: Edition, now: float) -> Fate:
    """Join the verdict with what else could be tried: an address, a capture, a source."""
    task, verdict = visit.task, visit.verdict
    tries = task.tries + int(visit.counted)
    if verdict.state is State.CAPTURED:
        return Fate(State.CAPTURED, verdict.reason, asked=task.asked)
    if verdict.state is State.WANTED:
        due = int(now + verdict.retry_in + 0.999) if verdict.retry_in else 0
        if verdict.address is not None:
            there = verdict.address.url
            return Fate(State.WANTED, None, due, there, task.hops + 1, asked=task.asked)
        return Fate(State.WANTED, None, due, None, task.hops, tries, task.asked)
    if visit.memento is not None:
        return Fate(State.WANTED, None, asked=task.asked)  # the next of its captures
    if verdict.state is State.GONE and visit.source in ("live", "sample"):
        url = other_address(task, edition)
        if url is not None:
            return Fate(State.WANTED, None, url=url, asked=task.asked)
    earlier = [said for said in task.asked if not said.startswith(f"{visit.source}=")]
    asked = (*earlier, f"{visit.source}={verdict.state}/{verdict.reason}")
    if visit.sources_left and task.key.is_article and verdict.reason is not Reason.MOVED:
        return Fate(State.WANTED, None, asked=asked)
    state, reason = _together(asked)
    return Fate(state, reason, hops=task.hops, tries=tries, asked=asked)


_HOPE = (State.FAILED, State.REFUSED, State.GONE)


def _together(asked: tuple[str, ...]) -> tuple[State, Reason]:
    """What all sources together say: failed while one of them may still give it, gone at last.

    Of equal answers the first counts, which is the site's own where it was asked.
    """
    said = [answer.partition("=")[2].split("/") for answer in asked]
    found = [(State(state), Reason(reason)) for state, reason in said]
    return min(found, key=lambda answer: _HOPE.index(answer[0]))


def other_address(task: Task, edition: Edition) -> str | None:
    """Another address of an article that is gone under this one, or None when enough were asked."""
    if not task.key.is_article or len(task.tried) + 1 >= MAX_ADDRESSES:
        return None
    address = identify(task.url, edition)
    slug = address.slug if isinstance(address, Address) else None
    left = [edition.archive_url(task.key, slug), *task.aliases]
    return next((url for url in left if url != task.url and url not in task.tried), None)
