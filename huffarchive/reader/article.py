"""An article's page read: its layout, its main column sorted, the fields, what is doubtful."""

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from lxml import html

from huffarchive.editions.edition import Edition
from huffarchive.page import Page
from huffarchive.reader.blocks import BlockLabel
from huffarchive.reader.byline import is_logo
from huffarchive.reader.chrome import chrome_phrases_of, join, notices_around
from huffarchive.reader.classify import Classifier, Expected
from huffarchive.reader.dates import Dates
from huffarchive.reader.dialogs import lift_dialogs
from huffarchive.reader.early_end import put_back
from huffarchive.reader.evidence import Evidence
from huffarchive.reader.fields import Fields, without_paper
from huffarchive.reader.images import credited, images_of
from huffarchive.reader.layout import Layout, names_of
from huffarchive.reader.layouts import GENERIC, PLAIN, recognise
from huffarchive.reader.left_out import leaves_out
from huffarchive.reader.metadata import Head, Structured
from huffarchive.reader.text import key
from huffarchive.reader.vote import Guard, Spoken, vote_on_page
from huffarchive.reader.walk import blocks_of
from huffarchive.reading import Caution, Text
from huffarchive.urls import PageKey

_TITLE_PARTS = re.compile(r"\s+[|–—·•»-]\s+|:\s+")
_SHORT = 20
"""Words of a text below which it may be misread."""


def read_article(page: Page, page_key: PageKey, edition: Edition, head: Head) -> Text:
    """Read an article's page; whatever the page holds, a Text comes out."""
    names = names_of(page.tree)
    layout = recognise(page.tree, names)
    evidence = Evidence(page, page_key, edition, head, Structured(page.markup), layout)
    text = _read(evidence)
    if text.kind == "news" and names.begin("cli-liveblog", "liveblog"):
        text = replace(text, kind="live")
    if evidence.known and not text.paragraphs:
        other = _read(replace(evidence, layout=GENERIC))
        if sum(len(paragraph.split()) for paragraph in other.paragraphs) >= 30:
            return _fallen_back(other, layout)
    return text


def _read(seen: Evidence) -> Text:
    page, layout = seen.page, seen.layout
    book, expected = chrome_phrases_of(seen.edition), _expected(seen)
    column = layout.main(page.tree, expected.headlines)
    lost = column is None
    if column is None:
        column = page.tree.find("body") if page.tree.find("body") is not None else page.tree
    if page.has_stray_ends:
        put_back(column, layout)
    signs = book.signs_in(page.message.content) if seen.known else ()
    if seen.known:
        sorter, differ = _sorted_by_layout(column, seen, expected, signs), False
    else:
        sorter, differ = _sorted_by_vote(column, seen, expected)
    fields = Fields(sorter, seen)
    before, after = notices_around(column, layout, book, signs) if signs else ([], [])
    chrome = fields.chrome(only_named=lost or not seen.known)
    images, left = images_of(sorter.having(BlockLabel.FRAME), page.url)
    text, dates = fields.text(tuple(map(credited, images)), join([*before, *chrome, *left, *after]))
    cautions = _cautions(text, dates, sorter, {piece.text for piece in left}, seen)
    cautions[Caution.EXTRACTORS_DIFFER] = differ
    return replace(text, warnings=tuple(c.value for c, is_so in cautions.items() if is_so))


def _cautions(
    text: Text, dates: Dates, sorter: Classifier, unframed: Collection[str], seen: Evidence
) -> dict[Caution, bool]:
    """Whether each is to be said of what was read; two readings were compared before."""
    words = sum(len(paragraph.split()) for paragraph in text.paragraphs)
    left = sorter.leaves_out if seen.known else partial(leaves_out, sorter.blocks, sorter.fates)
    book = chrome_phrases_of(seen.edition)
    mended = "\ufffd" in f"{text.headline}{text.dek}{''.join(text.paragraphs)}"
    return {
        Caution.NO_TEXT: not words,
        Caution.SHORT_TEXT: 0 < words < _SHORT,
        Caution.NO_HEADLINE: text.headline is None,
        Caution.NO_DATE: dates.published is None,
        Caution.DATE_AFTER_CAPTURE: dates.too_late,
        Caution.UNKNOWN_ZONE: Caution.UNKNOWN_ZONE in dates.doubts,
        Caution.ZONE_OUT_OF_SEASON: Caution.ZONE_OUT_OF_SEASON in dates.doubts,
        Caution.UNKNOWN_LAYOUT: not seen.known,
        Caution.EXTRACTORS_DIFFER: False,
        Caution.TEXT_LEFT_OUT: left(unframed),
        Caution.CHROME_LEFT: any(map(book.left_in, text.paragraphs)),
        Caution.INVALID_UTF8: seen.page.mended or mended,
    }


def _sorted_by_layout(
    column: html.HtmlElement, seen: Evidence, expected: Expected, signs: tuple[str, ...]
) -> Classifier:
    """The column of a page of a known layout, sorted."""
    logo = partial(is_logo, agencies=seen.edition.agencies)
    blocks = blocks_of(column, seen.layout, signs, logo, Spoken(column))
    sorter = Classifier(blocks, chrome_phrases_of(seen.edition), seen.edition.agencies, expected)
    sorter.sort()
    return sorter


def _sorted_by_vote(
    column: html.HtmlElement, seen: Evidence, expected: Expected
) -> tuple[Classifier, bool]:
    """The column of a page without a layout, sorted; whether two readings differ by half.

    Where our names for chrome leave less than half of what trafilatura takes, they mean something
    else on this page: then it is read without them.
    """
    book, agencies = chrome_phrases_of(seen.edition), seen.edition.agencies
    lift_dialogs(seen.page.tree)
    vote = vote_on_page(seen.page.tree)
    for layout in (GENERIC, PLAIN):
        logo = partial(is_logo, agencies=agencies)
        blocks = blocks_of(column, layout, (), logo, Guard(vote, column))
        sorter = Classifier(blocks, book, agencies, expected)
        sorter.sort(vote)
        kept = sum(len(block.key) for block in sorter.having(BlockLabel.TEXT))
        if 2 * kept >= vote.letters:
            break
    return sorter, vote.doubtful or 2 * kept < vote.letters or kept > 2 * vote.letters > 0


def _expected(seen: Evidence) -> Expected:
    head, structured = seen.head, seen.structured
    titles = [structured.text("headline"), head.meta("og:title"), head.meta("twitter:title")]
    parts = frozenset(map(key, _TITLE_PARTS.split(head.title or ""))) - {""}
    if not seen.known and not any(titles):  # a part of the title is the site's name
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
