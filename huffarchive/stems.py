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
_FORMS = {
    "aïeux": "aïeul", "baux": "bail", "boyaux": "boyau", "cieux": "ciel", "coraux": "corail",
    "égaux": "égal", "hivers": "hiver", "villas": "villa", "opéras": "opéra", "émaux": "émail",
    "fléaux": "fléau", "joyaux": "joyau", "matériaux": "matériau", "noyaux": "noyau",
    "soupiraux": "soupirail", "travaux": "travail", "tuyaux": "tuyau", "vitraux": "vitrail",
    "yeux": "oeil", "messieurs": "monsieur", "mesdames": "madame", "amie": "ami", "belle": "beau",
    "blanche": "blanc", "bonne": "bon", "brève": "bref", "copine": "copain", "demie": "demi",
    "diverse": "divers", "douce": "doux", "dure": "dur", "élue": "élu", "épaisse": "épais",
    "fausse": "faux", "favorite": "favori", "folle": "fou", "fraîche": "frais", "franche": "franc",
    "française": "français", "géante": "géant", "gentille": "gentil", "grasse": "gras",
    "grecque": "grec", "grise": "gris", "grosse": "gros", "imprécise": "imprécis",
    "indécise": "indécis", "inédite": "inédit", "interdite": "interdit", "jolie": "joli",
    "longue": "long", "molle": "mou", "muette": "muet", "nette": "net", "neuve": "neuf",
    "nulle": "nul", "parfaite": "parfait", "paysanne": "paysan", "précise": "précis",
    "publique": "public", "pure": "pur", "rousse": "roux", "satisfaite": "satisfait",
    "sèche": "sec", "sotte": "sot", "turque": "turc", "unie": "uni", "veuve": "veuf",
    "vieille": "vieux", "vive": "vif", "mairesse": "maire",
}  # fmt: skip
"""Irregular plurals and feminines, each with its plain form."""
_KEPT = frozenset(
    ("bandit", "commis", "conseiller", "contree", "contrée", "coupe", "danger", "energie",
     "énergie", "entree", "entrée", "etranger", "étranger",
     "francais", "français", "marine", "messager", "opera", "opéra", "passager", "plaisir",
     "porte", "profit", "reine", "vente", "villa", "mairie")
)  # fmt: skip
"""Nouns of which Snowball would make a verb, another noun or a small word: entrée is not entre."""
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
    and accent, would be il. Snowball takes a French plural or feminine for a verb (étrangers,
    commissions, portraits), so a word is brought to its plain form first (`_plain`).
    """
    whole = unicodedata.normalize("NFC", word.casefold().translate(_LIGATURES))
    if (language or "").startswith("en"):
        short = fold(_ENGLISH.stemWord(whole))
    elif fold(word) in _WHOLE:
        return fold(word)
    else:
        whole = _plain(whole)
        if whole in _KEPT:
            return fold(whole)
        if found := _PERSON.fullmatch(whole):
            return fold("".join(part or "" for part in found.groups()))
        short = re.sub("iv$", "if", fold(_FRENCH.stemWord(whole)))
        short = re.sub("(?<=..[aiou])s$|(?<=[aeo]u)x$|(?<=...eu)[rs]$", "", short)
    if len(short) >= _SHORTEST:
        return short
    return re.sub("(?<=e)es?$|(?<=..)[sx]$", "", fold(whole))


_PERSON = re.compile("(..+(?<!at)eu)(?:r|x|se)|(...+is[tm])e")
"""Chanteur and chanteuse, heureux and heureuse are one; journaliste is not journal."""
_ENDINGS = (
    (re.compile("(?<=..[^e])aux$"), "al"),
    (re.compile("(?<=..[^aièousx])(?<!ver)s$|(?<=.é)s$"), ""),
    (re.compile("(?:(?<=i)|(?<=.[gh])|(?<=.ll))ère$"), "er"),
    (re.compile("(?<=..)trice$"), "teur"),
    (re.compile("(?<=...)ante$"), "ant"),
)
"""What ends a plural (journaux, then étrangers) and a feminine, and what ends the plain form."""


def _plain(word: str) -> str:
    """A French noun or adjective in the singular and the masculine; other words as they come."""
    for ending, plain in _ENDINGS:
        word = ending.sub(plain, _FORMS.get(word, word))
    return _FORMS.get(word, word)
