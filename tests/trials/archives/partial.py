"""The live sample site with some of its articles gone."""

import threading
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.sample.responses import Answers
from huffarchive.sample.site import Site
from huffarchive.urls import Address, PageKey, identify


class PartialSite:
    """Serves a sample site on loopback, and 404 for the articles in `gone`."""

    def __init__(self, site: Site, gone: Collection[PageKey]) -> None:
        answers = Answers(site)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                where = identify(f"https://quebec.huffingtonpost.ca{self.path}", HUFFPOST_QC)
                if isinstance(where, Address) and where.key in gone:
                    self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.wfile.write(answers.respond("GET", self.path, headers))

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        class Threads(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that was killed is no fault."""

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
