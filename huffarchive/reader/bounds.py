"""How much is read from a page: what a record can hold and a crawl can write in passing."""

import re
from dataclasses import astuple, fields

from lxml import html

from huffarchive.reading import Reading

MAX_ELEMENTS = 50_000
"""Elements of a page's markup: the longest articles of the site have a tenth of it."""
MAX_TEXT = 4_000_000
"""Characters that are read from a page, its links and chrome among them: twenty novels."""


class TooMuchTextError(ValueError):
    """A page that says more than a record holds, or whose markup is no article's."""


class NotTextError(ValueError):
    """A picture, a packed file: bytes that are no page."""


_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Bytes that no text holds (WHATWG MIME Sniffing, section 3)."""
_MARKUP = re.compile(rb"<(?:!doctype|html|head|title|body)\b", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


def check_text(data: bytes) -> None:
    """NotTextError where a body begins with bytes of no text, and has no mark of a page."""
    odd = _BINARY.search(data[:1445]) is not None and not data.startswith(_MARKS)
    if odd and _MARKUP.search(data[:65536].replace(b"\0", b"")) is None:
        raise NotTextError("the body is no text")


def checked(tree: html.HtmlElement) -> html.HtmlElement:
    """The tree itself; TooMuchTextError where it has too many elements to be taken apart."""
    count = int(tree.xpath("count(//*)"))
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
    size += sum(len(part or "") for picture in text.images for part in astuple(picture))
    for field in fields(text):
        value = getattr(text, field.name)
        if isinstance(value, str):
            size += len(value)
        elif field.name not in ("chrome", "images") and isinstance(value, tuple):
            size += sum(map(len, value))
    return size
