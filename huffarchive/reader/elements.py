"""What an element is by itself: whether a block begins with it, who sees it, what it frames."""

import re
from collections import Counter
from itertools import islice

from lxml import etree, html

from huffarchive.reader.layout import parts_of
from huffarchive.reader.text import words_of

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "button", "center", "dd", "details"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "menu", "nav", "ol"),
        *("option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    )
)
"""Elements that begin a block of their own."""
UNSEEN = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "iframe", "head", "object", "embed"),
        *("applet", "math", "audio", "video", "canvas", "datalist", "param", "source", "track"),
        *("link", "meta", "title"),
    )
)
"""Elements whose words no reader sees."""
PICTURES = frozenset(("img", "amp-img", "amp-anim"))
_FILMS = ("video", "iframe", "object", "embed")
"""What shows something else in a picture's frame."""
_BOXES = frozenset(("table", "dl", "div", "center", "td", "dd"))
"""What a picture and its caption were framed with before there was `figure`."""
_LEVELS = 6
"""Elements around a picture that may be its frame."""
_INSIDE = 60
"""Elements in such a box, at most."""
_CAPTION = 300
"""Letters beside a picture in a box that is its frame."""
_BESIDE = re.compile(r"float\s*:\s*(?:left|right)", re.IGNORECASE)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
FOLDED = HEADINGS | {"dt"}
"""Headings whose button unfolds what stands below them: its words are the heading."""
_CELLS = frozenset(("td", "th", "dt", "dd"))
_SAID = FOLDED | _CELLS | {"p"}
_FEW = 2
"""Cells with words beside a picture: its caption and its credit; more are a table of their own."""
_CREDITS = frozenset(
    (
        *("credit", "credits", "copyright", "photographer", "photographe", "author", "auteur"),
        *("creator", "source"),
    )
)
"""Words in the names of a caption's element that says whose the picture is."""
BYLINES = frozenset(("author", "authors", "auteur", "auteurs", "byline", "signature", "writer"))
"""Words in the names of bylines."""
_PLAIN = etree.XPath(
    "boolean(.//text()[normalize-space() and not(ancestor::em or ancestor::i or ancestor::small)])"
)
"""Whether words of an element are not slanted: below a picture such are its caption."""
LABEL, SENTENCE, LONGEST_DEK = 8, 15, 80
"""Words: of a label at most, of a sentence that is no heading (more than), of a dek at most."""
_BUTTON = 10
"""Words that a button has at most."""
_INVISIBLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
LONG = etree.XPath(".//p[text()[string-length() > 40]]")
"""Paragraphs that say something outside links."""


def is_invisible(element: html.HtmlElement) -> bool:
    """Whether its own style or attribute hides an element."""
    style = element.get("style")
    if style is not None and _INVISIBLE.search(style) is not None:
        return True
    return element.get("hidden") is not None


def frame_of(picture: html.HtmlElement, column: html.HtmlElement) -> html.HtmlElement | None:
    """The box of one picture and the few words beside it: a table, one that floats, `<br>`."""
    around = picture.getparent()
    following = (around if around.tag == "a" else picture).getnext()
    broken = following is not None and following.tag == "br"
    for element in islice(picture.iterancestors(), _LEVELS):
        if element is column or element.tag in ("figure", "article", "main", "body"):
            return None
        floats = element.get("align") or _BESIDE.search(element.get("style") or "")
        boxed = element.tag in _BOXES and (element.tag in ("table", "dl") or floats or broken)
        if boxed or element.tag == "p":
            inner = list(islice(element.iter(), _INSIDE))
            words = words_of(element) if len(inner) < _INSIDE else ""
            if words.strip() or len(inner) == _INSIDE:
                slanted = broken and element.tag == "p" and len(inner) < _INSIDE
                slanted = slanted and not _PLAIN(element)
                said = Counter(e.tag for e in inner if e.tag in _SAID and words_of(e).strip())
                linked = sum(len(words_of(e)) for e in inner if e.tag == "a")
                told = said["p"] > bool(floats or slanted)
                told = told or any(said[tag] for tag in HEADINGS)
                told = told or sum(said[tag] for tag in _CELLS) > _FEW
                alone = sum(e.tag in PICTURES for e in inner) == 1
                few = 2 * linked < len(words) <= _CAPTION
                return element if (boxed or slanted) and alone and few and not told else None
        broken = broken and element.tag == "a"
    return None


def picture_in(
    element: html.HtmlElement, figure: html.HtmlElement | None
) -> html.HtmlElement | None:
    """The picture that an element shows, or stands for: `noscript` where a script draws it.

    A `picture` without an image is one by its sources.
    """
    if element.tag in PICTURES:
        return element
    if element.tag == "picture" and next(element.iter(*PICTURES), None) is None:
        return element if element.find("source") is not None else None
    if element.tag != "noscript" or figure is None:
        return None
    shown = islice(figure.iter(*PICTURES, "picture", *_FILMS), _INSIDE)
    if all(any(a.tag == "noscript" for a in e.iterancestors("noscript", "figure")) for e in shown):
        return next(element.iter(*PICTURES), None)
    return None


def is_credit_of(element: html.HtmlElement) -> bool:
    """Whether an element of a caption is the credit in it: by its name, or small words behind."""
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    if not _CREDITS.isdisjoint(parts_of(names)):
        return True
    caption = element.getparent()
    if element.tag not in ("small", "cite") or caption is None:
        return False
    last = not (element.tail or "").strip(" .)\n") and element.getnext() is None
    return last and len(words_of(caption).strip()) > len(words_of(element).strip())


def is_brief(element: html.HtmlElement, most: int = _BUTTON) -> bool:
    """Whether an element says no more words than a button does; the rest of it is not looked at."""
    words = 0
    for text in element.itertext():
        words += len(text.split())
        if words > most:
            return False
    return True
