"""What a page is: by its URL and its marks, never by whether some text came out."""

import re

from huffarchive.editions import Edition
from huffarchive.page import Page
from huffarchive.reader.head import Head
from huffarchive.reading import PageType
from huffarchive.urls import Address, PageKey, identify

_ARTICLE_PATH = re.compile(
    r"_[a-z]{1,2}_(?:\d{4,}|[0-9a-f]{24})(?:\.html|/amp|/|$|[?#])|/entry/\d+/?$"
)
_LISTING_PATH = re.compile(
    r"^https?://[^/]+(?:/archive/[a-z]{2}|/[a-z]{2})?"
    r"(?:/?$|/(?:news|topic|tag|author|section|feeds|rss|archive)(?:/|$))"
)
_LISTINGS = frozenset(("topic", "author", "feed", "home"))
_MISSING = re.compile(
    r"(?:page (?:introuvable|non trouv[ée]e|not found)|error 404|erreur 404|404 (?:not found|error)"
    r"|(?:cette|la) page (?:n.existe (?:pas|plus)|est introuvable)"
    r"|(?:this|the) page (?:does not|doesn.t) exist|404)",
    re.IGNORECASE,
)


def key_of(page: Page, edition: Edition) -> PageKey | None:
    """The page's key by its URL; None when the URL names no page of the edition."""
    address = identify(page.url, edition)
    return address.key if isinstance(address, Address) else None


def type_of(page: Page, key: PageKey | None, head: Head) -> PageType:
    """An HTML page's type."""
    if page.message.status >= 400 or _is_missing(page, head):
        return PageType.ERROR
    if key is None or not key.is_article:
        return PageType.LISTING if key is not None and key.kind in _LISTINGS else PageType.OTHER
    own = head.canonical or head.meta("og:url") or ""
    kind = (head.meta("og:type") or "").lower()
    if _ARTICLE_PATH.search(own):
        return PageType.ARTICLE
    if kind == "blog" or (own and kind != "article" and _LISTING_PATH.match(own)):
        return PageType.LISTING
    return PageType.ARTICLE


def _is_missing(page: Page, head: Head) -> bool:
    named = " ".join((page.url, head.canonical or "", head.meta("og:url") or ""))
    if "err_code=404" in named:
        return True
    body = page.tree.find("body")
    classes = (body.get("class") or "").split() if body is not None else []
    if any(
        name in ("error", "error404", "error-page", "page-404", "not-found") for name in classes
    ):
        return True
    title = (head.title or "").split("|")[0].strip()
    return bool(title) and _MISSING.fullmatch(title.split(" - ")[0].strip()) is not None
