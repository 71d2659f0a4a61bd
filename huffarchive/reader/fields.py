"""The fields of an article, each from its evidence: the sorted column, the page's data, its URL."""

import re
from collections.abc import Sequence
from itertools import groupby, islice
from urllib.parse import unquote

from lxml import etree, html

from huffarchive.article import Chrome, Image
from huffarchive.editions.phrases import ALERTS
from huffarchive.page import Page
from huffarchive.reader.blocks import Block, BlockLabel
from huffarchive.reader.byline import Byline, read_byline, signature_in
from huffarchive.reader.classify import Classifier
from huffarchive.reader.dates import Dates, dates_of
from huffarchive.reader.evidence import Evidence
from huffarchive.reader.images import address, is_sign_file
from huffarchive.reader.layout import Part
from huffarchive.reader.links import absolute, http_url
from huffarchive.reader.metadata import marked_author
from huffarchive.reader.text import clean, clean_field, in_order, key, language_of, words_of
from huffarchive.reading import ChromeKind, Text
from huffarchive.urls import kind_of

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
_BELOW = 4
_MOST_KEYWORDS = 100
_MOST_LINKS = 1000
_OFFERING = etree.XPath(
    "//body//text()[contains(., 'ECEVEZ LES NOUVELLES') or contains(., 'ecevez les nouvelles')]/.."
)


class Fields:
    """A sorted column, read field by field."""

    def __init__(self, sorter: Classifier, evidence: Evidence) -> None:
        self._sorter = sorter
        self._evidence = evidence
        self._page, self._head = evidence.page, evidence.head
        self._structured = evidence.structured

    def text(self, images: tuple[Image, ...], chrome: Sequence[Chrome]) -> tuple[Text, Dates]:
        """All of them, without warnings, with what was seen of the dates."""
        head, structured, edition = self._head, self._structured, self._evidence.edition
        images = images or (() if self._evidence.known else self._pictures())
        signature, paragraphs = self._paragraphs()
        dates = dates_of(self._evidence, self._dated())
        byline, who = self._people(signature, paragraphs)
        headline, section = self._headline(), self._section()
        own = head.canonical or head.meta("og:url")
        said = head.meta("description", "og:description") or structured.text("description")
        text = Text(
            kind=self._kind(section),
            canonical_url=http_url(absolute(own, self._page.url)) if own else None,
            headline=headline,
            dek=self._dek(headline),
            description=said,
            authors=who.authors,
            byline_raw=byline,
            agency=who.agency,
            agency_signature=signature,
            section=section,
            keywords=self._keywords(headline),
            language=language_of(" ".join(paragraphs), edition.language),
            date_published=dates.published,
            date_published_raw=dates.raw,
            date_modified=dates.modified,
            paragraphs=tuple(paragraphs),
            images=images,
            links=self._links(),
            chrome=tuple(chrome),
            layout=self._evidence.layout.name,
            warnings=(),
            is_wire=who.is_wire,
            agency_read_from=who.read_from,
            date_read_from=dates.read_from,
        )
        return text, dates

    def _people(
        self, signature: str | None, paragraphs: Sequence[str]
    ) -> tuple[str | None, Byline]:
        """The byline as it stands, and who signed."""
        layout, structured = self._evidence.layout, self._structured
        named = structured.names("author") or structured.names("creator")
        meta_author = self._head.meta("author", "article:author")
        if not named and meta_author and not meta_author.startswith("http"):
            named = (meta_author,)
        if not named and not self._evidence.known:
            named = marked_author(self._page.tree)
        byline, box = self._byline(BlockLabel.BYLINE), None
        if byline is None:
            byline = box = _boxed(layout.author_boxes(self._page.tree))
        if byline is None and not named:
            named = tuple(self._sorter.offered()) or (_offered(self._page) if layout.boxes else ())
        shown = self._byline(BlockLabel.BYLINE, BlockLabel.AGENCY)
        who = read_byline(
            byline=byline,
            named=named,
            sources=(*structured.names("sourceOrganization"), *structured.names("provider")),
            logos=self._sorter.having(BlockLabel.AGENCY),
            signature=signature,
            text=paragraphs,
            credits_=self._closing_credits(),
            edition=self._evidence.edition,
        )
        return clean("\n".join(filter(None, (box, shown)))) or None, who

    def _headline(self) -> str | None:
        """The headline that the page shows, else the one that its data name."""
        shown = next((block.line for block in self._sorter.having(BlockLabel.HEADLINE)), None)
        if shown:
            return shown
        named = self._structured.text("headline") or self._head.meta("og:title", "twitter:title")
        return named or clean_field(without_paper(self._head.title or ""))

    def _dek(self, headline: str | None) -> str | None:
        """The line below the headline, where it says something else."""
        said = " ".join(block.line for block in self._sorter.having(BlockLabel.DEK))
        return said if said and key(said) != key(headline or "") else None

    def _byline(self, *fates: BlockLabel) -> str | None:
        """The byline's lines as they stand, as far as its parts have these fates."""
        parts = (block.text.strip(_BARS) for block in self._sorter.having(*fates))
        return _SPACED.sub(r"\1", "\n".join(filter(None, parts))) or None

    def _section(self) -> str | None:
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

    def _pictures(self) -> tuple[Image, ...]:
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

    def _keywords(self, headline: str | None) -> tuple[str, ...]:
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

    def _kind(self, section: str | None) -> str:
        """news, blog, gallery or live."""
        told = kind_of(self._evidence.key, self._page.url)
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

    def _paragraphs(self) -> tuple[str | None, list[str]]:
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

    def _dated(self) -> list[Block]:
        """The blocks with dates; on a page without a layout those from headline to text come first.

        Teasers above and below have theirs.
        """
        fates = list(enumerate(self._sorter.fates))
        own = [i for i, fate in fates if fate in (BlockLabel.HEADLINE, BlockLabel.TEXT)]
        dates = [i for i, fate in fates if fate in (ChromeKind.TIMESTAMP, BlockLabel.BYLINE)]
        if own and not self._evidence.known:
            dates.sort(key=lambda i: (not own[0] < i < own[-1], i > own[-1]))
        return [self._sorter.blocks[i] for i in dates]

    def _closing_credits(self) -> list[str]:
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

    def _links(self) -> tuple[str, ...]:
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
