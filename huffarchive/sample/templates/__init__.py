"""The templates that showed the site's pages, one module for each generation."""

from collections.abc import Callable

from huffarchive.sample.articles import Story
from huffarchive.sample.templates import amp, archive, listing, y2012, y2014, y2017
from huffarchive.sample.templates.frame import Frame

TEMPLATES: dict[str, Callable[[Story, Frame], str]] = {
    "archive": archive.page,
    "archive-v1": archive.page,
    "amp": amp.page,
    "2017": y2017.page,
    "2014": y2014.page,
    "2012": y2012.page,
    "generic": listing.page,
}
"""By the recipe's template."""
