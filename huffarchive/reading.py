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
    PICTURE = "picture"
    ERROR = "error"
    """A page that says that there is no page (soft 404)."""
    OTHER = "other"


class ChromeKind(StrEnum):
    """The closed list of what a piece of chrome is, mirrored in docs/reading.md."""

    ARCHIVE_BANNER = "archive_banner"
    """"Cet article fait partie des archives en ligne du HuffPost Québec…", above an article."""
    CLOSURE_NOTICE = "closure_notice"
    """"HuffPost Canada a fermé ses portes en 2021 et ce site est maintenu…", on any page."""
    FAQ_FOOTER = "faq_footer"
    """The notice that ends "…veuillez consulter notre FAQ ou contacter support@huffpost.com."."""
    CLOSE_WIDGET = "close_widget"
    """"Close": what closes the sticky advertisement or a modal window."""
    CONTRIBUTOR_DISCLAIMER = "contributor_disclaimer"
    """"This post was published on the now-closed HuffPost Contributor platform…", and "Les opinions
    exprimées dans ce blogue n'engagent que leur auteur…"."""
    AD_LABEL = "ad_label"
    """What stands in an advertisement's place: "Advertisement", "Publicité"."""
    CORRECTION_LINK = "correction_link"
    """"Envoyer une correction", "Suggest a correction"."""
    PROMO = "promo"
    """A line that sends the reader to the paper's page on a social network, or to its app."""
    NEWSLETTER = "newsletter"
    """A newsletter's form or line, "RECEVEZ LES NOUVELLES DE …" too."""
    RELATED = "related"
    """Links to other pieces, with their heading."""
    SLIDESHOW_PLACEHOLDER = "slideshow_placeholder"
    """"Loading Slideshow...", "INOLTRE SU HUFFPOST", a slide marker of the editing system."""
    SLIDE_COUNTER = "slide_counter"
    """"(01 of160)"; in a slideshow "3 / 12" too, which elsewhere may be a critic's mark."""
    SLIDESHOW = "slideshow"
    """Words of a slideshow that belong to no picture of it."""
    IMAGE_MODAL_LABEL = "image_modal_label"
    """"Open Image Modal"."""
    CAPTION = "caption"
    """A caption whose picture is not on the page."""
    CREDIT = "credit"
    """A credit line without a picture, or one more of a picture that has one."""
    PULLQUOTE = "pullquote"
    """A sentence of the text, set again in large type."""
    REPEAT = "repeat"
    """A passage that stands in the record already: a teaser, a caption said twice."""
    EMBED = "embed"
    """Words of an embedded post, player or poll of another site."""
    SHARE = "share"
    """Buttons and counts for sharing, printing, reacting."""
    COMMENTS = "comments"
    """Readers' comments and the way to them."""
    AUTHOR_CARD = "author_card"
    """What is said of the author: a job, a short life, how to reach who wrote the piece."""
    BYLINE_LABEL = "byline_label"
    """A separator or label of an empty byline: "|", "Par"."""
    SECTION_LABEL = "section_label"
    """The section's name above the headline."""
    TAGS = "tags"
    """Links to the article's topics."""
    TIMESTAMP = "timestamp"
    """The visible dates."""
    NAVIGATION = "navigation"
    """Links of the site: previous story, front page; "La suite de l'article après la photo"."""
    OTHER = "other"
    """Buttons; words of the main column that neither the layout nor trafilatura takes for text."""


class Caution(StrEnum):
    """The closed list of a record's warnings, mirrored in docs/fields.md."""

    SHORT_TEXT = "short_text"
    """Fewer than 20 words: normal for some pieces, and the first sign of a misread page."""
    NO_TEXT = "no_text"
    """No paragraph at all."""
    NO_DATE = "no_date"
    """No publication date could be read."""
    NO_HEADLINE = "no_headline"
    """No headline could be read."""
    UNKNOWN_LAYOUT = "unknown_layout"
    """No known template: the text comes from trafilatura over the whole page."""
    FALLBACK_EXTRACTOR = "fallback_extractor"
    """The layout's container gave less than trafilatura over the whole page, which was taken."""
    EXTRACTORS_DIFFER = "extractors_differ"
    """No known template, and one way of reading the page gives twice as much text as another."""
    TEXT_LEFT_OUT = "text_left_out"
    """Paragraphs within the text stand in a box that the layout knows as chrome, or does not know
    at all: they are in `chrome`, and may be the article's."""
    CHROME_LEFT = "chrome_left"
    """A phrase of the site's chrome stands inside a paragraph of the text."""
    INVALID_UTF8 = "invalid_utf8"
    """Bytes that are no UTF-8 were read as Windows-1252 where that gives French, else as U+FFFD."""
    DATE_AFTER_CAPTURE = "date_after_capture"
    """The page claims a date later than its capture; it was left out."""
    UNKNOWN_ZONE = "unknown_zone"
    """A date's clock, or the zone of it, is none that is known; the date stands alone, as it is
    written."""
    ZONE_OUT_OF_SEASON = "zone_out_of_season"
    """A date's clock names its zone as in the other half of the year ("EST" in July): it is read as
    it says, and the page may have meant an hour later or earlier."""
    READER_TIMEOUT = "reader_timeout"
    """Reading was stopped after its time; only what the URL tells is in the record."""
    READER_MEMORY = "reader_memory"
    """Reading was stopped at its memory bound; only what the URL tells is in the record."""
    READER_FAILED = "reader_failed"
    """Reading failed; only what the URL tells is in the record."""


@dataclass(frozen=True, slots=True)
class Text:
    """Everything that the page itself says: the record's fields of the same names."""

    kind: str | None
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
    links: tuple[str, ...]
    """Absolute URLs of the edition's pages that this page links to, each page once, in order;
    a sitemap's locations."""
    cut: str
    """Which bound of a sitemap's left some of it out, or where it is broken; "" when it is whole:
    "too_large: …", "malformed: …", "cut: …"."""
