"""The fields of an article, each from its evidence: a sorted column, the head, JSON-LD."""

import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import unquote, urlsplit

from huffarchive.article import Chrome, Image
from huffarchive.layouts import Part
from huffarchive.page import Page
from huffarchive.reader.blocks import Block
from huffarchive.reader.fates import Fate
from huffarchive.reader.head import Head
from huffarchive.reader.links import absolute
from huffarchive.reader.ornaments import is_sign_file
from huffarchive.reader.pictures import address
from huffarchive.reader.signed import signature_in
from huffarchive.reader.sorting import Sorter
from huffarchive.reader.structured import Structured
from huffarchive.reader.typography import clean, clean_field, in_order, key
from huffarchive.reading import ChromeKind
from huffarchive.urls import PageKey

_PAPER = re.compile(
    r"\s+[|–—-]\s+(?:Le |The )?(?:HuffPost|Huffington\s?Post)[^|–—]*$|\s+[|]\s+[^|]*HuffPost[^|]*$",
    re.IGNORECASE,
)
_BLOGS = frozenset(("blogue", "blogues", "blog", "blogs", "le blogue", "les blogues"))
_AUTHOR_FOLDER = re.compile(
    r"//[^/]+/(?!entry/|amp/|archive/|\d{4}/)[^/?#]*[^\W\d_][^/?#]*/[^/?#]+_(?:a|qc|ca)_[0-9a-f]+/?(?:[?#]|$)"
)
_WORDS = re.compile(r"\w+")
_BARS = " |·•/"
_SPACED = re.compile(r" ([,.;:])")
_SECTIONS = (
    *("article:section", "og:article:section", "og:section", "section", "category"),
    *("articlesection", "parsely-section", "sailthru.section"),
)
_PICTURES = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
)
_BELOW = 4
_MOST_KEYWORDS = 100
_MOST_LINKS = 1000


class Fields:
    """A sorted column, read field by field."""

    def __init__(self, sorter: Sorter, page: Page, head: Head, structured: Structured) -> None:
        self._sorter = sorter
        self._page = page
        self._head = head
        self._structured = structured

    def headline(self) -> str | None:
        """The headline that the page shows, else the one that its data name."""
        shown = next((block.line for block in self._sorter.having(Fate.HEADLINE)), None)
        if shown:
            return shown
        named = self._structured.text("headline") or self._head.meta("og:title", "twitter:title")
        return named or clean_field(without_paper(self._head.title or ""))

    def dek(self, headline: str | None) -> str | None:
        """The line below the headline, where it says something else."""
        said = " ".join(block.line for block in self._sorter.having(Fate.DEK))
        return said if said and key(said) != key(headline or "") else None

    def byline(self, *fates: Fate) -> str | None:
        """The byline as it stands, as far as its parts have these fates."""
        parts = (block.line.strip(_BARS) for block in self._sorter.having(*fates))
        return _SPACED.sub(r"\1", " ".join(filter(None, parts))) or None

    def section(self) -> str | None:
        """The section: JSON-LD, meta elements, the label above the headline.

        Where JSON-LD names several and a meta element one, that one is the section.
        """
        several = self._structured.texts("articleSection")
        named = self._structured.text("articleSection")
        meta = self._head.meta(*_SECTIONS)
        if meta and (not named or (len(several) > 1 and "," not in meta)):
            named = meta
        label = next((b.line for b in self._sorter.having(ChromeKind.SECTION_LABEL)), None)
        return named or label

    def pictures(self) -> tuple[Image, ...]:
        """The pictures that the page's data name, for a page that shows none of them itself."""
        named = list(self._structured.pictures())
        if not named:
            found = (url for name in _PICTURES for url in self._head.metas.get(name, ())[:1])
            named += [(url, None, None) for url in found]
        shown = ((address(url, self._page.url), *about) for url, *about in named)
        return tuple(
            Image(url, caption, credit)
            for url, caption, credit in shown
            if url is not None and not is_sign_file(url)
        )[:1]

    def keywords(self, headline: str | None) -> tuple[str, ...]:
        """The tags: meta elements, the page's own links to topics, JSON-LD."""
        metas = self._head.metas
        tags = _several(metas.get("article:tag", ()))
        if not tags:
            shown = [b for b in self._sorter.having(ChromeKind.TAGS) if b.links]
            links = (a for b in shown for a in b.place.element.iter("a"))
            tags = [clean("".join(link.itertext())) for link in links]
        if not tags:
            tags = _several(metas.get("sailthru.tags", ()))
        if not tags:
            words = _several(metas.get("keywords", ()))
            tags = [] if _is_title_in_words(words, headline or "") else words
        if not tags:
            tags = [t for t in self._structured.texts("keywords") if ":" not in t]
        return tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_KEYWORDS]

    def kind(self, page_key: PageKey, section: str | None) -> str:
        """news, blog, gallery or live."""
        if page_key.kind in ("b", "g"):
            return {"b": "blog", "g": "gallery"}[page_key.kind]
        if "LiveBlogPosting" in self._structured.types:
            return "live"
        contributed = any(True for _ in self._sorter.having(ChromeKind.CONTRIBUTOR_DISCLAIMER))
        named = page_key.kind != "n" and (
            (section or "").casefold() in _BLOGS
            or "BlogPosting" in self._structured.types
            or any(map(_in_author_folder, (self._page.url, self._head.canonical or "")))
        )
        return "blog" if contributed or named else "news"

    def paragraphs(self) -> tuple[str | None, list[str]]:
        """The agency's signature and the paragraphs: a table's row is one of them."""
        blocks = list(self._sorter.having(Fate.TEXT))
        signature = None
        for block in blocks[-3:][::-1]:
            signature = signature_in(block.line)
            if signature is not None:
                blocks.remove(block)
                break
            lines = block.text.split("\n")
            if len(lines) > 1 and (signature := signature_in(lines[-1])) is not None:
                block.text = "\n".join(lines[:-1])
                break
        return signature, _paragraphs(blocks)

    def closing_credits(self) -> list[str]:
        """The lines below the text that may say whose it is, credits first.

        One above it is of a picture that did not come along.
        """
        below: list[tuple[bool, Block]] = []
        for block, fate in zip(self._sorter.blocks, self._sorter.fates, strict=True):
            if fate is Fate.TEXT:
                below.clear()
            elif fate is ChromeKind.CREDIT or (fate is ChromeKind.OTHER and len(below) < _BELOW):
                below.append((fate is not ChromeKind.CREDIT, block))
        below.sort(key=lambda pair: pair[0])
        return [line for _, block in below for line in block.text.split("\n")]

    def links(self) -> tuple[str, ...]:
        """The targets of the links in the text."""
        found: dict[str, None] = {}
        for block in self._sorter.having(Fate.TEXT):
            for href in block.links:
                url = absolute(in_order(href), self._page.url)
                if http_url(url) is not None and len(found) < _MOST_LINKS:
                    found[url] = None
        return tuple(found)

    def chrome(self, *, only_named: bool) -> list[Chrome]:
        """The chrome in order; blocks of one element known to the layout are one piece."""
        sorter = self._sorter
        pieces: list[tuple[int, ChromeKind, str]] = []
        for n, (block, fate) in enumerate(zip(sorter.blocks, sorter.fates, strict=True)):
            if not isinstance(fate, ChromeKind) or not block.text:
                continue
            if only_named and fate in (ChromeKind.OTHER, ChromeKind.REPEAT):
                continue
            whole = isinstance(block.place.role, ChromeKind) or block.place.role is Part.DATE
            pieces.append((id(block.place.owner) if whole else n, fate, block.line))
        return [
            Chrome(kind.value, " ".join(text for _, _, text in group))
            for (_, kind), group in groupby(pieces, key=lambda piece: piece[:2])
        ]


def _paragraphs(blocks: Sequence[Block]) -> list[str]:
    out: list[str] = []
    for cell, group in groupby(blocks, key=_row):
        members = list(group)
        cells = [id(block.place.cell) for block in members]
        if cell is None or len(members) == 1 or len(set(cells)) < len(cells):
            out += [block.line for block in members]
        else:
            out.append(" | ".join(block.line for block in members))
    return out


def _row(block: Block) -> object:
    cell = block.place.cell
    return None if cell is None else cell.getparent()


def _is_title_in_words(words: Sequence[str], title: str) -> bool:
    """Whether keywords are the headline's words, as the old software wrote them."""
    own = set(_WORDS.findall(title.casefold()))
    plain = all(" " not in word and word == word.casefold() for word in words)
    return plain and 2 * sum(bool(own & set(_WORDS.findall(word))) for word in words) > len(words)


def _several(values: Sequence[str]) -> list[str]:
    return [clean(part) for value in values for part in value.split(",")][:_MOST_KEYWORDS]


def _in_author_folder(url: str) -> bool:
    """Whether an address is a blog post's by its form: /myriam-lefebvre/un-titre_a_23000000/."""
    return _AUTHOR_FOLDER.search(unquote(url)) is not None


def http_url(url: str) -> str | None:
    """The address, if it is one of HTTP and of a sane length."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") and len(url) <= 2048 else None
    except ValueError:
        return None


def without_paper(title: str) -> str:
    """A page's title without the paper's name at its end."""
    return _PAPER.sub("", title)
