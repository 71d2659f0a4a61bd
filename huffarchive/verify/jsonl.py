"""A JSONL file under check: read once, line by line, beside its WARC or after it."""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

from huffarchive.verify.counts import Counts
from huffarchive.verify.finding import Finding, safe
from huffarchive.verify.given import Given
from huffarchive.verify.index import Index, bare
from huffarchive.verify.lines import Line, lines
from huffarchive.verify.rule import RULES

PER_LINE = ("jsonl-keys", "jsonl-form")
"""Rules that look at one line."""
_OFFSET_BITS = 44


class Jsonl:
    """The lines of a file, each judged when it is read; what is wrong is held in the index."""

    def __init__(
        self,
        number: int,
        given: Given,
        index: Index,
        counts: Counts,
        progress: Callable[[int], object],
    ) -> None:
        """`number` is that of its row in the index, and its place among the JSONL files."""
        self.number, self.given = number, given
        self._index, self._counts, self._progress = index, counts, progress
        self._lines = self._read()
        self.unreadable = False
        """Whether there may be lines that could not be read."""

    def next(self) -> Line | None:
        """The next line; None at the end."""
        return next(self._lines, None)

    def rest(self) -> None:
        """Read what has not been read."""
        for _ in self._lines:
            pass

    def _read(self) -> Iterator[Line]:
        given, digest, count = self.given, hashlib.sha256(), 0
        try:
            with given.path.open("rb") as file:
                self._index.add_jsonl(self.number, str(given.path), given.name, ours=given.ours)
                for line in lines(file, given.limit):
                    count += 1
                    digest.update(line.raw)
                    self._judge(line)
                    self._progress(len(line.raw))
                    yield line
                size = file.seek(0, io.SEEK_END)
        except OSError as error:
            self.unreadable = True
            self.hold("unreadable", None, None, str(error))
            return
        self._counts.files += 1
        self._counts.lines += count
        self._counts.size += size
        self._index.end_jsonl(self.number, size, digest.hexdigest(), count)

    def _judge(self, line: Line) -> None:
        row = line.row
        if row is None:
            self.hold("jsonl-line", line.offset, None, line.fault or "")
            return
        for name in PER_LINE:
            check = RULES[name].check
            assert check is not None
            for detail in check(line):
                self.hold(name, line.offset, article_of(row), detail)
        place = (self.number << _OFFSET_BITS | line.offset, self.number, line.offset)
        self._index.add("line", *place, *_evidence(row))

    def hold(
        self,
        rule: str,
        offset: int | None,
        article: str | None,
        detail: str,
        *,
        capture: tuple[int | None, int | None] = (None, None),
    ) -> None:
        """Keep a finding; one of reading again names the `capture`: its file and offset."""
        self._index.add("held", self.number, rule, offset, _text(article), safe(detail), *capture)

    def finding(self, rule: str, offset: int | None, article: str | None, detail: str) -> Finding:
        """A finding in this file."""
        return RULES[rule].finding(
            str(self.given.path), offset, article, detail, ours=self.given.ours
        )


def article_of(row: dict[str, Any]) -> str | None:
    """The id of a record, where it has one."""
    found = row.get("id")
    return found if isinstance(found, str) else None


def _evidence(row: dict[str, Any]) -> tuple[str | int | None, ...]:
    """What a record says of its evidence, as the index keeps it."""
    return (
        _text(row.get("id")),
        _text(row.get("warc_file")),
        _number(row.get("warc_offset")),
        _number(row.get("warc_length")),
        bare(_text(row.get("warc_record_id"))),
        _text(row.get("payload_sha1")),
        _text(row.get("payload_sha256")),
        _text(row.get("url")),
        _text(row.get("captured_at")),
        _number(row.get("http_status")),
        bare(_text(row.get("previous_id"))),
    )


def _text(value: object) -> str | None:
    # Half of a surrogate pair, which JSON can name, is no text for the index.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**62 else None
