"""robots.txt and the sitemaps of the sample."""

import gzip
from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from huffarchive.sample.addresses import addresses
from huffarchive.sample.oddities import DEAD, dead_address

if TYPE_CHECKING:
    from huffarchive.sample.entry import Entry
    from huffarchive.sample.website import Site

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
