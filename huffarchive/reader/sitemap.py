"""Sitemaps and feeds: XML that lists addresses, read without entities and in bounds."""

import zlib
from urllib.parse import urljoin

from lxml import etree

from huffarchive.message import MAX_CONTENT
from huffarchive.page import Page
from huffarchive.reading import PageType, Reading

MOST = 50_000
"""Addresses of one sitemap, as the protocol says."""
_SITEMAPS = frozenset(("urlset", "sitemapindex"))
_FEEDS = frozenset(("rss", "feed", "rdf"))


def read_xml(page: Page) -> Reading | None:
    """A sitemap's or a feed's reading; None when the page is neither.

    A sitemap's links are its locations, whatever they name: the crawler judges them.
    """
    data = _plain(page.message.content)
    start = data[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith(b"<?xml") and not start.startswith(
        (b"<urlset", b"<sitemapindex", b"<rss")
    ):
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    name = _local(root)
    if name in _SITEMAPS:
        return Reading(PageType.SITEMAP, None, _locations(root, page.url, "loc"))
    if name in _FEEDS:
        return Reading(PageType.LISTING, None, _locations(root, page.url, "link"))
    return None


def _plain(data: bytes) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    stream = zlib.decompressobj(31)
    try:
        return stream.decompress(data, MAX_CONTENT)
    except zlib.error:
        return b""


def _local(element: etree._Element | None) -> str:
    tag = getattr(element, "tag", "")
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _locations(root: etree._Element, base: str, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for element in root.iter():
        if _local(element) != name:
            continue
        text = (element.text or element.get("href") or "").strip()
        try:
            url = urljoin(base, text) if text else ""
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and len(url) <= 2048:
            found[url] = None
            if len(found) >= MOST:
                break
    return tuple(found)
