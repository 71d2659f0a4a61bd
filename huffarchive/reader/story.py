"""An article's page read: every field from its evidence."""

import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlsplit

from huffarchive.article import Chrome, Image
from huffarchive.editions import Edition
from huffarchive.layouts import GENERIC, Layout, Part, recognise
from huffarchive.page import Page
from huffarchive.reader.blocks import Block, blocks_of
from huffarchive.reader.dates import dates_of
from huffarchive.reader.head import Head
from huffarchive.reader.language import language_of
from huffarchive.reader.links import absolute
from huffarchive.reader.notices import join, notices_around
from huffarchive.reader.phrasebook import phrasebook_of
from huffarchive.reader.pictures import pictures_of
from huffarchive.reader.signed import signature_in, signed
from huffarchive.reader.sorting import Expected, Fate, Sorter
from huffarchive.reader.structured import Structured
from huffarchive.reader.typography import clean, clean_field, key
from huffarchive.reader.vote import vote_on_page
from huffarchive.reading import Caution, ChromeKind, Text
from huffarchive.urls import PageKey

_PAPER = re.compile(
    r"\s+[|–—-]\s+(?:Le |The )?(?:HuffPost|Huffington\s?Post)[^|–—]*$|\s+[|]\s+[^|]*HuffPost[^|]*$",
    re.IGNORECASE,
)
_BLOGS = frozenset(("blogue", "blogues", "blog", "blogs", "le blogue", "les blogues"))
_MOST_KEYWORDS = 100


def read_story(page: Page, page_key: PageKey, edition: Edition, head: Head) -> Text:
    """Read an article's page; whatever the page holds, a Text comes out."""
    layout = recognise(page.tree)
    text = _read(page, page_key, edition, head, layout)
    if layout is not GENERIC and not text.paragraphs:
        other = _read(page, page_key, edition, head, GENERIC)
        if sum(len(paragraph.split()) for paragraph in other.paragraphs) >= 30:
            return _fallen_back(other, layout)
    return text


def _read(page: Page, page_key: PageKey, edition: Edition, head: Head, layout: Layout) -> Text:
    tree, structured = page.tree, Structured(page.markup)
    book = phrasebook_of(edition)
    column = layout.main(tree)
    lost = column is None
    if column is None:
        column = tree.find("body") if tree.find("body") is not None else tree
    expected = _expected(head, structured)
    sorter = Sorter(blocks_of(column, layout), book, expected)
    sorter.sort(vote_on_page(tree) if layout is GENERIC else None)
    story = _Story(sorter, page, edition, head, structured)
    before: list[Chrome] = []
    after: list[Chrome] = []
    if layout is not GENERIC and book.possible_in(page.message.content):
        before, after = notices_around(column, layout, book)
    chrome = story.chrome(only_named=lost or layout is GENERIC)
    images, left = pictures_of(sorter.having(Fate.FRAME), page.url)
    signature, paragraphs = story.paragraphs()
    byline = story.byline()
    dates = dates_of(
        (page.url, page.captured_at), page_key, edition, head, structured,
        sorter.having(ChromeKind.TIMESTAMP),
    )  # fmt: skip
    named = structured.names("author") or structured.names("creator")
    meta_author = head.meta("author", "article:author")
    if not named and meta_author and not meta_author.startswith("http"):
        named = (meta_author,)
    who = signed(
        byline,
        named,
        sorter.having(Fate.AGENCY),
        signature,
        paragraphs,
        [block.line for block in sorter.having(ChromeKind.CREDIT)],
        edition,
    )
    headline = story.headline()
    dek = story.dek(headline)
    section = story.section()
    cautions = _cautions(headline, paragraphs, dates.published, dates.too_late)
    if layout is GENERIC:
        cautions.append(Caution.UNKNOWN_LAYOUT)
    if any(map(book.left_in, paragraphs)):
        cautions.append(Caution.CHROME_LEFT)
    if "\ufffd" in page.markup:
        cautions.append(Caution.INVALID_UTF8)
    return Text(
        kind=story.kind(page_key, section),
        canonical_url=_http(absolute(head.canonical or head.meta("og:url") or "", page.url)),
        headline=headline,
        dek=dek,
        description=head.meta("description", "og:description") or structured.text("description"),
        authors=who.authors,
        byline_raw=byline,
        agency=who.agency,
        agency_signature=signature,
        section=section,
        keywords=story.keywords(headline),
        language=language_of(" ".join(paragraphs)),
        date_published=dates.published,
        date_published_raw=dates.raw,
        date_modified=dates.modified,
        paragraphs=tuple(paragraphs),
        images=images,
        links=story.links(),
        chrome=tuple(join([*before, *chrome, *left, *after])),
        layout=layout.name,
        warnings=tuple(caution.value for caution in cautions),
        is_wire=who.is_wire,
        agency_read_from=who.read_from,
        date_read_from=dates.read_from,
    )


class _Story:
    """A sorted column, read field by field."""

    def __init__(
        self, sorter: Sorter, page: Page, edition: Edition, head: Head, structured: Structured
    ) -> None:
        self._sorter = sorter
        self._page = page
        self._edition = edition
        self._head = head
        self._structured = structured

    def headline(self) -> str | None:
        shown = next((block.line for block in self._sorter.having(Fate.HEADLINE)), None)
        if shown:
            return shown
        named = self._structured.text("headline") or self._head.meta("og:title", "twitter:title")
        return named or clean_field(_PAPER.sub("", self._head.title or ""))

    def dek(self, headline: str | None) -> str | None:
        said = " ".join(block.line for block in self._sorter.having(Fate.DEK))
        return said if said and key(said) != key(headline or "") else None

    def byline(self) -> str | None:
        return " ".join(block.line for block in self._sorter.having(Fate.BYLINE)) or None

    def section(self) -> str | None:
        named = self._structured.text("articleSection") or self._head.meta(
            "article:section", "category"
        )
        label = next((b.line for b in self._sorter.having(ChromeKind.SECTION_LABEL)), None)
        return named or label

    def keywords(self, headline: str | None) -> tuple[str, ...]:
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
            title = set((headline or "").casefold().split())
            # The old software wrote the headline's words as keywords.
            single = [word for word in words if word.casefold().strip(",.") in title]
            tags = words if len(single) * 2 < len(words) or len(words) == 1 else []
        if not tags:
            tags = [t for t in self._structured.texts("keywords") if ":" not in t]
        return tuple(dict.fromkeys(tag for tag in tags if tag))[:_MOST_KEYWORDS]

    def kind(self, page_key: PageKey, section: str | None) -> str:
        if page_key.kind in ("b", "g"):
            return {"b": "blog", "g": "gallery"}[page_key.kind]
        if "LiveBlogPosting" in self._structured.types or any(
            block.place.role is Part.LIVE for block in self._sorter.blocks
        ):
            return "live"
        contributed = any(True for _ in self._sorter.having(ChromeKind.CONTRIBUTOR_DISCLAIMER))
        return "blog" if contributed or (section or "").casefold() in _BLOGS else "news"

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

    def links(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for block in self._sorter.having(Fate.TEXT):
            for href in block.links:
                url = absolute(clean(href), self._page.url)
                if _http(url) is not None and len(found) < 1000:
                    found[url] = None
        return tuple(found)

    def chrome(self, *, only_named: bool) -> list[Chrome]:
        """The chrome in order; blocks of one element known to the layout are one piece."""
        sorter = self._sorter
        pieces: list[tuple[int, ChromeKind, str]] = []
        for n, (block, fate) in enumerate(zip(sorter.blocks, sorter.fates, strict=True)):
            if not isinstance(fate, ChromeKind) or not block.text:
                continue
            if only_named and fate in (ChromeKind.OTHER, ChromeKind.RELATED, ChromeKind.REPEAT):
                continue
            whole = isinstance(block.place.role, ChromeKind) or block.place.role is Part.DATE
            pieces.append((id(block.place.owner) if whole else n, fate, block.line))
        return [
            Chrome(kind.value, " ".join(text for _, _, text in group))
            for (_, kind), group in groupby(pieces, key=lambda piece: piece[:2])
        ]


def _expected(head: Head, structured: Structured) -> Expected:
    titles = [structured.text("headline"), head.meta("og:title"), head.meta("twitter:title")]
    titles.append(_PAPER.sub("", head.title) if head.title else None)
    keys = frozenset(key(title) for title in titles if title)
    return Expected(keys - {""}, key(head.meta("description", "og:description") or ""))


def _paragraphs(blocks: Sequence[Block]) -> list[str]:
    out: list[str] = []
    for cell, group in groupby(blocks, key=lambda b: _row(b)):
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


def _several(values: Sequence[str]) -> list[str]:
    return [clean(part) for value in values for part in value.split(",")][:_MOST_KEYWORDS]


def _cautions(
    headline: str | None, paragraphs: Sequence[str], published: str | None, late: bool
) -> list[Caution]:
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    found = []
    if not words:
        found.append(Caution.NO_TEXT)
    elif words < 20:
        found.append(Caution.SHORT_TEXT)
    if headline is None:
        found.append(Caution.NO_HEADLINE)
    if published is None:
        found.append(Caution.NO_DATE)
    if late:
        found.append(Caution.DATE_AFTER_CAPTURE)
    return found


def _http(url: str) -> str | None:
    try:
        return url if urlsplit(url).scheme in ("http", "https") and len(url) <= 2048 else None
    except ValueError:
        return None


def _fallen_back(text: Text, layout: Layout) -> Text:
    from dataclasses import replace

    warnings = tuple(w for w in text.warnings if w != Caution.UNKNOWN_LAYOUT)
    return replace(
        text, layout=layout.name, warnings=(*warnings, Caution.FALLBACK_EXTRACTOR.value)
    )


_ = Image
