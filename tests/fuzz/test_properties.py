"""What holds for any bytes, any text, any number: promises, not examples.

`python -m tests.fuzz properties` runs each with 10,000 examples.
"""

import gzip
import io
import ipaddress
import json
import zlib
from datetime import UTC, datetime

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from huffarchive.download.endpoint import is_public
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract import extract as records_of
from huffarchive.http import MAX_CONTENT, Exchange, Message, MessageError
from huffarchive.page import Page, decode
from huffarchive.politeness.limits import DAY, retry_after
from huffarchive.politeness.robots import RobotsRules
from huffarchive.reader import read
from huffarchive.reader.links import read_xml
from huffarchive.reader.text import NotTextError, TooMuchTextError
from huffarchive.sources import SOURCES, of_query
from huffarchive.sources.commoncrawl import file_is_safe
from huffarchive.sources.source import IndexFormatError
from huffarchive.urls import Address, OutOfScope, PageKey, identify
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import Capture
from huffarchive.warc.damage import WarcError
from huffarchive.warc.playback import playback
from huffarchive.warc.reader import member
from huffarchive.warc.record import Record, Stored, new_id
from huffarchive.warc.writer import compose

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "https://quebec.huffingtonpost.ca/2015/01/02/x_n_5.html"
CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=3),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
anything = st.text(st.characters())  # half surrogate pairs among them
sayable = st.text(st.characters(exclude_categories=["Cs"]))
asked = st.from_regex(r"https://[a-z.]{1,12}/[!-~]{0,30}", fullmatch=True)
bodies = st.binary(max_size=3000) | st.text(max_size=900).map(str.encode)
url_parts = st.sampled_from(
    [
        "https://",
        "http://",
        "//",
        "/",
        "\\",
        ":",
        "@",
        "#",
        "?",
        "&",
        "%",
        "%2f",
        "%2F",
        "%25",
        "%00",
        "..",
        ".",
        "quebec.huffingtonpost.ca",
        "m.huffpost.com/qc",
        "www.huffpost.com/archive/qc",
        "127.0.0.1",
        "[::1]",
        "_n_",
        "_b_",
        "_qc_",
        "1941787",
        "54f8a1b2c3d4e5f60718293a",
        ".html",
        "/amp",
        "/entry/",
        "/2015/01/02/",
        "sitemap.xml",
        "page=3",
        "err_code=404",
        "é",
        "☃",
        "\t",
        "\n",
        "\x00",
        ":443",
        ":80",
        "user",
    ]
)
urls = st.lists(url_parts | st.text(max_size=5), max_size=14).map("".join) | anything
html_parts = st.sampled_from(
    [
        "<p>", "</p>", "<div>", "</div>", "<article>", "<h1>", "<a href='/x_n_5.html'>", "</a>", "<br>", "<table><tr><td>",
        "<li>", "<blockquote>", "<!--", "-->", "<script>", "</script>", '<script type="application/ld+json">',
        '{"@type":"NewsArticle","headline":"x","datePublished":"2015-02-30"}', "<title>", "</title>", "<meta charset=utf-8>",
        '<meta property="og:type" content="article">', "<time datetime='99999-01-01'>", "<figure><figcaption>", "&eacute;", "&#xD800;",
        "MONTRÉAL (AFP) - ", "Par Neige", "le 31 février 2015 à 25h61", "\u202e", "\x00", "\ud800", "\u0301", "Advertisement", "<svg>", "]]>",
    ]
)  # fmt: skip
markup = st.lists(html_parts | st.text(max_size=30), max_size=40).map("".join)

fuzzed = settings(settings.get_profile("huffarchive-fuzz"))


def chunked(body: bytes, sizes: list[int]) -> bytes:
    out, at = b"", 0
    for size in sizes:
        part = body[at : at + size]
        if part:
            out += b"%x;x=1\r\n%b\r\n" % (len(part), part)
        at += size
    if rest := body[at:]:
        out += b"%X\r\n%b\r\n" % (len(rest), rest)
    return out + b"0\r\nX: y\r\n\r\n"


@fuzzed
@given(urls)
def test_identity_answers_every_text_and_names_itself(url):
    found = identify(url, HUFFPOST_QC)
    if isinstance(found, OutOfScope):
        return
    assert isinstance(found, Address)
    assert len(found.url) <= 2048
    assert found.url.isascii()
    assert found.url.isprintable()
    assert identify(found.url, HUFFPOST_QC) == found
    assert PageKey.parse(str(found.key)) == found.key


@fuzzed
@given(st.binary(max_size=4000) | bodies.map(lambda b: b"HTTP/1.1 200 OK\r\n" + b))
def test_a_message_is_taken_apart_or_refused(data):
    try:
        message = Message.parse(data)
        assert 100 <= message.status <= 999
        assert len(message.content) <= MAX_CONTENT
    except MessageError as error:
        assert error.fault in ("malformed", "cut", "too_large")


@fuzzed
@given(
    bodies,
    st.lists(st.sampled_from(sorted(CODERS)), max_size=2),
    st.lists(st.integers(1, 500), max_size=8),
    st.booleans(),
)
def test_whatever_was_coded_is_decoded(body, codings, sizes, in_chunks):
    data = body
    for coding in codings:
        data = CODERS[coding](data)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + ", ".join(codings).encode() + b"\r\n"
    if in_chunks:
        raw = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(data, sizes)
    else:
        raw = head + b"Content-Length: %d\r\n\r\n" % len(data) + data
    message = Message.parse(raw)
    assert message.entity == data
    assert message.content == body


@fuzzed
@given(bodies, st.sampled_from(sorted(CODERS)), st.floats(0, 1, exclude_max=True))
def test_a_stream_without_its_end_gives_no_page(body, coding, share):
    data = CODERS[coding](body)
    data = data[: int(len(data) * share)]
    message = Message("HTTP/1.1", 200, "", (("Content-Encoding", coding),), data)
    if not data:
        return  # an empty body has no coding to undo
    with pytest.raises(MessageError):
        _ = message.content


@fuzzed
@given(bodies, st.sampled_from(["gzip", "zstd"]), st.data())
def test_a_changed_byte_is_noticed(body, coding, data):
    packed = bytearray(CODERS[coding](body))
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    message = Message("HTTP/1.1", 200, "", (("Content-Encoding", coding),), bytes(packed))
    try:
        assert message.content == body
    except MessageError:
        return


@fuzzed
@given(bodies, st.lists(st.integers(1, 300), max_size=6), st.floats(0, 1, exclude_max=True))
def test_chunks_without_their_end_give_no_body(body, sizes, share):
    whole = chunked(body, sizes)
    last = whole.rindex(b"0\r\nX: y")
    cut = whole[: int(last * share)]
    message = Message("HTTP/1.1", 200, "", (("Transfer-Encoding", "chunked"),), cut)
    with pytest.raises(MessageError):
        _ = message.entity


@fuzzed
@given(
    st.binary(max_size=2000),
    st.text(max_size=30)
    | st.sampled_from(["punycode", "utf-16", "shift_jis", "latin-1", "utf_7", "zlib"]),
)
def test_any_bytes_under_any_charset_are_text(data, charset):
    message = Message(
        "HTTP/1.1", 200, "", (("Content-Type", f"text/html; charset={charset}"),), data
    )
    decode(message).encode("utf-8")
    text = Page(URL, NOW, message).markup
    text.encode("utf-8")
    assert not set(text) & set(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))


fields = st.lists(
    st.tuples(st.from_regex(r"X-[A-Za-z]{1,8}", fullmatch=True), anything.map(str.strip)),
    max_size=5,
)


@fuzzed
@given(fields, bodies, st.booleans())
def test_a_record_is_read_as_it_was_written(fields, block, stored):
    made = Record(
        "metadata",
        (("WARC-Record-ID", new_id()), ("WARC-Date", "2026-01-02T03:04:05Z"), *fields),
        block,
    )
    data = made.to_member(stored=stored)
    assert gzip.decompress(data) == made.to_bytes()
    read_back = member(data, "x.warc.gz").record
    assert (read_back.type, read_back.id, read_back.block) == (made.type, made.id, block)
    names = [name for name, _ in read_back.fields]
    assert names == [*(n for n, _ in made.fields), "WARC-Block-Digest", "Content-Length"]
    for name, value in read_back.fields:
        assert value.isascii()
        assert value.isprintable(), name
    checked = list(ArchiveIterator(io.BytesIO(data), check_digests="raise"))
    assert len(checked) == 1


@fuzzed
@given(
    st.binary(min_size=1, max_size=300),
    bodies | bodies.map(lambda b: b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n" + b),
    anything,
)
def test_an_exchange_is_kept_byte_for_byte(request, response, cipher):
    exchange = Exchange(URL, request, response, NOW, "192.0.2.1", cipher=cipher)
    made = compose(exchange, "<urn:uuid:0>", Annotation(page="qc:n:5", detail=cipher))
    blocks = []
    for each in (made.main, *made.others):
        blocks.append(member(each.to_member(), "x").record.block)
    assert request in blocks
    assert not response or response in blocks


@fuzzed
@given(
    st.builds(
        Annotation,
        page=st.none() | sayable.map(lambda t: f"qc:n:{t}"),
        detail=st.none() | sayable,
        aliases=st.lists(asked).map(tuple),
        unread=st.none() | sayable,
    )
)
def test_a_note_is_read_as_it_was_written(note):
    block = note.to_block()
    assert block.isascii()
    found = Annotation.from_block(block)
    assert found is not None
    assert found.aliases == note.aliases
    assert (found.page or None) == (note.page or None)
    assert (found.detail or None) == (note.detail or None)


@fuzzed
@given(
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | anything,
        lambda x: st.lists(x) | st.dictionaries(anything, x),
    ).map(
        lambda value: json.dumps(
            {"huffarchive": 1, "aliases": value, "page": value, "named_by": value}
        ).encode()
    )
)
def test_any_bytes_are_a_note_or_none(block):
    found = Annotation.from_block(block)
    assert found is None or isinstance(found, Annotation)


@fuzzed
@given(markup)
def test_a_page_gives_one_line_of_json(text):
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + text.encode(
        "utf-8", "surrogatepass"
    )
    try:
        reading = read(Page(URL, NOW, Message.parse(response)), HUFFPOST_QC)
    except (TooMuchTextError, NotTextError):
        return
    again = read(Page(URL, NOW, Message.parse(response)), HUFFPOST_QC)
    assert again == reading
    if reading.text is None:
        return
    main = compose(Exchange(URL, b"GET / HTTP/1.1\r\n\r\n", response, NOW), "<urn:uuid:0>").main
    capture = Capture(Stored(main, "x.warc.gz", 0, 1), None)
    line = records_of.article(capture, PageKey("qc", "n", "5"), reading.text, HUFFPOST_QC).to_json()
    assert line.count(b"\n") == 1
    assert line.endswith(b"}\n")
    row = json.loads(line.decode("utf-8"), parse_constant=lambda name: pytest.fail(name))
    assert row["text"] == "\n\n".join(row["paragraphs"])
    assert not set(line.decode()) & set("\ud800\x00\x1b")


@fuzzed
@given(
    st.binary(max_size=3000)
    | st.lists(
        st.sampled_from(
            [
                "User-agent: *",
                "User-agent: huffarchive/2",
                "Disallow: /",
                "Disallow: /*a$",
                "Allow: /x",
                "Crawl-delay: ",
                "Sitemap: ",
                "# x",
                "\ufeff",
                "\0",
                "*" * 60,
            ]
        )
        | st.text(max_size=20),
        max_size=30,
    ).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")),
    urls,
)
def test_any_robots_file_gives_rules(body, url):
    rules = RobotsRules.parse(body)
    found = identify(url, HUFFPOST_QC)  # the gate before it
    assert isinstance(found, OutOfScope) or rules.allowed(found.url) in (True, False)
    closed = RobotsRules.parse(b"User-agent: huffarchive\nDisallow: /\n\n" + body)
    assert (
        not closed.allowed("https://quebec.huffingtonpost.ca/x")
        or b"llow" in body.lower()
        or b"\0" in body
    )


@fuzzed
@given(
    anything
    | st.binary(max_size=60)
    | st.integers().map(str)
    | st.datetimes().map(lambda d: d.strftime("%a, %d %b %Y %H:%M:%S GMT"))
)
def test_retry_after_is_between_nothing_and_a_day(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= DAY


@fuzzed
@given(
    st.binary(max_size=400)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | anything,
        lambda x: (
            st.lists(x, max_size=5)
            | st.dictionaries(
                anything
                | st.sampled_from(["timestamp", "url", "filename", "offset", "length", "id"]),
                x,
                max_size=6,
            )
        ),
        max_leaves=20,
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["cdx", "ccindex", "collinfo"]),
)
def test_any_answer_of_an_index_names_pages_of_ours_or_nothing(body, kind):
    message = Message("HTTP/1.1", 200, "OK", (), body)
    key = PageKey("qc", f"{kind}-query", "0")
    source = SOURCES[of_query(key) or ""]
    try:
        found = source.read_index(message, key, "https://web.archive.org/cdx?url=x", HUFFPOST_QC)
    except IndexFormatError:
        return
    for address, memento in found.mementos:
        assert isinstance(identify(memento.url, HUFFPOST_QC), Address)
        assert address.key.edition == "qc"
        assert memento.file is None or kind == "cdx" or file_is_safe(memento.file)


@fuzzed
@given(
    st.lists(
        st.sampled_from(
            [
                "<urlset>",
                "<url>",
                "<loc>",
                "</loc>",
                "</url>",
                "</urlset>",
                "<?xml version='1.0'?>",
                "<!DOCTYPE x [<!ENTITY a 'b'>]>",
                "&a;",
                "&amp;",
                "http://a.example/",
                "file:///etc/passwd",
                "<sitemapindex>",
                "<![CDATA[",
                "]]>",
                "<rss>",
                "<link href='//x'/>",
            ]
        )
        | st.text(max_size=9),
        max_size=25,
    ).map("".join)
)
def test_any_sitemap_names_addresses_of_the_web(text):
    data = b"<?xml version='1.0'?><urlset>" + text.encode("utf-8", "replace")
    for body in (data, text.encode("utf-8", "replace"), gzip.compress(data, mtime=0)):
        found = read_xml(Page(URL, NOW, Message("HTTP/1.1", 200, "OK", (), body)))
        for link in found.links if found else ():
            assert link.startswith(("http://", "https://"))
            assert len(link) <= 2048


@fuzzed
@given(bodies, anything, st.text(st.sampled_from("0123456789/:.idhtps_"), max_size=60))
def test_a_playback_is_a_page_or_malformed(body, date, where):
    response = (
        b"HTTP/1.1 200 OK\r\nMemento-Datetime: "
        + date.encode("utf-8", "replace").replace(b"\n", b"")
        + b"\r\n\r\n"
        + body
    )
    try:
        found = playback(f"https://web.archive.org/web/{where}", response)
    except MessageError:
        return
    assert found.captured_at.tzinfo is not None
    assert Message.parse(found.response).status == 200


@fuzzed
@given(st.ip_addresses())
def test_no_address_of_a_private_network_is_public(address):
    if is_public(str(address)):
        assert address.is_global
        assert not (
            address.is_private
            or address.is_loopback
            or address.is_link_local
            or address.is_multicast
        )
    mapped = getattr(address, "ipv4_mapped", None)
    assert mapped is None or not is_public(str(address))
    if isinstance(address, ipaddress.IPv4Address):
        assert not is_public(f"::ffff:{address}")


@fuzzed
@given(st.binary(max_size=600), st.integers(0, 400))
def test_any_member_is_a_record_or_damaged(data, cut):
    good = Record(
        "response", (("WARC-Record-ID", new_id()), ("WARC-Date", "2026-01-02T03:04:05Z")), data
    ).to_member()
    for each in (data, good[:cut] + data, gzip.compress(data, mtime=0)):
        try:
            member(each, "x.warc.gz")
        except WarcError:
            continue
