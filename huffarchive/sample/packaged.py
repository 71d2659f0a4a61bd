"""The articles of the packaged list of real addresses: real ids, slugs and days, our words."""

from datetime import datetime, timedelta
from importlib.resources import files
from random import Random
from urllib.parse import unquote

from huffarchive.editions import HUFFPOST_QC
from huffarchive.sample.days import TORONTO, day_of
from huffarchive.sample.entry import Entry
from huffarchive.sample.recipe import Recipe
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
        published = _moment(_dice(seed, number, "register"), url, address.key)
        template = _template(_dice(seed, number, "template"), url, published, address.key)
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


def _dice(seed: int, number: int, purpose: str) -> Random:
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
