"""What the Wayback Machine plays back, whole, spoilt, cut, or nothing of the kind."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.http import Exchange, Message, MessageError
from huffarchive.verify.index import Index
from huffarchive.verify.record import Entry, WarcFile
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture
from huffarchive.warc.playback import playback
from huffarchive.warc.record import Stored, sha1, sha256
from huffarchive.warc.writer import compose, compose_playback

ORIGINAL = "http://quebec.huffingtonpost.ca/2012/10/05/larme-syrienne-bombarde_n_1941787.html"
URL = f"https://web.archive.org/web/20150203040506id_/{ORIGINAL}"
MOMENT = "Memento-Datetime: Tue, 03 Feb 2015 04:05:06 GMT\r\n"
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
HTML = "<html><body>Déjà vu</body></html>".encode()


def answer(head: str, body: bytes = HTML, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_a_page_as_it_was_captured() -> None:
    head = (
        f"{MOMENT}Content-Type: text/html\r\nX-Archive-Src: x.warc.gz\r\n"
        "x-archive-orig-content-type: text/html; charset=utf-8\r\n"
        "x-archive-orig-server: Apache\r\nx-archive-orig-connection: close\r\n"
        f"x-archive-orig-content-length: {len(HTML)}\r\n"
    )
    played = playback(URL, answer(head))
    assert played.url == ORIGINAL
    assert played.captured_at == datetime(2015, 2, 3, 4, 5, 6, tzinfo=UTC)
    message = Message.parse(played.response)
    assert message.headers == (("content-type", "text/html; charset=utf-8"), ("server", "Apache"))
    assert message.content == played.payload == HTML
    assert not played.truncated


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip\r\n", gzip.compress(HTML, mtime=0)),
        ("x-archive-orig-content-encoding: gzip\r\n", gzip.compress(HTML, mtime=0)),
        ("x-archive-orig-content-encoding: gzip\r\n", HTML),
        ("Content-Encoding: gzip\r\n", HTML),
        ("Content-Encoding: br\r\n", gzip.compress(HTML, mtime=0)),
    ],
    ids=["right", "only-the-original-says-so", "unpacked", "wrong", "another"],
)
def test_a_spoilt_content_encoding(head: str, body: bytes) -> None:
    length = f"x-archive-orig-content-length: {len(gzip.compress(HTML, mtime=0))}\r\n"
    played = playback(URL, answer(MOMENT + head + length, body))
    assert played.payload == Message.parse(played.response).content == HTML
    assert not played.truncated


@pytest.mark.parametrize("source", ["live", "wayback"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_the_payload_is_the_entity_that_the_record_holds(
    packed: bool, chunked: bool, source: str
) -> None:
    """Written, read again and looked up by `verify`: transfer coding undone, content coding kept."""
    entity = gzip.compress(HTML, mtime=0) if packed else HTML
    head = f"{MOMENT}{'Content-Encoding: gzip' if packed else 'X: y'}\r\n"
    raw = answer(head, entity)
    if chunked:
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(entity), entity)
        raw = f"HTTP/1.1 200 OK\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode() + body
    note = Annotation(source=source)
    exchange = Exchange(URL, b"GET / HTTP/1.1\r\n\r\n", raw, WHEN)
    if source == "live":
        made = compose(exchange, "<urn:x>", note)
    else:
        made = compose_playback(exchange, "<urn:x>", note, playback(URL, raw))
    wanted = sha1(entity), sha256(entity)
    assert (made.payload_sha1, made.payload_sha256) == wanted
    assert Capture(Stored(made.main, "x", 0, 1), note).digests == wanted
    with Index(evidence=True) as index:
        for offset, record in enumerate((made.main, *made.others)):
            begin, _, _ = record.to_bytes().partition(b"\r\n\r\n")
            entry = Entry(WarcFile("x", "x", number=1), offset, begin + b"\r\n\r\n")
            entry.block = record.block
            index.add_entry(1, entry)
        index.finish()
        found = index.rows("SELECT sha1, sha256 FROM entry WHERE type = 'response'")
        assert list(found) == [wanted]


@pytest.mark.parametrize("packed", [False, True])
def test_a_capture_that_was_cut(packed: bool) -> None:
    whole = gzip.compress(HTML, mtime=0) if packed else HTML
    head = f"{MOMENT}x-archive-orig-content-length: {len(whole)}\r\n"
    if packed:
        with pytest.raises(MessageError):
            playback(URL, answer(f"{head}Content-Encoding: gzip\r\n", whole[:-9]))
    else:
        assert playback(URL, answer(head, whole[:-9])).truncated


def test_the_moment_of_the_address_where_no_header_says_it() -> None:
    assert playback(URL, answer("")).captured_at.year == 2015


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://web.archive.org/web/x", MOMENT),
        (URL, "Memento-Datetime: yesterday\r\n"),
        (URL.replace("20150203040506", "2015"), ""),
        (URL.replace("20150203040506", "20159903040506"), ""),
    ],
)
def test_what_is_no_playback(url: str, head: str) -> None:
    with pytest.raises(MessageError):
        playback(url, answer(head))


_LINES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Memento-Datetime",
                "Content-Encoding",
                "X-Archive-Orig-Content-Length",
                "X-Archive-Orig-Content-Encoding",
                "X-Archive-Orig-\r\nX",
                "Transfer-Encoding",
            ]
        ),
        st.sampled_from(["gzip", "chunked", "9", "-1", "١", "9" * 5000, MOMENT[18:-2], "\x00"])
        | st.text(max_size=9),
    ),
    max_size=6,
)


@given(_LINES, st.binary(max_size=60) | st.just(gzip.compress(HTML, mtime=0)), st.text(max_size=20))
def test_any_answer_is_a_playback_or_an_error(lines, body: bytes, end: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    raw = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode("utf-8", "surrogatepass") + body
    try:
        played = playback(f"https://web.archive.org/web/20150203040506id_/http://a/{end}", raw)
        Message.parse(played.response)
    except MessageError:
        return
    assert played.captured_at.tzinfo is not None
