"""The sample site's server: a bounded thread on loopback, or a process that ends with its
parent.
"""

import socket
import socketserver
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Self

from huffarchive.sample.responses import Answers
from huffarchive.sample.site import ARTICLES, SEED, Site

MAX_HEAD = 64 * 1024
MAX_CONNECTIONS = 64
IDLE = 30.0
"""Seconds that a connection may keep silent."""


class Service:
    """Serves a site on 127.0.0.1 from threads of this process until it is stopped."""

    def __init__(
        self, site: Site, port: int = 0, *, delay: float = 0.0, log: Path | None = None
    ) -> None:
        self.site, self.delay, self.log = site, delay, log
        self._server = _Listener(("127.0.0.1", port), Answers(site).respond, self._answered)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def base(self) -> str:
        """Where it is: "http://127.0.0.1:PORT"."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more, and let the port go."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _answered(self, line: str, status: str) -> None:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{time.time():.3f} {status} {line}\n")
        if self.delay:
            time.sleep(self.delay)


_Respond = Callable[[str, str, dict[str, str]], bytes]


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], respond: _Respond, answered: Callable[[str, str], None]
    ) -> None:
        super().__init__(address, _Connection)
        self.respond, self.answered = respond, answered
        self.places = BoundedSemaphore(MAX_CONNECTIONS)


class _Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Listener)
        with self.server.places:
            self.request.settimeout(IDLE)
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self._serve(self.server)
            except OSError:
                return  # The client has gone; nothing is owed to it.

    def _serve(self, server: _Listener) -> None:
        pending = b""
        while True:
            while b"\r\n\r\n" not in pending:
                if len(pending) > MAX_HEAD:
                    self.request.sendall(b"HTTP/1.1 431 Too Large\r\nConnection: close\r\n\r\n")
                    return
                piece = self.request.recv(65536)
                if not piece:
                    return
                pending += piece
            head, _, pending = pending.partition(b"\r\n\r\n")
            line, *rows = head.decode("latin-1").split("\r\n")
            parts = line.split(" ")
            if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
                self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return
            pairs = (row.partition(":") for row in rows)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            answer = server.respond(parts[0], parts[1], headers)
            server.answered(line, answer[9:12].decode("ascii"))
            self.request.sendall(answer)
            asked = headers.get("connection", "").lower()
            if "close" in asked or (parts[2] == "HTTP/1.0" and "keep-alive" not in asked):
                return


START_SECONDS = 30.0


class Server:
    """Serves a site on a free port of 127.0.0.1.

    It ends when stopped, when its time is over, or when this process dies: it waits for the end
    of its standard input.
    """

    def __init__(
        self,
        site: Site | None = None,
        *,
        minutes: float = 15.0,
        delay: float = 0.0,
        log: Path | None = None,
    ) -> None:
        self.site = site or Site(SEED, ARTICLES)
        self._minutes, self._delay, self._log = minutes, delay, log
        self._child: subprocess.Popen[bytes] | None = None
        self.base = ""
        """"http://127.0.0.1:PORT", once it has started."""

    def start(self) -> Self:
        """Start it and wait until it listens; RuntimeError when it does not."""
        command = [sys.executable, "-m", "huffarchive.sample", "--port", "0", "--attached"]
        command += ["--seed", str(self.site.seed), "--articles", str(self.site.articles)]
        command += ["--pages-of", str(self.site.weight), "--crawl-delay", str(self.site.delay)]
        command += ["--minutes", str(self._minutes), "--delay", str(self._delay)]
        if self._log is not None:
            command += ["--log", str(self._log)]
        self._child = subprocess.Popen(  # noqa: S603 - our own module, numbers for arguments
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,  # a Ctrl-C is for the crawl, which still asks for some pages
        )
        assert self._child.stdout is not None
        line = self._child.stdout.readline().decode("ascii", "replace").strip()
        if not line.startswith("http://127.0.0.1:"):
            self.stop()
            raise RuntimeError("the sample site did not start")
        self.base = line
        return self

    def stop(self) -> None:
        """End it and wait until it is gone."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()
