"""An article's page read: every field from its evidence."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from lxml import etree, html

from huffarchive.editions import Edition
from huffarchive.editions.phrases import ALERTS
from huffarchive.layouts import GENERIC, Layout, names_of, recognise
from huffarchive.page import Page
from huffarchive.reader.agency import is_logo
from huffarchive.reader.blocks import blocks_of
from huffarchive.reader.dates import dates_of
from huffarchive.reader.fates import Fate
from huffarchive.reader.fields import Fields, http_url, without_paper
from huffarchive.reader.head import Head
from huffarchive.reader.language import language_of
from huffarchive.reader.links import absolute
from huffarchive.reader.notices import join, notices_around
from huffarchive.reader.phrasebook import phrasebook_of
from huffarchive.reader.pictures import pictures_of
from huffarchive.reader.signed import signed
from huffarchive.reader.sorting import Expected, Sorter
from huffarchive.reader.structured import Structured
from huffarchive.reader.typography import clean, key
from huffarchive.reader.vote import vote_on_page
from huffarchive.reading import Caution, ChromeKind, Text
from huffarchive.urls import PageKey

_OFFERING = etree.XPath(
    "//body//text()[contains(., 'ECEVEZ LES NOUVELLES') or contains(., 'ecevez les nouvelles')]/.."
)
_LIVE = (".cli-liveblog", ".liveblog", "#liveblog")
"""How the names of a live blog's shell begin; the shell may be empty."""


def read_story(page: Page, page_key: PageKey, edition: Edition, head: Head) -> Text:
    """Read an article's page; whatever the page holds, a Text comes out."""
    names = names_of(page.tree)
    layout = recognise(page.tree, names)
    text = _read(page, page_key, edition, head, layout)
    if text.kind == "news" and any(name.startswith(_LIVE) for name in names):
        text = replace(text, kind="live")
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
    signs = () if layout is GENERIC else book.signs_in(page.message.content)
    blocks = blocks_of(column, layout, signs, partial(is_logo, agencies=edition.agencies))
    sorter = Sorter(blocks, book, edition.agencies, expected)
    sorter.sort(vote_on_page(tree) if layout is GENERIC else None)
    story = Fields(sorter, page, head, structured)
    before, after = notices_around(column, layout, book, signs) if signs else ([], [])
    chrome = story.chrome(only_named=lost or layout is GENERIC)
    images, left = pictures_of(sorter.having(Fate.FRAME), page.url)
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
        visible=sorter.having(ChromeKind.TIMESTAMP, Fate.BYLINE),
    )  # fmt: skip
    named = structured.names("author") or structured.names("creator")
    meta_author = head.meta("author", "article:author")
    if not named and meta_author and not meta_author.startswith("http"):
        named = (meta_author,)
    byline, box = story.byline(Fate.BYLINE), None
    if byline is None:
        byline = box = _boxed(layout.author_boxes(tree))
    if byline is None and not named:
        named = tuple(sorter.offered()) or (_offered(page) if layout.boxes else ())
    who = signed(
        byline=byline,
        named=named,
        sources=(*structured.names("sourceOrganization"), *structured.names("provider")),
        logos=sorter.having(Fate.AGENCY),
        signature=signature,
        text=paragraphs,
        credits_=story.closing_credits(),
        edition=edition,
    )
    headline = story.headline()
    dek = story.dek(headline)
    section = story.section()
    cautions = _cautions(headline, paragraphs, dates.published, dates.too_late)
    if dates.zone_unknown:
        cautions.append(Caution.UNKNOWN_ZONE)
    if layout is GENERIC:
        cautions.append(Caution.UNKNOWN_LAYOUT)
    if any(map(book.left_in, paragraphs)):
        cautions.append(Caution.CHROME_LEFT)
    if page.mended or "\ufffd" in f"{headline}{dek}{''.join(paragraphs)}":
        cautions.append(Caution.INVALID_UTF8)
    return Text(
        kind=story.kind(page_key, section),
        canonical_url=http_url(absolute(head.canonical or head.meta("og:url") or "", page.url)),
        headline=headline,
        dek=dek,
        description=head.meta("description", "og:description") or structured.text("description"),
        authors=who.authors,
        byline_raw=" ".join(filter(None, (box, story.byline(Fate.BYLINE, Fate.AGENCY)))) or None,
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
        warnings=tuple(caution.value for caution in cautions),
        is_wire=who.is_wire,
        agency_read_from=who.read_from,
        date_read_from=dates.read_from,
    )


def _boxed(names: Sequence[html.HtmlElement]) -> str | None:
    """The names in an author's box, as a byline."""
    said = (clean("".join(map(str, name.itertext()))) for name in names[:20])
    return ", ".join(dict.fromkeys(filter(None, said))) or None


def _offered(page: Page) -> tuple[str, ...]:
    """The names of those whose news the page offers outside its column."""
    if "ECEVEZ LES NOUVELLES" not in page.markup and "ecevez les nouvelles" not in page.markup:
        return ()
    said = (clean("".join(map(str, e.itertext()))) for e in _OFFERING(page.tree)[:20])
    found = (ALERTS.fullmatch(line) for line in said if len(line) <= 120)
    return tuple(dict.fromkeys(line["name"].strip() for line in found if line is not None))


def _expected(head: Head, structured: Structured) -> Expected:
    titles = [structured.text("headline"), head.meta("og:title"), head.meta("twitter:title")]
    titles.append(without_paper(head.title) if head.title else None)
    keys = frozenset(key(title) for title in titles if title)
    return Expected(keys - {""}, key(head.meta("description", "og:description") or ""))


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


def _fallen_back(text: Text, layout: Layout) -> Text:
    warnings = tuple(w for w in text.warnings if w != Caution.UNKNOWN_LAYOUT)
    return replace(text, layout=layout.name, warnings=(*warnings, Caution.FALLBACK_EXTRACTOR.value))
