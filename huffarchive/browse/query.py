"""What is typed into the search box, as an expression for FTS5; no text is an error."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, islice, product

from huffarchive.browse.days import between, span
from huffarchive.stems import WORD, fold, stem

_WRITTEN = "{headline dek text authors}"
_STEMS = "{headline_stems dek_stems text_stems authors_stems}"
"""What an article says, and who signed, in the columns of either."""
_DAY = "date_published"
_FIELDS = {
    "authors": ("auteure", "auteur", "author"),
    "headline": ("titre", "title"),
    "agency": ("agence", "agency"),
    "captions": ("légende", "le\u0301gende", "legende", "caption"),
    "keywords": ("mot-clé", "mot-cle\u0301", "mot-cle", "keyword"),
    _DAY: ("année", "anne\u0301e", "annee", "year"),
}
"""What stands before a colon, by the column of the index that is asked."""
_COLUMNS = {fold(name): column for column, names in _FIELDS.items() for name in names}
_NAMES = "|".join(chain(*_FIELDS.values())).replace("mot-", "mots?-")
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟", '"'))
_TOKEN = re.compile(
    r"(?P<bracket>[()])"
    r"|(?P<minus>(?<![^\s(])[-−–](?=[^\s-]))?"
    rf"(?:(?:(?P<field>{_NAMES})s?\s?:\s*)?"
    r'(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>(?:[^\s"(),;]|[,;](?=\d))+)|(?=\()|(?(field)(?=\)|$)|(?!))))',
    re.IGNORECASE,
)
_ELIDED = re.compile(r"^\W*(?:(?:[cdjlmnst]|qu)['’ʼ‘´`′]+)+(?=\w)", re.IGNORECASE)
"""What says nothing of its own; jusqu', lorsqu', puisqu' and quoiqu' are words that count."""
_OPERATORS = {"AND": "AND", "ET": "AND", "OR": "OR", "OU": "OR", "NOT": "NOT"}
_UNPLAIN = re.compile(r"NEAR(/\d+)?|.*[:*].*")
_FIELD = re.compile(r"(?:[^\W\d_]|-){2,}:(?!//)")
_IDENT = re.compile(r"\w+:\w+:\w+|https?://\S+", re.IGNORECASE)
"""An article's id or address, which finds it where it stands alone."""
_PARTED = re.compile(r"[\d-]*\d(?:\s*[-–−]|\s+(?:à|au|to))\s+\d{4}\b", re.IGNORECASE)
"""A span with blanks in it, which is read as a year and further words."""
_DEEPEST = 8
"""Brackets in brackets: FTS5 takes little more (100 symbols on its stack)."""
_MOST = 16
"""Spellings of a phrase, and stems of a word, that are asked for."""

_ANY = re.compile(rf'\(*{re.escape(_STEMS)} : \(("\w+"(?: OR "\w+")*)\)+')
Stems = Callable[[str], set[str]]
"""The stems that a folded word has in the archive: none for a word that is not in it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search's words, as expressions for FTS5, and what of the text has no sense."""

    wanted: tuple[str, ...] = ()
    """Each must be found."""
    unwanted: str = ""
    """Must not be found; "": there is none."""
    ignored: tuple[str, ...] = ()
    """Of "quote", "bracket", "operator", "minus", "value", "span", "date", "ident", "only",
    "empty".
    """
    article: int | None = None
    """The rowid of the one article that is named by its id or address; 0: it is not here."""

    @property
    def match(self) -> str:
        """All of it as one expression; "" where nothing is wanted."""
        return _joined(self.wanted, self.unwanted)


def asked(text: str, stems: Stems) -> Asked:
    """Read a text: words, "phrases", beginnings*, fields:, AND, OR, minus and brackets."""
    reader = _Reader(list(_tokens(text)), stems)
    wanted, unwanted = reader.either()
    ignored = tuple(dict.fromkeys(reader.ignored))
    if text.strip() and not wanted and not unwanted:
        ignored = (*(each for each in ignored if each in {"value", "date"}), "empty")
    elif not wanted and unwanted:
        ignored = (*ignored, "only")
    return Asked(wanted, unwanted, ignored)


def any_of(stems: Iterable[str]) -> str:
    """The expression for the articles that have any of some stems."""
    return _in(_STEMS, _any(stems))


def as_written(text: str) -> str:
    """The expression for the articles that have a phrase as it is written."""
    return _in(_WRITTEN, _written(text))


def stems_of(expression: str) -> list[str]:
    """The stems of which an expression asks for any; none where it asks for anything else."""
    found = _ANY.fullmatch(expression)
    return re.findall(r'"(\w+)"', found[1]) if found else []


def plain(text: str) -> Iterator[tuple[int, int]]:
    """Where words and phrases stand in a text: no fields, no beginnings, no operators."""
    for token in _tokens(text):
        word = token["word"] or token["phrase"]
        if not word or token["field"] or word in _OPERATORS or _UNPLAIN.fullmatch(word):
            continue
        yield token.span("word" if token["word"] else "phrase")


def hints(text: str) -> Iterator[str]:
    """What a text that finds nothing may have meant: "joins", "field"."""
    words = [token["word"] for token in _tokens(text) if token["word"] and not token["field"]]
    if any(
        "|" in word or (word.lower() in {"or", "ou"} and word not in _OPERATORS) for word in words
    ):
        yield "joins"
    if any(_FIELD.match(word) for word in words):
        yield "field"


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text.translate(_QUOTES))


Sides = tuple[tuple[str, ...], str]
"""What is wanted, each of it, and what is not."""


def _joined(wanted: tuple[str, ...], unwanted: str) -> str:
    every = " AND ".join(wanted)
    return f"({every}) NOT ({unwanted})" if every and unwanted else every


@dataclass(slots=True)
class _Reader:
    """AND binds before OR, as in FTS5; words that stand beside each other are joined by AND."""

    tokens: list[re.Match[str]]
    stems: Stems
    at: int = 0
    depth: int = 0
    column: str | None = None
    """That is asked, of a field before a bracket."""
    ignored: list[str] = field(default_factory=list)

    def either(self) -> Sides:
        """What stands up to the bracket that closes, or to the end."""
        sides = [self.all_of()]
        while self._operator() == "OR":
            self.at += 1
            sides.append(self.all_of())
        given = [side for side in sides if any(side)]
        if len(given) < len(sides) > 1:
            self.ignored.append("operator")
        if len(given) == 1:
            return given[0]
        if any(not wanted for wanted, _ in given):
            self.ignored.append("minus")  # "a OR everything but b" is no search
        sides_wanted = dict.fromkeys(f"({_joined(*side)})" for side in given if side[0])
        return ((f"({' OR '.join(sides_wanted)})",) if sides_wanted else ()), ""

    def all_of(self) -> Sides:
        """What stands up to an OR."""
        wanted: list[str] = []
        unwanted: list[str] = []
        minus, joined, column = False, False, self.column
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            operator = self._operator()
            if operator == "OR" or (token["bracket"] == ")" and self.depth):
                break
            self.at += 1
            if token["bracket"] == ")" or (token["bracket"] and self.depth == _DEEPEST):
                self.ignored.append("bracket")
            elif operator:
                if (joined and operator == "AND") or (
                    operator == "AND" and not wanted and not unwanted
                ):
                    self.ignored.append("operator")
                joined, minus = operator == "AND", operator == "NOT"
            elif not token["bracket"] and token["word"] is None and token["phrase"] is None:
                if token["field"] and not self._opens():
                    self.ignored.append("value")
                    continue
                minus |= bool(token["minus"])  # before a bracket
                column = _column(token) or self.column
            else:
                minus ^= bool(token["minus"])
                found = self._group(column) if token["bracket"] else (self._leaf(token), "")
                for side, expression in zip(
                    (unwanted, wanted) if minus else (wanted, unwanted), found, strict=True
                ):
                    if expression:
                        side.append(f"({expression})")
                minus, joined, column = False, False, self.column
        if joined or minus:
            self.ignored.append("operator")
        return tuple(dict.fromkeys(wanted)), " OR ".join(dict.fromkeys(unwanted))

    def _opens(self) -> bool:
        """Whether a bracket comes next."""
        return self.at < len(self.tokens) and self.tokens[self.at]["bracket"] == "("

    def _group(self, column: str | None) -> tuple[str, str]:
        outside, self.column = self.column, column
        self.depth += 1
        wanted, unwanted = self.either()
        self.depth -= 1
        self.column = outside
        if self.at < len(self.tokens):
            self.at += 1
        else:
            self.ignored.append("bracket")
        return _joined(wanted, unwanted), "" if wanted else unwanted

    def _operator(self) -> str | None:
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        if token["minus"] or token["field"]:
            return None
        return _OPERATORS.get(token["word"] or "")

    def _leaf(self, token: re.Match[str]) -> str:
        column, phrase = _column(token) or self.column, token["phrase"]
        text = token["word"] or phrase or ""
        if phrase is not None and not token["end"]:
            self.ignored.append("quote")
        if token["word"] and _IDENT.fullmatch(text):
            self.ignored.append("ident")
        if column == _DAY and WORD.search(text):
            if token["word"] and _PARTED.match(token.string, token.start("word")):
                self.ignored.append("span")
            return self._dated(text)
        if token["end"]:
            found = _in(column or _WRITTEN, _written(text))
        else:
            found = " AND ".join(f"({each})" for each in self._words(text, column) if each)
        if token["field"] and not found:
            self.ignored.append("value")
        return found

    def _dated(self, text: str) -> str:
        """The days that a text names, by years and months where they are whole."""
        if text.endswith("*"):
            return _in(_DAY, f"^{_written(text, '*')}")
        if (days := between(re.sub(r"^\W+|\W+$", "", text))) is None:
            self.ignored.append("date")
            return ""
        first, last = max(days[0], date(1900, 1, 1)), min(days[1], date(2099, 12, 31))
        terms = []
        while first <= last:
            for name in (f"{first:%Y}", f"{first:%Y-%m}", f"{first}"):
                unit = span(name) or days
                if unit[0] == first and unit[1] <= last:
                    break
            terms.append(f"^{_written(name, '*')}")
            first = unit[1] + timedelta(1)
        return _in(_DAY, " OR ".join(terms) or '""')

    def _words(self, text: str, column: str | None) -> Iterator[str]:
        for each in text.split():
            word = _ELIDED.sub("", each)
            pieces = WORD.findall(word)
            if not pieces:
                continue
            if word.endswith("*"):
                yield _in(column or _WRITTEN, _written(word, "*"))
            elif column in {"authors", "agency"}:
                yield _in(column, _written(word))
            else:
                ways = product(*(self._stems(piece) for piece in pieces))
                stems = f"{column}_stems" if column else _STEMS
                yield _in(stems, _any(" ".join(way) for way in ways))

    def _stems(self, word: str) -> list[str]:
        plain = fold(word)
        found = self.stems(plain)
        # policiere, where the archive has policières alone; but LS is no plural of L'
        if not found and len(plain) > 3 and plain == word.casefold():
            found = self.stems(f"{plain}s") | self.stems(plain.removesuffix("s"))
        return sorted(found or {stem(word, "fr"), stem(word, "en")})


def _column(token: re.Match[str]) -> str | None:
    return _COLUMNS.get(fold(token["field"] or "").replace("mots-", "mot-"))


def _in(columns: str, words: str) -> str:
    return f"{columns} : ({words})" if words else ""


def _written(text: str, ending: str = "") -> str:
    """A phrase with and without ligatures: the index holds words as they are written."""
    words = " ".join(fold(word) for word in WORD.findall(text))
    if not words:
        return ""
    parts = re.split("(oe|ae)", words)
    ways = product(*((p, {"oe": "œ", "ae": "æ"}[p]) if p in {"oe", "ae"} else (p,) for p in parts))
    return _any(("".join(way) for way in ways), ending)


def _any(phrases: Iterable[str], ending: str = "") -> str:
    return " OR ".join(f'"{phrase}"{ending}' for phrase in islice(phrases, _MOST))
