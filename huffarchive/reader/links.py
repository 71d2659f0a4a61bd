"""Where a page leads: the edition's pages that it links to."""

from collections.abc import Iterator
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
    hosts = [host.name for host in edition.hosts]
    if edition.site is not None:
        hosts.append(urlsplit(edition.site).netloc)
    for href in _hrefs(page.tree):
        # Most links lead elsewhere; only what can be the edition's is taken apart.
        if ("//" in href or "%2F" in href) and not any(host in href for host in hosts):
            continue
        if href[:1] in "#" or href[:11].lower() in ("javascript:",) or href.startswith("mailto:"):
            continue
        address = identify(absolute(href, page.url), edition)
        if isinstance(address, Address) and address.key not in found:
            found[address.key] = address.url
            if len(found) >= MOST:
                break
    return tuple(found.values())


def absolute(href: str, base: str) -> str:
    """An address made absolute; "" when it is none."""
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
