"""What stands around a search's results: facets, and the picture of hits by month."""

from dataclasses import dataclass

from huffarchive.browse.facets import Query
from huffarchive.browse.search import Answer
from huffarchive.reports.saved import every_month
from huffarchive.stems import fold
from huffarchive.translator import Translator

SHOWN = 12
"""Values of a facet that are listed beside the results."""
_TERMS = frozenset(("kind", "warning", "source", "layout"))
"""Facets whose values the report has words for."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet beside the results."""

    name: str
    chosen: str | None
    """The value chosen, as it is said."""
    values: list[tuple[str, int, str, bool]]
    """(as it is said, articles, address, whether it is chosen), the commonest first; years and
    months in their order."""
    drop: str
    """Address of the search without it."""
    more: int
    """Values that are not listed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the picture of hits."""

    at: int
    title: str
    height: int
    """0 to 50."""
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Hits by month."""

    bars: list[Bar]
    first: str
    last: str
    most: int
    """Articles of the highest bar."""


@dataclass(frozen=True, slots=True)
class Results:
    """Says what was found in the page's language."""

    say: Translator
    told: Translator
    """The report's words."""

    def facet(
        self, name: str, query: Query, found: Answer, shown: int = SHOWN, like: str = ""
    ) -> Facet:
        """A facet's values under a search, those whose folded words hold `like`."""
        chosen = dict(query.chosen).get(name)
        counts = [
            (v, n)
            for v, n in found.counts.get(name, [])
            if chosen in {None, v}  # a link to another would take its place, and find others
            if not like or like in fold(self._said(name, v))
        ]
        if name in {"year", "month"}:
            counts.sort()
        else:
            counts.sort(key=lambda item: (-item[1], item[0]))
        if name == "month" and "year" not in dict(query.chosen):
            counts = []
        return Facet(
            name,
            chosen and self._said(name, chosen),
            [
                (self._said(name, v), n, query.with_facet(name, v).address(), v == chosen)
                for v, n in counts[:shown]
            ],
            query.with_facet(name, None).address(),
            max(0, len(counts) - shown),
        )

    def months(self, query: Query, found: Answer) -> Picture | None:
        """Hits by month, each a link; None where no article is dated."""
        counts, chosen = dict(found.months), dict(query.chosen)
        if not counts:
            return None
        first, last, most = min(counts), max(counts), max(counts.values())
        wanted = chosen.get("month") or chosen.get("year") or ""
        bars = []
        for at, month in enumerate(every_month(first, last)):
            count = counts.get(month, 0)
            height = -(-50 * count // most)
            there = query.with_facet("year", month[:4]).with_facet("month", month)
            title = self.say("month_hits", month=self.told.month(month), count=count)
            bars.append(Bar(at, title, height, there.address(), month.startswith(wanted)))
        return Picture(bars, self.told.month(first), self.told.month(last), most)

    def _said(self, name: str, value: str) -> str:
        """A facet's value in the page's language."""
        if name == "month":
            return self.told.month(value)
        if name == "language":
            return self.say.term(name, value)
        return self.told.term(name, value) if name in _TERMS else value
