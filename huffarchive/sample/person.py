"""People and the small words that French puts before names."""

from dataclasses import dataclass

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
