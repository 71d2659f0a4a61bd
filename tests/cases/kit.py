"""Files as other tools write them, and commands run in this process."""

import gzip
import io
import json
import sys
import zlib
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import NAMESPACE_URL, uuid5

import brotli
import zstandard
from scrapy import cmdline
from scrapy.utils.project import get_project_settings

HERE = Path(__file__).parent
ADDRESS = "http://quebec.huffingtonpost.ca/2013/05/01/la-neige_n_{}.html"
DATE = "2022-03-10T12:00:00Z"
WORDS = (
    "La neige est tombée toute la nuit sur la vallée, et les écoles sont restées fermées.",
    "Les déneigeuses ont commencé leur travail à cinq heures, disent les autorités.",
    "«On n'a pas vu cela depuis dix ans», a dit un voisin qui cherchait sa voiture.",
    "Le retour à la normale est attendu jeudi, si le vent faiblit comme prévu.",
)


@dataclass(frozen=True)
class Result:
    """A command that ended."""

    code: int
    out: str
    err: str


def run(*args: str) -> Result:
    """Run a command of the project as the command line does, in this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    settings = get_project_settings()
    with mock.patch.object(sys, "stdout", out), redirect_stderr(err):
        try:
            cmdline.execute(["scrapy", *args], settings)
            code: int | str | None = 0
        except SystemExit as end:
            code = end.code
    out.flush()
    text = out.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return Result(code if isinstance(code, int) else 0, text, err.getvalue())


def extracted(path: Path, *args: str) -> tuple[Result, list[dict[str, Any]]]:
    """What `scrapy extract` says of a file, and its records."""
    done = run("extract", str(path), "--workers", "0", *args)
    return done, [json.loads(line) for line in done.out.splitlines()]


def page(number: int, words: tuple[str, ...] = WORDS) -> bytes:
    """An article's page in the archive's layout."""
    text = "\n".join(f'<div class="primary-cli cli cli-text"><p>{p}</p></div>' for p in words)
    return (
        f'<!DOCTYPE html>\n<html lang="fr-CA"><head><meta charset="UTF-8"><title>La neige</title>'
        f'<meta property="og:type" content="article">'
        f'<link rel="canonical" href="https://www.huffpost.com/archive/qc/entry/x_n_{number}">'
        f'<meta property="article:published_time" content="2013-05-01T14:05:00Z"></head>'
        f'<body class="entry standard"><main id="main"><header id="entry-header">'
        f'<h1 class="headline">La neige</h1></header><article class="entry__content">'
        f'<section id="entry-body"><section class="js-entry-content">{text}'
        f"</section></section></article></main></body></html>\n"
    ).encode()


def http(
    body: bytes,
    *fields: str,
    status: str = "HTTP/1.1 200 OK",
    end: str = "\r\n",
    kind: str = "text/html; charset=utf-8",
) -> bytes:
    """A response; no length is stated unless a field does."""
    return end.join([status, f"Content-Type: {kind}", *fields, "", ""]).encode() + body


def warc(
    block: bytes,
    number: int = 1,
    *more: str,
    type: str = "response",
    without: tuple[str, ...] = (),
    end: str = "\r\n",
    **instead: str,
) -> bytes:
    """A record of WARC/1.0; `without` leaves fields out, `instead` (with _ for -) changes them."""
    fields = {
        "WARC-Type": type,
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{type}{number}')}>",
        "WARC-Date": DATE,
        "WARC-Target-URI": ADDRESS.format(number),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    fields |= {name.replace("_", "-"): value for name, value in instead.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if name not in without]
    head = end.join(["WARC/1.0", *lines, *more, "", ""])
    return head.encode() + block + (end * 2).encode()


def packed(*records: bytes) -> bytes:
    """A gzip member for each record."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def framed(*records: bytes, dictionary: bytes = b"", dictionary_packed: bool = False) -> bytes:
    """A zstd frame for each record, behind the dictionary as ArchiveTeam's files have it."""
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    squeezer = zstandard.ZstdCompressor(dict_data=known)
    front = b""
    if dictionary:
        held = zstandard.compress(dictionary) if dictionary_packed else dictionary
        front = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    return front + b"".join(map(squeezer.compress, records))


def chunks(body: bytes) -> bytes:
    """A body in chunks."""
    size = 700
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    """A body as some servers understand `deflate`."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(body) + squeezer.flush()


CODINGS = {
    "plain": bytes,
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "zlib": zlib.compress,
    "raw": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "chunks": chunks,
}
"""What a body may be in."""
