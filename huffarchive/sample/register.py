"""The register of the archive: the k-th article's key, date and recipe, and back from the key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from itertools import pairwise
from random import Random
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from huffarchive.editions import HUFFPOST_QC
from huffarchive.sample.recipe import ROUND, Recipe
from huffarchive.urls import Address, PageKey, identify

TORONTO = ZoneInfo(HUFFPOST_QC.timezone)
_PRIME = 300_007
"""Above the largest archive; steps through the ids visit each remainder once."""
_FACTOR = 7_919
_COUNTERS: dict[tuple[str, str], tuple[int, int]] = {
    ("2012", "n"): (1_265_001, 10),
    ("2014", "n"): (4_600_003, 30),
    ("", "n"): (1_265_007, 40),
    ("", "a"): (22_300_005, 4),
    ("", "g"): (22_300_001, 4),
}
"""First id and step, by template and mark: remainders of ten tell the first three apart."""
_HEX_FACTOR = 6_364_137
_REIMPORT = datetime(2019, 5, 3, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One article of the register."""

    number: int
    key: PageKey
    recipe: Recipe
    published: datetime
    """Local to the edition, whole seconds."""
    slug: str | None = None
    """Given for the real ids of the packaged list; else made from the headline."""
    folder: str | None = None
    """The author's folder in the URL, where the packaged list gives it."""
    subject: str | None = None
    headline: str | None = None
    dek: str | None = None


@dataclass(frozen=True)
class Register:
    """`size` articles: first those of the packaged list, then as many as are asked for."""

    seed: int
    size: int

    def entry(self, number: int) -> Entry:
        """The article of this number, 0 to size - 1."""
        if not 0 <= number < self.size:
            raise IndexError(number)
        known = self._known
        return known[number] if number < len(known) else self._made(number)

    def find(self, mark: str, ident: str) -> Entry | None:
        """The article of this mark and id, or None."""
        if (number := self._known_numbers.get((mark, ident))) is not None:
            return self._known[number] if number < self.size else None
        for number in self._candidates(mark, ident):
            if len(self._known) <= number < self.size:
                entry = self._made(number)
                if (entry.key.kind, entry.key.id) == (mark, ident):
                    return entry
        return None

    def random(self, number: int, purpose: str) -> Random:
        """The dice of one article for one purpose: always the same throws."""
        return Random(f"{self.seed}/{number}/{purpose}")

    def _made(self, number: int) -> Entry:
        recipe = ROUND[number % len(ROUND)]
        dice = self.random(number, "register")
        place = number * _FACTOR % _PRIME
        if recipe.mark == "qc":
            published = datetime(2019, 5, 6, tzinfo=TORONTO) + timedelta(
                days=dice.randrange(665), hours=dice.randrange(5, 23), seconds=dice.randrange(3600)
            )
            created = published.astimezone(UTC) - timedelta(minutes=dice.randrange(3, 400))
            if dice.random() < 0.3:
                created = _REIMPORT + timedelta(seconds=dice.randrange(100_000))
                published -= timedelta(days=dice.randrange(700, 2400))
            counter = number * _HEX_FACTOR % 2**24
            middle = dice.choice(("e4b0", "c5b6")) + f"{dice.randrange(2**24):06x}"
            ident = f"{int(created.timestamp()):08x}{middle}{counter:06x}"
        else:
            start, step = _counter(recipe)
            count = start + place * step
            ident = str(count)
            day = self._day(count, recipe.mark)
            published = day + timedelta(
                hours=dice.randrange(5, 23), minutes=dice.randrange(60), seconds=dice.randrange(60)
            )
        key = PageKey(HUFFPOST_QC.code, recipe.mark, ident)
        return Entry(number, key, recipe, published.replace(microsecond=0))

    def _candidates(self, mark: str, ident: str) -> list[int]:
        if mark == "qc":
            return self._stepped(int(ident[-6:], 16) * pow(_HEX_FACTOR, -1, 2**24) % 2**24)
        inverse = pow(_FACTOR, -1, _PRIME)
        found: list[int] = []
        for (_, counter), (start, step) in _COUNTERS.items():
            place, rest = divmod(int(ident) - start, step)
            if counter == ("n" if mark == "b" else mark) and rest == 0 and 0 <= place < _PRIME:
                found.append(place * inverse % _PRIME)
        return found

    def _stepped(self, number: int) -> list[int]:
        return [number] if number < self.size else []

    @cached_property
    def _known(self) -> tuple[Entry, ...]:
        return _packaged(self)

    @cached_property
    def _known_numbers(self) -> dict[tuple[str, str], int]:
        return {(e.key.kind, e.key.id): e.number for e in self._known}

    def _day(self, count: int, mark: str) -> datetime:
        anchors = _NUMBERED if mark in ("n", "b") else _LATER
        for (low, first), (high, last) in pairwise(anchors):
            if low <= count <= high or high == anchors[-1][0]:
                part = (count - low) / (high - low)
                day = (first + (last - first) * part).date()
                return datetime(day.year, day.month, day.day, tzinfo=TORONTO)
        raise AssertionError(count)


def _counter(recipe: Recipe) -> tuple[int, int]:
    mark = "n" if recipe.mark == "b" else recipe.mark
    return _COUNTERS.get((recipe.template, mark)) or _COUNTERS["", mark]


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


def _packaged(register: Register) -> tuple[Entry, ...]:
    """The articles of the packaged list: real ids, slugs and days; all words are ours."""
    rows: dict[str, list[str]] = {}
    text = files("huffarchive.sample.bank").joinpath("known.txt").read_text("utf-8")
    for line in text.splitlines():
        ident, *rest = line.split("|")
        rows[ident] = rest
    entries: dict[str, Entry] = {}
    for url in HUFFPOST_QC.known_urls():
        address = identify(url, HUFFPOST_QC)
        if not isinstance(address, Address) or not address.key.is_article:
            continue
        if address.key.id in entries or address.slug is None:
            continue
        desk, shape, subject, headline, *dek = rows[address.key.id]
        number = len(entries)
        published = _day_of(register, number, url, address.key)
        template = _template(register.random(number, "template"), url, published, address.key)
        template = "archive" if shape == "live" else template
        entries[address.key.id] = Entry(
            number,
            address.key,
            Recipe(template, desk, shape, address.key.kind),
            published,
            address.slug,
            _folder(address),
            subject,
            headline,
            dek[0] if dek else None,
        )
    assert len(entries) == len(rows), "known.txt and the packaged list differ"
    return tuple(entries.values())


def _day_of(register: Register, number: int, url: str, key: PageKey) -> datetime:
    dice = register.random(number, "register")
    clock = timedelta(
        hours=dice.randrange(5, 23), minutes=dice.randrange(60), seconds=dice.randrange(60)
    )
    parts = unquote(url).split("/")
    for year, month, day in zip(parts, parts[1:], parts[2:], strict=False):
        if len(year) == 4 and year.isdigit() and month.isdigit() and day.isdigit():
            return datetime(int(year), int(month), int(day), tzinfo=TORONTO) + clock
    if key.kind == "qc":
        created = datetime.fromtimestamp(int(key.id[:8], 16), TORONTO)
        return created + timedelta(minutes=dice.randrange(2, 300))
    return register._day(int(key.id), key.kind) + clock  # noqa: SLF001


def _template(dice: Random, url: str, published: datetime, key: PageKey) -> str:
    if url.endswith("/amp"):
        return "amp"
    throw = dice.random()
    if key.kind == "qc" or throw < 0.62:
        return "archive"
    if throw < 0.72:
        return "archive-v1"
    if key.kind in ("a", "g") or published.year >= 2017:
        return "2017"
    return "2012" if published.year < 2014 else "2014"


def _folder(address: Address) -> str | None:
    parts = address.url.split("/")[3:-1]
    parts = [
        part for part in parts if not part.isdigit() and part not in ("archive", "qc", "entry")
    ]
    return unquote(parts[-1]) if parts and "_" not in parts[-1] else None
