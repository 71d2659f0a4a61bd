"""What an article is made of, and the words for it: phrases by subject, newsrooms, the site's own.

`words/<subject>.txt` holds the phrases of a subject, all of them ours and all invented, in lists
under `== name`, one phrase a line. A phrase is a template: `[a|b]` is a choice, `{name}` a fact of
the article (drawn once, then kept; a trailing digit tells two facts of one kind apart),
`{name.form}` one of its forms, `{name*}` one drawn anew, `{name:3-40}` a number kept under that
name and `{:3-40}` one that is not. `== slot name: form form` lists a fact's values, forms separated
by `|`. Typography is neutral: straight apostrophes, «quotes» without spaces, a space before ":",
"?", "!", "%", ` -- ` around an aside.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

from huffarchive.article import Image

WORDS = Path(__file__).parent / "words"
SUBJECTS = (
    "politique",
    "faits_divers",
    "conflit",
    "diplomatie",
    "culture",
    "sports",
    "economie",
    "sante",
    "mode",
    "meteo",
    "sciences",
    "blogue",
)
COMMON = "commun"
"""What all subjects share: people, places, days."""


@dataclass(frozen=True)
class Bank:
    """The phrases and facts of one subject."""

    lists: Mapping[str, tuple[str, ...]]
    """headlines, deks, leads, body, quotes, endings, subheads, items, titles, captions, english."""
    slots: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self.lists[name]


@cache
def bank(subject: str) -> Bank:
    """The phrases of one subject."""
    lists: dict[str, tuple[str, ...]] = {}
    slots: dict[str, tuple[str, ...]] = {}
    forms: dict[str, tuple[str, ...]] = {}
    for part in (WORDS / f"{subject}.txt").read_text("utf-8").split("== ")[1:]:
        name, *lines = part.strip().splitlines()
        if name.startswith("slot "):
            name, _, named = name.removeprefix("slot ").partition(": ")
            slots[name] = tuple(lines)
            forms[name] = tuple(named.split())
        else:
            lists[name] = tuple(lines)
    return Bank(lists, slots, forms)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{name}.toml").read_text("utf-8"))


SITE = _table("site")
"""The site's own phrases, sections and links."""


@dataclass(frozen=True)
class Span:
    """A run of words, perhaps a link, perhaps stressed."""

    text: str
    href: str | None = None
    tag: str | None = None
    """em, strong or span."""


Line = tuple[Span, ...]
"""A paragraph's runs, in order."""
TEXT = ("paragraph", "heading", "list", "quotation", "table")
"""Kinds of blocks that are the article's text."""


@dataclass(frozen=True)
class Block:
    """One block of an article's body; what a field holds depends on the kind."""

    kind: Literal[
        "paragraph",
        "heading",
        "list",
        "quotation",
        "table",
        "figure",
        "slideshow",
        "pull_quote",  # words of the text shown once more, in large
        "embed",
        "advertisement",
        "related",
        "promotion",  # a line that asks the reader to follow the site
        "newsletter",  # a form to subscribe to it
        "live",  # the shell of a live blog, whose entries a script would have fetched
        "signature",  # the agency's, as a last paragraph of its own
    ]
    lines: tuple[Line, ...] = ()
    """A list's items, a quotation's paragraphs; the one line of the others."""
    marked: bool = False
    """A paragraph in the element of the one before, a heading shown in bold, an ordered list."""
    text: str = ""
    """What is quoted, what is seen of an embed, what stands for slides until a script has run."""
    label: str | None = None
    """Above links or advertising; above slides that promote; who is quoted; an embed's provider."""
    rows: tuple[tuple[str, ...], ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Address and title."""
    url: str = ""


@dataclass(frozen=True)
class Piece:
    """One phrase of the site on one page."""

    kind: str
    """Kind in the record's `chrome`."""
    text: str
    place: str
    """before_main, main_top, in_header, modal, after_sticky, entry_footer, below, footer, end."""
    css: str
    """Class that it carries; nobody knows the real one, so it differs from page to page."""


def plain(line: Line) -> str:
    """The words of a line."""
    return "".join(span.text for span in line)


def fold(text: str) -> str:
    """The text with every run of white space, of any kind, as one space, and none at its ends."""
    return " ".join(text.split())


def paragraphs(blocks: tuple[Block, ...]) -> list[str]:
    """The text of the article: what a reader would copy out, in order, white space folded."""
    told = [block for block in blocks if block.kind in TEXT]
    found = ([*map(plain, block.lines), *map(" | ".join, block.rows)] for block in told)
    return [folded for texts in found for text in texts if (folded := fold(text))]


def links(blocks: tuple[Block, ...]) -> list[str]:
    """Targets of the links in the text, in order, each once."""
    lines = (line for block in blocks if block.kind in TEXT for line in block.lines)
    return list(dict.fromkeys(span.href for line in lines for span in line if span.href))


def images(blocks: tuple[Block, ...]) -> list[Image]:
    """The article's pictures, in order, each address once; slides that promote are not its own."""
    found: dict[str, Image] = {}
    for block in blocks:
        for image in block.images if block.label is None else ():
            found.setdefault(image.url, image)
    return list(found.values())


NBSP = "\u00a0"
_CAPITALS = str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "AAACEEEEIIOOUUU")
_UNACCENTED = re.compile(r"\b[ÀÂÇÉÈÊËÎÏÔÙÛ](?=[a-zà-ÿ])")


@dataclass(frozen=True)
class Typography:
    """One style of typography, applied to text in the bank's neutral one."""

    quotes: list[str]
    """What opens and closes words that are quoted, spaces included."""
    aside: str
    """What stands for ` -- `: opening form, the closing one is its mirror."""
    space: str
    """Before ":", "?", "!", ";" and "%"."""
    accented: bool = True
    """Whether capitals keep their accents."""
    curly: bool = False
    """Whether apostrophes are curly."""

    def set(self, text: str) -> str:
        """Set a text in this style."""
        asides, depth = 0, 0

        def mark(found: re.Match[str]) -> str:
            nonlocal asides, depth
            if found[0] == "«":
                depth += 1
                return self.quotes[0] if depth == 1 else "“"
            if found[0] == "»":
                depth -= 1
                return self.quotes[1] if depth == 0 else "”"
            asides += 1
            return self.aside if asides % 2 else self.aside[::-1]

        text = re.sub(" -- ?|[«»]", mark, text)
        text = re.sub(r" ([:?!;%])", lambda found: self.space + found[1], text)
        if self.space != NBSP:
            text = text.replace("%", " %") if self.space == "" else text
            text = re.sub(r"\s+%", " %", text)
        else:
            text = re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, text)
        if not self.accented:
            text = _UNACCENTED.sub(lambda found: found[0].translate(_CAPITALS), text)
        return text.replace("'", "’") if self.curly else text


@dataclass(frozen=True)
class Mark:
    """How a page shows whose copy it is; all empty: it does not."""

    byline: str = ""
    """The byline as it stands; {} where a reporter's name goes, {and} for a second one."""
    logo: str = ""
    """Class of the partner's logo."""
    signed: bool = False
    """Whether the desk's signature closes the text."""
    declared: str = ""
    """Author that only the JSON-LD names."""


@dataclass(frozen=True)
class Newsroom:
    """A source of copy."""

    type: list[Typography]
    credits: list[str]
    marks: list[Mark]
    agency: str | None = None
    """The agency's normalised name; None for the paper's own."""
    dateline: bool = False


def _newsrooms() -> dict[str, Newsroom]:
    table = _table("newsrooms")
    styles = {name: Typography(**style) for name, style in table["type"].items()}
    return {
        name: Newsroom(
            **room
            | {
                "type": [styles[style] for style in room["type"]],
                "marks": [
                    Mark(**mark) for mark in room["marks"] for _ in range(mark.pop("times", 1))
                ],
            }
        )
        for name, room in table["desk"].items()
    }


NEWSROOMS = _newsrooms()
"""By the recipe's desk."""


def signature(dice: Random) -> str:
    """A desk signature: writers and desks in initials, of the forms that the site's notes list."""

    def initials() -> str:
        letters = "abcdefghijklmnopqrstuvwxyz"
        return "".join(dice.choice(letters) for _ in range(dice.choice((2, 2, 3, 3, 3, 4))))

    first = "-".join(initials() for _ in range(dice.choice((1, 1, 2, 2, 3))))
    rest = [initials() for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
    if dice.random() < 0.1:
        rest[-1] += f"-{initials()}"
    return "/".join((first, *rest))
