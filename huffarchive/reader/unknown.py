"""The text of a page without a layout: what trafilatura takes, put in order by the page's boxes."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, islice, takewhile
from typing import TypeAlias

from lxml import html

from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.date_parsing import plain
from huffarchive.reader.elements import BYLINES, HEADINGS, LABEL, LONGEST_DEK, SENTENCE, is_brief
from huffarchive.reader.layout import Part, parts_of
from huffarchive.reader.line_patterns import DATE_LABEL, SENTENCE_END, SIGNED, is_byline, is_date
from huffarchive.reader.text import clean, words_of
from huffarchive.reader.vote import BESIDE, Vote
from huffarchive.reading import ChromeKind

_Element: TypeAlias = html.HtmlElement
_WORDLESS = frozenset(
    (ChromeKind.SHARE, ChromeKind.AD_LABEL, ChromeKind.TAGS, ChromeKind.NAVIGATION)
)
"""Chrome that says no sentences: one that trafilatura takes is the article's all the same."""
_CELLS = frozenset(("tr", "td", "tbody", "table"))
"""What tables are laid out with: their forms say nothing."""
_LISTS = frozenset(("ul", "ol", "dl"))
_PIECES = HEADINGS | _LISTS | {"blockquote", "table", "pre", "li"}
"""Elements that are parts of a text wherever its paragraphs are their neighbours."""
_NEAR = 8
"""Blocks behind the last of the text that may still be the text's own box."""
_SIGNING: Sequence[list[str]] = (["By"], ["Par"], [])
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
_BOXES = frozenset(("div", "section", "aside", "form"))
_CAPTION = 30
"""Words of a caption without a name, at most."""
_OFFER = 50
"""Words of a box that offers something, at most."""
_BRIEF = 20
_SEVERAL = 3
"""Such paragraphs of a box behind the text that may go on with it."""
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright|tous droits|all rights)(?!.*presse?\b)", re.IGNORECASE)
"""How a line begins that says whose the site is; an agency's says whose the text is."""
_STOP = re.compile(r"(?<!\.\.)[.!?»”\"]$")
"""How a sentence ends that is no teaser, cut short."""
_BRIEFEST = 4
"""Words of a measure at most."""
_DURATION = re.compile(
    r"(?:\d+\s?(?:h|hrs?|heures?|hours?|min|mins?|minutes?|jours?|days?)\.?\s?){1,2}\d{0,2}",
    re.IGNORECASE,
)
_CARDS = frozenset(("card", "cards", "teaser", "teasers"))
_SITES = frozenset(("site", "logo", "tagline", "slogan", "brand", "branding", "masthead"))
"""Words in the names of lines that say whose the page is."""
_BARS = frozenset("|·•")
"""What parts a label from the next: no sentence ends so."""
_DEEPEST = 128
"""Elements around a block that are looked at: a bound on the time."""


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


def _names_author(element: _Element) -> bool:
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
    if i > title + _NEAR or block.words > LONGEST_DEK or block.links_only:
        return -1
    element, box = block.place.element, following.place.element.getparent()
    apart = block.place.tag in HEADINGS or element.getparent() is not box
    return i if signed + _names_dek(block) + apart > 1 else -1


def _names_dek(block: Block) -> bool:
    return not _DEKS.isdisjoint(parts_of(block.place.element.get("class") or ""))


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


def _above_title(blocks: Sequence[Block], fates: Sequence[Label | None]) -> set[_Element]:
    """The elements around the headline."""
    titles = (b for b, f in zip(blocks, fates, strict=True) if f is BlockLabel.HEADLINE)
    return {element for block in titles for element in block.place.element.iterancestors()}


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
    """What is a card (`_is_card`), headed by a link, and has not the page's headline: a teaser."""
    above = _above_title(blocks, fates)
    if not above:
        return
    teased: set[_Element] = set()
    for block in blocks:
        if block.links_only and block.place.tag in HEADINGS:
            around = islice(block.place.element.iterancestors(), _DEEPEST)
            box = next(filter(_is_card, around), None)
            if box is not None and box not in above and box not in teased:
                teased.update(box.iter())
    texts = [i for i, fate in enumerate(fates) if fate is BlockLabel.TEXT]
    cards = [i for i in texts if blocks[i].place.element in teased]
    rest = [blocks[i] for i in texts if blocks[i].place.element not in teased]
    few = 2 * _letters(blocks, cards) < _letters(blocks, texts)  # else it is a list of things
    if not few and len(rest) >= _SEVERAL:  # unless the text and its headline are elsewhere
        around = _main(rest)
        own = next((e for e in chain((around,), around.iterancestors()) if e in above), None)
        few = all(own not in blocks[i].place.element.iterancestors() for i in cards)
    if few:
        for i in cards:
            fates[i] = ChromeKind.RELATED


def _is_card(element: _Element) -> bool:
    """Whether an element is one of several pieces by its tag or name."""
    named = parts_of(element.get("class") or "")
    return element.tag == "article" or not _CARDS.isdisjoint(named)


def _headed(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A box that begins with "À lire aussi" is other pieces, however much they say."""
    above = _above_title(blocks, fates)
    for i, heading in enumerate(blocks):
        if fates[i] is not ChromeKind.RELATED or heading.in_link:
            continue
        around = islice(heading.place.element.iterancestors(), _DEEPEST)
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
    lists: dict[_Element, list[int]] = {}
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

    def texts() -> list[int]:
        return [i for i in asked if fates[i] is BlockLabel.TEXT]

    main = _main([blocks[i] for i in texts()])
    inside = [i for i in texts() if main in blocks[i].place.element.iterancestors()]
    if not inside:
        return
    boxes = _Boxes(blocks[i].place.element for i in inside)
    for i in asked:
        # Below a picture above the text's box: its caption.
        pictured = i > 0 and fates[i - 1] is BlockLabel.FRAME and blocks[i - 1].picture is not None
        words = blocks[i].line.split()
        brief = len(words) <= _CAPTION and words[:1] not in _SIGNING and not blocks[i].links_only
        if pictured and i < inside[0] and brief:
            fates[i] = BlockLabel.FRAME
    apart: dict[_Element | None, list[int]] = {}
    title = next((i for i, fate in enumerate(fates) if fate is BlockLabel.HEADLINE), -1)
    for i in texts():
        if (i > inside[-1] or i < title < inside[0]) and not boxes.like(blocks[i].place.element):
            apart.setdefault(boxes.branch(blocks[i].place.element), []).append(i)
    for members in apart.values():
        if sum(blocks[i].words > SENTENCE for i in members) < _SEVERAL:
            for i in members:
                fates[i] = ChromeKind.OTHER
    boxes = _Boxes(blocks[i].place.element for i in texts())
    first, last = texts()[0], texts()[-1]
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
    for i in texts()[:0:-1]:
        line = blocks[i].line
        label = line.endswith(":") and DATE_LABEL.search(plain(line)) is not None
        heading = blocks[i].place.tag in HEADINGS and not _says(blocks[i])
        if not heading and not label and not _RIGHTS.match(line):
            break
        fates[i] = ChromeKind.OTHER


def _among(
    blocks: Sequence[Block], fates: list[Label | None], asked: Sequence[int], boxes: "_Boxes"
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
        if _offering(boxes.branch(block.place.element)):
            continue
        box = boxes.beside(block.place.element)
        # What stands last on the page itself, and in no paragraph, is its footer.
        footer = box is not None and box.tag == "body" and block.place.tag == "div"
        beside = box is not None and (title < i < first or (i > last and not footer))
        if first < i < last or beside:
            fates[i] = BlockLabel.TEXT
            last = max(i, last)


def _offering(box: _Element | None) -> bool:
    """Whether a box asks for something, or is a card: it has a control, or a named link around."""
    if box is None:
        return False
    linked = box.tag == "a" and box.get("class") is not None and len(box) > 0
    return linked or next(box.iterdescendants("button", "input", "select"), None) is not None


def _says(block: Block) -> bool:
    """Whether a block is a sentence of some length, in nothing that is called a box of its own."""
    if block.words <= SENTENCE or _STOP.search(block.line) is None:
        return False
    return _beside_none(block)


def _beside_none(block: Block) -> bool:
    return all(BESIDE.isdisjoint(parts_of(name)) for name in block.place.strangers)


def _main(texts: Sequence[Block]) -> _Element:
    """The smallest element with five sixths of the text in it."""
    said: Counter[_Element] = Counter()
    for block in texts:
        for element in islice(block.place.element.iterancestors(), _DEEPEST):
            said[element] += len(block.text)
    enough = sum(len(block.text) for block in texts) * 5 / 6
    return min(
        (e for e in said if said[e] >= enough),
        key=said.__getitem__,
        default=said and next(iter(said)),
    )


class _Boxes:
    """How the boxes around the paragraphs of a text are built."""

    def __init__(self, elements: Iterable[_Element]) -> None:
        self._around: set[_Element] = set()
        self._holders: set[_Element] = set()
        self._forms: set[tuple[_Element, str, str | None]] = set()
        for element in elements:
            below = element
            for n, above in enumerate(element.iterancestors()):
                if not n:
                    self._holders.add(above)
                self._forms.add((above, below.tag, _name(below)))
                if above in self._around:
                    break
                self._around.add(above)
                below = above

    def branch(self, element: _Element) -> _Element | None:
        """The outermost element around one that has no paragraph in it; None within one."""
        box = element
        for above in islice(element.iterancestors(), _DEEPEST):
            if above in self._around:
                return None if box in self._around else box
            box = above
        return None

    def beside(self, element: _Element) -> _Element | None:
        """The box in which an element stands beside the text's paragraphs themselves."""
        box = self.branch(element)
        holder = element if box is None else box.getparent()
        return holder if holder in self._holders else None

    def bare(self, block: Block) -> bool:
        """Whether a sentence stands in a nameless `div`, in boxes of its own or none, among the
        text's paragraphs themselves.
        """
        element, words = block.place.element, block.words
        plain = element.tag == "div" and not element.attrib and self.beside(element) is not None
        box = self.branch(element)
        alone = plain and _beside_none(block) and (box is None or is_brief(box, words))
        told = words > LABEL and _STOP.search(block.line) is not None
        return alone and told and not block.links_only

    def like(self, element: _Element, *, last: bool = False) -> bool:
        """Whether an element is built as one of the boxes beside it, or a part of their text.

        Behind the `last` paragraph only a list is.
        """
        box = self.branch(element)
        if box is None:
            return False
        holder = box.getparent()
        if box.tag in HEADINGS and box.getnext() in self._around:
            return not last
        if box.tag in _PIECES and holder in self._holders:
            return not last or box.tag in _LISTS
        form = (holder, box.tag, _name(box))
        return not last and box.tag not in _CELLS and form in self._forms


def _name(element: _Element) -> str | None:
    """What an element's form is called: a box without a class is one of a kind by its id."""
    named: str | None = element.get("class")
    return element.get("id") if named is None and element.tag in _BOXES else named


def _offers(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A small box of its own that begins with a heading that is a link is another piece.

    One that ends in a link or a button alone, or has a field to fill in, offers something. A
    sentence in the headline's box is neither, nor is half of the text.
    """
    above = _above_title(blocks, fates)
    small: dict[_Element, list[int]] = {}
    brief = lru_cache(maxsize=None)(partial(is_brief, most=_OFFER))
    for i, block in enumerate(blocks):
        if block.text and fates[i] in (BlockLabel.TEXT, ChromeKind.OTHER, ChromeKind.RELATED):
            element = block.place.element
            outwards = chain((element,), islice(element.iterancestors(), _DEEPEST))
            around = (e for e in outwards if e.tag in _BOXES)
            boxes = list(islice(around, 1))
            boxes += takewhile(lambda e: e not in above and brief(e), around)
            told = boxes and boxes[0] in above and _STOP.search(block.line) is not None
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
