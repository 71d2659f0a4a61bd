"""The one decoder of bodies."""

import gzip
import zlib
from functools import lru_cache

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from huffarchive import http
from huffarchive.http import MAX_CONTENT, Message, MessageError

BODY = "Déjà vu à Québec. ".encode() * 50


def response(body: bytes, *fields: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *fields, "", ""]).encode() + body


def chunked(body: bytes, size: int = 7, tail: bytes = b"0\r\n\r\n") -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x;n=v\r\n%s\r\n" % (len(p), p) for p in parts) + tail


CODINGS = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_is_unpacked(coding: str, in_chunks: bool) -> None:
    packed = CODINGS[coding](BODY)
    fields = [f"Content-Encoding: {coding}"]
    if in_chunks:
        raw = response(chunked(packed), *fields, "Transfer-Encoding: chunked")
    else:
        raw = response(packed, *fields, f"Content-Length: {len(packed)}")
    message = Message.parse(raw)
    assert message.entity == packed
    assert message.content == BODY


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("left", [0.2, 0.5, 0.99])
def test_a_stream_without_its_end_is_no_page(coding: str, left: float) -> None:
    packed = CODINGS[coding](bytes(range(256)) * 40)
    raw = response(packed[: int(len(packed) * left)], f"Content-Encoding: {coding}")
    with pytest.raises(MessageError) as raised:
        _ = Message.parse(raw).content
    assert raised.value.fault in ("cut", "malformed")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_is_too_large(coding: str) -> None:
    packed = CODINGS[coding](bytes(MAX_CONTENT + 1))
    with pytest.raises(MessageError) as raised:
        _ = Message.parse(response(packed, f"Content-Encoding: {coding}")).content
    assert raised.value.fault == "too_large"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (response(b"abc", "Content-Length: 5"), "cut"),
        (response(b"5\r\nabc", "Transfer-Encoding: chunked"), "cut"),
        (response(b"3\r\nabc\r\n", "Transfer-Encoding: chunked"), "cut"),
        (response(b"3\r\nabcde\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "malformed"),
        (response(b"zz\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "malformed"),
        (response(b"plain", "Content-Encoding: gzip"), "malformed"),
        (response(b"plain", "Content-Encoding: snappy"), "malformed"),
        (response(b"plain", "Content-Encoding: gzip, gzip, gzip"), "malformed"),
        (
            response(gzip.compress(BODY, mtime=0)[:-4] + b"abcd", "Content-Encoding: gzip"),
            "malformed",
        ),
    ],
)
def test_what_is_no_page_says_why(raw: bytes, fault: str) -> None:
    with pytest.raises(MessageError) as raised:
        _ = Message.parse(raw).content
    assert raised.value.fault == fault


def test_trailers_extensions_and_interim_responses_are_passed_over() -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\n" + response(
        chunked(BODY, 100, b"0\r\nX-Trailer: 1\r\nY: 2\r\n\r\n"), "transfer-ENCODING: chunked"
    )
    message = Message.parse(raw)
    assert (message.status, message.content) == (200, BODY)


@pytest.mark.parametrize(
    "raw", [b"", b"SSH-2.0-x\r\n", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 abc x\r\n\r\n"]
)
def test_what_is_not_http_is_malformed(raw: bytes) -> None:
    with pytest.raises(MessageError) as raised:
        Message.parse(raw)
    assert raised.value.fault == "malformed"


@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer_or_a_message_error(raw: bytes) -> None:
    for data in (raw, b"HTTP/1.1 200 OK\r\n" + raw, response(raw, "Transfer-Encoding: chunked")):
        try:
            _ = Message.parse(data).content
        except MessageError as error:
            assert error.fault in ("malformed", "cut", "too_large")


@given(st.binary(max_size=2000), st.integers(1, 500))
def test_chunking_is_undone(body: bytes, size: int) -> None:
    raw = response(chunked(body, size), "Transfer-Encoding: chunked")
    assert Message.parse(raw).entity == body


def test_a_head_is_taken_apart_once_however_often_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []
    parsed = lru_cache(lambda head: asked.append(head) or http._parsed(head))
    monkeypatch.setattr(http, "_parsed_once", parsed)
    head = b"HTTP/1.1 200 OK\r\nX: y\r\n"
    for body in (b"one", b"another", b""):
        assert Message.parse(head + b"\r\n" + body).body == body
        for lenient in (False, True):
            again = Message.head(head + b"\r\n" + body, lenient=lenient)
            assert again.headers == (("X", "y"),)
    assert len(asked) == 1
    long = head + b"Y: " + b"z" * 10_000 + b"\r\n\r\n"
    assert Message.parse(long).header("y") == "z" * 10_000
    assert len(asked) == 1


def test_what_was_read_leniently_is_no_answer_where_it_must_be_strict() -> None:
    other = b"h2 200\r\n\r\n"
    assert Message.parse(other, lenient=True).status == 200
    with pytest.raises(MessageError, match="does not begin"):
        Message.parse(other)


@pytest.mark.parametrize("raw", [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK\r", b"hello", b""])
def test_a_status_line_without_an_end_is_no_answer(raw: bytes) -> None:
    for read in (Message.parse, Message.head):
        with pytest.raises(MessageError):
            read(raw)
    assert Message.parse(b"HTTP/1.1 200 OK\n").status == 200


def test_the_chunks_of_a_page_are_not_searched_for_another_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None would count, and it was most of what the line of an index cost."""
    raw = response(chunked(bytes(999)), "Transfer-Encoding: chunked")
    known = Message.parse(raw)
    monkeypatch.setattr(http, "_LAST_CHUNK", None)
    assert Message.parse(raw, lenient=True) == known
