"""Text as it may leave a page: white space, harmful characters, bounds and language."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import fields
from html import unescape
from typing import cast
from unicodedata import normalize

from lxml import etree, html
from msgspec import DecodeError
from msgspec.json import decode

from huffarchive.reading import Reading

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


def words_of(element: html.HtmlElement) -> str:
    """All text in an element, as it stands there."""
    return cast("str", _SAID(element))


_SAID = etree.XPath("string()", smart_strings=False)


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


_WORDS = re.compile(r"[^\W_]+")


def key(text: str) -> str:
    """What two texts share that say the same: their letters and digits, in lower case."""
    if not text.isascii():
        text = normalize("NFC", text)
    return "".join(_WORDS.findall(text)).casefold()


_SMALL = {
    "fr": "le la les des du une un est et dans pour que qui sur au aux avec par il elle ce cette "
    "de en a à ou se on tout lui ils elles soit était sera être ses son sa pas ne plus sont ont "
    "été mais nous vous leur ces d'un d'une qu'il c'est",
    "en": "the of and to in is that for was with as his her it on at by from are this they have "
    "has not were which their had but who will he she",
    "es": "de en a la el los las una un del que y es por con para se su al como más pero sus lo "
    "fue",
    "it": "di a in la il gli della di che una è per con non del sono più nel alla dei ha anche",
    "de": "der die das und ist von mit den dem nicht ein eine auf für des sich auch es im zu",
    "pt": "de em a o os as uma um do da dos que e é por com para não se na no mais foi",
}
_LANGUAGES = {name: frozenset(words.split()) for name, words in _SMALL.items()}
_WORD = re.compile(r"[a-zà-öø-ÿœ]+(?:'[a-zà-öø-ÿœ]+)?")
_ENOUGH = 3
_READ = 4_000


def language_of(text: str, usual: str) -> str | None:
    """ISO 639-1 code of the text's language; None when it is too short to tell.

    Told by counts of small words: at least three, and half as many again as the next language's;
    for `usual`, the edition's language, more than the next one's will do.
    """
    words = Counter(_WORD.findall(text[:_READ].lower().replace("’", "'")))
    found = ((-sum(words[w] for w in words.keys() & s), name) for name, s in _LANGUAGES.items())
    (least, name), (next_least, _), *_ = sorted(found)
    most, next_most = -least, -next_least
    sure = most > next_most if name == usual else most * 2 >= next_most * 3
    return name if most >= _ENOUGH and sure else None


MAX_ELEMENTS = 50_000
"""Elements of a page's markup: the longest articles of the site have a tenth of it."""
MAX_TEXT = 4_000_000
"""Characters that are read from a page, its links and chrome among them: twenty novels."""


_COUNT = etree.XPath("count(//*)")


class TooMuchTextError(ValueError):
    """A page that says more than a record holds, or whose markup is no article's."""


class NotTextError(ValueError):
    """A picture, a packed file, JSON: bytes that are no page."""


_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text holds (WHATWG MIME Sniffing, section 3)."""
_MARKUP = re.compile(rb"<(?:!doctype|html|head|title|body)\b", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


def check_text(data: bytes) -> None:
    """NotTextError where a body is JSON, or begins with bytes of no text and has no mark of a
    page.
    """
    with suppress(DecodeError, UnicodeDecodeError, RecursionError):
        decode(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
        raise NotTextError("JSON")
    odd = _BINARY.search(data[:1445]) is not None and not data.startswith(_MARKS)
    if odd and _MARKUP.search(data[:65536].replace(b"\0", b"")) is None:
        raise NotTextError("no text")


def checked(tree: html.HtmlElement) -> html.HtmlElement:
    """The tree itself; TooMuchTextError where it has too many elements to be taken apart."""
    count = int(cast("float", _COUNT(tree)))
    if count > MAX_ELEMENTS:
        raise TooMuchTextError(f"{count:,} elements, over {MAX_ELEMENTS:,}")
    return tree


def within_bounds(reading: Reading) -> Reading:
    """The reading itself; TooMuchTextError where it is over the bound."""
    if (size := _size(reading)) > MAX_TEXT:
        raise TooMuchTextError(f"{size:,} characters of text, over {MAX_TEXT:,}")
    return reading


def _size(reading: Reading) -> int:
    text = reading.text
    size = sum(map(len, reading.links))
    if text is None:
        return size
    size += sum(len(piece.text) for piece in text.chrome)
    for picture in text.images:
        size += len(picture.url) + len(picture.caption or "") + len(picture.credit or "")
    for field in fields(text):
        value = getattr(text, field.name)
        if isinstance(value, str):
            size += len(value)
        elif field.name not in ("chrome", "images") and isinstance(value, tuple):
            size += sum(map(len, value))
    return size
