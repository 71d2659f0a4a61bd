"""A search in the reading room: its answer, and what may have been meant."""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from huffarchive.browse.facets import PAGE, Among, FacetIndex, Query
from huffarchive.browse.query import Asked, as_written, asked, hints, plain
from huffarchive.editions import article_id
from huffarchive.stems import WORD, fold, stem

RANKED = 10_000
"""Words that more articles than these hold put nothing in order: the newest stands first."""
_COLUMNS = "a.id, a.headline, a.date_published, a.agency, a.authors, a.section, a.warnings"
_OPENING = 240
_SNIPPET = "snippet(articles_fts, {}, char(1), char(2), ' … ', 36)"
"""Of the text as written (column 2), or by its stems (6)."""
_TITLE = "highlight(articles_fts, {}, char(1), char(2))"
"""Of the headline as written (column 0), or by its stems (4)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found."""

    total: int
    articles: list[dict[str, Any]]
    """Those of this page; `excerpt` has what was found between \\x01 and \\x02, `title` (as
    written) and `title_by_stem` too."""
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
    found = _found(words, catalogue, room)
    among = catalogue.among(found, query)
    numbers = np.flatnonzero(among)
    total = numbers.size
    ranked = bool(words.match) and query.sort in {"", "best"}
    ranked = ranked and found is not None and int(np.count_nonzero(found)) <= RANKED
    skip = PAGE * (query.page - 1)
    if ranked:
        page = _best(words, catalogue, among, skip, room)
    else:
        page = catalogue.page(among, skip, PAGE, query.sort)
    counts = {name: entries.counts(numbers, among) for name, entries in catalogue.entries.items()}
    beside = catalogue.among(found, query, ("year", "month"))
    said = (*query.ignored, *words.ignored)
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
        said
        if total
        else (*said, *(["article"] if words.article is not None else hints(query.text))),
        tuple(sorted(catalogue.entries["month"].counts(np.flatnonzero(beside), beside))),
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
"""Letters that may be wrong in a word; one more in long ones."""
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
        typo = _TYPO + (len(word) > 8)
        near = room.execute(
            "SELECT word FROM articles_words WHERE (word GLOB ? OR word GLOB ?) "
            "AND length(word) BETWEEN ? AND ?",
            [f"{word[0]}*", f"?{word[1:3]}*", len(word) - typo, len(word) + typo],
        )
        words = [row[0] for row in near]
        found_near = extract(word, words, scorer=OSA.distance, limit=5, score_cutoff=typo)
        close = [(each, wrong) for each, wrong, _ in found_near]
        close += [(both, 1) for both in _apart(word, room)]
        close.sort(key=lambda each: (each[1], " " not in each[0], -_articles_with(each[0], room)))
        return _spelt(close[0][0], room) if close else ""

    meant, at = "", 0
    for begin, end in plain(text):
        meant += text[at:begin]
        meant += WORD.sub(lambda found: nearest(found) or found[0], text[begin:end])
        at = end
    meant += text[at:]
    return "" if meant == text else meant


def _apart(word: str, room: sqlite3.Connection) -> list[str]:
    """What a word is that was typed without its apostrophe or hyphen: aujourdhui."""
    ways = [(word[:at], word[at:]) for at in range(1, len(word))]
    known = [f"{a} {b}" for a, b in ways if _stems(room, a) and _stems(room, b)]
    return [both for both in known if _articles_with(both, room)]


def _spelt(word: str, room: sqlite3.Connection) -> str:
    """A folded word as the archive writes it, with its accents; in small letters if it ever is."""
    rows = room.execute(
        "SELECT snippet(articles_fts, -1, char(1), char(2), '', 4) FROM articles_fts "
        "WHERE articles_fts MATCH ? LIMIT 20",
        [as_written(word)],
    )
    forms = Counter(form for (text,) in rows for form in re.findall("\x01(.+?)\x02", text or ""))
    return max(forms, key=lambda form: (form.islower(), forms[form]), default=word)


def _articles_with(word: str, room: sqlite3.Connection) -> int:
    sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
    (count,) = room.execute(sql, [f'"{word}"']).fetchone()
    return int(count)


def words_of(query: Query, room: sqlite3.Connection) -> Asked:
    """The words of a search, with the stems that the archive has."""
    if (ident := _ident(query)) is not None:
        row = room.execute("SELECT rowid FROM articles WHERE id = ?", [ident]).fetchone()
        return Asked(article=row[0] if row else 0)
    return asked(query.text, lambda word: _stems(room, word))


_NAMES = re.compile(r"(?P<id>\w+:\w+:\w+)|(?P<scheme>https?://)?[\w.-]+(:\d+)?/\S+")
"""What may be an article's id or address."""


def _ident(query: Query) -> str | None:
    """The id of the one article that a search names."""
    named = _NAMES.fullmatch(query.text)
    if named is None:
        return None
    return article_id(query.text if named["id"] or named["scheme"] else f"https://{query.text}")


def everything(query: Query, catalogue: FacetIndex, room: sqlite3.Connection) -> list[int]:
    """All that a search finds (rowids), the newest first or as it is sorted."""
    words = words_of(query, room)
    among = catalogue.among(_found(words, catalogue, room), query)
    return catalogue.page(among, 0, among.size, query.sort)


def _stems(room: sqlite3.Connection, word: str) -> set[str]:
    rows = room.execute("SELECT stem FROM articles_words WHERE word = ?", [word])
    return {row[0] for row in rows}


def _found(words: Asked, catalogue: FacetIndex, room: sqlite3.Connection) -> Among | None:
    """The articles that have the words; None where there are none."""
    if words.article is not None:
        named = np.zeros(catalogue.days.size, np.bool_)
        named[words.article] = words.article > 0
        return named
    if not words.wanted and not words.unwanted:
        return None
    found = catalogue.among(None, Query())
    for expression in words.wanted:
        found &= catalogue.holding(expression, room)
    if words.unwanted:
        found &= ~catalogue.holding(words.unwanted, room)
    return found


def _best(
    words: Asked, catalogue: FacetIndex, among: Among, skip: int, room: sqlite3.Connection
) -> list[int]:
    """A page of a set, the best match first: by those words that few articles hold."""
    few = [
        each
        for each in words.wanted
        if int(np.count_nonzero(catalogue.holding(each, room))) <= RANKED
    ]
    rows = room.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank",
        [" AND ".join(few) or words.match],
    )
    return [article for (article,) in rows if among[article]][skip : skip + PAGE]


def _articles(words: Asked, page: Sequence[int], room: sqlite3.Connection) -> list[dict[str, Any]]:
    marks = ",".join("?" * len(page))
    if words.match:
        # A beginning that has no index is looked up in many words: once for all (+rowid), not
        # once for each article.
        once = "+" if re.search(r'[^"]{4}"\*', words.match) else ""
        rows = room.execute(
            f"SELECT f.rowid AS article, {_COLUMNS}, {_SNIPPET.format(2)} AS excerpt, "  # noqa: S608
            f"{_SNIPPET.format(6)} AS by_stem, "
            f"{_TITLE.format(0)} AS title, {_TITLE.format(4)} AS title_by_stem "
            "FROM articles_fts AS f JOIN articles AS a ON a.rowid = f.rowid "
            f"WHERE articles_fts MATCH ? AND {once}f.rowid IN ({marks})",
            [words.match, *page],
        )
    else:
        rows = room.execute(
            f"SELECT rowid AS article, {_COLUMNS}, substr(text, 1, {_OPENING + 1}) AS excerpt, "  # noqa: S608
            "headline AS title, headline AS title_by_stem "
            f"FROM articles AS a WHERE rowid IN ({marks})",
            page,
        )
    found = {row["article"]: dict(row) for row in rows}
    for row in found.values():
        if not words.match:
            row["excerpt"] = _opening(row["excerpt"])
        elif "\x01" not in (row["excerpt"] or ""):
            row["excerpt"] = row["by_stem"]
    return [found[article] for article in page]


def _opening(text: str) -> str:
    """The beginning of a text, cut between words."""
    if len(text) <= _OPENING:
        return text
    return f"{text[:_OPENING].rpartition(' ')[0] or text[:_OPENING]} …"
