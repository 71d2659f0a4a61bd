"""Where a page leads: the edition's pages that it links to."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import html

from huffarchive.editions import Edition
from huffarchive.page import Page
from huffarchive.urls import Address, PageKey, identify

MOST = 5_000
"""Links that a page may give."""


def links_of(page: Page, edition: Edition) -> tuple[str, ...]:
    """The in-scope pages linked anywhere on a page, each once, in order, unwrapped."""
    found: dict[PageKey, str] = {}
    address_of = _addresses(edition)
    own = _origin(page.url)
    for href in dict.fromkeys(_hrefs(page.tree)):
        if href[:1] == "/" and href[:2] != "//":
            url = own + href
        else:
            url = href if href[:4] == "http" else absolute(href, page.url)
        address = address_of(url)
        if address is not None and address.key not in found:
            found[address.key] = address.url
            if len(found) >= MOST:
                break
    return tuple(found.values())


@lru_cache(maxsize=16)
def _addresses(edition: Edition) -> Callable[[str], Address | None]:
    """The edition's address that a URL names; remembered, since menus come with every page."""
    possible = _possible(edition)

    @lru_cache(maxsize=4096)
    def address_of(url: str) -> Address | None:
        # Most links lead elsewhere; only what can be the edition's is taken apart.
        if not possible.search(url):
            return None
        address = identify(url, edition)
        return address if isinstance(address, Address) else None

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


def _hrefs(tree: html.HtmlElement) -> Iterator[str]:
    for element in tree.iter("link", "a", "area"):
        href = element.get("href")
        if not href:
            continue
        if element.tag != "link" or (element.get("rel") or "").lower() in ("canonical", "amphtml"):
            yield href.strip()
