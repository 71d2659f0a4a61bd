"""Pictures of the column that are none of the article's: by where they stand."""

import re
from collections.abc import Sequence

from lxml import html

from huffarchive.editions import Agency
from huffarchive.reader.agency import is_logo, is_logo_file
from huffarchive.reader.blocks import Block
from huffarchive.reader.fates import Destiny, Fate
from huffarchive.reading import ChromeKind

_LOGO = re.compile(r"(?:^|[/_-])logo[^/]*$", re.IGNORECASE)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)
_BEFORE = 4
"""Blocks before the headline of an unknown page in which a picture can be the article's."""
_NEAR = 9
_FOREIGN = frozenset(
    (ChromeKind.PROMO, ChromeKind.NEWSLETTER, ChromeKind.SHARE, ChromeKind.RELATED, Fate.BYLINE)
)
"""What a line is whose pictures are none of the article's."""


def foreign_pictures(
    blocks: Sequence[Block],
    fates: list[Destiny | None],
    agencies: tuple[Agency, ...],
    *,
    known: bool,
) -> None:
    """Take agencies' logos and the icons of a line of chrome from the frames; changes `fates`.

    On a page without a layout also those far from the text, and those that lead to other pages.
    """
    kept = [i for i, f in enumerate(fates) if f in (Fate.HEADLINE, Fate.TEXT)]
    for i, block in enumerate(blocks):
        picture = block.picture
        if picture is None or fates[i] is not Fate.FRAME:
            continue
        near = bool(kept) and kept[0] - _BEFORE <= i <= kept[-1] + 1
        if block.place.figure is None:
            beside = _beside(i, blocks, fates)
            signed = Fate.BYLINE in beside and is_logo(picture, agencies)
            if signed or is_logo_file(picture, agencies):
                fates[i] = Fate.AGENCY if known or signed or near else Fate.UNSEEN
            elif beside and beside <= _FOREIGN:
                fates[i] = Fate.UNSEEN
        if not known and fates[i] is Fate.FRAME and not (near and _stays(picture)):
            fates[i] = Fate.UNSEEN


def _beside(
    i: int, blocks: Sequence[Block], fates: Sequence[Destiny | None]
) -> set[Destiny | None]:
    """What the words before and after a picture are, within its own paragraph."""
    found = set()
    after = range(i + 1, min(i + _NEAR, len(blocks)))
    for way in (range(i - 1, max(i - _NEAR, -1), -1), after):
        near = next((n for n in way if blocks[n].text), None)
        if near is not None and blocks[near].place.element is blocks[i].place.element:
            found.add(fates[near])
    return found


def _stays(picture: html.HtmlElement) -> bool:
    """Whether a picture is no sign of the site and leads nowhere, or to itself in full size.

    A teaser leads to its page.
    """
    if _LOGO.search((picture.get("src") or "").split("?")[0]):
        return False
    link = next(picture.iterancestors("a"), None)
    href = "#" if link is None else link.get("href") or "#"
    return href.startswith("#") or _FILE.search(href.split("?")[0]) is not None
