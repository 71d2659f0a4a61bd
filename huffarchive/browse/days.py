"""Days of publication as they are typed: 2013, 2013-05, 05/2013, mai 2013, 13 May 2013."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime

from huffarchive.reader.date_parsing import written_in

_YEAR = re.compile(r"[0-9]{4}")
_MONTH = (re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})"), re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})"))


def span(text: str) -> tuple[date, date] | None:
    """The first and the last day of what a text names; None where it names no day."""
    text = " ".join(text.split())
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        if found := _MONTH[0].fullmatch(text):
            return _month(int(found[1]), int(found[2]))
        if found := _MONTH[1].fullmatch(text):
            return _month(int(found[2]), int(found[1]))
    except ValueError:
        return None
    if day := _day(text):
        return day, day
    first = _day(f"1 {text}")
    return _month(first.year, first.month) if first else None


def between(text: str) -> tuple[date, date] | None:
    """As `span`, or from one of two to the other: 2013-2016, 2013-05-2013-07."""
    for dash in re.finditer("[-–]", text):
        two = span(text[: dash.start()]), span(text[dash.end() :])
        if two[0] and two[1]:
            return min(two[0][0], two[1][0]), max(two[0][1], two[1][1])
    return span(text)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _day(text: str) -> date | None:
    for found in written_in(text, UTC, day_first=True):
        if (found.start, found.end) == (0, len(text)):
            moment = found.moment
            return moment.date() if isinstance(moment, datetime) else moment
    return None
