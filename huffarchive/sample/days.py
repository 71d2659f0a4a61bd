"""The day on which the site gave out an id."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from huffarchive.editions import HUFFPOST_QC

TORONTO = ZoneInfo(HUFFPOST_QC.timezone)
_NUMBERED = tuple(
    (count, datetime.fromisoformat(day).replace(tzinfo=UTC))
    for count, day in (
        (1_264_943, "2012-02-09"),
        (1_480_236, "2012-05-04"),
        (1_941_787, "2012-10-05"),
        (2_544_171, "2013-01-24"),
        (3_190_891, "2013-05-01"),
        (4_004_994, "2013-09-27"),
        (4_602_801, "2014-01-15"),
        (5_521_586, "2014-06-23"),
        (6_854_630, "2015-03-12"),
        (8_708_140, "2015-12-03"),
        (9_298_642, "2016-02-23"),
        (14_441_188, "2017-02-07"),
        (15_562_304, "2017-03-23"),
    )
)
"""Ids of the one counter for news and blogs, and the days that their URLs name [E]."""
_LATER = tuple(
    (count, datetime.fromisoformat(day).replace(tzinfo=UTC))
    for count, day in (
        (22_000_000, "2017-04-01"),
        (23_185_821, "2017-08-25"),
        (23_412_109, "2018-04-16"),
        (23_429_106, "2018-05-08"),
        (23_664_266, "2019-02-08"),
        (23_719_489, "2019-05-01"),
    )
)
"""The same for the ids of 2017 to 2019; the first and the last are rounded."""


def day_of(count: int, mark: str) -> datetime:
    """The day of an id, between the known days of its neighbours; midnight in Toronto."""
    anchors = _NUMBERED if mark in ("n", "b") else _LATER
    for (low, first), (high, last) in pairwise(anchors):
        if low <= count <= high or high == anchors[-1][0]:
            day = (first + (last - first) * ((count - low) / (high - low))).date()
            return datetime(day.year, day.month, day.day, tzinfo=TORONTO)
    raise AssertionError(count)
