"""Whose fault it is that a page could not be read: pages that can be read are read then."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from huffarchive.reading import Reading
from huffarchive.workers.job import Job, Reader, Unread, one_line, read

_FOLDER = Path(__file__).with_name("known_good")
_ENTRY = "https://www.huffpost.com/archive/qc/entry"
_PAGES = {
    "archive.html": f"{_ENTRY}/un-article_n_4001011",
    "amp.html": f"{_ENTRY}/un-article_n_6455284/amp",
    "2017.html": "https://quebec.huffingtonpost.ca/2017/08/25/un-article_a_23185823/",
    "2014.html": "http://quebec.huffingtonpost.ca/2014/03/05/x_n_5304536.html",
    "2012.html": "http://quebec.huffingtonpost.ca/2012/10/05/larmee-bombarde_n_1941790.html",
    "generic.html": f"{_ENTRY}/un-article_n_4003001",
    "sitemap.xml": "https://www.huffpost.com/sitemaps/a.xml",
}


class ReadersFailedError(RuntimeError):
    """No page can be read here, whatever it is: one line that says why and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"no page can be read here ({one_line(why)}): that is the fault of this installation "
            "and of no page; mend it, then run the same command again"
        )


@cache
def known_good() -> tuple[Job, ...]:
    """A page of each layout and a sitemap, all of which can be read."""
    found = []
    for name, url in _PAGES.items():
        kind = "application/xml" if name.endswith(".xml") else "text/html; charset=utf-8"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
        response = head + (_FOLDER / name).read_bytes()
        found.append(Job(url, datetime(2021, 3, 9, tzinfo=UTC), response, "qc"))
    return tuple(found)


def read_here(job: Job, reader: Reader) -> Reading | Unread:
    """Read a page in this process; ReadersFailedError where none can be read."""
    answer = read(job, reader)
    if isinstance(answer, Reading) or not answer.is_suspect:
        return answer
    for known in known_good():
        if isinstance(again := read(known, reader), Unread):
            raise ReadersFailedError(again.detail)
    return answer.of_the_page()
