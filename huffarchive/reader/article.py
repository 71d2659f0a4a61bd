"""An article's page read: every field from its evidence."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, islice
from urllib.parse import unquote

from lxml import etree, html

from huffarchive.article import Chrome, Image
from huffarchive.editions.edition import Edition
from huffarchive.editions.phrases import ALERTS
from huffarchive.page import Page
from huffarchive.reader.blocks import Block, BlockLabel, IsLogo, blocks_of
from huffarchive.reader.byline import is_logo, read_byline, signature_in
from huffarchive.reader.chrome import ChromePhrases, chrome_phrases_of, join, notices_around
from huffarchive.reader.classify import Classifier, Expected
from huffarchive.reader.dates import dates_of
from huffarchive.reader.dialogs import lift_dialogs
from huffarchive.reader.early_end import put_back
from huffarchive.reader.images import address, credited, images_of, is_sign_file
from huffarchive.reader.layout import Layout, Part, names_of
from huffarchive.reader.layouts import GENERIC, PLAIN, recognise
from huffarchive.reader.left_out import leaves_out
from huffarchive.reader.links import absolute, http_url
from huffarchive.reader.metadata import Head, Structured, marked_author, marked_date
from huffarchive.reader.text import clean, clean_field, in_order, key, language_of, words_of
from huffarchive.reader.vote import Guard, Spoken, vote_on_page
from huffarchive.reading import Caution, ChromeKind, Text
from huffarchive.urls import PageKey, kind_of

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
_SPACED = re.compile(r"\s([,.])")
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
_TITLE_PARTS = re.compile(r"\s+[|–—·•»-]\s+|:\s+")
_SHORT = 20
"""Words of a text below which it may be misread."""
_BELOW = 4
_MOST_KEYWORDS = 100
_MOST_LINKS = 1000


class Fields:
    """A sorted column, read field by field."""

    def __init__(self, sorter: Classifier, page: Page, head: Head, structured: Structured) -> None:
        self._sorter = sorter
        self._page = page
        self._head = head
        self._structured = structured

    def headline(self) -> str | None:
        """The headline that the page shows, else the one that its data name."""
        shown = next((block.line for block in self._sorter.having(BlockLabel.HEADLINE)), None)
        if shown:
            return shown
        named = self._structured.text("headline") or self._head.meta("og:title", "twitter:title")
        return named or clean_field(without_paper(self._head.title or ""))

    def dek(self, headline: str | None) -> str | None:
        """The line below the headline, where it says something else."""
        said = " ".join(block.line for block in self._sorter.having(BlockLabel.DEK))
        return said if said and key(said) != key(headline or "") else None

    def byline(self, *fates: BlockLabel) -> str | None:
        """The byline's lines as they stand, as far as its parts have these fates."""
        parts = (block.text.strip(_BARS) for block in self._sorter.having(*fates))
        return _SPACED.sub(r"\1", "\n".join(filter(None, parts))) or None

    def section(self) -> str | None:
        """The section: JSON-LD, meta elements, the label above the headline, the way to the page.

        Where JSON-LD names several and a meta element one, that one is the section.
        """
        several = self._structured.texts("articleSection")
        named = self._structured.text("articleSection")
        meta = self._head.meta(*_SECTIONS)
        if meta and (not named or (len(several) > 1 and "," not in meta)):
            named = meta
        label = next((b.line for b in self._sorter.having(ChromeKind.SECTION_LABEL)), None)
        return named or label or self._crumb()

    def _crumb(self) -> str | None:
        """The first step of the way that a page shows below its home: "Accueil > Ville"."""
        owners = {b.place.owner: None for b in self._sorter.having(ChromeKind.NAVIGATION)}
        for owner in owners:
            if "breadcrumb" in (owner.get("class") or "").lower():
                steps = [clean(words_of(link)) for link in islice(owner.iter("a"), _BELOW)]
                return (
                    steps[1] if len(steps) > 1 and key(steps[1]) != self._sorter.headline else None
                )
        return None

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
            tags = [clean(words_of(link)) for link in links]
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
        told = kind_of(page_key, self._page.url)
        if told in ("blog", "gallery"):
            return told
        if "LiveBlogPosting" in self._structured.types:
            return "live"
        contributed = any(True for _ in self._sorter.having(ChromeKind.CONTRIBUTOR_DISCLAIMER))
        named = told is None and (
            (section or "").casefold() in _BLOGS
            or "BlogPosting" in self._structured.types
            or any(map(_in_author_folder, (self._page.url, self._head.canonical or "")))
        )
        return "blog" if contributed or named else "news"

    def paragraphs(self) -> tuple[str | None, list[str]]:
        """The agency's signature and the paragraphs: a table's row is one of them."""
        blocks = list(self._sorter.having(BlockLabel.TEXT))
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

    def dated(self, *, known: bool) -> list[Block]:
        """The blocks with dates; on a page without a layout those from headline to text come first.

        Teasers above and below have theirs.
        """
        fates = list(enumerate(self._sorter.fates))
        own = [i for i, fate in fates if fate in (BlockLabel.HEADLINE, BlockLabel.TEXT)]
        dates = [i for i, fate in fates if fate in (ChromeKind.TIMESTAMP, BlockLabel.BYLINE)]
        if own and not known:
            dates.sort(key=lambda i: (not own[0] < i < own[-1], i > own[-1]))
        return [self._sorter.blocks[i] for i in dates]

    def closing_credits(self) -> list[str]:
        """The lines below the text that may say whose it is, credits first.

        One above it is of a picture that did not come along.
        """
        below: list[tuple[bool, Block]] = []
        for block, fate in zip(self._sorter.blocks, self._sorter.fates, strict=True):
            if fate is BlockLabel.TEXT:
                below.clear()
            elif fate is ChromeKind.CREDIT or (fate is ChromeKind.OTHER and len(below) < _BELOW):
                below.append((fate is not ChromeKind.CREDIT, block))
        below.sort(key=lambda pair: pair[0])
        return [line for _, block in below for line in block.text.split("\n")]

    def links(self) -> tuple[str, ...]:
        """The targets of the links in the text."""
        found: dict[str, None] = {}
        for block in self._sorter.having(BlockLabel.TEXT):
            for href in block.links:
                url = absolute(in_order(href), self._page.url)
                if http_url(url) is not None and len(found) < _MOST_LINKS:
                    found[url] = None
        return tuple(found)

    def chrome(self, *, only_named: bool) -> list[Chrome]:
        """The chrome in order; blocks of one element known to the layout are one piece."""
        sorter = self._sorter
        pieces: list[tuple[int, ChromeKind, str]] = []
        texts = [n for n, fate in enumerate(sorter.fates) if fate is BlockLabel.TEXT]
        within = range(texts[0], texts[-1]) if texts else range(0)
        for n, (block, fate) in enumerate(zip(sorter.blocks, sorter.fates, strict=True)):
            if not isinstance(fate, ChromeKind) or not block.text:
                continue
            unnamed = only_named and fate in (ChromeKind.OTHER, ChromeKind.REPEAT)
            if unnamed and n not in within:
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


def without_paper(title: str) -> str:
    """A page's title without the paper's name at its end."""
    return _PAPER.sub("", title)


_OFFERING = etree.XPath(
    "//body//text()[contains(., 'ECEVEZ LES NOUVELLES') or contains(., 'ecevez les nouvelles')]/.."
)


def read_article(page: Page, page_key: PageKey, edition: Edition, head: Head) -> Text:
    """Read an article's page; whatever the page holds, a Text comes out."""
    names = names_of(page.tree)
    layout = recognise(page.tree, names)
    text = _read(page, page_key, edition, head, layout)
    if text.kind == "news" and names.begin("cli-liveblog", "liveblog"):
        text = replace(text, kind="live")
    if layout is not GENERIC and not text.paragraphs:
        other = _read(page, page_key, edition, head, GENERIC)
        if sum(len(paragraph.split()) for paragraph in other.paragraphs) >= 30:
            return _fallen_back(other, layout)
    return text


def _read(page: Page, page_key: PageKey, edition: Edition, head: Head, layout: Layout) -> Text:
    tree, structured = page.tree, Structured(page.markup)
    book = chrome_phrases_of(edition)
    expected = _expected(head, structured, known=layout is not GENERIC)
    column = layout.main(tree, expected.headlines)
    lost = column is None
    if column is None:
        column = tree.find("body") if tree.find("body") is not None else tree
    if page.has_stray_ends:
        put_back(column, layout)
    signs = () if layout is GENERIC else book.signs_in(page.message.content)
    logo = partial(is_logo, agencies=edition.agencies)
    differ = False
    if layout is GENERIC:
        sorter, differ = _read_unknown(column, tree, logo, book, edition, expected)
    else:
        sorter = Classifier(
            blocks_of(column, layout, signs, logo, Spoken(column)), book, edition.agencies, expected
        )
        sorter.sort()
    story = Fields(sorter, page, head, structured)
    before, after = notices_around(column, layout, book, signs) if signs else ([], [])
    chrome = story.chrome(only_named=lost or layout is GENERIC)
    images, left = images_of(sorter.having(BlockLabel.FRAME), page.url)
    images = tuple(map(credited, images))
    if layout is GENERIC and not images:
        images = story.pictures()
    signature, paragraphs = story.paragraphs()
    dates = dates_of(
        url=page.url,
        captured_at=page.captured_at,
        key=page_key,
        edition=edition,
        head=head,
        structured=structured,
        marked=_marked(tree) if layout is GENERIC else (None, None),
        visible=story.dated(known=layout is not GENERIC),
    )  # fmt: skip
    named = structured.names("author") or structured.names("creator")
    meta_author = head.meta("author", "article:author")
    if not named and meta_author and not meta_author.startswith("http"):
        named = (meta_author,)
    if not named and layout is GENERIC:
        named = marked_author(tree)
    byline, box = story.byline(BlockLabel.BYLINE), None
    if byline is None:
        byline = box = _boxed(layout.author_boxes(tree))
    if byline is None and not named:
        named = tuple(sorter.offered()) or (_offered(page) if layout.boxes else ())
    who = read_byline(
        byline=byline,
        named=named,
        sources=(*structured.names("sourceOrganization"), *structured.names("provider")),
        logos=sorter.having(BlockLabel.AGENCY),
        signature=signature,
        text=paragraphs,
        credits_=story.closing_credits(),
        edition=edition,
    )
    headline = story.headline()
    dek = story.dek(headline)
    section = story.section()
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    unframed = {piece.text for piece in left}
    cautions = {
        Caution.NO_TEXT: not words,
        Caution.SHORT_TEXT: 0 < words < _SHORT,
        Caution.NO_HEADLINE: headline is None,
        Caution.NO_DATE: dates.published is None,
        Caution.DATE_AFTER_CAPTURE: dates.too_late,
        Caution.UNKNOWN_ZONE: Caution.UNKNOWN_ZONE in dates.doubts,
        Caution.ZONE_OUT_OF_SEASON: Caution.ZONE_OUT_OF_SEASON in dates.doubts,
        Caution.UNKNOWN_LAYOUT: layout is GENERIC,
        Caution.EXTRACTORS_DIFFER: differ,
        Caution.TEXT_LEFT_OUT: (
            leaves_out(sorter.blocks, sorter.fates, unframed)
            if layout is GENERIC
            else sorter.leaves_out(unframed)
        ),
        Caution.CHROME_LEFT: any(map(book.left_in, paragraphs)),
        Caution.INVALID_UTF8: page.mended or "\ufffd" in f"{headline}{dek}{''.join(paragraphs)}",
    }
    own = head.canonical or head.meta("og:url")
    return Text(
        kind=story.kind(page_key, section),
        canonical_url=http_url(absolute(own, page.url)) if own else None,
        headline=headline,
        dek=dek,
        description=head.meta("description", "og:description") or structured.text("description"),
        authors=who.authors,
        byline_raw=clean(
            "\n".join(filter(None, (box, story.byline(BlockLabel.BYLINE, BlockLabel.AGENCY))))
        )
        or None,
        agency=who.agency,
        agency_signature=signature,
        section=section,
        keywords=story.keywords(headline),
        language=language_of(" ".join(paragraphs), edition.language),
        date_published=dates.published,
        date_published_raw=dates.raw,
        date_modified=dates.modified,
        paragraphs=tuple(paragraphs),
        images=images,
        links=story.links(),
        chrome=tuple(join([*before, *chrome, *left, *after])),
        layout=layout.name,
        warnings=tuple(caution.value for caution, is_so in cautions.items() if is_so),
        is_wire=who.is_wire,
        agency_read_from=who.read_from,
        date_read_from=dates.read_from,
    )


def _marked(tree: html.HtmlElement) -> tuple[str | None, str | None]:
    parts = (("datePublished", "published"), ("dateModified", "updated"))
    published, changed = (marked_date(tree, part, name) for part, name in parts)
    return published, changed


def _read_unknown(
    column: html.HtmlElement,
    tree: html.HtmlElement,
    logo: IsLogo,
    book: ChromePhrases,
    edition: Edition,
    expected: Expected,
) -> tuple[Classifier, bool]:
    """The column of a page without a layout, sorted; whether two readings differ by half.

    Where our names for chrome leave less than half of what trafilatura takes, they mean something
    else on this page: then it is read without them.
    """
    lift_dialogs(tree)
    vote = vote_on_page(tree)
    for layout in (GENERIC, PLAIN):
        blocks = blocks_of(column, layout, (), logo, Guard(vote, column))
        sorter = Classifier(blocks, book, edition.agencies, expected)
        sorter.sort(vote)
        kept = sum(len(block.key) for block in sorter.having(BlockLabel.TEXT))
        if 2 * kept >= vote.letters:
            break
    return sorter, vote.doubtful or 2 * kept < vote.letters or kept > 2 * vote.letters > 0


def _boxed(names: Sequence[html.HtmlElement]) -> str | None:
    """The names in an author's box, as a byline."""
    said = (clean(words_of(name)) for name in names[:20])
    return ", ".join(dict.fromkeys(filter(None, said))) or None


def _offered(page: Page) -> tuple[str, ...]:
    """The names of those whose news the page offers outside its column."""
    if "ECEVEZ LES NOUVELLES" not in page.markup and "ecevez les nouvelles" not in page.markup:
        return ()
    said = (clean(words_of(e)) for e in _OFFERING(page.tree)[:20])
    found = (ALERTS.fullmatch(line) for line in said if len(line) <= 120)
    return tuple(dict.fromkeys(line["name"].strip() for line in found if line is not None))


def _expected(head: Head, structured: Structured, *, known: bool) -> Expected:
    titles = [structured.text("headline"), head.meta("og:title"), head.meta("twitter:title")]
    parts = frozenset(map(key, _TITLE_PARTS.split(head.title or ""))) - {""}
    if not known and not any(titles):  # a part of the title is the site's name
        titles.append(max(parts, key=len, default=None))
    titles.append(without_paper(head.title) if head.title else None)
    keys = frozenset(key(title) for title in titles if title)
    names = (*structured.names("author"), head.meta("author") or "")
    return Expected(
        keys - {""},
        key(head.meta("description", "og:description") or ""),
        parts,
        frozenset(map(key, names)) - {""},
    )


def _fallen_back(text: Text, layout: Layout) -> Text:
    warnings = tuple(w for w in text.warnings if w != Caution.UNKNOWN_LAYOUT)
    return replace(text, layout=layout.name, warnings=(*warnings, Caution.FALLBACK_EXTRACTOR.value))
