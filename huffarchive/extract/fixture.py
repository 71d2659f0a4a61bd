"""A captured page as a test folder: the page, how it was captured, and what is expected of it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from huffarchive.editions import EDITIONS
from huffarchive.extract.extract import subject
from huffarchive.http import MessageError
from huffarchive.reading import Reading, Text
from huffarchive.storage.replacing import replacing
from huffarchive.urls import PageKey
from huffarchive.warc.capture import Capture, captures
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records_from
from huffarchive.workers.job import Job, Unread
from huffarchive.workers.pool import Readers

HTML = "text/html; charset=utf-8"
"""The Content-Type of a page whose folder names none."""


class FixtureError(ValueError):
    """Why no folder can be made: one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """The three files of a folder of tests/pages."""

    key: PageKey
    page: bytes
    """page.html: the body with all codings undone."""
    meta: dict[str, Any]
    """meta.json: url, captured_at, and content_type and status where they are not the usual."""
    expected: dict[str, Any]
    """expected.json: what the reader makes of it today, to be corrected by hand."""

    @property
    def name(self) -> str:
        """A name for it."""
        return f"{self.key.kind}_{self.key.id}"

    def write(self, folder: Path) -> None:
        """Write a new folder, whole; NotReplacedError when it is there, OSError."""
        with replacing(folder, folder=True) as draft:
            (draft.path / "page.html").write_bytes(self.page)
            for name, content in (("meta.json", self.meta), ("expected.json", self.expected)):
                text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
                (draft.path / name).write_text(text, "utf-8")


def make_fixture(path: Path, offset: int) -> Fixture:
    """Make a folder of the capture that stands at an offset of a WARC file.

    FixtureError where there is none, or none of a page; OSError when it cannot be read.
    """
    capture = _capture(path, offset)
    found = subject(capture)
    if found is None:
        raise FixtureError(f"{capture.url} is no page of an edition; name one that is")
    key, asked = found
    edition = EDITIONS[asked.code]
    try:
        message = capture.message
        body = message.content
    except MessageError as error:
        raise FixtureError(f"the capture is no page ({error}); name another") from error
    meta: dict[str, Any] = {
        "url": asked.original(capture.url),
        "captured_at": capture.captured_at.isoformat().replace("+00:00", "Z"),
    }
    kind = message.header("content-type") or HTML
    if kind != HTML:
        meta["content_type"] = kind
    if message.status != 200:
        meta["status"] = message.status
    head = f"HTTP/1.1 {message.status} X\r\nContent-Type: {kind}\r\n\r\n".encode("latin-1")
    job = Job(meta["url"], capture.captured_at, head + body, edition.code)
    with Readers(1) as readers:
        (reading,) = (*readers.add(job), *readers.rest())
    if isinstance(reading, Unread):
        detail = reading.detail or reading.fault
        raise FixtureError(f"the page cannot be read ({detail}); name another")
    return Fixture(key, body, meta, _expected(reading))


def _capture(path: Path, offset: int) -> Capture:
    stored = records_from(path, offset)
    try:
        first = next(stored)
        if first.record.type not in ("response", "resource"):
            raise FixtureError(
                f"a {first.record.type} record begins at byte {offset}; "
                "name a response's, e.g. warc_offset of a line of the JSONL"
            )

        def all_of_it() -> Iterator[Any]:
            yield first
            yield from stored

        return next(captures(all_of_it()))
    except (WarcError, StopIteration):
        raise FixtureError(
            f"no record of {path} begins at byte {offset}; take warc_offset from the JSONL"
        ) from None


def _expected(reading: Reading) -> dict[str, Any]:
    expected: dict[str, Any] = {"page_type": str(reading.page_type)}
    text = reading.text
    if text is None:
        return {**expected, "page_links": list(reading.links)}
    said = {f.name: getattr(text, f.name) for f in fields(Text) if f.name != "chrome"}
    said["images"] = [list(asdict(image).values()) for image in text.images]
    said["chrome_kinds"] = [str(piece.kind) for piece in text.chrome]
    said["chrome_has"] = [[str(piece.kind), piece.text] for piece in text.chrome]
    return {**expected, "text": said}
