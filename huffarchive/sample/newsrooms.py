"""Who writes: the paper and the agencies, their type, bylines, logos and signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from huffarchive.sample import desk
from huffarchive.sample.desk import Desk


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
    type: tuple[Desk, ...]
    credits: tuple[str, ...]
    marks: tuple[Mark, ...]
    dateline: bool = False


_SIGNED = Mark(signed=True)
_HOUSE_CREDITS = ("Getty Images", "DR", "Courtoisie", "PC", "Shutterstock", "HuffPost Québec", "AP")

NEWSROOMS: Mapping[str, Newsroom] = {
    "house": Newsroom(
        None,
        (desk.HOUSE, desk.HOUSE, desk.HOUSE_OLD),
        _HOUSE_CREDITS,
        (
            *(Mark("Par {}"),) * 6,
            Mark("Par {} et {and}"),
            Mark("Par{}"),
            Mark("HuffPost Québec"),
            Mark(),
        ),
    ),
    "blog": Newsroom(None, (desk.BLOG, desk.HOUSE), _HOUSE_CREDITS, (Mark("Par {}"), Mark("{}"))),
    "afp": Newsroom(
        "AFP",
        (desk.AGENCY, desk.AGENCY, desk.AGENCY_SPACED),
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
        (desk.LA_PRESSE_CANADIENNE,),
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
        (desk.RADIO_CANADA,),
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
        (desk.AGENCY, desk.HOUSE_OLD),
        ("AFP", "DR", "Getty Images"),
        (
            Mark("Par Relaxnews"),
            Mark("Relaxnews"),
            Mark(logo="AFPRelQC"),
        ),
    ),
    "ap": Newsroom(
        "AP",
        (desk.AGENCY,),
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
        (desk.AGENCY, desk.LA_PRESSE_CANADIENNE),
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
