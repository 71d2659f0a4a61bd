"""Dates as pages write them, in French and in English, read into the calendar."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

Moment = datetime | date

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\s?(\d\d):(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b"
    r"(?:,?\s*(?:[àa]\s*)?(\d{1,2})\s?[:hH]\s?(\d\d)(?::\d\d)?\s*([ap]\.?m\.?)?\s*([A-Z]{2,4})?\b)?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "january", "jan"),
            ("février", "fevrier", "févr", "february", "feb"),
            ("mars", "march", "mar"),
            ("avril", "avr", "april", "apr"),
            ("mai", "may"),
            ("juin", "june", "jun"),
            ("juillet", "juil", "july", "jul"),
            ("août", "aout", "august", "aug"),
            ("septembre", "september", "sept", "sep"),
            ("octobre", "october", "oct"),
            ("novembre", "november", "nov"),
            ("décembre", "déc", "december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_NAMED = re.compile(
    r"(?:\b(?P<d1>\d{1,2})(?:er)?\s(?P<m1>[a-zéû]{3,9})\.?|\b(?P<m2>[a-zéû]{3,9})\.?\s(?P<d2>\d{1,2}),?)"
    r"\s(?P<year>\d{4})\b"
    r"(?:,?\s*(?:[àa]|at)?\s*(?P<hour>\d{1,2})\s?[:hH]\s?(?P<minute>\d\d)(?::\d\d)?\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>[A-Z]{2,4})?\b)?",
    re.IGNORECASE,
)
_ZONES = {"EST": -5, "HNE": -5, "EDT": -4, "HAE": -4, "UTC": 0, "GMT": 0, "PST": -8, "PDT": -7}


def has_iso_date(text: str) -> bool:
    """Whether a text holds a date as ISO 8601 writes it."""
    return _ISO.search(text) is not None


def moment_in(
    text: str, zone: ZoneInfo, *, day_first: bool, hint: date | None = None
) -> Moment | None:
    """The first date in a text; None for none, or for one that no calendar has.

    A time without a zone is local to `zone`. "03/05/2014" is read by `day_first`, unless it says
    a.m. or p.m. (then the month comes first), or only the other way round agrees with `hint`.
    """
    try:
        if found := _ISO.search(text):
            return _iso(found, zone)
        if found := _NUMERIC.search(text):
            return _numeric(found, zone, hint, day_first=day_first)
        if found := _NAMED.search(text):
            return _named(found, zone)
        if re.match(r"\s*[A-Za-z]{3},\s", text):
            moment = parsedate_to_datetime(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return None


def _iso(found: re.Match[str], zone: ZoneInfo) -> Moment:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return date(year, month, day)
    clock = (int(found[4]), int(found[5]), int(found[6] or 0))
    offset = found[7]
    if offset is None:
        return _at(date(year, month, day), clock, zone)
    if offset in "Zz":
        return _at(date(year, month, day), clock, UTC)
    sign = -1 if offset[0] == "-" else 1
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])) * sign
    return _at(date(year, month, day), clock, timezone(shift))


def _numeric(found: re.Match[str], zone: ZoneInfo, hint: date | None, *, day_first: bool) -> Moment:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    american = bool(found[6]) or not day_first
    day, month = (second, first) if american else (first, second)
    if month > 12 or (hint is not None and (month, day) == (hint.day, hint.month)):
        day, month = month, day
    return _local(year, month, day, (found[4], found[5], found[6], found[7]), zone)


def _named(found: re.Match[str], zone: ZoneInfo) -> Moment | None:
    month = _MONTHS.get((found["m1"] or found["m2"]).lower())
    if month is None:
        return None
    clock = (found["hour"], found["minute"], found["half"], found["zone"])
    return _local(int(found["year"]), month, int(found["d1"] or found["d2"]), clock, zone)


def _local(
    year: int,
    month: int,
    day: int,
    clock: tuple[str | None, str | None, str | None, str | None],
    zone: ZoneInfo,
) -> Moment:
    hour, minute, half, name = clock
    if hour is None or minute is None:
        return date(year, month, day)
    number = int(hour) % 12 + 12 if half and half[0] in "pP" else int(hour)
    if half and half[0] in "aA":
        number %= 12
    offset = _ZONES.get((name or "").upper())
    where = zone if offset is None else timezone(timedelta(hours=offset))
    return _at(date(year, month, day), (number, int(minute), 0), where)


def _at(day: date, clock: tuple[int, int, int], zone: tzinfo) -> datetime:
    """A day and the time on its clock; 24:00 is the next day's first moment (ISO 8601)."""
    if clock == (24, 0, 0):
        day, clock = day + timedelta(days=1), (0, 0, 0)
    return datetime(day.year, day.month, day.day, *clock, tzinfo=zone)
