"""Files of others that are not what their names or lengths say: each gives what it holds, and
what is lost is counted and named.
"""

import gzip
import io
import json
import logging
import re
import warnings
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract.extract import articles
from huffarchive.http import Message
from huffarchive.sources.index_files import is_index
from huffarchive.sources.members import STATED_DIGEST
from huffarchive.sources.memento import ELSEWHERE
from huffarchive.sources.warc_files import find_captures, read_member
from huffarchive.warc.cdxj import index_line
from huffarchive.warc.damage import WarcError, readable
from huffarchive.warc.reader import records
from huffarchive.warc.record import sha1
from tests.cases.kit import ADDRESS, CODINGS, extracted, packed, page, run, warc
from tests.cases.kit import http as http_
from tests.cases.test_taken_in import NAMES, REPEATED, archive, take

IDS = ["qc:n:1", "qc:n:2", "qc:n:3"]


def made(*numbers: int) -> list[bytes]:
    return [warc(http_(page(n)), n) for n in numbers]


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two members of one name
        for name, data in members:
            package.writestr(name, data)
    return out.getvalue()


def read(path: Path) -> tuple[list[str], list[str]]:
    """The ids of the articles in a file, and what is said of it."""
    faults: list[WarcError | OSError] = []
    return [a.id for a in readable(articles(path, 0), faults)], [str(fault) for fault in faults]


# --- what a file is tells its content


PACKAGE = zipped(("archive/x.warc.gz", packed(*made(1, 2))), ("archive/y.warc", made(3)[0]))
TWINS = [("archive/x.warc.gz", packed(record)) for record in made(1, 2, 3)]
PACKAGES = {
    "x.wacz": PACKAGE,
    "x.warc.gz": PACKAGE,
    "x": PACKAGE,
    "before.wacz": b"#!/bin/sh\nexit\n" + PACKAGE,
    "a!b.warc": PACKAGE,
    "twins.wacz": zipped(*TWINS),
    "capitals.zip": zipped(*((f"ARCHIVE{n}/{n}.WARC.GZ", d) for n, (_, d) in enumerate(TWINS))),
    "root.zip": zipped(*((f"{n}/{n}.warc.gz", d) for n, (_, d) in enumerate(TWINS)), ("x", b"")),
    "folders.wacz": zipped(*((f"archive/{n}/x.warc.gz", d) for n, (_, d) in enumerate(TWINS))),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_is_one_whatever_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(PACKAGES[name])
    assert read(path) == (IDS, [])
    found = [*find_captures(path, HUFFPOST_QC)]
    for number, capture in enumerate(found, 1):
        assert capture is not None
        assert capture.memento is not None
        member = gzip.decompress(read_member(capture.memento))
        assert ADDRESS.format(number).encode() in member
        assert page(number) in member
    assert len(found) == 3
    checked = run("verify", str(path))
    assert (checked.code, "3 WARC records" in checked.err) == (0, True), checked.out + checked.err


@pytest.mark.slow
def test_a_package_under_another_name_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"0\n" + PACKAGE)
    done = take(tmp_path / "a", path)
    assert "3 articles captured" in done.out, done.out + done.err
    assert run("verify", *archive(tmp_path / "a")).code == 0


SHOWN = b"".join(made(1, 2, 3))
SHOWS = {
    "a page": b"<!DOCTYPE html><pre>\r\n" + SHOWN + b"</pre>",
    "a mail": b"Bonjour, voici le fichier :\r\n\r\n" + SHOWN + b"\r\n-- \r\nAnne\r\n",
    "JSON": json.dumps({"file": "x"}).encode() + b"\r\n" + SHOWN,
    "a packed page": gzip.compress(b"<html>\r\n" + SHOWN),
}


@pytest.mark.parametrize("form", SHOWS)
def test_text_that_shows_records_holds_none(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(SHOWS[form])
    ids, said = read(path)
    assert (ids, len(said)) == ([], 1)


def test_records_behind_something_else_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    for behind in (b"", b"\0" * 512):
        path.write_bytes(b"saved by a program\n" + SHOWN + behind)
        ids, said = read(path)
        assert (ids, len(said)) == (IDS, 1)


@pytest.mark.parametrize("ending", [".warc", ".warc.gz"])
def test_a_page_that_shows_records_is_one_page(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{ending}"
    body = page(1).replace(b"</section>", b"<pre>\r\n\r\n" + b"".join(made(7, 8)) + b"</pre>", 1)
    parts = [warc(http_(body), 1), *made(2, 3)]
    path.write_bytes(packed(*parts) if ending.endswith("gz") else b"".join(parts))
    assert read(path) == (IDS, [])


# --- several responses in one record


ASKED = {
    "a proxy": "HTTP/1.0 200 Connection established\r\n\r\n",
    "another protocol": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    "a log-in": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nabc",
    "a proxy's log-in": "HTTP/1.1 407 Proxy\r\nContent-Length: 0\r\n\r\n",
    "a redirect": "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    "chunks": "HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "three": "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 302 F\r\nContent-Length: 1\r\n\r\n.HTTP/1.1 103 E\r\n\r\n",
}


@pytest.mark.parametrize("form", ASKED)
def test_of_several_responses_the_last_counts(form: str) -> None:
    last = http_(CODINGS["gzip"](page(1)), "Content-Encoding: gzip")
    message = Message.parse(ASKED[form].encode() + last, lenient=True)
    assert (message.status, message.content) == (200, page(1))


def test_what_is_no_response_behind_another_stays_its_body() -> None:
    for first, body in (
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 30", b"HTTP/1.1 200 OK\r\n\r\n" + bytes(11)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2", b"abHTTP/1.1 200 OK\r\n\r\n"),
        ("HTTP/1.1 302 Found", b"see HTTP/1.1 200 OK\r\n\r\n"),
    ):
        message = Message.parse(first.encode() + b"\r\n\r\n" + body, lenient=True)
        assert message.body == body


# --- ARC, whose records have nothing but their lengths between them


def arc(number: int, off: int = 0, title: str = "la-neige", more: str = "") -> bytes:
    block = http_(page(number))
    url = ADDRESS.format(number).replace("la-neige", title)
    head = f"{url} 192.0.2.1 20150601120000 text/html{more} {len(block) + off}\n"
    return head.encode() + block + b"\n"


LENGTH = re.compile(rb" \d+\n")
ARCS: dict[str, Callable[[int], bytes]] = {
    "sound": arc,
    "a blank in the address": lambda n: arc(n, title="la neige ici"),
    "not in ASCII": lambda n: arc(n, title="l-été"),
    "a type with a charset": lambda n: arc(n, more="; charset=utf-8"),
    "the second version": lambda n: arc(n, more=" 200 - - 17 x.arc"),
    "a date of another form": lambda n: arc(n).replace(b"20150601120000", b"2015-06-01T12:00:00Z"),
    "no length": lambda n: LENGTH.sub(b"\n", arc(n), count=1),
    "a length that is no number": lambda n: LENGTH.sub(b" -1\n", arc(n), count=1),
    "too small": lambda n: arc(n, -500),
    "too large": lambda n: arc(n, 300 if n == 2 else 0),
    "nothing": lambda n: arc(n, -len(http_(page(n)))),
}


@pytest.mark.parametrize("ending", [".arc", ".arc.gz"])
@pytest.mark.parametrize("form", ARCS)
def test_an_arc_gives_each_of_its_pages_or_says_so(form: str, ending: str, tmp_path: Path) -> None:
    about = b"1 0 x\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://x.arc 0.0.0.0 20150601000000 text/plain %d\n%s\n" % (len(about), about)
    parts = [first, *map(ARCS[form], (1, 2, 3))]
    path = tmp_path / f"x{ending}"
    path.write_bytes(packed(*parts) if ending.endswith("gz") else b"".join(parts))
    found = [*readable(articles(path, 0), (faults := []))]
    told = ending.endswith("gz") and form == "too large"
    assert ([a.id for a in found], len(faults)) == (
        [i for n, i in enumerate(IDS) if not told or n != 1],
        told,
    )
    assert {a.captured_at for a in found} == {"2015-06-01T12:00:00+00:00"}
    assert all(a.url.isascii() and " " not in a.url for a in found)
    assert all(len(a.paragraphs) == 4 for a in found)
    named = [n for n in readable(find_captures(path, HUFFPOST_QC), []) if n is not None]
    assert [n.memento.url for n in named if n.memento] == [a.url for a in found]


# --- an article is HTML that says something


BODIES = {
    "JSON": b'{"a": 1}',
    "picture": b"\xff\xd8\xff\xe0JFIF" + bytes(range(256)) * 20,
    "PDF": b"%PDF-1.4\n" + bytes(range(256)) * 20,
    "empty body": b" \r\n",
    "feed": b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>t</title></channel></rss>',
    "no HTML": b"La neige est tomb\xc3\xa9e.",
    "page without words": b"<html><head></head><body><div></div></body></html>",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("stated", ["text/html", "application/octet-stream"])
def test_what_is_no_page_is_counted_by_kind(kind: str, stated: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    raw = warc(BODIES[kind], 3, type="resource", Content_Type=stated)
    path.write_bytes(packed(warc(http_(BODIES[kind], kind=stated), 1), raw, *made(2)))
    ids, said = read(path)
    assert ids == ["qc:n:2"]
    assert said == [f"{path}: 2 answers of article addresses could not be read: 2 {kind}"]


@pytest.mark.slow
def test_what_is_no_page_is_taken_in_as_none(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    parts = [warc(http_(body), n) for n, body in enumerate(BODIES.values(), 11)]
    path.write_bytes(packed(*parts, *made(1)))
    done = take(tmp_path / "a", path)
    assert (done.code, "1 article captured" in done.out) == (3, True), done.out
    assert f"{len(BODIES)} failed: malformed" in done.out
    assert run("verify", *archive(tmp_path / "a")).code == 0


def test_a_file_without_an_article_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    for url in ("http://elsewhere.example/x_n_1.html", "view-source:x", "urn:x"):
        path.write_bytes(packed(warc(http_(page(1)), 1, WARC_Target_URI=url)))
        done, rows = extracted(path)
        assert (done.code, rows) == (0, [])
        assert f"{path}: no article" in done.err


# --- what is named and not held


def revisit(number: int, *more: str) -> bytes:
    refers = f"WARC-Refers-To-Target-URI: {ADDRESS.format(number)}"
    date = "WARC-Refers-To-Date: 2022-03-10T12:00:00Z"
    return warc(http_(b""), number, REPEATED, refers, date, *more, type="revisit")


@pytest.mark.slow
def test_a_revisit_whose_capture_nobody_gave_is_named(tmp_path: Path) -> None:
    first, second = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    first.write_bytes(packed(revisit(1), revisit(2), *made(3), revisit(3)))
    second.write_bytes(packed(*made(1)))
    alone, rows = extracted(first)
    assert (alone.code, [row["id"] for row in rows]) == (3, ["qc:n:3"])
    assert "2 revisits of articles" in alone.err
    for where in ((), ("-o", str(tmp_path / "o.jsonl")), ("-o", f"{tmp_path}/o/")):
        both = run("extract", str(first), str(second), "--workers", "1", *where)
        assert (both.code, "1 revisit of an article" in both.err) == (3, True), both.err
        assert ADDRESS.format(2) in both.err
    again = run("extract", str(first), str(second), "--workers", "1", *where)
    assert (again.code, "1 revisit of an article" in again.err) == (3, True), again.err
    assert "1 of them complete before" in again.err
    for _ in range(2):
        distant = run("extract", f"file://{first}", "-o", f"{tmp_path}/d/")
        assert (distant.code, "2 revisits of articles" in distant.err) == (3, True), distant.err
    second.write_bytes(packed(warc(b"h2 x", 1), *made(1)))
    both = run("extract", str(first), str(second), "--workers", "1")
    assert (both.code, "1 revisit of an article" in both.err) == (3, True), both.err
    second.write_bytes(packed(*made(1, 2)))
    for before in (0, 2):
        both = run("extract", str(first), str(second), "--workers", "1", *where)
        assert (both.code, "revisit of" in both.err) == (0, False), both.err
        assert before == 0 or "2 of them complete before" in both.err


MOMENT = "Memento-Datetime: Thu, 01 Jan 2015 00:00:00 GMT"
STAMPED = "https://web.archive.org/web/20150101000000"
ORIGINAL = 'Link: <{}>; rel="original"'.format
AROUND: dict[str, tuple[str, str, bool]] = {
    "as archived": (f"{STAMPED}id_/", MOMENT, True),
    "in a frame": (f"{STAMPED}if_/", MOMENT, True),
    "with a toolbar": (f"{STAMPED}/", MOMENT, True),
    "with its original head": (f"{STAMPED}id_/", "X-Archive-Orig-Server: Apache", True),
    "with its original": (f"{STAMPED}id_/", ORIGINAL(ADDRESS.format(1)), True),
    "of another archive": ("https://archive.ph/20150101/", MOMENT, True),
    "of a day, and no moment": ("https://archive.ph/20150101/", ORIGINAL(ADDRESS.format(1)), False),
    "of another page": (f"{STAMPED}id_/", f"{MOMENT}\r\n{ORIGINAL(ADDRESS.format(2))}", False),
    "a moment that is none": (f"{STAMPED}id_/", "Memento-Datetime: soon", False),
    "a moment to come": (f"{STAMPED}id_/", MOMENT.replace("2015", "2095"), False),
    **{f"no mark: {before}": (before, "Server: x", False) for before in (
        f"{STAMPED}id_/", f"{STAMPED}if_/", f"{STAMPED}/", "https://archive.ph/20150101/",
        "http://archive.today/newest/", "https://web.archive.org/save/", "http://proxy.example/",
        "http://127.0.0.1:8080/coll/2015mp_/", "HTTP://WEB.ARCHIVE.ORG/web/2015*/",
    )},
}  # fmt: skip
"""What stands before an article's address, a field of the answer, and whether it is a capture."""


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("case", AROUND)
def test_an_archives_answer_counts_with_its_mark(case: str, escaped: bool, tmp_path: Path) -> None:
    before, field, counts = AROUND[case]
    inner = ADDRESS.format(1)
    target = before + (inner.replace(":", "%3A").replace("/", "%2F", 2) if escaped else inner)
    path = tmp_path / "x.warc"
    path.write_bytes(warc(http_(page(1), field), 1, WARC_Target_URI=target))
    found = [*readable(articles(path, 0), (faults := []))]
    seen = [(a.id, a.url, a.captured_at) for a in found]
    assert seen == [("qc:n:1", inner, "2015-01-01T00:00:00+00:00")] * counts
    taken = [*readable(find_captures(path, HUFFPOST_QC), (told := []))]
    assert [n and n.memento and (n.memento.url, n.memento.timestamp) for n in taken] == (
        [(inner, "20150101000000")] if counts else [None]
    )
    said = [str(f) for f in (*faults, *told)]
    assert [s.count("archive's answer that is no capture") for s in said] == [1, 1] * (not counts)


WHOLE = page(1)
CUT = WHOLE[:-40]
SQUEEZED = gzip.compress(WHOLE, mtime=0)
ORIG = "X-Archive-Orig-Content-"
LENGTHS: dict[str, tuple[bytes, tuple[str, ...], bool]] = {
    "whole": (WHOLE, (f"{ORIG}Length: {len(WHOLE)}",), True),
    "without a length": (CUT, (), True),
    "cut": (CUT, (f"{ORIG}Length: {len(WHOLE)}",), False),
    "cut, the archive's own length": (
        CUT, (f"{ORIG}Length: {len(WHOLE)}", f"Content-Length: {len(CUT)}"), False
    ),
    "cut, packed by the archive": (
        gzip.compress(CUT, mtime=0), (f"{ORIG}Length: {len(WHOLE)}", "Content-Encoding: gzip"), False
    ),
    "cut, in chunks": (
        CODINGS["chunks"](CUT), (f"{ORIG}Length: {len(WHOLE)}", "Transfer-Encoding: chunked"), False
    ),
    "unpacked": (
        WHOLE, (f"{ORIG}Length: {len(SQUEEZED)}", f"{ORIG}Encoding: gzip"), True
    ),
    "packed, and cut": (
        SQUEEZED[:-9], (f"{ORIG}Length: {len(SQUEEZED)}", f"{ORIG}Encoding: gzip"), False
    ),
    "packed by the archive, and cut": (SQUEEZED[:-9], ("Content-Encoding: gzip",), False),
    "shorter than stated, to its end": (WHOLE, (f"{ORIG}Length: {len(WHOLE) + 99}",), True),
    "a length that is none": (CUT, (f"{ORIG}Length: many",), True),
}  # fmt: skip
"""Bodies of an archive's answers, fields about their lengths, and whether they are read."""


@pytest.mark.parametrize("case", LENGTHS)
def test_an_archives_answer_that_is_cut_is_counted(case: str, tmp_path: Path) -> None:
    body, fields, whole = LENGTHS[case]
    path = tmp_path / "x.warc"
    target = f"{STAMPED}id_/{ADDRESS.format(1)}"
    path.write_bytes(warc(http_(body, MOMENT, *fields), 1, WARC_Target_URI=target))
    found, told = read(path)
    assert found == ["qc:n:1"] * whole
    assert ["1 cut short" in line for line in told] == [True] * (not whole)
    taken = [n and n.memento and n.memento.timestamp for n in find_captures(path, HUFFPOST_QC)]
    assert taken == ["20150101000000"]


@pytest.mark.slow
def test_a_page_that_is_only_named_is_not_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(packed(revisit(1), *made(2)))
    found = [n for n in find_captures(path, HUFFPOST_QC) if n is not None]
    assert sorted((str(n.address.key), n.memento and n.memento.tried) for n in found) == [
        ("qc:n:1", ELSEWHERE), ("qc:n:2", ""),
    ]  # fmt: skip
    done = take(tmp_path / "a", path)
    assert (done.code, "1 failed: unreachable" in done.out) == (3, True), done.out
    assert run("verify", *archive(tmp_path / "a")).code == 0


LINE = 'ca,huffingtonpost,quebec)/x 20150101000000 {"url": "%s", "status": %s}\n'
CDX = "ca,huffingtonpost,quebec)/x 20150101000000 %s text/html %s AAAA - - 100 200 x.warc.gz\n"
CDX_9 = "ca,huffingtonpost,quebec)/x 20150101000000 %s text/html %s AAAA - 200 x.warc.gz\n"
PLAIN = [ADDRESS.format(n) for n in (1, 2, 3, 4)]
INDEXES = {
    "CDXJ": "".join(
        LINE % pair for pair in zip(PLAIN, ('"200"', "200", '"404"', '"301"'), strict=True)
    ),
    "unknown": "".join(
        LINE % pair for pair in zip(PLAIN, ("null", '"-"', "404", "500"), strict=True)
    ),
    "meta": '!meta {"format": "cdxj"}\n' + "".join(LINE % (url, "200") for url in PLAIN[:2]),
    "CDX": " CDX N b a m s k r M S V g\n"
    + "".join(CDX % pair for pair in zip(PLAIN, ("200", "-", "404", "302"), strict=True)),
    "odd columns": " CDX a b s N\n"
    + "".join(
        f"{url} 20150101000000 {s} k\n" for url, s in zip(PLAIN, (200, "-", 404, 500), strict=True)
    ),
    "JSON of a server": json.dumps([["urlkey", "timestamp", "original", "statuscode"]])[:-1]
    + ",\n"
    + "".join(
        f'["k", "2015", "{url}", "{s}"],\n'
        for url, s in zip(PLAIN, (200, "-", 404, 500), strict=True)
    )
    + "]\n",
    "lines of a server": "".join(
        json.dumps({"original": url, "statuscode": s}) + "\n"
        for url, s in zip(PLAIN, ("200", "-", "404", "500"), strict=True)
    ),
    "9 columns": "".join(
        CDX_9 % pair for pair in zip(PLAIN, ("200", "-", "404", "302"), strict=True)
    ),
}


@pytest.mark.parametrize("name", ["x.cdxj", "x.cdx", "x.cdx.gz"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("form", INDEXES)
def test_pages_that_an_index_names(form: str, end: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    data = ("\ufeff" + INDEXES[form].replace("\n", end)).encode()
    path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    found = [n for n in find_captures(path, HUFFPOST_QC) if n is not None]
    assert [n.address.url for n in found] == PLAIN[:2]


def test_an_index_in_every_charset_and_with_every_line_end(tmp_path: Path) -> None:
    path, tried, wrong = tmp_path / "x.cdx", 0, []
    charsets = [f"utf-{units}{order}" for units in (16, 32) for order in ("", "-le", "-be")]
    for form, charset, end in product(INDEXES, ("utf-8", *charsets), ("\n", "\r", "\r\n")):
        path.write_bytes(INDEXES[form].replace("\n", end).encode(charset))
        found = [n.address.url for n in find_captures(path, HUFFPOST_QC) if n is not None]
        wrong += [(form, charset, end)] * (found != PLAIN[:2] or not is_index(path))
        tried += 1
    assert (tried, wrong) == (168, [])


def test_lines_that_are_none_of_an_index_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.cdxj"
    path.write_text(f'{LINE % (PLAIN[0], "200")}k 2015 {{"url"\n\nno\n{LINE % (PLAIN[1], "200")}')
    faults: list[WarcError | OSError] = []
    found = [n for n in readable(find_captures(path, HUFFPOST_QC), faults) if n is not None]
    assert [n.address.url for n in found] == PLAIN[:2]
    assert [str(f) for f in faults] == [
        f"{path}: at byte 0: 2 lines are none of an index, the first is line 2"
    ]


def test_an_index_is_known_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "index"
    for form, text in INDEXES.items():
        path.write_text(text)
        known = form in ("CDXJ", "unknown", "meta", "CDX", "odd columns")
        assert is_index(path) == known, form
    for data in (packed(*made(1)), made(1)[0], page(1), b""):
        path.write_bytes(data)
        assert not is_index(path)


# --- what is taken in agrees with itself


ODD_HEADS = {
    "CR CR LF": http_(page(1), end="\r\r\n"),
    "no end": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + page(1),
    "chunks and no end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + page(1),
    "a log-in before it": ASKED["a log-in"].encode() + http_(page(1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", ODD_HEADS)
def test_an_odd_head_is_indexed_as_it_is_read(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(packed(warc(ODD_HEADS[form], 1)))
    (stored,) = records(path)
    line = index_line(stored)
    assert line is not None
    assert '"status": "200"' in line
    done = take(tmp_path / "a", path)
    assert "1 article captured" in done.out, done.out + done.err
    checked = run("verify", *archive(tmp_path / "a"))
    assert (checked.code, " error " in checked.out) == (0, False), checked.out


@pytest.mark.slow
def test_a_wrong_block_digest_is_named_and_mended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.warc.gz"
    wrong = sha1(b"another block")
    right = sha1(http_(page(2)))
    parts = [
        warc(http_(page(1)), 1, f"WARC-Block-Digest: {wrong}"),
        warc(http_(page(2)), 2, f"WARC-Block-Digest: {right}"),
    ]
    path.write_bytes(packed(*parts))
    with caplog.at_level(logging.WARNING):
        found = [n for n in find_captures(path, HUFFPOST_QC) if n is not None]
    assert f"{path}: 1 captures are not what their WARC-Block-Digest says" in caplog.text
    copies = [gzip.decompress(read_member(n.memento)) for n in found if n.memento]
    assert f"{STATED_DIGEST}: {wrong}".encode() in copies[0]
    assert f"WARC-Block-Digest: {sha1(http_(page(1)))}".encode() in copies[0]
    assert copies[1] == parts[1]
    done = take(tmp_path / "a", path)
    assert "2 articles captured" in done.out
    assert run("verify", *archive(tmp_path / "a")).code == 0


SPELT = (
    "l-été", "l-%C3%A9t%c3%a9", "l-%E9t%E9", "la neige", "l\u2019\u00e9t\u00e9\u200b", "l\t-a", "a|b[1]",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_an_address_is_one_whoever_reads_it(end: str, tmp_path: Path) -> None:
    """Whether the record is copied, or written anew since its lines end in LF."""
    path = tmp_path / "x.warc.gz"
    urls = [ADDRESS.format(n).replace("la-neige", slug) for n, slug in enumerate(SPELT, 1)]
    parts = [warc(http_(page(n)), n, WARC_Target_URI=url, end=end) for n, url in enumerate(urls, 1)]
    path.write_bytes(packed(*parts))
    done = take(tmp_path / "a", path)
    _, before = extracted(path)
    (ours,) = (tmp_path / "a/WARC/qc").glob("*.warc.gz")
    _, after = extracted(ours)
    assert len(before) == len(SPELT), done.out
    said = [{row["id"]: row["url"] for row in rows} for rows in (before, after)]
    assert said[0] == said[1]
    assert all(url.isascii() for url in said[0].values())


OTHERWISE = {
    "WARC-Type": "request", "WARC-Target-URI": "http://elsewhere.example/", "Content-Length": "7",
    "WARC-Date": "1999-01-01T00:00:00Z", "Content-Type": "text/plain",
}  # fmt: skip
"""Values of fields that stand twice in a record."""


@pytest.mark.slow
def test_a_field_that_stands_twice(tmp_path: Path) -> None:
    """The record is read for what its first fields say, or counted; `extract` and `crawl` agree."""
    path, tried, told = tmp_path / "x.warc.gz", 0, []
    head, _, block = warc(http_(page(1)), 1).decode().partition("\r\n\r\n")
    lines = head.split("\r\n")
    for name in ("WARC-Type", "WARC-Target-URI", *NAMES):
        line = next((line for line in lines if line.startswith(name)), f"{name}: x")
        twins = (line, f"{name}: {OTHERWISE.get(name, 'other')}", f"{name}:", line.lower())
        for twin, place in product(twins, (1, len(lines))):
            made = "\r\n".join((*lines[:place], twin, *lines[place:], "", block))
            path.write_bytes(packed(made.encode()))
            found, said = read(path)
            faults: list[WarcError | OSError] = []
            taken = [n for n in readable(find_captures(path, HUFFPOST_QC), faults) if n]
            assert (len(found), bool(said), len(taken), bool(faults)) in (
                (1, 0, 1, 0),
                (0, 1, 0, 1),
            )
            told += [(twin, place)] * bool(said)
            tried += 1
    odd = ("WARC-Type: request", "WARC-Target-URI: http://elsewhere.example/", "WARC-Target-URI:")
    assert (tried, told) == (176, [(twin, 1) for twin in odd])
