"""What an article's page shows beside its text: its capture, its images, its other versions."""

import difflib
import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby, islice
from os import SEEK_CUR
from pathlib import Path
from typing import Any

from surt import surt

from huffarchive import typed
from huffarchive.warc.cdxj import Row, rows_of

MOST = 64 << 20
"""Bytes of a member; a page is bounded far below."""


class CaptureError(RuntimeError):
    """The WARC file does not hold what the record points to."""


def place(warcs: Path, name: str) -> Path:
    """A WARC file by its name, which may still be growing."""
    if Path(name).name != name:
        raise CaptureError(f"{name}: no name of a WARC file")
    path = warcs / name
    return path if path.exists() else warcs / f"{name}.open"


def member(warcs: Path, name: str, offset: int, length: int) -> bytes:
    """The gzip member that a record's pointer names. CaptureError says why there is none."""
    return _member(warcs, name, offset, length)[0]


def _member(warcs: Path, name: str, offset: int, length: int) -> tuple[bytes, bytes]:
    """The member, and what it begins with: it is unpacked whole, for its checksum, once."""
    if not 0 < length <= MOST:
        raise CaptureError(f"{name}: no name or length of a record")
    try:
        with place(warcs, name).open("rb") as file:
            file.seek(offset)
            data = file.read(length)
    except OSError as error:
        raise CaptureError(f"{name}: {error.strerror}") from error
    head = _head(data)
    if not head.startswith(b"WARC/1."):
        raise CaptureError(f"{name}: no record at {offset}; run {typed()} verify")
    return data, head


def _head(data: bytes) -> bytes:
    """What a member begins with; b"" where any of it cannot be unpacked, or its checksum fails."""
    try:
        with gzip.open(BytesIO(data)) as member:
            head = member.read(_HEAD)
            while member.read(_HEAD):
                pass
    except (OSError, EOFError, zlib.error):
        return b""
    return head


def info(warcs: Path, name: str) -> bytes:
    """The member of the warcinfo record that a WARC file begins with; b"" where it has none."""
    return b"".join(islice(_members(warcs, name, 0, b"type", b"warcinfo"), 1))


def exchange(warcs: Path, name: str, offset: int, length: int) -> bytes:
    """The member that a pointer names, and those behind it that are concurrent to it.

    They are the request and the note, without which a page of a mirror has not its own address.
    """
    data, head = _member(warcs, name, offset, length)
    ident = _field(head, b"record-id")
    if not ident:
        return data
    return data + b"".join(_members(warcs, name, offset + length, b"concurrent-to", ident))


def _members(warcs: Path, name: str, offset: int, field: bytes, value: bytes) -> Iterator[bytes]:
    """Whole members from a place on, up to the first whose field (WARC-...) has another value."""
    with suppress(OSError, zlib.error), place(warcs, name).open("rb") as file:
        file.seek(offset)
        while True:
            data, head, unpacking = b"", b"", zlib.decompressobj(31)
            while not unpacking.eof:
                if not (part := file.read(_HEAD)):
                    return
                data += part
                unpacked = unpacking.decompress(part)
                head = head or unpacked
                if _field(head, field) != value:
                    return
            file.seek(-len(unpacking.unused_data), SEEK_CUR)
            yield data[: len(data) - len(unpacking.unused_data)]


def _field(record: bytes, name: bytes) -> bytes:
    head = record.partition(b"\r\n\r\n")[0]
    found = re.search(rb"(?i)\r\nwarc-" + name + rb":\s*(\S+)", head)
    return found[1] if found else b""


_HEAD = 1 << 16
"""Bytes that hold a record's named fields."""
_PICTURES = 100
"""Pictures of an article that are looked for."""


def images(warcs: Path, urls: Iterable[str], near: str) -> Iterator[bytes]:
    """The members of pictures by their addresses, of each the capture nearest to 14 digits.

    Found in the CDXJ indexes beside the WARC files: a file that is growing has none yet. What was
    not captured, or not with status 200, is left out; so is what goes beyond 64 MiB in all.
    """
    indexes = sorted(warcs.glob("*.cdxj"))
    left = MOST
    for url in list(dict.fromkeys(urls))[:_PICTURES]:
        found = [row for path in indexes for row in rows_of(path, surt(url)) if _shows(row)]
        if not found:
            continue
        row = min(found, key=lambda row: abs(int(row.timestamp) - int(near)))
        length = int(row.fields["length"])
        if length > left:
            continue
        left -= length
        try:
            yield member(warcs, row.fields["filename"], int(row.fields["offset"]), length)
        except CaptureError:
            continue  # an index without its file: the page is shown without that picture


def _shows(row: Row) -> bool:
    """Whether it is a picture itself: a revisit would need the capture that it refers to."""
    return row.fields.get("status") == "200" and row.fields.get("mime") != "warc/revisit"


SAME, LEFT_OUT, ADDED = "same", "left_out", "added"
_PIECES = re.compile(r"\s+|[^\s]+")
_MOST = 4000
"""Words of a paragraph that are compared; longer ones are shown as replaced."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stands in both versions, or in one."""

    how: str
    """SAME, LEFT_OUT or ADDED."""
    text: str


def difference(old: dict[str, Any], new: dict[str, Any]) -> list[list[Piece]]:
    """Paragraphs (the headline first) that changed, each as pieces, with those beside them.

    An empty list stands where others are left out.
    """
    before = [old["headline"] or "", *old["paragraphs"]]
    after = [new["headline"] or "", *new["paragraphs"]]
    found: list[list[Piece]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        if found:
            found.append([])
        for tag, i, j, k, m in group:
            if tag == "replace" and j - i == m - k:
                found += [_words(a, b) for a, b in zip(before[i:j], after[k:m], strict=True)]
            elif tag == "equal":
                found += [[Piece(SAME, text)] for text in before[i:j]]
            else:
                found += [[Piece(LEFT_OUT, text)] for text in before[i:j]]
                found += [[Piece(ADDED, text)] for text in after[k:m]]
    return found


def _words(old: str, new: str) -> list[Piece]:
    a, b = _PIECES.findall(old), _PIECES.findall(new)
    if len(a) > _MOST or len(b) > _MOST:
        return [Piece(LEFT_OUT, old), Piece(ADDED, new)]
    found = []
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, "".join(a[i:j])))
            continue
        if i < j:
            found.append(Piece(LEFT_OUT, "".join(a[i:j])))
        if k < m:
            found.append(Piece(ADDED, "".join(b[k:m])))
    return found


MARKED = ("headline", "dek", "text")
_HIGHLIGHTS = ", ".join(
    f"highlight(articles_fts, {at + stems}, char(1), char(2))"
    for at in range(len(MARKED))
    for stems in (0, 4)
)
"""Of each column as it is written, and by its stems."""
Marked = list[tuple[bool, str]]
"""A text in pieces, each with whether a search found it."""


def marked(room: sqlite3.Connection, article: int, match: str) -> dict[str, Marked]:
    """MARKED of an article (its rowid), where FTS5 finds the expression in it; otherwise {}."""
    once = "+" if "*" in match else ""
    row = room.execute(
        f"SELECT {_HIGHLIGHTS} FROM articles_fts WHERE articles_fts MATCH ? AND {once}rowid = ?",  # noqa: S608
        [match, article],
    ).fetchone()
    if row is None:
        return {}
    return {
        name: united(row[2 * at] or "", row[2 * at + 1] or "") for at, name in enumerate(MARKED)
    }


def pieces(text: str) -> Marked:
    """A text in pieces: what FTS5 put between two marks was found."""
    return [(bool(at % 2), part) for at, part in enumerate(re.split("[\x01\x02]", text)) if part]


def united(one: str, other: str) -> Marked:
    """The same text marked twice, as one that has the marks of both."""
    found = [is_found for is_found, part in pieces(one) for _ in part]
    also = [is_found for is_found, part in pieces(other) for _ in part]
    text = re.sub("[\x01\x02]", "", one)
    if len(also) == len(found):
        found = [a or b for a, b in zip(found, also, strict=True)]
    runs = groupby(range(len(text)), lambda at: found[at])
    return [(is_found, "".join(text[at] for at in run)) for is_found, run in runs]


def paragraphs(text: Marked) -> list[Marked]:
    """A marked text in its paragraphs, which blank lines part."""
    found: list[Marked] = [[]]
    for is_found, part in text:
        first, *others = part.split("\n\n")
        found[-1].append((is_found, first))
        found += [[(is_found, other)] for other in others]
    return found
