"""Records from WARC files: the same function of the same bytes that the crawl used."""

import re
from codecs import BOM_UTF8
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import fields
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huffarchive import __version__
from huffarchive.article import SCHEMA_VERSION, Article
from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition
from huffarchive.extract.repeats import Repeat, Repeats
from huffarchive.http import Message, MessageError
from huffarchive.outcome import Reason, own_name
from huffarchive.reading import Caution, PageType, Reading, Text
from huffarchive.sources import FILES
from huffarchive.sources.warc_files import repeated, unplaced, unproven
from huffarchive.urls import Address, PageKey, identify, kind_of
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture, Grouping
from huffarchive.warc.damage import WarcError, readable
from huffarchive.warc.reader import records
from huffarchive.warc.record import UNDATED, Stored
from huffarchive.workers.job import NO_TEXT, Job, Unread
from huffarchive.workers.kept import KeptAnswers
from huffarchive.workers.pool import Readers

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
    values = ((name, getattr(text, name)) for name in Text.__slots__)
    page: dict[str, Any] = {n: list(v) if isinstance(v, tuple) else v for n, v in values}
    body = "\n\n".join(text.paragraphs)
    when = capture.captured_at
    return Article(
        **page,
        schema_version=SCHEMA_VERSION,
        id=str(key),
        edition=edition.code,
        legacy_id=key.id if key.id.isdigit() and len(key.kind) == 1 else None,
        url=capture.url,
        aliases=sorted({*note.aliases, note.address or capture.url} - {capture.url})
        if note
        else [],
        text=body,
        word_count=len(body.split()),
        source=note.source if note else FILES.name,
        captured_at=None if when == UNDATED else when.isoformat(timespec="seconds"),
        http_status=capture.head.status,
        warc_file=capture.answer.file.rpartition("/")[2],
        warc_offset=capture.answer.offset,
        warc_length=capture.answer.length,
        warc_record_id=record.id,
        payload_sha1=payload_sha1,
        payload_sha256=payload_sha256,
        previous_id=note.previous_id if note else None,
        extractor=EXTRACTOR,
        capture_choice=note.choice if note else None,
    )


def unread(key: PageKey, url: str, warning: str) -> Text:
    """What is known of a captured page that could not be read: nothing but why."""
    known = {"kind": kind_of(key, url), "layout": "unread", "warnings": (warning,)}
    return Text(**(_NOTHING | known))


_NOTHING: dict[str, Any] = {
    field.name: () if str(field.type).startswith("tuple") else None for field in fields(Text)
}
_WHY = {"malformed": "coding", "cut": "cut short", "too_large": "too large"}
_WITH_RECORD = {str(Reason.ARTICLE), str(Reason.UNREADABLE)}


class UnreadAnswersError(WarcError):
    """A file with answers of articles' addresses that could not be read: how many, and why."""

    def __init__(self, path: Path, unread: Counter[str], *faults: WarcError | OSError) -> None:
        count = unread.total()
        why = ", ".join(f"{n:,} {name}" for name, n in unread.most_common())
        answers = f"{count:,} answer{'s' * (count > 1)} of article addresses"
        super().__init__(str(path), 0, f"{answers} could not be read: {why}")
        self.args = ("\n".join([*map(str, faults), f"{path}: {self.problem}"]),)


class Extraction:
    """The articles of a file whose records are handed over one after the other, in their order."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._grouping = Grouping()
        self.unread: Counter[str] = Counter()
        """Answers with status 200 under articles' addresses that could not be read, by why."""
        self.repeats = Repeats()
        """Revisits under articles' addresses."""
        self._taken: deque[tuple[Capture, PageKey, Edition]] = deque()
        """What the readers are at."""

    @property
    def bare(self) -> Stored | None:
        """The answer under way, as long as its note has not come."""
        return self._grouping.bare

    def add(self, stored: Stored) -> Iterator[Article]:
        """Take the next record; the articles that are done."""
        if (why := unplaced(stored, EDITIONS.values())) is not None:
            self.unread[why] += 1
        elif stored.record.type == "metadata":
            self.repeats.beside(stored.record)
        elif any(repeated(stored, edition) is not None for edition in EDITIONS.values()):
            self.repeats.add(stored)
        yield from self._read(self._grouping.add(stored))

    def end(self) -> Iterator[Article]:
        """The articles that are left when the file ends, or cannot be read on."""
        yield from self._read(self._grouping.end())
        yield from self._made(self._readers.rest())

    def _read(self, capture: Capture | None) -> Iterator[Article]:
        if capture is None or (found := article_page(capture, self.unread)) is None:
            return
        key, edition = found
        asked = (edition.code, edition.site)
        self._taken.append((capture, key, edition))
        yield from self._made(
            self._readers.add(Job(capture.url, capture.captured_at, capture.readable, *asked))
        )

    def _made(self, readings: Iterable[Reading | Unread]) -> Iterator[Article]:
        for reading in readings:
            taken = self._taken.popleft()
            capture = taken[0]
            why = unarticled(reading, capture.readable) if capture.note is None else None
            made = _article(*taken, reading) if why is None else None
            if made is not None:
                yield made
            if isinstance(reading, Unread) and not (made and reading.is_of_the_page):
                why = why or _WHY.get(reading.fault, reading.fault)
            if why is not None:
                self.unread[why] += 1


def articles(
    path: Path,
    workers: int,
    seconds: float = 10,
    memory: int = 1_000_000_000,
    begin: int = 0,
    end: int | None = None,
    kept: KeptAnswers | None = None,
    *,
    alarm: bool = False,
    repeats: list[Repeat] | None = None,
) -> Iterator[Article]:
    """The records of a WARC, ARC or WACZ file, or of a stretch of it, in the file's order.

    Of a file of ours: exactly what the crawl wrote beside it. Of anybody's: one record for each
    answer with status 200 that is an article's page. WarcError and OSError as `records` has
    them, after the records of all that is readable; UnreadAnswersError where an answer of an
    article's address could not be read. `repeats` takes the revisits of others under such.
    """
    faults: list[WarcError | OSError] = []
    with Readers(workers, seconds, memory, kept=kept, alarm=alarm) as readers:
        extraction = Extraction(readers)
        for stored in readable(records(path, begin=begin, end=end), faults):
            yield from extraction.add(stored)
        yield from extraction.end()
    if repeats is not None:
        repeats += extraction.repeats.found
    if extraction.unread:
        raise UnreadAnswersError(path, extraction.unread, *faults)
    for fault in faults:
        raise fault


def article_page(
    capture: Capture, unread: Counter[str] | None = None
) -> tuple[PageKey, Edition] | None:
    """Of which article's page an answer is to be read; None where no record can come of it.

    `unread` counts, by why, those that may be an article's page all the same.
    """
    note = capture.note
    if note is not None and note.page is not None and note.reason not in _WITH_RECORD:
        return None
    try:
        status = capture.head.status
    except MessageError:
        status = None
    if status not in (200, None):
        return None
    found = subject(capture)
    if found is None or not found[0].is_article:
        return None
    why = None if status else "status line"
    if note is None and capture.answer.record.is_cut:
        why = why or "cut short when captured"
    if note is None and why is None:
        why = unproven(capture, capture.head, *found)
    if why is None:
        return found
    if unread is not None:
        unread[why] += 1
    return None


def _article(
    capture: Capture, key: PageKey, edition: Edition, reading: Reading | Unread
) -> Article | None:
    if (fault := noted(capture.note)) is not None:
        return article(capture, key, unread(key, capture.url, fault), edition)
    if not is_article(reading):
        return None
    if isinstance(reading, Unread):
        return article(capture, key, unread(key, capture.url, reading.fault), edition)
    assert isinstance(reading, Reading)
    assert reading.text is not None
    if capture.note is None:
        own = own_name(key, capture.url, reading.text.canonical_url, edition)
        key = own.key if own is not None else key
    return article(capture, key, reading.text, edition)


def noted(note: Annotation | None) -> str | None:
    """Why the page could not be read, as its note says; None where the note says nothing of that.

    That a reader failed is no evidence about the page, unless other pages could be read then.
    """
    if note is None or note.unread is None:
        return None
    return note.unread if Unread(note.unread, note.detail or "").is_of_the_page else None


def captured_as(reading: Reading) -> Reason:
    """As what a page is captured of which this was read."""
    if reading.page_type is not PageType.ARTICLE or reading.text is None:
        return Reason.NOT_AN_ARTICLE
    text = reading.text
    words = chain(text.headline or "", *text.paragraphs)
    is_read = bool(text.images) or any(map(str.isalpha, words))
    return Reason.ARTICLE if is_read else Reason.UNREADABLE


def is_wordless(reading: Reading | Unread) -> bool:
    """Whether a page has no text, or so little that it may be an error in a sentence."""
    text = reading.text if isinstance(reading, Reading) else None
    return text is None or not {Caution.NO_TEXT, Caution.SHORT_TEXT}.isdisjoint(text.warnings)


_KINDS = {
    b"%PDF": "PDF",
    b"\xff\xd8\xff": "picture",
    b"\x89PNG": "picture",
    b"GIF8": "picture",
    b"RIFF": "picture",
}
_TAG = re.compile(rb"<[a-zA-Z!?/]")
_FEED = "feed"
_IS_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")


def unarticled(reading: Reading | Unread, response: bytes) -> str | None:
    """What a file of others has in an article's place: a kind of body that is no HTML, or HTML
    that says nothing; None for an article's page, for one that took too much, and for a page that
    is none of an article.
    """
    if isinstance(reading, Unread):
        told = reading.detail.removeprefix(NO_TEXT)
        kind = _kind(response) if told != "JSON" else told
        return kind or told if told != reading.detail else None
    kind = _kind(response)
    if reading.page_type is not PageType.ARTICLE:
        return kind if kind == _FEED else None
    nothing = captured_as(reading) is Reason.UNREADABLE
    return kind or ("page without words" if nothing else None)


def _kind(response: bytes) -> str | None:
    """What a body is that is no HTML."""
    try:
        body = Message.parse(response, lenient=True).content.removeprefix(BOM_UTF8).strip()
    except MessageError:
        return None
    if not body:
        return "empty body"
    if (mark := next(filter(body.startswith, _KINDS), None)) is not None:
        return _KINDS[mark]
    if _IS_FEED.search(body[:1000]):
        return _FEED
    return None if _TAG.search(body.replace(b"\0", b"")) else "no HTML"


def is_article(reading: Reading | Unread | None) -> bool:
    """Whether a record is made of what was read, or of an article's page that could not be."""
    if isinstance(reading, Unread):
        return reading.fault.startswith("reader_")
    return (
        reading is not None and reading.page_type is PageType.ARTICLE and reading.text is not None
    )
