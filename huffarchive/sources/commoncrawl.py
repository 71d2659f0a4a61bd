"""Common Crawl: an index for each of its crawls, and members of WARC files by range."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.http import Message
from huffarchive.outcome import Reason
from huffarchive.sources.members import MemberSource
from huffarchive.sources.memento import Memento
from huffarchive.sources.source import (
    Found,
    IndexFormatError,
    Service,
    collected,
    odd_row,
    patterns,
    query,
    read_json,
    row_memento,
)
from huffarchive.urls import Address, PageKey

MAX_MEMBER = 16 * 1024 * 1024
"""Members over this are not asked for (bytes)."""
MAX_PAGES = 10_000
"""Pages that one crawl's index can have: far more than a site of a million pages fills."""
_FILE = re.compile(r"[\w.=+~@,-]+(?:/[\w.=+~@,-]+)*\.warc\.gz", re.ASCII)
"""No sign that an address has a meaning for: no scheme, host, query, escape, or empty step."""
CRAWL = re.compile(r"CC-MAIN-[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


@dataclass(frozen=True)
class CommonCrawl(MemberSource):
    """Common Crawl, or an archive of the same kind at other bases."""

    index: str = "https://index.commoncrawl.org"
    data: str = "https://data.commoncrawl.org"

    name = "commoncrawl"
    title = "Common Crawl"
    query_kinds = ("collinfo-query", "ccpages-query", "ccindex-query")
    empty_kinds = query_kinds[1:]
    settings = {  # noqa: RUF012 - a ClassVar of Source
        "index": "HUFFARCHIVE_COMMONCRAWL_INDEX_URL",
        "data": "HUFFARCHIVE_COMMONCRAWL_DATA_URL",
    }

    @property
    def services(self) -> tuple[Service, ...]:
        """The servers of its indexes and of its files."""
        return (
            Service("commoncrawl_index", self.index, "/", "/", 1.02, slows=True),
            Service("commoncrawl_data", self.data, "/", "/", 0.56, slows=True),
        )

    def queries(self, edition: Edition) -> Iterator[Address]:
        """The list of crawls."""
        yield query(edition, self.query_kinds[0], f"{self.index}/collinfo.json")

    def extent(self, edition: Edition, crawl: str, pattern: str) -> Address:
        """How many pages one crawl's index has: without a page number only the first is given."""
        fields = {"url": pattern, "output": "json", "showNumPages": "true"}
        return self._query(edition, self.query_kinds[1], crawl, fields)

    def page(self, edition: Edition, crawl: str, pattern: str, number: int) -> Address:
        """A page of one crawl's index."""
        fields = {"url": pattern, "output": "json", "page": str(number)}
        return self._query(edition, self.query_kinds[2], crawl, fields)

    def _query(self, edition: Edition, kind: str, crawl: str, fields: dict[str, str]) -> Address:
        encoded = urlencode(fields, safe="*/")
        return query(edition, kind, f"{self.index}/{crawl}-index?{encoded}")

    def at_query(self, url: str) -> Self:
        """At the base of a query of its index."""
        return replace(self, index=url.partition("?")[0].rpartition("/")[0])

    def read_index(self, message: Message, key: PageKey, url: str, edition: Edition) -> Found:
        """The list of crawls, the number of a crawl's pages, or one of them."""
        if key.kind == self.query_kinds[0]:
            return self._crawls(message, edition)
        if _is_empty(message):
            return Found()
        if key.kind == self.query_kinds[1]:
            return self._extent(message, url, edition)
        return collected(self._rows(message), edition, self.name)

    def _crawls(self, message: Message, edition: Edition) -> Found:
        rows = read_json(message.content)
        if not isinstance(rows, list):
            raise IndexFormatError("the list of crawls is no list")
        ids = (row.get("id") for row in rows if isinstance(row, dict))
        names = [name for name in ids if isinstance(name, str) and CRAWL.fullmatch(name)]
        names = [name for name in names if not self.crawls or name in self.crawls]
        if not names:
            raise IndexFormatError("the list of crawls names none that is asked for")
        more = (self.extent(edition, name, p) for name in names for p in patterns(edition))
        return Found(more=tuple(more))

    def _extent(self, message: Message, url: str, edition: Edition) -> Found:
        row = read_json(message.content)
        pages = row.get("pages") if isinstance(row, dict) else None
        if not isinstance(pages, int) or not 0 <= pages <= MAX_PAGES:
            raise IndexFormatError("no number of pages")
        parts = urlsplit(url)
        crawl = parts.path.rpartition("/")[2].removesuffix("-index")
        (pattern,) = parse_qs(parts.query).get("url", [""])
        return Found(more=tuple(self.page(edition, crawl, pattern, n) for n in range(pages)))

    def _rows(self, message: Message) -> list[Memento | str]:
        """A capture for each line; how it begins of one that names none, as an error's text."""
        lines = filter(bytes.strip, message.content.splitlines())
        found = [self._memento(line) for line in lines]
        if all(isinstance(row, str) for row in found):  # a crawl without captures says so
            raise IndexFormatError("the index is no list of JSON objects")
        return found

    def _memento(self, line: bytes) -> Memento | str:
        """A line's capture, marked where it cannot be asked for: it is there all the same."""
        try:
            row = read_json(line)
        except IndexFormatError:
            return odd_row(line)
        memento = row_memento(row, self.name)
        if isinstance(memento, str) or not isinstance(row, dict):
            return odd_row(line)
        if memento.tried == Reason.MALFORMED:
            return replace(memento, offset=None)
        file = row.get("filename")
        if memento.length > MAX_MEMBER:
            return replace(memento, offset=None, tried=str(Reason.TOO_LARGE))
        if not isinstance(file, str) or not file_is_safe(file):
            file = None
        if file is None or memento.offset is None or not memento.length:
            return replace(memento, offset=None, tried=str(Reason.MALFORMED))
        return replace(memento, file=file)

    def request(self, memento: Memento) -> tuple[str, dict[str, str]]:
        """A range of one of its WARC files."""
        assert memento.file is not None
        assert memento.offset is not None
        last = memento.offset + memento.length - 1
        headers = {"Range": f"bytes={memento.offset}-{last}"}
        return f"{self.data}/{quote(memento.file, safe='/-_.')}", headers


def _is_empty(message: Message) -> bool:
    """Whether a crawl says that it has no captures: with a 404 and a JSON error."""
    if message.status != 404:
        return False
    row = read_json(message.content)
    said = (row.get("message") or row.get("error")) if isinstance(row, dict) else None
    if isinstance(said, str) and said.lower().startswith("no captures"):
        return True
    raise IndexFormatError("a 404 that does not say that there are no captures")


def file_is_safe(name: str) -> bool:
    """Whether a file name of an index may be asked for: relative, plain, and a WARC."""
    return (
        _FILE.fullmatch(name) is not None
        and not {".", ".."} & set(name.split("/"))
        and len(name) < 512
    )
