"""The walk through a page's main column that finds its blocks."""

import re
from collections.abc import Callable
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from lxml import etree, html

from huffarchive.reader.blocks import Block, Place
from huffarchive.reader.elements import (
    BLOCKS,
    BYLINES,
    FOLDED,
    HEADINGS,
    LONG,
    PICTURES,
    UNSEEN,
    frame_of,
    is_brief,
    is_credit_of,
    is_invisible,
    picture_in,
)
from huffarchive.reader.layout import Layout, Part, parts_of
from huffarchive.reader.text import clean, words_of
from huffarchive.reading import ChromeKind

_HOLDING = frozenset(("li", "td", "th", "blockquote", "figcaption", "dt", "dd"))
_SPEAKING = HEADINGS | _HOLDING | {"p", "pre"}
_STRANGE = frozenset(("aside", "footer", "form", "button", "fieldset"))
_INSIDE_CHROME = frozenset(
    (
        Part.HIDDEN,
        ChromeKind.CLOSE_WIDGET,
        ChromeKind.CORRECTION_LINK,
        ChromeKind.NEWSLETTER,
        ChromeKind.SECTION_LABEL,
    )
)
"""Roles that an element may have inside a piece of chrome; all else in it is that piece."""
_SURE = frozenset((Part.TEXT, Part.BODY))
"""Roles that end a piece of chrome around them: it is a wrapper, or was left open."""
_SIGNED = frozenset((Part.BYLINE, Part.DATE))
_CONTROLLED = etree.XPath("//@aria-controls", smart_strings=False)
_CONTROLS = frozenset(("button", "select"))
"""What stands within a line: the paragraph goes on behind it."""
_PORTRAIT = frozenset((Part.FIGURE, Part.CAPTION))
_FRAME = frozenset((Part.FIGURE, Part.CAPTION, Part.CREDIT))
_UNREAD = frozenset((Part.HIDDEN, Part.OUT))
_OPEN = frozenset((Part.TEXT, Part.BODY, Part.HEADLINE, Part.QUOTE, Part.LIVE, Part.SLIDES))
"""Roles that take no words from the text."""
_MEDIA = (*PICTURES, "picture", "video", "audio", "iframe", "object", "embed", "svg")
_SAYING = ("table", "blockquote", "pre", "code", "p", "ul", "ol", "h2", "h3", "h4")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LINE = "\x1e"
_EDGE = "\x1f"
"""Where an element begins or ends within a byline."""
_ANCHORS = frozenset(("#", "¶", "§", "🔗"))
"""Links of a heading to itself."""
IsLogo: TypeAlias = Callable[[html.HtmlElement], bool]


def blocks_of(
    column: html.HtmlElement,
    layout: Layout,
    signs: tuple[str, ...] = (),
    is_logo: IsLogo = lambda _: False,
    holds_page: IsLogo = lambda _: False,
) -> list[Block]:
    """The blocks of a column in order: nothing visible is left out, nothing comes twice.

    `is_logo` says of an element beside the headline or the byline whether it is an agency's;
    `holds_page` of one with a role whether it holds half of the page, which no chrome does.

    Elements that are hidden, or not the main column's, are passed over, unless one of `signs`
    stands in their words: then their blocks have the role HIDDEN or OUT. The walk keeps its own
    stack, so depth is no matter; the parser and the reader's process bound the size.
    """
    return _Walk(layout, signs, is_logo, holds_page).walk(column)


class _Walk:
    def __init__(
        self, layout: Layout, signs: tuple[str, ...], is_logo: IsLogo, holds_page: IsLogo
    ) -> None:
        self._layout = layout
        self._holds_page = holds_page
        self._everywhere = not layout.markers
        self._is_logo = is_logo
        self._signs = signs
        self._ending: dict[html.HtmlElement, bool] = {}
        self._out: list[Block] = []
        self._parts: list[str] = []
        self._links: list[str] = []
        self._in_link = 0
        self._depth = 0
        self._broken = False
        self._frames: set[html.HtmlElement | None] = set()
        self._held_back: dict[html.HtmlElement, tuple[list[str], list[str], int]] = {}

    def walk(self, column: html.HtmlElement) -> list[Block]:
        self._column = column
        root = Place("div", None, column, column)
        self._frames = {frame_of(picture, column) for picture in column.iter(*PICTURES)} - {None}
        # To enter: (outer place, element, None); to leave: (outer place, element, inner place).
        stack: list[tuple[Place, html.HtmlElement, Place | None]] = [(root, column, None)]
        while stack:
            outer, element, inner = stack.pop()
            if inner is not None:
                if element.tag == "a":
                    self._depth -= 1
                if inner is not outer:
                    if self._parts or self._links:
                        self._flush(inner)
                    if element in self._held_back:
                        self._parts, self._links, self._in_link = self._held_back.pop(element)
                    if inner.role is Part.AGENCY and not self._shown(inner, element):
                        self._out.append(Block(inner, "", picture=element))
                elif self._parts and _is_signed(outer):
                    self._parts.append(_EDGE)
                if element.tail and element is not column:
                    self._say(element.tail, outer)
                continue
            tag = element.tag
            if (
                not isinstance(tag, str)
                or tag in UNSEEN
                or tag == "br"
                or (tag == "a" and element.text in _ANCHORS and not len(element))
            ):
                if tag == "br":
                    self._break(outer)
                elif tag == "svg" and _is_signed(outer) and self._is_logo(element):
                    place = outer._replace(role=Part.AGENCY, owner=element)
                    self._out.append(Block(place, "", picture=element))
                elif tag == "noscript" and (shown := picture_in(element, outer.figure)) is not None:
                    self._out.append(Block(outer, "", picture=shown))
                if element.tail and element is not column:
                    self._say(element.tail, outer)
                continue
            inner = self._enter(outer, element, tag)
            if inner.role in _UNREAD and outer.role not in _UNREAD and not self._entered(element):
                if tag in BLOCKS and (self._parts or self._links):
                    self._flush(outer)
                if element.tail and element is not column:
                    self._say(element.tail, outer)
                continue
            if inner is not outer and (self._parts or self._links):
                if tag in _CONTROLS and outer.tag == "p":
                    self._held_back[element] = self._parts, self._links, self._in_link
                    self._parts, self._links, self._in_link = [], [], 0
                else:
                    self._flush(outer)
            if picture_in(element, None) is not None:
                self._out.append(Block(inner, "", picture=element))
            elif tag == "a":
                self._depth += 1
                if isinstance(inner.role, ChromeKind):
                    # Links of a menu stand apart on the page, whatever the markup between them.
                    self._parts.append(" ")
                if href := element.get("href"):
                    self._links.append(href)
            if inner is outer and self._parts and _is_signed(inner):
                self._parts.append(_EDGE)
            if element.text:
                if self._parts and _abut(self._parts[-1], element):
                    self._parts.append(" ")
                self._say(element.text, inner)
            stack.append((outer, element, inner))
            if len(element):
                stack += [(inner, child, None) for child in reversed(element)]
        self._flush(root)
        return self._out

    def _shown(self, place: Place, element: html.HtmlElement) -> bool:
        """Whether the last block is of an agency's element; one that is drawn by a style is not."""
        return place.owner is not element or (
            bool(self._out) and self._out[-1].place.owner is element
        )

    def _entered(self, element: html.HtmlElement) -> bool:
        """Whether an element that no reader reads has to be gone through all the same."""
        if self._holds_text(element):
            return True
        if not self._signs:
            return False
        words = words_of(element)
        return any(sign in words for sign in self._signs)

    def _holds_text(self, element: html.HtmlElement) -> bool:
        """Whether an element that is chrome or hidden by its name has the article's text in it."""
        if element not in self._ending:
            self._ending[element] = not is_invisible(element) and self._layout.holds_text(element)
        return self._ending[element]

    def _enter(self, outer: Place, element: html.HtmlElement, tag: str) -> Place:
        """The place inside an element; the outer place itself where the element changes nothing."""
        role = self._layout.role(element)
        if role is None and element in self._frames:
            role = Part.FIGURE
        if is_invisible(element) and not (self._everywhere and self._unfolds(element)):
            role = Part.HIDDEN
        within = outer.role
        if role is None and within is Part.CAPTION and is_credit_of(element):
            role = Part.CREDIT
        if role is None and tag not in BLOCKS and not outer.in_header and not _is_signed(outer):
            return outer
        if role is Part.FIGURE and tag == "figure" and (held := self._held(element)) is not None:
            role = Part.QUOTE if held == "blockquote" else Part.TEXT if outer.in_body else Part.BODY
        if (
            role is not None
            and role not in _OPEN
            and (outer.in_body or self._everywhere)
            and within not in _UNREAD
            and not isinstance(within, ChromeKind)
            and self._holds_page(element)
        ):
            role = None
        elif (
            role in _UNREAD
            and outer.in_body
            and within not in _UNREAD
            and not isinstance(within, ChromeKind)
        ):
            # In mid-text: to be accounted for.
            if role is Part.OUT:
                role = ChromeKind.NAVIGATION
            elif LONG(element) and not is_invisible(element):
                role = ChromeKind.OTHER
        elif (
            role is Part.OUT
            and self._everywhere
            and next(element.iterancestors("article"), None) is not None
            and LONG(element)
        ):
            role = ChromeKind.OTHER
        if role is Part.HIDDEN and self._on_hover(outer, element):
            role = self._layout.role_if_shown(element)
        elif within is Part.BYLINE and role in _PORTRAIT:
            role = within
        elif tag == "button" and role is None and outer.tag not in FOLDED and is_brief(element):
            role = ChromeKind.OTHER
        if (
            ((outer.in_header and outer.figure is None) or _is_signed(outer))
            and within is not Part.AGENCY
            and role is not Part.HIDDEN
            and self._is_logo(element)
        ):
            role = Part.AGENCY
        if (
            within in _UNREAD or (isinstance(within, ChromeKind) and role not in _INSIDE_CHROME)
        ) and not (role in _SURE and self._holds_text(outer.owner)):
            role = None
        if tag not in BLOCKS and (role is None or (role is within and role is not Part.DATE)):
            return outer
        strangers, owner = outer.strangers, outer.owner
        if role is None:
            role = within
            names = element.get("class") or element.get("id")
            if names or tag in _STRANGE:
                strangers = (*strangers, f"{tag}.{names or ''}")
        else:
            strangers = ()
            if role is not within:
                owner = element
        if tag in _SPEAKING and not (tag == "p" and outer.tag in _HOLDING):
            name = tag
        else:
            kept = outer.tag in (FOLDED if tag == "button" else _HOLDING) or tag not in BLOCKS
            name = outer.tag if kept else "div"
        figure = outer.figure
        if role is Part.FIGURE and (tag == "figure" or figure is None):
            figure = element
        return Place(
            name,
            role,
            owner,
            element if tag in BLOCKS or owner is element or role is Part.DATE else outer.element,
            strangers,
            figure,
            element if role is Part.SLIDES and owner is element else outer.slides,
            element if tag in ("td", "th") else outer.cell,
            outer.in_header or role is Part.HEADER,
            outer.in_body or role is Part.BODY or role is Part.TEXT,
        )

    def _held(self, figure: html.HtmlElement) -> str | None:
        """The element of text that a figure holds in a picture's place, or None."""
        if next(figure.iter(*_MEDIA, "noscript"), None) is not None:
            return None
        for element in figure.iter(*_SAYING):
            if all(a.tag != "figcaption" for a in element.iterancestors("figcaption", "figure")):
                first = next(figure.iter("blockquote"), None)
                return str(element.tag) if first is None else "blockquote"
        roles = map(self._layout.role, figure.iterdescendants("*")) if self._everywhere else _FRAME
        return "div" if _FRAME.isdisjoint(roles) else None

    def _unfolds(self, element: html.HtmlElement) -> bool:
        """Whether a button unfolds a hidden element with paragraphs in it (disclosure)."""
        return element.get("id") in self._controlled and bool(LONG(element))

    @cached_property
    def _controlled(self) -> frozenset[str | None]:
        return frozenset(" ".join(_CONTROLLED(self._column)).split())

    def _on_hover(self, outer: Place, element: html.HtmlElement) -> bool:
        """Whether a hidden element is the caption that a picture shows under the pointer."""
        beside = outer.figure is not None or (self._out and self._out[-1].picture is not None)
        return (
            bool(beside)
            and self._layout.role_if_shown(element) in _FRAME
            and next(element.iter(*PICTURES), None) is None
        )

    def _say(self, text: str, place: Place) -> None:
        if not self._parts and not self._links and text.isspace():
            return
        if place.in_body and place.tag == "div" and "\n" in text and _EMPTY_LINE.search(text):
            # The old editing system parts paragraphs by empty lines and nothing else.
            *before, text = _EMPTY_LINE.split(text)
            for part in before:
                self._say(part, place)
                self._flush(place)
        self._parts.append(text)
        if not text.isspace():
            self._broken = False
            if self._depth:
                self._in_link += len(text.strip())

    def _break(self, place: Place) -> None:
        if self._broken:
            self._flush(place)
        elif self._parts:
            self._parts.append(_LINE)
            self._broken = True

    def _flush(self, place: Place) -> None:
        self._broken = False
        if not self._parts:
            self._links.clear()
            return
        raw = "".join(self._parts)
        self._parts.clear()
        if _LINE in raw or _EDGE in raw:
            lines = chain.from_iterable(map(_names_apart, raw.split(_LINE)))
            text = "\n".join(filter(None, map(clean, lines)))
        else:
            text = "" if raw.isspace() else clean(raw)
        if text:
            self._out.append(Block(place, text, self._in_link, tuple(self._links)))
        self._in_link = 0
        self._links.clear()


def _is_signed(place: Place) -> bool:
    """Whether a place is a byline's: by the layout, in the header, or by its element's name."""
    if place.role in _SIGNED or place.role is Part.HEADER:
        return True
    name = place.element.get("class") if place.role is None else None
    return name is not None and not BYLINES.isdisjoint(parts_of(name))


def _names_apart(line: str) -> list[str]:
    """A line cut where two elements meet and two names: with no blank between, or two words each.

    One letter alone is a capital that is drawn larger.
    """
    lines = [""]
    for piece in line.split(_EDGE):
        before, after = lines[-1].split(), piece.split()
        if before and after and before[-1][-1].isalnum() and after[0][0].isalnum():
            if lines[-1][-1].isspace() or piece[0].isspace():
                named = all(word[0].isupper() for word in (before[0], before[-1], *after))
                apart = named and min(len(before), len(after)) > 1
            else:
                apart = min(len(before[-1]), len(after[0])) > 1
            if apart:
                lines.append(piece)
                continue
        lines[-1] += piece
    return lines


def _abut(before: str, element: html.HtmlElement) -> bool:
    """Whether digits of two named elements meet, such as a day and its hour: a style parts them."""
    if not (before[-1:].isdigit() and element.text[:1].isdigit()) or not element.get("class"):
        return False
    last = element.getprevious()
    return last is not None and not last.tail and last.get("class") is not None
