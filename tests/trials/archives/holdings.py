"""What the archives of the rig hold: captures of the sample's articles, of differing quality.

The good capture of each article has the very bytes that a live crawl of the sample site met, under
the site's own address. Beside it stand, by turns, what real archives hold too.
"""

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Message
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.capture import captures
from huffarchive.warc.reader import records

GOOD = "20220310120000"
"""When the capture that must be chosen was made, in Wayback and Common Crawl alike."""
CRAWLS = ("CC-MAIN-2021-31", "CC-MAIN-2022-05")
KINDS = ("alone", "older layout", "redirect", "soft 404", "truncated", "revisit", "unknown layout")
"""What stands beside an article's good capture, by turns."""


@dataclass(frozen=True)
class Held:
    """One article as a live crawl met it."""

    number: int
    key: PageKey
    url: str
    """The archive address of the article."""
    response: bytes

    @property
    def kind(self) -> str:
        """What else the archives hold of it."""
        return KINDS[self.number % len(KINDS)]

    @property
    def old_url(self) -> str:
        """An address of the old site."""
        return f"http://quebec.huffingtonpost.ca/entry/x_{self.key.kind}_{self.key.id}"


@dataclass(frozen=True)
class Memento:
    """One capture to be written."""

    url: str
    timestamp: str
    response: bytes
    truncated: bool = False
    revisit: bool = False


def held(warcs: list[Path]) -> list[Held]:
    """The articles of a live crawl, in the order of their keys."""
    found: dict[PageKey, tuple[str, bytes]] = {}
    for path in warcs:
        for capture in captures(records(path)):
            note = capture.note
            if note is None or note.page is None or note.reason not in ("article", "unreadable"):
                continue
            key = PageKey.parse(note.page)
            where = identify(note.url or capture.url, HUFFPOST_QC)
            assert isinstance(where, Address)
            found[key] = (HUFFPOST_QC.archive_url(key, where.slug), capture.response)
    return [Held(n, key, *found[key]) for n, key in enumerate(sorted(found))]


def wayback(article: Held) -> Iterator[Memento]:
    """The captures that the Wayback Machine holds of an article."""
    page = Message.parse(article.response)
    good = _packed(page) if article.number % 3 == 1 else _without_trailer(article.response)
    yield Memento(article.url, GOOD, good)
    missing = _html(200, _MISSING + _filler(len(article.response)))
    match article.kind:
        case "older layout":
            yield Memento(article.old_url, "20150203040506", _html(200, _OLD))
        case "redirect":
            moved = _answer(302, "Found", [("Location", "https://www.huffpost.com/")], b"")
            yield Memento(article.url, "20230401000000", moved)
            yield Memento(article.url, "20230402000000", _html(404, _MISSING))
        case "soft 404":
            yield Memento(article.url, "20230403000000", missing)
        case "truncated":
            entity = page.entity
            cut = entity[: len(entity) * 7 // 10]
            head = [("Content-Type", "text/html; charset=utf-8")]
            head += [("Content-Length", str(len(entity)))]
            if coding := page.header("content-encoding"):
                head.append(("Content-Encoding", coding))
            yield Memento(article.url, "20230404000000", _answer(200, "OK", head, cut), True)
        case "revisit":
            yield Memento(article.url, "20230405000000", good, revisit=True)
        case "unknown layout":
            yield Memento(
                article.url, "20230406000000", _html(200, _BARE + _filler(len(article.response)))
            )


def commoncrawl(article: Held) -> Iterator[tuple[str, Memento]]:
    """The captures that Common Crawl holds of an article, each with its crawl.

    Like the real one it stores bodies unpacked, and says so in a field of its own.
    """
    page = Message.parse(article.response)
    coding = page.header("content-encoding")
    head = [("Content-Type", page.header("content-type") or "text/html")]
    if coding:
        head.append(("X-Crawl-Content-Encoding", coding))
    head.append(("Content-Length", str(len(page.content))))
    here, there = CRAWLS if article.number % 2 else CRAWLS[::-1]
    yield here, Memento(article.url, GOOD, _answer(200, "OK", head, page.content))
    match article.kind:
        case "soft 404":
            body = _MISSING + _filler(len(article.response))
            yield there, Memento(article.url, "20230403000000", _html(200, body))
        case "truncated":
            part = page.content[: len(page.content) * 7 // 10]
            cut = _answer(200, "OK", head, part)
            yield there, Memento(article.url, "20230404000000", cut, True)
        case "redirect":
            yield there, Memento(article.url, "20230402000000", _html(404, _MISSING))


def write(path: Path, mementos: list[Memento], version: str = "WARC/1.1") -> None:
    """Write captures to a WARC file, with warcio, as other people's programs do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version=version)
        info = writer.create_warcinfo_record(path.name, {"software": "the rig"})
        writer.write_record(info)
        for memento in mementos:
            head, _, body = memento.response.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            protocol, _, status = lines[0].partition(" ")
            fields = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]
            http = StatusAndHeaders(status, fields, protocol=protocol)
            date = "{}-{}-{}T{}:{}:{}Z".format(
                memento.timestamp[:4],
                *(memento.timestamp[at : at + 2] for at in range(4, 14, 2)),
            )
            named = info.rec_headers.get_header("WARC-Record-ID")
            extra = {"WARC-Date": date, "WARC-Warcinfo-ID": named}
            if memento.truncated:
                extra["WARC-Truncated"] = "length"
            if memento.revisit:
                digest = _payload_digest(memento.response)
                record = writer.create_revisit_record(
                    memento.url,
                    digest,
                    memento.url,
                    _date(GOOD),
                    http_headers=http,
                    warc_headers_dict=extra,
                )
            else:
                record = writer.create_warc_record(
                    memento.url,
                    "response",
                    io.BytesIO(body),
                    len(body),
                    warc_headers_dict=extra,
                    http_headers=http,
                )
            writer.write_record(record)


def _payload_digest(response: bytes) -> str:
    from huffarchive.warc.record import sha1

    return sha1(Message.parse(response).body)


def _date(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:]}Z"


def _answer(status: int, reason: str, head: list[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in head)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _html(status: int, text: str) -> bytes:
    body = text.encode("utf-8")
    head = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    return _answer(status, "OK" if status == 200 else "Not Found", head, body)


def _without_trailer(response: bytes) -> bytes:
    """The answer in one piece where its chunks end in a trailer, which pywb plays as text."""
    page = Message.parse(response)
    if not page.chunked or response.endswith(b"\r\n0\r\n\r\n"):
        return response
    head = [(n, v) for n, v in page.headers if n.lower() not in ("trailer", "transfer-encoding")]
    return _answer(200, "OK", [*head, ("Content-Length", str(len(page.entity)))], page.entity)


def _packed(page: Message) -> bytes:
    """The same answer, as a client that takes gzip would have met it."""
    body = gzip.compress(page.content, mtime=0)
    kept = [(n, v) for n, v in page.headers if n.lower() not in _FRAMING]
    head = [*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    return _answer(200, "OK", head, body)


_FRAMING = ("content-length", "transfer-encoding", "content-encoding")


def _filler(size: int) -> str:
    """A comment that no compression makes much shorter, so that a stub weighs as much as a page."""
    return f"<!-- {Random(size).randbytes(size // 6).hex()} -->"


_MISSING = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<title>Page introuvable | HuffPost Québec</title></head>
<body class="error404"><h1>Page introuvable</h1><p>La page n'existe plus.</p></body></html>"""
_OLD = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Ancienne version</title>
<meta property="og:type" content="article"></head><body class="bpage">
<article class="entry"><header><h1 class="title">Ancienne version de l'article</h1></header>
<div class="main-visual"></div><div id="mainentrycontent"><p>Une première version, plus courte,
telle qu'elle se lisait dans la mise en page de l'époque, avant d'être reprise.</p>
<p>Elle ne doit pas être préférée à celle de l'archive.</p></div>
<div class="bottom-tags"></div></article></body></html>"""
_BARE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<title>Version imprimable</title>
<meta property="og:type" content="article"></head><body><div><h1>Version imprimable</h1>
<p>Une page d'un gabarit que personne ne connaît, captée plus tard que la bonne, et dont le texte
n'est pas celui de l'article.</p></div></body></html>"""
