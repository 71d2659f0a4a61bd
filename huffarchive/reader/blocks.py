"""A page's main column as blocks: what a reader's eye takes for one line or paragraph; and what
a block can turn out to be.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from lxml import html

from huffarchive.reader.layout import Role
from huffarchive.reader.text import clean, key
from huffarchive.reading import ChromeKind


class Place(NamedTuple):
    """Where a block stands."""

    tag: str
    """The element that makes it a paragraph, heading, item or cell; "div" where none does."""
    role: Role | None
    """What the nearest element known to the layout makes of it."""
    owner: html.HtmlElement
    """That element; blocks of one owner belong together."""
    element: html.HtmlElement
    """The nearest block element."""
    strangers: tuple[str, ...] = ()
    """Names of the elements between owner and block that the layout does not know."""
    figure: html.HtmlElement | None = None
    """The picture's frame around it."""
    slides: html.HtmlElement | None = None
    """The slideshow around it."""
    cell: html.HtmlElement | None = None
    """The table cell around it."""
    in_header: bool = False
    in_body: bool = False
    """Whether the article's container holds it."""


@dataclass(slots=True)
class Block:
    """One block of visible words, or one picture."""

    place: Place
    text: str
    """Its words; lines parted by `<br>`, and in a byline names that only elements part, stand on
    lines of their own; "" for a picture."""
    in_link: int = 0
    """Characters of the text inside links."""
    links: tuple[str, ...] = ()
    picture: html.HtmlElement | None = None
    _key: str | None = None
    _words: int = -1

    @property
    def words(self) -> int:
        """How many words it has."""
        if self._words < 0:
            self._words = len(self.text.split())
        return self._words

    @property
    def key(self) -> str:
        """Its letters and digits: what it shares with a text that says the same."""
        if self._key is None:
            self._key = key(self.text)
        return self._key

    @property
    def line(self) -> str:
        """Its words on one line."""
        return self.text.replace("\n", " ")

    @property
    def links_only(self) -> bool:
        """Whether nearly all its words are links, parted by bars perhaps."""
        said = len(self.text) - 3 * self.text.count(" | ")
        return self.in_link * 5 >= said * 4 > 0


def moved(block: Block, text: str) -> Block:
    """The same block with other words: what is left after a piece was cut from it."""
    return replace(block, text=text, _key=None, _words=-1, in_link=min(block.in_link, len(text)))


def own_words(element: html.HtmlElement) -> list[Block]:
    """An element's own words, without those of the elements in it."""
    place = Place("div", None, element, element)
    words = (element.text, *(child.tail for child in element))
    return [Block(place, text) for text in (clean(word or "") for word in words) if text]


class BlockLabel(StrEnum):
    """Where a block goes that is no chrome."""

    HEADLINE = "headline"
    DEK = "dek"
    BYLINE = "byline"
    AGENCY = "agency"
    TEXT = "text"
    FRAME = "frame"
    """A picture, its caption, its credit."""
    AGAIN = "again"
    """The headline once more, as the archive prints it."""
    UNSEEN = "unseen"
    """Hidden, or not of the main column."""


Label: TypeAlias = BlockLabel | ChromeKind
