"""What a search found, to be taken away: records, references or captures, however many."""

import csv
import json
import logging
import re
import sqlite3
from asyncio import to_thread
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from datasette import Response

from huffarchive import typed
from huffarchive.article import Article
from huffarchive.browse import citation
from huffarchive.browse.article import CaptureError, exchange, info, place
from huffarchive.exports.latest import COLUMNS, cells

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    **citation.TYPES,
    "warc.gz": "application/warc",
}
"""Media type of each form, by the ending of its file."""
BATCH = 100
"""Articles that are read at a time."""
Ask = Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]
"""Runs a function of the room's database in a thread of its own."""
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
log = logging.getLogger(__name__)
_LISTS = frozenset(f.name for f in fields(Article) if str(f.type).startswith("list"))


def record(row: sqlite3.Row) -> dict[str, Any]:
    """The record that a row of `articles` was made of: lists are JSON there, is_wire a number."""
    found = {name: row[name] for name in COLUMNS}
    found |= {name: json.loads(row[name]) for name in _LISTS}
    if found["is_wire"] is not None:
        found["is_wire"] = bool(found["is_wire"])
    return found


def read(room: sqlite3.Connection, articles: Sequence[int]) -> list[dict[str, Any]]:
    """Records by their rowids, in that order."""
    marks = ",".join("?" * len(articles))
    sql = f"SELECT rowid AS article, * FROM articles WHERE rowid IN ({marks})"  # noqa: S608
    rows = room.execute(sql, articles)
    found = {row["article"]: record(row) for row in rows}
    return [found[article] for article in articles]


def _batches(articles: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(articles), BATCH):
        yield articles[at : at + BATCH]


class _Lines:
    """A file for csv.writer whose `write` returns the line."""

    def write(self, line: str) -> str:
        return line


@dataclass(frozen=True, slots=True)
class Download:
    """Articles in one of the forms of TYPES."""

    form: str
    publisher: str
    warcs: Path
    invented: bool

    def check(self, room: sqlite3.Connection, articles: Sequence[int]) -> None:
        """See that the WARC files hold what is asked for. CaptureError names one that does not."""
        if self.form != "warc.gz":
            return
        marks = ",".join("?" * BATCH)
        ends: dict[str, int] = {}
        for batch in _batches(articles):
            rows = room.execute(
                "SELECT warc_file, max(warc_offset + warc_length) FROM articles "  # noqa: S608
                f"WHERE rowid IN ({marks}) GROUP BY 1",
                [*batch, *[None] * (BATCH - len(batch))],
            )
            ends |= {name: max(end, ends.get(name, 0)) for name, end in rows}
        for name, end in ends.items():
            try:
                size = place(self.warcs, name).stat().st_size
            except OSError as error:
                raise CaptureError(f"{name}: {error.strerror}") from error
            if size < end:
                raise CaptureError(f"{name}: it is cut off; run {typed()} verify")

    async def parts(self, articles: Sequence[int], ask: Ask) -> AsyncIterator[bytes]:
        """The file in parts. CaptureError where a capture is no more what the record says."""
        if self.form == "csv":
            yield self._table([COLUMNS], mark="\ufeff")
        begun: set[str] = set()
        for number, batch in enumerate(_batches(articles)):
            rows = await ask(partial(read, articles=batch))
            yield await to_thread(self._part, rows, begun, first=number == 0)
        if self.form == "json":
            yield b"\n]\n" if articles else b"[]\n"

    def _part(self, rows: list[dict[str, Any]], begun: set[str], *, first: bool) -> bytes:
        if self.form == "csv":
            return self._table([list(cells(row, guarded=True)) for row in rows])
        if self.form == "jsonl":
            lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
            return "".join(f"{line}\n" for line in lines).encode()
        if self.form == "warc.gz":
            return b"".join(self._members(rows, begun))
        items = [citation.csl(row, self.publisher, invented=self.invented) for row in rows]
        text = citation.write(items, self.form)
        if self.form == "json":  # one list, whatever the number of parts
            text = ("[" if first else ",") + text.strip()[1:-2].rstrip()
        return text.encode()

    def _members(self, rows: list[dict[str, Any]], begun: set[str]) -> Iterator[bytes]:
        """Captures with what is beside them; before the first of a file, its warcinfo record."""
        for row in rows:
            if (name := row["warc_file"]) not in begun:
                begun.add(name)
                yield info(self.warcs, name)
            try:
                yield exchange(self.warcs, name, row["warc_offset"], row["warc_length"])
            except CaptureError as error:
                raise CaptureError(f"{row['id']}: {error}") from error

    @staticmethod
    def _table(rows: Sequence[Sequence[object]], mark: str = "") -> bytes:
        writer = csv.writer(_Lines(), lineterminator="\r\n")
        return (mark + "".join(str(writer.writerow(row)) for row in rows)).encode()


@dataclass(frozen=True, slots=True)
class Stream:
    """A response whose parts are made while it is sent: a break in them breaks it off."""

    content_type: str
    name: str
    parts: AsyncIterator[bytes]

    async def asgi_send(self, send: Any) -> None:
        """What Datasette asks of a response."""
        headers = [
            (b"content-type", self.content_type.encode()),
            (b"content-disposition", f'attachment; filename="{self.name}"'.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        try:
            async for part in self.parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except CaptureError as error:
            log.error("%s is broken off: %s", self.name, error)  # noqa: TRY400
            return  # without its end: whoever takes it away sees that it is not whole
        await send({"type": "http.response.body", "body": b""})


def ranged(data: bytes, asked: str) -> Response:
    """Bytes with their length, all or the range asked for: ReplayWeb.page wants both."""
    headers = {"Accept-Ranges": "bytes"}
    status = 200
    found = _RANGE.fullmatch(asked)
    if found and int(found[1]) < len(data):
        start = int(found[1])
        end = min(int(found[2] or len(data)), len(data) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        data, status = data[start : end + 1], 206
    headers["Content-Length"] = str(len(data))
    return Response(data, status, headers, content_type="application/warc")
