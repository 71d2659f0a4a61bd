"""Identity: which page a URL names, whatever its host, slug, date, suffix or query."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from huffarchive.editions import Edition

MAX_URL = 2048
"""Longer URLs name nothing here (characters)."""

ARTICLE_MARKS = ("n", "b", "a", "g")
"""The marks before a numeric id: news, blog, article of 2017 on, gallery."""

_ENTRY = re.compile(
    r"_(?:(?P<mark>[nbag])_(?P<number>\d{1,18})|(?P<edition>[a-z]{2})_(?P<hex>[0-9a-f]{24}))"
    r"(?=\.html|/amp|/|$)"
)
_WRAPPED = re.compile(r"https?:/{1,2}(?=[^/])", re.IGNORECASE)
_MOBILE = re.compile(r"/entry/(?P<number>\d{1,18})/?$")
_LISTINGS = (
    ("topic", re.compile(r"/(?:news|topic|tag)/(?P<id>[^/]+(?:/\d+)?)/?$")),
    ("author", re.compile(r"/author/(?P<id>[^/]+)/?$")),
    ("feed", re.compile(r"/(?P<id>(?:feeds|rss)/.+)$")),
    ("static", re.compile(r"/static/(?P<id>[^/]+)/?$")),
    ("sitemap", re.compile(r"/(?P<id>[^?]*sitemap[^?]*\.xml(?:\.gz)?)$")),
    ("robots", re.compile(r"^/(?P<id>robots\.txt)$")),
)


@dataclass(frozen=True, slots=True, order=True)
class PageKey:
    """The one name of a page: edition, kind of id, id; its text form is the record's `id`."""

    edition: str
    kind: str
    """n, b, a, g, or an edition's mark before 24 hex digits; else topic, author, …"""
    id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form, "qc:n:1941787"; ValueError when it is none."""
        edition, kind, ident = text.split(":", 2)
        return cls(edition, kind, ident)

    @property
    def is_article(self) -> bool:
        """Whether the key names an article, by its form alone."""
        return self.kind in ARTICLE_MARKS or len(self.kind) == 2

    def __str__(self) -> str:
        return f"{self.edition}:{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """Why a URL names no page of the edition: one of the reasons below."""

    reason: str
    """too_long, malformed, scheme, credentials, host, port, edition, shape"""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart: the page it names and the slug it carries."""

    key: PageKey
    slug: str | None
    url: str
    """The URL unwrapped, in ASCII, without fragment and without queries that change nothing."""


def identify(url: str, edition: "Edition") -> Address | OutOfScope:
    """Say which page of the edition a URL names; total: any text gets an answer, none raises.

    The rule is [D] of the site's notes: decode the path up to twice, take the last URL in it,
    then the last `_<mark>_<id>` before `.html`, `/amp`, `/` or the end.
    """
    url = url.strip()
    if len(url) > MAX_URL:
        return OutOfScope("too_long")
    if not url or any(ord(c) < 32 or ord(c) == 127 for c in url):
        return OutOfScope("malformed")
    try:
        parts = _unwrap(urlsplit(url))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return OutOfScope("malformed")
    if parts.scheme not in ("http", "https"):
        return OutOfScope("scheme")
    if parts.username is not None or parts.password is not None:
        return OutOfScope("credentials")
    path = unquote(parts.path) or "/"
    if (fault := edition.fault(parts.scheme, host, port, path)) is not None:
        return OutOfScope(fault)
    found = _name(path, parts.query, edition)
    if found is None:
        return OutOfScope("shape")
    key, slug = found
    return Address(key, slug, _tidy(parts, host, port))


def _unwrap(parts: SplitResult) -> SplitResult:
    """Take the last URL inside the path, where there is one (decoded up to twice)."""
    path = parts.path
    for _ in range(3):
        last = None
        for last in _WRAPPED.finditer(path):
            pass
        if last is not None:
            inner = path[last.end() :]
            scheme = "https" if last.group().lower().startswith("https") else "http"
            query = f"?{parts.query}" if parts.query and "?" not in inner else ""
            return urlsplit(f"{scheme}://{inner}{query}")
        path = unquote(path)
    return parts


def _name(path: str, query: str, edition: "Edition") -> tuple[PageKey, str | None] | None:
    last = None
    for last in _ENTRY.finditer(path):
        pass
    if last is not None:
        kind = last["mark"] or last["edition"]
        slug = path[: last.start()].rsplit("/", 1)[-1]
        number = last["number"]
        ident = (number.lstrip("0") or "0") if number is not None else last["hex"]
        return PageKey(edition.code, kind, ident), slug or None
    if (mobile := _MOBILE.search(path)) is not None:
        # The counter is shared by news and blogs; news is nine in ten of them [D].
        return PageKey(edition.code, "n", mobile["number"].lstrip("0") or "0"), None
    page = dict(parse_qsl(query)).get("page", "")
    suffix = f"?page={page}" if page.isascii() and page.isdigit() else ""
    for kind, shape in _LISTINGS:
        if (listing := shape.search(path)) is not None:
            return PageKey(edition.code, kind, quote(listing["id"], safe="/") + suffix), None
    if path.rstrip("/") in edition.homes:
        return PageKey(edition.code, "home", suffix or "/"), None
    return None


def _tidy(parts: SplitResult, host: str, port: int | None) -> str:
    """The URL as it is asked for: lower-case host, ASCII path, only the queries that matter."""
    standard = {"http": 80, "https": 443}[parts.scheme]
    name = f"[{host}]" if ":" in host else host
    netloc = name if port in (None, standard) else f"{name}:{port}"
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._") or "/"
    kept = [(k, v) for k, v in parse_qsl(parts.query) if k in ("page", "err_code")]
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{parts.scheme}://{netloc}{path}{query}"


def pages(urls: list[str], edition: "Edition") -> Iterator[Address]:
    """Pick the URLs that name pages of the edition, each page once, in order."""
    seen: set[PageKey] = set()
    for url in urls:
        address = identify(url, edition)
        if isinstance(address, Address) and address.key not in seen:
            seen.add(address.key)
            yield address
