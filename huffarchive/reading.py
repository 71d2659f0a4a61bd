"""What the reader makes of a page, before provenance is added."""

from dataclasses import dataclass
from enum import StrEnum

from huffarchive.article import Chrome, Image


class PageType(StrEnum):
    """What a page is, by its URL, its markers and its status."""

    ARTICLE = "article"
    LISTING = "listing"
    """A topic, author, section or front page."""
    SITEMAP = "sitemap"
    ERROR = "error"
    """A page that says that there is no page (soft 404)."""
    OTHER = "other"


class Caution(StrEnum):
    """The closed list of a record's warnings, mirrored in docs/fields.md."""

    SHORT_TEXT = "short_text"
    """Fewer than 20 words: normal for some pieces, and the first sign of a misread page."""
    NO_TEXT = "no_text"
    """No paragraph at all."""
    NO_DATE = "no_date"
    """No publication date could be read."""
    NO_HEADLINE = "no_headline"
    UNKNOWN_LAYOUT = "unknown_layout"
    """No known template: the text comes from trafilatura over the whole page."""
    FALLBACK_EXTRACTOR = "fallback_extractor"
    """The layout's container gave less than trafilatura over the whole page, which was taken."""
    CHROME_LEFT = "chrome_left"
    """A phrase of the site's chrome stands inside a paragraph of the text."""
    INVALID_UTF8 = "invalid_utf8"
    """Bytes that are no UTF-8 were replaced by U+FFFD."""
    DATE_AFTER_CAPTURE = "date_after_capture"
    """The page claims a date later than its capture; it was left out."""
    READER_TIMEOUT = "reader_timeout"
    """Reading was stopped after its time; only what the URL tells is in the record."""
    READER_MEMORY = "reader_memory"
    """Reading was stopped at its memory bound; only what the URL tells is in the record."""
    READER_FAILED = "reader_failed"
    """Reading failed; only what the URL tells is in the record."""


@dataclass(frozen=True, slots=True)
class Text:
    """Everything that the page itself says: the record's fields of the same names."""

    kind: str
    canonical_url: str | None
    headline: str | None
    dek: str | None
    description: str | None
    authors: tuple[str, ...]
    byline_raw: str | None
    agency: str | None
    agency_signature: str | None
    section: str | None
    keywords: tuple[str, ...]
    language: str | None
    date_published: str | None
    date_published_raw: str | None
    date_modified: str | None
    paragraphs: tuple[str, ...]
    images: tuple[Image, ...]
    links: tuple[str, ...]
    chrome: tuple[Chrome, ...]
    layout: str
    warnings: tuple[str, ...]
    is_wire: bool | None
    agency_read_from: str | None
    date_read_from: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page is, what it says, and where it leads."""

    page_type: PageType
    text: Text | None
    """The article; None when the page is none."""
    links: tuple[str, ...] = ()
    """Absolute URLs of the edition's pages that this page links to, each page once, in order;
    a sitemap's locations."""
