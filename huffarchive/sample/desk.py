"""How a desk sets type: the same sentence in house, agency or Radio-Canada style."""

import re
from dataclasses import dataclass

NBSP = "\u00a0"
_CAPITALS = str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "AAACEEEEIIOOUUU")
_UNACCENTED = re.compile(r"\b[ÀÂÇÉÈÊËÎÏÔÙÛ](?=[a-zà-ÿ])")


@dataclass(frozen=True)
class Desk:
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


HOUSE = Desk(("«", "»"), " – ", "", curly=True)
HOUSE_OLD = Desk(("«", "»"), " - ", "")
RADIO_CANADA = Desk((f"«{NBSP}", f"{NBSP}»"), " — ", NBSP)
LA_PRESSE_CANADIENNE = Desk(("« ", " »"), " - ", " ")
AGENCY = Desk(('"', '"'), " --", "", accented=False)
AGENCY_SPACED = Desk(('"', '"'), " --", " ", accented=False)
BLOG = Desk(("« ", " »"), " – ", " ", curly=True)
