"""What a reader asks for, and the SQL that finds it."""

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

    @property
    def everything(self) -> bool:
        """Whether nothing narrows the search."""
        return not self.match and not self.chosen

    def _hits(self) -> tuple[str, dict[str, str]]:
        """A subquery of the articles found, and its values."""
        values = {f"v_{name}": value for name, value in self.chosen}
        wheres = [
            f"article IN (SELECT article FROM signature WHERE author = :v_{name})"  # noqa: S608
            if name == "author"
            else f"{name} = :v_{name}"
            for name, _ in self.chosen
        ]
        if self.match:
            wheres.append("article IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :q)")
            values["q"] = self.match
        where = f" WHERE {' AND '.join(wheres)}" if wheres else ""
        return f"SELECT * FROM card{where}", values  # noqa: S608

    def results(self) -> tuple[str, dict[str, str | int]]:
        """SQL for one page of articles: the best match first, or the newest."""
        hits, values = self._hits()
        window = {"size": PAGE, "skip": PAGE * (self.page - 1)}
        columns = (
            "a.id, a.headline, a.dek, a.date_published, a.agency, a.authors, a.section, a.kind"
        )
        if not self.match:
            return (
                f"SELECT {columns}, substr(a.text, 1, 240) AS excerpt "  # noqa: S608
                f"FROM ({hits}) AS hit JOIN articles AS a ON a.rowid = hit.article "
                "ORDER BY hit.date DESC LIMIT :size OFFSET :skip"
            ), values | window
        narrowed = f"AND +rowid IN (SELECT article FROM ({hits})) " if self.chosen else ""  # noqa: S608
        return (
            "WITH best AS (SELECT rowid AS article, rank AS score, "  # noqa: S608
            "snippet(articles_fts, 2, char(1), char(2), ' … ', 36) AS excerpt FROM articles_fts "
            f"WHERE articles_fts MATCH :q {narrowed}ORDER BY rank LIMIT :size OFFSET :skip) "
            f"SELECT {columns}, best.excerpt "
            "FROM best JOIN articles AS a ON a.rowid = best.article ORDER BY best.score"
        ), values | window

    def counts(self) -> tuple[str, dict[str, str]]:
        """SQL for rows (facet, value, articles), the total as facet "total"."""
        if self.everything:
            return (
                "SELECT 'total' AS name, '' AS value, count(*) AS articles FROM card "
                "UNION ALL SELECT * FROM facet"
            ), {}
        hits, values = self._hits()
        groups = [
            f"SELECT '{name}', {name}, count(*) FROM hit "  # noqa: S608
            + ("JOIN signature USING (article) " if name == "author" else "")
            + f"WHERE {name} != '' GROUP BY 2"
            for name in FACETS
        ]
        total = "SELECT 'total' AS name, '' AS value, count(*) AS articles FROM hit"
        return f"WITH hit AS MATERIALIZED ({hits}) {' UNION ALL '.join([total, *groups])}", values
