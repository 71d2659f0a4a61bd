"""The record of a capture: the one way from evidence and text to an Article."""

from dataclasses import replace
from importlib.metadata import version
from urllib.parse import urlsplit

from huffarchive import __version__
from huffarchive.article import SCHEMA_VERSION, Article
from huffarchive.editions import EDITIONS, Edition
from huffarchive.reading import Caution, Text
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.read import Capture
from huffarchive.warc.record import UNDATED

EXTRACTOR = f"huffarchive {__version__}, trafilatura {version('trafilatura')}"


def subject(capture: Capture) -> tuple[PageKey, Edition] | None:
    """Which page a capture is of, and the edition as it was asked; None when it is no page."""
    note, url = capture.note, capture.url
    if note is not None and note.page is not None:
        key = PageKey.parse(note.page)
        edition = EDITIONS.get(key.edition)
        if edition is None:
            return None
        if note.url is not None and note.url != url:
            parts = urlsplit(url)
            edition = edition.at(f"{parts.scheme}://{parts.netloc}")
        return key, edition
    for edition in EDITIONS.values():
        address = identify(url, edition)
        if isinstance(address, Address):
            return address.key, edition
    return None


def article(capture: Capture, key: PageKey, text: Text, edition: Edition) -> Article:
    """Join what the page says with where the evidence is; a pure function of both."""
    record, note = capture.answer.record, capture.note
    payload_sha1, payload_sha256 = capture.digests
    body = "\n\n".join(text.paragraphs)
    when = capture.captured_at
    return Article(
        schema_version=SCHEMA_VERSION,
        id=str(key),
        edition=edition.code,
        kind=text.kind,
        legacy_id=key.id if key.id.isdigit() and len(key.kind) == 1 else None,
        url=capture.url,
        canonical_url=text.canonical_url,
        aliases=list(note.aliases) if note else [],
        headline=text.headline,
        dek=text.dek,
        description=text.description,
        authors=list(text.authors),
        byline_raw=text.byline_raw,
        agency=text.agency,
        agency_signature=text.agency_signature,
        section=text.section,
        keywords=list(text.keywords),
        language=text.language,
        date_published=text.date_published,
        date_published_raw=text.date_published_raw,
        date_modified=text.date_modified,
        text=body,
        paragraphs=list(text.paragraphs),
        word_count=len(body.split()),
        images=list(text.images),
        links=list(text.links),
        chrome=list(text.chrome),
        source=note.source if note else "warc",
        captured_at=None if when == UNDATED else when.isoformat(timespec="seconds"),
        http_status=capture.head.status,
        warc_file=capture.answer.file,
        warc_offset=capture.answer.offset,
        warc_length=capture.answer.length,
        warc_record_id=record.id,
        payload_sha1=payload_sha1,
        payload_sha256=payload_sha256,
        previous_id=note.previous_id if note else None,
        layout=text.layout,
        extractor=EXTRACTOR,
        warnings=list(text.warnings),
        is_wire=text.is_wire,
        agency_read_from=text.agency_read_from,
        date_read_from=text.date_read_from,
        capture_choice=note.choice if note else None,
    )


def unread(key: PageKey, warning: str) -> Text:
    """What is known of a captured page that could not be read: nothing but why."""
    kinds = {"b": "blog", "g": "gallery"}
    return replace(_NOTHING, kind=kinds.get(key.kind, "news"), warnings=(warning,))


_NOTHING = Text(
    kind="news",
    canonical_url=None,
    headline=None,
    dek=None,
    description=None,
    authors=(),
    byline_raw=None,
    agency=None,
    agency_signature=None,
    section=None,
    keywords=(),
    language=None,
    date_published=None,
    date_published_raw=None,
    date_modified=None,
    paragraphs=(),
    images=(),
    links=(),
    chrome=(),
    layout="unread",
    warnings=(str(Caution.READER_FAILED),),
    is_wire=None,
    agency_read_from=None,
    date_read_from=None,
)
