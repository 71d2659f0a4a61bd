"""The reading room's database, and a search in it: what is asked, the facets, the answer."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from huffarchive.browse.query import Asked, asked, hints, plain
from huffarchive.stems import WORD, fold, stem

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
PREFIXES = "1 2 3"
"""Beginnings of words that have an index of their own; hydro* is looked up word by word."""
_NONE = b'"previous_id":null'
_SHELVES = """
CREATE TABLE signature (
    article  INTEGER NOT NULL,      -- rowid in articles
    author   TEXT NOT NULL
) STRICT;
INSERT INTO signature SELECT DISTINCT articles.rowid, value FROM articles, json_each(authors);
CREATE TABLE version (
    id          TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    record      TEXT NOT NULL,      -- JSON, whole
    PRIMARY KEY (id, captured_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE made_of (
    file   TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    written INTEGER NOT NULL        -- ns; a rename keeps it
) STRICT, WITHOUT ROWID;
"""


def is_of(database: Path, jsonls: Iterable[Path]) -> bool:
    """Whether a reading room's database was made of these files as they are."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as room:
            room.execute("SELECT 1 FROM articles_words LIMIT 0")  # an earlier version made none
            made = set(room.execute("SELECT file, size, written FROM made_of"))
    except sqlite3.Error:
        return False
    return made == set(_states(jsonls))


def _states(jsonls: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for path in jsonls:
        found = path.stat()
        yield path.name, found.st_size, found.st_mtime_ns


def build_room(database: Path, jsonls: list[Path]) -> None:
    """Add to an exported SQLite file what the reading room needs: signatures, versions.

    ValueError names a line that is no record, OSError and sqlite3.Error as usual.
    """
    connection = sqlite3.connect(database)
    try:
        connection.executescript(_SHELVES)
        connection.executemany("INSERT INTO made_of VALUES (?, ?, ?)", _states(jsonls))
        changed = {row["id"] for row in _replacing(jsonls)}
        connection.executemany(
            "INSERT OR REPLACE INTO version VALUES (?, ?, ?)",
            (
                (row["id"], row["captured_at"] or "", json.dumps(row, ensure_ascii=False))
                for row in _records(jsonls, changed)
            ),
        )
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
    finally:
        connection.close()


def _replacing(jsonls: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Records that replace an earlier version; the others are not even parsed."""
    for path in jsonls:
        with path.open("rb") as lines:
            for line in lines:
                if _NONE not in line:
                    yield json.loads(line)


def _records(jsonls: Iterable[Path], ids: set[str]) -> Iterator[dict[str, Any]]:
    if not ids:
        return
    wanted = {f'"id":{json.dumps(each)}'.encode() for each in ids}
    for path in jsonls:
        with path.open("rb") as lines:
            for line in lines:
                if line.split(b",", 2)[1] in wanted:
                    yield json.loads(line)


SORTS = ("best", "new", "old", "doubts")
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
PAGE = 20
LONGEST = 2000
"""Characters of a search that are read; the rest is cut off between words."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search: words, the facets chosen, and which page of the results."""

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    """(facet, value), in the order of FACETS."""
    since: str = ""
    until: str = ""
    """First and last day of publication: "2013", "2013-05" or "2013-05-01"."""
    sort: str = ""
    """One of SORTS; "": the best match, or the newest."""
    page: int = 1
    cut: bool = False
    """Whether the words were longer than LONGEST."""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Self:
        """Read the parameters of an address; what makes no sense is left out."""
        page = arguments.get("page", "1")
        text = arguments.get("q", "").replace("\0", " ").strip()
        if cut := len(text) > LONGEST:
            text = text[: LONGEST + 1].rpartition(" ")[0].strip() or text[:LONGEST]
        given = (arguments.get(name, "") for name in ("from", "to"))
        days = [day if _DAY.fullmatch(day) else "" for day in given]
        return cls(
            text,
            tuple((name, arguments[name]) for name in FACETS if arguments.get(name)),
            since=days[0],
            until=days[1],
            sort=sort if (sort := arguments.get("sort", "")) in SORTS else "",
            page=max(1, int(page)) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
            cut=cut,
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
        first, last = self.since.replace("-", ""), self.until.replace("-", "")
        return int(first.ljust(8, "0")), int(last.ljust(8, "9"))

    def on(self, page: int) -> Self:
        """Another page of the results."""
        return replace(self, page=page)


Numbers = NDArray[np.int32]
Among = NDArray[np.bool_]
"""A set of articles: whether the article of each rowid is in it."""


@dataclass(frozen=True, slots=True)
class Entries:
    """A facet: which article (a rowid) has which value, as two arrays of the same length."""

    values: list[str]
    articles: Numbers
    codes: Numbers
    """Places in `values`."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, str]]) -> Self:
        """Number the values of (article, value)."""
        codes: dict[str, int] = {}
        rows: NDArray[Any] = np.fromiter(
            ((article, codes.setdefault(value, len(codes))) for article, value in pairs),
            np.dtype((np.int32, 2)),
        )
        return cls(list(codes), rows[:, 0].copy(), rows[:, 1].copy())

    def counts(self, among: Among) -> list[tuple[str, int]]:
        """(value, articles) of each value that an article of the set has."""
        counts = np.bincount(self.codes[among[self.articles]], minlength=len(self.values))
        return [(self.values[code], int(counts[code])) for code in np.flatnonzero(counts)]

    def of_value(self, value: str) -> Numbers:
        """The articles that have a value."""
        code = self.values.index(value) if value in self.values else -1
        articles: Numbers = self.articles[self.codes == code]
        return articles


@dataclass(frozen=True, slots=True)
class FacetIndex:
    """All articles, the newest first, and what stands under each facet: 12 bytes an entry."""

    newest: Numbers
    days: Numbers
    """Of the article with each rowid, as 20130501; 0 where it is unknown."""
    entries: dict[str, Entries]

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
            {name: Entries.of(room.execute(sql)) for name, sql in FACETS.items()},
        )

    def among(self, found: Numbers | None, query: Query, without: Collection[str] = ()) -> Among:
        """The articles found (None: all) that have what the query chooses, some facets aside."""
        among = self._set(self.newest if found is None else found)
        for name, value in query.chosen:
            if name not in without:
                among &= self._set(self.entries[name].of_value(value))
        first, last = query.limits()
        if last:
            among &= (self.days >= first) & (self.days <= last) & (self.days > 0)
        if query.sort == "doubts":
            among &= self._set(self.entries["warning"].articles)
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
        weights = np.array([_WEIGHTS.get(value, 1) for value in found.values], np.int32)
        doubts = np.zeros(self.days.size, np.int32)
        np.add.at(doubts, found.articles, weights[found.codes])
        return doubts

    def _set(self, articles: Numbers) -> Among:
        among = np.zeros(self.days.size, np.bool_)
        among[articles] = True
        return among


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
RANKED = 10_000
"""Words that more articles than these hold put nothing in order: the newest stands first."""
_COLUMNS = "a.id, a.headline, a.date_published, a.agency, a.authors, a.section, a.warnings"
_OPENING = 240
_SNIPPET = "snippet(articles_fts, {}, char(1), char(2), ' … ', 36)"
"""Of the text as written (column 2), or by its stems (6)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found."""

    total: int
    articles: list[dict[str, Any]]
    """Those of this page; `excerpt` has what was found between \\x01 and \\x02."""
    counts: dict[str, list[tuple[str, int]]]
    """(value, articles) under each facet, exact."""
    ranked: bool
    """Whether the best match stands first, or else the newest."""
    ignored: tuple[str, ...] = ()
    """What of the words has no sense, as `Asked` has it."""
    months: tuple[tuple[str, int], ...] = ()
    """(month, articles), in order, whatever year or month is chosen."""
    suggested: str = ""
    """Where nothing is found, the words as they may have been meant."""


def answer(query: Query, catalogue: FacetIndex, room: sqlite3.Connection) -> Answer:
    """Ask the reading room's database for the words, and the catalogue for the rest.

    sqlite3.OperationalError when the connection's time is over.
    """
    words = words_of(query, room)
    found = _found(words, catalogue, room) if words.match else None
    among = catalogue.among(found, query)
    total = int(np.count_nonzero(among))
    ranked = found is not None and not words.but and query.sort in {"", "best"}
    ranked = ranked and (found is None or found.size <= RANKED)
    skip = PAGE * (query.page - 1)
    page = (
        _best(words, among, skip, room) if ranked else catalogue.page(among, skip, PAGE, query.sort)
    )
    counts = {name: entries.counts(among) for name, entries in catalogue.entries.items()}
    beside = catalogue.among(found, query, ("year", "month"))
    said = (*(["cut"] if query.cut else []), *words.ignored)
    suggested = "" if total or not words.match else suggestion(query.text, room)
    if suggested:  # only what finds something
        meant = replace(query, text=suggested)
        found = _found(words_of(meant, room), catalogue, room)
        suggested = suggested if catalogue.among(found, meant).any() else ""
    return Answer(
        total,
        _articles(words, page, room),
        counts,
        ranked,
        said if total else (*said, *hints(query.text)),
        tuple(sorted(catalogue.entries["month"].counts(beside))),
        suggested,
    )


def neighbours(
    article: int, query: Query, catalogue: FacetIndex, room: sqlite3.Connection
) -> dict[str, str | None]:
    """The ids `before` and `after` an article in a search that is sorted; None where none is."""
    found = everything(query, catalogue, room) if query.sort not in {"", "best"} else []
    at = found.index(article) if article in found else len(found) + 1
    beside = {"before": found[at - 1 : at] if at else [], "after": found[at + 1 : at + 2]}
    sql = "SELECT id FROM articles WHERE rowid = ?"
    return {
        name: room.execute(sql, rows).fetchone()[0] if rows else None
        for name, rows in beside.items()
    }


_TYPO = 2
"""Letters that may be wrong in a word."""
_WORDS = 6
"""Words of a search that are looked at for wrong ones: each costs a look through all words."""


def suggestion(text: str, room: sqlite3.Connection) -> str:
    """The text with the nearest words of the archive for those that it has not; "" if none."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    if len(WORD.findall(text)) > _WORDS:
        return ""

    def nearest(found: re.Match[str]) -> str:
        word = fold(found[0])
        if len(word) < 4 or _stems(room, word) or _stems(room, stem(word, "fr")):
            return found[0]
        near = room.execute(
            "SELECT word FROM articles_words WHERE (word GLOB ? OR word GLOB ?) "
            "AND length(word) BETWEEN ? AND ?",
            [f"{word[0]}*", f"?{word[1:3]}*", len(word) - _TYPO, len(word) + _TYPO],
        )
        words = [row[0] for row in near]
        close = extract(word, words, scorer=OSA.distance, limit=5, score_cutoff=_TYPO)
        return min(
            close, key=lambda each: (each[1], -_articles_with(each[0], room)), default=("",)
        )[0]

    meant, at = "", 0
    for begin, end in plain(text):
        meant += text[at:begin]
        meant += WORD.sub(lambda found: nearest(found) or found[0], text[begin:end])
        at = end
    meant += text[at:]
    return "" if meant == text else meant


def _articles_with(word: str, room: sqlite3.Connection) -> int:
    sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
    (count,) = room.execute(sql, [f'"{word}"']).fetchone()
    return int(count)


def words_of(query: Query, room: sqlite3.Connection) -> Asked:
    """The words of a search, with the stems that the archive has."""
    return asked(query.text, lambda word: _stems(room, word))


def everything(query: Query, catalogue: FacetIndex, room: sqlite3.Connection) -> list[int]:
    """All that a search finds (rowids), the newest first or as it is sorted."""
    words = words_of(query, room)
    found = _found(words, catalogue, room) if words.match else None
    among = catalogue.among(found, query)
    return catalogue.page(among, 0, among.size, query.sort)


def _stems(room: sqlite3.Connection, word: str) -> set[str]:
    rows = room.execute("SELECT stem FROM articles_words WHERE word = ?", [word])
    return {row[0] for row in rows}


def _found(words: Asked, catalogue: FacetIndex, room: sqlite3.Connection) -> Numbers:
    (listed,) = room.execute(
        "SELECT group_concat(rowid) FROM articles_fts WHERE articles_fts MATCH ?", [words.match]
    ).fetchone()
    found = np.fromstring(listed, np.int32, sep=",") if listed else np.empty(0, np.int32)
    return np.setdiff1d(catalogue.newest, found, assume_unique=True) if words.but else found


def _best(words: Asked, among: Among, skip: int, room: sqlite3.Connection) -> list[int]:
    """A page of a set, the best match first."""
    rows = room.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank", [words.match]
    )
    return [article for (article,) in rows if among[article]][skip : skip + PAGE]


def _articles(words: Asked, page: Sequence[int], room: sqlite3.Connection) -> list[dict[str, Any]]:
    marks = ",".join("?" * len(page))
    marked = words.match and not words.but
    if marked:
        # A beginning is looked up in many words: once for all (+rowid), not once for each article.
        once = "+" if "*" in words.match else ""
        rows = room.execute(
            f"SELECT f.rowid AS article, {_COLUMNS}, {_SNIPPET.format(2)} AS excerpt, "  # noqa: S608
            f"{_SNIPPET.format(6)} AS by_stem "
            "FROM articles_fts AS f JOIN articles AS a ON a.rowid = f.rowid "
            f"WHERE articles_fts MATCH ? AND {once}f.rowid IN ({marks})",
            [words.match, *page],
        )
    else:
        rows = room.execute(
            f"SELECT rowid AS article, {_COLUMNS}, substr(text, 1, {_OPENING + 1}) AS excerpt "  # noqa: S608
            f"FROM articles AS a WHERE rowid IN ({marks})",
            page,
        )
    found = {row["article"]: dict(row) for row in rows}
    for row in found.values():
        if not marked:
            row["excerpt"] = _opening(row["excerpt"])
        elif "\x01" not in (row["excerpt"] or ""):
            row["excerpt"] = row["by_stem"]
    return [found[article] for article in page]


def _opening(text: str) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= _OPENING:
        return text
    return f"{text[:_OPENING].rpartition(' ')[0] or text[:_OPENING]} …"
