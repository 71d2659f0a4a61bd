"""Head and body of other programs' answers: every coding kept or undone, in every combination."""

from itertools import product
from pathlib import Path

import pytest

from huffarchive.extract.extract import UnreadAnswersError, articles
from huffarchive.http import MAX_CONTENT, Message, MessageError
from huffarchive.reconcile import reconciled
from tests.cases.kit import CODINGS, http, packed, page, warc

HEADS = [
    "", "gzip", "x-gzip", "deflate", "br", "zstd", "identity",
    "none", "UTF-8", "iso-8859-1", "binary", "aws-chunked", "compress",
]  # fmt: skip
"""What a head may state: codings, words that are none, charsets."""
TRANSFERS = ["", "chunked", "gzip, chunked", "identity"]
PAGE = page(1)


def content(raw: bytes) -> bytes:
    return Message.parse(reconciled(raw)).content


def coded(*names: str) -> bytes:
    body = PAGE
    for name in names:
        body = CODINGS[name](body)
    return body


def fields(*codings: str, transfer: str = "") -> list[str]:
    stated = ", ".join(filter(None, codings))
    found = [f"Content-Encoding: {stated}"] if stated else []
    return found + ([f"Transfer-Encoding: {transfer}"] if transfer else [])


@pytest.mark.slow
def test_whatever_the_head_says_the_body_is_unpacked() -> None:
    """One coding stated over a body in up to three, and two over a body in up to one."""
    pairs = [*product(CODINGS, repeat=2)]
    layers = [*pairs, *((*pair, "chunks") for pair in pairs)]
    cases = [*product(layers, product(HEADS)), *product(product(CODINGS), product(HEADS, HEADS))]
    bodies = {made: coded(*made) for made, _ in cases}
    wrong = [
        (made, stated, transfer)
        for (made, stated), transfer in product(cases, TRANSFERS)
        if content(http(bodies[made], *fields(*stated, transfer=transfer))) != PAGE
    ]
    assert (len(cases) * len(TRANSFERS), wrong) == (9828, [])


@pytest.mark.parametrize("length", ["0", "17", "999999", "-1", "x"])
@pytest.mark.parametrize("made", CODINGS)
def test_a_length_of_another_body_is_forgotten(made: str, length: str) -> None:
    assert content(http(coded(made), f"Content-Length: {length}")) == PAGE


@pytest.mark.parametrize("fields", [(), ("Content-Encoding: none",), ("Connection: close",)])
def test_a_text_shorter_than_its_length_and_without_its_end_is_cut(fields: tuple[str, ...]) -> None:
    for kept in (PAGE[:-20], PAGE[: len(PAGE) // 2], PAGE[:10]):
        with pytest.raises(MessageError, match=f"{len(kept)} of {len(PAGE)} bytes") as raised:
            content(http(kept, *fields, f"Content-Length: {len(PAGE)}"))
        assert raised.value.fault == "cut"
        for length in (len(kept), len(kept) // 3):  # a packed body's
            assert content(http(kept, *fields, f"Content-Length: {length}")) == kept


@pytest.mark.parametrize(
    "text",
    ["déjà".encode("latin-1"), "\ufeffdéjà".encode("utf-16-le"), b"", b"a\x0cb\tc", b"\xff" * 9],
)
@pytest.mark.parametrize("coding", HEADS)
def test_other_texts_stay_as_they_are(text: bytes, coding: str) -> None:
    assert content(http(text, *fields(coding))) == text


@pytest.mark.parametrize("made", ["gzip", "zstd", "zlib", "br"])
@pytest.mark.parametrize("stated", [True, False])
def test_a_body_without_its_end_is_a_fault(made: str, stated: bool) -> None:
    if not stated and made in ("zlib", "br"):
        return  # nothing tells it from any other noise
    name = "deflate" if made == "zlib" else made
    raw = http(coded(made)[:-30], *fields(name if stated else ""))
    with pytest.raises(MessageError) as raised:
        content(raw)
    assert raised.value.fault == "cut"


def test_chunks_that_end_early_are_a_fault() -> None:
    with pytest.raises(MessageError) as raised:
        content(http(coded("chunks")[:-30], "Transfer-Encoding: chunked"))
    assert raised.value.fault == "cut"


@pytest.mark.parametrize("made", ["gzip", "zlib", "br", "zstd"])
def test_a_bomb_is_a_fault(made: str) -> None:
    name = "deflate" if made == "zlib" else made
    with pytest.raises(MessageError) as raised:
        content(http(CODINGS[made](b"a" * (MAX_CONTENT + 1)), *fields(name)))
    assert raised.value.fault == "too_large"


STATUS_LINES = [
    "HTTP/1.1 200 OK", "HTTP/1.0 200", "http/1.1 200 OK", "Http/1.1 200 OK", "HTTP/1.1  200  OK",
    "HTTP/1.1\t200\tOK", "HTTP/1.1 200 ", "h2 200 OK", "H2 200", "h3 200", "HTTP/2 200",
    "HTTP/2.0 200 OK", "HTTP/3 200", "http/2 200", "HTTP 200 OK", "SPDY/3.1 200 OK", "ICY 200 OK",
    "\r\nHTTP/1.1 200 OK", "HTTP/11.1 200 OK", "HTTP/1.1 200 D\xe9j\xe0",
]  # fmt: skip
NO_STATUS_LINES = ["", "200 OK", "HTTP/1.1 OK", "HTTP/1.1 20 OK", "GET / HTTP/1.1", "HTTP/1.1 2000"]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_status_lines(end: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    lines = STATUS_LINES + NO_STATUS_LINES
    path.write_bytes(
        packed(*(warc(http(page(n), status=s, end=end), n) for n, s in enumerate(lines, 1)))
    )
    found = articles(path, 0)
    for number in range(1, len(STATUS_LINES) + 1):
        assert next(found).id == f"qc:n:{number}"
    with pytest.raises(UnreadAnswersError) as raised:
        next(found)
    count = len(NO_STATUS_LINES)
    assert f"{count} answers of article addresses could not be read: {count} status" in str(
        raised.value
    )


def test_what_could_not_be_read_is_counted_by_why(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    gone = http(page(9), status="HTTP/1.1 404 Not Found")
    path.write_bytes(
        packed(
            warc(http(PAGE), 1),
            warc(http(coded("gzip")[:-30]), 2),
            warc(http(b"\x00\x01\x02" * 99, "Content-Encoding: br"), 3),
            warc(http(b"\x00\x01\x02" * 99, "Content-Encoding: what"), 4),
            warc(http(page(5), status="200 OK"), 5),
            warc(http(page(6)), 6, "WARC-Truncated: length"),
            warc(gone, 7),
            warc(http(b"", status="no"), 8, WARC_Target_URI="http://example.org/x"),
        )
    )
    found = articles(path, 0)
    assert next(found).id == "qc:n:1"
    with pytest.raises(UnreadAnswersError) as raised:
        next(found)
    said = str(raised.value)
    assert "5 answers of article addresses could not be read: 2 coding" in said
    for why in ("1 cut short", "1 status line", "1 cut short when captured"):
        assert why in said
