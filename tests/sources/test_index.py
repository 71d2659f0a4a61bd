"""Indexes of other archives: what they say, and what anything else does."""

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message, MessageError
from huffarchive.ledger.ledger import Ledger
from huffarchive.ledger.schema import prepare
from huffarchive.sources import SOURCES, of_query
from huffarchive.sources.commoncrawl import CommonCrawl
from huffarchive.sources.index_files import named_pages
from huffarchive.sources.source import Found, IndexFormatError
from huffarchive.sources.wayback import Wayback
from huffarchive.urls import PageKey
from huffarchive.warc.damage import WarcError

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"
KINDS = ("collinfo-query", "cdx-query", "ccpages-query", "ccindex-query")
INDEX = "https://index.commoncrawl.org/CC-MAIN-2022-05-index?url=a.example/*&output=json"
FILE = "crawl-data/CC-MAIN-2022-05/segments/1/warc/x.warc.gz"


def read(
    kind: str, body: bytes, status: int = 200, url: str = INDEX, crawls: tuple[str, ...] = ()
) -> Found:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    key = PageKey("qc", kind, "0")
    sources = SOURCES | {"commoncrawl": CommonCrawl(crawls)}
    source = sources[of_query(key) or ""]
    return source.read_index(Message.parse(head + body), key, url, HUFFPOST_QC)


def cdx(*rows: list[object], fields: str = "timestamp,original,mimetype,statuscode,digest,length"):
    return json.dumps([fields.split(","), *rows]).encode()


def test_rows_of_the_wayback_machine() -> None:
    found = read(
        "cdx-query",
        cdx(
            ["20150203040506", URL.format(1), "text/html", "200", "ABC", "1234"],
            ["20160203040506", URL.format(1), "warc/revisit", "-", "ABC", "300"],
            ["2016", URL.format(2), "text/html", "200", "ABC", "1"],
            ["20160203040506", "https://elsewhere.example/x_n_3", "text/html", "200", "A", "1"],
        ),
    )
    assert [(str(a.key), m.status, m.length) for a, m in found.mementos] == [
        ("qc:n:1", 200, 1234),
        ("qc:n:1", None, 300),
        ("qc:n:2", 200, 1),
    ]
    assert [m.tried for _, m in found.mementos] == ["", "", "malformed"]  # of no moment
    assert (found.passed_over, found.source, found.more, found.odd) == (1, "wayback", (), ())


def test_a_resume_key_leads_to_the_next_page() -> None:
    first = Wayback().cdx(HUFFPOST_QC, "quebec.huffingtonpost.ca/*")
    body = cdx(
        ["20150203040506", URL.format(1), "text/html", "200", "", "9"], [], ["ca,x)/ 2015+1"]
    )
    (after,) = read("cdx-query", body, url=first.url).more
    assert "resumeKey=ca,x%29/+2015%2B1" in after.url
    assert after.key.kind == "cdx-query"
    assert after.key != first.key
    with pytest.raises(IndexFormatError, match="circle"):
        read("cdx-query", body, url=after.url)


def test_no_rows() -> None:
    assert read("cdx-query", b"[]\n") == Found()


NONE = (
    b"", b" \n", b"<html>Not now</html>", b"java.io.IOException: timed out", b'{"error": "later"}',
    b"null", b"true", b"0", b'"[]"', b'[["error"], ["unavailable"]]', b"[[]]", b'[["a", "b"]]',
    b"[[], []]", b'[{"message": "later"}]', b'["timestamp", "original"]', b"[[null]]",
    b'[["timestamp", "orig', b"\xff\xfe", b"<?xml version='1.0'?><Error/>", b"[]]", b"[] []",
)  # fmt: skip
"""What no archive's index says, and none of its servers says of an archive without captures."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_index_says_nothing_of_any_page(kind: str) -> None:
    """Each answer with status 200 is a fault: pages of an index without rows would be gone."""
    tried = [*NONE, *([b"[]"] if kind != "cdx-query" else [])]
    taken = []
    for body in tried:
        try:
            taken.append((body, read(kind, body)))
        except (IndexFormatError, MessageError):
            continue
    assert taken == []


ROW = ["20150203040506", URL.format(1), "text/html", "200", "A", "9"]
LINE = json.dumps(
    {"timestamp": "20220101000000", "url": URL.format(1), "status": "200", "mime": "text/html",
     "digest": "A", "length": "99", "offset": "7", "filename": FILE}
).encode() + b"\n"  # fmt: skip


NO_ROWS = (
    "text", "", "org.archive.util.io.RuntimeIOException: timed out", None, True, 0, 7.5, {}, [],
    {"message": "later"}, {"timestamp": "20150203040506"}, {"url": None}, {"url": 5, "original": []},
    ["org.archive.util.io.RuntimeIOException: timed out"], ROW[:1], [None] * 6, [ROW] * 2, "\ud800",
    ["20150203040506", None, "text/html", "200", "A", "9"], [[[[[[[[[[]]]]]]]]]],
)  # fmt: skip
"""What stands in a row's place and names no address."""
BROKEN_OFF = (b"<html>Not now</html>", b"java.io.IOException: timed out", LINE[:60], b"\xff\xfe")
"""Lines of Common Crawl that are no JSON."""


def bodies() -> list[tuple[str, bytes]]:
    """Answers with something odd before, between and behind two rows."""
    found = []
    other = LINE.replace(b"_n_1", b"_n_2")
    for place in range(3):
        for odd in NO_ROWS:
            rows = [ROW, [ROW[0], URL.format(2), *ROW[2:]]]
            found.append(("cdx-query", cdx(*rows[:place], odd, *rows[place:])))
        for text in (*(json.dumps(odd).encode() for odd in NO_ROWS), *BROKEN_OFF):
            lines = [LINE, other]
            lines.insert(place, text + b"\n" * (place < 2))
            found.append(("ccindex-query", b"".join(lines)))
    return found


def test_an_odd_row_costs_its_line() -> None:
    """The others stand, in each place; it is told, for nobody knows what it would have named."""
    wrong = []
    for kind, body in (tried := bodies()):
        found = read(kind, body)
        got = [(address.key.id, memento.usable) for address, memento in found.mementos]
        if (got, len(found.odd), found.passed_over) != ([("1", True), ("2", True)], 1, 0):
            wrong.append((kind, body, got, found.odd))
        assert all(len(odd) <= 80 and odd.isprintable() for odd in found.odd)
    assert (len(tried), wrong) == (132, [])


def test_a_row_with_too_few_or_many_cells_names_its_page_all_the_same() -> None:
    for row in (ROW[:2], ROW[:3], [*ROW, "x"], [int(ROW[0]), *ROW[1:]], [*ROW[:5], None]):
        ((address, memento),) = read("cdx-query", cdx(row)).mementos
        assert (address.key.id, memento.timestamp, memento.usable) == ("1", ROW[0], True)
    for moment in (None, "", "2015", [], "x" * 14):  # it cannot be asked for, and is not gone
        ((_, memento),) = read("cdx-query", cdx([moment, *ROW[1:]])).mementos
        assert (memento.timestamp, memento.tried, memento.usable) == ("0" * 14, "malformed", False)


def test_rows_that_go_on_from_a_key_that_is_none_stand() -> None:
    for key in (["\u20ac"], ["x" * 5000], [7], [], "x", None):
        found = read("cdx-query", cdx(ROW, [], key))
        assert (len(found.mementos), len(found.odd), found.more) == (1, 2, ())


def test_an_index_of_which_a_part_is_missing_is_none() -> None:
    """What it would have named is not gone: it is asked again."""
    with pytest.raises(IndexFormatError):
        read("cdx-query", cdx(ROW)[:-4])


def test_chosen_crawls_that_are_in_no_list_are_a_fault() -> None:
    with pytest.raises(IndexFormatError, match="asked for"):
        read("collinfo-query", b'[{"id": "CC-MAIN-2022-05"}]', crawls=("CC-MAIN-1999-01",))


def test_common_crawl_is_asked_how_many_pages_it_has() -> None:
    body = json.dumps([{"id": "CC-MAIN-2022-05"}, {"id": "CC-MAIN-2009-2010"}, {"id": "../x"}, 3])
    more = read("collinfo-query", body.encode()).more
    assert len(more) == len(HUFFPOST_QC.hosts)
    assert all("showNumPages=true" in a.url and "CC-MAIN-2022-05-index" in a.url for a in more)
    pages = read("ccpages-query", b'{"pages": 3, "pageSize": 5, "blocks": 12}', url=more[0].url)
    assert [a.url.rpartition("page=")[2] for a in pages.more] == ["0", "1", "2"]
    assert all(more[0].url.partition("&")[0] in a.url for a in pages.more)
    assert read("ccpages-query", b'{"pages": 0, "pageSize": 5, "blocks": 0}').more == ()


def test_chosen_crawls_only() -> None:
    body = json.dumps([{"id": "CC-MAIN-2022-05"}, {"id": "CC-MAIN-2021-31"}]).encode()
    more = read("collinfo-query", body, crawls=("CC-MAIN-2021-31",)).more
    assert {a.url.split("/")[3].split("?")[0] for a in more} == {"CC-MAIN-2021-31-index"}


def test_rows_of_common_crawl() -> None:
    row = {
        "timestamp": "20220101000000",
        "url": URL.format(1),
        "status": "200",
        "mime": "text/html",
    }
    row |= {"digest": "sha1:ABC", "length": "99", "offset": "7", "filename": FILE}
    rows = [
        row,
        row | {"url": URL.format(2), "truncated": "length"},
        row | {"url": URL.format(3), "filename": "../etc/passwd"},
        row | {"url": URL.format(4), "filename": "https://elsewhere.example/x.warc.gz"},
        row | {"url": URL.format(5), "length": str(2**40)},
        row | {"url": URL.format(6), "offset": "-1"},
    ]
    found = read("ccindex-query", "\n".join(map(json.dumps, rows)).encode() + b"\n{broken\n")
    assert [(a.key.id, m.offset, m.tried) for a, m in found.mementos] == [
        ("1", 7, ""),
        ("2", 7, "truncated"),
        *((page, None, "malformed") for page in "34"),
        ("5", None, "too_large"),
        ("6", None, "malformed"),
    ]
    assert found.mementos[0][1].digest == "ABC"
    assert (found.passed_over, len(found.odd)) == (0, 1)


@pytest.mark.parametrize("kind", ["ccpages-query", "ccindex-query"])
def test_a_404_is_no_captures_only_when_it_says_so(kind: str) -> None:
    said = b'{"message": "No Captures found for: quebec.huffingtonpost.ca/*"}'
    assert read(kind, said, 404) == Found()
    assert read(kind, said.replace(b"message", b"error"), 404) == Found()
    for body in (b"<html>Not Found</html>", b"{}", b'{"message": "No such crawl"}', b""):
        with pytest.raises(IndexFormatError):
            read(kind, body, 404)


def test_lines_of_a_cdxj_file(tmp_path: Path) -> None:
    line = b'ca,huffingtonpost,quebec)/x 20150101000000 {"url": "%s", "status": "%s"}\n'
    url = URL.format(12).encode()
    others = (line % (url, b"404"), line % (b"https://x.example/", b"200"), b"!meta {}\n", b"\n")
    (tmp_path / "x.cdxj").write_bytes(line % (url, b"200") + b"".join(others))
    named = [*named_pages(tmp_path / "x.cdxj", HUFFPOST_QC)]
    assert [found and found.key.id for found in named] == ["12", None, None]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["20150203040506", URL.format(1), FILE, "200", "-", "text/html", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(
            st.sampled_from(
                [
                    "url",
                    "original",
                    "timestamp",
                    "status",
                    "statuscode",
                    "mime",
                    "mimetype",
                    "digest",
                    "length",
                    "offset",
                    "filename",
                    "truncated",
                    "pages",
                    "id",
                    "message",
                    "error",
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=9,
        )
    ),
    max_leaves=30,
)
_ROW = st.fixed_dictionaries(
    {"timestamp": st.just("20150203040506"), "url": st.just(URL.format(1))},
    optional={
        name: st.text(max_size=8) | st.integers() | st.just("\udfff")
        for name in ("status", "mime", "digest", "length", "truncated")
    }
    | {"filename": st.text(max_size=9) | st.just(FILE), "offset": st.integers()},
)
_CDX = st.lists(_ROW, min_size=1, max_size=4).map(
    lambda rows: [list(rows[0]), *(list(row.values()) for row in rows)]
)


@given(
    kind=st.sampled_from(KINDS),
    body=st.one_of(
        _JSON.map(json.dumps),
        _CDX.map(json.dumps),
        st.lists(_ROW | _JSON, max_size=4).map(lambda rows: "\n".join(map(json.dumps, rows))),
        st.text(),
    ).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(),
    status=st.sampled_from([200, 404]),
)
def test_any_answer_is_an_index_or_an_error_and_can_be_stored(
    kind: str, body: bytes, status: int
) -> None:
    try:
        found = read(kind, body, status)
    except (IndexFormatError, MessageError):
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        prepare(connection)
        ledger = Ledger(connection, HUFFPOST_QC)
        pages = ledger.pages
        pages.add_captures(found.mementos, found.source)
        pages.want_queries(found.more, "wayback")
        for row in connection.execute("SELECT id FROM page WHERE rank = 1").fetchall():
            assert ledger.mementos.of(row[0], found.source)


@given(line=st.binary() | _JSON.map(lambda row: b"k 2015 " + json.dumps(row).encode()))
def test_any_line_is_a_page_or_none(line: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.cdxj"
    path.write_bytes(line)
    with suppress(WarcError):
        for found in named_pages(path, HUFFPOST_QC):
            assert found is None or found.key.edition == "qc"


@pytest.mark.parametrize(
    ("changed", "tried"),
    [
        ({"length": "-5"}, "malformed"),
        ({"length": None}, "malformed"),
        ({"offset": "x"}, "malformed"),
        ({"filename": "../../etc/passwd"}, "malformed"),
        ({"filename": None}, "malformed"),
        ({"length": str(1 << 30)}, "too_large"),
        ({}, ""),
    ],
)
def test_a_row_that_cannot_be_asked_for_is_a_capture_all_the_same(
    changed: dict[str, object], tried: str
) -> None:
    row = {
        "timestamp": "20220310120000", "url": URL.format(1), "status": "200", "mime": "text/html",
        "digest": "A", "length": "9", "offset": "7", "filename": FILE,
    }  # fmt: skip
    found = read("ccindex-query", json.dumps(row | changed).encode() + b"\n")
    ((address, memento),) = found.mementos
    assert (str(address.key), memento.tried, found.passed_over) == ("qc:n:1", tried, 0)
    assert memento.usable is not bool(tried)
