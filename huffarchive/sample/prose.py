"""Sentences from the bank: one article's facts, kept from its headline to its last line."""

import re
from random import Random

from huffarchive.sample.bank import COMMON, Bank, bank
from huffarchive.sample.person import Person, joined, to_the

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w*?)(\d*)(\*?)(?:\.(\w+))?(?::(\d+)-(\d+))?\}")
_CONTRACTIONS = {" de le ": " du ", " de les ": " des ", " à le ": " au ", " à les ": " aux "}
_CONTRACTED = re.compile("|".join(_CONTRACTIONS))
_ELIDED = re.compile(r"\b([Dd])e (?=[aeiouâéèêîôûAEIOUÉÈÊ])")
_DEFAULTS = {"n": (6, 64), "m": (12, 480)}
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Facts:
    """What one article is about: drawn when first named, the same ever after."""

    def __init__(self, rng: Random, bank: Bank) -> None:
        self.rng = rng
        self.bank = bank
        self._facts: dict[str, str | Person] = {}
        self._drawn: dict[str, set[str]] = {}

    def tell(self, template: str) -> str:
        """Fill a template in, in neutral typography."""
        while (found := _CHOICE.search(template)) is not None:
            choice = self.rng.choice(found[1].split("|"))
            template = template[: found.start()] + choice + template[found.end() :]
        text = re.sub(r"\s+", " ", _SLOT.sub(self._fill, template)).strip()
        text = _CONTRACTED.sub(lambda found: _CONTRACTIONS[found[0]], text)
        return _ELIDED.sub(r"\1'", text)

    def agree(self, headline: str) -> None:
        """Take the country that a headline names for a fact."""
        for value in self.bank.slots.get("pays", ()):
            if value.split("|", 1)[0] in headline.replace("Egypte", "Égypte"):
                self._facts["pays"] = value

    def person(self, name: str) -> Person:
        """The person of this name ("p1", "q2"), introduced if need be."""
        if name not in self._facts:
            self._facts[name] = self._introduce(abroad=name.startswith("q"))
        found = self._facts[name]
        assert isinstance(found, Person)
        return found

    def value(self, name: str, form: str | None = None) -> str:
        """A fact that is no person, in one of its forms."""
        return self._form(self._fact(name), name.rstrip("0123456789"), form)

    def _fill(self, found: re.Match[str]) -> str:
        kind, digits, fresh, form, low, high = found.groups()
        if low is not None:
            return self._number(kind, int(low), int(high))
        if kind in _DEFAULTS and not digits:
            return self._number(kind, *_DEFAULTS[kind])
        if kind in ("p", "q"):
            return self.person(kind + (digits or "1")).form(form)
        if kind == "en_day":
            return self.rng.choice(_ENGLISH_DAYS)
        if kind[:1].isupper():
            kind, form = kind.lower(), form or "cap"
        name = kind + digits + (f"*{len(self._facts)}" if fresh else "")
        return self._form(self._fact(name), kind, form)

    def _number(self, name: str, low: int, high: int) -> str:
        if not name or name not in self._facts:
            number = self.rng.randint(low, high)
            years = low >= 1900 and high < 2100
            text = str(number) if years or number < 1000 or low >= 1000 else f"{number:,}"
            text = text.replace(",", " ")
            if not name:
                return text
            self._facts[name] = text
        return str(self._facts[name])

    def _fact(self, name: str) -> str:
        if name not in self._facts:
            kind = name.split("*", maxsplit=1)[0].rstrip("0123456789")
            values = self.bank.slots.get(kind) or bank(COMMON).slots[kind]
            drawn = self._drawn.setdefault(kind, set())
            left = [value for value in values if value not in drawn] or list(values)
            self._facts[name] = value = self.rng.choice(left)
            drawn.add(value)
        found = self._facts[name]
        assert isinstance(found, str)
        return found

    def _form(self, value: str, kind: str, form: str | None) -> str:
        forms = value.split("|")
        if form is None:
            return forms[0]
        names = self.bank.forms.get(kind, ())
        if form in names:
            return forms[names.index(form)]
        if form == "de":
            return joined(forms[0])
        if form == "a":
            return to_the(forms[0])
        if form == "Adv":
            return f"À {forms[0]}"
        assert form in ("cap", "Cap"), f"no form {form!r} of {value!r}"
        return forms[0][:1].upper() + forms[0][1:]

    def _introduce(self, *, abroad: bool) -> Person:
        rng = self.rng
        woman = rng.random() < 0.5
        known, suffix = bank(COMMON), " abroad" if abroad else ""
        first = rng.choice(known[("women" if woman else "men") + suffix])
        last = rng.choice(known["surnames" + suffix])
        title = rng.choice(self.bank["titles"]).split("|")[woman]
        return Person(first, last, woman, title, rng.randint(18, 84))
