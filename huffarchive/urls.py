"""Identity: which page a URL names, whatever its host, slug, date, suffix or query."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from huffarchive.editions.edition import Edition

MAX_URL = 2048
"""Longer URLs name nothing here (characters, before and after escaping)."""
MAX_NESTING = 8
"""URLs inside URLs that are taken apart; deeper ones name nothing."""

ARTICLE_MARKS = ("n", "b", "a", "g")
"""The marks before a numeric id: news, blog, article of 2017 on, gallery."""

_PARTS = re.compile(r"(https?):/+([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_UNUSUAL = re.compile(r"[^!-\[\]-~]")
"""What is no printable ASCII, and the backslash."""
_PORT = re.compile(r"[0-9]{1,5}")
_DROPPED = re.compile(r"[\t\r\n]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BLANKS = "".join(map(chr, range(33)))
"""Space and the controls before it: nothing at either end of an address."""
_PRINTABLE = "".join(map(chr, range(33, 127)))
_WRAPPED = re.compile(r"https?:/+(?=[^/])", re.IGNORECASE)
_PLAIN_PATH = re.compile(r"[\w/:@!$&'()*+,;=~.-]+", re.ASCII)
_SAFE = "/:@!$&'()*+,;=~-._"

_ENTRY = re.compile(
    r"(?P<before>.*)_(?:(?P<mark>[nbag])_(?:(?P<late>[0-9a-f]{24})|(?P<number>[0-9]{1,18}))"
    r"|(?P<edition>[a-z]{2})_(?P<hex>[0-9a-f]{24}))(?=\.html|/|\Z)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_DAY = re.compile(r"/(20[012][0-9])/(0[1-9]|1[0-2])/[0-3][0-9]/")
_FIRST_DATED = int(datetime(2019, 5, 5, tzinfo=UTC).timestamp())
_CLOSED = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
_MOBILE = re.compile(r"/entry/(?P<number>[0-9]{1,18})/?\Z")
_UNDER = r"\A(?:/archive)?(?:/[a-z]{2})?"
"""What stands before them: nothing, or the edition's folder."""
_LISTINGS = (
    ("topic", re.compile(_UNDER + r"/(?:news|topic|tag)/(?P<id>[^/]+(?:/[0-9]+)?)/?\Z")),
    ("author", re.compile(_UNDER + r"/author/(?P<id>[^/]+)/?\Z")),
    ("feed", re.compile(_UNDER + r"/(?P<id>(?:feeds|rss)/.+)\Z")),
    ("static", re.compile(_UNDER + r"/static/(?P<id>[^/]+)/?\Z")),
    ("robots", re.compile(r"\A/(?P<id>robots\.txt)\Z")),
)
_SITEMAP = re.compile(r"/.*sitemap[^?]*\.xml(?:\.gz)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class PageKey:
    """The one name of a page: edition, kind of id, id; its text form is the record's `id`."""

    edition: str
    kind: str
    """n, b, a, g, or an edition's mark before 24 hex digits; else topic, author, image, …"""
    id: str
    """Of a picture and a sitemap the address without its scheme: another host, or another query,
    is another one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form, "qc:n:1941787"; ValueError when it is none."""
        edition, kind, ident = text.split(":", 2)
        return cls(edition, kind, ident)

    @property
    def is_article(self) -> bool:
        """Whether the key names an article, by its form alone."""
        return self.kind in ARTICLE_MARKS or len(self.kind) == 2

    @property
    def is_picture(self) -> bool:
        """Whether the key names a picture."""
        return self.kind == "image"

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
    """The URL to ask for: unwrapped, in ASCII, at most 2,048 characters, without fragment, dot
    segments and queries that change nothing. It names the same page, and itself."""

    def month(self, timezone: str) -> str | None:
        """When the article was published, "YYYY-MM", as far as the URL tells; None otherwise.

        `timezone` (IANA) is the site's, whose days its readers know. An ObjectId tells when the
        piece was made, save for those re-imported on 2019-05-03 and 04.
        """
        if (day := _DAY.search(self.url)) is not None:
            return f"{day[1]}-{day[2]}"
        if len(self.key.id) == 24 and self.key.is_article:
            made = int(self.key.id[:8], 16)
            if _FIRST_DATED <= made < _CLOSED:
                return datetime.fromtimestamp(made, ZoneInfo(timezone)).strftime("%Y-%m")
        return None


def kind_of(key: PageKey, url: str) -> str | None:
    """news, blog or gallery, as an article's address tells; None where only its page does."""
    told = {"n": "news", "b": "blog", "g": "gallery"}
    return None if is_of_unknown_kind(url) else told.get(key.kind)


def is_of_unknown_kind(url: str) -> bool:
    """Whether an article's address does not say whether it is news or a blog's: a mobile one."""
    parts = _PARTS.match(url)
    return parts is not None and _MOBILE.search(parts[3]) is not None


def names_article(url: str) -> bool:
    """Whether a URL's path is an article's by `identify`'s rule, whatever site it is of."""
    parts = _PARTS.match(url.strip(_BLANKS))
    path = unquote(parts[3], "latin-1") if parts is not None else ""
    return _ENTRY.match(path) is not None or _MOBILE.search(path) is not None


def identify(url: str, edition: "Edition") -> Address | OutOfScope:
    """Say which page of the edition a URL names; total: any text gets an answer, none raises.

    The rule is [D] of the site's notes: decode the path up to twice, take the last URL in it,
    then the last `_<mark>_<id>` before `.html`, `/amp`, `/` or the end. What each odd spelling
    gets is in docs/urls.md.
    """
    text = url.strip(_BLANKS)
    for _ in range(MAX_NESTING):
        if len(text) > MAX_URL:
            return OutOfScope("too_long")
        if _UNUSUAL.search(text) is not None:
            text = _spelt_out(text)
        if (parts := _PARTS.match(text)) is None:
            return OutOfScope("scheme" if _SCHEME.match(text) else "malformed")
        scheme, authority, path, query = parts.groups()
        if (":" in path or "%" in path) and (inner := _wrapped(path, query)) is not None:
            text = inner
            continue
        return _placed(scheme.lower(), authority, path or "/", query or "", edition)
    return OutOfScope("malformed")


def _spelt_out(text: str) -> str:
    """A URL in printable ASCII, as a browser reads it; "" when it holds control characters."""
    text = _DROPPED.sub("", text).replace("\\", "/")
    if _CONTROL.search(text) is not None:
        return ""
    try:
        return quote(text, safe=_PRINTABLE)
    except UnicodeEncodeError:  # half a surrogate pair
        return ""


def _wrapped(path: str, query: str | None) -> str | None:
    """The last URL inside a path, decoded up to twice; None when there is none."""
    for _ in range(3):
        if starts := [match.start() for match in _WRAPPED.finditer(path)]:
            inner = path[starts[-1] :]
            inner = "".join(c if c < "\x80" else f"%{ord(c):02X}" for c in inner)
            return f"{inner}?{query}" if query and "?" not in inner else inner
        if "%" not in path:
            return None
        path = unquote(path, "latin-1")
    return None


def _placed(
    scheme: str, authority: str, path: str, query: str, edition: "Edition"
) -> Address | OutOfScope:
    """Judge a URL that holds no other; its path is handled as bytes (Latin-1), never re-coded."""
    if "@" in authority:
        return OutOfScope("credentials")
    host, port = authority.lower(), None
    if ":" in host and not host.endswith("]"):
        host, _, digits = host.rpartition(":")
        if digits and (port := int(digits) if _PORT.fullmatch(digits) else None) is None:
            return OutOfScope("malformed")
    host = host.removesuffix(".").strip("[]")
    if "%" in path:
        path = unquote(path, "latin-1").rstrip(_BLANKS) or "/"
        if _CONTROL.search(path) is not None:
            return OutOfScope("malformed")
    if "//" in path or "/." in path:
        path = _resolved(path)
    if (fault := edition.fault(scheme, host, port, path)) is not None:
        return OutOfScope(fault)
    shown = path
    if _PLAIN_PATH.fullmatch(path) is None:
        shown = quote(path, safe=_SAFE, encoding="latin-1")
    name = f"[{host}]" if ":" in host else host
    if port is not None and port != (80 if scheme == "http" else 443):
        name = f"{name}:{port}"
    slug: str | None = None
    if edition.shows(host, path):
        kept = _whole(query)  # it says how large
        key = PageKey(edition.code, "image", f"{name}{shown}{kept}")
    elif (found := _entry(path, edition.code)) is not None:
        key, slug = found
        kept = ""
    else:
        page, kept = _kept(query)
        if (listing := _listing(path, page, edition)) is not None:
            key = listing
        elif _SITEMAP.search(path) is not None:
            kept = _whole(query)  # it says which part
            key = PageKey(edition.code, "sitemap", f"{name}{shown}{kept}")
        else:
            return OutOfScope("shape")
    clean = f"{scheme}://{name}{shown}{kept}"
    return Address(key, slug, clean) if len(clean) <= MAX_URL else OutOfScope("too_long")


def _resolved(path: str) -> str:
    """A path without empty and dot segments (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    end = "/" if kept and path.endswith(("/", "/.", "/..")) else ""
    return f"/{'/'.join(kept)}{end}"


def _entry(path: str, code: str) -> tuple[PageKey, str | None] | None:
    """The article that a path names, and its slug."""
    if (match := _ENTRY.match(path)) is not None:
        before, mark, late, number, edition, hexa = match.groups()
        ident = (number.lstrip("0") or "0") if number else (late or hexa).lower()
        slug = before.rpartition("/")[2]
        if not slug.isascii():
            slug = slug.encode("latin-1").decode("utf-8", "replace")
        return PageKey(code, (mark or edition).lower(), ident), slug or None
    if (mobile := _MOBILE.search(path)) is not None:
        # The counter is shared by news and blogs; news is nine in ten of them [D].
        return PageKey(code, "n", mobile["number"].lstrip("0") or "0"), None
    return None


def _listing(path: str, page: str, edition: "Edition") -> PageKey | None:
    """The page that is no article which a path names."""
    for kind, shape in _LISTINGS:
        if (match := shape.search(path)) is not None:
            ident = quote(match["id"], safe="/", encoding="latin-1")
            return PageKey(edition.code, kind, ident + page)
    if path.rstrip("/") in edition.homes:
        return PageKey(edition.code, "home", page or "/")
    return None


def _whole(query: str) -> str:
    """All of a query, in ASCII."""
    return f"?{quote(query, safe=f'{_SAFE}%?')}" if query else ""


def _kept(query: str) -> tuple[str, str]:
    """The page of a listing, "?page=4", and with it all of the query that changes the answer."""
    if "page" not in query and "err_code" not in query:
        return "", ""
    given = dict(parse_qsl(query))
    kept = {}
    page = given.get("page", "")
    if page.isascii() and page.isdigit() and len(page) <= 6:
        kept["page"] = str(int(page))
    number = f"?{urlencode(kept)}" if kept else ""
    if "err_code" in given:
        kept["err_code"] = given["err_code"]
    return number, f"?{urlencode(kept)}" if kept else ""
