"""The catalogue of the sample: the k-th article's key, date and recipe, and back from the key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from random import Random
from urllib.parse import unquote

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.entry import ROUND, TORONTO, Entry, Recipe, day_of
from huffarchive.urls import Address, PageKey, identify


def packaged(seed: int) -> tuple[Entry, ...]:
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
        return packaged(self.seed)

    @cached_property
    def _known_numbers(self) -> dict[tuple[str, str], int]:
        return {(e.key.kind, e.key.id): e.number for e in self._known}


def _counter(recipe: Recipe) -> tuple[int, int]:
    mark = "n" if recipe.mark == "b" else recipe.mark
    return _COUNTERS.get((recipe.template, mark)) or _COUNTERS["", mark]
