"""From a page to what it says: pure, the same answer for the same bytes."""

from datetime import datetime

from huffarchive.editions.edition import Edition
from huffarchive.http import Message, MessageError
from huffarchive.page import Page
from huffarchive.reader.article import read_article
from huffarchive.reader.links import links_of, read_sitemap, read_xml
from huffarchive.reader.metadata import head_of, key_of, type_of
from huffarchive.reader.text import check_text, checked, within_bounds
from huffarchive.reading import PageType, Reading

_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_UNSAID = ("", "application/octet-stream", "binary/octet-stream")
_MARKUP = ("text/html", "application/xhtml+xml")


def read(page: Page, edition: Edition) -> Reading:
    """Say what a page is, what it says and where it leads.

    A pure function of the page's URL, time of capture and bytes, and of the edition: no clock, no
    locale, no network, no memory of other pages. MessageError where the body cannot be unpacked,
    TooMuchTextError where it says more than a record holds or its markup is no article's,
    NotTextError where it is no page at all.
    """
    key = key_of(page, edition)
    if key is not None and key.is_picture:
        return Reading(_image_type(page.message), None, (), "")
    listed = read_sitemap(page) if key is not None and key.kind == "sitemap" else read_xml(page)
    if listed is not None:
        return listed
    check_text(page.message.content)
    head = head_of(checked(page.tree))
    page_type = type_of(page, key, head, edition)
    links = links_of(page, head.links, edition)
    if page_type is not PageType.ARTICLE or key is None:
        return Reading(page_type, None, links, "")
    text = read_article(page, key, edition, head)
    if key.kind == "g" and not text.paragraphs:
        return Reading(PageType.OTHER, None, links, "")
    return within_bounds(Reading(page_type, text, links, ""))


def _image_type(message: Message) -> PageType:
    """PICTURE, or ERROR for a page that stands in a picture's place; else MessageError."""
    named = (message.header("content-type") or "").split(";")[0].strip().lower()
    if named in _MARKUP:
        return PageType.ERROR
    if not named.startswith("image/") and named not in _UNSAID:
        raise MessageError("malformed", f"no picture: {named[:80]}")
    head = message.content[:16]
    # WebP is a RIFF file, AVIF an ISO media file: their names stand behind a length.
    known = (head[:4] + head[8:12] == b"RIFFWEBP") or head[4:12] in (b"ftypavif", b"ftypavis")
    if not head.startswith(_BEGINNINGS) and not known:
        raise MessageError("malformed", "no picture: it begins like none")
    return PageType.PICTURE


def read_response(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """Read an HTTP response from its bytes on the wire; MessageError where it is no page."""
    return read(Page(url, captured_at, Message.parse(response)), edition)
