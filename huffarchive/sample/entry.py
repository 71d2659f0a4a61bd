"""One article of the sample before a word of it is written: its recipe, day, slug and URLs."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.bank import SUBJECTS
from huffarchive.urls import PageKey

TORONTO = ZoneInfo(HUFFPOST_QC.timezone)
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
"""The same for the ids of 2017 to 2019; the first and the last are rounded."""


def day_of(count: int, mark: str) -> datetime:
    """The day of an id, between the known days of its neighbours; midnight in Toronto."""
    anchors = _NUMBERED if mark in ("n", "b") else _LATER
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

_MIXTURE = """
archive    afp     article n 7
archive    afp     short   n 1
archive    afp     photos  n 2
archive    lpc     article n 3
archive    rc      article n 3
archive    relax   article n 2
archive    ap      article n 1
archive    reuters short   n 1
archive    house   article n 2
archive    house   article qc 4
archive    house   list    qc 1
archive    house   article a 1
archive    house   slides  n 1
archive    house   live    n 1
archive    house   gallery g 1
archive    house   teasers n 1
archive    house   table   a 1
archive    blog    article b 4
archive    blog    article a 1
archive-v1 afp     article n 2
archive-v1 house   article n 1
archive-v1 rc      article n 1
archive-v1 lpc     short   n 1
archive-v1 blog    article b 1
archive-v1 house   photos  n 1
amp        afp     article n 1
amp        lpc     article n 1
amp        house   article qc 1
amp        house   slides  n 1
amp        blog    article b 1
amp        house   list    a 1
2017       house   article a 2
2017       afp     article a 1
2017       lpc     article a 1
2017       blog    article a 1
2017       house   slides  a 1
2017       house   list    a 1
2014       house   article n 1
2014       lpc     article n 1
2014       afp     article n 1
2014       rc      short   n 1
2014       blog    article b 1
2014       house   slides  n 1
2014       house   photos  n 1
2012       house   article n 1
2012       afp     article n 1
2012       ap      article n 1
2012       rc      article n 1
2012       blog    article b 1
2012       house   slides  n 1
2012       afp     short   n 1
generic    house   article n 1
"""
"""Template, desk, shape, mark in the URL, how many in a round."""


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
    for row in _MIXTURE.split("\n"):
        if row:
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


def archive_address(key: PageKey, slug: str) -> str:
    """The address of 2021 on."""
    return HUFFPOST_QC.archive_url(key, slug)


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
    archive = archive_address(entry.key, slug)
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
