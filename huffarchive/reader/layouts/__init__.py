"""The generations of the site's templates, each a value; recognised by markers in the page."""

from lxml import html

from huffarchive.reader.blocks import BLOCKS, PICTURES
from huffarchive.reader.layout import Layout, Part, Role, names_of, parts_of
from huffarchive.reader.layouts.archive import AMP, ARCHIVE
from huffarchive.reader.layouts.y2012 import Y2012
from huffarchive.reader.layouts.y2014 import Y2014
from huffarchive.reader.layouts.y2017 import Y2017
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
}
"""What makers of templates mean by words in the names of their elements."""
_PICTURED = 300
"""Letters beside a picture in a table or list that is its frame."""


class Guessing(Layout):
    """HTML's own elements, and what names mean wherever they stand."""

    def role(self, element: html.HtmlElement) -> Role | None:
        """The role by the shared rules, else by a word in its names."""
        role = super().role(element)
        if role is not None:
            return role
        tag = element.tag
        if tag in ("small", "cite"):
            return Part.CREDIT if element.getparent().tag == "figcaption" else None
        if tag in ("dl", "table"):
            alone = len(list(element.iter(*PICTURES))) == 1 and element.find(".//p") is None
            small = alone and len("".join(element.itertext())) <= _PICTURED
            return Part.FIGURE if small else None
        names = element.get("class")
        if not names and "-" not in tag:
            return None
        parts = parts_of(f"{tag} {names or ''}")
        role = next((role for part, role in _GUESSED.items() if part in parts), None)
        if tag not in BLOCKS and "-" not in tag:
            # Within a line only a credit is told apart, and not within a paragraph.
            return role if role is Part.CREDIT and element.getparent().tag != "p" else None
        if role in (Part.CAPTION, Part.CREDIT) and next(element.iter(*PICTURES), None) is not None:
            return Part.FIGURE
        return role


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


def recognise(tree: html.HtmlElement, names: frozenset[str] | None = None) -> Layout:
    """The layout with the most markers on a page (the first of equals); GENERIC without any.

    `names` are the page's, where `names_of` has been asked already.
    """
    names = names_of(tree) if names is None else names
    scores = [(layout.score(names, tree), -place) for place, layout in enumerate(LAYOUTS)]
    best, place = max(scores)
    return LAYOUTS[-place] if best else GENERIC
