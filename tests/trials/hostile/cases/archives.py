"""Answers of the Wayback Machine and of Common Crawl, and WARC members that they give."""

import gzip
import json
from collections.abc import Callable

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message, MessageError
from huffarchive.sources import SOURCES, of_query
from huffarchive.sources.commoncrawl import file_is_safe
from huffarchive.sources.source import IndexFormatError
from huffarchive.urls import PageKey
from huffarchive.warc.damage import WarcError
from huffarchive.warc.playback import playback
from huffarchive.warc.reader import member
from huffarchive.warc.record import Record
from tests.trials.hostile.case import Answer, Own
from tests.trials.hostile.say import PAGE, Group, bomb, made, ok, raw, to, whole

GROUP = Group("Wayback Machine and Common Crawl")
_add = GROUP.add
_ROW = [
    "20150102030405",
    "http://quebec.huffingtonpost.ca/2015/01/02/x_n_5.html",
    "text/html",
    "200",
    "A" * 32,
    "999",
]
_NAMES = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
_CC = {
    "timestamp": _ROW[0],
    "url": _ROW[1],
    "mime": "text/html",
    "status": "200",
    "digest": "A" * 32,
    "length": "999",
    "offset": "5",
    "filename": "crawl-data/CC-MAIN-2015-06/segments/1/warc/x.warc.gz",
}
_WAYBACK = "https://web.archive.org/cdx/search/cdx?url=quebec.huffingtonpost.ca/*"


def _read(kind: str, body: bytes, status: int = 200) -> Callable[[], str]:
    def run() -> str:
        message = Message("HTTP/1.1", status, "OK", (), body)
        key = PageKey("qc", f"{kind}-query", "0")
        try:
            source = SOURCES[of_query(key) or ""]
            found = source.read_index(message, key, _WAYBACK, HUFFPOST_QC)
        except (IndexFormatError, MessageError):
            return "no index"
        marked = sum(m.tried in ("malformed", "too_large") for _, m in found.mementos)
        captures, over = len(found.mementos) - marked, found.passed_over + marked + len(found.odd)
        return f"{captures} captures, {len(found.more)} more, {over} passed over"

    return run


def _cdx(name: str, does: str, rows: object, expect: str, *, quick: bool = False) -> None:
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    _add(f"cdx-{name}", does, expect, direct=_read("cdx", body), quick=quick)


def _cc(name: str, does: str, rows: object, expect: str, *, quick: bool = False) -> None:
    body = rows if isinstance(rows, bytes) else b"\n".join(json.dumps(row).encode() for row in rows)  # type: ignore[attr-defined]
    _add(f"cc-{name}", does, expect, direct=_read("ccindex", body), quick=quick)


def _one(**changed: object) -> list[object]:
    return [_CC, _CC | changed]


_cdx("good", "a row, to compare", [_NAMES, _ROW], "1 captures, 0 more, 0 passed over")
_cdx("empty", "nothing", b"", "no index")
_cdx("no-rows", "no captures", [], "0 captures, 0 more, 0 passed over")
_cdx("html", "an HTML page", b"<html>", "no index", quick=True)
_cdx("cut", "JSON that breaks off", json.dumps([_NAMES, _ROW]).encode()[:-4], "no index")
_cdx("deep", "JSON 100,000 deep", b"[" * 100_000, "no index", quick=True)
_cdx("object", "an object", {"a": 1}, "no index")
_cdx("numbers", "a list of numbers", [1, 2, 3], "no index")
_cdx(
    "short-rows",
    "rows without their ends",
    [_NAMES, _ROW[:2], []],
    "1 captures, 0 more, 1 passed over",
)
_cdx("no-names", "a row for the names", [_ROW, _ROW], "no index")
_cdx("error-rows", "an error as rows", [["error"], ["unavailable"]], "no index")
_cdx(
    "names-of-other-types",
    "lists and objects for names",
    [[["a"], {"b": 1}, None], _ROW],
    "no index",
)
_cdx(
    "values-of-other-types",
    "lists and objects for values",
    [_NAMES, [[], {}, None, 1.5, True, "x"]],
    "0 captures, 0 more, 1 passed over",
)
_cdx(
    "other-hosts",
    "captures of other hosts",
    [
        _NAMES,
        [_ROW[0], "http://evil.example/x_n_5.html", *_ROW[2:]],
        [_ROW[0], "file:///etc/x_n_5.html", *_ROW[2:]],
    ],
    "0 captures, 0 more, 2 passed over",
)
_cdx(
    "timestamps",
    "timestamps that are none",
    [
        _NAMES,
        ["2015", *_ROW[1:]],
        ["../../etc/pass", *_ROW[1:]],
        ["9" * 5000, *_ROW[1:]],
        ["٢٠١٥٠١٠٢٠٣٠٤٠٥", *_ROW[1:]],
    ],
    "0 captures, 0 more, 4 passed over",
)
_cdx(
    "big-numbers",
    "a length of 5,000 digits",
    [_NAMES, [*_ROW[:5], "9" * 5000]],
    "1 captures, 0 more, 0 passed over",
)
_cdx(
    "resume-key-elsewhere",
    "a resume key that is an address",
    [_NAMES, _ROW, [], ["http://evil.example/&url=x"]],
    "1 captures, 1 more, 0 passed over",
)
_cdx(
    "resume-key-of-other-type",
    "a resume key that is a list",
    [_NAMES, _ROW, [], [["a"]]],
    "1 captures, 0 more, 2 passed over",
)
_cdx(
    "surrogates",
    "half surrogate pairs in an address",
    [_NAMES, [_ROW[0], "http://quebec.huffingtonpost.ca/\ud800_n_5.html", *_ROW[2:]]],
    "0 captures, 0 more, 1 passed over",
)
_cdx("many", "100,000 rows", [_NAMES, *([_ROW] * 100_000)], "no index")
_cdx(
    "nan",
    "NaN and Infinity",
    b'[["timestamp", "original"],[NaN, 1],[Infinity, 2]]',
    "0 captures, 0 more, 2 passed over",
)
_cdx("big-integer", "an integer of 100,000 digits", b"[[" + b"9" * 100_000 + b"]]", "no index")

_cc("good", "a row, to compare", [_CC], "1 captures, 0 more, 0 passed over")
_cc("html", "an HTML page", b"<html>\n<body>", "no index")
_cc(
    "half-bad",
    "a good row among broken ones",
    json.dumps(_CC).encode() + b'\n{\n[1]\n"x"\n' + b"[" * 100_000 + b"\n",
    "1 captures, 0 more, 4 passed over",
)
_cc(
    "file-elsewhere",
    "a file on another host",
    _one(filename="http://evil.example/x.warc.gz"),
    "1 captures, 0 more, 1 passed over",
    quick=True,
)
_cc(
    "file-up",
    "a file in a folder above",
    _one(filename="crawl-data/../../x.warc.gz"),
    "1 captures, 0 more, 1 passed over",
)
_cc(
    "file-absolute",
    "an absolute file",
    _one(filename="/etc/passwd.warc.gz"),
    "1 captures, 0 more, 1 passed over",
)
_cc(
    "file-of-other-type",
    "a list for a file",
    _one(filename=["x.warc.gz"]),
    "1 captures, 0 more, 1 passed over",
)
_cc(
    "file-no-warc",
    "a file that is no WARC",
    _one(filename="crawl-data/x.txt"),
    "1 captures, 0 more, 1 passed over",
)
_cc("offset-negative", "a negative offset", _one(offset="-5"), "1 captures, 0 more, 1 passed over")
_cc(
    "offset-huge",
    "an offset of 10^30",
    _one(offset="1" + "0" * 30),
    "1 captures, 0 more, 1 passed over",
)
_cc("offset-float", "an offset of 1.5", _one(offset=1.5), "1 captures, 0 more, 1 passed over")
_cc(
    "offset-missing",
    "no offset",
    [_CC, {k: v for k, v in _CC.items() if k != "offset"}],
    "1 captures, 0 more, 1 passed over",
)
_cc(
    "length-huge", "a member of 1 TB", _one(length=str(10**12)), "1 captures, 0 more, 1 passed over"
)
_cc("length-zero", "a member of no length", _one(length="0"), "1 captures, 0 more, 1 passed over")
_cc(
    "other-host",
    "a capture of another host",
    _one(url="http://evil.example/x_n_5.html"),
    "1 captures, 0 more, 1 passed over",
)
_cc(
    "controls",
    "control characters in a file name",
    _one(filename="a\r\nX-Evil: 1\r\n.warc.gz"),
    "1 captures, 0 more, 1 passed over",
)
_add(
    "cc-collections-elsewhere",
    "crawls named like addresses",
    "0 captures, 4 more, 0 passed over",
    direct=_read(
        "collinfo",
        json.dumps(
            [
                {"id": "CC-MAIN-2015-06"},
                {"id": "../../evil"},
                {"id": "http://evil.example/"},
                {"id": 5},
                "x",
                None,
            ]
        ).encode(),
    ),
)
for _file in (
    "a/../b.warc.gz",
    "a\x00b.warc.gz",
    "//evil.example/x.warc.gz",
    "a?b#c.warc.gz\n",
    "é.warc.gz",
    "a" * 600 + ".warc.gz",
):
    _add(
        f"cc-file {_file[:24]!r}",
        "a file name, at the function that judges it",
        "refused",
        direct=lambda name=_file: "asked for" if file_is_safe(name) else "refused",
    )


def _warc() -> bytes:
    fields = (
        ("WARC-Record-ID", "<urn:uuid:0>"),
        ("WARC-Date", "2015-01-02T03:04:05Z"),
        ("WARC-Target-URI", _ROW[1]),
        ("Content-Type", "application/http; msgtype=response"),
    )
    return Record("response", fields, whole(PAGE)).to_member()


def _member(data: Callable[[], bytes]) -> Callable[[], str]:
    def run() -> str:
        try:
            found = member(data(), "x.warc.gz")
        except WarcError:
            return "damaged"
        return f"a {found.record.type} record"

    return run


for _name, _does, _data, _expect in (
    ("good", "a member, to compare", _warc, "a response record"),
    ("cut", "half a member", lambda: _warc()[:200], "damaged"),
    ("cut-by-one", "a member without its last byte", lambda: _warc()[:-1], "damaged"),
    (
        "bad-crc",
        "a member with a wrong CRC",
        lambda: _warc()[:-8] + bytes(4) + _warc()[-4:],
        "damaged",
    ),
    ("two", "two members", lambda: _warc() * 2, "damaged"),
    ("html", "an HTML page", lambda: PAGE, "damaged"),
    ("gzip-of-html", "an HTML page in gzip", lambda: gzip.compress(PAGE), "damaged"),
    ("nothing", "nothing", lambda: b"", "damaged"),
    ("noise", "noise", lambda: bytes(range(256)) * 100, "damaged"),
    ("bomb", "a bomb of 2 GiB", lambda: bomb(31), "damaged"),
    (
        "bomb-in-a-record",
        "a record whose block is 1 GiB of zeros, said to be as long",
        lambda: gzip.compress(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 1073741824\r\n\r\n"
        )[:-8],
        "damaged",
    ),
    (
        "length-lies",
        "a Content-Length of 10^18",
        lambda: gzip.compress(
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1"
            + b"0" * 18
            + b"\r\n\r\nneige\r\n\r\n"
        ),
        "damaged",
    ),
    (
        "length-negative",
        "a Content-Length of -5",
        lambda: gzip.compress(
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\nneige\r\n\r\n"
        ),
        "damaged",
    ),
    (
        "length-none",
        "a Content-Length that is no number",
        lambda: gzip.compress(
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: neige\r\n\r\nneige\r\n\r\n"
        ),
        "damaged",
    ),
    (
        "headers-endless",
        "a record of 5 MB of fields",
        lambda: gzip.compress(b"WARC/1.0\r\n" + b"X-A: neige\r\n" * 400_000),
        "damaged",
    ),
):
    _add(f"member-{_name}", f"Common Crawl gives {_does}", _expect, direct=_member(_data))


def _played(url: str, response: bytes) -> Callable[[], str]:
    def run() -> str:
        try:
            found = playback(url, response)
        except MessageError as error:
            return str(error.fault)
        return f"{found.captured_at:%Y-%m-%d} {found.url}"[:80]

    return run


_AT = "https://web.archive.org/web/20150102030405id_/http://quebec.huffingtonpost.ca/x_n_5.html"
_THERE = "http://quebec.huffingtonpost.ca/x_n_5.html"
for _name, _url, _response, _expect in (
    (
        "good",
        _AT,
        whole(PAGE, b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT"),
        f"2015-01-02 {_THERE}",
    ),
    (
        "date-absurd",
        _AT,
        whole(PAGE, b"Memento-Datetime: Fri, 99 Foo 99999 99:99:99 GMT"),
        "malformed",
    ),
    (
        "date-year-0",
        _AT,
        whole(PAGE, b"Memento-Datetime: Sat, 01 Jan 0000 00:00:00 GMT"),
        "malformed",
    ),
    (
        "date-overflow",
        _AT,
        whole(PAGE, b"Memento-Datetime: Fri, 31 Dec 9999 23:59:59 -2359"),
        "malformed",
    ),
    (
        "date-zone-absurd",
        _AT,
        whole(PAGE, b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 +9999999999"),
        "malformed",
    ),
    ("date-of-60-kb", _AT, whole(PAGE, b"Memento-Datetime: " + b"1 " * 30_000), "malformed"),
    ("timestamp-absurd", _AT.replace("20150102030405", "20159902030405"), whole(PAGE), "malformed"),
    ("timestamp-arabic", _AT.replace("20150102030405", "٢٠١٥٠١٠٢٠٣٠٤٠٥"), whole(PAGE), "malformed"),
    (
        "bomb",
        _AT,
        whole(bomb(31, 2**26), b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT"),
        "too_large",
    ),
    ("no-http", _AT, b"SSH-2.0", "malformed"),
    (
        "head-injection",
        _AT,
        whole(
            PAGE,
            b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT",
            b"X-Archive-Orig-A: b\rX-Evil: 1",
        ),
        f"2015-01-02 {_THERE}",
    ),
):
    _add(
        f"playback-{_name}",
        "what the Wayback Machine plays back",
        _expect,
        direct=_played(_url, _response),
    )

_SERVICE = ("-a", "source=wayback", "-s", "HUFFARCHIVE_WAYBACK_URL={site}")
_INDEX = json.dumps(
    [_NAMES, ["20150102030405", "http://quebec.huffingtonpost.ca/entry/x_n_1000000", *_ROW[2:]]]
).encode()
_MEMENTO = b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT"


def _crawled(
    name: str, does: str, expect: str, index: Answer, page: Answer, *, quick: bool = False
) -> None:
    # What is no index is asked for again, and stays what it is.
    indexes = (index,) if name == "index-html" else (index, ok(b"[]"))
    paths = {"/cdx/search/cdx": indexes, "/web/*": (page,)}
    _add(
        f"wayback-{name}",
        does,
        expect,
        own=Own(paths, arguments=_SERVICE, key="n:1000000"),
        seconds=30.0,
        quick=quick,
    )


_crawled("good", "a capture, to compare", "captured/article", ok(_INDEX), ok(PAGE, _MEMENTO))
_crawled("index-html", "an index in HTML", "failed/malformed", ok(b"<html>"), ok(PAGE, _MEMENTO))
_crawled(
    "index-bomb",
    "an index that is a bomb",
    "failed/too_large",
    ok(lambda: bomb(31), b"Content-Encoding: gzip"),
    ok(PAGE),
)
_crawled(
    "index-endless",
    "an index without end",
    "failed/too_large",
    made(
        lambda: (b"HTTP/1.1 200 OK\r\n\r\n", *(b'[["a"],' * 9000 for _ in range(400))), end="hang"
    ),
    ok(PAGE),
)
_crawled(
    "page-redirects",
    "a capture that redirects to the canary",
    "failed/unexpected_status",
    ok(_INDEX),
    to("http://{canary}/web/20150102030405id_/x_n_5"),
)
_crawled(
    "page-bomb",
    "a capture that is a bomb",
    "failed/too_large",
    ok(_INDEX),
    ok(lambda: bomb(31), _MEMENTO, b"Content-Encoding: gzip"),
)
_crawled(
    "page-noise",
    "a capture that is no HTTP",
    "failed/malformed",
    ok(_INDEX),
    raw(bytes(range(256)) + b"\n\n", end="hang"),
)
_crawled(
    "page-without-mark",
    "an answer without a mark of the archive",
    "failed/server_error",
    ok(_INDEX),
    ok(PAGE),
)
