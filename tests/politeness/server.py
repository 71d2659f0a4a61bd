"""A loopback server that logs when each request arrived and answers as it is told."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"<html><body>ok</body></html>"
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drop: bool = False
    """Close the connection without a byte."""


@dataclass
class Asked:
    at: float
    path: str
    headers: dict[str, str]


class Server:
    """`answer(path, n)` gives the answer to the n-th request (from 0) for a path."""

    def __init__(
        self, answer: Callable[[str, int], Answer], port: int = 0, host: str = "127.0.0.1"
    ) -> None:
        self.log: list[Asked] = []
        self._lock = threading.Lock()
        self._gone = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_GET(self) -> None:
                if outer._gone.is_set():
                    self.close_connection = True
                    return
                now = time.monotonic()
                with outer._lock:
                    nth = sum(asked.path == self.path for asked in outer.log)
                    outer.log.append(Asked(now, self.path, dict(self.headers)))
                result = answer(self.path, nth)
                if result.hang and outer._gone.wait(result.hang):
                    result.drop = True
                if result.drop:
                    self.close_connection = True
                    return
                self.send_response(result.status)
                for name, value in result.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(result.body)))
                self.end_headers()
                self.wfile.write(result.body)

            def log_message(self, *_: object) -> None:
                pass

        class Threads(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            block_on_close = False
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Threads((host, port), Handler)
        self.port = self._server.server_port
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def paths(self) -> list[str]:
        return [asked.path for asked in self.log]

    def times(self, path: str | None = None) -> list[float]:
        return sorted(asked.at for asked in self.log if path in (None, asked.path))


def site(robots: Answer | str, pages: Callable[[str, int], Answer] | None = None):
    """A site with a robots.txt and pages that all answer 200 unless told otherwise."""

    def answer(path: str, nth: int) -> Answer:
        if path == "/robots.txt":
            return Answer(body=robots.encode()) if isinstance(robots, str) else robots
        return Answer() if pages is None else pages(path, nth)

    return answer
