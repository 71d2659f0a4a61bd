"""The generations of the site's templates, each a value; recognised by markers in the page."""

import re
from collections import Counter
from functools import lru_cache
from itertools import islice

from lxml import html

from huffarchive.reader.elements import BLOCKS, LONG, PICTURES
from huffarchive.reader.layout import Layout, Names, Part, Role, names_of, parts_of
from huffarchive.reader.layouts.archive import AMP, ARCHIVE
from huffarchive.reader.layouts.y2012 import Y2012
from huffarchive.reader.layouts.y2014 import Y2014
from huffarchive.reader.layouts.y2017 import Y2017
from huffarchive.reader.text import words_of
from huffarchive.reading import ChromeKind

_GUESSED: dict[str, Role] = {
    **dict.fromkeys(("credit", "credits", "copyright"), Part.CREDIT),
    **dict.fromkeys(("caption", "captions", "legende", "legend"), Part.CAPTION),
    **dict.fromkeys(("pullquote", "exergue"), Part.QUOTE),
    **dict.fromkeys(("comments", "commentaires", "commentlist", "respond"), ChromeKind.COMMENTS),
    **dict.fromkeys(("newsletter", "infolettre", "signup", "subscribe"), ChromeKind.NEWSLETTER),
    **dict.fromkeys(("cta", "promo", "paywall", "donate"), ChromeKind.PROMO),
    **dict.fromkeys(("bio",), ChromeKind.AUTHOR_CARD),
    **dict.fromkeys(("share", "sharing", "partage", "partager"), ChromeKind.SHARE),
    **dict.fromkeys(("gallery", "galerie", "diaporama", "carousel"), Part.SLIDES),
}
"""What makers of templates mean by words in the names of their elements."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_FIRST = 60
"""Elements that are looked at for a picture: a bound on the time."""


class Guessing(Layout):
    """HTML's own elements, and what names mean wherever they stand."""

    def role(self, element: html.HtmlElement) -> Role | None:
        """The role by the shared rules, else by a word in its names."""
        role = super().role(element)
        tag, around = element.tag, element.getparent()
        if tag == "footer" and around.tag == "article" and element.getnext() is not None:
            return None  # what stands above a text is no page's footer
        if role is not None:
            return role
        if tag in ("span", "abbr") and _MOMENT.match(element.get("title") or "") is not None:
            return Part.DATE
        names = element.get("class")
        role = _guess(f"{tag} {names or ''}") if names or "-" in tag else None
        if role is None:
            return None
        if tag == "p" and not isinstance(role, Part):
            return None
        if role is Part.SLIDES and _pictures(element) <= max(len(LONG(element)), 1):
            return None  # a post of that kind: its paragraphs are text
        if tag not in BLOCKS and "-" not in tag:
            # Within a line only a credit is told apart, and in a paragraph that of a caption; a
            # caption in the box of its picture.
            held = around.tag != "p" or _guess(around.get("class") or "") is Part.CAPTION
            beside = role is Part.CAPTION and around.tag != "p" and _pictures(around) == 1
            return role if beside or (role is Part.CREDIT and held) else None
        if role in (Part.CAPTION, Part.CREDIT) and _pictures(element):
            return Part.FIGURE
        return role

    def last_container(self, element: html.HtmlElement) -> html.HtmlElement | None:
        """The first box that says a third of what the longest does in its paragraphs."""
        said: Counter[html.HtmlElement] = Counter()
        for paragraph in element.iter("p"):
            said[paragraph.getparent()] += len(words_of(paragraph))
        most = max(said.values(), default=0)
        return next((box for box in said if 3 * said[box] >= most), None)


@lru_cache(maxsize=4096)
def _guess(names: str) -> Role | None:
    parts = parts_of(names)
    return next((role for part, role in _GUESSED.items() if part in parts), None)


def _pictures(element: html.HtmlElement) -> int:
    """How many pictures stand among the first elements of one."""
    return sum(inner.tag in PICTURES for inner in islice(element.iter(), _FIRST))


GENERIC = Guessing(
    name="generic",
    markers=(),
    needed=0,
    column=("//body",),
    rules={"footer": Part.OUT, "header": Part.HEADER},
)


class Plain(Layout):
    """No rule but what HTML says itself: for pages whose classes mean something else here."""

    def role(self, element: html.HtmlElement) -> Role | None:
        """Headlines and captions; nothing else is left out but what is hidden."""
        return {"h1": Part.HEADLINE, "figcaption": Part.CAPTION}.get(element.tag)


PLAIN = Plain(name="generic", markers=(), needed=0, column=("//body",))

LAYOUTS = (AMP, Y2014, Y2012, Y2017, ARCHIVE)
"""The known generations."""


def recognise(tree: html.HtmlElement, names: Names | None = None) -> Layout:
    """The layout with the most markers on a page (the first of equals); GENERIC without any.

    `names` are the page's, where `names_of` has been asked already.
    """
    names = names_of(tree) if names is None else names
    scores = [(layout.score(names, tree), -place) for place, layout in enumerate(LAYOUTS)]
    best, place = max(scores)
    return LAYOUTS[-place] if best else GENERIC
