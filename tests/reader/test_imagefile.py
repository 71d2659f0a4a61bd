"""What is a picture: by its media type and its first bytes, and never by its address alone."""

from datetime import UTC, datetime

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reading import PageType, Reading
from huffarchive.sample.responses import png
from huffarchive.workers.job import READER, Job, Unread, find_reader, read

URL = "https://img.huffingtonpost.com/asset/5cd4d0ae2300005700bc2a8d.jpeg?ops=1200_630"
PNG = png("x", 40, 30)
WEBP = b"RIFF\x24\0\0\0WEBPVP8 "
AVIF = b"\0\0\0\x20ftypavif\0\0\0\0"


def found(body: bytes, kind: str | None, url: str = URL) -> Reading | Unread:
    named = f"Content-Type: {kind}\r\n" if kind is not None else ""
    head = f"HTTP/1.1 200 OK\r\n{named}Content-Length: {len(body)}\r\n\r\n"
    job = Job(url, datetime(2026, 1, 1, tzinfo=UTC), head.encode() + body, "qc")
    return read(job, find_reader(READER))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "image/png"),
        (PNG, "image/jpeg"),
        (PNG, "IMAGE/PNG; x=y"),
        (PNG, None),
        (PNG, "application/octet-stream"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a\1\0\1\0", "image/gif"),
        (WEBP, "image/webp"),
        (AVIF, "image/avif"),
    ],
)
def test_a_picture(body: bytes, kind: str | None) -> None:
    assert found(body, kind) == Reading(PageType.PICTURE, None, (), "")


@pytest.mark.parametrize("body", [b'<html><a href="/x_n_1.html">x</a></html>', PNG, b""])
def test_a_page_in_its_place_is_gone(body: bytes) -> None:
    assert found(body, "text/html; charset=utf-8") == Reading(PageType.ERROR, None, (), "")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html></html>", "image/jpeg"),
        (b"", "image/png"),
        (PNG[1:], "image/png"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (PNG, "text/plain"),
        (PNG, "application/json"),
    ],
)
def test_no_picture(body: bytes, kind: str) -> None:
    answer = found(body, kind)
    assert isinstance(answer, Unread)
    assert answer.fault == "malformed"
    assert "no picture" in answer.detail


def test_its_bytes_are_never_parsed() -> None:
    """A page that would keep the parser busy for long is judged at once."""
    assert found(b"<a>" * 5_000_000, "text/html") == Reading(PageType.ERROR, None, (), "")


def test_an_article_is_judged_as_ever() -> None:
    page = "http://quebec.huffingtonpost.ca/2012/10/05/larme-syrienne-bombarde_n_1941787.html"
    assert HUFFPOST_QC.pictures
    answer = found(PNG, "image/png", page)
    assert not (isinstance(answer, Reading) and answer.page_type is PageType.PICTURE)
