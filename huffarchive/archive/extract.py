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
from huffarchive.warc.read import Capture, captures, records
from huffarchive.warc.repair import readable
from huffarchive.workers import Job, Unread, read_in_order

_WITH_RECORD = {str(Reason.ARTICLE), str(Reason.UNREADABLE)}


def articles(
    path: Path, workers: int, seconds: float = 10, memory: int = 1_000_000_000
) -> Iterator[Article]:
    """The records of a WARC, ARC or WACZ file, in the file's order.

    Of a file of ours: exactly what the crawl wrote beside it. Of anybody's: one record for each
    answer with status 200 that is an article's page. WarcError and OSError as `records` has them,
    after the records of all that is readable.
    """
    taken: deque[tuple[Capture, PageKey, Edition]] = deque()

    def jobs() -> Iterable[Job]:
        for capture in captures(records(path)):
            if (found := _wanted(capture)) is not None:
                key, edition = found
                taken.append((capture, key, edition))
                yield Job(
                    capture.url,
                    capture.captured_at,
                    readable(capture),
                    edition.code,
                    edition.site,
                )

    for reading in read_in_order(jobs(), workers, seconds, memory):
        capture, key, edition = taken.popleft()
        if (made := _article(capture, key, edition, reading)) is not None:
            yield made


def _wanted(capture: Capture) -> tuple[PageKey, Edition] | None:
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
    if isinstance(reading, Unread):
        if not reading.fault.startswith("reader_"):
            return None
        return record.article(capture, key, record.unread(key, reading.fault), edition)
    if reading.page_type is not PageType.ARTICLE or reading.text is None:
        return None
    return record.article(capture, key, reading.text, edition)
