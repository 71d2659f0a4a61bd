"""Where a page leads: the edition's pages that it links to, and what sitemaps and feeds list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from lxml import etree

from huffarchive.editions.edition import Edition
from huffarchive.http import MAX_CONTENT, MessageError, gunzipped
from huffarchive.page import Page
from huffarchive.reading import PageType, Reading
from huffarchive.urls import Address, identify

MOST = 5_000
"""Links that a page may give."""


def links_of(page: Page, first: Sequence[str], edition: Edition) -> tuple[str, ...]:
    """The in-scope addresses linked anywhere on a page, each once, in order, unwrapped.

    Those that its head names come `first`.
    """
    found: dict[str, None] = {}
    address_of = _addresses(edition)
    own = _origin(page.url)
    given = dict.fromkeys((*first, *cast("list[str]", _HREFS(page.tree))))
    for href in map(str.strip, filter(None, given)):
        if href[:1] == "/" and href[:2] != "//":
            url = own + href
        else:
            url = href if href[:4] == "http" else absolute(href, page.url)
        if (named := address_of(url)) is not None:
            found[named] = None
            if len(found) >= MOST:
                break
    return tuple(found)


@lru_cache(maxsize=16)
def _addresses(edition: Edition) -> Callable[[str], str | None]:
    """The address of the edition's page that a URL names.

    Remembered, since menus come with every page.
    """
    possible = _possible(edition)

    @lru_cache(maxsize=4096)
    def address_of(url: str) -> str | None:
        # Most links lead elsewhere; only what can be the edition's is taken apart.
        if not possible.search(url):
            return None
        address = identify(url, edition)
        return address.url if isinstance(address, Address) else None

    return address_of


def _possible(edition: Edition) -> re.Pattern[str]:
    """Fits every URL that can be the edition's, and few others."""
    places = [
        re.escape(host.name) + "(?::\\d+)?" + re.escape(host.prefix.rstrip("/"))
        for host in edition.hosts
    ]
    hosts = "|".join(places)
    if edition.site is not None:
        hosts += "|" + re.escape(urlsplit(edition.site).netloc)
    return re.compile(rf"//(?:{hosts})|%2f|sitemap", re.IGNORECASE)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def absolute(href: str, base: str) -> str:
    """An address made absolute; "" when it is none."""
    if href[:8].lower().startswith(("http://", "https://")):
        return href.strip()
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


_PLAIN = re.compile(r"https?://[!-Z^-~]*")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def http_url(url: str) -> str | None:
    """The address, if it is one of HTTP and of a sane length."""
    try:
        web = _PLAIN.fullmatch(url) or (_WEB.match(url) and urlsplit(url).netloc)
        return url if web and len(url) <= 2048 else None
    except ValueError:
        return None


_HREFS = etree.XPath("//a/@href|//area/@href", smart_strings=False)

MOST_ENTRIES = 50_000
"""Addresses of one sitemap (sitemaps.org, protocol 0.9)."""
MAX_SITEMAP = 52_428_800
"""Bytes of one sitemap, unpacked (the same)."""
_PIECE = 64 * 1024
_SITEMAPS = frozenset(("urlset", "sitemapindex"))
_ENTRIES = frozenset(("url", "sitemap"))
_TAGS = ("{*}urlset", "{*}sitemapindex", "{*}url", "{*}sitemap")
_BEGINS = (b"<?xml", b"<urlset", b"<sitemapindex", b"<rss", b"\xff\xfe", b"\xfe\xff")
_BEFORE = re.compile(
    rb"(\xff\xfe)(?:\xff\xfe|\s\0)+|(\xfe\xff)(?:\xfe\xff|\0\s)+|(?:\xef\xbb\xbf|\s)+"
)
"""Marks of byte order and white space: no XML has them before its declaration, some servers do."""
_AMPERSAND = re.compile(rb"(<!\[CDATA\[.*?\]\]>)|&(?!#?\w{1,9};)", re.DOTALL)
"""One that stands for itself, as addresses have it: libxml2 reads no further where it waits for its
semicolon."""
_FEEDS = frozenset(("rss", "feed", "rdf"))
_PARSER = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
    "recover": True,
}  # fmt: skip


def read_sitemap(page: Page) -> Reading:
    """The reading of a page whose address is a sitemap's, within the protocol's bounds.

    Its `cut` says what they, or damage, left out; of one that does not unpack to its end what came
    through is read. MessageError where nothing did.
    """
    data, fault = _unpacked(page)
    found = _xml(data, page.url, (b"<", *_BEGINS))
    found = found or Reading(PageType.OTHER, None, (), "malformed: no sitemap")
    return replace(found, cut=f"{fault.fault}: {fault}") if fault is not None else found


def _unpacked(page: Page) -> tuple[bytes, MessageError | None]:
    """What can be unpacked of a sitemap, and what is wrong with the rest."""
    fault = None
    try:
        data = page.message.content_within(MAX_SITEMAP)
    except MessageError as error:
        data, fault = error.part, error
    if _is_packed(data):
        try:
            data = gunzipped(data, MAX_SITEMAP)
        except MessageError as error:
            data, fault = error.part, fault or error
    if fault is not None and not data:
        raise fault
    return data, fault


def read_xml(page: Page) -> Reading | None:
    """A sitemap's or a feed's reading; None when the page is neither.

    A sitemap's links are its locations, whatever they name: the crawler judges them.
    """
    data = page.message.content
    if _is_packed(data):
        try:
            data = gunzipped(data, MAX_CONTENT)
        except MessageError:
            return None
    return _xml(data, page.url, _BEGINS)


def _is_packed(data: bytes) -> bool:
    return data[:2] == b"\x1f\x8b"


def _xml(data: bytes, base: str, begins: tuple[bytes, ...]) -> Reading | None:
    if (before := _BEFORE.match(data)) is not None:
        data = (before[1] or before[2] or b"") + data[before.end() :]
    if not data[:500].lower().startswith(begins):
        return None
    try:
        found = _read(data, base)
        if found is None or not found.cut or data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return found
        mended = _AMPERSAND.sub(lambda found: found[1] or b"&amp;", data)
        return found if mended == data else _read(mended, base)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _read(data: bytes, base: str) -> Reading | None:
    """Read XML in pieces; of a sitemap nothing is kept but its locations."""
    parser = etree.XMLPullParser(("start", "end"), tag=_TAGS, **_PARSER)
    root: etree._Element | None = None
    found: dict[str, None] = {}
    entries = 0
    for at in range(0, len(data), _PIECE):
        parser.feed(data[at : at + _PIECE])
        for event, element in parser.read_events():
            if root is None:
                root = element
            elif event == "end" and element.getparent() is root:
                url = _location(element, base)
                entries += url is not None
                if url and entries <= MOST_ENTRIES:
                    found[url] = None
                element.clear()
                while element.getprevious() is not None:
                    del root[0]
        if entries > MOST_ENTRIES:
            break
    if root is None or _local(root) not in _SITEMAPS:
        return _feed(data, base)
    return Reading(PageType.SITEMAP, None, tuple(found), _too_many(entries) or _fault(data))


def _fault(data: bytes) -> str:
    """Where a sitemap is no well-formed XML: lxml reads on behind that, and over its end."""
    try:
        expat.ParserCreate().Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # a charset that it does not know
        return f"malformed: {error}"
    return ""


def _too_many(entries: int) -> str:
    return f"too_large: over {MOST_ENTRIES:,} addresses, the first of them were read" * (
        entries > MOST_ENTRIES
    )


def _location(entry: etree._Element, base: str) -> str | None:
    """The location of an entry; "" for one that is no address, None where there is none.

    Names are qualified: a picture's `<image:loc>` is no page's.
    """
    if _local(entry) not in _ENTRIES:
        return None
    prefix = str(entry.tag)[: -len(_local(entry))]
    for child in entry:
        if child.tag == f"{prefix}loc":
            return _address(child.text or "", base)
    return None


def _feed(data: bytes, base: str) -> Reading | None:
    if len(data) > MAX_CONTENT:
        raise MessageError("too_large", f"{len(data)} bytes, over {MAX_CONTENT}")
    root = etree.fromstring(data, etree.XMLParser(**_PARSER))
    if _local(root) not in _FEEDS:
        return None
    links = (e for e in root.iter() if _local(e) == "link")
    urls = (_address(element.text or element.get("href") or "", base) for element in links)
    found = dict.fromkeys(url for url in urls if url)
    return Reading(PageType.LISTING, None, tuple(found)[:MOST_ENTRIES], _too_many(len(found)))


def _local(element: etree._Element | None) -> str:
    tag = getattr(element, "tag", "")
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _address(text: str, base: str) -> str:
    return (http_url(absolute(text, base)) or "") if text.strip() else ""
