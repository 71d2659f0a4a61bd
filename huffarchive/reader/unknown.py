"""The text of a page without a layout: what trafilatura takes, put in order by the page's boxes."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, islice, takewhile

from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.boxes import (
    BOXES,
    DEEPEST,
    STOP,
    Boxes,
    Element,
    above_title,
    beside_none,
    is_card,
    main_box,
    offers_something,
)
from huffarchive.reader.date_parsing import plain
from huffarchive.reader.elements import HEADINGS, LABEL, SENTENCE, is_brief
from huffarchive.reader.layout import Part
from huffarchive.reader.line_patterns import DATE_LABEL, SENTENCE_END
from huffarchive.reader.vote import Vote
from huffarchive.reading import ChromeKind

_WORDLESS = frozenset(
    (ChromeKind.SHARE, ChromeKind.AD_LABEL, ChromeKind.TAGS, ChromeKind.NAVIGATION)
)
"""Chrome that says no sentences: one that trafilatura takes is the article's all the same."""
_NEAR = 8
"""Blocks behind the last of the text that may still be the text's own box."""
_SIGNING: Sequence[list[str]] = (["By"], ["Par"], [])
_CAPTION = 30
"""Words of a caption without a name, at most."""
_OFFER = 50
"""Words of a box that offers something, at most."""
_BRIEF = 20
_SEVERAL = 3
"""Such paragraphs of a box behind the text that may go on with it."""
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright|tous droits|all rights)(?!.*presse?\b)", re.IGNORECASE)
"""How a line begins that says whose the site is; an agency's says whose the text is."""
_BRIEFEST = 4
"""Words of a measure at most."""
_DURATION = re.compile(
    r"(?:\d+\s?(?:h|hrs?|heures?|hours?|min|mins?|minutes?|jours?|days?)\.?\s?){1,2}\d{0,2}",
    re.IGNORECASE,
)
_BARS = frozenset("|·•")
"""What parts a label from the next: no sentence ends so."""


def text_by_vote(blocks: Sequence[Block], fates: list[Label | None], vote: Vote) -> None:
    """Find the text among the blocks that have no other place; changes `fates`."""
    asked = [
        i for i, (block, fate) in enumerate(zip(blocks, fates, strict=True))
        if fate is None or fate is BlockLabel.TEXT
        or (fate in _WORDLESS and fate is block.place.role and block.words > SENTENCE)
    ]  # fmt: skip
    named = {i: fates[i] for i in asked if fates[i] in _WORDLESS}
    for i in asked:
        block = blocks[i]
        ends = SENTENCE_END.search(block.line) is not None
        if vote:
            taken = vote.takes_most(block) and (ends or not block.links_only) and not _aside(block)
        else:  # trafilatura makes nothing of some pages: then sentences are text
            taken = ends and not block.links_only and block.words > LABEL
        fates[i] = BlockLabel.TEXT if taken else named.get(i, ChromeKind.OTHER)
    _cards(blocks, fates)
    _headed(blocks, fates)
    texts = [i for i in asked if fates[i] is BlockLabel.TEXT]
    for i in asked:
        # A table, some code, a box in a figure's frame: trafilatura passes over figures.
        framed = blocks[i].place.role in (Part.BODY, Part.TEXT)
        if framed and texts and texts[0] < i <= texts[-1] + _NEAR:
            fates[i] = BlockLabel.TEXT
    if texts:
        _by_boxes(blocks, fates, asked)
        _facts(blocks, fates)
        return
    for i, fate in enumerate(fates):
        if fate is BlockLabel.DEK:  # what stands alone is no summary of anything
            fates[i] = BlockLabel.TEXT


def _aside(block: Block) -> bool:
    """Whether a block is no sentence of its page: a number alone, a link that is paid for, the
    label of a player.
    """
    element = block.place.element
    line = block.line
    if line[-1:] in _BARS or (block.place.tag == "div" and not any(map(str.isalpha, line))):
        return True
    if block.links_only and "sponsored" in (link.get("rel") or "" for link in element.iter("a")):
        return True
    player = element.find("audio") is not None or element.find("video") is not None
    return player and SENTENCE_END.search(block.line) is None


def _cards(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """What is a card (`is_card`), headed by a link, and has not the page's headline: a teaser."""
    above = above_title(blocks, fates)
    if not above:
        return
    teased: set[Element] = set()
    for block in blocks:
        if block.links_only and block.place.tag in HEADINGS:
            around = islice(block.place.element.iterancestors(), DEEPEST)
            box = next(filter(is_card, around), None)
            if box is not None and box not in above and box not in teased:
                teased.update(box.iter())
    texts = [i for i, fate in enumerate(fates) if fate is BlockLabel.TEXT]
    cards = [i for i in texts if blocks[i].place.element in teased]
    rest = [blocks[i] for i in texts if blocks[i].place.element not in teased]
    few = 2 * _letters(blocks, cards) < _letters(blocks, texts)  # else it is a list of things
    if not few and len(rest) >= _SEVERAL:  # unless the text and its headline are elsewhere
        around = main_box(rest)
        own = next((e for e in chain((around,), around.iterancestors()) if e in above), None)
        few = all(own not in blocks[i].place.element.iterancestors() for i in cards)
    if few:
        for i in cards:
            fates[i] = ChromeKind.RELATED


def _headed(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A box that begins with "À lire aussi" is other pieces, however much they say."""
    above = above_title(blocks, fates)
    for i, heading in enumerate(blocks):
        if fates[i] is not ChromeKind.RELATED or heading.in_link:
            continue
        around = islice(heading.place.element.iterancestors(), DEEPEST)
        boxes = list(takewhile(lambda e: e not in above, around))
        # Wrappers of the heading alone are none: the box is the first with more in it.
        box = next((e for e in boxes if len(e) > 1), None)
        if box is None:
            continue
        texts = {n for n, fate in enumerate(fates) if fate is BlockLabel.TEXT}
        inside = {n for n in texts if n > i and box in blocks[n].place.element.iterancestors()}
        if len(texts - inside) >= _SEVERAL and min(inside, default=i) > i:
            for n in inside:
                fates[n] = ChromeKind.RELATED


def _facts(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A list of names and measures ("Préparation", "40 min"), or of labels of what is no text."""
    lists: dict[Element, list[int]] = {}
    for i, block in enumerate(blocks):
        if fates[i] is BlockLabel.TEXT and block.place.tag in ("dt", "dd"):
            around = next(block.place.element.iterancestors("dl"), None)
            lists.setdefault(around, []).append(i)
    for members in lists.values():
        lines = [blocks[i].line for i in members]
        brief = all(len(line.split()) <= _BRIEFEST for line in lines)
        labels = all(blocks[i].place.tag == "dt" for i in members)
        if labels or (brief and any(map(_DURATION.fullmatch, lines))):
            for i in members:
                fates[i] = ChromeKind.OTHER


def _letters(blocks: Sequence[Block], members: Iterable[int]) -> int:
    return sum(len(blocks[i].text) for i in members)


def _by_boxes(blocks: Sequence[Block], fates: list[Label | None], asked: Sequence[int]) -> None:
    """Neighbours that are built as the text's paragraphs are theirs; what stands apart is not."""
    texts = _texts(fates, asked)
    main = main_box([blocks[i] for i in texts])
    inside = [i for i in texts if main in blocks[i].place.element.iterancestors()]
    if not inside:
        return
    title = next((i for i, fate in enumerate(fates) if fate is BlockLabel.HEADLINE), -1)
    _captions(blocks, fates, [i for i in asked if i < inside[0]])
    _apart(blocks, fates, _texts(fates, asked), inside, title)
    texts = _texts(fates, asked)
    boxes = Boxes(blocks[i].place.element for i in texts)
    first, last = texts[0], texts[-1]
    for i in asked:
        block = blocks[i]
        if fates[i] is not ChromeKind.OTHER or block.links_only or _aside(block):
            continue
        if i < first and (block.place.tag not in HEADINGS or i < title):
            continue
        named = block.place.tag != "div" or block.place.element.get("class") is not None
        if named and boxes.like(block.place.element, last=i > last):
            fates[i] = BlockLabel.TEXT
        elif i > last:
            break
    _among(blocks, fates, asked, boxes)
    _offers(blocks, fates)
    _ending(blocks, fates, _texts(fates, asked))


def _texts(fates: Sequence[Label | None], asked: Iterable[int]) -> list[int]:
    return [i for i in asked if fates[i] is BlockLabel.TEXT]


def _captions(blocks: Sequence[Block], fates: list[Label | None], above: Iterable[int]) -> None:
    """What stands below a picture, above the text's box, is its caption."""
    for i in above:
        pictured = i > 0 and fates[i - 1] is BlockLabel.FRAME and blocks[i - 1].picture is not None
        words = blocks[i].line.split()
        brief = len(words) <= _CAPTION and words[:1] not in _SIGNING and not blocks[i].links_only
        if pictured and brief:
            fates[i] = BlockLabel.FRAME


def _apart(
    blocks: Sequence[Block],
    fates: list[Label | None],
    texts: Iterable[int],
    inside: Sequence[int],
    title: int,
) -> None:
    """What stands behind the text's box, or above the headline, in boxes of another form."""
    boxes = Boxes(blocks[i].place.element for i in inside)
    apart: dict[Element | None, list[int]] = {}
    for i in texts:
        if (i > inside[-1] or i < title < inside[0]) and not boxes.like(blocks[i].place.element):
            apart.setdefault(boxes.branch(blocks[i].place.element), []).append(i)
    for members in apart.values():
        if sum(blocks[i].words > SENTENCE for i in members) < _SEVERAL:
            for i in members:
                fates[i] = ChromeKind.OTHER


def _ending(blocks: Sequence[Block], fates: list[Label | None], texts: Sequence[int]) -> None:
    """Headings, labels of dates and whose the site is are no end of a text."""
    for i in texts[:0:-1]:
        line = blocks[i].line
        label = line.endswith(":") and DATE_LABEL.search(plain(line)) is not None
        heading = blocks[i].place.tag in HEADINGS and not _says(blocks[i])
        if not heading and not label and not _RIGHTS.match(line):
            break
        fates[i] = ChromeKind.OTHER


def _among(
    blocks: Sequence[Block], fates: list[Label | None], asked: Sequence[int], boxes: "Boxes"
) -> None:
    """A whole sentence among the text's paragraphs, or in a box with them, is text.

    trafilatura leaves out what is all link, or stands in elements that hold no text as a rule.
    """
    first, last = (f([i for i in asked if fates[i] is BlockLabel.TEXT]) for f in (min, max))
    title = next((i for i, fate in enumerate(fates) if fate is BlockLabel.HEADLINE), first)
    for i in asked:
        block = blocks[i]
        if fates[i] is not ChromeKind.OTHER:
            continue
        if not _says(block) and not (first < i < last and boxes.bare(block)):
            continue
        if offers_something(boxes.branch(block.place.element)):
            continue
        box = boxes.beside(block.place.element)
        # What stands last on the page itself, and in no paragraph, is its footer.
        footer = box is not None and box.tag == "body" and block.place.tag == "div"
        beside = box is not None and (title < i < first or (i > last and not footer))
        if first < i < last or beside:
            fates[i] = BlockLabel.TEXT
            last = max(i, last)


def _says(block: Block) -> bool:
    """Whether a block is a sentence of some length, in nothing that is called a box of its own."""
    if block.words <= SENTENCE or STOP.search(block.line) is None:
        return False
    return beside_none(block)


def _offers(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A small box of its own that begins with a heading that is a link is another piece.

    One that ends in a link or a button alone, or has a field to fill in, offers something. A
    sentence in the headline's box is neither, nor is half of the text.
    """
    above = above_title(blocks, fates)
    small: dict[Element, list[int]] = {}
    brief = lru_cache(maxsize=None)(partial(is_brief, most=_OFFER))
    for i, block in enumerate(blocks):
        if block.text and fates[i] in (BlockLabel.TEXT, ChromeKind.OTHER, ChromeKind.RELATED):
            element = block.place.element
            outwards = chain((element,), islice(element.iterancestors(), DEEPEST))
            around = (e for e in outwards if e.tag in BOXES)
            boxes = list(islice(around, 1))
            boxes += takewhile(lambda e: e not in above and brief(e), around)
            told = boxes and boxes[0] in above and STOP.search(block.line) is not None
            if not told and any(e.get("class") for e in boxes):
                small.setdefault(boxes[-1], []).append(i)
    forms = Counter((box.getparent(), box.tag, box.get("class")) for box in small)
    said = _letters(blocks, (i for i, fate in enumerate(fates) if fate is BlockLabel.TEXT))
    for box, members in small.items():
        counts = [blocks[i].words for i in members]
        few = max(counts) <= _BRIEF and sum(counts) < _OFFER
        if not few or forms[box.getparent(), box.tag, box.get("class")] > 1:
            continue
        first, end = blocks[members[0]], blocks[members[-1]]
        headed = first.links_only and first.place.tag in HEADINGS
        lone = end.links_only and end.words < LABEL
        lone = lone or next(box.iterdescendants("input"), None) is not None
        texts = [i for i in members if fates[i] is BlockLabel.TEXT]
        if (headed or lone) and 2 * _letters(blocks, texts) < said:
            for i in texts:
                fates[i] = ChromeKind.RELATED if headed else ChromeKind.PROMO
