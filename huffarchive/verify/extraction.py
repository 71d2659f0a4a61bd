"""The articles of a WARC read again in the pass over it, and compared with the JSONL beside it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from huffarchive.article import Article
from huffarchive.extract.extract import EXTRACTOR, Extraction
from huffarchive.reading import Caution, Text
from huffarchive.verify.index import Index
from huffarchive.verify.jsonl import Jsonl, article_of
from huffarchive.verify.record import Entry
from huffarchive.verify.rule import CheckCounts
from huffarchive.warc.record import Record, Stored
from huffarchive.workers.pool import Readers

_END = 2**62
"""An offset behind all bytes."""


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How articles are read again: in how many processes, and within which bounds."""

    workers: int
    seconds: float
    memory: int


class Comparison:
    """Articles in the order of their captures against the lines of a JSONL file, side by side.

    Both hold the same captures in the same order; where one has a capture that the other has not,
    it is held against the file and the walk goes on.
    """

    def __init__(self, jsonl: Jsonl, warc: int, counts: CheckCounts) -> None:
        """`warc` is the number of the captures' file in the index."""
        self._jsonl, self._warc, self._counts = jsonl, warc, counts
        self.last = -1
        """The offset of the last capture that a line has named."""
        self._next()

    def add(self, article: Article) -> None:
        """Compare the next article."""
        self._pass_over(article.warc_offset)
        line = self._line
        if line is None and self._jsonl.unreadable:
            return
        if line is None or line.row is None or _at(line.row) > article.warc_offset:
            place = f"{article.warc_file} byte {article.warc_offset}"
            self._hold(
                None, article.id, article.warc_offset, f"{place} is an article without a record"
            )
            return
        fresh = article.to_json()
        if fresh == line.raw:
            self._counts.reread += 1
        else:
            rule, detail = _difference(line.row, fresh)
            self._hold(line.offset, article_of(line.row), article.warc_offset, detail, rule)
        self._next()

    def end(self) -> None:
        """Compare the lines that are left: no article comes any more."""
        self._pass_over(_END)

    def _pass_over(self, offset: int) -> None:
        """Go on to the line of the capture that begins at `offset`."""
        while (line := self._line) is not None and (line.row is None or _at(line.row) < offset):
            if line.row is not None:
                detail = "reading the WARC again gives no such record"
                rule = "jsonl-unread" if _is_unread(line.row) else "jsonl-reread"
                self._hold(line.offset, article_of(line.row), _at(line.row), detail, rule)
            self._next()

    def _next(self) -> None:
        self._line = self._jsonl.next()
        if self._line is not None and self._line.row is not None:
            self.last = max(self.last, _at(self._line.row))

    def _hold(
        self,
        offset: int | None,
        article: str | None,
        at: int,
        detail: str,
        rule: str = "jsonl-reread",
    ) -> None:
        self._jsonl.hold(rule, offset, article, detail, capture=(self._warc, at))


class Reextraction:
    """One WARC file read again from the records that the pass over it hands over.

    Where records are lost, the captures that they may have been part of can be found equal, and
    never different: the damage has been named, and no reading could give their records.
    """

    def __init__(
        self, readers: Readers, index: Index, warc: int, comparisons: Sequence[Comparison]
    ) -> None:
        self._extraction = Extraction(readers)
        self._index, self._warc, self._comparisons = index, warc, comparisons
        self._at = -1
        """Where the last record began."""
        self._lost: int | None = None
        """Where records have been lost since the last answer."""

    def add(self, entry: Entry) -> None:
        """Read the next record."""
        if entry.block is None:
            return  # no page is as large
        if entry.missing or entry.offset == self._at:  # not all there, or no place of its own
            self.lost(entry.offset)
            return
        self._at = entry.offset
        beside = entry.type == "resource" and "warc-concurrent-to" in entry.named
        if entry.type in ("response", "resource") and not beside:
            self._close(entry.offset)
        fields = tuple((n, v) for n, v in entry.fields if n.lower() != "warc-type")
        record = Record(entry.type, fields, entry.block)
        self._compare(
            self._extraction.add(Stored(record, entry.file.name, entry.offset, entry.length))
        )

    def lost(self, offset: int | None = None) -> None:
        """Take note that records are lost, from `offset` or from behind the last one on."""
        if self._lost is None:
            self._lost = self._at + 1 if offset is None else offset

    def end(self, size: int | None = None, *, short: bool = False) -> None:
        """Read what is left, when the file ends at `size` or cannot be read on (None).

        `short` says that bytes may be lost behind its end; so does a line about a capture there.
        A file that ends between two gzip members is damaged, and looks whole.
        """
        answer = self._extraction.bare
        self._close(_END)
        self._compare(self._extraction.end())
        for comparison in self._comparisons:
            comparison.end()
        if size is not None and (short or any(c.last >= size for c in self._comparisons)):
            self._index.add("lost", self._warc, size if answer is None else answer.offset, _END)

    def _close(self, end: int) -> None:
        """What was lost ends where the next answer begins; it may hold the note of the last."""
        if self._lost is not None:
            answer = self._extraction.bare
            begin = self._lost if answer is None else min(answer.offset, self._lost)
            self._index.add("lost", self._warc, begin, end)
            self._lost = None

    def _compare(self, articles: Iterator[Article]) -> None:
        for article in articles:
            for comparison in self._comparisons:
                comparison.add(article)


def _at(row: dict[str, Any]) -> int:
    at = row.get("warc_offset")
    return at if isinstance(at, int) and abs(at) < _END else -1


def _difference(row: dict[str, Any], fresh: bytes) -> tuple[str, str]:
    """Which rule is broken, and what differs."""
    again = json.loads(fresh)
    names = [name for name in again if row.get(name, ...) != again[name]]
    names += [name for name in row if name not in again]
    detail = f"{', '.join(names[:8])} read differently" if names else "the bytes differ"
    if row.get("extractor") != EXTRACTOR:
        return "jsonl-version", f"written by {row.get('extractor')}; {detail}"
    only_read = _is_unread(row) and {*names} <= {*Text.__slots__, "text", "word_count"}
    return "jsonl-unread" if only_read else "jsonl-reread", detail


def _is_unread(row: dict[str, Any]) -> bool:
    """Whether a record says nothing of its page but that the reader failed."""
    return row.get("warnings") == [Caution.READER_FAILED] and not row.get("text")
