"""The sample site: any page of it from its seed and a number, its lists and odd responses."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from random import Random
from xml.sax.saxutils import escape

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.articles import Newsdesk
from huffarchive.sample.catalogue import Catalogue, Entry, addresses, handmade
from huffarchive.sample.pages import Frame, article

DEAD: dict[tuple[str, str], str] = {
    ("n", "1999990"): "not_found",
    ("n", "2999990"): "deleted",
    ("b", "3999990"): "soft_404",
    ("n", "4999990"): "soft_404",
    ("a", "22999990"): "moved",
    ("n", "5999990"): "moved_away",
}
"""Links that lead to no article of their own: mark and id, and the Reason that a crawl should give.

404; 410; a redirect to `err_code=404`; a 200 that says it is not found; a redirect to the article
of another id; a redirect out of the edition."""

FAILURES = ("500", "428", "429-seconds", "429-date")
"""Answers to the first request for an article; the second is answered well."""
REDIRECTS = ("path", "own-host", "chain", "real-host")
"""Old addresses that lead to the archive's: 301 to a path, 302 to a URL of this server, two hops,
301 to the edition's own host."""


def dead_address(kind: str, ident: str) -> str:
    """The address by which lists name a dead link."""
    if kind == "a":
        return f"https://quebec.huffingtonpost.ca/2018/01/15/une-page-disparue_a_{ident}/"
    return f"https://www.huffpost.com/archive/qc/entry/une-page-disparue_{kind}_{ident}"


@dataclass(frozen=True)
class OddResponses:
    """Which articles of a register are answered oddly."""

    register: Catalogue

    @cached_property
    def failing(self) -> dict[int, str]:
        """Number of the article -> one of FAILURES."""
        return dict(zip(self._numbers[: len(FAILURES)], FAILURES, strict=False))

    @cached_property
    def redirected(self) -> dict[int, str]:
        """Number of the article -> one of REDIRECTS."""
        rest = self._numbers[len(FAILURES) :]
        return dict(zip(rest, REDIRECTS, strict=False))

    @cached_property
    def corrected(self) -> int | None:
        """The article that who comes back for it finds corrected; None in a small archive."""
        for number in range(200, self.register.size, 2):  # even ones have an ETag
            recipe = self.register.entry(number).recipe
            if (recipe.template, recipe.desk, recipe.shape) == ("archive", "house", "article"):
                return number
        return None

    @cached_property
    def _numbers(self) -> list[int]:
        """News of the counter, which alone has every form of address."""
        numbers = range(80, min(self.register.size, 200), 3)
        found = [n for n in numbers if self.register.entry(n).recipe.mark == "n"]
        return found[: len(FAILURES) + len(REDIRECTS)]


_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ROOT = "https://www.huffpost.com"
ALONE = 79
"""The article that has a sitemap to itself."""


def robots(delay: float) -> str:
    """robots.txt as the real site had it, with a shorter delay."""
    return (
        f"User-agent: *\nCrawl-delay: {delay:g}\nDisallow: /*?*page=\nDisallow: /member\n"
        "Disallow: /*?*err_code=404\nDisallow: /search\nDisallow: /search/?*\n"
        "Disallow: /mapi/v4/*/user/*\nDisallow: /embed\n\n"
        "User-agent: GreedyBot\nDisallow: /\n\n"
        f"Sitemap: {_ROOT}/sitemaps/sitemap-v1.xml\nSitemap: {_ROOT}/sitemaps/sections.xml\n"
        f"Sitemap: {_ROOT}/sitemaps-huffingtonpost/sitemap.xml\n"
    )


def listed_only(number: int) -> bool:
    """Whether an article stands in no sitemap, only in a topic's listing."""
    return 78 <= number < 600 and number % 7 == 3


def sitemap(site: "Site", path: str) -> bytes | None:
    """The sitemap at a path, or None."""
    parts = -(-site.size // _share(site))
    if path == "/sitemaps/sitemap-v1.xml":
        names = [f"qc-sitemap-{i}.xml{'.gz' if i == 1 else ''}" for i in range(parts)]
        rows = "".join(
            f"<sitemap><loc>{_ROOT}/sitemaps/{name}</loc><lastmod>2021-03-09T15:00:00Z</lastmod>"
            "</sitemap>\n"
            for name in (*names, "qc-sitemap-une.xml")
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_SPACE}>\n{rows}'
            "</sitemapindex>\n"
        ).encode()
    if path == "/sitemaps/sections.xml":
        sections = (
            "https://www.huffpost.com/news/politics",
            "https://www.huffpost.com/archive/qc/topic/alep",
        )
        return _urlset((url, None) for url in sections)
    if path == "/sitemaps-huffingtonpost/sitemap.xml":
        return _urlset((dead_address(kind, ident), None) for kind, ident in list(DEAD)[:3])
    if path == "/sitemaps/qc-sitemap-une.xml":
        return _urlset(_rows(site, [ALONE] if site.size > ALONE else [0]))
    for index in range(parts):
        if path == f"/sitemaps/qc-sitemap-{index}.xml{'.gz' if index == 1 else ''}":
            start = index * _share(site)
            numbers = range(start, min(start + _share(site), site.size))
            body = _urlset(_rows(site, [n for n in numbers if n != ALONE and not listed_only(n)]))
            return gzip.compress(body, 6, mtime=0) if index == 1 else body
    return None


def _share(site: "Site") -> int:
    return 120 if site.size <= 1200 else 2000


def _rows(site: "Site", numbers: list[int]) -> Iterator[tuple[str, str | None]]:
    for number in numbers:
        entry = site.register.entry(number)
        yield (
            address_in_lists(site, entry),
            (entry.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        )


def address_in_lists(site: "Site", entry: "Entry") -> str:
    """The one address under which sitemaps and listings name an article."""
    _, slug = site.desk.title(entry)
    found = addresses(entry, slug, site.desk.folder(entry))
    if entry.number in site.oddities.redirected:
        return found[0]
    if entry.recipe.template == "amp":
        return found[-1]
    return site.register.random(entry.number, "listed").choice(found[:-1])


def _urlset(rows: Iterator[tuple[str, str | None]]) -> bytes:
    inner = "".join(
        f"<url><loc>{escape(url)}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>\n"
        for url, at in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SPACE}>\n{inner}</urlset>\n'.encode()


SEED = 20120208
ARTICLES = 340


@dataclass(frozen=True)
class Site:
    """An archive of `articles` articles; nothing of it is kept, every page is made when asked."""

    seed: int = SEED
    articles: int = ARTICLES
    weight: int = 0
    """Kilobytes that a page weighs on average (two thirds to four thirds of it); 0: as it comes."""
    delay: float = 0.02
    """Crawl-delay of robots.txt, seconds."""
    register: Catalogue = field(init=False)
    desk: Newsdesk = field(init=False)
    oddities: OddResponses = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "register", Catalogue(self.seed, self.articles))
        object.__setattr__(self, "desk", Newsdesk(self.register))
        object.__setattr__(self, "oddities", OddResponses(self.register))

    @property
    def size(self) -> int:
        """How many articles it has."""
        return self.articles

    def pages(self) -> Iterator[tuple[str, str]]:
        """Address and markup of every article, in order."""
        for number, url in enumerate(self.plain_urls()):
            yield url, self.markup(self.register.entry(number))

    def markup(self, entry: Entry, *, corrected: bool = False) -> str:
        """An article's page, or what became of it when it was corrected."""
        story = self.desk.story(entry)
        story = story.corrected() if corrected else story
        return article(story, self.frame(entry.number))

    def frame(self, number: int, name: str = "") -> Frame:
        """The surroundings of one page: of an article, or of another page by its name."""
        dice = self.register.random(number, f"page{name}")
        heavy = int(self.weight * 1000 * (2 / 3 + dice.random() * 2 / 3))
        return Frame(dice, lambda: self.elsewhere(dice), topic, heavy)

    def elsewhere(self, dice: Random) -> tuple[str, str]:
        """The address and the title of some article."""
        entry = self.register.entry(dice.randrange(self.size))
        title, _ = self.desk.title(entry)
        return address_in_lists(self, entry), title

    def plain_urls(self) -> Iterator[str]:
        """One address for each article that answers 200 without a detour (wget, nginx)."""
        for number in range(self.size):
            entry = self.register.entry(number)
            _, slug = self.desk.title(entry)
            yield HUFFPOST_QC.archive_url(entry.key, slug)


def topic(tag: str) -> str:
    """The topic page of a tag."""
    return f"http://quebec.huffingtonpost.ca/news/{handmade(tag)}/"


def site(seed: int | None = None, articles: int | None = None, weight: int = 0) -> "Site":
    """The sample site of a seed: 340 articles unless told otherwise."""
    return Site(SEED if seed is None else seed, articles or ARTICLES, weight)
