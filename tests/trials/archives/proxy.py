"""The thin proxy before pywb and nginx: three services on three ports, with real manners."""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.trials.archives.holdings import CRAWLS
from tests.trials.archives.manners import Manners

_FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}
"""Fields of the Wayback Machine's index by pywb's names."""
_HOP = {"transfer-encoding", "connection", "content-length", "keep-alive", "server"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the proxy."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)


class Proxy:
    """Serves the Wayback Machine, Common Crawl's index and its data until it is stopped."""

    def __init__(self, pywb: int, nginx: int, manners: Manners, *, rows: int = 20) -> None:
        self.manners = manners
        self._pywb, self._nginx, self._rows = pywb, nginx, rows
        self._servers = [
            _server(name, answer, manners)
            for name, answer in (
                ("wayback", self._wayback),
                ("commoncrawl_index", self._commoncrawl_index),
                ("commoncrawl_data", self._commoncrawl_data),
            )
        ]
        self.wayback, self.index, self.data = (
            f"http://127.0.0.1:{server.server_port}" for server in self._servers
        )

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    # --- the Wayback Machine

    def _wayback(self, target: str, _: dict[str, str]) -> tuple[str, Callable[[], Reply]]:
        if target.startswith("/cdx/search/cdx?"):
            return "wayback_cdx", lambda: self._cdx(target)
        if target.startswith("/web/"):
            return "wayback_pages", lambda: self._playback(target)
        return "robots", _no_robots

    def _cdx(self, target: str) -> Reply:
        """Rows as an array of arrays, filtered, cut to `limit`, with a key to go on from."""
        query = parse_qs(urlsplit(target).query)
        wanted = query.get("fl", [",".join(_FIELDS)])[0].split(",")
        filters = [f.split(":", 1) for f in query.get("filter", [])]
        limit = min(int(query.get("limit", ["150000"])[0]), self._rows)
        asked = urlencode({"url": query["url"][0], "output": "json"})
        rows = [_wayback_row(row) for row in self._rows_of("wayback", asked)]
        rows = [row for row in rows if all(_fits(row[name], text) for name, text in filters)]
        start = int(query.get("resumeKey", ["0"])[0].rpartition("+")[2])
        part = rows[start : start + limit]
        answer: list[list[str]] = [wanted, *([row[name] for name in wanted] for row in part)]
        if not part:
            return Reply(200, b"[]\n")
        if "showResumeKey" in query and start + limit < len(rows):
            answer += [[], [f"ca,huffingtonpost,quebec)/ 2015+{start + limit}"]]
        return Reply(200, json.dumps(answer).encode())

    def _rows_of(self, collection: str, query: str) -> list[dict[str, str]]:
        _, _, body = _fetch(self._pywb, f"/{collection}/cdx?{query}")
        return [json.loads(line) for line in body.splitlines() if line.strip()]

    def _playback(self, target: str) -> Reply:
        """pywb's playback, with the spoilt Content-Encoding of the real one for some pages."""
        stamp = target.removeprefix("/web/")
        status, headers, body = _fetch(self._pywb, f"/wayback/{stamp}")
        kept = [(n, v) for n, v in headers if n.lower() not in _HOP]
        promised = next((v for n, v in headers if n.lower() == "content-length"), None)
        if promised is not None:
            kept.append(("X-Archive-Orig-Content-Length", promised))
        if 300 <= status < 400:
            kept = [(n, _here(v) if n.lower() == "location" else v) for n, v in kept]
        if any(n.lower() == "content-encoding" for n, v in kept):
            kept = [
                (f"X-Archive-Orig-{n}" if n.lower() == "content-encoding" else n, v)
                for n, v in kept
            ]
            if len(body) % 2:  # still packed, and only the original head says so
                return Reply(status, body, tuple(kept))
            return Reply(status, body, (*kept, ("Content-Encoding", "gzip")))
        return Reply(status, body, tuple(kept))

    # --- Common Crawl

    def _commoncrawl_index(self, target: str, _: dict[str, str]) -> tuple[str, Callable[[], Reply]]:
        if target == "/robots.txt":
            return "robots", _no_robots
        return "commoncrawl_index", lambda: self._crawl(target)

    def _crawl(self, target: str) -> Reply:
        parts = urlsplit(target)
        if parts.path == "/collinfo.json":
            rows = [{"id": c, "name": c, "cdx-api": f"{self.index}/{c}-index"} for c in CRAWLS]
            return Reply(200, json.dumps(rows).encode())
        crawl = parts.path.strip("/").removesuffix("-index")
        if crawl not in CRAWLS:
            return Reply(404, b"<html>Not Found</html>", (("Content-Type", "text/html"),))
        status, _, body = _fetch(self._pywb, f"/{crawl}/cdx?{parts.query}")
        if status == 200 and not body.strip():
            said = {"message": f"No Captures found for: {parse_qs(parts.query)['url'][0]}"}
            return Reply(404, json.dumps(said).encode())
        return Reply(status, body, (("Content-Type", "text/x-ndjson"),))

    def _commoncrawl_data(
        self, target: str, headers: dict[str, str]
    ) -> tuple[str, Callable[[], Reply]]:
        if target == "/robots.txt":
            return "robots", _no_robots
        return "commoncrawl_data", lambda: self._range(target, headers)

    def _range(self, target: str, headers: dict[str, str]) -> Reply:
        sent = {"Range": headers["range"]} if "range" in headers else {}
        status, fields, body = _fetch(self._nginx, target, sent)
        return Reply(status, body, tuple((n, v) for n, v in fields if n.lower() not in _HOP))


def _no_robots() -> Reply:
    return Reply(404, b"", (("Content-Type", "text/plain"),))


def _wayback_row(row: dict[str, str]) -> dict[str, str]:
    """A row of pywb's index as the Wayback Machine's has it; revisits keep no status."""
    found = {name: row.get(_NAMES.get(name, name), "-") for name in _FIELDS}
    if found["mimetype"] == "warc/revisit":
        found["statuscode"] = "-"
    return found


def _fits(value: str, pattern: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def _here(location: str) -> str:
    """A redirect of pywb's as the Wayback Machine gives it."""
    return re.sub(r"^(?:https?://[^/]+)?/wayback/", "/web/", location)


def _fetch(
    port: int, target: str, headers: dict[str, str] | None = None
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest("GET", quote(target, safe="%/:?&=+*!~'(),;@$#[]"), True, True)
        for name, value in {
            "Host": f"127.0.0.1:{port}",
            "Connection": "close",
            **(headers or {}),
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        try:
            body = response.read()
        except http.client.IncompleteRead as error:  # a capture that was cut short
            body = error.partial
        return response.status, response.getheaders(), body
    finally:
        connection.close()


def _server(
    name: str,
    answer: Callable[[str, dict[str, str]], tuple[str, Callable[[], Reply]]],
    manners: Manners,
) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            at = time.monotonic()
            if name in manners.down:
                self.close_connection = True
                return
            headers = {field.lower(): value for field, value in self.headers.items()}
            service, made = answer(self.path, headers)
            refused = manners.refusal(service) if service != "robots" else None
            if refused is not None:
                reply = Reply(refused, b"Too Many Requests\n", (("Content-Type", "text/plain"),))
            else:
                reply = made()
            manners.note(service, self.path, reply.status, at)
            self.send_response(reply.status)
            for field, value in reply.headers:
                self.send_header(field, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """The log is the manners'."""

    class Threads(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed is no fault."""

    return Threads(("127.0.0.1", 0), Handler)
