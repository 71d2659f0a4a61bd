"""The boxes of a page without a layout: how those around a text are built, what others hold."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from lxml import html

from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.elements import HEADINGS, LABEL, is_brief
from huffarchive.reader.layout import parts_of
from huffarchive.reader.vote import BESIDE

Element: TypeAlias = html.HtmlElement
_CELLS = frozenset(("tr", "td", "tbody", "table"))
"""What tables are laid out with: their forms say nothing."""
_LISTS = frozenset(("ul", "ol", "dl"))
_PIECES = HEADINGS | _LISTS | {"blockquote", "table", "pre", "li"}
"""Elements that are parts of a text wherever its paragraphs are their neighbours."""
BOXES = frozenset(("div", "section", "aside", "form"))
DEEPEST = 128
"""Elements around a block that are looked at: a bound on the time."""
_CARDS = frozenset(("card", "cards", "teaser", "teasers"))
STOP = re.compile(r"(?<!\.\.)[.!?»”\"]$")
"""How a sentence ends that is no teaser, cut short."""


def above_title(blocks: Sequence[Block], fates: Sequence[Label | None]) -> set[Element]:
    """The elements around the headline."""
    titles = (b for b, f in zip(blocks, fates, strict=True) if f is BlockLabel.HEADLINE)
    return {element for block in titles for element in block.place.element.iterancestors()}


def is_card(element: Element) -> bool:
    """Whether an element is one of several pieces by its tag or name."""
    named = parts_of(element.get("class") or "")
    return element.tag == "article" or not _CARDS.isdisjoint(named)


def offers_something(box: Element | None) -> bool:
    """Whether a box asks for something, or is a card: it has a control, or a named link around."""
    if box is None:
        return False
    linked = box.tag == "a" and box.get("class") is not None and len(box) > 0
    return linked or next(box.iterdescendants("button", "input", "select"), None) is not None


def beside_none(block: Block) -> bool:
    """Whether a block is in nothing that is called a box of its own."""
    return all(BESIDE.isdisjoint(parts_of(name)) for name in block.place.strangers)


def main_box(texts: Sequence[Block]) -> Element:
    """The smallest element with five sixths of the text in it."""
    said: Counter[Element] = Counter()
    for block in texts:
        for element in islice(block.place.element.iterancestors(), DEEPEST):
            said[element] += len(block.text)
    enough = sum(len(block.text) for block in texts) * 5 / 6
    return min(
        (e for e in said if said[e] >= enough),
        key=said.__getitem__,
        default=said and next(iter(said)),
    )


class Boxes:
    """How the boxes around the paragraphs of a text are built."""

    def __init__(self, elements: Iterable[Element]) -> None:
        self._around: set[Element] = set()
        self._holders: set[Element] = set()
        self._forms: set[tuple[Element, str, str | None]] = set()
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

    def branch(self, element: Element) -> Element | None:
        """The outermost element around one that has no paragraph in it; None within one."""
        box = element
        for above in islice(element.iterancestors(), DEEPEST):
            if above in self._around:
                return None if box in self._around else box
            box = above
        return None

    def beside(self, element: Element) -> Element | None:
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
        alone = plain and beside_none(block) and (box is None or is_brief(box, words))
        told = words > LABEL and STOP.search(block.line) is not None
        return alone and told and not block.links_only

    def like(self, element: Element, *, last: bool = False) -> bool:
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


def _name(element: Element) -> str | None:
    """What an element's form is called: a box without a class is one of a kind by its id."""
    named: str | None = element.get("class")
    return element.get("id") if named is None and element.tag in BOXES else named
