"""A site for crawl trials: article pages in the archive's layout, made up, on loopback.

Page n leads to pages 2n and 2n + 1 and the sitemap names the first ten, so most pages are known
by links alone. The remainder of n by 50 decides what the server says.
"""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<title>Titre numéro {n} | HuffPost Québec</title>
<meta property="article:published_time" content="2016-03-{day:02}T10:00:00-05:00">
<meta property="og:type" content="article">
<link rel="canonical" href="https://www.huffpost.com{path}">
</head><body><header id="entry-header" class="entry__header">
<h1 class="headline">Titre numéro {n}</h1></header>
<section id="entry-body" class="entry__content-list js-entry-content">{paragraphs}
<div class="cli cli-text"><p>À lire aussi : {links}</p></div></section></body></html>"""
_PARAGRAPH = (
    '<div class="cli cli-text"><p>Le paragraphe {k} de l’article {n} raconte longuement ce qui '
    "s’est passé ce jour-là à Montréal, et pourquoi personne ne l’avait prévu.</p></div>"
)
FIRST = 1_000_000
"""The id of page n is FIRST + n, as long as the real ones are."""
GONE, MOVED, FAILS_ONCE, GZIPPED = 49, 7, 13, 21
"""Remainders of n by 50 whose pages are not plain."""


def path_of(number: int) -> str:
    """Where a page stands on the site."""
    return f"/archive/qc/entry/titre-{number}_n_{FIRST + number}"


def page(number: int, pages: int) -> bytes:
    """The HTML of a page."""
    links = ", ".join(
        f'<a href="https://www.huffpost.com{path_of(n)}">l’article {n}</a>'
        for n in (2 * number, 2 * number + 1)
        if n <= pages
    )
    paragraphs = "\n".join(_PARAGRAPH.format(k=k, n=number) for k in range(1, 4 + number % 5))
    day = number % 28 + 1
    return _PAGE.format(
        n=number, path=path_of(number), day=day, paragraphs=paragraphs, links=links
    ).encode()


def expected(pages: int) -> dict[str, str]:
    """What becomes of each page in the end: the state by the page's key."""
    return {
        f"n:{FIRST + n}": "gone" if _leaf(n, pages) else "captured" for n in range(1, pages + 1)
    }


def _leaf(number: int, pages: int) -> bool:
    """Only pages without links are gone, so that all others can be found."""
    return number % 50 == GONE and 2 * number > pages


class Site:
    """The server; stops by itself after `seconds`."""

    def __init__(self, pages: int, *, seconds: float = 3600, port: int = 0) -> None:
        self.pages = pages
        self.asked: dict[str, int] = {}
        """How often each path was asked for."""
        self.delay = 0.0
        """Seconds before each answer."""
        self._lock = threading.Lock()
        self._away = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            wbufsize = -1

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                """A crawler that was killed breaks its connections."""

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._timer = threading.Timer(seconds, self._server.shutdown)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._thread.start()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def go_away(self, away: bool = True) -> None:
        """Break every connection without an answer, until told otherwise."""
        if away:
            self._away.set()
        else:
            self._away.clear()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self._away.wait(self.delay) if self.delay else self._away.is_set():
            handler.close_connection = True
            return
        with self._lock:
            nth = self.asked[handler.path] = self.asked.get(handler.path, 0) + 1
        status, headers, body = self._said(handler.path, nth)
        chunked = len(body) % 3 == 0
        framing = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": len(body)}
        handler.send_response(status)
        for name, value in {**headers, **framing}.items():
            handler.send_header(name, str(value))
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body)

    def _said(self, path: str, nth: int) -> tuple[int, dict[str, str], bytes]:
        kind = {"Content-Type": "text/html; charset=utf-8"}
        if path == "/robots.txt":
            text = f"User-agent: *\nAllow: /\nSitemap: {self.base}/sitemap.xml\n"
            return 200, {"Content-Type": "text/plain"}, text.encode()
        if path == "/sitemap.xml":
            rows = "".join(f"<url><loc>{self.base}{path_of(n)}</loc></url>" for n in range(1, 11))
            text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
            return 200, {"Content-Type": "application/xml"}, text.encode()
        moved = path.startswith("/archive/qc/entry/ailleurs-")
        digits = path.rpartition("_n_")[2]
        number = int(digits) - FIRST if digits.isdigit() else 0
        if not 1 <= number <= self.pages or path not in (path_of(number), _moved(number)):
            return 404, kind, b"<html><body>Not here.</body></html>"
        rest = number % 50
        if _leaf(number, self.pages):
            return 404, kind, b"<html><body>Gone.</body></html>"
        if rest == MOVED and not moved:
            return 301, {**kind, "Location": _moved(number)}, b""
        if rest == FAILS_ONCE and nth == 1:
            return 500, kind, b"<html><body>Once.</body></html>"
        body = page(number, self.pages)
        if rest == GZIPPED:
            return 200, {**kind, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0)
        return 200, kind, body


def _moved(number: int) -> str:
    return f"/archive/qc/entry/ailleurs-{number}_n_{FIRST + number}"
