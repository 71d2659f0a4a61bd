"""The language of a report: its words, and numbers, sizes and dates as that language writes
them.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from huffarchive.reports import english, french

_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SIZES = {"fr": ("octets", "ko", "Mo", "Go", "To"), "en": ("bytes", "kB", "MB", "GB", "TB")}


@dataclass(frozen=True, slots=True)
class Formatter:
    """How one language writes them; "fr" or "en"."""

    language: str

    def count(self, number: int) -> str:
        """A whole number: "12 345", "12,345"; the French space does not break."""
        return f"{number:,}".replace(",", "\u202f") if self.language == "fr" else f"{number:,}"

    def decimal(self, number: float, digits: int = 1) -> str:
        """A number with decimals: "1,5", "1.5"."""
        text = f"{number:,.{digits}f}"
        if self.language == "fr":
            text = text.replace(",", "\u202f").replace(".", ",")
        return text

    def share(self, part: int, whole: int) -> str:
        """A part of a whole: "98,6 %", "98.6%"; a dash when there is no whole.

        What is less than all is never written as 100, what is more than nothing never as 0.
        """
        if not whole:
            return "–"
        percent = 100 * part / whole
        least = 0.1
        if 0 < percent < least:
            return ("moins de " if self.language == "fr" else "under ") + self._percent(least)
        if 100 - least < percent < 100:
            percent = 100 - least
        return self._percent(percent)

    def size(self, size: int) -> str:
        """A number of bytes, in decimal units: "3,6 Mo", "3.6 MB"."""
        power, value = 0, float(size)
        while round(value, 1) >= 1000 and power < len(_SIZES[self.language]) - 1:
            power, value = power + 1, value / 1000
        text = self.decimal(value) if power else self.count(size)
        return f"{text}\u00a0{_SIZES[self.language][power]}"

    def month(self, month: str) -> str:
        """The month of "YYYY-MM": "mars 2014", "March 2014", unbroken; anything else as it is."""
        year, _, number = month.partition("-")
        if not (number.isdigit() and 1 <= int(number) <= 12):
            return month
        return f"{_MONTHS[self.language][int(number) - 1]}\u00a0{year}"

    def moment(self, moment: datetime) -> str:
        """A day and a time of day: "23 novembre 2026 à 14 h 58", "23 November 2026, 14:58"."""
        name = _MONTHS[self.language][moment.month - 1]
        if self.language == "fr":
            day = "1er" if moment.day == 1 else str(moment.day)
            return f"{day} {name} {moment.year} à {moment.hour}\u00a0h\u00a0{moment:%M}"
        return f"{moment.day} {name} {moment.year}, {moment:%H:%M}"

    def stamp(self, moment: datetime) -> str:
        """The same for a column: "2026-11-23 14:58", alike in both languages."""
        return f"{moment:%Y-%m-%d %H:%M}"

    def duration(self, seconds: float) -> str:
        """A length of time in its two largest units: "2 j 3 h", "18 s"."""
        day = "j" if self.language == "fr" else "d"
        left = round(seconds)
        parts: list[str] = []
        for unit, length in ((day, 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
            number, left = divmod(left, length)
            if number or (unit == "s" and not parts):
                parts.append(f"{self.count(number)}\u00a0{unit}")
        return " ".join(parts[:2])

    def _percent(self, percent: float) -> str:
        whole = percent in (0, 100)
        text = f"{percent:.0f}" if whole else self.decimal(percent)
        return f"{text}\u00a0%" if self.language == "fr" else f"{text}%"


LANGUAGES = ("fr", "en")
_ELIDED = re.compile(r"\b([Dd])e (?=(?:avril|août|octobre)\b)")
_UNBROKEN = re.compile(r"(?<=«) | (?=[:;?!»%])")
"""The spaces of French punctuation and shares, where no line may break."""
_WORDS = {"fr": french.WORDS, "en": english.WORDS}


@dataclass(frozen=True, slots=True)
class _Number:
    """A whole number, or with two forms of a word the one that goes with it."""

    number: int
    formatter: Formatter

    def __format__(self, forms: str) -> str:
        one, bar, more = forms.partition("|")
        if not bar:
            return self.formatter.count(self.number)
        single = (0, 1) if self.formatter.language == "fr" else (1,)
        return one if self.number in single else more


@dataclass(frozen=True, slots=True)
class Translator:
    """Words and numerals of "fr" or "en"."""

    language: str

    @property
    def formatter(self) -> Formatter:
        """How it writes numbers."""
        return Formatter(self.language)

    def __call__(self, name: str, /, **values: str | int) -> str:
        """A text by its name, with its gaps filled; whole numbers are written its way.

        {count:article|articles} is the one or the other, by the number.
        """
        written = {
            k: _Number(v, self.formatter) if isinstance(v, int) else v for k, v in values.items()
        }
        text = _WORDS[self.language][name].format(**written)
        if self.language != "fr":
            return text
        return _UNBROKEN.sub("\u00a0", _ELIDED.sub("\\1’", text))

    def term(self, prefix: str, name: str) -> str:
        """The word for a value of a closed list; a value that has none stands for itself."""
        return _WORDS[self.language].get(f"{prefix}_{name}", name or self("unknown"))
