"""When an article was published and changed, from the best evidence in order."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from unicodedata import normalize
from zoneinfo import ZoneInfo

from huffarchive.reader.blocks import Block
from huffarchive.reader.date_parsing import ParsedDate, Written, plain, written_in
from huffarchive.reader.evidence import Evidence
from huffarchive.reader.layout import parts_of
from huffarchive.reader.line_patterns import DATE_LABEL, is_date
from huffarchive.reader.metadata import Head, Structured, marked_date
from huffarchive.reader.text import clean
from huffarchive.reading import Caution
from huffarchive.urls import PageKey

_IN_URL = re.compile(r"/(20\d\d)/(\d{1,2})/(\d{1,2})/")
_REIMPORTED = (date(2019, 5, 3), date(2019, 5, 4))
"""On these days older pieces got new ids: their ObjectIds are no dates."""

_PUBLISHED_METAS = ("article:published_time", "og:published_time", "publish_date", "datepublished")
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified")
_LONGEST = 300
_EDGES = " \xa0\u202f|,;–—-"
_CHANGED = frozenset(("updated", "update", "modified", "modification", "maj"))
_MADE = frozenset(("published", "publish", "posted", "created", "publication"))
"""Words in the names of dates."""
_EPOCH = re.compile(r"\s*(1\d{9})(?:\d{3})?\s*")
"""A moment as the seconds, or milliseconds, since 1970 began: from 2001 to 2033."""
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
    doubts: frozenset[Caution | None]
    """What is to be said of the zones of their clocks."""


@dataclass(frozen=True, slots=True)
class _Calendar:
    zone: ZoneInfo
    day_first: bool
    first_year: int
    captured_at: datetime

    def plausible(self, moment: ParsedDate) -> bool:
        return moment.year >= self.first_year

    def late(self, moment: ParsedDate) -> bool:
        if self.captured_at.year < self.first_year:
            return False  # the capture has no date
        if isinstance(moment, datetime):
            return moment > self.captured_at
        return moment > self.captured_at.astimezone(self.zone).date()

    def read(self, text: str, in_url: tuple[date, str] | None) -> Iterator[Written]:
        hint = in_url[0] if in_url else None
        return written_in(text, self.zone, day_first=self.day_first, hint=hint)

    def write(self, moment: ParsedDate) -> str:
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone).isoformat(timespec="seconds")
        return moment.isoformat()


@dataclass(frozen=True, slots=True)
class _Claim:
    """A date that a page gives itself."""

    moment: ParsedDate
    raw: str
    source: str
    doubt: Caution | None = None


@dataclass(frozen=True)
class _Dated:
    head: Head
    structured: Structured
    seen: list[Block]
    """Blocks that show a date."""
    in_url: tuple[date, str] | None
    calendar: _Calendar
    marked: list[str | None]
    """Of publication and of change, as microdata give them."""

    @cached_property
    def visible(self) -> tuple[tuple[_Claim, bool], ...]:
        """The dates that a reader sees, and whether each is of a change.

        A name alone ("updated", of the microformat hAtom) says so only beside another date: many
        templates give it to the one date that they show.
        """
        found = tuple(_visible(self, by_name=True))
        if all(about_change for _, about_change in found):
            found = tuple(_visible(self, by_name=False))
        return found


def dates_of(given: Evidence, visible: list[Block]) -> Dates:
    """The dates of a page: each from the best evidence that makes sense.

    `visible` are the blocks that show a date. Microdata tell on pages without a layout alone.
    """
    edition, page = given.edition, given.page
    zone, captured_at = ZoneInfo(edition.timezone), page.captured_at
    aware = captured_at if captured_at.tzinfo else captured_at.replace(tzinfo=UTC)
    calendar = _Calendar(zone, edition.language != "en", edition.first_year, aware)
    parts = (("datePublished", "published"), ("dateModified", "updated"))
    marked = [None if given.known else marked_date(page.tree, *part) for part in parts]
    evidence = _Dated(given.head, given.structured, visible, _url_date(page.url), calendar, marked)
    published, late = _first(_published(evidence, given.key), calendar)
    modified, _ = _first(_modified(evidence), calendar)
    return Dates(
        published=calendar.write(published.moment) if published else None,
        raw=published.raw if published else None,
        read_from=published.source if published else None,
        modified=calendar.write(modified.moment) if modified else None,
        too_late=late,
        doubts=frozenset(claim.doubt for claim in (published, modified) if claim is not None),
    )


def _first(evidence: Iterable[_Claim], calendar: _Calendar) -> tuple[_Claim | None, bool]:
    late = False
    for claim in evidence:
        if not calendar.plausible(claim.moment):
            continue
        if calendar.late(claim.moment):
            late = True
            continue
        return claim, late
    return None, late


def _published(page: _Dated, key: PageKey) -> Iterator[_Claim]:
    for name in ("datePublished", "dateCreated"):
        yield from _read(page.structured.text(name), "json-ld", page)
    for name in _PUBLISHED_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    yield from _read(page.marked[0], "meta", page)
    yield from (claim for claim, about_change in page.visible if not about_change)
    for name in _LATE_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    if page.in_url is not None:
        yield _Claim(*page.in_url, "url")
    if len(key.kind) == 2 and len(key.id) == 24:
        made = (
            datetime.fromtimestamp(int(key.id[:8], 16), UTC).astimezone(page.calendar.zone).date()
        )
        if made not in _REIMPORTED:
            yield _Claim(made, key.id, "objectid")


def _modified(page: _Dated) -> Iterator[_Claim]:
    yield from _read(page.structured.text("dateModified"), "json-ld", page)
    for name in _MODIFIED_METAS:
        yield from _read(page.head.meta(name), "meta", page)
    yield from _read(page.marked[1], "meta", page)
    yield from (claim for claim, about_change in page.visible if about_change)


def _visible(page: _Dated, *, by_name: bool) -> Iterator[tuple[_Claim, bool]]:
    """The dates that a reader sees, and whether each is of a change: attribute before words.

    Where no label says so their element's names may (`by_name`).
    """
    carried: bool | None = None
    for block in page.seen:
        line = normalize("NFC", block.line)[:_LONGEST]
        words = plain(line)
        labels = list(DATE_LABEL.finditer(words))
        dates = list(page.calendar.read(line, page.in_url))
        exact = _attribute(block) if len(dates) < 2 else None
        named = by_name and not labels and _names_change(block)
        if not dates and exact is None:
            if labels:
                carried = labels[-1]["changed"] is not None
            continue
        if exact is not None:
            about_change = labels[0]["changed"] is not None if labels else named or bool(carried)
            yield from ((claim, about_change) for claim in _read(exact, "visible", page))
        end = 0
        for n, date_ in enumerate(dates):
            said = [label for label in labels if end <= label.start() < date_.start]
            begin = said[0].start() if said else max(words.rfind("|", 0, date_.start) + 1, end)
            after = [label.start() for label in labels if label.start() >= date_.end]
            stop = words.find("|", date_.end)
            bounds = [*after, *([stop] if stop >= 0 else []), *(d.start for d in dates[n + 1 :])]
            end = min(bounds, default=len(line))
            raw = line[begin:end].strip(_EDGES)
            claim = _Claim(date_.moment, raw, "visible", date_.doubt)
            for about_change in dict.fromkeys(
                [label["changed"] is not None for label in said]
                or [named or (bool(carried) and n == 0)]
            ):
                yield claim, about_change
        carried = None


def _attribute(block: Block) -> str | None:
    """The exact date behind a visible one: `time[datetime]`, `span[title]`."""
    owner = block.place.owner
    for element in (block.place.element, owner):
        for value in (element.get("datetime"), element.get("title")):
            if value and is_date(clean(value)):
                return clean(value)
    times = [element.get("datetime") for element in owner.iter("time")]
    return clean(times[0]) if len(times) == 1 and times[0] else None


def _names_change(block: Block) -> bool:
    """Whether the names of a date's element say that it is of a change, and of nothing else."""
    element = block.place.element
    names = parts_of(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
    return not _CHANGED.isdisjoint(names) and _MADE.isdisjoint(names)


def _read(text: str | None, source: str, page: _Dated) -> Iterator[_Claim]:
    if text and (number := _EPOCH.fullmatch(text)) is not None:
        yield _Claim(datetime.fromtimestamp(int(number[1]), UTC), text.strip(), source)
    elif text:
        for found in islice(page.calendar.read(text[:_LONGEST], page.in_url), 1):
            yield _Claim(found.moment, text.strip(), source, found.doubt)


def _url_date(url: str) -> tuple[date, str] | None:
    places = list(_IN_URL.finditer(url))
    if not places:
        return None
    found = places[-1]
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), found.group().strip("/")
    except ValueError:
        return None
