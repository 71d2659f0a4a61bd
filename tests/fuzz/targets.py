"""What is fuzzed: each takes any bytes and raises only when a promise is broken.

A target lets the errors pass that its function's docstring names; whatever else comes out is a
finding.
"""

import contextlib
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract import extract
from huffarchive.http import MAX_CONTENT, Exchange, Message, MessageError
from huffarchive.page import Page, decode
from huffarchive.politeness.robots import RobotsRules
from huffarchive.reader import read
from huffarchive.reader.links import read_xml
from huffarchive.reader.text import NotTextError, TooMuchTextError
from huffarchive.sources import SOURCES, of_query
from huffarchive.sources.source import IndexFormatError
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture, captures
from huffarchive.warc.damage import WarcError
from huffarchive.warc.playback import playback
from huffarchive.warc.reader import member, records
from huffarchive.warc.writer import compose
from huffarchive.workers.job import Job, Unread
from huffarchive.workers.job import read as read_job

_URL = "https://quebec.huffingtonpost.ca/2015/01/02/la-neige_n_1941787.html"
_AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
_CDX = "https://web.archive.org/cdx/search/cdx?url=quebec.huffingtonpost.ca/*"


def warc_read(data: bytes) -> None:
    """A WARC file: records and captures, or a WarcError."""
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        file.write(data)
        file.flush()
        with contextlib.suppress(WarcError):
            for capture in captures(records(Path(file.name))):
                _look_at(capture)
    with contextlib.suppress(WarcError):
        member(data, "x.warc.gz")


def _look_at(capture: Capture) -> None:
    assert capture.captured_at.tzinfo is not None
    assert isinstance(capture.url, str)
    with contextlib.suppress(MessageError):
        assert len(capture.digests) == 2
    extract.subject(capture)


def warc_write(data: bytes) -> None:
    """An exchange, written and read again: the same bytes."""
    half = data.find(b"\n\n")
    request, response = (
        (b"GET / HTTP/1.1\r\n\r\n", data) if half < 0 else (data[:half], data[half:])
    )
    if not request:
        return
    url = f"https://example.org/{response[:40].decode('latin-1').replace(' ', '_')}"
    exchange = Exchange(
        url, request, response, _AT, "192.0.2.1", cipher=request[:20].decode("latin-1")
    )
    note = Annotation(page="qc:n:1", detail=response[:60].decode("utf-8", "replace"))
    made = compose(exchange, "<urn:uuid:0>", note)
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as file:
        for each in (made.main, *made.others):
            file.write(each.to_member(stored=made.compressed and each is made.main))
        file.flush()
        read_back = [stored.record for stored in records(Path(file.name))]
    assert [each.type for each in read_back] == [each.type for each in (made.main, *made.others)]
    blocks = [each.block for each in read_back]
    assert blocks == [each.block for each in (made.main, *made.others)]
    assert request in blocks
    assert not response or response in blocks


def decoder(data: bytes) -> None:
    """An HTTP response: its content within the bound and its text, or a MessageError."""
    with contextlib.suppress(MessageError):
        message = Message.parse(data)
        assert 100 <= message.status <= 999
        assert len(message.content) <= MAX_CONTENT
        decode(message).encode("utf-8")
        Page(_URL, _AT, message).markup.encode("utf-8")
    with contextlib.suppress(MessageError):
        playback(f"https://web.archive.org/web/20150102030405id_/{_URL}", data)


def sitemap(data: bytes) -> None:
    """A sitemap or feed: addresses of the web and nothing else."""
    message = Message("HTTP/1.1", 200, "OK", (), data)
    found = read_xml(Page("https://www.huffpost.com/sitemap.xml", _AT, message))
    for link in found.links if found else ():
        assert link.lower().startswith(("http://", "https://"))
        assert len(link) <= 2048
    RobotsRules.parse(data).allowed(_URL)


def cdx(data: bytes) -> None:
    """Pages of the archives' indexes: captures of the edition's pages, or an IndexFormatError."""
    message = Message("HTTP/1.1", 200, "OK", (), data)
    for kind in ("cdx", "ccindex", "collinfo"):
        with contextlib.suppress(IndexFormatError, MessageError):
            key = PageKey("qc", f"{kind}-query", "0")
            found = SOURCES[of_query(key) or ""].read_index(message, key, _CDX, HUFFPOST_QC)
            for address, memento in found.mementos:
                assert isinstance(identify(memento.url, HUFFPOST_QC), Address)
                assert address.key.edition == "qc"


def page(data: bytes) -> None:
    """A page: what it says makes a record that is one line of JSON."""
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + data
    try:
        reading = read(Page(_URL, _AT, Message.parse(response)), HUFFPOST_QC)
    except (MessageError, NotTextError, TooMuchTextError):
        return
    again = read_job(
        Job(_URL, _AT, response, "qc"), lambda *a: read(Page(a[0], a[1], Message.parse(a[2])), a[3])
    )
    assert isinstance(again, Unread) or again == reading, "the same bytes, another reading"
    if reading.text is None:
        return
    exchange = Exchange(_URL, b"GET / HTTP/1.1\r\n\r\n", response, _AT)
    main = compose(exchange, "<urn:uuid:0>").main
    data = main.to_member()
    stored = member(data, "x.warc.gz")
    line = extract.article(
        Capture(stored, None), PageKey("qc", "n", "1941787"), reading.text, HUFFPOST_QC
    ).to_json()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    json.loads(line.decode("utf-8"), parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise AssertionError(f"a record holds {name}")


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (warc_read, warc_write, decoder, sitemap, cdx, page)
}
