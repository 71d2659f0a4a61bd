"""Which of several captures is taken: the rule of docs/sources.md, line by line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.outcome import Reason
from huffarchive.sources.memento import (
    NO_END,
    SECOND_CHOICE,
    TRUNCATED,
    UNDECIDED,
    UNKNOWN_LAYOUT,
    Memento,
    choice,
    ranked,
)

GOOD = Memento("wayback", "20220310120000", "https://a.example/", 200, "text/html", "", 8000)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (GOOD, replace(GOOD, timestamp="20200101000000")),
        (GOOD, replace(GOOD, timestamp="20230101000000", status=None, mime="warc/revisit")),
        (GOOD, replace(GOOD, timestamp="20230101000000", length=3999)),
        (replace(GOOD, timestamp="20230101000000", length=4000), GOOD),
        (GOOD, replace(GOOD, timestamp="20230101000000", tried=UNKNOWN_LAYOUT)),
        (replace(GOOD, tried=UNKNOWN_LAYOUT), replace(GOOD, tried=NO_END)),
        (replace(GOOD, length=9000), GOOD),
    ],
    ids=["later", "not-a-revisit", "full-length", "half-is-full", "layout", "end", "longer"],
)
def test_the_better_first(better: Memento, worse: Memento) -> None:
    assert ranked([worse, better]) == ranked([better, worse]) == [better, worse]


@pytest.mark.parametrize(
    "change",
    [
        {"status": 404},
        {"status": 302},
        {"mime": "image/jpeg"},
        {"tried": "soft_404"},
        {"tried": TRUNCATED},
        {"tried": "timeout"},
        {"url": "https://a.example/?err_code=404"},
    ],
    ids=str,
)
def test_what_is_never_asked_for(change: dict[str, object]) -> None:
    assert ranked([replace(GOOD, **change)]) == []


def test_the_choice_says_what_was_passed_over() -> None:
    soft = replace(GOOD, timestamp="20230101000000", tried="soft_404")
    assert choice(GOOD, [GOOD]) == "wayback 20220310120000: the only capture"
    assert choice(GOOD, [soft, GOOD]) == (
        "wayback 20220310120000: 1 of 2 captures, after 20230101000000 soft_404"
    )


def test_what_decides_nothing_is_a_reason() -> None:
    assert {str(reason) for reason in Reason} >= UNDECIDED


_MEMENTOS = st.lists(
    st.builds(
        Memento,
        st.just("wayback"),
        st.sampled_from(["20150101000000", "20220310120000", "20230101000000"]),
        st.sampled_from(["https://a.example/", "http://a.example/"]),
        st.sampled_from([200, 404, None]),
        st.sampled_from(["text/html", "warc/revisit", "text/plain"]),
        st.just(""),
        st.integers(0, 9000),
        tried=st.sampled_from(["", "soft_404", *SECOND_CHOICE]),
    ),
    max_size=8,
    unique=True,
)


@given(_MEMENTOS, st.randoms())
def test_the_order_is_a_rule_and_not_chance(mementos: list[Memento], dice) -> None:
    best = ranked(mementos)
    shuffled = mementos.copy()
    dice.shuffle(shuffled)
    assert ranked(shuffled) == best
    assert sorted(best, key=repr) == sorted((m for m in mementos if m.usable), key=repr)
    # Asked for and passed over one after the other, every usable one comes to its turn once.
    left, seen = mementos, 0
    while best := ranked(left):
        left = [replace(m, tried="soft_404") if m is best[0] else m for m in left]
        seen += 1
        assert seen <= len(mementos)
