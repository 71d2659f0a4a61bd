"""Indexes of WARC files as tools write them, CDXJ and CDX: the pages of ours that they name."""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from huffarchive.editions.edition import Edition
from huffarchive.page import wide_charset
from huffarchive.sources.source import IndexFormatError, number, read_json
from huffarchive.urls import Address, identify
from huffarchive.warc.damage import WarcError
from huffarchive.warc.stream import MAGIC

ENDINGS = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
"""Names of such files."""
_COLUMNS = {9: "N b a m s k r V g", 10: "N b a m s k r M V g", 11: "N b a m s k r M S V g"}
"""Columns of a CDX file whose first line does not say them, by how many there are."""
_MOST = 1 << 20
"""Bytes of a line."""
_Row = dict[str, object]


@dataclass(slots=True)
class _Lines:
    """How the lines of one file are read: what the first of them says."""

    names: list[str] = field(default_factory=list)
    split: str | None = None

    def row(self, text: str) -> _Row | None:
        """The fields of a line; None of one that says what the others are; ValueError."""
        if text.startswith("!meta"):
            return None
        head = text.split()
        if head[:1] == ["CDX"]:
            self.split = None if text[0] in "C " else text[0]
            self.names = head[1:]
            return None
        if "{" in text and not self.names:
            found = read_json(text[text.index("{") :].rstrip(" \t,]").encode())
            return found if isinstance(found, dict) else self._wrong()
        if text.startswith("["):
            cells = read_json(text.strip("[], \t").join("[]").encode())
            if not isinstance(cells, list):
                return self._wrong()
            if not self.names:
                self.names = [str(cell) for cell in cells]
                return None
            return dict(zip(self.names, cells, strict=False))
        cells = text.split(self.split)
        names = self.names or _COLUMNS.get(len(cells), "").split()
        if len(cells) != len(names):
            return self._wrong()
        return dict(zip(names, cells, strict=False))

    def _wrong(self) -> _Row:
        raise IndexFormatError("no line of an index")


def is_index(path: Path) -> bool:
    """Whether a file is an index, by its name or by how it begins. OSError."""
    if path.name.lower().endswith(ENDINGS):
        return True
    with path.open("rb") as file:
        begin = file.read(4096)
    text = begin.decode(wide_charset(begin[:4]) or "utf-8-sig", "replace").lstrip("\ufeff \t\r\n")
    first = re.split("[\r\n]", text, maxsplit=1)[0]
    cells = first.split(" ", 2)
    lines = len(cells) == 3 and cells[1].isdigit() and cells[2].startswith("{")
    return lines or first.startswith(("CDX ", "!meta "))


def named_pages(path: Path, edition: Edition) -> Iterator[Address | None]:
    """The page that each line names, in their order; None where it names none of the edition's.

    Captures of other statuses than 200 name no page; one whose status is not known names its.
    OSError; WarcError after all others where lines cannot be read.
    """
    lines, wrong, first = _Lines(), 0, 0
    with path.open("rb") as raw:
        packed = raw.read(3) == MAGIC
        raw.seek(0)
        with gzip.open(raw) if packed else raw as data:
            try:
                charset = wide_charset(data.peek(4)[:4]) or "utf-8-sig"
                file = io.TextIOWrapper(data, charset, "replace")  # lines end with CR or LF or both
                count = 0
                while text := file.readline(_MOST):
                    count += 1
                    if not (text := text.rstrip("\n")).strip(" \t[]"):
                        continue
                    try:
                        row = lines.row(text)
                    except ValueError:
                        wrong, first = wrong + 1, first or count
                        continue
                    if row is not None:
                        yield page_of(row, edition)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise WarcError(str(path), 0, f"it cannot be unpacked ({error})") from error
    if wrong:
        many = f"{wrong:,} lines are" if wrong > 1 else "a line is"
        raise WarcError(str(path), 0, f"{many} none of an index, the first is line {first}")


def page_of(row: _Row, edition: Edition) -> Address | None:
    """The page that a row of an index names; None when it names none of the edition's."""
    url = row.get("url") or row.get("original") or row.get("a")
    status = next((row[n] for n in ("status", "statuscode", "s") if n in row), None)
    if not isinstance(url, str) or number(status) not in (200, None):
        return None
    where = identify(url, edition)
    return where if isinstance(where, Address) else None
