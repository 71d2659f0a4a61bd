from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.politeness.limits import DAY, retry_after

NOW = datetime(2026, 3, 9, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        (b"7", 7.0),
        ("0", 0.0),
        ("000000000000090", 90.0),
        ("86400", DAY),
        ("86401", DAY),
        ("1" + "0" * 20, DAY),
        ("9" * 6000, DAY),
        ("Mon, 09 Mar 2026 12:01:30 GMT", 90.0),
        ("Monday, 09-Mar-26 12:01:30 GMT", 90.0),
        ("Mon Mar  9 12:01:30 2026", 90.0),
        ("Mon, 09 Mar 2026 13:01:30 +0100", 90.0),
        ("Mon, 09 Mar 2026 11:00:00 GMT", 0.0),
        ("Fri, 09 Oct 2099 12:00:00 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -2359", DAY),
        ("Fri, 01 Jan 0001 00:00:00 +2359", 0.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("٣", None),
        ("Mon, 99 Mar 2026 99:99:99 GMT", None),
        (b"\xff\xfe", None),
    ],
)
def test_known_values(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.one_of(st.text(), st.binary(), st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ .*")))
def test_total_and_within_a_day(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= DAY


@given(st.integers(0, 10**30))
def test_seconds(number):
    assert retry_after(str(number), NOW) == min(DAY, number)


@given(st.integers(-(10**9), 10**9))
def test_dates(number):
    text = format_datetime(NOW + timedelta(seconds=number), usegmt=True)
    assert retry_after(text, NOW) == min(DAY, max(0, number))
