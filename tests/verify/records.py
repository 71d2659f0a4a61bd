"""WARC records that can be spoilt one thing at a time."""

import gzip
import hashlib
import random
import zlib
from base64 import b32encode
from dataclasses import dataclass, field
from uuid import UUID

CRLF = b"\r\n"
URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"
DATE = "2026-01-31T12:00:00Z"
_chance = random.Random(6)


def ident() -> str:
    return f"<urn:uuid:{UUID(int=_chance.getrandbits(128), version=4)}>"


def sha1(data: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(data).digest()).decode()


@dataclass
class Rec:
    """A record as a list of fields and a block; bytes only when it is written."""

    type: str
    fields: list[tuple[str, str]]
    block: bytes
    version: str = "WARC/1.1"
    end: bytes = b"\r\n\r\n"
    line_end: bytes = CRLF
    raw_lines: list[bytes] = field(default_factory=list)
    """Lines added to the head as they are."""

    @property
    def id(self) -> str:
        return self.get("WARC-Record-ID") or ""

    def get(self, name: str) -> str | None:
        return next((v for n, v in self.fields if n == name), None)

    def put(self, name: str, value: str) -> None:
        """Set a field, in its place."""
        names = [n for n, _ in self.fields]
        if name in names:
            self.fields[names.index(name)] = (name, value)
        else:
            self.fields.append((name, value))

    def drop(self, name: str) -> None:
        self.fields = [(n, v) for n, v in self.fields if n != name]

    def seal(self) -> "Rec":
        """State the block's digest and length as they are now."""
        self.put("WARC-Block-Digest", sha1(self.block))
        self.put("Content-Length", str(len(self.block)))
        return self

    def to_bytes(self) -> bytes:
        lines = [
            self.version.encode(),
            *([f"WARC-Type: {self.type}".encode()] if self.type else []),
        ]
        lines += [f"{n}: {v}".encode() for n, v in self.fields] + self.raw_lines
        return self.line_end.join(lines) + self.line_end * 2 + self.block + self.end

    def to_member(self) -> bytes:
        return gzip.compress(self.to_bytes(), mtime=0)


def http(body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    if length:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 700) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


def page(number: int) -> bytes:
    words = " ".join(
        _chance.choices(["le", "la", "ville", "projet", "santé", "neige", "québec"], k=300)
    )
    return f"<html><title>{number}</title><body><p>{words}</p></body></html>".encode()


def clean() -> list[Rec]:
    """A small file as this project writes them: plain, chunked, gzipped, revisits, robots.txt."""
    info = Rec(
        "warcinfo",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Date", DATE),
            ("WARC-Filename", "clean.warc.gz"),
            ("Content-Type", "application/warc-fields"),
        ],
        b"software: test\r\nformat: WARC File Format 1.1\r\n",
    )
    records = [info]
    plain, packed = page(1), gzip.compress(page(2), mtime=0)
    _exchange(records, 1, http(plain), plain)
    _exchange(records, 2, http(chunked(page(3)), "Transfer-Encoding: chunked", length=False), None)
    _exchange(records, 3, http(packed, "Content-Encoding: gzip"), packed)
    first = records[1]
    _revisit(records, first, "identical-payload-digest", http(plain)[: -len(plain)])
    _revisit(records, first, "server-not-modified", b"")
    note = Rec(
        "metadata",
        [
            ("WARC-Record-ID", ident()),
            ("WARC-Target-URI", URL.format(1)),
            ("WARC-Date", DATE),
            ("WARC-Warcinfo-ID", info.id),
            ("WARC-Concurrent-To", first.id),
            ("Content-Type", "application/warc-fields"),
        ],
        b"via: https://www.huffpost.com/archive/qc/\r\n",
    )
    records.append(note)
    return [record.seal() for record in records]


def _common(records: list[Rec], url: str, date: str) -> list[tuple[str, str]]:
    return [
        ("WARC-Record-ID", ident()),
        ("WARC-Target-URI", url),
        ("WARC-Date", date),
        ("WARC-Warcinfo-ID", records[0].id),
        ("WARC-IP-Address", "192.0.2.1"),
        ("WARC-Protocol", "http/1.1"),
        ("WARC-Protocol", "tls/1.3"),
    ]


def _exchange(records: list[Rec], number: int, response: bytes, payload: bytes | None) -> None:
    url = URL.format(number)
    date = DATE.replace("00Z", f"{number:02}Z")
    answer = Rec("response", _common(records, url, date), response)
    if payload is not None:
        answer.put("WARC-Payload-Digest", sha1(payload))
    answer.put("Content-Type", "application/http; msgtype=response")
    records += [answer, _request(records, answer, url, date)]


def _request(records: list[Rec], answer: Rec, url: str, date: str) -> Rec:
    block = f"GET {url[24:]} HTTP/1.1\r\nHost: www.huffpost.com\r\n\r\n".encode()
    request = Rec("request", _common(records, url, date), block)
    request.put("WARC-Concurrent-To", answer.id)
    request.put("Content-Type", "application/http; msgtype=request")
    return request


def _revisit(records: list[Rec], first: Rec, profile: str, block: bytes) -> None:
    url, date = first.get("WARC-Target-URI") or "", "2026-02-28T12:00:00Z"
    revisit = Rec("revisit", _common(records, url, date), block)
    revisit.put("WARC-Profile", f"http://netpreserve.org/warc/1.1/revisit/{profile}")
    revisit.put("WARC-Refers-To", first.id)
    revisit.put("WARC-Refers-To-Target-URI", url)
    revisit.put("WARC-Refers-To-Date", first.get("WARC-Date") or "")
    revisit.put("WARC-Payload-Digest", first.get("WARC-Payload-Digest") or "")
    if block:
        revisit.put("WARC-Truncated", "length")
    revisit.put("Content-Type", "application/http; msgtype=response")
    records += [revisit, _request(records, revisit, url, date)]


def written(records: list[Rec]) -> bytes:
    return b"".join(record.to_member() for record in records)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def stored(records: list[Rec]) -> list[bytes]:
    """Members whose data stand unpacked, so that a flipped byte is a flipped byte."""
    out = []
    for record in records:
        deflater = zlib.compressobj(0, zlib.DEFLATED, 31)
        out.append(deflater.compress(record.to_bytes()) + deflater.flush())
    return out
