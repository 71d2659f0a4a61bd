"""Sitemaps: every page that they name, or a reason; within the protocol's own bounds."""

import gzip
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message, MessageError
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reading import Reading
from huffarchive.workers.job import Job, Unread
from tests.kit.reading import read_in_order

URL = "https://www.huffpost.com/sitemaps/x.xml.gz"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
PICTURE = "<image:image><image:loc>https://img.huffingtonpost.com/{0}.jpg</image:loc></image:image>"
NEWS = (
    "<news:news><news:publication><news:name>HuffPost</news:name></news:publication>"
    "<news:title>Un titre assez long pour qu’il compte</news:title></news:news>"
)
LANGUAGE = '<xhtml:link rel="alternate" hreflang="fr" href="https://www.huffpost.com/{0}"/>'


def address(number: int) -> str:
    return f"https://www.huffpost.com/archive/qc/entry/titre_n_{number}"


def sitemap(pages: int, more: str = "") -> bytes:
    rows = "\n".join(
        f"<url><loc>{address(n)}</loc>{more.format(n)}<lastmod>2012-10-05</lastmod></url>"
        for n in range(pages)
    )
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<urlset {NAMES}>{rows}</urlset>".encode()


def reading(body: bytes, **headers: str) -> Reading:
    said = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return read(Page(URL, NOW, Message("HTTP/1.1", 200, "OK", said, body)), HUFFPOST_QC)


def packed(data: bytes, members: int = 1) -> bytes:
    size = -(-len(data) // members)
    return b"".join(gzip.compress(data[i : i + size], mtime=0) for i in range(0, len(data), size))


@pytest.mark.long
@pytest.mark.parametrize("members", [1, 7])
def test_a_sitemap_of_the_full_size_names_every_page(members: int) -> None:
    """50,000 pages with pictures, news and languages, 50 MB: as the protocol allows."""
    data = sitemap(50_000, PICTURE * 4 + NEWS + LANGUAGE * 4)
    assert 40_000_000 < len(data) <= 52_428_800
    found = reading(packed(data, members))
    assert (len(found.links), found.links[-1], found.cut) == (50_000, address(49_999), "")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_an_unpacked_sitemap_of_more_than_a_page_may_have(coding: str) -> None:
    data = sitemap(12_000, PICTURE * 15)
    assert len(data) > 16 * 1024 * 1024
    body = gzip.compress(data, 1, mtime=0) if coding == "gzip" else data
    found = reading(body, Content_Encoding=coding)
    assert (len(found.links), found.cut) == (12_000, "")


def test_a_bound_that_cuts_says_so() -> None:
    found = reading(packed(sitemap(50_001)))
    assert len(found.links) == 50_000
    assert found.cut == "too_large: over 50,000 addresses, the first of them were read"
    found = reading(packed(sitemap(300) + b" " * 53_000_000))
    assert (len(found.links), found.cut) == (300, "too_large: unpacks to more than 52428800 bytes")


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (f"<urlset {NAMES}><url>{PICTURE.format(1)}<loc>https://a.example/1</loc></url></urlset>", 1),
        (f"<urlset {NAMES}><url>{PICTURE.format(1)}</url></urlset>", 0),
        ("<urlset><url><image:loc>https://a.example/1</image:loc></url></urlset>", 0),
        ("<urlset><url><loc>https://a.example/1</loc></url></urlset>", 1),
        (f"<s:urlset {NAMES.replace('xmlns=', 'xmlns:s=')}><s:url><s:loc>https://a.example/1</s:loc>"
         "<loc>https://a.example/2</loc></s:url></s:urlset>", 1),
        (f"<sitemapindex {NAMES}><sitemap><loc> https://a.example/1\n</loc></sitemap></sitemapindex>", 1),
        (f"<urlset {NAMES}><url><loc><![CDATA[https://a.example/1?a&b]]></loc></url></urlset>", 1),
    ],
)  # fmt: skip
def test_only_the_entries_own_locations_count(body: str, links: int) -> None:
    assert len(reading(body.encode()).links) == links


SMALL = sitemap(40, PICTURE)


@given(st.integers(0, len(SMALL) - 1), st.sampled_from([0, 1, 3]), st.booleans())
def test_cut_at_any_byte_it_gives_what_came_through_and_a_reason(
    at: int, members: int, coded: bool
) -> None:
    body = packed(SMALL, members) if members else SMALL
    body = body[: at * len(body) // len(SMALL)]
    whole = [address(n) for n in range(unpacked(body, members).count(b"</url>"))]
    headers = {"Content_Encoding": "gzip"} if coded and members else {}
    try:
        found = reading(body, **headers)
    except MessageError as error:
        assert not whole
        assert error.fault in ("malformed", "cut")
    else:
        assert found.cut
        assert list(found.links) == whole


def unpacked(body: bytes, members: int) -> bytes:
    """What zlib makes of a file that is cut."""
    out = b""
    for _ in range(members):
        stream = zlib.decompressobj(31)
        out += stream.decompress(body)
        body = stream.unused_data
    return out if members else body


@pytest.mark.parametrize(
    "before", [" ", "\r\n\t", "\ufeff", "\ufeff\n", "\n\ufeff \ufeff", "\f", " " * 900]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_what_stands_before_its_declaration_costs_nothing(before: str, charset: str) -> None:
    text = SMALL.decode().replace("UTF-8", charset[:6])
    body = f"{before}{text}".encode(charset)
    if charset != "utf-8":
        body = "\ufeff".encode(charset) + body
    for found in (reading(body), reading(packed(body, 3))):
        assert (len(found.links), found.cut) == (40, "")


@given(st.integers(0, 40), st.binary(min_size=1, max_size=9))
def test_damaged_anywhere_it_gives_every_page_or_a_reason(where: int, by: bytes) -> None:
    body = packed(SMALL, 3)
    at = where * len(body) // 41
    spoilt = body[:at] + by + body[at + len(by) :]
    try:
        found = reading(spoilt)
    except (MessageError, zlib.error):
        return
    assert found.cut or len(found.links) == 40


@pytest.mark.parametrize("cdata", [False, True])
def test_an_ampersand_that_stands_for_itself_is_one(cdata: bool) -> None:
    names = [f"{address(n)}?a=1&b={n}&amp" for n in range(40)]
    rows = (f"<![CDATA[{name}]]>" if cdata and n % 2 else name for n, name in enumerate(names))
    rows = (f"<url><loc>{name}</loc></url>" for name in rows)
    found = reading(f"<urlset {NAMES}>{''.join(rows)}</urlset>".encode())
    assert (list(found.links), found.cut) == (names, "")


@pytest.mark.parametrize("charset", ["utf8", "latin1", "windows-1252", "gb18030", "x-none", "é"])
def test_whatever_charset_is_declared_it_gives_every_page_or_a_reason(charset: str) -> None:
    found = reading(SMALL.replace(b"UTF-8", charset.encode()))
    assert found.cut.startswith("malformed: ") or len(found.links) == 40


def test_what_is_no_sitemap_says_so() -> None:
    for body in (b"", b"<html><body>Rien</body></html>", b"User-agent: *"):
        assert reading(body).cut == "malformed: no sitemap"
    nothing = b"HTTP/1.1 200 OK\r\n\r\n" + packed(SMALL)[:20]
    fault = read_in_order([Job(URL, NOW, nothing, "qc")], 0)
    assert next(iter(fault)) == Unread("malformed", "the compressed body has no end")
