"""WARC files as other programs write them: wget's and warcio's own, browsertrix's and Common
Crawl's by their published conventions.
"""

import gzip
import io
import shutil
import subprocess
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.verify.records import Rec, chunked, http, ident, page, sha1, written

DATE = "2026-01-31T12:00:00.123456Z"


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/page")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3e8\r\n" + b"x" * 1000 + b"\r\n0\r\n\r\n")
        else:
            found = self.path in ("/", "/page")
            links = "".join(
                f"<a href='/{name}'>x</a>" for name in ("page", "moved", "chunked", "none")
            )
            body = f"<html><body>{links}é</body></html>".encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wget(folder: Path, *options: str) -> Path | None:
    """A WARC of a small site made by GNU wget; None where there is no wget."""
    program = shutil.which("wget")
    if program is None:
        return None
    with site() as url:
        command = [
            program,
            "-q",
            "-r",
            "-l",
            "2",
            "-e",
            "robots=off",
            "--warc-file=wget",
            *options,
            url,
        ]
        subprocess.run(command, cwd=folder, check=False, timeout=120, capture_output=True)
    return next(folder.glob("wget*.warc*"))


def warcio(folder: Path) -> Path:
    """A WARC/1.1 that warcio's writer made: info, response, request, revisit, resource."""
    path = folder / "warcio.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        writer.write_record(writer.create_warcinfo_record("warcio.warc.gz", {"software": "warcio"}))
        body = page(1)
        head = StatusAndHeaders(
            "200 OK",
            [("Content-Type", "text/html"), ("Content-Length", str(len(body)))],
            protocol="HTTP/1.1",
        )
        answer = writer.create_warc_record(
            "https://example.org/", "response", payload=io.BytesIO(body), http_headers=head
        )
        writer.write_record(answer)
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "example.org")], is_http_request=True)
        writer.write_record(
            writer.create_warc_record(
                "https://example.org/",
                "request",
                http_headers=asked,
                warc_headers_dict={
                    "WARC-Concurrent-To": answer.rec_headers["WARC-Record-ID"],
                    "WARC-Date": answer.rec_headers["WARC-Date"],
                },
            )
        )
        writer.write_record(
            writer.create_revisit_record(
                "https://example.org/",
                answer.rec_headers["WARC-Payload-Digest"],
                "https://example.org/",
                answer.rec_headers["WARC-Date"],
                http_headers=head,
            )
        )
        writer.write_record(
            writer.create_warc_record(
                "urn:text:note",
                "resource",
                payload=io.BytesIO(b"note"),
                warc_content_type="text/plain",
            )
        )
    return path


def browsertrix(folder: Path) -> Path:
    """As browsertrix-crawler writes them: sha256 in Base16, fractions of a second, decoded bodies
    under renamed headers, pageinfo, extension fields.
    """
    info = Rec(
        "warcinfo",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Filename", "rec-x-20260131.warc.gz"),
            ("WARC-Date", DATE),
            ("Content-Type", "application/warc-fields"),
        ],
        b"software: Browsertrix-Crawler 1.5.0 (with warcio.js 2.4.2)\r\nformat: WARC File Format 1.1\r\n",
    )
    body = page(2)
    common = [("WARC-Date", DATE), ("WARC-Page-ID", "7c3a7b0e-9f6f-4b0e-a3a0-0d2a3f5c6b7a")]
    block = http(
        body, "x-orig-content-encoding: gzip", "x-orig-transfer-encoding: chunked", length=False
    )
    answer = Rec(
        "response",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Target-URI", "https://example.org/a?x=[1]|2"),
            *common,
            ("WARC-Resource-Type", "document"),
            ("WARC-JSON-Metadata", '{"ipType":"Public","cert":{}}'),
            ("WARC-Protocol", "h2"),
            ("WARC-Protocol", "tls/1.3"),
            ("WARC-IP-Address", "2001:db8::1"),
            ("WARC-Payload-Digest", _sha256(body)),
            ("Content-Type", "application/http; msgtype=response"),
            ("WARC-Block-Digest", _sha256(block)),
            ("Content-Length", str(len(block))),
        ],
        block,
    )
    ask = b"GET /a?x=[1]|2 HTTP/1.1\r\nhost: example.org\r\n\r\n"
    request = Rec(
        "request",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Target-URI", "https://example.org/a?x=[1]|2"),
            *common,
            ("WARC-Concurrent-To", answer.id),
            ("WARC-Method", "GET"),
            ("WARC-Payload-Digest", _sha256(b"")),
            ("Content-Type", "application/http; msgtype=request"),
            ("WARC-Block-Digest", _sha256(ask)),
            ("Content-Length", str(len(ask))),
        ],
        ask,
    )
    pages = b'{"pageid":"7c3a7b0e","url":"https://example.org/a"}'
    extra = Rec(
        "resource",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Target-URI", "urn:pageinfo:https://example.org/a"),
            *common,
            ("WARC-Payload-Digest", _sha256(pages)),
            ("Content-Type", "application/json"),
            ("WARC-Block-Digest", _sha256(pages)),
            ("Content-Length", str(len(pages))),
        ],
        pages,
    )
    path = folder / "rec-x-20260131.warc.gz"
    path.write_bytes(written([info.seal(), answer, request, extra]))
    return path


def common_crawl(folder: Path) -> Path:
    """As Common Crawl's Nutch writes them: WARC/1.0, request before response, renamed headers,
    Identified-Payload-Type, metadata with the language detected.
    """

    def common(kind: str) -> list[tuple[str, str]]:
        return [
            ("WARC-Date", "2026-01-31T12:00:00Z"),
            ("WARC-Record-ID", ident()),
            ("WARC-Warcinfo-ID", info.id),
            ("WARC-IP-Address", "192.0.2.7"),
            ("WARC-Target-URI", "https://example.org/d'été".encode("ascii", "ignore").decode()),
            ("Content-Type", f"application/http; msgtype={kind}"),
        ]

    name = "CC-MAIN-20260131120000-20260131150000-00000.warc.gz"
    info = Rec(
        "warcinfo",
        [
            ("WARC-Date", "2026-01-31T12:00:00Z"),
            ("WARC-Record-ID", ident()),
            ("Content-Type", "application/warc-fields"),
            ("WARC-Filename", name),
        ],
        b"isPartOf: CC-MAIN-2026-05\r\npublisher: Common Crawl\r\nsoftware: Apache Nutch 1.20\r\n",
    )
    info.put("Content-Length", str(len(info.block)))
    ask = b"GET /d%27t HTTP/1.1\r\nUser-Agent: CCBot/2.0\r\nHost: example.org\r\n\r\n"
    body = page(3)
    block = http(
        body,
        "X-Crawl-Content-Encoding: gzip",
        "X-Crawl-Transfer-Encoding: chunked",
        "X-Crawl-Content-Length: 900",
    )
    request = Rec("request", common("request"), ask)
    answer = Rec("response", common("response"), block)
    answer.put("WARC-Concurrent-To", request.id)
    answer.put("WARC-Payload-Digest", sha1(body))
    answer.put("WARC-Identified-Payload-Type", "text/html")
    note = Rec("metadata", common("response"), b"fetchTimeMs: 90\r\ncharset-detected: UTF-8\r\n")
    note.put("Content-Type", "application/warc-fields")
    note.put("WARC-Concurrent-To", answer.id)
    for record in (request, answer, note):
        record.put("Content-Length", str(len(record.block)))
        if record is not request:
            record.put("WARC-Block-Digest", sha1(record.block))
    records = [info, request, answer, note]
    for record in records:
        record.version = "WARC/1.0"
    path = folder / name
    path.write_bytes(written(records))
    return path


def alone(folder: Path) -> Path:
    """One member of Common Crawl, cut out by its range: no warcinfo, no request."""
    whole = common_crawl(folder)
    text = b"".join(_members(whole.read_bytes()))
    begin = text.index(b"WARC/1.0\r\nWARC-Type: response")
    end = text.index(b"WARC/1.0\r\nWARC-Type: metadata")
    lines = [
        line for line in text[begin:end].split(b"\r\n") if not line.startswith(b"WARC-Concurrent")
    ]
    path = folder / "member.warc.gz"
    path.write_bytes(gzip.compress(b"\r\n".join(lines), mtime=0))
    return path


def _sha256(data: bytes) -> str:
    import hashlib

    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _members(data: bytes) -> Iterator[bytes]:
    while data:
        inflater = zlib.decompressobj(31)
        yield inflater.decompress(data)
        data = inflater.unused_data


def _shape(version: str, kind: str, block: bytes, *fields: tuple[str, str]) -> Rec:
    named = [("WARC-Record-ID", ident()), ("WARC-Date", "2026-01-31T12:00:00Z"), *fields]
    made = Rec(kind, named, block, version)
    made.put("Content-Length", str(len(block)))
    return made


def shapes() -> dict[str, bytes]:
    """Files as tools write them by their documentation and by files that they published.

    Each is a warcinfo record and a few others; what differs is what their writers do differently.
    """
    old, new = "WARC/1.0", "WARC/1.1"
    url = ("WARC-Target-URI", "https://example.org/a")
    http_ = ("Content-Type", "application/http; msgtype=response")
    ask_ = ("Content-Type", "application/http; msgtype=request")
    fields = ("Content-Type", "application/warc-fields")
    plain, ask = http(page(1)), b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"
    lf = plain.replace(b"\r\n", b"\n", plain.count(b"\r\n"))

    def info(version: str) -> Rec:
        return _shape(version, "warcinfo", b"software: x\r\nformat: WARC\r\n", fields)

    def answer(version: str, *more: tuple[str, str], block: bytes = plain) -> Rec:
        return _shape(version, "response", block, url, http_, *more)

    def request(version: str, to: Rec, block: bytes = ask) -> Rec:
        return _shape(version, "request", block, url, ask_, ("WARC-Concurrent-To", to.id))

    one, two = answer(new), answer(old)
    wet = _shape(old, "conversion", b"text", url, ("WARC-Refers-To", ident()),
                 ("Content-Type", "text/plain"))  # fmt: skip
    dns = _shape(old, "response", b"20260131120000\nexample.org.\t60\tIN\tA\t192.0.2.1\n",
                 ("WARC-Target-URI", "dns:example.org"), ("Content-Type", "text/dns"))  # fmt: skip
    outlinks = _shape(old, "metadata", b"via: https://example.org/\r\noutlink: https://example.org/b L a/@href\r\n",
                      url, fields, ("WARC-Concurrent-To", two.id))  # fmt: skip
    shot = _shape(new, "resource", b"\x89PNG", ("WARC-Target-URI", "urn:view:https://example.org/a"),
                  ("Content-Type", "image/png"))  # fmt: skip
    same = _shape(new, "revisit", plain.split(b"\r\n\r\n")[0] + b"\r\n\r\n", url, http_,
                  ("WARC-Payload-Digest", sha1(page(9))), ("WARC-Profile",
                  "http://netpreserve.org/warc/1.1/revisit/uri-agnostic-identical-payload-digest"))  # fmt: skip
    bare = _shape(old, "revisit", b"", url, ("WARC-Profile",
                  "http://netpreserve.org/warc/1.0/revisit/server-not-modified"))  # fmt: skip
    log = _shape(old, "resource", b"2026 wget\n", ("Content-Type", "text/plain"),
                 ("WARC-Target-URI", "metadata://gnu.org/software/wget/warc/wget.log"))  # fmt: skip
    ftp = _shape(old, "resource", b"a file", ("WARC-Target-URI", "ftp://example.org/a"),
                 ("Content-Type", "application/octet-stream"))  # fmt: skip
    part = answer(new, ("WARC-Segment-Number", "1"))
    rest = _shape(new, "continuation", b"more", url, ("WARC-Segment-Origin-ID", part.id),
                  ("WARC-Segment-Number", "2"), ("WARC-Segment-Total-Length", "999"))  # fmt: skip
    cut = answer(new, ("WARC-Truncated", "length"), block=plain[:-50])
    files = {
        "conversion of a record beside it": [info(new), one, _shape(new, "conversion", b"text", url,
            ("WARC-Refers-To", one.id), ("Content-Type", "text/plain"))],
        "Common Crawl WET": [info(old), wet],
        "Common Crawl WAT": [info(old), _shape(old, "metadata", b'{"Container":{}}', url,
            ("WARC-Refers-To", ident()), ("Content-Type", "application/json"))],
        "HTTP heads with bare LF": [info(new), one, answer(new, block=lf), request(new, one, ask.replace(b"\r\n", b"\n"))],
        "Heritrix": [info(old), dns, two, request(old, two), outlinks],
        "ArchiveTeam, wget-lua": [info(old), two, request(old, two), log],
        "one file of a split set: the request is in the next": [info(old), answer(old, ("WARC-Concurrent-To", ident()))],
        "the second file of a split set": [info(old), request(old, _shape(old, "response", b"")), two],
        "wpull": [info(old), two, request(old, two), ftp],
        "pywb's recorder": [info(new), request(new, one), one, same],
        "warcit": [info(new), _shape(new, "resource", page(2), url, ("Content-Type", "text/html; charset=utf-8"),
            ("WARC-Creation-Date", "2026-01-01T00:00:00Z"), ("WARC-Source-URI", "file://a.html"))],
        "a screenshot": [info(new), shot],
        "a revisit of another address": [info(new), same],
        "a revisit without a block": [info(old), bare],
        "HTTP/2 in an older form": [info(new), answer(new, block=plain.replace(b"HTTP/1.1", b"HTTP/2", 1))],
        "a status line without a reason": [info(new), answer(new, block=plain.replace(b"200 OK", b"200 ", 1))],
        "a segmented record": [info(new), part, rest],
        "a cut record": [info(new), cut],
        "no warcinfo": [one, request(new, one)],
        "chunks kept": [info(new), answer(new, block=http(chunked(page(3)), "Transfer-Encoding: chunked", length=False))],
        "an empty payload": [info(new), answer(new, block=http(b"", status="204 No Content"))],
        "a proxy's request": [info(old), two, request(old, two, b"GET https://example.org/a HTTP/1.1\r\nHost: example.org\r\n\r\n")],
        "a POST": [info(old), two, request(old, two, b"POST /a HTTP/1.1\r\nHost: example.org:443\r\nContent-Length: 3\r\n\r\na=b")],
    }  # fmt: skip
    return {name: written(made) for name, made in files.items()}
