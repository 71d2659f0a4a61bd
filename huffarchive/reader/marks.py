"""What a line is by its form alone: a byline, a credit, a date, an agency's signature."""

import re

_BYLINE = re.compile(
    r"(?:(?:Par|By|Un texte de|Texte de|Propos recueillis par)\s?:?\s?"
    r"(?=[A-ZÉÈÀÂÎÔÇ«])[^.!?:;]{2,100}(?:\.(?:ca|com|fr))?[^.!?:;]{0,60}"
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
_MONTHS = (
    "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre"
    "|january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|f[ée]vr|avr|juil|d[ée]c"
)
_DATE = re.compile(
    r"(?:(?:publi[ée]e?|publication|post[ée]|posted|updated|mis [àa] jour|actualis[ée]e?"
    r"|mise [àa] jour|first posted|cr[ée][ée])\s?(?:le|on|:)?\s*:?\s*)?"
    r"(?:\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d"
    rf"|(?:le )?\d{{1,2}}(?:er)? (?:{_MONTHS})\.? \d{{4}}"
    rf"|(?:{_MONTHS})\.? \d{{1,2}},? \d{{4}})\b.{{0,80}}",
    re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"(?!(?:et/ou|and/or)\Z)[a-z]{2,4}(?:-[a-z]{2,4})*(?:/[a-z]{2,4}(?:-[a-z]{2,4})?){1,4}"
)
"""An agency's desk signature, "nr-mra/bdx": fits all that were seen on real pages."""


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
    """Whether a line is a date, with or without its label."""
    return len(text) <= 140 and _DATE.fullmatch(text) is not None
