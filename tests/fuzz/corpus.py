"""`python -m tests.fuzz.corpus`: write the seeds that the targets start from."""

import gzip
import io
import json
from pathlib import Path

import brotli
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CORPUS = Path(__file__).parent / "corpus"
PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>La neige | HuffPost</title>
<link rel="canonical" href="https://quebec.huffingtonpost.ca/2015/01/02/la-neige_n_1941787.html">
<meta property="og:type" content="article"><meta property="article:published_time" content="2015-01-02T03:04:05-05:00">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"La neige","author":[{"name":"A. B."}],"datePublished":"2015-01-02"}</script>
</head><body><article><h1>La neige</h1><p>MONTRÉAL (AFP) - Il neige depuis l'aube, dit la Ville.</p>
<figure><img src="/a.jpg" alt="x"><figcaption>Une rue. AFP</figcaption></figure><ul><li>un</li></ul>
<table><tr><td>a<td>b</table><blockquote>« Oui »</blockquote><p>Lire <a href="/2015/01/03/x_n_5.html">ceci</a>.</p></article></body></html>"""


def seeds() -> dict[str, dict[str, bytes]]:
    """Seeds by target and name."""
    page = PAGE.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    packed = {
        "gzip": gzip.compress(page, mtime=0),
        "br": brotli.compress(page),
        "zstd": zstandard.compress(page),
    }
    answers = {
        name: head + b"Content-Encoding: " + name.encode() + b"\r\n\r\n" + data
        for name, data in packed.items()
    }
    answers["plain"] = head + b"Content-Length: %d\r\n\r\n" % len(page) + page
    answers["chunked"] = (
        head + b"Transfer-Encoding: chunked\r\n\r\n5;x=1\r\nneige\r\n0\r\nX: 1\r\n\r\n"
    )
    answers["latin"] = (
        b"HTTP/1.0 200\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n\xe9t\xe9"
    )
    answers["interim"] = (
        b"HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 301 Moved\nLocation: /x\n\n"
    )
    answers["memento"] = (
        head + b"Memento-Datetime: Fri, 02 Jan 2015 03:04:05 GMT\r\nX-Archive-Orig-A: b\r\n\r\nx"
    )
    sitemap = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://www.huffpost.com/archive/qc/entry/x_n_5</loc></url></urlset>'
    names = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    row = [
        "20150102030405",
        "http://quebec.huffingtonpost.ca/2015/01/02/x_n_5.html",
        "text/html",
        "200",
        "A" * 32,
        "99",
    ]
    common = {
        "timestamp": row[0],
        "url": row[1],
        "mime": "text/html",
        "status": "200",
        "digest": "A",
        "length": "9",
        "offset": "5",
        "filename": "crawl-data/x.warc.gz",
    }
    return {
        "page": {
            "article": page,
            "listing": b"<html><title>Une</title><a href='/x_n_5.html'>x</a>",
            "bare": b"La neige.",
        },
        "decoder": answers,
        "warc_write": answers | {"noise": bytes(range(256))},
        "warc_read": {
            "ours": _warc(page),
            "plain": gzip.decompress(_warc(page)),
            "two": _warc(page) * 2,
            "arc": b"filedesc://x 0.0.0.0 20150102030405 text/plain 10\n1 0 x\n\n",
        },
        "sitemap": {
            "urlset": sitemap,
            "gz": gzip.compress(sitemap, mtime=0),
            "index": sitemap.replace(b"urlset", b"sitemapindex").replace(b"url>", b"sitemap>"),
            "feed": b"<rss><channel><item><link>https://x.example/</link></item></channel></rss>",
            "robots": b"User-agent: *\nDisallow: /a*b$\nCrawl-delay: 4\nSitemap: https://x.example/s.xml\n",
        },
        "cdx": {
            "cdx": json.dumps([names, row, [], ["key"]]).encode(),
            "cc": json.dumps(common).encode() + b"\n",
            "collinfo": b'[{"id":"CC-MAIN-2015-06"}]',
        },
    }


def _warc(page: bytes) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    made = writer.create_warc_record(
        "https://quebec.huffingtonpost.ca/2015/01/02/la-neige_n_1941787.html",
        "response",
        payload=io.BytesIO(page),
        http_headers=head,
        warc_headers_dict={"WARC-Date": "2024-05-06T07:08:09Z", "WARC-Record-ID": "<urn:uuid:0>"},
    )
    writer.write_record(made)
    return out.getvalue()


if __name__ == "__main__":
    for target, files in seeds().items():
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (CORPUS / target / name).write_bytes(data)
