"""JSONL files under check: read line by line, beside their WARC files or after them."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

from huffarchive.article import Article
from huffarchive.verify.index import Index, bare, opened
from huffarchive.verify.rule import RULES, CheckCounts, Finding, safe

WARC_ENDINGS = (".warc", ".warc.gz", ".warc.gz.open", ".warc.zst", ".arc", ".arc.gz", ".wacz")
JSONL_ENDINGS = (".jsonl", ".jsonl.open")
LEFT = "-left.jsonl"
"""Ending of a run's account of what it left, in an archive's `reports`."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to look at; `limit` is how far it is to be read, None for all of it."""

    path: Path
    name: str
    """Its name when it is whole."""
    limit: int | None = None
    ours: bool = False
    length: int | None = None
    """Bytes that were committed to it, where the ledger knows the file: fewer are a loss."""


def ours(folder: Path, ending: str, rows: dict[str, tuple[bool, int]]) -> list[InputFile]:
    """The files of an archive's folder; of one that grows, what is committed.

    `rows` says of each stem in the ledger whether it grows, and its length.
    """
    found = []
    for path in sorted(folder.glob(f"*{ending}")) + sorted(folder.glob(f"*{ending}.open")):
        name = path.name.removesuffix(".open")
        growing, length = rows.get(name.removesuffix(ending), (False, None))
        if path.name.endswith(".open") and name.removesuffix(ending) not in rows:
            continue  # begun and never committed: the next run sets it aside
        found.append(InputFile(path, name, length if growing else None, ours=True, length=length))
    return found


def found_under(folder: Path) -> list[Path]:
    """The WARC, WACZ and JSONL files of a folder and the folders in it, in order.

    Without the accounts of runs (`reports/<run>-left.jsonl`): their lines are pages, not records.
    """
    endings = (*WARC_ENDINGS, *JSONL_ENDINGS)
    found = (p for p in folder.rglob("*") if p.name.lower().endswith(endings) and p.is_file())
    return sorted(
        p for p in found if not (p.name.endswith(LEFT) and p.absolute().parent.name == "reports")
    )


KEYS = tuple(field.name for field in fields(Article))
MAX_LINE = 64 << 20
"""Bytes of a line, at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it begins, and what it says or why that cannot be read."""

    offset: int
    raw: bytes
    row: dict[str, Any] | None
    fault: str | None


def lines(file: BinaryIO, limit: int | None = None) -> Iterator[Line]:
    """Every line of a JSONL file, up to `limit` bytes."""
    offset = 0
    while limit is None or offset < limit:
        raw = file.readline(MAX_LINE if limit is None else min(MAX_LINE, limit - offset))
        if not raw:
            return
        row, fault = _read(raw)
        yield Line(offset, raw, row, fault)
        offset += len(raw)


def _read(raw: bytes) -> tuple[dict[str, Any] | None, str | None]:
    if not raw.endswith(b"\n"):
        return None, "the last line has no end"
    if not raw.strip():
        return None, "the line is empty"
    try:
        row = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return None, f"no JSON: {error}"
    return (row, None) if isinstance(row, dict) else (None, "no JSON object")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise ValueError("a key stands twice")
    return row


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def canonical(row: dict[str, Any]) -> bytes:
    """A record as `Article.to_json` writes it."""
    line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return line.encode("utf-8", "replace") + b"\n"


PER_LINE = ("jsonl-keys", "jsonl-form")
"""Rules that look at one line."""
_OFFSET_BITS = 44


class Jsonl:
    """The lines of a file, each judged when it is read; what is wrong is held in the index."""

    def __init__(
        self,
        number: int,
        given: InputFile,
        index: Index,
        counts: CheckCounts,
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
            with opened(given.path) as file:
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
        (_text(row.get("date_published")) or "")[:7] or None,
    )


def _text(value: object) -> str | None:
    # Half of a surrogate pair, which JSON can name, is no text for the index.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**62 else None
