"""What the site says of itself on a page: the edition's phrases in a block, and notices around
it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import cast

from lxml import etree, html

from huffarchive.article import Chrome
from huffarchive.editions.edition import ChromePhrase, Edition, Where
from huffarchive.reader.blocks import Block, moved, own_words
from huffarchive.reader.elements import BLOCKS, UNSEEN
from huffarchive.reader.layout import Layout
from huffarchive.reader.walk import blocks_of
from huffarchive.reading import ChromeKind

_LONGEST_LABEL = 200
_LONGEST_NOTICE = 600
_LONGEST_LINE = 100
_REACHED = ("@", "twitter", "facebook", "instagram")
"""Where somebody can be reached: without one of them no line at the text's end is chrome."""
_SHORT = frozenset(("ad_label", "navigation"))
"""Kinds whose phrases are a line at most."""
_UNFOLDS = re.compile(
    r"(?<=[.!?…»”])\s(?:(?:En )?lire (?:la suite|plus)|(?:En )?voir plus|(?:Read|Show) more)"
    r"\W{0,3}$",
    re.IGNORECASE,
)
"""The link at a paragraph's end that unfolds the rest of the text on the same page."""
_REMEMBERED = 128
"""Selections of phrases: one for the signs of each page."""


class ChromePhrases:
    """An edition's phrases, sorted by where they apply."""

    def __init__(self, phrases: tuple[ChromePhrase, ...]) -> None:
        self._by_place = {
            where: tuple(phrase for phrase in phrases if phrase.where is where) for where in Where
        }
        whole = self._by_place[Where.WHOLE]
        self._labels = tuple(p for p in whole if not p.sign)
        signed = [(p.sign, p.pattern, p.kind) for p in whole if p.sign]
        self._signed = {
            short: tuple(entry for entry in signed if short or entry[2] not in _SHORT)
            for short in (True, False)
        }
        labels = "|".join(f"(?:{p.pattern.pattern})" for p in self._labels)
        self._any_label = re.compile(labels or r"(?!)", re.IGNORECASE)
        self.signs = tuple(dict.fromkeys(p.sign for p in self._by_place[Where.INSIDE]))
        self._phrases = phrases
        self._all_signs = tuple(dict.fromkeys(p.sign for p in phrases if _needs_sign(p)))
        self._within: dict[tuple[str, ...], ChromePhrases] = {}

    def within(self, text: str) -> "ChromePhrases":
        """The phrases that can stand in a text: most need a word that is not in it."""
        lower = text.lower()
        signs = tuple(sign for sign in self._all_signs if sign in lower)
        if signs not in self._within:
            if len(self._within) >= _REMEMBERED:
                self._within.clear()
            possible = (p for p in self._phrases if p.sign in signs or not _needs_sign(p))
            self._within[signs] = ChromePhrases(tuple(possible))
        return self._within[signs]

    def whole(self, text: str) -> str | None:
        """The kind of a text that is chrome as a whole, or None."""
        if len(text) > _LONGEST_NOTICE:
            return None
        if len(text) <= _LONGEST_LABEL and self._any_label.fullmatch(text) is not None:
            kind = next((p.kind for p in self._labels if p.pattern.fullmatch(text)), None)
            return self.notice(text) or kind
        lower, signed = text.lower(), self._signed[len(text) <= _LONGEST_LINE]
        found = (kind for sign, p, kind in signed if sign in lower and p.fullmatch(text))
        kind = next(found, None)
        return self.notice(text) or kind

    def notice(self, text: str) -> str | None:
        """The kind of a text that is, whole, one of the site's own notices; else None."""
        return next((p.kind for p in self._notices_in(text) if p.pattern.fullmatch(text)), None)

    def _notices_in(self, text: str) -> Iterable[ChromePhrase]:
        """The notices whose sign is in a text."""
        lower = text.lower()
        return (phrase for phrase in self._by_place[Where.INSIDE] if phrase.sign in lower)

    def cut(self, block: Block) -> list[tuple[Block, str | None]]:
        """A block in pieces, in order, each with its kind of chrome or None."""
        line = block.line
        if (kind := self.whole(line)) is not None:
            return [(block, kind)]
        if block.place.slides is not None:
            for phrase in self._by_place[Where.SLIDES]:
                if phrase.pattern.fullmatch(line):
                    return [(block, phrase.kind)]
        if block.in_link and self._leads_on(block):
            return [(block, "related")]
        first, _, rest = block.text.partition("\n")
        if rest and block.in_link and self.whole(first) == "related":
            return [(block, "related")]
        if rest and (parted := self._lines(block)) is not None:
            return parted
        pieces: list[tuple[str, str | None]] = [(line, None)]
        for phrase in self._notices_in(line):
            pieces = _split(pieces, phrase)
        for phrase in self._by_place[Where.START]:
            found = phrase.pattern.match(line) if len(pieces) == 1 else None
            if found is not None and found.end() < len(line):
                pieces = [(line[: found.end()].strip(), phrase.kind), (line[found.end() :], None)]
        unfolds = _UNFOLDS.search(line) if block.in_link and len(pieces) == 1 else None
        if unfolds is not None and block.links[-1:] and block.links[-1].startswith("#"):
            pieces = [(line[: unfolds.start()], None), (unfolds.group(), "navigation")]
        if len(pieces) == 1:
            return [(block, None)]
        return [(moved(block, text.strip()), kind) for text, kind in pieces if text.strip()]

    def _lines(self, block: Block) -> list[tuple[Block, str | None]] | None:
        """The lines of a block, where some are chrome; one or two words are too few to tell."""
        lines = block.text.split("\n")
        kinds = [self.whole(line) if len(line.split()) > 2 else None for line in lines]
        if not any(kinds):
            return None
        runs = [
            (kind, "\n".join(line for line, _ in run))
            for kind, run in groupby(zip(lines, kinds, strict=True), key=lambda pair: pair[1])
        ]
        return [(moved(block, text), kind) for kind, text in runs]

    def closing(self, text: str) -> str | None:
        """The kind of a line that is chrome at the text's end."""
        lower = text.lower()
        phrases = self._by_place[Where.END] if any(s in lower for s in _REACHED) else ()
        return next((phrase.kind for phrase in phrases if phrase.pattern.fullmatch(text)), None)

    def _leads_on(self, block: Block) -> bool:
        """Whether a block says "lire aussi", on every line perhaps, and hardly more than links."""
        leads = self._by_place[Where.LEAD]
        lines = block.text.split("\n")
        ends = [
            max((m.end() for p in leads if (m := p.pattern.match(t))), default=0) for t in lines
        ]
        said = sum(map(len, lines)) - sum(ends)
        return ends[0] > 0 and block.in_link * 5 >= said * 4

    def left_in(self, text: str) -> bool:
        """Whether a notice of the site stands somewhere in a text."""
        return any(phrase.pattern.search(text) for phrase in self._notices_in(text))

    def signs_in(self, content: bytes) -> tuple[str, ...]:
        """The signs of notices, if a page's bytes hold one of them; without one it has no notice.

        They are looked for from the end, which is near the notices, and cheaper in CPython.
        """
        signs = sorted(self.signs, key=len)
        return self.signs if any(content.rfind(sign.encode()) >= 0 for sign in signs) else ()


def _needs_sign(phrase: ChromePhrase) -> bool:
    return phrase.sign != "" and phrase.where in (Where.WHOLE, Where.INSIDE)


def _split(
    pieces: list[tuple[str, str | None]], phrase: ChromePhrase
) -> list[tuple[str, str | None]]:
    out: list[tuple[str, str | None]] = []
    for text, kind in pieces:
        found = phrase.pattern.search(text) if kind is None else None
        if found is None:
            out.append((text, kind))
            continue
        out += [(text[: found.start()], None), (found.group(), phrase.kind)]
        out.append((text[found.end() :], None))
    return [(text, kind) for text, kind in out if text.strip()]


@lru_cache(maxsize=32)
def chrome_phrases_of(edition: Edition) -> ChromePhrases:
    """The phrasebook of an edition."""
    return ChromePhrases(edition.chrome)


_CLOSE = "contains(., 'Close') or contains(., 'Fermer')"
_LONGEST = 3_000
_SITE_BARS = frozenset(("nav", "header"))


def notices_around(
    column: html.HtmlElement, layout: Layout, book: ChromePhrases, signs: tuple[str, ...]
) -> tuple[list[Chrome], list[Chrome]]:
    """The site's notices before and after the column, each once, wherever they stand.

    `signs` are those that the page holds at all.
    """
    seen: set[tuple[str, str]] = set()
    above = set(column.iterancestors())
    preceding, following = _searches(signs)
    before = list(_notices(_found(preceding, column), layout, book, seen, above))
    after = list(_notices(_found(following, column), layout, book, seen, above))
    return join(before), join(after)


@lru_cache(maxsize=64)
def _searches(signs: tuple[str, ...]) -> tuple[etree.XPath, etree.XPath]:
    """The elements before and after a column whose own words hold a sign of a notice.

    Whole branches are asked first: most of a page says nothing of the kind.
    """
    signed = " or ".join(f"contains(., '{sign}')" for sign in signs)
    unread = "self::script or self::style or self::head"
    before, after = (
        etree.XPath(
            f"ancestor-or-self::*/{way}-sibling::node()[not({unread})][{signed} or {_CLOSE}]"
            "/descendant-or-self::text()[not(parent::script or parent::style)]"
            f"[{signed} or (string-length(.) < 20 and ({_CLOSE}))]/.."
        )
        for way in ("preceding", "following")
    )
    return before, after


def join(pieces: list[Chrome]) -> list[Chrome]:
    """Sentences of one notice that stand in blocks of their own, put together again."""
    out: list[Chrome] = []
    for piece in pieces:
        last = out[-1] if out else None
        if (
            last is not None
            and piece.kind == ChromeKind.FAQ_FOOTER
            and piece.text.startswith(("Si vous", "If you"))
            and last.kind in (ChromeKind.ARCHIVE_BANNER, ChromeKind.CLOSURE_NOTICE)
        ):
            closed = last.kind == ChromeKind.CLOSURE_NOTICE
            kind = last.kind if closed else piece.kind
            out[-1] = Chrome(str(kind), f"{last.text} {piece.text}")
        else:
            out.append(piece)
    return out


def _notices(
    elements: list[html.HtmlElement],
    layout: Layout,
    book: ChromePhrases,
    seen: set[tuple[str, str]],
    above: set[html.HtmlElement],
) -> Iterator[Chrome]:
    done: set[html.HtmlElement] = set()
    for element in elements:
        holder = _holder(element)
        if holder is None or holder in done:
            continue
        done.add(holder)
        around = holder in above
        for block in own_words(holder) if around else blocks_of(holder, layout, book.signs):
            if not block.text or len(block.text) > _LONGEST:
                continue
            for piece, kind in book.cut(block):
                wanted = kind is not None and (
                    book.notice(piece.line) is not None
                    or (kind == ChromeKind.CLOSE_WIDGET and not _in_site_bar(holder))
                )
                if wanted and (str(kind), piece.line) not in seen:
                    seen.add((str(kind), piece.line))
                    yield Chrome(str(kind), piece.line)


def _holder(element: html.HtmlElement) -> html.HtmlElement | None:
    """The block around an element; None for what is not read: a script, the head."""
    while element is not None:
        if element.tag in UNSEEN:
            return None
        if element.tag in BLOCKS:
            return element
        element = element.getparent()
    return None


def _in_site_bar(element: html.HtmlElement) -> bool:
    return any(a.tag in _SITE_BARS for a in (element, *element.iterancestors()))


def _found(search: etree.XPath, column: html.HtmlElement) -> list[html.HtmlElement]:
    return cast("list[html.HtmlElement]", search(column))
