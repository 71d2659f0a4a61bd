"""What a search chooses, and the articles under each facet."""

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from huffarchive.browse.days import span
from huffarchive.browse.query import any_of, stems_of

FACETS = {
    "year": "SELECT rowid, substr(date_published, 1, 4) FROM articles WHERE date_published != ''",
    "month": "SELECT rowid, substr(date_published, 1, 7) FROM articles WHERE date_published != ''",
    "agency": "SELECT rowid, agency FROM articles WHERE agency != ''",
    "author": "SELECT article, author FROM signature WHERE author != ''",
    "section": "SELECT rowid, section FROM articles WHERE section != ''",
    "kind": "SELECT rowid, kind FROM articles WHERE kind != ''",
    "warning": "SELECT articles.rowid, value FROM articles, json_each(warnings) "
    "WHERE warnings != '[]'",
    "source": "SELECT rowid, source FROM articles WHERE source != ''",
    "language": "SELECT rowid, language FROM articles WHERE language != ''",
    "layout": "SELECT rowid, layout FROM articles WHERE layout != ''",
}
"""What stands under each facet: SQL for (rowid in articles, value)."""
_WEIGHTS = {
    "reader_failed": 100,
    "reader_timeout": 100,
    "reader_memory": 100,
    "no_text": 50,
    "no_headline": 30,
    "unknown_layout": 10,
    "fallback_extractor": 10,
    "extractors_differ": 10,
    "chrome_left": 5,
    "invalid_utf8": 5,
}
"""How much more than any other a warning says that the record is wrong."""


SORTS = ("best", "new", "old", "doubts")
_UNSEEN = str.maketrans({"\0": " "} | dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""))
"""What comes along with words that are copied from a page, and parts them: soft hyphens."""
PAGE = 20
KEPT = 200
"""Expressions whose articles are kept: 10 MB at 400,000 articles."""
LONGEST = 2000
"""Characters of a search that are read; the rest is cut off between words."""
COMMON = 10_000
"""A stem that more articles have is common: FTS5 takes long to list them."""
MOST = 1000
"""Common stems of which the room writes down who has them: 50 MB at 400,000 articles."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search: words, the facets chosen, and which page of the results."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    """(facet, value), in the order of FACETS."""
    since: str = ""
    until: str = ""
    """First and last day of publication, such as "2013-05-01"."""
    sort: str = ""
    """One of SORTS; "": the best match, or the newest."""
    page: int = 1
    ignored: tuple[str, ...] = ()
    """Of "cut" (the words were longer than LONGEST) and "date" (a day that is none)."""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what makes no sense is left out."""
        page = arguments.get("page", "1")
        text = arguments.get("q", "").translate(_UNSEEN).strip()
        ignored = []
        if len(text) > LONGEST:
            text = text[: LONGEST + 1].rpartition(" ")[0].strip() or text[:LONGEST]
            ignored.append("cut")
        given = [arguments.get(name, "").strip() for name in ("from", "to")]
        spans = [span(day) for day in given]
        if any(day and not read for day, read in zip(given, spans, strict=True)):
            ignored.append("date")
        if spans[0] and spans[1] and spans[0] > spans[1]:
            spans.reverse()
        return cls(
            text,
            tuple((name, arguments[name]) for name in FACETS if arguments.get(name)),
            since=spans[0][0].isoformat() if spans[0] else "",
            until=spans[1][1].isoformat() if spans[1] else "",
            sort=sort if (sort := arguments.get("sort", "")) in SORTS else "",
            page=min(max(1, int(page)), 10**6) if re.fullmatch("[0-9]{1,4000}", page) else 1,
            ignored=tuple(ignored),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Its parameters."""
        others = (("from", self.since), ("to", self.until), ("sort", self.sort))
        pairs = [*([("q", self.text)] if self.text else []), *self.chosen]
        pairs += [pair for pair in others if pair[1]]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def address(self) -> str:
        """The address of this search."""
        pairs = self.pairs()
        return "/?" + urlencode(pairs) if pairs else "/"

    def with_facet(self, name: str, value: str | None) -> Self:
        """The search with a value of a facet chosen, or with None taken away."""
        kept = dict(self.chosen)
        kept.pop(name, None)
        if value is not None:
            kept[name] = value
        chosen = tuple((each, kept[each]) for each in FACETS if each in kept)
        return replace(self, chosen=chosen, page=1)

    def limits(self) -> tuple[int, int]:
        """The first and the last day as numbers, 20130501; 0 and 0 where none is given."""
        if not self.since and not self.until:
            return 0, 0
        # The first of a month, or of a year, lets in what is dated by the month or year alone.
        first = re.sub("(01){1,2}$", lambda found: "0" * len(found[0]), self.since.replace("-", ""))
        return int(first or 0), int(self.until.replace("-", "") or 99999999)

    def on(self, page: int) -> Self:
        """Another page of the results."""
        return replace(self, page=page)


Numbers = NDArray[np.int32]
Packed = NDArray[np.uint8]
"""A set of articles, a bit each."""
Among = NDArray[np.bool_]
"""A set of articles: whether the article of each rowid is in it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A facet: which article (a rowid) has which values, as places in `values`."""

    values: list[str]
    """The first is "", of the articles without a value."""
    first: Numbers
    """One value of each article."""
    articles: Numbers
    codes: Numbers
    """The others of those that have several, as two arrays of the same length."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, str]], size: int) -> Self:
        """Number the values of (article, value); rowids are less than `size`."""
        numbers = {"": 0}
        rows: NDArray[Any] = np.fromiter(
            ((article, numbers.setdefault(value, len(numbers))) for article, value in pairs),
            np.dtype((np.int32, 2)),
        )
        articles, codes = rows[:, 0], rows[:, 1]
        first = np.zeros(size, np.int32)
        first[articles] = codes
        others = first[articles] != codes
        return cls(list(numbers), first, articles[others], codes[others])

    def counts(self, found: NDArray[np.intp], among: Among) -> list[tuple[str, int]]:
        """(value, articles) of each value that an article of the set has, given in both forms."""
        size = len(self.values)
        counts = np.bincount(self.first.take(found), minlength=size)
        counts += np.bincount(self.codes[among[self.articles]], minlength=size)
        return [(self.values[code], int(counts[code])) for code in np.flatnonzero(counts) if code]

    def having(self, value: str) -> Among:
        """The articles that have a value."""
        if value not in self.values[1:]:
            return np.zeros(self.first.size, np.bool_)
        code = self.values.index(value)
        among: Among = self.first == code
        among[self.articles[self.codes == code]] = True
        return among


@dataclass(frozen=True, slots=True)
class FacetIndex:
    """All articles, the newest first, and what stands under each facet: 4 bytes an article."""

    newest: Numbers
    days: Numbers
    """Of the article with each rowid, as 20130501; 0 where it is unknown."""
    entries: dict[str, Entries]
    kept: dict[str, Packed] = field(default_factory=dict)
    """What the latest expressions found, a bit an article."""

    @classmethod
    def read(cls, room: sqlite3.Connection) -> Self:
        """From the reading room's database; of the articles only their indexes are read."""
        newest = room.execute("SELECT rowid, date_published FROM articles ORDER BY 2 DESC")
        rows: NDArray[Any] = np.fromiter(
            ((row, int((day or "0")[:10].replace("-", "").ljust(8, "0"))) for row, day in newest),
            np.dtype((np.int32, 2)),
        )
        days = np.zeros(int(rows[:, 0].max(initial=0)) + 1, np.int32)
        days[rows[:, 0]] = rows[:, 1]
        return cls(
            rows[:, 0].copy(),
            days,
            {name: Entries.of(room.execute(sql), days.size) for name, sql in FACETS.items()},
        )

    def holding(self, expression: str, room: sqlite3.Connection) -> Among:
        """The articles in which FTS5 finds an expression; the latest are kept in memory."""
        packed = self.kept.pop(expression, None)
        if packed is None:
            stems = stems_of(expression)
            marks = ",".join("?" * len(stems))
            sql = f"SELECT stem, articles FROM common WHERE stem IN ({marks})"  # noqa: S608
            common = dict(room.execute(sql, stems).fetchall())
            packed = np.zeros(-(-self.days.size // 8), np.uint8)
            for articles in common.values():
                packed |= np.frombuffer(articles, np.uint8)
            rest = [each for each in stems if each not in common]
            if rest or not stems:
                packed |= _holding(any_of(rest) if common else expression, self.days.size, room)
        self.kept[expression] = packed
        for oldest in list(self.kept)[:-KEPT]:
            self.kept.pop(oldest, None)
        return np.unpackbits(packed, count=self.days.size).view(np.bool_)

    def among(self, found: Among | None, query: Query, without: Collection[str] = ()) -> Among:
        """The articles found (None: all) that have what the query chooses, some facets aside."""
        among = np.zeros(self.days.size, np.bool_) if found is None else found.copy()
        if found is None:
            among[self.newest] = True
        for name, value in query.chosen:
            if name not in without:
                among &= self.entries[name].having(value)
        first, last = query.limits()
        if last:
            among &= (self.days >= first) & (self.days <= last) & (self.days > 0)
        if query.sort == "doubts":
            among &= self.entries["warning"].first > 0
        return among

    def page(self, among: Among, skip: int, size: int, sort: str = "") -> list[int]:
        """A page of a set, the newest first, or as `sort` says."""
        ordered = self.newest[among[self.newest]]
        if sort == "old":
            ordered = ordered[::-1]
            dated = self.days[ordered] > 0
            ordered = np.concatenate([ordered[dated], ordered[~dated]])
        elif sort == "doubts":
            ordered = ordered[np.argsort(-self._doubts()[ordered], kind="stable")]
        return [int(article) for article in ordered[skip : skip + size]]

    def span(self) -> list[date]:
        """The first and the last day of all articles; none where no article is dated."""
        days = self.days[self.days > 0]
        found = (int(days.min()), int(days.max())) if days.size else ()
        return [date(d // 10_000, max(1, d // 100 % 100), max(1, d % 100)) for d in found]

    def _doubts(self) -> Numbers:
        """How doubtful each article is: its warnings, each as it weighs."""
        found = self.entries["warning"]
        weights = np.array([0, *(_WEIGHTS.get(value, 1) for value in found.values[1:])], np.int32)
        doubts = weights[found.first]
        np.add.at(doubts, found.articles, weights[found.codes])
        return doubts


def _holding(expression: str, size: int, room: sqlite3.Connection) -> Packed:
    sql = "SELECT group_concat(rowid) FROM articles_fts WHERE articles_fts MATCH ?"
    (listed,) = room.execute(sql, [expression]).fetchone()
    among = np.zeros(size, np.bool_)
    among[np.fromstring(listed or "", np.int32, sep=",")] = True
    return np.packbits(among)


def write_common(room: sqlite3.Connection) -> None:
    """Write down which articles have the common stems: `FacetIndex.holding` reads them here."""
    room.executescript(
        "CREATE TABLE common (stem TEXT PRIMARY KEY, articles BLOB NOT NULL) STRICT, WITHOUT ROWID;"
        "CREATE VIRTUAL TABLE temp.stems USING fts5vocab (main, articles_fts, col)"
    )
    (last,) = room.execute("SELECT max(rowid) FROM articles").fetchone()
    common = room.execute(
        "SELECT term FROM stems WHERE col = 'text_stems' AND doc > ? ORDER BY doc DESC LIMIT ?",
        [COMMON, MOST],
    )
    for (stem,) in common.fetchall():
        packed = _holding(any_of([stem]), (last or 0) + 1, room)
        room.execute("INSERT INTO common VALUES (?, ?)", [stem, packed.tobytes()])
