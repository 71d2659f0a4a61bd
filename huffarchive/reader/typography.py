"""Text as it may leave a page: white space in order, nothing that can hurt a terminal or a file.

Runs of white space become one plain space; no-break spaces (U+00A0, U+202F) stay where the page
has them, since French typography means them. Control characters, lone surrogates, bidirectional
controls and invisible characters go; C1 controls are what Windows meant by them, as in browsers.
What is left is in NFC.
"""

import re
from html import unescape
from unicodedata import normalize

_ODD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_RUN = re.compile(
    "[ \t\n\r\f\v\u1680\u2000-\u200a\u205f\u3000]{2,}|[\t\n\r\f\v\u1680\u2000-\u200a\u205f\u3000]"
)
_NO_BREAK_RUN = re.compile("[ \xa0\u202f]*[\xa0\u202f][ \xa0\u202f]*")
_LITERAL_SPACE = re.compile(r"&(?:amp;)?nbsp;", re.IGNORECASE)
_EDGES = " \xa0\u202f"


def clean(text: str) -> str:
    """The text in order, on one line, without edges; "" when nothing visible is left.

    Letters and their accents are one character each (NFC), as a search for "élu" has them.
    """
    text = in_order(text)
    return text if text.isascii() else normalize("NFC", text)


def in_order(text: str) -> str:
    """The same, its characters as they are: for addresses."""
    if "&" in text:
        text = _LITERAL_SPACE.sub(" ", text)
    if "\xa0" not in text and "\u202f" not in text:
        plain = " ".join(text.split())
        if plain.isprintable():
            return plain
    if _ODD.search(text):
        text = _ODD.sub(_replace, text)
    text = _RUN.sub(" ", text)
    if "\xa0" in text or "\u202f" in text:
        text = _NO_BREAK_RUN.sub(_one_space, text)
    return text.strip(_EDGES)


def clean_field(value: str | None) -> str | None:
    """A field's text in order, its character references undone; None when nothing is left."""
    if not value:
        return None
    return clean(unescape(value) if "&" in value else value) or None


def _replace(match: re.Match[str]) -> str:
    character = match.group()
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1").decode("cp1252", "ignore")
    return " " if character in "\u2028\u2029" else ""


def _one_space(match: re.Match[str]) -> str:
    run = match.group()
    return "\u202f" if "\u202f" in run else "\xa0"


_NOT_WORD = re.compile(r"[\W_]+")


def key(text: str) -> str:
    """What two texts share that say the same: their letters and digits, in lower case."""
    if not text.isascii():
        text = normalize("NFC", text)
    return _NOT_WORD.sub("", text).casefold()
