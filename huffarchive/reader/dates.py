"""When an article was published and changed, from the best evidence in order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from huffarchive.editions import Edition
from huffarchive.reader.blocks import Block
from huffarchive.reader.head import Head
from huffarchive.reader.structured import Structured
from huffarchive.reader.typography import clean
from huffarchive.urls import PageKey

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
        "janvier janv january jan|février fevrier févr fevr february feb|mars march mar|avril avr april "
        "apr|mai may|juin june jun|juillet juil july jul|août aout august aug|septembre september sept "
        "sep|octobre october oct|novembre november nov|décembre decembre déc dec december".split("|"),
        1,
    )
    for name in names.split()
}
_NAMED = re.compile(
    r"(?:\b(?P<d1>\d{1,2})(?:er)?\s(?P<m1>[a-zéû]{3,9})\.?|\b(?P<m2>[a-zéû]{3,9})\.?\s(?P<d2>\d{1,2}),?)"
    r"\s(?P<year>\d{4})\b"
    r"(?:,?\s*(?:[àa]|at)?\s*(?P<hour>\d{1,2})\s?[:hH]\s?(?P<minute>\d\d)\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>[A-Z]{2,4})?\b)?",
    re.IGNORECASE,
)
_ZONES = {"EST": -5, "HNE": -5, "EDT": -4, "HAE": -4, "UTC": 0, "GMT": 0, "PST": -8, "PDT": -7}
_MODIFIED = re.compile(r"actualis|mis(?:e)? [àa] jour|updated|modifi", re.IGNORECASE)
_IN_URL = re.compile(r"/(20\d\d)/(\d{1,2})/(\d{1,2})/")
_REIMPORTED = (date(2019, 5, 3), date(2019, 5, 4))
"""On these days older pieces got new ids: their ObjectIds are no dates."""

_PUBLISHED_METAS = ("article:published_time", "og:published_time", "publish_date", "datepublished")
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified")
_LATE_METAS = ("sailthru.date", "dc.date", "date")


@dataclass(frozen=True, slots=True)
class Dates:
    """An article's dates: ISO 8601 in the edition's zone, or a date alone."""

    published: str | None
    raw: str | None
    read_from: str | None
    """json-ld, meta, visible, url or objectid"""
    modified: str | None
    too_late: bool
    """Whether the page claims a date after its capture."""


@dataclass(frozen=True, slots=True)
class _Calendar:
    zone: ZoneInfo
    day_first: bool
    first_year: int
    captured_at: datetime

    def plausible(self, moment: Moment) -> bool:
        return moment.year >= self.first_year

    def late(self, moment: Moment) -> bool:
        if isinstance(moment, datetime):
            return moment > self.captured_at
        return moment > self.captured_at.astimezone(self.zone).date()

    def write(self, moment: Moment) -> str:
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone).isoformat(timespec="seconds")
        return moment.isoformat()


def dates_of(
    page: tuple[str, datetime],
    key: PageKey | None,
    edition: Edition,
    head: Head,
    structured: Structured,
    visible: Iterable[Block],
) -> Dates:
    """The dates of a page (url, captured at): each from the best evidence that makes sense."""
    url, captured_at = page
    zone = ZoneInfo(edition.timezone)
    aware = captured_at if captured_at.tzinfo else captured_at.replace(tzinfo=UTC)
    calendar = _Calendar(zone, edition.language != "en", edition.first_year, aware)
    in_url = _url_date(url)
    seen = list(visible)
    published, late = _first(_published(key, head, structured, seen, in_url, calendar), calendar)
    modified, _ = _first(_modified(head, structured, seen, in_url, calendar), calendar)
    if published is None:
        return Dates(None, None, None, calendar.write(modified[0]) if modified else None, late)
    moment, raw, source = published
    return Dates(
        calendar.write(moment), raw, source, calendar.write(modified[0]) if modified else None, late
    )


Evidence = tuple[Moment, str, str]


def _first(
    evidence: Iterable[Evidence], calendar: _Calendar
) -> tuple[Evidence | None, bool]:
    late = False
    for moment, raw, source in evidence:
        if not calendar.plausible(moment):
            continue
        if calendar.late(moment):
            late = True
            continue
        return (moment, raw, source), late
    return None, late


def _published(
    key: PageKey | None,
    head: Head,
    structured: Structured,
    seen: list[Block],
    in_url: tuple[date, str] | None,
    calendar: _Calendar,
) -> Iterator[Evidence]:
    for name in ("datePublished", "dateCreated"):
        yield from _read(structured.text(name), "json-ld", calendar, in_url)
    for name in _PUBLISHED_METAS:
        yield from _read(head.meta(name), "meta", calendar, in_url)
    for text, about_change in _visible(seen):
        if not about_change:
            yield from _read(text, "visible", calendar, in_url)
    for name in _LATE_METAS:
        yield from _read(head.meta(name), "meta", calendar, in_url)
    if in_url is not None:
        yield in_url[0], in_url[1], "url"
    if key is not None and len(key.kind) == 2 and len(key.id) == 24:
        made = datetime.fromtimestamp(int(key.id[:8], 16), UTC).astimezone(calendar.zone).date()
        if made not in _REIMPORTED:
            yield made, key.id, "objectid"


def _modified(
    head: Head,
    structured: Structured,
    seen: list[Block],
    in_url: tuple[date, str] | None,
    calendar: _Calendar,
) -> Iterator[Evidence]:
    yield from _read(structured.text("dateModified"), "json-ld", calendar, in_url)
    for name in _MODIFIED_METAS:
        yield from _read(head.meta(name), "meta", calendar, in_url)
    for text, about_change in _visible(seen):
        if about_change:
            yield from _read(text, "visible", calendar, in_url)


def _visible(blocks: list[Block]) -> Iterator[tuple[str, bool]]:
    """The dates that a reader sees, and whether each is of a change: attribute before words."""
    label = ""
    for block in blocks:
        about_change = False
        parts = block.line.split("|") if block.text.count("/") > 3 or "|" in block.text else [block.line]
        for n, part in enumerate(parts):
            words = _MODIFIED.search(part)
            about_change = words is not None or bool(_MODIFIED.search(label))
            exact = _attribute(block) if len(parts) == 1 else None
            if not any(c.isdigit() for c in part) and exact is None:
                label = part
                continue
            if words is not None and words.start() > 12:
                # "08/12/2015 02:12 EST Actualisé 08/12/2015 02:26 EST" on one line.
                yield part[: words.start()], False
                yield part[words.start() :], True
            else:
                if exact is not None:
                    yield exact, about_change
                yield part, about_change
            label = "" if n == len(parts) - 1 else label


def _attribute(block: Block) -> str | None:
    for element in (block.place.owner, block.place.element, *block.place.owner.iter("time")):
        for name in ("datetime", "title"):
            value = element.get(name)
            if value and _ISO.search(value):
                return clean(value)
        break
    times = [t.get("datetime") for t in block.place.owner.iter("time")]
    return clean(times[0]) if len(times) == 1 and times[0] else None


def _read(
    text: str | None, source: str, calendar: _Calendar, in_url: tuple[date, str] | None
) -> Iterator[Evidence]:
    if text:
        moment = _moment(text[:200], calendar, in_url[0] if in_url else None)
        if moment is not None:
            yield moment, text.strip(), source


def _moment(text: str, calendar: _Calendar, hint: date | None) -> Moment | None:
    """The first date in a text; None for none, or for one that no calendar has."""
    try:
        if found := _ISO.search(text):
            return _iso(found, calendar.zone)
        if found := _NUMERIC.search(text):
            return _numeric(found, calendar, hint)
        if found := _NAMED.search(text):
            return _named(found, calendar.zone)
        if re.match(r"\s*[A-Za-z]{3},\s", text):
            moment = parsedate_to_datetime(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)
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
        return datetime(year, month, day, *clock, tzinfo=zone)
    if offset in "Zz":
        return datetime(year, month, day, *clock, tzinfo=UTC)
    sign = -1 if offset[0] == "-" else 1
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])) * sign
    return datetime(year, month, day, *clock, tzinfo=timezone(shift))


def _numeric(found: re.Match[str], calendar: _Calendar, hint: date | None) -> Moment:
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    american = bool(found[6]) or not calendar.day_first
    day, month = (second, first) if american else (first, second)
    if month > 12 or (hint is not None and (month, day) == (hint.day, hint.month)):
        day, month = month, day
    return _local(year, month, day, (found[4], found[5], found[6], found[7]), calendar.zone)


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
    return datetime(year, month, day, number, int(minute), tzinfo=where)


def _url_date(url: str) -> tuple[date, str] | None:
    found = None
    for found in _IN_URL.finditer(url):
        pass
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), found.group().strip("/")
    except ValueError:
        return None
