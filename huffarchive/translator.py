"""The words of the report and the reading room, with numbers, sizes and dates as their language
writes them.

The words are `fr.toml` and `en.toml` in the folder of the package that speaks them. A language
more is such a file in each folder, and its locale in LANGUAGES.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

from huffarchive import program

LANGUAGES = {"fr": "fr_CA", "en": "en_GB"}
"""Babel's locale of each language."""
_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
_FRENCH = (
    (re.compile(r"\b([Dd])e (?=(?:avril|août|octobre)\b)"), r"\1’"),
    (re.compile(r"\b1 (?=\w+ \d{4} à )"), "1er "),
)
_UNBROKEN = re.compile(r"(?<=«) | (?=[:;?!»%])")
"""The spaces of French punctuation and shares, where no line may break."""


@cache
def words(folder: str, language: str) -> dict[str, str]:
    """The texts of a language by name, as `folder` of the package has them.

    French punctuation is not parted from its word at the end of a line.
    """
    path = Path(__file__).parent / folder / f"{language}.toml"
    text = path.read_text("utf-8")
    said: dict[str, str] = tomllib.loads(text)
    return {n: _UNBROKEN.sub("\u00a0", v) for n, v in said.items()} if language == "fr" else said


@lru_cache(4096)
def _decimal(number: int, locale: str) -> str:
    return format_decimal(number, locale=locale)  # a page has hundreds, and Babel takes its time


@lru_cache(4096)
def _month(month: str, locale: str) -> str:
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM\u00a0y", locale)


@dataclass(frozen=True, slots=True)
class _Number:
    """A whole number, or with two forms of a word the one that goes with it."""

    number: int
    say: "Translator"

    def __format__(self, forms: str) -> str:
        one, bar, more = forms.partition("|")
        if not bar:
            return self.say.count(self.number)
        single = (0, 1) if self.say.language == "fr" else (1,)
        return one if self.number in single else more


@dataclass(frozen=True, slots=True)
class Translator:
    """Words and numerals of a language of LANGUAGES."""

    language: str
    folder: str = "reports"

    def __call__(self, name: str, /, **values: str | int) -> str:
        """A text by its name, with its gaps filled; whole numbers are written its way. {program} is
        how a command begins.

        {count:article|articles} is the one or the other, by the number.
        """
        written: dict[str, str | _Number] = {"program": program()}
        written |= {k: _Number(v, self) if isinstance(v, int) else v for k, v in values.items()}
        return self._elided(words(self.folder, self.language)[name].format(**written))

    def _elided(self, text: str) -> str:
        for pattern, instead in _FRENCH if self.language == "fr" else ():
            text = pattern.sub(instead, text)
        return text

    def term(self, prefix: str, name: str) -> str:
        """The word for a value of a closed list; a value that has none stands for itself."""
        return words(self.folder, self.language).get(f"{prefix}_{name}", name or self("unknown"))

    @property
    def _locale(self) -> str:
        return LANGUAGES[self.language]

    def count(self, number: int) -> str:
        """A whole number: "12 345", "12,345"; the French space does not break."""
        return _decimal(number, self._locale)

    def share(self, part: int, whole: int) -> str:
        """A part of a whole: "98,6 %", "98.6%"; a dash when there is no whole.

        What is less than all is never written as 100, what is more than nothing never as 0.
        """
        if not whole:
            return "–"
        least, percent = 0.1, 100 * part / whole
        shown = percent and max(percent, least)
        shown = shown if percent >= 100 else min(shown, 100 - least)
        pattern = "0" if percent in (0, 100) else "#,##0.0"
        text = self("percent", number=format_decimal(shown, pattern, self._locale))
        return self("under", share=text) if 0 < percent < least else text

    def size(self, size: int) -> str:
        """A number of bytes, in decimal units: "3,6 Mo", "3.6 MB"."""
        power, value = 0, float(size)
        while round(value, 1) >= 1000 and power < len(_UNITS) - 1:
            power, value = power + 1, value / 1000
        pattern = "#,##0.0" if power else "0"
        length: Literal["short", "long"] = "short" if power else "long"
        text = format_unit(value, _UNITS[power], length, pattern, self._locale)
        return text.replace(" ", "\u00a0")

    def month(self, month: str) -> str:
        """The month of "YYYY-MM": "mars 2014", "March 2014", unbroken; anything else as it is."""
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
            return month
        return _month(month, self._locale)

    def day(self, day: date) -> str:
        """A day: "1er mai 2012", "1 May 2012"."""
        text = format_date(day, "long", self._locale)
        return re.sub(r"\A1 ", "1er ", text) if self.language == "fr" else text

    def moment(self, moment: datetime) -> str:
        """A day and a time of day: "23 novembre 2026 à 14 h 58", "23 November 2026, 14:58"."""
        pattern = words(self.folder, self.language)["moment"]
        return self._elided(format_datetime(moment, pattern, locale=self._locale))

    def stamp(self, moment: datetime) -> str:
        """The same for a column: "2026-11-23 14:58", alike in both languages."""
        return f"{moment:%Y-%m-%d %H:%M}"

    def duration(self, seconds: float) -> str:
        """A length of time in its two largest units: "2 j 3 h", "18 s"."""
        left = round(seconds)
        parts: list[str] = []
        for unit, length in ((self("unit_day"), 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
            number, left = divmod(left, length)
            if number or (unit == "s" and not parts):
                parts.append(f"{self.count(number)}\u00a0{unit}")
        return " ".join(parts[:2])
