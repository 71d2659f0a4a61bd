"""What a line is by its form alone: a byline, a credit, a date, an agency's signature."""

import re
from datetime import UTC
from functools import lru_cache

from huffarchive.reader.date_parsing import plain, written_in

_BYLINE = re.compile(
    r"(?:(?:Par|By|(?:Publi[ée]e?|Soumise?|[ÉE]crite?|R[ée]dig[ée]e?) par|(?:Posted|Written) by"
    r"|(?:Un t|T)extes?(?: et photos?)?(?: de| par|(?=\s?:))|Un texte d['’]|Texte d['’]"
    r"|(?:Billet|Chronique|Reportage)(?: de| par| d(?=['’]))['’]?"
    r"|Propos recueillis par)\s?:?\s?"
    r"(?=[A-ZÉÈÀÂÎÔÇ«])[^.!?:;]{2,100}(?:\.(?:ca|com|fr))?[^.!?:;]{0,60}"
    r"(?:[/|,]\s?Photos?\s?:[^.!?:;]{2,60})?"
    r"|(?:Le |The )?(?:HuffPost|Huffington Post)(?: Qu[ée]bec| Canada)?"
    r"(?:(?:\s?[/,|]\s?|\savec\s|\set\s)[^.!?:;]{2,60})?)"
)
_AGENCY = (
    r"(?:Le )?HuffPost(?: Qu[ée]bec| Canada)?|AP|AFP|PC|CP|DR|EPA|REX|WENN|dpa|Sipa|CNW(?: Telbec)?"
    r"|Getty(?: Images)?|Shutterstock|Flickr|Alamy|(?:The )?Associated Press|Agence France-Presse"
    r"|(?:The )?Canadian Press|La Presse Canadienne|Reuters|Radio-Canada|Bloomberg|Relaxnews"
    r"|YouTube|Twitter|Facebook|Instagram|WireImage|FilmMagic|i?Stock\w*|Rex Features|Thinkstock"
    r"|Fotolia|Courtoisie|Gracieuset[ée]|Archives?|Handout|Domaine public|Wikimedia(?: Commons)?"
    r"|Splash News"
)
_CREDIT = re.compile(
    rf"\(?(?:(?:cr[ée]dits?(?: photos?)?|photos?|©|\(c\)|courtoisie|courtesy|gracieuset[ée])"
    rf"(?:\s?[:/]\s?|\s)[^.!?]{{1,80}}"
    rf"|(?:[^.!?]{{1,70}}?(?:\s?/\s?|\svia\s|\s?\|\s?))?(?:{_AGENCY})"
    rf"(?:\s?[/|,]\s?(?:{_AGENCY})|\svia\s(?:{_AGENCY}))*(?:\s\d{{4}})?)\)?\.?",
    re.IGNORECASE,
)
_DATE_WORDS = (
    "publie publiee publies publiees publication premiere first posted post poste postee published "
    "diffuse diffusee diffusion aired broadcast revised revise revisee recorded "
    "update updated last modified modifie modifiee modification mis mise maj a jour actualise "
    "actualisee actualisation derniere le la du de on at the and et en ligne date cree creee "
    "created creation of heure heures h min minutes lecture read lundi mardi mercredi jeudi "
    "vendredi samedi dimanche lun mar mer jeu ven sam dim monday tuesday wednesday thursday friday "
    "saturday sunday mon tue tues wed thu thur thurs fri sat sun edition paru parue parution temps "
    "duree reading time vol volume no n numero issue soumis soumise submitted "
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "january february march april may june july august september october november december"
)
"""The words that a line of dates may hold, without accents."""
ABOUT_DATES = frozenset(_DATE_WORDS.split())
_AGENCIES = re.compile(_AGENCY, re.IGNORECASE)
_APART = re.compile(r"\s*(?:[|•·,;:()\[\]«»/]|\s[-–—]\s)\s*")
_WORD = re.compile(r"[^\W\d_]+")
SIGNED = re.compile(
    r"\b(?:[Pp]ar|[Bb]y) (?:(?!L[ae]s? |L['’])(?:[A-ZÀ-Þ][\w'’.-]+ ?){1,4}"
    r"|(?i:(?:(?:l[ae]s?|notre|the|our) |l['’])?\w{3,}"
    r"(?:(?: (?:d[eu]s?|de la|of|of the) | d['’])\w{3,}){0,2}))"
)
"""What stands in a line of dates and says who wrote."""
_FILED = re.compile(r"\b(?:[Dd]ans|[Ii]n) (?:[A-ZÀ-Þ][\w'’&-]+(?:,? |$)){1,3}")
"""What stands in one and says under which heading."""
_DIGIT = re.compile(r"\d")
_LONGEST_DATE = 200
_A_DATE = "\x1f"
_AGO = re.compile(
    r"(?:\w+\s){0,4}(?:(?:il y a|ago)\s\d+\s\w+|\d+\s\w+\sago)(?:\s(?:par|by)\s.{1,60})?\W*"
    r"|(?:(?:publi|mise?s? (?:en|à)|posted|updated|actualis|paru)\w*\s(?:(?:ligne|jour)\s)?)?"
    r"(?:aujourd['’]hui|hier|ce matin|today|yesterday|this morning)(?:\s?,|\sà|\sat)?\s"
    r"\d{1,2}\s?(?:h|:)?\s?(?:\d\d)?(?:\s?[ap]\.?m\.?)?"
    r"|(?:(?:temps|durée)\sde\s)?lecture\s?:?\s?\d+\s?min\w*\.?"
    r"|\d+[\s-]?min\w*\.?\s(?:de\slecture|read)",
    re.IGNORECASE,
)
"""A time that is told from the day of reading, or how long reading takes."""
DATE_LABEL = re.compile(
    r"(?P<changed>actualis\w*|(?:derniere )?mise?s? a jour|maj\b|(?:last )?updated?\b"
    r"|(?:last )?modifi\w*|derniere modification)"
    r"|(?:premiere |date de )?publi\w*|(?:first )?posted|poste(?:e?)\b|mise? en ligne"
    r"|cree(?:e?)\b|created",
    re.IGNORECASE,
)
"""What stands before a date and says of what it is, without accents."""
_LABEL_STEMS = (
    "actualis",
    "jour",
    "maj",
    "update",
    "modifi",
    "publi",
    "post",
    "ligne",
    "crea",
    "cree",
)
"""One of them stands in each label: most lines hold none, and the pattern is slow to say so."""
SENTENCE_END = re.compile(r"[.!?…»”\"):;]$")
SIGNATURE = re.compile(
    r"(?!(?:et/ou|and/or)\Z)[a-z]{2,4}(?:-[a-z]{2,4})*(?:/[a-z]{2,4}(?:-[a-z]{2,4})?){1,4}"
)
"""An agency's desk signature, "nr-mra/bdx": fits all that were seen on real pages."""

CONTACT = re.compile(
    r"(?:(?:pour (?:plus de |tous? )?)?(?:renseignements|informations?)|sources?|contacts?"
    r"|(?:relations|demandes|contacts?)(?: (?:de|des|avec les|aux?))? (?:presse|m[ée]dias)"
    r"|(?:media|press) (?:contacts?|relations|inquiries)|for (?:more |further )?information)"
    r"(?: (?:(?:aux|pour les) m[ée]dias|m[ée]dias?|(?:de )?presse))?\s?(?::|,|$)",
    re.IGNORECASE,
)
"""What leads to whom journalists may ask about a press release."""
CONTACTED = re.compile(
    r"(?:^|[,;|:(–-])\s*[A-ZÀ-Þ][\w'’-]+ (?:[A-ZÀ-Þ]\. )?[A-ZÀ-Þ][\w'’-]+\s?(?:[,|;(–-]|\d|$)"
)
"""One of them, by name."""
REACHED = re.compile(r"\S@\S+\.\w|\(?\b\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}\b")
"""Where somebody can be reached: an address, a number."""


def is_byline(text: str) -> bool:
    """Whether a line reads as a byline: "Par Lia Lévesque, La Presse Canadienne"."""
    return len(text.split()) <= 14 and _BYLINE.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """Whether a line reads as a picture's or an agency's credit: "Getty Images", "© AFP"."""
    return (
        len(text) <= 120
        and _CREDIT.fullmatch(text) is not None
        and SIGNATURE.fullmatch(text) is None
    )


def is_date(text: str) -> bool:
    """Whether a line is nothing but dates, their labels, and who or where: it says no sentence."""
    return len(text) <= _LONGEST_DATE and _DIGIT.search(text) is not None and _only_dates(text)


@lru_cache(maxsize=512)
def _only_dates(text: str) -> bool:
    """The same of a short text with a digit; asked by each part that looks for lines of dates."""
    if _AGO.fullmatch(text) is not None:
        return True
    words, rest, last = plain(text), [], 0
    for found in written_in(words, UTC, day_first=True):
        rest += [words[last : found.start], _A_DATE]
        last = found.end
    if not rest:
        return False
    pieces = _APART.split("".join([*rest, words[last:]]))
    return all(_beside_date(piece) for piece in pieces)


def is_dated_label(text: str) -> bool:
    """Whether a line is nothing but dates and says of what: "First Posted: …"."""
    if len(text) > _LONGEST_DATE or _DIGIT.search(text) is None:
        return False
    words = plain(text)
    lower = words.lower()
    if lower.isascii() and not any(stem in lower for stem in _LABEL_STEMS):
        return False
    return DATE_LABEL.search(words) is not None and is_date(text)


def _beside_date(piece: str) -> bool:
    words = _WORD.findall(_FILED.sub(" ", SIGNED.sub(" ", piece)))
    if all(word.lower() in ABOUT_DATES for word in words):
        return True
    if _A_DATE in piece:
        return False
    named = len(words) <= 5 and all(word[0].isupper() for word in words)
    return named or _AGENCIES.fullmatch(piece) is not None
