"""When an article was published and changed, from the best evidence in order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from huffarchive.editions import Edition
from huffarchive.reader.blocks import Block
from huffarchive.reader.head import Head
from huffarchive.reader.moments import Moment, has_iso_date, moment_in
from huffarchive.reader.structured import Structured
from huffarchive.reader.typography import clean
from huffarchive.urls import PageKey

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


@dataclass(frozen=True, slots=True)
class _Evidence:
    head: Head
    structured: Structured
    seen: list[Block]
    """Blocks that show a date."""
    in_url: tuple[date, str] | None
    calendar: _Calendar


def dates_of(
    *,
    url: str,
    captured_at: datetime,
    key: PageKey,
    edition: Edition,
    head: Head,
    structured: Structured,
    visible: Iterable[Block],
) -> Dates:
    """The dates of a page: each from the best evidence that makes sense."""
    zone = ZoneInfo(edition.timezone)
    aware = captured_at if captured_at.tzinfo else captured_at.replace(tzinfo=UTC)
    calendar = _Calendar(zone, edition.language != "en", edition.first_year, aware)
    in_url = _url_date(url)
    evidence = _Evidence(head, structured, list(visible), in_url, calendar)
    published, late = _first(_published(evidence, key), calendar)
    modified, _ = _first(_modified(evidence), calendar)
    if published is None:
        return Dates(None, None, None, calendar.write(modified[0]) if modified else None, late)
    moment, raw, source = published
    return Dates(
        calendar.write(moment), raw, source, calendar.write(modified[0]) if modified else None, late
    )


Claim = tuple[Moment, str, str]


def _first(evidence: Iterable[Claim], calendar: _Calendar) -> tuple[Claim | None, bool]:
    late = False
    for moment, raw, source in evidence:
        if not calendar.plausible(moment):
            continue
        if calendar.late(moment):
            late = True
            continue
        return (moment, raw, source), late
    return None, late


def _published(page: _Evidence, key: PageKey) -> Iterator[Claim]:
    for name in ("datePublished", "dateCreated"):
        yield from _read(page.structured.text(name), "json-ld", page)
    for name in _PUBLISHED_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    for text, about_change in _visible(page.seen):
        if not about_change:
            yield from _read(text, "visible", page)
    for name in _LATE_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    if page.in_url is not None:
        yield *page.in_url, "url"
    if len(key.kind) == 2 and len(key.id) == 24:
        made = (
            datetime.fromtimestamp(int(key.id[:8], 16), UTC).astimezone(page.calendar.zone).date()
        )
        if made not in _REIMPORTED:
            yield made, key.id, "objectid"


def _modified(page: _Evidence) -> Iterator[Claim]:
    yield from _read(page.structured.text("dateModified"), "json-ld", page)
    for name in _MODIFIED_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    for text, about_change in _visible(page.seen):
        if about_change:
            yield from _read(text, "visible", page)


def _visible(blocks: list[Block]) -> Iterator[tuple[str, bool]]:
    """The dates that a reader sees, and whether each is of a change: attribute before words."""
    label = ""
    for block in blocks:
        about_change = False
        parts = (
            block.line.split("|")
            if block.text.count("/") > 3 or "|" in block.text
            else [block.line]
        )
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
    """The exact date behind a visible one: `time[datetime]`, `span[title]`."""
    owner = block.place.owner
    for element in (block.place.element, owner):
        for value in (element.get("datetime"), element.get("title")):
            if value and has_iso_date(value):
                return clean(value)
    times = [element.get("datetime") for element in owner.iter("time")]
    return clean(times[0]) if len(times) == 1 and times[0] else None


def _read(text: str | None, source: str, page: _Evidence) -> Iterator[Claim]:
    if text:
        moment = moment_in(
            text[:200],
            page.calendar.zone,
            day_first=page.calendar.day_first,
            hint=page.in_url[0] if page.in_url else None,
        )
        if moment is not None:
            yield moment, text.strip(), source


def _url_date(url: str) -> tuple[date, str] | None:
    places = list(_IN_URL.finditer(url))
    if not places:
        return None
    found = places[-1]
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), found.group().strip("/")
    except ValueError:
        return None
