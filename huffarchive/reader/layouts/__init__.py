"""The generations of the site's templates, each a value; recognised by markers in the page."""

from lxml import html

from huffarchive.reader.layout import Layout, Part, Role, names_of
from huffarchive.reader.layouts.archive import AMP, ARCHIVE
from huffarchive.reader.layouts.y2012 import Y2012
from huffarchive.reader.layouts.y2014 import Y2014
from huffarchive.reader.layouts.y2017 import Y2017

GENERIC = Layout(
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
