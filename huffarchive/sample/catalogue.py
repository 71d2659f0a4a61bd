"""The catalogue of the sample: the k-th article's key, date, recipe and addresses, and back."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.content import SITE, SUBJECTS, WORDS
from huffarchive.urls import Address, PageKey, identify

TORONTO = ZoneInfo(HUFFPOST_QC.timezone)
_ANCHORS = {
    mark: tuple((count, datetime(day.year, day.month, day.day, tzinfo=UTC)) for count, day in rows)
    for mark, rows in SITE["days"].items()
}
"""Ids and the days that their URLs name [E]: of the counter for news and blogs, and of a and g."""


def day_of(count: int, mark: str) -> datetime:
    """The day of an id, between the known days of its neighbours; midnight in Toronto."""
    anchors = _ANCHORS["n" if mark in ("n", "b") else "a"]
    for (low, first), (high, last) in pairwise(anchors):
        if low <= count <= high or high == anchors[-1][0]:
            day = (first + (last - first) * ((count - low) / (high - low))).date()
            return datetime(day.year, day.month, day.day, tzinfo=TORONTO)
    raise AssertionError(count)


def imported(title: str) -> str:
    """The slug of imported wire copy: 25 characters of the title, accented letters deleted [D]."""
    return re.sub(r"[^a-z0-9-]", "", title.lower()[:25].replace(" ", "-"))


def handmade(title: str) -> str:
    """The slug an editor makes: transliterated, whole words, up to 68 characters."""
    text = title.lower().replace("œ", "oe").replace("æ", "ae")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"['’]", "", text)
    slug = "-".join(re.findall(r"[a-z0-9]+", words))
    return slug if len(slug) <= 68 else slug[:68].rsplit("-", 1)[0]


_WIRE = ("conflit", "diplomatie", "conflit", "faits_divers", "economie", "sports")
_CANADIAN = ("politique", "faits_divers", "economie", "meteo", "sports", "sante")
_STYLE = ("mode", "sante", "culture", "sciences")
_HOUSE = tuple(subject for subject in SUBJECTS if subject not in ("blogue", "conflit"))
_SUBJECTS = {
    "house": _HOUSE,
    "afp": _WIRE,
    "ap": _WIRE,
    "reuters": ("economie", "diplomatie"),
    "lpc": _CANADIAN,
    "rc": (*_CANADIAN, "culture"),
    "relax": _STYLE,
    "blog": ("blogue",),
}


@dataclass(frozen=True)
class Recipe:
    """What one page is to be."""

    template: str
    """archive, archive-v1, amp, 2017, 2014, 2012 or generic."""
    desk: str
    """house, afp, lpc, rc, relax, ap, reuters or blog."""
    shape: str
    """article, short, photos, slides, list, table, teasers, live or gallery."""
    mark: str
    """The mark before the id in its URL: n, b, a, g or qc."""

    @property
    def layout(self) -> str:
        """The record's `layout`."""
        return "archive" if self.template == "archive-v1" else self.template

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it may be about."""
        return _SUBJECTS[self.desk]


def _round() -> tuple[Recipe, ...]:
    recipes: list[Recipe] = []
    for row in (WORDS / "recipes.txt").read_text("utf-8").splitlines()[1:]:
        template, desk, shape, mark, count = row.split()
        recipes += [Recipe(template, desk, shape, mark)] * int(count)
    size, stride = len(recipes), 29
    assert size % stride, "the stride must visit every recipe"
    return tuple(recipes[i * stride % size] for i in range(size))


ROUND: tuple[Recipe, ...] = _round()
"""One round of recipes; the archive repeats it."""


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


_ID = re.compile(r"_([nbag]|qc)_(\d+|[0-9a-f]{24})(?=\.html|/|$)")
_NUMBER = re.compile(r"/qc/entry/(\d+)/?$")
_SITE = "quebec.huffingtonpost.ca"


def addresses(entry: Entry, slug: str, folder: str | None) -> tuple[str, ...]:
    """Every address that the site's notes give such an article, the oldest form first."""
    kind, ident = entry.key.kind, entry.key.id
    day = entry.published.strftime("%Y/%m/%d")
    name = f"{quote(slug)}_{kind}_{ident}"
    place = quote(folder) if folder else day
    if kind in ("n", "b"):
        path = f"{place}/{name}.html"
        first = f"http://{_SITE}/{path}"
        found = [
            first,
            f"https://{_SITE}/{path}",
            f"{first}?utm_hp_ref=canada-quebec&ir=Canada+Quebec",
            f"http://m.{_SITE}/{path}?m=true",
            f"http://m.huffpost.com/qc/entry/{ident}",
        ]
        if kind == "b":
            found.pop()
    elif kind in ("a", "g"):
        path = f"{place}/{name}/"
        first = f"https://{_SITE}/{path}"
        found = [first, first[:-1], f"{first}?utm_hp_ref=qc-photos", f"https://m.{_SITE}/{path}"]
    else:
        path = f"entry/{name}"
        first = f"https://{_SITE}/{path}"
        found = [first, f"https://m.{_SITE}/{path}", f"{first}?ncid=other_trending"]
    archive = HUFFPOST_QC.archive_url(entry.key, slug)
    wrapped = quote(first.split("?", maxsplit=1)[0], safe="")
    found += [
        f"http://{_SITE}/{wrapped}",
        f"https://{_SITE}/{wrapped}?utm_hp_ref=quebec-international",
        archive,
        f"{archive}/amp",
    ]
    return tuple(found)


def named(target: str) -> tuple[str, str] | None:
    """Mark and id in a request's target, by the rule of the site's notes; None without one.

    Written apart from `huffarchive.urls`, so that each is a check on the other.
    """
    path = unquote(unquote(target.partition("?")[0]))
    found = _ID.findall(path)
    if found:
        mark, ident = found[-1]
        return mark, ident
    if (number := _NUMBER.search(path)) is not None:
        return "n", number[1]
    return None


def packaged(seed: int) -> tuple[Entry, ...]:
    """The articles of the packaged list: real ids, slugs and days; all words are ours."""
    rows: dict[str, list[str]] = {}
    for line in (WORDS / "known.txt").read_text("utf-8").splitlines():
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
        published = _moment(_rng(seed, number, "register"), url, address.key)
        template = _template(_rng(seed, number, "template"), url, published, address.key)
        if shape == "live" or (dek and template in ("archive-v1", "2014", "2012")):
            template = "archive"  # the others show neither
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


def _rng(seed: int, number: int, purpose: str) -> Random:
    return Random(f"{seed}/{number}/{purpose}")


def _moment(dice: Random, url: str, key: PageKey) -> datetime:
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
    return day_of(int(key.id), key.kind) + clock


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
class Catalogue:
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
            day = day_of(count, recipe.mark)
            published = day + timedelta(
                hours=dice.randrange(5, 23), minutes=dice.randrange(60), seconds=dice.randrange(60)
            )
        key = PageKey(HUFFPOST_QC.code, recipe.mark, ident)
        return Entry(number, key, recipe, published.replace(microsecond=0))

    def _candidates(self, mark: str, ident: str) -> list[int]:
        if mark == "qc":
            return [int(ident[-6:], 16) * pow(_HEX_FACTOR, -1, 2**24) % 2**24]
        inverse = pow(_FACTOR, -1, _PRIME)
        found: list[int] = []
        for (_, counter), (start, step) in _COUNTERS.items():
            place, rest = divmod(int(ident) - start, step)
            if counter == ("n" if mark == "b" else mark) and rest == 0 and 0 <= place < _PRIME:
                found.append(place * inverse % _PRIME)
        return found

    @cached_property
    def _known(self) -> tuple[Entry, ...]:
        return packaged(self.seed)

    @cached_property
    def _known_numbers(self) -> dict[tuple[str, str], int]:
        return {(e.key.kind, e.key.id): e.number for e in self._known}


def _counter(recipe: Recipe) -> tuple[int, int]:
    mark = "n" if recipe.mark == "b" else recipe.mark
    return _COUNTERS.get((recipe.template, mark)) or _COUNTERS["", mark]
