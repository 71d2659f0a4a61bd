"""What stands around the headline of a page without a layout: byline, the site's name, dek."""

import re
from collections.abc import Sequence
from itertools import islice

from lxml import html

from huffarchive.reader.blocks import Block
from huffarchive.reader.elements import BYLINES, HEADINGS, LABEL, LONGEST_DEK
from huffarchive.reader.layout import Part, parts_of
from huffarchive.reader.line_patterns import SIGNED, is_byline, is_date
from huffarchive.reader.text import clean, words_of

_AROUND = 2
"""Named elements around a line that may name it a byline."""
_AUTHOR_PAGE = re.compile(r"/(?:@[\w.-]{1,80}|(?:auteur|author)s?/[^/?#]{1,80})/?$")
"""How the address of an author's own page ends."""
_LONGEST_SIGNED = 30
"""Words of a line of dates that says who wrote, at most."""
_INSIDE = 30
"""Elements of a line that are looked at."""
_DEKS = frozenset(
    (
        *("dek", "deck", "lead", "lede", "standfirst", "subtitle", "subheadline", "subheading"),
        *("soustitre", "chapo", "chapeau", "intro", "excerpt", "summary", "resume", "description"),
    )
)
"""Words in the names of deks."""
_SHORTEST_DEK = 5
"""Words of a dek at least; two fewer where its name says that it is one."""
_SITES = frozenset(("site", "logo", "tagline", "slogan", "brand", "branding", "masthead"))
"""Words in the names of lines that say whose the page is."""
_BELOW = 8
"""Blocks behind a headline among which its dek is."""


def signs(block: Block) -> bool:
    """Whether a line is a byline by its element's name or by one in it, or dates and who wrote."""
    words, dated = block.words, is_date(block.line)
    if words > (_LONGEST_SIGNED if dated else LABEL):
        return False
    if dated and SIGNED.search(block.line) is not None:
        return True
    names = (block.place.element.get("class") or "", *block.place.strangers[-_AROUND:])
    if any(not BYLINES.isdisjoint(parts_of(name)) for name in names):
        return True
    inner = islice(block.place.element.iter("a", "span", "address", "b", "strong"), _INSIDE)
    said = (clean(words_of(element)) for element in inner if _names_author(element))
    return any(name and name in block.line for name in said)


def _names_author(element: html.HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    page = element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or "")
    return bool(page) or element.get("rel") == "author" or not BYLINES.isdisjoint(parts_of(names))


def names_site(block: Block) -> bool:
    """Whether a line above a headline is the site's name, not a section's, or leads to its home."""
    element = block.place.element
    inner = islice(element.iter("a", "span", "img"), _INSIDE)
    names = " ".join(e.get("class") or "" for e in (element, *inner))
    return set(block.links) == {"/"} or not _SITES.isdisjoint(parts_of(names))


def standfirst(unsorted: Sequence[tuple[int, Block]], title: int, names: frozenset[str]) -> int:
    """Which of the blocks that have no place yet is the dek, -1 for none.

    It is the first sentence below the headline; its name says so, or a byline or date stands
    below it; the text is in another box, or both are true. `names` are keys of authors.
    """
    said: list[tuple[int, Block]] = []
    signed = False
    for i, block in unsorted:
        if i <= title or len(said) > 1:
            continue
        dated = block.place.role is Part.DATE or is_date(block.line)
        if dated or is_byline(block.line) or signs(block) or block.key in names:
            signed = signed or len(said) == 1
        elif block.words >= _SHORTEST_DEK - 2 * _names_dek(block):
            said.append((i, block))
    if title < 0 or len(said) < 2:
        return -1
    (i, block), (_, following) = said
    if i > title + _BELOW or block.words > LONGEST_DEK or block.links_only:
        return -1
    element, box = block.place.element, following.place.element.getparent()
    apart = block.place.tag in HEADINGS or element.getparent() is not box
    return i if signed + _names_dek(block) + apart > 1 else -1


def _names_dek(block: Block) -> bool:
    return not _DEKS.isdisjoint(parts_of(block.place.element.get("class") or ""))
