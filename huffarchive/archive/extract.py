"""Records from WARC files: the same function of the same bytes that the crawl used."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from huffarchive.archive import record
from huffarchive.article import Article
from huffarchive.editions import Edition
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason
from huffarchive.reading import PageType, Reading
from huffarchive.urls import PageKey
from huffarchive.warc import repair
from huffarchive.warc.grouping import Grouping
from huffarchive.warc.read import Capture, WarcError, readable, records
from huffarchive.warc.record import Stored
from huffarchive.workers import Job, Readers, Unread

_WITH_RECORD = {str(Reason.ARTICLE), str(Reason.UNREADABLE)}


class Extraction:
    """The articles of a file whose records are handed over one after the other, in their order."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._grouping = Grouping()
        self._taken: deque[tuple[Capture, PageKey, Edition]] = deque()
        """What the readers are at."""

    @property
    def bare(self) -> Stored | None:
        """The answer under way, as long as its note has not come."""
        return self._grouping.bare

    def add(self, stored: Stored) -> Iterator[Article]:
        """Take the next record; the articles that are done."""
        yield from self._read(self._grouping.add(stored))

    def end(self) -> Iterator[Article]:
        """The articles that are left when the file ends, or cannot be read on."""
        yield from self._read(self._grouping.end())
        yield from self._made(self._readers.rest())

    def _read(self, capture: Capture | None) -> Iterator[Article]:
        if capture is None or (found := article_page(capture)) is None:
            return
        key, edition = found
        asked = (edition.code, edition.site)
        self._taken.append((capture, key, edition))
        yield from self._made(
            self._readers.add(
                Job(capture.url, capture.captured_at, repair.readable(capture), *asked)
            )
        )

    def _made(self, readings: Iterable[Reading | Unread]) -> Iterator[Article]:
        for reading in readings:
            if (made := _article(*self._taken.popleft(), reading)) is not None:
                yield made


def articles(
    path: Path, workers: int, seconds: float = 10, memory: int = 1_000_000_000
) -> Iterator[Article]:
    """The records of a WARC, ARC or WACZ file, in the file's order.

    Of a file of ours: exactly what the crawl wrote beside it. Of anybody's: one record for each
    answer with status 200 that is an article's page. WarcError and OSError as `records` has them,
    after the records of all that is readable.
    """
    faults: list[WarcError | OSError] = []
    with Readers(workers, seconds, memory) as readers:
        extraction = Extraction(readers)
        for stored in readable(records(path), faults):
            yield from extraction.add(stored)
        yield from extraction.end()
    for fault in faults:
        raise fault


def article_page(capture: Capture) -> tuple[PageKey, Edition] | None:
    """Of which article's page an answer is to be read; None where no record can come of it."""
    note = capture.note
    if note is not None and note.page is not None and note.reason not in _WITH_RECORD:
        return None
    if note is None and capture.answer.record.field("WARC-Truncated"):
        return None
    try:
        if Message.parse(capture.response).status != 200:
            return None
    except MessageError:
        return None
    found = record.subject(capture)
    return found if found is not None and found[0].is_article else None


def _article(
    capture: Capture, key: PageKey, edition: Edition, reading: Reading | Unread
) -> Article | None:
    if capture.note is not None and capture.note.unread is not None:
        return record.article(capture, key, record.unread(key, capture.note.unread), edition)
    if not is_article(reading):
        return None
    if isinstance(reading, Unread):
        return record.article(capture, key, record.unread(key, reading.fault), edition)
    assert isinstance(reading, Reading)
    assert reading.text is not None
    return record.article(capture, key, reading.text, edition)


def is_article(reading: Reading | Unread | None) -> bool:
    """Whether a record is made of what was read, or of an article's page that could not be."""
    if isinstance(reading, Unread):
        return reading.fault.startswith("reader_")
    return (
        reading is not None and reading.page_type is PageType.ARTICLE and reading.text is not None
    )
