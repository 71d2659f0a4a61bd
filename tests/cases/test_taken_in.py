"""Files of other programs, taken in: `extract`, crawl, `verify`, `wacz` and `recover` agree."""

import gzip
import http.client  # noqa: F401  before warcio's capture_http wraps it
import io
import itertools
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from huffarchive.archive.recover import rebuild
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.exports.wacz_check import faults
from huffarchive.extract.extract import articles
from huffarchive.reading import Reading
from huffarchive.sources.members import STATED_DATE
from huffarchive.sources.warc_files import find_captures
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.capture import captures
from huffarchive.warc.damage import WarcError, readable
from huffarchive.warc.reader import records
from huffarchive.warc.record import UNDATED, escaped, read_warc_date
from huffarchive.workers.job import Job, Reader, Unread, digest, read_here
from tests.cases.kit import ADDRESS, CODINGS, HERE, framed, packed, page, run, warc
from tests.cases.kit import http as http_
from tests.kit.command import Result, scrapy

pytestmark = pytest.mark.slow

CASES = sorted(p for p in HERE.iterdir() if ".warc" in p.name and not p.name.startswith("16"))


def info(software: str, version: str = "1.0") -> bytes:
    block = f"software: {software}\r\nformat: WARC File Format {version}\r\n".encode()
    made = warc(
        block, 0, f"WARC-Filename: {software}.warc.gz", type="warcinfo",
        Content_Type="application/warc-fields", without=("WARC-Target-URI",),
    )  # fmt: skip
    return made.replace(b"WARC/1.0", b"WARC/" + version.encode(), 1)


def request(number: int, block: bytes = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") -> bytes:
    kind = "application/http; msgtype=request"
    return warc(block, number, type="request", Content_Type=kind)


def concurrent(number: int) -> str:
    ident = request(number).decode().partition("WARC-Record-ID: ")[2].partition("\r\n")[0]
    return f"WARC-Concurrent-To: {ident}"


# --- the shapes of other programs' files, each with two articles from the number given on


def common_crawl_before_2018(first: int) -> bytes:
    """Bodies decoded, heads as they were: gzip and chunked."""
    heads = ("Content-Encoding: gzip", "Transfer-Encoding: chunked")
    parts = [info("Nutch 1.6 (CC)/CC WarcExport 1.0")]
    for n in (first, first + 1):
        more = (concurrent(n), "WARC-IP-Address: 192.0.2.1", "WARC-Truncated: no")[:2]
        parts += [request(n), warc(http_(page(n), *heads), n, *more)]
    return packed(*parts)


def common_crawl_after_2018(first: int) -> bytes:
    """The head's own fields renamed, the decoded length stated."""
    parts = [info("Apache Nutch 1.20 (modified)")]
    for n in (first, first + 1):
        heads = (
            "X-Crawl-Content-Encoding: gzip",
            "X-Crawl-Transfer-Encoding: chunked",
            f"Content-Length: {len(page(n))}",
        )
        more = (concurrent(n), "WARC-Identified-Payload-Type: text/html")
        parts += [request(n), warc(http_(page(n), *heads), n, *more)]
        fields = warc(b"fetchTimeMs: 7\r\n", n, concurrent(n), type="metadata",
                      Content_Type="application/warc-fields")  # fmt: skip
        parts.append(fields)
    return packed(*parts)


def archiveteam(first: int) -> bytes:
    """wget-at: zstd with a dictionary, addresses without brackets, chunks kept."""
    parts = [info("Wget/1.21.3-at", "1.1")]
    for n in (first, first + 1):
        block = http_(CODINGS["chunks"](page(n)), "Transfer-Encoding: chunked")
        parts += [request(n), warc(block, n, concurrent(n))]
    sample = [request(n) + warc(http_(page(n)), n) for n in range(9000, 9200)]
    import zstandard

    dictionary = zstandard.train_dictionary(8192, sample).as_bytes()
    parts = [part.replace(b"WARC/1.0", b"WARC/1.1", 1) for part in parts]
    return framed(*parts, dictionary=dictionary, dictionary_packed=True)


def warcit(first: int) -> bytes:
    """Resources without HTTP."""
    made = [
        warc(
            page(n),
            n,
            "WARC-Source-URI: file://./x.html",
            type="resource",
            Content_Type="text/html; charset=utf-8",
        )
        for n in (first, first + 1)
    ]
    return packed(info("warcit 0.4"), *made)


def wpull(first: int) -> bytes:
    """Fractions of no second, an address per record, a block digest, deflate."""
    parts = [info("Wpull/2.0.1 Python/3.6")]
    for n in (first, first + 1):
        block = http_(CODINGS["zlib"](page(n)), "Content-Encoding: deflate")
        parts += [request(n), warc(block, n, concurrent(n), "WARC-IP-Address: 192.0.2.9")]
    return packed(*parts)


def pywb_recorder(first: int) -> bytes:
    """Dates in microseconds, bodies as they came, the request behind the response."""
    parts = [info("pywb 2.8", "1.1")]
    for n in (first, first + 1):
        block = http_(CODINGS["br"](page(n)), "Content-Encoding: br")
        made = warc(block, n, WARC_Date="2022-03-10T12:00:00.123456Z")
        parts += [made, request(n)]
    return packed(*(part.replace(b"WARC/1.0", b"WARC/1.1", 1) for part in parts))


def heritrix_arc(first: int) -> bytes:
    version = b"1 0 Heritrix\nURL IP-address Archive-date Content-type Archive-length\n\n"
    head = b"filedesc://x.arc 0.0.0.0 20220310120000 text/plain %d\n" % len(version)
    parts = [head + version]
    for n in (first, first + 1):
        block = http_(page(n))
        line = f"{ADDRESS.format(n)} 192.0.2.1 20220310120000 text/html {len(block)}\n".encode()
        parts.append(line + block + b"\n")
    return packed(*parts)


def warcio_writer(first: int) -> bytes:
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    for n in (first, first + 1):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = io.BytesIO(page(n))
        record = writer.create_warc_record(
            ADDRESS.format(n), "response", payload=body, http_headers=head,
            warc_headers_dict={"WARC-Date": "2022-03-10T12:00:00Z"},
        )  # fmt: skip
        writer.write_record(record)
        record.raw_stream.close()  # a temporary file
    return file.getvalue()


def by_hand(first: int) -> bytes:
    """A plain file with LF alone, no ids, no types of content."""
    made = [
        warc(http_(page(n), end="\n"), n, end="\n", without=("WARC-Record-ID", "Content-Type"))
        for n in (first, first + 1)
    ]
    return b"".join(made)


SHAPES: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "cc-2016.warc.gz": ("Common Crawl before 2018", common_crawl_before_2018),
    "cc-2022.warc.gz": ("Common Crawl after 2018", common_crawl_after_2018),
    "archiveteam.warc.zst": ("ArchiveTeam", archiveteam),
    "warcit.warc.gz": ("warcit", warcit),
    "wpull.warc.gz": ("wpull", wpull),
    "pywb.warc.gz": ("pywb's recorder", pywb_recorder),
    "heritrix.arc.gz": ("Heritrix", heritrix_arc),
    "warcio.warc.gz": ("warcio's writer", warcio_writer),
    "byhand.warc": ("somebody's script", by_hand),
}
HEADS = (
    "HTTP/1.1  200 OK", " HTTP/1.1 200 OK", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK",
    "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK", "h2 200", "http/1.0 200",
)  # fmt: skip
DATES = ("2022-13-40T12:00:00Z", "no date", "2013", "2022-03-10T12:00:00+02:00",
         "0000-00-00T00:00:00Z", "2022-02-30T12:00:00Z", "9999", "2099-01-01T00:00:00Z",
         "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00", "٢٠٢٢-03-10")  # fmt: skip
PLAYED = "https://web.archive.org/web/20150102030405"
ADDRESSES = (
    ("http://", "https://"), ("http://", "http:/"), (".ca/", ".ca:80/"), (".ca/", ".ca//"),
    ("http://quebec", "http://m.quebec"), ("quebec.", "QUEBEC."), (".html", ".html#a"),
    (".html", ".html?a=1&amp;b=2"), ("la-neige", "la|neige"), ("la-neige", 'la"neige'),
    ("la-neige", "la{neige}"), ("la-neige", "la^`neige"), ("la-neige", "la[neige]"),
    ("la-neige", "la\\neige"), ("la-neige", "la neige"), ("la-neige", "l'été"),
    ("la-neige", "la%E9"), ("la-neige", "la\u00a0😀"), ("http://", f"{PLAYED}id_/http://"),
    ("http://", f"{PLAYED}/http://"), ("http://", "HTTP://"),
    ("http://", "http://["),
)  # fmt: skip
"""What other programs make of addresses."""
BEHIND = (b"garbage\r\n", b"\0" * 512, b"\r\n" * 9)
"""What stands behind a record in its gzip member."""
KINDS = (
    None, "", "application/http", "APPLICATION/HTTP;msgtype=response", "application/http; charset=x",
    'application/http ; msgtype="Response"', "application/http;msgtype=request", "message/http",
    "text/html", "Text/HTML; charset=utf-8", "application/octet-stream", "none", "a b",
)  # fmt: skip
"""Content-Types of records, whatever their blocks are."""


def _folded(name: bytes) -> Callable[[bytes], bytes]:
    return lambda head: re.sub(rb"(\r\n" + name + rb":) ", rb"\1\r\n\t", head)


LAYOUTS: tuple[Callable[[bytes], bytes], ...] = (
    *map(_folded, (b"WARC-Type", b"WARC-Record-ID", b"WARC-Date", b"WARC-Target-URI",
                   b"Content-Type", b"Content-Length")),
    lambda head: head.replace(b"/http; ", b"/http;\r\n "),
    lambda head: head + b"\r\nWARC-Target-URI: http://elsewhere.example/",
    lambda head: head + b"\r\nContent-Length: 7",
    lambda head: head + b"\r\nWARC-Date: 1999-01-01T00:00:00Z",
    lambda head: head + b"\r\nWARC-Record-ID: <urn:uuid:1>",
    lambda head: head + b"\r\nWARC-Type: request",
    lambda head: re.sub(rb"\n[^:]+:", lambda name: name[0].lower(), head),
    lambda head: re.sub(rb"\n[^:]+:", lambda name: name[0].upper(), head),
    lambda head: head.replace(b"\r\n", b" \t \r\n") + b" ",
    lambda head: head.replace(b": ", b" : "),
    lambda head: head.replace(b": ", b":"),
    lambda head: head + b"\r\n ",
    lambda head: head.replace(b"\r\n", b"\r\nno field\r\n", 1),
    lambda head: head + b"\r\nX-Note: \xe9\xff",
)  # fmt: skip
"""Heads of records laid out otherwise."""


def odd_fields() -> bytes:
    """Status lines and dates as they should not be; no digest is stated."""
    made = [warc(http_(page(n), status=s), n) for n, s in enumerate(HEADS, 300_000)]
    made += [warc(http_(page(n)), n, WARC_Date=date) for n, date in enumerate(DATES, 300_100)]
    made += [warc(http_(page(n)), n) + behind for n, behind in enumerate(BEHIND, 300_150)]
    for number, (old, new) in enumerate(ADDRESSES, 300_201):
        address = ADDRESS.format(number).replace(old, new)
        mark = ("Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT",) if PLAYED in address else ()
        made.append(warc(http_(page(number), *mark), number, WARC_Target_URI=address))
    made.append(warc(http_(page(300_200)), 300_200, WARC_Target_URI=upper(300_200)))
    for number, lay_out in enumerate(LAYOUTS, 300_250):
        head, end, block = warc(http_(page(number)), number).partition(b"\r\n\r\n")
        made.append(lay_out(head) + end + block)
    return packed(*made)


NAMES = (
    "WARC-Record-ID", "WARC-Date", "Content-Type", "Content-Length", "WARC-Concurrent-To",
    "WARC-Block-Digest", "WARC-Payload-Digest", "WARC-IP-Address", "WARC-Refers-To",
    "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Warcinfo-ID", "WARC-Filename",
    "WARC-Profile", "WARC-Identified-Payload-Type", "WARC-Segment-Origin-ID",
    "WARC-Segment-Total-Length", "WARC-Protocol", "WARC-Cipher-Suite", "WARC-Source-URI",
)  # fmt: skip
"""Fields; those left out may say that a record is another, or cut, and are named where they do."""
VALUES = (None, "", "x", "é", "a b", "-1", "<>", "urn:uuid:zz", "sha1:", "99, 99")


def odd_values() -> list[bytes]:
    """Each field left out and malformed in turn."""
    made = []
    for number, (name, value) in enumerate(itertools.product(NAMES, VALUES), 600_000):
        without = (name,) if value is None else ()
        instead = {} if value is None else {name.replace("-", "_"): value}
        made.append(warc(http_(page(number)), number, without=without, **instead))
    return made


def odd_types() -> Iterator[tuple[str, str | None, bool, bytes]]:
    """Type and Content-Type of records, whether their blocks are HTTP, and the records."""
    number = itertools.count(400_000)
    for kind, stated, is_http in itertools.product(("response", "resource"), KINDS, (True, False)):
        if (
            not is_http
            and kind == "response"
            and "application/http" in (stated or "application/http").lower()
        ):
            continue  # nothing says that the block is a page
        place = next(number)
        block = http_(page(place)) if is_http else page(place)
        without = ("Content-Type",) if stated is None else ()
        made = warc(block, place, type=kind, without=without, Content_Type=stated or "")
        yield kind, stated, is_http, made


def upper(number: int) -> str:
    return ADDRESS.format(number).replace("http:", "Http:")


WGET = ("wget.warc.gz", "wget.warc")


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = page(int(self.path.rpartition("_n_")[2].removesuffix(".html")))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def wget(folder: Path, name: str, first: int) -> None:
    """What GNU wget writes, packed and plain; its addresses become the paper's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    urls = [base + ADDRESS.format(n)[len("http://quebec.huffingtonpost.ca") :]
            for n in (first, first + 1)]  # fmt: skip
    stem = f"raw-{name.replace('.', '-')}"
    option = [] if name.endswith(".gz") else ["--no-warc-compression"]
    subprocess.run(
        ["wget", "-q", f"--warc-file={stem}", *option, "-O", "/dev/null", *urls],
        cwd=folder, check=False, timeout=60,
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    made = next(folder.glob(f"{stem}.warc*"))
    parts = [s.offset for s in records(made)]
    data = made.read_bytes()
    cuts = [*parts, len(data)]
    members = [data[a:b] for a, b in itertools.pairwise(cuts)]
    if option:
        members = [m.replace(base.encode(), b"http://quebec.huffingtonpost.ca") for m in members]
        (folder / name).write_bytes(b"".join(members))
    else:
        plain = [gzip.decompress(m) for m in members]
        (folder / name).write_bytes(
            packed(*(p.replace(f"<{base}".encode(), b"<http://quebec.huffingtonpost.ca").replace(
                f"URI: {base}".encode(), b"URI: http://quebec.huffingtonpost.ca") for p in plain))
        )  # fmt: skip
    made.unlink()


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes are read once in this process: how they come to the reader is the subject."""
    monkeypatch.setattr("huffarchive.workers.pool.read_here", _read_once)


_readings: dict[bytes, Reading | Unread] = {}


def _read_once(job: Job, reader: Reader) -> Reading | Unread:
    name = digest(job)
    if name not in _readings:
        _readings[name] = read_here(job, reader)
    return _readings[name]


@dataclass(frozen=True)
class Taken:
    """An archive into which all files were taken."""

    folder: Path
    files: list[Path]
    said: str
    code: int

    @property
    def options(self) -> list[str]:
        names = ("WARC", "OUTPUT", "CACHE")
        return [f"-sHUFFARCHIVE_{n}_DIR={self.folder / n.lower()}" for n in names]

    @property
    def rows(self) -> list[dict[str, Any]]:
        (path,) = (self.folder / "output/qc").glob("*.jsonl")
        return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("taken")
    files = [folder / "files" / path.name for path in CASES]
    (folder / "files").mkdir()
    for path in CASES:
        shutil.copy(path, folder / "files")
    for place, (name, (_, make)) in enumerate(SHAPES.items()):
        files.append(folder / "files" / name)
        files[-1].write_bytes(make(100_000 + 10 * place))
    files.append(folder / "files/odd.warc.gz")
    files[-1].write_bytes(odd_fields())
    files.append(folder / "files/values.warc.gz")
    files[-1].write_bytes(packed(*odd_values()))
    files.append(folder / "files/types.warc.gz")
    files[-1].write_bytes(packed(*(made for *_, made in odd_types())))
    if shutil.which("wget"):
        for place, name in enumerate(WGET):
            wget(folder / "files", name, 200_000 + 10 * place)
            files.append(folder / "files" / name)
    names = ("WARC", "OUTPUT", "CACHE")
    done = scrapy(
        "crawl", "huffpost_qc", "-asource=warc",
        f"-afiles={folder}/files/*", "-sHUFFARCHIVE_WORKERS=0",
        *(f"-sHUFFARCHIVE_{n}_DIR={folder / n.lower()}" for n in names),
    )  # fmt: skip
    return Taken(folder, files, done.err, done.code)


FILE_FIELDS = {
    "source", "warc_file", "warc_offset", "warc_length", "warc_record_id", "capture_choice",
    "aliases",
}  # fmt: skip
"""Fields that name the file, not the page."""


def told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in FILE_FIELDS}


def test_what_is_extracted_is_what_is_taken_in(taken: Taken) -> None:
    ours = {row["id"]: told(row) for row in taken.rows}
    theirs: dict[str, dict[str, Any]] = {}
    for path in taken.files:
        try:
            for article in articles(path, 0):
                theirs[article.id] = told(json.loads(article.to_json()))
        except WarcError as error:
            pytest.fail(str(error))
    assert set(ours) == set(theirs), taken.said
    assert len(theirs) >= 2 * len(SHAPES) + 25 + len([*odd_types(), *odd_values()])
    assert [i for i in ours if ours[i] != theirs[i]] == []
    assert not any(row["warnings"] for i, row in ours.items() if int(i[5:]) >= 100_000)


@pytest.mark.parametrize("name", [*SHAPES, *WGET])
def test_each_shape_gives_its_articles(name: str, taken: Taken) -> None:
    path = taken.folder / "files" / name
    if path not in taken.files:
        pytest.skip("GNU wget is not installed")
    place = [*SHAPES].index(name) if name in SHAPES else WGET.index(name)
    first = (100_000 if name in SHAPES else 200_000) + 10 * place
    assert [a.id for a in articles(path, 0)] == [f"qc:n:{first}", f"qc:n:{first + 1}"]
    words = {a.word_count for a in articles(path, 0)}
    assert len(words) == 1
    assert words.pop() > 50
    from_here = [row for row in taken.rows if row["id"] in (f"qc:n:{first}", f"qc:n:{first + 1}")]
    assert len(from_here) == 2


@pytest.mark.parametrize("name", SHAPES)
def test_verify_reads_each_shape(name: str, taken: Taken) -> None:
    done = run("verify", "--workers=0", str(taken.folder / "files" / name))
    wrong = {line.split(" error ")[1].split(":")[0] for line in done.out.splitlines()
             if " error " in line}  # fmt: skip
    # What the shape is made of: bodies that the heads belie, and records that lack what they must.
    allowed = {
        "cc-2016.warc.gz": {"http-chunked"},
        "byhand.warc": {"field-missing", "line-ends", "record-end"},
    }
    assert wrong <= allowed.get(name, set())
    assert f"{len([*records(taken.folder / 'files' / name)])} WARC records" in done.err


def test_verify_names_a_damaged_arc(tmp_path: Path) -> None:
    data = bytearray(heritrix_arc(1))
    data[-40] ^= 0xFF
    (tmp_path / "x.arc.gz").write_bytes(data)
    done = run("verify", str(tmp_path / "x.arc.gz"))
    assert (done.code, done.out.count(" error gzip-damaged")) == (3, 1)


def test_our_own_file_says_what_the_run_wrote(taken: Taken) -> None:
    (path,) = (taken.folder / "warc/qc").glob("*.warc.gz")
    (beside,) = (taken.folder / "output/qc").glob("*.jsonl")
    assert b"".join(a.to_json() for a in articles(path, 0)) == beside.read_bytes()


def test_verify_and_wacz_find_nothing_wrong(taken: Taken) -> None:
    assert taken.code == 0, taken.said
    done = run("verify", "--workers=0", *taken.options)
    assert (done.code, [line for line in done.out.splitlines() if " error " in line]) == (0, [])
    target = taken.folder / "x.wacz"
    done = run("wacz", "qc", "-o", str(target), *taken.options)
    assert (done.code, done.err) == (0, "")
    assert list(faults(target)) == []
    assert len([a.id for a in articles(target, 0)]) == len(taken.rows)


def test_a_record_is_kept_as_what_its_block_is(taken: Taken) -> None:
    """Readers of WARC go by a record's type: what was taken in states the one that it has."""
    (path,) = (taken.folder / "warc/qc").glob("*.warc.gz")
    kept = {s.record.field("WARC-Target-URI"): s.record for s in records(path)
            if s.record.type in ("response", "resource")}  # fmt: skip
    wrong = []
    for number, (kind, stated, is_http, _) in enumerate(odd_types(), 400_000):
        record = kept[ADDRESS.format(number)]
        says_http = (record.field("Content-Type") or "").lower().startswith("application/http")
        if (record.type == "response", says_http) != (is_http, is_http):
            wrong.append((kind, stated, is_http, record.type, record.field("Content-Type")))
    assert (number, wrong) == (400_044, [])


def test_a_record_is_kept_with_a_date_that_index_makers_take(taken: Taken) -> None:
    (path,) = (taken.folder / "warc/qc").glob("*.warc.gz")
    found = [s.record for s in records(path)]
    dates = [record.field("WARC-Date") or "" for record in found]
    wrong = [d for d in dates if not re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}(\.\d+)?Z", d)]
    assert (len(dates) > len(DATES), wrong) == (True, [])
    # What tells no moment is kept as it was written, and no date of the page is later than that.
    stated = [d for record in found if (d := record.field(STATED_DATE))]
    odd = (*DATES, *filter(None, VALUES))
    assert sorted(stated) == sorted(escaped(d) for d in odd if read_warc_date(d) == UNDATED)
    coarse = next(row for row in taken.rows if row["id"] == "qc:n:300102")
    assert (coarse["captured_at"], coarse["warnings"]) == (None, [])
    assert coarse["date_published"] == "2013-05-01T10:05:00-04:00"


def test_recover_makes_the_same_ledger(taken: Taken, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(taken.folder, copy)
    options = [o.replace(str(taken.folder), str(copy)) for o in taken.options]
    (copy / "output/qc/ledger.sqlite3").unlink()
    places = ArchivePaths(copy / "warc", copy / "output", "qc")
    found = rebuild(places, HUFFPOST_QC, 0, lambda _: None)
    assert found is not None
    assert found.captured == len(taken.rows)
    done = run("verify", "--workers=0", *options)
    assert [line for line in done.out.splitlines() if " error " in line] == []


MARKED = (
    "Memento-Datetime: Thu, 01 Jan 2015 00:00:00 GMT",
    "https://web.archive.org/web/20150101000000id_/",
)
"""A mark of an archive, and what stands before the address of a capture that it plays back."""


def test_what_is_there_and_unreadable_is_not_gone(tmp_path: Path) -> None:
    cut = CODINGS["gzip"](page(2))[:-40]
    bad = [
        warc(http_(page(1), status="no status"), 1),
        warc(http_(cut, "Content-Encoding: gzip"), 2),
        warc(http_(b"\x00\x01" * 400, "Content-Encoding: br"), 3),
        warc(http_(page(4)), 4, "WARC-Truncated: length"),
        warc(http_(page(6)), 6, "WARC-Segment-Number: 1"),
        *(
            warc(http_(body, MARKED[0], *fields), n, WARC_Target_URI=MARKED[1] + ADDRESS.format(n))
            for n, body, *fields in (
                (7, page(7)[:-40], f"X-Archive-Orig-Content-Length: {len(page(7))}"),
                (8, cut, "Content-Encoding: gzip"),
            )
        ),
    ]
    (tmp_path / "x.warc.gz").write_bytes(packed(*bad))
    listed = tmp_path / "list.txt"
    listed.write_text("".join(f"{ADDRESS.format(n)}\n" for n in range(1, 9)))
    names = ("WARC", "OUTPUT", "CACHE")
    done = scrapy(
        "crawl", "huffpost_qc", "-asource=warc",
        f"-afiles={tmp_path}/x.warc.gz", f"-aurls={listed}", "-sHUFFARCHIVE_WORKERS=0",
        *(f"-sHUFFARCHIVE_{n}_DIR={tmp_path / n.lower()}" for n in names),
    )  # fmt: skip
    assert done.code == 3
    (report,) = (tmp_path / "output/qc/reports").glob("*-left.jsonl")
    left = {row["url"]: row for row in map(json.loads, report.read_bytes().splitlines())}
    found = {n: left[ADDRESS.format(n)] for n in range(1, 9)}
    assert {n: f"{row['state']}/{row['reason']}" for n, row in found.items()} == {
        1: "failed/malformed",
        2: "failed/cut",
        3: "failed/malformed",
        4: "failed/cut",
        5: "gone/no_capture",
        6: "failed/cut",
        7: "failed/cut",
        8: "failed/cut",
    }


HOST = "quebec.huffingtonpost.ca"
REPEATED = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
ODD: dict[str, tuple[bytes, int, int]] = {
    "a type without a slash": (warc(http_(page(1), kind="html"), 1), 1, 1),
    "another type": (warc(http_(page(1), kind="text/xml"), 1), 1, 1),
    "HTTP: in its address": (warc(http_(page(1)), 1, WARC_Target_URI=upper(1)), 1, 1),
    "the first of segments": (warc(http_(page(1)), 1, "WARC-Segment-Number: 1"), 0, 1),
    "a continuation": (
        warc(page(1), 1, "WARC-Segment-Number: 2", type="continuation", without=("Content-Type",)),
        0, 0,
    ),
    "two addresses": (
        warc(http_(page(1)), 1).replace(
            b"WARC-Target-URI", b"WARC-Target-URI: http://x.example/\r\nWARC-Target-URI", 1
        ),
        0, 0,
    ),
    "a conversion": (warc(page(1), 1, type="conversion", Content_Type="text/html"), 0, 0),
    "an answer as a request": (warc(http_(page(1)), 1, type="request"), 0, 0),
    "an answer as a note": (warc(http_(page(1)), 1, type="metadata"), 0, 0),
    "a page of no type": (
        warc(page(1), 1, without=("WARC-Type",), Content_Type="text/html"), 0, 0,
    ),
    "a revisit with a body": (warc(http_(page(1)), 1, REPEATED, type="revisit"), 0, 0),
    "a revisit of nothing": (warc(http_(b""), 1, type="revisit"), 0, 0),
    "a long query": (
        warc(http_(page(1)), 1, WARC_Target_URI=f"{ADDRESS.format(1)}?{'a' * 3000}"), 0, 0,
    ),
    "a long slug": (
        warc(http_(page(1)), 1, WARC_Target_URI=ADDRESS.format(1).replace("neige", "e" * 3000)),
        0, 0,
    ),
    "a folded address": (
        warc(http_(page(1)), 1).replace(b"Target-URI: ", b"Target-URI:\r\n\t", 1), 1, 1,
    ),
    "an address folded with blanks": (
        warc(http_(page(1)), 1).replace(b"Target-URI: ", b"Target-URI:\r\n  ", 1), 1, 1,
    ),
    "a user in its address": (
        warc(http_(page(1)), 1, WARC_Target_URI=ADDRESS.format(1).replace(HOST, f"me@{HOST}")),
        0, 0,
    ),
    "a port in its address": (
        warc(http_(page(1)), 1, WARC_Target_URI=ADDRESS.format(1).replace(HOST, f"{HOST}:8443")),
        0, 0,
    ),
}  # fmt: skip
"""Records; how many articles `extract` reads in each, how many captures are taken in to be read."""


@pytest.mark.parametrize("form", ODD)
def test_nothing_odd_is_dropped_without_a_word(form: str, tmp_path: Path) -> None:
    made, read, found = ODD[form]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(packed(made, warc(http_(page(2)), 2)))
    faults: list[list[WarcError | OSError]] = [[], []]
    assert [a.id for a in readable(articles(path, 0), faults[0])][:read] == ["qc:n:1"][:read]
    named = [n for n in readable(find_captures(path, HUFFPOST_QC), faults[1]) if n is not None]
    assert [str(n.address.key) for n in named] == [*["qc:n:1"] * found, "qc:n:2"]
    assert (len(faults[0]), len(faults[1])) == (1 - read, 1 - found)


def test_verify_reads_a_request_whose_scheme_is_in_capitals(tmp_path: Path) -> None:
    asked = request(1).replace(b"http://quebec", b"HTTP://quebec")
    (tmp_path / "x.warc.gz").write_bytes(packed(asked, warc(http_(page(1)), 1)))
    done = run("verify", str(tmp_path / "x.warc.gz"))
    assert (done.code, "2 WARC records" in done.err) == (0, True), done.out + done.err


def archive(folder: Path) -> list[str]:
    """The options of an archive in a folder."""
    names = ("WARC", "OUTPUT", "CACHE")
    return ["-sHUFFARCHIVE_WORKERS=0", *(f"-sHUFFARCHIVE_{n}_DIR={folder / n}" for n in names)]


def take(folder: Path, path: Path) -> Result:
    """`crawl -a source=warc` of a file into the archive of a folder."""
    return scrapy("crawl", "huffpost_qc", "-asource=warc", f"-afiles={path}", *archive(folder))


SHARED = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
IDS = (SHARED, "", SHARED.strip("<>"), "<7>", "<urn:uuid:a b>")


def test_each_copy_has_an_id_of_its_own(tmp_path: Path) -> None:
    """Whatever ids the records came with; the note beside a copy says which one it had."""
    parts, had = [], {}
    for ident in IDS:
        for n in (len(parts) + 1, len(parts) + 2):
            more = (f"WARC-Concurrent-To: {ident}",) if ident else ()
            parts.append(warc(http_(page(n)), n, *more, WARC_Record_ID=ident))
            had[ADDRESS.format(n)] = ident or None
    for n in (len(parts) + 1, len(parts) + 2):
        parts.append(warc(http_(page(n)), n, without=("WARC-Record-ID",)))
        had[ADDRESS.format(n)] = None
    (tmp_path / "x.warc.gz").write_bytes(packed(*parts))
    assert take(tmp_path, tmp_path / "x.warc.gz").code == 0
    first = took(tmp_path)
    assert list(first.values()).count(SHARED) == 1  # the other of the two keeps it
    assert first | {ADDRESS.format(n): SHARED for n in (1, 2)} == had

    # Ids of the archive's own: of a copy, and in a later run, after the ledger was made again.
    (ours,) = (tmp_path / "WARC/qc").glob("*.warc.gz")
    known = [s.record.id for s in records(ours) if s.record.type == "response"]
    later = dict(enumerate(known, 50))
    parts = [warc(http_(page(n)), n, WARC_Record_ID=ident) for n, ident in later.items()]
    (tmp_path / "y.warc.gz").write_bytes(packed(*parts))
    (tmp_path / "OUTPUT/qc/ledger.sqlite3").unlink()
    places = ArchivePaths(tmp_path / "WARC", tmp_path / "OUTPUT", "qc")
    assert rebuild(places, HUFFPOST_QC, 0, lambda _: None) is not None
    assert take(tmp_path, tmp_path / "y.warc.gz").code == 0
    assert took(tmp_path) == first | {ADDRESS.format(n): ident for n, ident in later.items()}


def took(folder: Path) -> dict[str, str | None]:
    """The id that each copy of an archive had, by the copy's address; `verify` has no objection."""
    kept = [c for path in (folder / "WARC/qc").glob("*.warc.gz") for c in captures(records(path))]
    ids = [c.answer.record.id for c in kept]
    rows = [row for path in (folder / "OUTPUT/qc").glob("*.jsonl")
            for row in map(json.loads, path.read_bytes().splitlines())]  # fmt: skip
    assert len(ids) == len(set(ids))
    assert {row["warc_record_id"] for row in rows} == set(ids)
    done = run("verify", "--workers=0", *archive(folder))
    assert (done.code, [line for line in done.out.splitlines() if " error " in line]) == (0, [])
    package = folder / f"{len(kept)}.wacz"
    done = run("wacz", "qc", "-o", str(package), *archive(folder))
    assert (done.code, done.err) == (0, "")
    assert len([*articles(package, 0)]) == len(rows) == len(kept)
    return {c.target: c.note.original_id if c.note else "" for c in kept}
