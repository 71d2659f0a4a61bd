"""Who writes: people, the paper and the agencies; their typography, bylines, logos and
signatures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

_VOWELS = "aeiouyàâéèêëîïôöùûœAEIOUÀÂÉÈÊËÎÏÔÖÙÛŒ"


def joined(phrase: str) -> str:
    """The phrase after "de": "du maire", "d'Alma", "de la loi"."""
    for article, contracted in (("le ", "du "), ("les ", "des "), ("Le ", "du "), ("Les ", "des ")):
        if phrase.startswith(article):
            return contracted + phrase[len(article) :]
    return f"d'{phrase}" if phrase[:1] in _VOWELS else f"de {phrase}"


def to_the(phrase: str) -> str:
    """The phrase after "à": "au maire", "à Alma", "aux voisins"."""
    for article, contracted in (("le ", "au "), ("les ", "aux ")):
        if phrase.startswith(article):
            return contracted + phrase[len(article) :]
    return f"à {phrase}"


@dataclass(frozen=True)
class Person:
    """Somebody who never lived."""

    first: str
    last: str
    woman: bool
    title: str
    """With its article where it has one: "la ministre des Transports", "climatologue"."""
    age: int

    @property
    def name(self) -> str:
        """First name and last."""
        return f"{self.first} {self.last}"

    def form(self, form: str | None) -> str:
        """One of the forms that templates ask for."""
        il = "elle" if self.woman else "il"
        return {
            None: self.name,
            "nom": self.last,
            "court": f"{'Mme' if self.woman else 'M.'} {self.last}",
            "il": il,
            "Il": il.capitalize(),
            "e": "e" if self.woman else "",
            "sauf": "sauve" if self.woman else "sauf",
            "titre": self.title,
            "Titre": self.title[:1].upper() + self.title[1:],
            "age": str(self.age),
            "de": joined(self.name),
        }[form]


NBSP = "\u00a0"
_CAPITALS = str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "AAACEEEEIIOOUUU")
_UNACCENTED = re.compile(r"\b[ÀÂÇÉÈÊËÎÏÔÙÛ](?=[a-zà-ÿ])")


@dataclass(frozen=True)
class Typography:
    """One style of typography, applied to text in the bank's neutral one."""

    quotes: tuple[str, str]
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
        text = _asides(text, self.aside)
        depth = 0
        out: list[str] = []
        for letter in text:
            if letter == "«":
                depth += 1
                out.append(self.quotes[0] if depth == 1 else "“")
            elif letter == "»":
                out.append(self.quotes[1] if depth == 1 else "”")
                depth -= 1
            else:
                out.append(letter)
        text = "".join(out)
        text = re.sub(r" ([:?!;%])", lambda found: self.space + found[1], text)
        if self.space != NBSP:
            text = text.replace("%", " %") if self.space == "" else text
            text = re.sub(r"\s+%", " %", text)
        else:
            text = re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, text)
        if not self.accented:
            text = _UNACCENTED.sub(lambda found: found[0].translate(_CAPITALS), text)
        return text.replace("'", "’") if self.curly else text


def _asides(text: str, form: str) -> str:
    opening = True

    def mark(_: re.Match[str]) -> str:
        nonlocal opening
        opening, was = not opening, opening
        return form if was else form[::-1]

    return re.sub(r" -- ?", mark, text)


HOUSE = Typography(("«", "»"), " – ", "", curly=True)
HOUSE_OLD = Typography(("«", "»"), " - ", "")
RADIO_CANADA = Typography((f"«{NBSP}", f"{NBSP}»"), " — ", NBSP)
LA_PRESSE_CANADIENNE = Typography(("« ", " »"), " - ", " ")
AGENCY = Typography(('"', '"'), " --", "", accented=False)
AGENCY_SPACED = Typography(('"', '"'), " --", " ", accented=False)
BLOG = Typography(("« ", " »"), " – ", " ", curly=True)


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

    agency: str | None
    """The agency's normalised name; null for the paper's own."""
    type: tuple[Typography, ...]
    credits: tuple[str, ...]
    marks: tuple[Mark, ...]
    dateline: bool = False


_SIGNED = Mark(signed=True)
_HOUSE_CREDITS = ("Getty Images", "DR", "Courtoisie", "PC", "Shutterstock", "HuffPost Québec", "AP")

NEWSROOMS: Mapping[str, Newsroom] = {
    "house": Newsroom(
        None,
        (HOUSE, HOUSE, HOUSE_OLD),
        _HOUSE_CREDITS,
        (
            *(Mark("Par {}"),) * 6,
            Mark("Par {} et {and}"),
            Mark("Par{}"),
            Mark("HuffPost Québec"),
            Mark(),
        ),
    ),
    "blog": Newsroom(None, (BLOG, HOUSE), _HOUSE_CREDITS, (Mark("Par {}"), Mark("{}"))),
    "afp": Newsroom(
        "AFP",
        (AGENCY, AGENCY, AGENCY_SPACED),
        ("AFP", "AFP/Getty Images", "STR via Getty Images", "AP"),
        (
            *(_SIGNED,) * 6,
            Mark("Par AFP", signed=True),
            Mark("Par AFP"),
            Mark("Par Agence France-Presse", signed=True),
            Mark("AFP", signed=True),
            Mark("Le HuffPost/AFP"),
            Mark(logo="AFPQC", signed=True),
            Mark(logo="AFPQC2"),
            Mark(declared="AFP", signed=True),
        ),
        dateline=True,
    ),
    "lpc": Newsroom(
        "La Presse Canadienne",
        (LA_PRESSE_CANADIENNE,),
        ("PC", "La Presse Canadienne", "CP"),
        (
            Mark("Par La Presse Canadienne"),
            Mark("Par La Presse Canadienne"),
            Mark("Par {}, La Presse Canadienne"),
            Mark("{}, La Presse Canadienne"),
            Mark("La Presse Canadienne"),
            Mark(logo="PC"),
            Mark(logo="CP"),
        ),
        dateline=True,
    ),
    "rc": Newsroom(
        "Radio-Canada",
        (RADIO_CANADA,),
        ("Radio-Canada", "AFP", "Reuters"),
        (
            Mark("Par Radio-Canada.ca"),
            Mark("Radio-Canada.ca"),
            Mark("Par Radio-Canada"),
            Mark(logo="RCQC"),
            Mark(logo="RCQC"),
        ),
    ),
    "relax": Newsroom(
        "Relaxnews",
        (AGENCY, HOUSE_OLD),
        ("AFP", "DR", "Getty Images"),
        (
            Mark("Par Relaxnews"),
            Mark("Relaxnews"),
            Mark(logo="AFPRelQC"),
        ),
    ),
    "ap": Newsroom(
        "AP",
        (AGENCY,),
        ("AP", "ASSOCIATED PRESS"),
        (
            Mark("Par The Associated Press"),
            Mark("The Associated Press"),
            Mark("Par {}, The Associated Press"),
            Mark("Associated Press"),
        ),
        dateline=True,
    ),
    "reuters": Newsroom(
        "Reuters",
        (AGENCY, LA_PRESSE_CANADIENNE),
        ("Reuters",),
        (Mark("Par Reuters"), Mark("Reuters")),
    ),
}
"""By the recipe's desk."""

_INITIALS = "abcdefghijklmnopqrstuvwxyz"


def signature(dice: Random) -> str:
    """A desk signature: writers and desks in initials, of the forms that the site's notes list."""

    def initials() -> str:
        return "".join(dice.choice(_INITIALS) for _ in range(dice.choice((2, 2, 3, 3, 3, 4))))

    first = "-".join(initials() for _ in range(dice.choice((1, 1, 2, 2, 3))))
    rest = [initials() for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
    if dice.random() < 0.1:
        rest[-1] += f"-{initials()}"
    return "/".join((first, *rest))
