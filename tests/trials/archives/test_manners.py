"""The rig's own judge: what it refuses, and that its log shows a client that does not keep to it."""

import pytest

from tests.trials.archives import manners
from tests.trials.archives.manners import BLOCK, Manners


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(manners, "time", found)
    return found


def ask(judge: Manners, clock: Clock, service: str, times: int, every: float) -> list[int | None]:
    answers = []
    for _ in range(times):
        answers.append(judge.refusal(service))
        judge.note(service, "/", answers[-1] or 200, clock.now)
        clock.now += every
    return answers


@pytest.mark.parametrize(
    ("service", "well", "too_fast"),
    [
        ("wayback_cdx", 2.5, 2.2),
        ("wayback_pages", 0.126, 0.11),
        ("commoncrawl_index", 1.0, 0.8),
        ("commoncrawl_data", 0.55, 0.5),
    ],
)
def test_a_client_that_is_too_fast_is_seen(
    clock: Clock, service: str, well: float, too_fast: float
) -> None:
    judge = Manners()
    ask(judge, clock, service, 100, well)
    assert judge.broken() == []
    judge = Manners()
    ask(judge, clock, service, 100, too_fast)
    assert judge.broken()


def test_over_the_hard_limit_is_a_429(clock: Clock) -> None:
    judge = Manners()
    answers = ask(judge, clock, "wayback_cdx", 31, 1.0)
    assert answers == [None] * 30 + [429]
    assert judge.broken()


def test_a_client_that_waits_is_let_through(clock: Clock) -> None:
    judge = Manners({("wayback_cdx", 2): 429})
    assert ask(judge, clock, "wayback_cdx", 2, 3) == [None, 429]
    clock.now += 60
    assert ask(judge, clock, "wayback_cdx", 2, 3) == [None, None]
    assert judge.broken() == []


def test_a_429_that_is_ignored_for_a_minute_is_an_hour_of_block_then_two(clock: Clock) -> None:
    judge = Manners({("wayback_cdx", 1): 429})
    assert set(ask(judge, clock, "wayback_pages", 1, 0)) == {None}
    assert set(ask(judge, clock, "wayback_cdx", 30, 3)) == {429}
    assert judge.broken()
    blocked = clock.now
    while judge.refusal("wayback_pages") == 429 and clock.now < blocked + 3 * BLOCK:
        clock.now += 50
    assert clock.now - blocked > 2 * BLOCK  # it went on asking: the block was doubled
