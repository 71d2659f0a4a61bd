"""The generations of the site's templates, each a value; recognised by markers in the page."""

from lxml import html

from huffarchive.layouts.amp import AMP
from huffarchive.layouts.archive import ARCHIVE
from huffarchive.layouts.generic import GENERIC
from huffarchive.layouts.layout import Layout, names_of
from huffarchive.layouts.part import Part
from huffarchive.layouts.rules import Role
from huffarchive.layouts.y2012 import Y2012
from huffarchive.layouts.y2014 import Y2014
from huffarchive.layouts.y2017 import Y2017

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


__all__ = ["GENERIC", "LAYOUTS", "Layout", "Part", "Role", "names_of", "recognise"]
