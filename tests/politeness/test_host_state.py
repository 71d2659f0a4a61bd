import json
from dataclasses import asdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huffarchive.politeness.host_state import HostState
from huffarchive.politeness.limits import Limit

LIMIT = Limit("pages", "service", "example.org", "/", 1.0)
SLOWING = Limit("index", "service", "example.org", "/", 1.0, slows=True)
HOST = Limit.of_host("www.example.org", 0.0, 0.0)


def at(clock: float, state: HostState) -> HostState:
    """The state as it is lent at another time."""
    return HostState.load(state.dump(), state.boot, clock, state.wall)


def fresh(clock: float = 1000.0) -> HostState:
    return HostState("boot", clock, 1e9)


def refused(state: HostState, limit: Limit, *answers: float | None) -> list[float]:
    """The pauses after answers of 429, each to a request sent when the last pause was over."""
    pauses = []
    for seconds in answers:
        state = at(state.clock + state.pause_left, state)
        state.turned_away(limit, state.clock, seconds)
        pauses.append(state.pause_left)
    return pauses


def test_pauses_double_and_a_good_answer_ends_that():
    state = fresh()
    assert refused(state, LIMIT, *[None] * 4) == [60, 120, 240, 480]
    state.turned_away(LIMIT, state.clock, None)
    state.answered(state.clock)
    assert state.pause_left == 60  # the pause itself stays
    assert refused(state, LIMIT, None, 500.0, 0.0) == [60, 500, 240]


def test_a_host_s_pauses_end_to_grow_at_an_hour_and_a_service_s_at_a_day():
    assert refused(fresh(), HOST, *[None] * 8)[-3:] == [1920, 3600, 3600]
    assert refused(fresh(), LIMIT, *[None] * 13)[-2:] == [86_400, 86_400]


def test_a_retry_after_can_only_lengthen_a_pause():
    # Zero, or a date that has passed: once a second's pause, and then a longer one each time.
    assert refused(fresh(), HOST, *[0.0] * 7) == [1, 2, 4, 8, 16, 32, 64]
    assert refused(fresh(), HOST, *[30.0] * 8) == [30, 30, 30, 30, 30, 32, 64, 128]
    assert refused(fresh(), HOST, 7200.0, None) == [7200, 60]
    assert refused(fresh(), LIMIT, 0.0, 0.0) == [60, 120]


def test_requests_of_before_the_pause_do_not_double_it():
    state = fresh()
    for _ in range(3):
        state.turned_away(HOST, state.clock - 1, None)
    assert state.pause_left == 60
    assert not state.failed(state.clock - 1)
    state.answered(state.clock - 1)
    assert state.troubled
    state.turned_away(HOST, state.clock - 1, 90.0)  # but what it says counts
    assert state.pause_left == 90


def test_failures_double_too_and_shorten_nothing():
    state, pauses = fresh(), []
    for _ in range(8):
        state = at(state.clock + state.pause_left, state)
        assert state.failed(state.clock)
        pauses.append(state.pause_left)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    state = fresh()
    state.turned_away(HOST, state.clock, 600.0)
    assert state.failed(state.clock)
    assert state.pause_left == 600


def test_a_503_makes_it_slower_and_good_answers_faster_again():
    state = fresh()
    state.sent(SLOWING, 0.0)
    for factor in (2, 4, 8, 16, 16):
        state = at(state.clock + state.pause_left, state)
        state.sent(SLOWING, 0.0)
        state.turned_away(SLOWING, state.clock, None)
        assert state.factor == factor
    state = at(state.clock + state.pause_left, state)
    state.sent(SLOWING, 0.0)
    assert state.wait(SLOWING, 0.0) == 16
    for _ in range(70):
        state.answered(state.clock)
    assert state.factor == pytest.approx(7.9, abs=0.1)
    for _ in range(300):
        state.answered(state.clock)
    assert state.factor == 1
    assert not state.troubled


hostile = st.fixed_dictionaries(
    {
        "boot": st.sampled_from(["boot", "other"]),
        "clock": st.floats() | st.integers(),
        "wall": st.floats() | st.integers(),
        "last": st.dictionaries(st.text(max_size=3), st.floats() | st.integers() | st.none()),
        "delay": st.dictionaries(st.just("pages"), st.floats() | st.integers()),
        "until": st.floats() | st.integers(),
        "paused": st.floats() | st.integers(),
        "factor": st.floats(),
    }
).map(lambda state: json.dumps(state).encode())


@example(b'{"boot":"","clock":0.0,"wall":-8.988e307,"last":{},"delay":{},"until":-8.99e307}')
@given(st.one_of(st.binary(max_size=2000), hostile))
def test_any_text_gives_a_state(content):
    state = HostState.load(content.decode("utf-8", "replace"), "boot", 100.0, 1e9)
    assert 1 <= state.factor <= 16
    assert state.until <= 100.0 + 86_400
    assert state.paused <= 100.0
    assert state.wait(LIMIT, 0.0) <= 86_400 + 100
    assert max(state.last.values(), default=0) <= 100.0
    assert json.dumps(asdict(state), allow_nan=False)


def test_after_a_reboot_the_wall_clock_tells_how_long_ago_it_was():
    before = HostState("boot 1", 5000.0, 1e9, {"pages": 5000.0}, {}, 5060.0, 5000.0, 60.0)
    text = json.dumps({name: getattr(before, name) for name in before.__slots__})
    after = HostState.load(text, "boot 2", 10.0, 1e9 + 40)
    assert after.until - 10.0 == pytest.approx(20)
    assert after.last["pages"] - 10.0 == pytest.approx(-40)
    # A wall clock that was put back does not lengthen it.
    back = HostState.load(text, "boot 2", 10.0, 1e9 - 3600)
    assert back.until - 10.0 == pytest.approx(60)
    # In the same boot the wall clock does not matter.
    same = HostState.load(text, "boot 1", 5030.0, 1e9 + 7200)
    assert same.until == 5060.0
