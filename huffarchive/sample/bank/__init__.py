"""The words of the sample site: French phrases by subject, all of them ours and all invented.

Each text file beside this one is a subject, in lists under `== name`, one phrase a line. A phrase
is a template: `[a|b]` is a choice, `{name}` a fact of the article (drawn once, then kept; a
trailing digit tells two facts of one kind apart), `{name.form}` one of its forms, `{name*}` one
drawn anew, `{name:3-40}` a number kept under that name and `{:3-40}` one that is not. `== slot
name: form form` lists a fact's values, forms separated by `|`. Typography is neutral: straight
apostrophes, «quotes» without spaces, a space before ":", "?", "!", "%", ` -- ` around an aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SUBJECTS: tuple[str, ...] = (
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

    @property
    def section(self) -> str:
        """Section of the site, as it is written there."""
        return self.lists["section"][0]


@cache
def bank(subject: str) -> Bank:
    """The phrases of one subject."""
    lists: dict[str, tuple[str, ...]] = {}
    slots: dict[str, tuple[str, ...]] = {}
    forms: dict[str, tuple[str, ...]] = {}
    text = files(__package__).joinpath(f"{subject}.txt").read_text("utf-8")
    for part in text.split("== ")[1:]:
        name, *lines = part.strip().splitlines()
        if name.startswith("slot "):
            name, _, named = name.removeprefix("slot ").partition(": ")
            slots[name] = tuple(lines)
            forms[name] = tuple(named.split())
        else:
            lists[name] = tuple(lines)
    return Bank(lists, slots, forms)
