"""Words as they are searched: their pieces, folded, and their stems (Snowball, French and English).

What is indexed and what is asked go through the same functions, so that both meet.
"""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_]*)*")
"""A run of letters and digits, as FTS5's unicode61 cuts them; accents may be signs of their own."""
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ﬁ": "fi", "ﬂ": "fl"})
_SHORTEST = 4
_WHOLE = frozenset(
    ("bas", "bus", "cas", "denis", "dos", "fils", "fois", "las", "mais", "mois", "nos", "paris",
     "pas", "plus", "sous")
)  # fmt: skip
"""Their "s" is no plural, and without it they are another word."""
_PLURALS = {
    "aïeux": "aïeul", "baux": "bail", "cieux": "ciel", "coraux": "corail", "joyaux": "joyau",
    "noyaux": "noyau", "travaux": "travail", "tuyaux": "tuyau", "vitraux": "vitrail",
    "yeux": "oeil",
}  # fmt: skip
_ENGLISH = snowballstemmer.stemmer("english")
_FRENCH = snowballstemmer.stemmer("french")


def fold(word: str) -> str:
    """A word without case, accents and ligatures: Œuvre is oeuvre."""
    apart = unicodedata.normalize("NFD", word.casefold().translate(_LIGATURES))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@lru_cache(1 << 17)
def stem(word: str, language: str | None) -> str:
    """The stem of a word, folded: incendies is incend. The language is French unless it is "en".

    Accents count for the stemmer (blessé, blessée: bless), and are gone from what it leaves. Of
    short words only a plural and a feminine "e" behind "é" are taken away: île, without its ending
    and accent, would be il. Snowball leaves some endings of French that are taken away here: the
    plurals of élu, photo and jeu, and the "v" of active.
    """
    whole = unicodedata.normalize("NFC", word.casefold().translate(_LIGATURES))
    if (language or "").startswith("en"):
        short = fold(_ENGLISH.stemWord(whole))
    elif fold(word) in _WHOLE:
        return fold(word)
    else:
        short = fold(_FRENCH.stemWord(_PLURALS.get(whole, whole)))
        short = re.sub("(?<=..[aiou])s$|(?<=[aeo]u)x$", "", re.sub("iv$", "if", short))
    if len(short) >= _SHORTEST:
        return short
    return re.sub("(?<=e)es?$|(?<=..)[sx]$", "", fold(word))
