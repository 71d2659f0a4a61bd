"""The generations of the site's templates, each a value; recognised by markers in the page."""

from lxml import html

from huffarchive.reader.layout import Layout, Part, names_of
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
