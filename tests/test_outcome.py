"""Redirects between pages and pictures: each leads where it may, and nowhere else."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.outcome import MAX_TRIES, Reason, State, outcome_of_error, outcome_of_status
from huffarchive.urls import Address, identify

ARTICLE = "https://www.huffpost.com/archive/qc/entry/un-titre_n_1"
PICTURE = "https://img.huffingtonpost.com/asset/a.jpeg?ops=1200_630"


@pytest.mark.parametrize(
    ("asked", "target", "expected"),
    [
        (ARTICLE, PICTURE, (State.GONE, Reason.MOVED_AWAY)),
        (PICTURE, "/asset/b.jpeg", (State.GONE, Reason.MOVED)),
        (PICTURE, ARTICLE, (State.GONE, Reason.MOVED)),
        (PICTURE, PICTURE.replace("https", "http"), (State.WANTED, None)),
        (PICTURE, "http://127.0.0.1/asset/a.jpeg", (State.GONE, Reason.MOVED_AWAY)),
    ],
)
def test_a_redirect(asked: str, target: str, expected: tuple[State, Reason | None]) -> None:
    address = identify(asked, HUFFPOST_QC)
    assert isinstance(address, Address)
    message = Message.parse(f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\n\r\n".encode())
    outcome = outcome_of_status(message, address.key, asked, HUFFPOST_QC, 1, 0)
    assert outcome is not None
    assert (outcome.state, outcome.reason) == expected
    assert (outcome.address is None) == (expected[1] is Reason.MOVED_AWAY)


def test_ten_redirects_are_followed_and_no_more() -> None:
    address = identify(ARTICLE, HUFFPOST_QC)
    assert isinstance(address, Address)
    message = Message.parse(b"HTTP/1.1 301 Moved\r\nLocation: /archive/qc/entry/autre_n_1\r\n\r\n")
    ends = [
        outcome_of_status(message, address.key, ARTICLE, HUFFPOST_QC, 1, hops) for hops in range(12)
    ]
    assert [end is not None and end.state is State.WANTED for end in ends] == [True] * 10 + [
        False
    ] * 2


@pytest.mark.parametrize("reason", [r for r in Reason if r.state in (State.FAILED, State.REFUSED)])
def test_an_error_ends_in_the_state_of_its_reason(reason: Reason) -> None:
    last = outcome_of_error(reason, MAX_TRIES)
    assert (last.state, last.reason) == (reason.state, reason)


def test_the_refusals() -> None:
    assert {reason.value for reason in Reason if reason.state is State.REFUSED} == {
        *("robots", "rate_limited", "forbidden", "out_of_scope", "unsafe_address")
    }


def test_a_reason_without_a_state_is_none() -> None:
    with pytest.raises(TypeError, match="has no state"):
        Reason._new_member_(Reason, "new")
