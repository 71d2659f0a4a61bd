"""Which part of a page an element is, by its tag, classes and id: selectors as data."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from huffarchive.layouts.part import Part
from huffarchive.reading import ChromeKind

Role: TypeAlias = Part | ChromeKind

_SELECTOR = re.compile(
    r"(?P<tag>[a-z][\w-]*)?(?:\.(?P<cls>[\w-]+)|\#(?P<id>[\w-]+))?(?P<stem>\*)?", re.ASCII
)
_REMEMBERED = 2048


class Rules:
    """A table from selectors to roles; where several fit an element, the first in the table wins.

    A selector is `tag`, `.class`, `#id`, `tag.class` or `tag#id`; a `*` at its end lets the class
    or id go on ("#ad_*").
    """

    def __init__(self, *tables: Mapping[str, Role]) -> None:
        self._exact: dict[str, list[tuple[int, str | None, Role]]] = {}
        self._stems: list[tuple[int, str, str | None, Role]] = []
        self._known: dict[tuple[str, str | None, str | None], Role | None] = {}
        order = 0
        for table in tables:
            for selector, role in table.items():
                order += 1
                self._add(order, selector, role)

    def _add(self, order: int, selector: str, role: Role) -> None:
        found = _SELECTOR.fullmatch(selector)
        if found is None or not selector:
            raise ValueError(f"not a selector: {selector!r}")
        tag = found["tag"]
        if found["cls"] is not None:
            name = f".{found['cls']}"
        elif found["id"] is not None:
            name = f"#{found['id']}"
        else:
            name, tag = tag, None
        if found["stem"]:
            self._stems.append((order, name, tag, role))
        else:
            self._exact.setdefault(name, []).append((order, tag, role))

    def role(self, tag: str, classes: str | None, ident: str | None) -> Role | None:
        """The role of an element, or None when the table does not know it."""
        key = (tag, classes, ident)
        try:
            return self._known[key]
        except KeyError:
            pass
        names = [f".{name}" for name in (classes or "").split()[:40]]
        if ident:
            names.append(f"#{ident}")
        found: list[tuple[int, Role]] = []
        for name in (*names, tag):
            for order, wanted, role in self._exact.get(name, ()):
                if wanted is None or wanted == tag:
                    found.append((order, role))
        for order, stem, wanted, role in self._stems:
            if (wanted is None or wanted == tag) and any(name.startswith(stem) for name in names):
                found.append((order, role))
        answer = min(found, key=lambda pair: pair[0])[1] if found else None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = answer
        return answer
