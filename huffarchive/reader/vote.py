"""trafilatura's judgement: which blocks are the article's, where the layout cannot tell."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cached_property, partial
from typing import cast

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from huffarchive.reader.blocks import Block
from huffarchive.reader.elements import HEADINGS, LONG, UNSEEN, is_invisible
from huffarchive.reader.layout import parts_of
from huffarchive.reader.text import key, words_of

# It warns of every page that it makes nothing of; a record's warnings say that better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_TEXTS = ("p", "head", "item", "quote", "cell", "ab", "code")
"""trafilatura's own elements for pieces of text."""
_OPTIONS = Extractor(fast=True, comments=False, with_metadata=False, dedup=False)
_DEFAULT = Extractor(fast=False, comments=False, with_metadata=False, dedup=False)
_SAMPLE = 24
"""Letters of a sample; a paragraph is known by two of three samples where it is not whole."""
_MEASURED = 100
"""Elements of a page that are measured: a bound on the time."""
LITTLE = 250
"""Letters below which an element holds no page."""
_SEVERAL = 3
"""Paragraphs that are more than a card's."""
BESIDE = frozenset(
    (
        *("aside", "footer", "nav", "comments", "comment", "commentaires", "commentlist", "form"),
        *("sidebar", "related", "modal", "popup", "cookie", "widget", "rail"),
    )
)
"""Tags, and words in the names, of what stands beside an article."""
_LENGTH = etree.XPath("string-length(.)")
_SEEN = etree.XPath(
    ".//text()[not(parent::script or parent::style or parent::noscript or parent::template)]",
    smart_strings=False,
)
_KNOWN = tuple(
    f"{subject} est une phrase que tout lecteur sait lire, et qui suit la précédente. " * 5
    for subject in ("Ceci", "Cela")
)
_SOUND = (
    "<html><body><nav><a href='/a'>Accueil</a> <a href='/b'>Sports</a></nav><article><p>{}</p>"
    "</article><footer>Tous droits réservés</footer></body></html>"
)
_SHORT = 12
"""Below so many letters a text is looked for as a whole piece, not inside a longer one."""


class Vote:
    """What trafilatura takes for the article of a page; it is asked when that is first wanted."""

    def __init__(self, page: Callable[[], html.HtmlElement], options: Extractor = _OPTIONS) -> None:
        self._page, self._options = page, options
        self.doubtful = False
        """Whether another way of asking gives twice as much, or half."""

    @cached_property
    def _body(self) -> etree._Element | None:
        return _extract(self._page(), self._options)

    def __bool__(self) -> bool:
        return bool(self._all)

    @cached_property
    def _all(self) -> str:
        return "" if self._body is None else key(words_of(self._body))

    @cached_property
    def _pieces(self) -> frozenset[str]:
        parts = [] if self._body is None else self._body.iter(*_TEXTS)
        return frozenset(key(words_of(part)) for part in parts)

    def takes(self, block: Block) -> bool:
        """Whether a block's text is in it."""
        if len(block.key) < _SHORT:
            return block.key in self._pieces
        return block.key in self._all

    def takes_most(self, block: Block) -> bool:
        """The same, where it may have left a word out of a paragraph: a button, a hidden mark."""
        if self.takes(block):
            return True
        text = block.key
        if len(text) < 3 * _SAMPLE:
            return False
        middle = len(text) // 2
        samples = (text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:])
        return sum(sample in self._all for sample in samples) > 1

    @property
    def letters(self) -> int:
        """How much it took."""
        return len(self._all)

    def holds_most(self, box: html.HtmlElement) -> bool:
        """Whether it took half of what the paragraphs say that stand in a box themselves."""
        said = [key(words_of(paragraph)) for paragraph in box.iterchildren("p")]
        taken = sum(len(text) for text in said if text in self._all)
        return 2 * taken > sum(map(len, said))

    def held_by(self, element: html.HtmlElement) -> bool:
        """Whether an element holds half of what was taken."""
        words = key(words_of(element))
        if 2 * len(words) < self.letters:
            return False
        held = sum(len(piece) for piece in self._pieces if len(piece) >= _SHORT and piece in words)
        return 2 * held >= sum(len(piece) for piece in self._pieces if len(piece) >= _SHORT)


def check_vote() -> None:
    """ValueError where trafilatura does not take its article from each of two plain pages."""
    for text in _KNOWN:
        page = partial(html.document_fromstring, _SOUND.format(text))
        words, taken = key(text), Vote(page)._all  # noqa: SLF001
        if words not in taken or 2 * len(taken) > 3 * len(words):
            raise ValueError("trafilatura takes other words from a known page than its article's")


class Guard:
    """Whether an element holds half of a page: of what was taken, else of all its words."""

    def __init__(self, vote: Vote, column: html.HtmlElement) -> None:
        self._vote = vote
        self._column = column
        self._left = _MEASURED

    def __call__(self, element: html.HtmlElement) -> bool:
        """Whether this one does."""
        if self._left <= 0 or _LENGTH(element) < LITTLE:
            return False
        self._left -= 1
        if is_invisible(element):  # unless nothing is left without it
            return 6 * len(_seen(element)) >= 5 * len(_seen(self._column))
        if self._vote:
            return self._vote.held_by(element)
        return 2 * len(_seen(element)) >= len(_seen(self._column))


class Spoken:
    """Whether an element of a known layout's text holds half of what a column's paragraphs say.

    Two paragraphs at least: one alone may be a post of a network or the life of an author.
    """

    def __init__(self, column: html.HtmlElement) -> None:
        self._column = column
        self._left = _MEASURED // 5

    def __call__(self, element: html.HtmlElement) -> bool:
        """Whether this one does."""
        said = LONG(element) if self._left > 0 else []
        self._left -= 1
        return len(said) > 1 and 2 * _letters(said) >= self._all

    @cached_property
    def _all(self) -> int:
        return _letters(LONG(self._column))


def vote_on_page(tree: html.HtmlElement) -> Vote:
    """Let trafilatura judge a whole page; the tree stays as it is.

    Its fast mode may take a card or the first of several boxes: where it took far less than the
    page's paragraphs say, the default mode is asked too, and where both did the box with the most
    paragraphs alone; the one that takes most counts.
    """
    fast = Vote(lambda: tree)
    boxes: dict[html.HtmlElement, int] = {}
    for paragraph in tree.iter("p"):
        box = paragraph.getparent()
        boxes[box] = boxes.get(box, 0) + len(key(words_of(paragraph)))
    said = sum(boxes.values())
    if 5 * fast.letters >= 3 * said > 0:
        return fast
    votes = [fast, Vote(lambda: tree, _DEFAULT)]
    most = max(votes, key=lambda vote: vote.letters)
    if boxes and 2 * most.letters < said and (part := _overlooked(boxes, most)) is not None:
        votes.append(Vote(lambda: part))
    most = max(votes, key=lambda vote: vote.letters)
    most.doubtful = 2 * min(vote.letters for vote in votes) < most.letters
    return most


def _overlooked(boxes: Mapping[html.HtmlElement, int], vote: Vote) -> html.HtmlElement | None:
    """A page of the box with the most paragraphs, for trafilatura; None where it is no article.

    What stands around the box, where that was taken, is of one article with it. A box of another
    part of the page than the headline and what was taken is comments, teasers, a notice.
    """
    box = max(boxes, key=boxes.__getitem__)
    above = [box, *box.iterancestors()]
    if any(is_invisible(element) or element.tag in UNSEEN for element in above):
        return None
    page = html.Element("html")
    article = etree.SubElement(etree.SubElement(page, "body"), "article")
    taken = [e for e in boxes if e is not box and vote.holds_most(e)]
    outer = next((e for e in above if e in taken), None)
    if outer is None:
        if any(_is_nearer(other, above) for other in taken):
            return None
        article.extend(deepcopy(list(box)))
        return page
    copied = deepcopy(outer)
    path = set(above[: above.index(outer)])
    for element, copy in zip(outer.iter(), copied.iter(), strict=True):
        if element in path:
            copy.tag = "div"
            copy.attrib.clear()
    article.extend(list(copied))
    return page


def _is_nearer(other: html.HtmlElement, above: Sequence[html.HtmlElement]) -> bool:
    """Whether a box stands nearer to the headline than another with these elements around it.

    Where they are as near, one of several paragraphs is that stands in the page's `article`, or
    beside what is named as comments or the like.
    """
    title = next(other.getroottree().iter("h1"), None)
    heading = set() if title is None else set(title.iterancestors())
    around = [other, *other.iterancestors()]
    own = next((element for element in around if element in heading), None)
    near = next((element for element in above if element in heading), None)
    if own is not near:
        return near in around
    if len(other.findall("p")) < _SEVERAL:
        return False
    article = next((element for element in around if element.tag in ("article", "main")), None)
    return article not in (None, *above) or any(
        not BESIDE.isdisjoint(parts_of(f"{e.tag} {e.get('class') or ''} {e.get('id') or ''}"))
        for e in above
        if e not in around
    )


def page_of(blocks: Iterable[tuple[Block, bool]]) -> html.HtmlElement:
    """What is left of the layout's container when the chrome is lifted out, for trafilatura.

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
    return page


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
    element = etree.SubElement(holder, tag if tag in HEADINGS or tag == "li" else "p")
    line = block.line
    plain = len(line) - min(block.in_link, len(line))
    element.text = line[:plain]
    if block.in_link:
        link = etree.SubElement(element, "a", href=block.links[0] if block.links else "#")
        link.text = line[plain:]


def _extract(tree: html.HtmlElement, options: Extractor) -> etree._Element | None:
    try:
        document = bare_extraction(tree, options=options)
    except Exception:  # noqa: BLE001 - whatever a hostile page makes it raise costs only its vote
        # And what a sound page does is no page's fault.
        bare_extraction(_SOUND.format(_KNOWN[0]), options=options)
        return None
    return getattr(document, "body", None)


def _letters(paragraphs: list[html.HtmlElement]) -> int:
    return sum(len(key(words_of(paragraph))) for paragraph in paragraphs)


def _seen(element: html.HtmlElement) -> str:
    return key("".join(cast("list[str]", _SEEN(element))))
