"""Dates as pages write them, in French and in English, read into the calendar and a time zone."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from huffarchive.reader.zones import (
    contradicted,
    find_zone,
    is_foreign,
    is_known,
    of_another_clock,
    out_of_season,
    zone_of,
    zones_apart,
)
from huffarchive.reading import Caution

ParsedDate = datetime | date

_MONTH = (
    r"(?:janv(?:ier)?|january|jan|f[e\ufffd]{1,2}v(?:r(?:ier)?)?|february|febr?|mars|march|mar"
    r"|avr(?:il)?|apr(?:il)?|mai|may|juin|june|jun|juil(?:l(?:et)?)?|july|jul|ao[u\ufffd]{1,2}t?"
    r"|august|aug|sept(?:embre|ember)?|sep|oct(?:obre|ober)?|nov(?:embre|ember)?"
    r"|d[e\ufffd]{1,2}c(?:embre|ember)?)(?![^\W\d_])\.?"
)
_MONTHS = (
    *(("ja", 1), ("f", 2), ("mar", 3), ("a[vp]", 4), ("ma", 5), ("jui?n", 6), ("ju", 7)),
    *(("a", 8), ("s", 9), ("o", 10), ("n", 11), ("d", 12)),
)
"""How the names of a month begin; the first that fits."""
_NTH = r"(?: ?(?:er|e?re|ᵉʳ|st|nd|rd|th)\b)?"
_NUMBERS = (
    r"(?:une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize"
    r"|vingt|trente|quarante|cinquante)\b"
)
"""Minutes in words begin with one of them."""
_CLOCK = (
    rf"(?:(?P<noon>midi|noon)\b(?! (?:et|moins|(?-i:{_NUMBERS})|\d\d\b(?! [a-z])))"
    r"|(?P<unread>(?:midi|noon|minuit|midnight)\b|(?<![\d.])\d\d\.\d\d\.\d\d(?![\d.]))"
    r"|(?<!\d)(?P<hour>\d{1,2})"
    r"(?: ?(?::|h(?:eures?|rs?)?\.?|\.(?=\d\d ?[ap]\.? ?m\b)) ?(?P<minute>\d\d"
    r"|(?<!:)(?<!: )\d(?= ?(?:min|[|,;.)\]]|$|(?-i:[A-Z]{2,5})(?!\w))))(?!\d)"
    r"(?: ?(?::|m(?:in)?\.?) ?(?P<second>\d{1,2})(?!\d)"
    r"(?:[.,](?P<fraction>\d{1,12}))?(?: ?s\b)?| ?min(?:utes?)?\b\.?|m\b"
    r"| ?(?!(?-i:HR)\b)(?:h|hrs?|heures)\b(?!\.?\w)\.?)?"
    r"| ?h(?:eures?)?(?![\w])|(?= ?[ap]\.? ?m\b))"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?| (?:du (?:(?P<morning>matin)|soir)|de l'apres-midi)\b)?)"
)
_DAY = re.compile(
    r"(?<!\d)(?<!\d[/.:-])(?:"
    r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?!\d|[-/.]\d(?!\d:\d))"
    r"|(?P<y2>\d{4})(?P<m2>\d\d)(?P<d2>\d\d)(?=T\d\d)"
    r"|(?P<a>\d{1,2}) ?(?P<s3>[-/.]) ?(?P<b>\d{1,2}) ?(?P=s3) ?(?P<y3>\d{4}|\d\d)(?!\d|[-/.:]\d)"
    rf"|(?P<d4>\d{{1,2}}|(?<!\w)(?:premier|first)){_NTH}(?: |-|/|, )?(?:of )?(?P<m4>{_MONTH})"
    r"(?: ?, ?| |-|/|(?<=\.)|(?=\d{4}))"
    r"(?P<y4>\d{4}(?!\d)|(?<=-)\d\d(?!\d)|\d\d(?= \d\d:\d\d))"
    rf"|(?<!\w)(?P<m5>{_MONTH})(?: {{1,2}}|-)?(?P<d5>\d{{1,2}}|first)(?!\d){_NTH}"
    r"(?: ?, ?| |-)(?P<y5>\d{4})(?!\d)"
    rf"|(?<!\w)(?P<m6>{_MONTH}) {{1,2}}(?P<d6>\d{{1,2}}) "
    r"(?P<inner>\d\d:\d\d:\d\d(?: [A-Z+-][\w:+-]{0,8})?)"
    r" (?P<y6>\d{4})(?!\d)"
    rf"|(?<!\w)(?P<d7>\d{{1,2}}){_NTH} (?P<m7>{_MONTH})"
    rf"|(?<!\w)(?P<m8>{_MONTH}) (?P<d8>\d{{1,2}})(?![\d:/.-]| ?h\b| {_MONTH})"
    r")",
    re.IGNORECASE,
)
_WEEKDAY = (
    r"(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:lun|mar|mer|jeu|ven|sam|dim)\.?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\.?),? )?"
)
_AFTER = re.compile(
    r"(?: ?T ?| {0,3}[,;|@·•:.(/–—_-]? {0,3}(?:(?:a|at|vers) )?)"
    rf"(?:{_CLOCK}|(?:(?<=T)|(?<=\.\d{{4}} )(?=[012]\d\.[0-5]\d(?![\d.])))(?P<hour0>\d\d)"
    r"(?:\.?(?P<minute0>\d\d)(?P<second0>\d\d)?(?:[.,](?P<fraction0>\d{1,12}))?)?(?!\d))",
    re.IGNORECASE,
)
_BEFORE = re.compile(_CLOCK, re.IGNORECASE)
_BETWEEN = re.compile(rf" ?[,;|)–—_-]? ?(?:(?:le|on|of|the|ce) )?{_WEEKDAY}(?:le )?", re.IGNORECASE)
_WEEKDAYS = (
    "lun", "mar", "mer", "jeu", "ven", "sam", "dim",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
)  # fmt: skip
_WEEKDAY_BEFORE = re.compile(rf"(?i)\b({'|'.join(_WEEKDAYS)})[a-z]*[.,]?[ ,]{{0,3}}(?:le )?$")
_LEADING = re.compile(rf"(?i)(?: *\b(?:le|the|on|du|ce))?(?: *\b{_WEEKDAY}(?:le )?)? *$")
"""What leads to a date and is its own."""
_MARKS = " ,;:|()[]/–—-"
_RUNS_ON = re.compile(
    r"(?i)[.,]\d|:\d|[%&]| ?(?:minuit|midnight)\b| (?:et (?:demi|qua|qui|tre)|moins )"
    rf"|(?<=[hes]) (?-i:{_NUMBERS})"
)
_RARE = re.compile(
    r"(?:(?P<day>\d{8}|\d{4}-?W\d\d-?\d)|(?P<year>[12]\d{3})-?(?P<nth>[0-3]\d\d))"
    r"(?:[T ](?P<clock>\d.*)|(?<=\d{8})(?P<digits>\d{4}(?:\d\d)?(?: ?[A-Z+-].*)?))?"
)
_LOST_SIGN = re.compile(r" \d\d:?\d\d(?!\d)(?= *$)")
"""What an offset is whose plus was read as a blank."""
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2212\ufe63\uff0d"} | {ord("’"): "'"}
_CENTURY = 69
"""Years of two digits from this on are of the last century, as POSIX has it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text."""

    moment: ParsedDate
    start: int
    end: int
    """Where it stands in the text, in the form NFC."""
    doubt: Caution | None = None
    """Of the clock: it or its zone is not known (then the moment is the day alone), or its zone is
    named as in the other season."""


def written_in(
    text: str, zone: tzinfo, *, day_first: bool, hint: date | None = None
) -> Iterator[Written]:
    """The dates in a text, in order.

    A time without a zone is local to `zone`: an hour that comes twice is the first of the two, one
    that is left out in spring is counted on. "03/05/2014" is read by `day_first`, unless it says
    a.m. or p.m. (then the month comes first), or only the other way round agrees with `hint` or
    with the day of the week before it. A zone that stands apart from the clocks, such as "(UTC)" at
    the beginning, is that of each clock without one; several leave them unknown, as does a foreign
    one beside another clock.
    """
    text = plain(text)
    seen: list[_Seen] = []
    for found in _DAY.finditer(text):
        last = seen[-1] if seen else None
        if last is None or found.start() >= last.end:
            seen += _see(text, found, last, day_first, hint)
    if not seen and (whole := _iso(text.strip(), zone)) is not None:
        yield Written(whole.moment, 0, len(text), whole.doubt)
    bare = any(one.clock is not None and one.zone is None for one in seen)
    apart = _apart(text, seen, zone) if bare else []
    named = [(zone_of(one.zone, zone), one.day) for one in seen if one.zone]
    usual = [None if any(is_foreign(z, zone, day) for z, day in named) else zone]
    for one in seen:
        moment: ParsedDate = one.day
        doubt = None
        if one.clock is not None:
            zones = [zone_of(one.zone, zone)] if one.zone else apart or usual
            doubt = Caution.UNKNOWN_ZONE
            if not one.lost and len(zones) == 1 and zones[0] is not None:
                with suppress(ValueError, OverflowError):
                    moment = instant = _instant(one.day, one.clock, zones[0])
                    out = out_of_season(zones[0], instant)
                    doubt = Caution.ZONE_OUT_OF_SEASON if out else None
        yield Written(moment, one.start, one.end, doubt)


def _apart(text: str, seen: list["_Seen"], local: tzinfo) -> list[tzinfo | None]:
    """The zones that are named apart from the clocks of a text, each once; None for an unknown one.

    A date takes in the one that stands beside it.
    So is that of a clock which is none of the dates': it may be theirs, or tell theirs.
    """
    begins = [one.start - len(_LEADING.search(text, 0, one.start)[0]) for one in seen]  # type: ignore[index]
    gaps = list(zip([0, *(one.end for one in seen)], [*begins, len(text)], strict=True))
    zones: list[tzinfo | None] = []
    for found in zones_apart(text, gaps):
        begin = max(a for a, _ in gaps if a <= found.start())
        other = begin < found.start() and of_another_clock(found, text, begin)
        zone = None if other else zone_of(found, local)
        if zone not in zones:
            zones.append(zone)
        for one, start in zip(seen, begins, strict=True) if zone is not None else ():
            if found.end() <= start and not text[found.end() : start].strip(_MARKS):
                one.start = found.start()
            if found.start() >= one.end and not text[one.end : found.start()].strip(_MARKS):
                one.end = found.end()
    return zones


def _iso(text: str, zone: tzinfo) -> Written | None:
    """The moment that a text is and nothing else, in a form of ISO 8601 that is rare on pages.

    Such as 20140606, 2014-W23-5, 2014W235T100000Z, 2014-157, 20140606100000.
    """
    if (found := _RARE.fullmatch(text)) is None:
        return None
    with suppress(ValueError, OverflowError):
        day = date.fromisoformat(found["day"] or f"{found['year']}-01-01")
        day += timedelta(days=int(found["nth"] or 1) - 1)
        if found["year"] in (None, f"{day:%Y}"):
            clock = found["clock"] or found["digits"]
            usual = f"{day}T{clock}" if clock else str(day)
            return next(written_in(usual, zone, day_first=True), None)
    return None


def plain(text: str) -> str:
    """The text without accents, with one kind of blank and dash; as long as its form NFC."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


class _Plain(dict[int, str]):
    """Characters without their accents, each worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        base = " " if c.isspace() else unicodedata.normalize("NFD", c)[0]
        if code < _REMEMBERED:
            self[code] = base
        return base


_REMEMBERED = 0x3000
"""Code points below this one are remembered: no page of all that Unicode has fills the memory."""
_PLAIN = _Plain(_DASHES)

Found = re.Match[str]


@dataclass(slots=True)
class _Seen:
    """A date in a text, with its clock and the zone that stands beside that."""

    day: date
    start: int
    end: int
    clock: Found | None
    zone: Found | None
    lost: bool
    """Whether an offset has lost its sign, or the clock goes on as none does that is read."""


def _see(
    text: str, found: Found, last: _Seen | None, day_first: bool, hint: date | None
) -> list[_Seen]:
    """A date and what belongs to it; nothing for one that no calendar has, or of no year."""
    floor = last.end if last else 0
    begin, clock, named = _clock(text, found, floor)
    end = max(part.end() for part in (found, clock, named) if part)
    weekday = _WEEKDAY_BEFORE.search(text, floor, found.start())
    nth = _WEEKDAYS.index(weekday[1].lower()) % 7 if weekday else None
    try:
        after = last.day if last else None
        day = _day(found, after, hint, nth, day_first=day_first and not (clock and clock["half"]))
    except ValueError:
        return []
    lost = clock is not None and clock["unread"] is not None
    if clock is not None and not found["inner"]:
        lost |= _RUNS_ON.match(text, clock.end()) is not None
        lost |= named is None and _LOST_SIGN.match(text, clock.end()) is not None
        lost |= named is not None and contradicted(named, text, len(text))
    return [_Seen(day, begin, found.end() if found["inner"] else end, clock, named, lost)]


def _clock(text: str, day: Found, floor: int) -> tuple[int, Found | None, Found | None]:
    """Where a date begins, its clock, and the zone beside that."""
    if day["inner"]:
        inner = _BEFORE.match(text, day.start("inner"), day.end("inner"))
        named = find_zone(text, day.start("inner") + 8, day.end("inner"))
        return day.start(), inner, named
    if (clock := _AFTER.match(text, day.end())) is not None:
        return day.start(), clock, find_zone(text, clock.end(), len(text))
    between = find_zone(text, day.end(), len(text))
    if between is not None and (clock := _AFTER.match(text, between.end())) is not None:
        return day.start(), clock, find_zone(text, clock.end(), len(text)) or between
    for clock in _BEFORE.finditer(text, max(floor, day.start() - 90), day.start()):
        named = find_zone(text, clock.end(), day.start())
        after = named.end() if named else clock.end()
        if _BETWEEN.fullmatch(text, after, day.start()):
            if between is not None and (is_known(between) or between.group()[0] in "(["):
                named = named or between
            return clock.start(), clock, named
    return day.start(), None, None


def _half(clock: Found) -> str:
    """What a clock says of the half of its day, "a" or "p", in English or in French."""
    if clock["half"]:
        return clock["half"].lower()
    said = clock.group().lower()
    return "a" if clock["morning"] else "p" if said.endswith(("du soir", "apres-midi")) else ""


def _day(
    found: Found, after: date | None, hint: date | None, weekday: int | None, *, day_first: bool
) -> date:
    """The day that is written; one of no year is the first from that day on which stands before."""
    for n in "12":
        if found[f"y{n}"]:
            return date(*(int(found[f"{part}{n}"]) for part in "ymd"))
    for n in "456":
        if found[f"m{n}"]:
            nth = found[f"d{n}"]
            return date(
                _year(found[f"y{n}"]), _month(found[f"m{n}"]), int(nth) if nth.isdigit() else 1
            )
    for n in "78":
        if found[f"m{n}"] and after is not None:
            month, nth_day = _month(found[f"m{n}"]), int(found[f"d{n}"])
            day = date(after.year, month, nth_day)
            return day if day >= after else date(after.year + 1, month, nth_day)
    if found["a"] is None:
        raise ValueError(found.group())
    first, second, year = int(found["a"]), int(found["b"]), _year(found["y3"])
    if found["s3"] == "." and len(found["y3"]) == 2:
        raise ValueError(found.group())
    ways = [(first, second), (second, first)]
    if not day_first and found["s3"] != ".":
        ways.reverse()
    days = [
        date(year, month, day)
        for day, month in ways
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    ]
    said = [d for d in days if hint and (d.month, d.day) == (hint.month, hint.day)]
    said += [d for d in days if d.weekday() == weekday]
    if not days:
        raise ValueError(found.group())
    return (said or days)[0]


def _month(name: str) -> int:
    return next(n for begins, n in _MONTHS if re.match(begins, name, re.IGNORECASE))


def _year(digits: str) -> int:
    number = int(digits)
    return number if len(digits) > 2 else number + (1900 if number >= _CENTURY else 2000)


def _instant(day: date, clock: Found, zone: tzinfo) -> datetime:
    """The instant of a clock; 24:00 is the next day's first moment (ISO 8601), 23:59:60 too."""
    parts = clock.groupdict()
    hour, minute, second = (
        int(parts[name] or parts.get(f"{name}0") or 0) for name in ("hour", "minute", "second")
    )
    hour = 12 if clock["noon"] else hour
    micro = int((parts["fraction"] or parts.get("fraction0") or "")[:6].ljust(6, "0"))
    if half := _half(clock):
        if hour > 12 and half == "a":
            raise ValueError(clock.group())
        hour = hour % 12 + 12 * (half == "p")
    if (hour, minute, second) == (24, 0, 0):
        day, hour = day + timedelta(days=1), 0
    leap = second == 60
    local = datetime(day.year, day.month, day.day, hour, minute, second - leap, micro, zone)
    return local.astimezone(UTC) + timedelta(seconds=leap)
