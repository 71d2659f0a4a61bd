"""What a template generation is: how its pages are recognised, and where things stand on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from lxml import etree, html

from huffarchive.layouts.common import ALWAYS, USUAL
from huffarchive.layouts.rules import Role, Rules


@dataclass(frozen=True)
class Layout:
    """One generation of the site's templates; its selectors are data."""

    name: str
    """The record's `layout`."""
    markers: tuple[str, ...]
    """Classes (".name") and ids ("#name") that its pages hold."""
    needed: int
    """How many of the markers must be there."""
    column: tuple[str, ...]
    """XPath of the main column, best first: all its visible words are accounted for."""
    rules: Mapping[str, Role] = field(default_factory=dict)
    """Roles of its elements, by selector, before those that all layouts share."""

    boxes: tuple[str, ...] = ()
    """XPath of authors' names in boxes outside the column."""

    @cached_property
    def _boxes(self) -> tuple[etree.XPath, ...]:
        return tuple(etree.XPath(path) for path in self.boxes)

    @cached_property
    def _columns(self) -> tuple[etree.XPath, ...]:
        return tuple(etree.XPath(path) for path in self.column)

    @cached_property
    def _rules(self) -> Rules:
        return Rules(ALWAYS, self.rules, USUAL)

    @cached_property
    def _shown(self) -> Rules:
        return Rules(self.rules, USUAL)

    def score(self, names: frozenset[str], root: html.HtmlElement) -> int:
        """How many markers a page with these names (`names_of`) has; 0 when too few."""
        del root
        found = sum(marker in names for marker in self.markers)
        return found if found >= self.needed else 0

    def main(self, tree: html.HtmlElement) -> html.HtmlElement | None:
        """The main column, or None when the page has none of its names."""
        for path in self._columns:
            if found := cast("list[html.HtmlElement]", path(tree)):
                return found[0]
        return None

    def author_boxes(self, tree: html.HtmlElement) -> list[html.HtmlElement]:
        """Authors' names in boxes of their own."""
        found = (cast("list[html.HtmlElement]", path(tree)) for path in self._boxes)
        return next((elements for elements in found if elements), [])

    def role(self, element: html.HtmlElement) -> Role | None:
        """The role of an element, by its own names alone."""
        return self._rules.role(element.tag, element.get("class"), element.get("id"))

    def role_if_shown(self, element: html.HtmlElement) -> Role | None:
        """The role that a hidden element would have if it were not."""
        return self._shown.role(element.tag, element.get("class"), element.get("id"))


def names_of(tree: html.HtmlElement) -> frozenset[str]:
    """All classes (".name") and ids ("#name") of a page."""
    classes = " ".join(cast("list[str]", _CLASSES(tree))).split()
    ids = cast("list[str]", _IDS(tree))
    return frozenset({f".{name}" for name in classes} | {f"#{name}" for name in ids})


_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
