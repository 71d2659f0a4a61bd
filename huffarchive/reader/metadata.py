"""What a page says about itself: meta elements, canonical URL, title, JSON-LD, and what type of
page it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from huffarchive.editions.edition import Edition
from huffarchive.page import Page
from huffarchive.reader.links import absolute
from huffarchive.reader.text import clean_field, in_order, words_of
from huffarchive.reading import PageType
from huffarchive.urls import Address, PageKey, identify, names_article


@dataclass(frozen=True)
class Head:
    """The head's entries; meta names in lower case, each with its values in order."""

    metas: dict[str, tuple[str, ...]]
    canonical: str | None
    title: str | None
    links: tuple[str, ...]
    """Its canonical addresses and those of its AMP pages, as they stand."""

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)


def head_of(tree: html.HtmlElement) -> Head:
    """Read a page's head, wherever its elements stand.

    Old pages of the software write `<meta name="og:…" value="…">`: name or property, content or
    value, all are read.
    """
    metas: dict[str, list[str]] = {}
    links: list[tuple[str, str]] = []
    title: str | None = None
    for element in tree.iter("meta", "link", "title"):
        if element.tag == "title":
            title = title or clean_field(element.text)
        elif element.tag == "link":
            rel, href = (element.get("rel") or "").lower(), element.get("href")
            if href and rel in ("canonical", "amphtml"):
                links.append((rel, href))
        elif name := _name(element):
            value = clean_field(element.get("content") or element.get("value"))
            if value:
                metas.setdefault(name.lower(), []).append(value)
    return Head(
        {name: tuple(values) for name, values in metas.items()},
        next((in_order(href) for rel, href in links if rel == "canonical"), None),
        title,
        tuple(href for _, href in links),
    )


def _name(element: html.HtmlElement) -> str | None:
    """What a meta element tells of: only the section is known by schema.org's microdata."""
    name = element.get("property") or element.get("name")
    part = element.get("itemprop")
    return name or (part if part == "articleSection" else None)


def marked_date(tree: html.HtmlElement, part: str, name: str) -> str | None:
    """The date that a page marks by microdata (`part`) or an `abbr` of a class (`name`).

    Only where it marks one: teasers and comments are marked in the same way.
    """
    found = cast("list[str]", _MARKED(tree, part=part, name=f" {name} "))
    return clean_field(found[0]) if len(set(found)) == 1 else None


_MARKED = etree.XPath(
    "//@itemprop[.=$part]/../@*[name()='content' or name()='datetime']"
    "|//abbr[contains(concat(' ', @class, ' '), $name)]/@title",
    smart_strings=False,
)


def marked_author(tree: html.HtmlElement) -> tuple[str, ...]:
    """The name that a page marks as its author's, where it marks one: teasers have theirs too."""
    names = {clean_field(words_of(element)) for element in _AUTHORS(tree)} - {None}
    return tuple(name for name in names if name) if len(names) == 1 else ()


_AUTHORS = etree.XPath(
    "(//@class[contains(concat(' ', ., ' '), ' vcard ')]/.."
    "//*[contains(concat(' ', @class, ' '), ' fn ')]"
    "|//@itemprop[.='author']/..//@itemprop[.='name']/..|//a[@rel='author'])"
    "[not(ancestor::*[contains(@class, 'comment')])]"
)
_MARK = "application/ld+json"
_LONGEST = 1_000_000
_MOST = 10
_MOST_NODES = 300
_ARTICLES = frozenset(
    (
        *("NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle"),
        *("OpinionNewsArticle", "LiveBlogPosting"),
    )
)


class Structured:
    """The page's JSON-LD of the article; every getter answers None or () for what is not sane."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        nodes = (node for node in _nodes(markup) if len(node) > 1)
        articles = (node for node in nodes if _ARTICLES.intersection(_types(node)))
        self._data = next(articles, {})

    def text(self, name: str) -> str | None:
        """A string property, or the first of a list of them."""
        value = self._data.get(name)
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), None)
        return clean_field(value) if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """All strings of a property; a string with commas is a list of them."""
        value = self._data.get(name)
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list):
            return ()
        found = (clean_field(part) for part in parts[:200] if isinstance(part, str))
        return tuple(text for text in found if text)

    def names(self, name: str) -> tuple[str, ...]:
        """The names of people or organisations in a property, each once."""
        value = self._data.get(name)
        found: list[str] = []
        for item in value[:50] if isinstance(value, list) else [value]:
            label = item
            if isinstance(item, dict):
                label = item.get("name") or self._named.get(str(item.get("@id")))
            text = clean_field(label[:500]) if isinstance(label, str) else None
            if text and text not in found:
                found.append(text)
        return tuple(found)

    @cached_property
    def _named(self) -> dict[str, Any]:
        """The names of the page's nodes by their `@id`, which is how one refers to another."""
        nodes = _nodes(self._markup)
        return {
            str(node["@id"]): node["name"] for node in nodes if "@id" in node and "name" in node
        }

    def pictures(self) -> tuple[tuple[str, str | None, str | None], ...]:
        """Address, caption and credit of the article's pictures."""
        value = self._data.get("image")
        found = []
        for item in value[:20] if isinstance(value, list) else [value]:
            about = item if isinstance(item, dict) else {"url": item}
            url, caption, credit = (
                clean_field(text[:4096]) if isinstance(text, str) else None
                for text in (about.get(n) for n in ("url", "caption", "creditText"))
            )
            if url:
                found.append((url, caption, credit))
        return tuple(found)

    @property
    def types(self) -> tuple[str, ...]:
        """The article's types."""
        return _types(self._data)


def _nodes(markup: str) -> Iterator[dict[str, Any]]:
    seen = 0
    for block in _blocks(markup):
        if (data := _parsed(block)) is None:
            continue
        queue = [data]
        while queue and seen < _MOST_NODES:
            node, seen = queue.pop(0), seen + 1
            if isinstance(node, list):
                queue.extend(node[:50])
            elif isinstance(node, dict):
                yield node
                for name in ("@graph", "mainEntity"):
                    held = node.get(name)
                    queue.extend(held[:50] if isinstance(held, list) else [held])


def _parsed(block: str) -> Any:
    """The value of a block, also as browsers' tools and editors spoil it; None when it has none.

    Undone are: what follows the value, comments and CDATA marks around or within it, trailing
    commas, backslashes before what needs none, quotation marks written as references, single
    ones; of a value that is cut off counts what is whole.
    """
    for text in _spellings(block):
        begin = text.lstrip("\ufeff \t\r\n")
        try:
            return _DECODER.raw_decode(begin)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _spellings(block: str) -> Iterator[str]:
    yield block
    mended = _mended(block)  # only where the block is no JSON: it costs a tenth of a page
    yield mended
    if "&" in block:
        yield _mended(unescape(block))
    if "'" in block:
        yield _SINGLE.sub(_requote, mended)
    yield _closed(mended)


def _requote(found: re.Match[str]) -> str:
    said = found["said"]
    return found.group() if said is None else found["before"] + json.dumps(said.replace("\\'", "'"))


def _closed(text: str) -> str:
    """A value that was cut off, up to its last comma, with its brackets closed."""
    opened: list[str] = []
    cut, closing = 0, ""
    for found in _BRACKET.finditer(text):
        mark = found.group()
        if mark in "{[":
            opened.append("}" if mark == "{" else "]")
        elif mark in "}]" and opened:
            opened.pop()
        elif mark == ",":
            cut, closing = found.start(), "".join(reversed(opened[:_DEEPEST]))
    return text[:cut] + closing


def _mended(text: str) -> str:
    last = text.rfind("*/") + 2  # no comment begins behind the last end of one
    head = _ODDITY.sub(_mend, text[:last]) if last > 1 else ""
    text = _MARKS.sub(_mend, head + text[max(last, 0) if last > 1 else 0 :])
    return _COMMAS.sub(_mend, text)


def _mend(found: re.Match[str]) -> str:
    mark = found.group()
    if not mark.startswith('"'):
        return mark[1:] if mark.startswith(",") else " "
    return _BACKSLASH.sub(r"\1\2", mark)


_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_STRING = r'"(?:[^"\\]|\\.)*(?:"|\Z)'
_ODDITY = re.compile(rf"{_STRING}|/\*.*?\*/", re.DOTALL)
_MARKS = re.compile(rf"{_STRING}|//[^\n]*|<!--|-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_COMMAS = re.compile(rf"{_STRING}|,(?=\s*[\]}}])", re.DOTALL)
_SINGLE = re.compile(
    rf"{_STRING}|(?P<before>[{{\[,:]\s*)'(?P<said>(?:[^'\\]|\\.|'(?!\s*[,:}}\]]))*)(?:'|\Z)",
    re.DOTALL,
)
_BRACKET = re.compile(rf"{_STRING}|[{{}}\[\],]", re.DOTALL)
_DEEPEST = 20
_BACKSLASH = re.compile(r'((?:^|[^\\])(?:\\\\)*)\\([^"\\/bfnrtu])', re.DOTALL)


def _types(node: dict[str, Any]) -> tuple[str, ...]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values[:10] if isinstance(item, str))


def _blocks(markup: str) -> Iterator[str]:
    at = 0
    for _ in range(_MOST):
        at = markup.find(_MARK, at)
        if at < 0:
            return
        begin = markup.find(">", at)
        end = markup.find("</script", begin)
        if begin < 0 or end < 0:
            return
        opened = markup.rfind("<", 0, at)
        if markup[opened : opened + 7].lower() == "<script" and end - begin < _LONGEST:
            yield markup[begin + 1 : end]
            at = end
        else:
            at += len(_MARK)


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


def type_of(page: Page, key: PageKey | None, head: Head, edition: Edition) -> PageType:
    """An HTML page's type."""
    if page.message.status >= 400 or _is_missing(page, head):
        return PageType.ERROR
    if key is None or not key.is_article:
        return PageType.LISTING if key is not None and key.kind in _LISTINGS else PageType.OTHER
    own = head.canonical or head.meta("og:url") or ""
    kind = (head.meta("og:type") or "").lower()
    if own and names_article(absolute(own, page.url)):
        return PageType.ARTICLE
    listed = kind == "blog" or (kind != "article" and _LISTING_PATH.match(own))
    return PageType.LISTING if listed and _is_ours(own, page, edition) else PageType.ARTICLE


def _is_ours(own: str, page: Page, edition: Edition) -> bool:
    """Whether the address that a page gives as its own is on a host of the edition or a sister's.

    Sister editions run the same software under the same name in other countries. What the addresses
    and types of other sites mean, nobody here knows.
    """
    try:
        host = urlsplit(urljoin(page.url, own)).hostname if own else None
        ours = {_site_name(host.name) for host in edition.hosts}
        return host is not None and (
            host == urlsplit(page.url).hostname or _site_name(host) in ours
        )
    except ValueError:
        return False


def _site_name(host: str) -> str:
    """The name before a host's top-level domain: "huffpost" of www.huffpost.com."""
    return host.rpartition(".")[0].rpartition(".")[2]


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
