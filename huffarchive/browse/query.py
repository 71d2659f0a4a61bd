"""What a reader asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from huffarchive.browse.room import FACETS

PAGE = 20
SHOWN = 12
"""Values of a facet that are listed."""
_WORDS = re.compile(r'"([^"]+)"|([^\s"]+)')
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Query:
    """A search: words, the facets chosen, and which page of the results."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    """(facet, value), in the order of FACETS."""
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what makes no sense is left out."""
        page = arguments.get("page", "1")
        return cls(
            arguments.get("q", "").replace("\0", " ").strip()[:_LONGEST],
            tuple((name, arguments[name]) for name in FACETS if arguments.get(name)),
            max(1, int(page)) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
        )

    def address(self) -> str:
        """The address of this search."""
        pairs = [*([("q", self.text)] if self.text else []), *self.chosen]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return "/?" + urlencode(pairs) if pairs else "/"

    def with_facet(self, name: str, value: str | None) -> Self:
        """The search with a value of a facet chosen, or with None taken away."""
        kept = dict(self.chosen)
        kept.pop(name, None)
        if value is not None:
            kept[name] = value
        chosen = tuple((each, kept[each]) for each in FACETS if each in kept)
        return replace(self, chosen=chosen, page=1)

    def on(self, page: int) -> Self:
        """Another page of the results."""
        return replace(self, page=page)

    @property
    def match(self) -> str:
        """The words for FTS5: every word or "phrase" must occur; a last * stands for any ending."""
        found = []
        for phrase, word in _WORDS.findall(self.text):
            ending = "*" if word.endswith("*") and word.strip("*") else ""
            bare = (phrase or word).strip("*")
            if re.search(r"\w", bare):
                found.append(f'"{bare}"{ending}')
        return " ".join(found)
