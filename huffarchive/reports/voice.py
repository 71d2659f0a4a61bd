"""The language that a report speaks: its words and its numerals."""

import re
from dataclasses import dataclass

from huffarchive.reports import english, french
from huffarchive.reports.numerals import Numerals

LANGUAGES = ("fr", "en")
_ELIDED = re.compile(r"\b([Dd])e (?=(?:avril|août|octobre)\b)")
_UNBROKEN = re.compile(r"(?<=«) | (?=[:;?!»%])")
"""The spaces of French punctuation and shares, where no line may break."""
_WORDS = {"fr": french.WORDS, "en": english.WORDS}


@dataclass(frozen=True, slots=True)
class _Number:
    """A whole number, or with two forms of a word the one that goes with it."""

    number: int
    numerals: Numerals

    def __format__(self, forms: str) -> str:
        one, bar, more = forms.partition("|")
        if not bar:
            return self.numerals.count(self.number)
        single = (0, 1) if self.numerals.language == "fr" else (1,)
        return one if self.number in single else more


@dataclass(frozen=True, slots=True)
class Voice:
    """Words and numerals of "fr" or "en"."""

    language: str

    @property
    def numerals(self) -> Numerals:
        """How it writes numbers."""
        return Numerals(self.language)

    def __call__(self, name: str, /, **values: str | int) -> str:
        """A text by its name, with its gaps filled; whole numbers are written its way.

        {count:article|articles} is the one or the other, by the number.
        """
        written = {
            k: _Number(v, self.numerals) if isinstance(v, int) else v for k, v in values.items()
        }
        text = _WORDS[self.language][name].format(**written)
        if self.language != "fr":
            return text
        return _UNBROKEN.sub("\u00a0", _ELIDED.sub("\\1’", text))

    def term(self, prefix: str, name: str) -> str:
        """The word for a value of a closed list; a value that has none stands for itself."""
        return _WORDS[self.language].get(f"{prefix}_{name}", name or self("unknown"))
