"""What several sources together make of a page, and how the ledger remembers it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from huffarchive.archive.store_visit import Visit, next_state
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.rows import PageUpdate, Task
from huffarchive.ledger.schema import prepare
from huffarchive.outcome import MAX_TRIES, AnswerOutcome, Reason, State, outcome_of_error
from huffarchive.sources import QUERIES, SOURCES
from huffarchive.sources.memento import Memento
from huffarchive.urls import Address, PageKey, identify

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_1"
KEY = PageKey("qc", "n", "1")
MEMENTO = Memento("wayback", "20220310120000", URL, 200, "text/html", "", 8000)
GONE = AnswerOutcome(State.GONE, Reason.NO_CAPTURE)


def after(answers: list[tuple[str, AnswerOutcome]]) -> tuple[State, Reason | None]:
    task = Task(1, KEY, URL, tried=(("x", "not_found"), ("y", "not_found")))
    for place, (source, outcome) in enumerate(answers, 1):
        left = place < len(answers)
        end = next_state(
            Visit(task, (), outcome, source=source, next_source="commoncrawl" if left else None),
            HUFFPOST_QC,
            0,
        )
        if left:
            assert end.state is State.WANTED
        task = replace(task, asked=end.asked)
    assert task.sources_asked == tuple(source for source, _ in answers)
    return end.state, end.reason


@pytest.mark.parametrize(
    ("live", "wayback", "expected"),
    [
        (AnswerOutcome(State.GONE, Reason.NOT_FOUND), GONE, (State.GONE, Reason.NOT_FOUND)),
        (outcome_of_error(Reason.TIMEOUT, MAX_TRIES), GONE, (State.FAILED, Reason.TIMEOUT)),
        (outcome_of_error(Reason.ROBOTS, MAX_TRIES), GONE, (State.REFUSED, Reason.ROBOTS)),
        (
            AnswerOutcome(State.GONE, Reason.NOT_FOUND),
            outcome_of_error(Reason.SERVER_ERROR, MAX_TRIES),
            (State.FAILED, Reason.SERVER_ERROR),
        ),
    ],
    ids=["gone-everywhere", "live-failed", "live-refused", "wayback-failed"],
)
def test_a_page_is_gone_only_when_no_source_may_have_it(
    live: AnswerOutcome, wayback: AnswerOutcome, expected: tuple[State, Reason]
) -> None:
    assert after([("live", live), ("wayback", wayback)]) == expected


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        prepare(connection)
        yield Ledger(connection, HUFFPOST_QC)


def drawn(ledger: Ledger) -> Task | None:
    return next(iter(ledger.frontier.draw(1, 1, 2e9)), None)


def settle(ledger: Ledger, state: State, reason: Reason, asked: str, **more: object) -> None:
    task = drawn(ledger)
    assert task is not None
    ledger.pages.apply(PageUpdate(task, state, reason, asked=(asked,), **more))


def test_a_source_not_asked_yet_is_asked_in_a_later_run(ledger: Ledger) -> None:
    ledger.pages.want([URL], "list")
    settle(ledger, State.GONE, Reason.NO_CAPTURE, "wayback=gone/no_capture")
    assert ledger.again.want_elsewhere(1e9, "wayback") == 0
    assert ledger.again.want_elsewhere(1e9, "live") == 1
    task = drawn(ledger)
    assert task is not None
    assert task.sources_asked == ("wayback",)


def test_a_new_capture_gives_hope_again(ledger: Ledger) -> None:
    ledger.pages.want([URL], "list")
    asked = ("live=gone/not_found", "wayback=gone/no_capture")
    task = drawn(ledger)
    assert task is not None
    ledger.pages.apply(PageUpdate(task, State.GONE, Reason.NOT_FOUND, asked=asked))
    where = identify(URL, HUFFPOST_QC)
    assert isinstance(where, Address)
    assert ledger.pages.add_captures([(where, MEMENTO)], "wayback") == 1
    task = drawn(ledger)
    assert task is not None
    assert task.asked == ("live=gone/not_found",)
    assert task.named_by == ("list", "wayback")
    assert ledger.pages.add_captures([(where, MEMENTO)], "wayback") == 0


@pytest.mark.parametrize(("came", "left"), [("timeout", ""), ("soft_404", "soft_404")])
def test_only_what_was_no_answer_is_asked_for_again(ledger: Ledger, came: str, left: str) -> None:
    where = identify(URL, HUFFPOST_QC)
    assert isinstance(where, Address)
    ledger.pages.add_captures([(where, MEMENTO)], "wayback")
    settle(
        ledger,
        State.FAILED,
        Reason.TIMEOUT,
        "wayback=failed/timeout",
        tried=MEMENTO,
        tried_as=came,
    )
    (known,) = ledger.mementos.of(1, "wayback")
    assert known.tried == came
    ledger.again.try_again(1e9, [State.FAILED])
    (known,) = ledger.mementos.of(1, "wayback")
    assert known.tried == left
    task = drawn(ledger)
    assert task is not None
    assert task.asked == ()


def test_an_archive_that_refused_is_asked_again_in_a_later_run(ledger: Ledger) -> None:
    where = identify(URL, HUFFPOST_QC)
    assert isinstance(where, Address)
    ledger.pages.add_captures([(where, MEMENTO)], "wayback")
    outcome = outcome_of_error(Reason.FORBIDDEN, MAX_TRIES)
    assert outcome.state is State.REFUSED
    task = drawn(ledger)
    assert task is not None
    asked = ("live=gone/not_found", f"wayback={outcome.state}/{outcome.reason}")
    page_update = PageUpdate(task, outcome.state, outcome.reason, asked=asked)
    ledger.pages.apply(replace(page_update, tried=MEMENTO, tried_as="forbidden"))
    assert ledger.again.want_elsewhere(1e9, "live") == 0
    assert ledger.again.want_elsewhere(1e9, "wayback") == 1
    task = drawn(ledger)
    assert task is not None
    assert task.asked == ("live=gone/not_found",)
    assert [m.tried for m in ledger.mementos.of(task.page, "wayback")] == [""]


def test_an_index_that_could_not_be_read(ledger: Ledger) -> None:
    base, other = (SOURCES[name].bases[0] for name in ("wayback", "commoncrawl"))
    ledger.pages.want_queries(SOURCES["wayback"].queries(HUFFPOST_QC), "wayback")
    kinds = QUERIES["wayback"]
    assert ledger.frontier.unread_index(kinds, base) is None
    settle(ledger, State.FAILED, Reason.SERVER_ERROR, "index=failed/server_error")
    found = (State.FAILED, Reason.SERVER_ERROR)
    assert ledger.frontier.unread_index(kinds, base) == found
    assert ledger.frontier.unread_index(kinds, "https://another.example") is None
    assert ledger.frontier.unread_index(QUERIES["commoncrawl"], other) is None
