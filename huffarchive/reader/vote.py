"""trafilatura's judgement: which blocks are the article's, where the layout cannot tell."""

import logging
from collections.abc import Iterable
from functools import cached_property

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from huffarchive.reader.blocks import Block
from huffarchive.reader.text import key

# It warns of every page that it makes nothing of; a record's warnings say that better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_TEXTS = ("p", "head", "item", "quote", "cell", "ab", "code")
"""trafilatura's own elements for pieces of text."""
_OPTIONS = Extractor(fast=True, comments=False, with_metadata=False, dedup=False)
_SHORT = 12
"""Below so many letters a text is looked for as a whole piece, not inside a longer one."""


class Vote:
    """What trafilatura took for the article."""

    def __init__(self, tree: html.HtmlElement | None) -> None:
        self._body = _extract(tree) if tree is not None else None

    def __bool__(self) -> bool:
        return self._body is not None and bool(self._all)

    @cached_property
    def _all(self) -> str:
        return "" if self._body is None else key(_words(self._body))

    @cached_property
    def _pieces(self) -> frozenset[str]:
        parts = [] if self._body is None else self._body.iter(*_TEXTS)
        return frozenset(key(_words(part)) for part in parts)

    def takes(self, block: Block) -> bool:
        """Whether a block's text is in it."""
        if len(block.key) < _SHORT:
            return block.key in self._pieces
        return block.key in self._all


def vote_on_page(tree: html.HtmlElement) -> Vote:
    """Let trafilatura judge a whole page; the tree stays as it is."""
    return Vote(tree)


def vote_on_blocks(blocks: Iterable[tuple[Block, bool]]) -> Vote:
    """Let trafilatura judge what is left of the layout's container when the chrome is lifted out.

    The tree is built from the blocks: their own elements, the names of those that the layout does
    not know, as much link text as they have. With each block comes whether it needs judging; what
    the layout is sure of stands there as context, run together, since every element costs time.
    """
    article = html.Element("article")
    inside: tuple[str, ...] = ()
    holder = article
    context: list[str] = []
    for block, doubtful in blocks:
        if not doubtful:
            context.append(block.line)
            continue
        _settle(article, context)
        names = block.place.strangers
        if names != inside:
            inside, holder = names, article
            for name in names[-8:]:
                tag, classes = name.split(".", 1)
                known = tag if tag in ("aside", "footer", "section", "form") else "div"
                holder = etree.SubElement(holder, known)
                holder.set("class", classes)
        _add(holder, block)
    _settle(article, context)
    page = html.Element("html")
    etree.SubElement(page, "body").append(article)
    return Vote(page)


def _settle(article: etree._Element, context: list[str]) -> None:
    if context:
        etree.SubElement(article, "p").text = " ".join(context)
        context.clear()


def _add(holder: etree._Element, block: Block) -> None:
    tag = block.place.tag
    if tag == "blockquote":
        holder = etree.SubElement(holder, "blockquote")
    elif tag == "li":
        holder = etree.SubElement(holder, "ul")
    element = etree.SubElement(holder, tag if tag in _HEADINGS or tag == "li" else "p")
    line = block.line
    plain = len(line) - min(block.in_link, len(line))
    element.text = line[:plain]
    if block.in_link:
        link = etree.SubElement(element, "a", href=block.links[0] if block.links else "#")
        link.text = line[plain:]


def _extract(tree: html.HtmlElement) -> etree._Element | None:
    try:
        document = bare_extraction(tree, options=_OPTIONS)
    except Exception:  # noqa: BLE001 - whatever a hostile page makes it raise costs only its vote
        return None
    return getattr(document, "body", None)


def _words(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
