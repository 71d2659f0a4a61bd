"""The hostile server: sockets on loopback that do what a case says, within bounds."""

import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from typing import Self

from tests.trials.hostile.case import Answer, Here
from tests.trials.hostile.evidence import Sent
from tests.trials.hostile.say import article, ok

MOST_BYTES = 256 * 1024 * 1024
"""Bytes that one answer may send."""
MOST_SECONDS = 40.0
"""Seconds that one answer may take."""
GOOD = 2_000_000
"""Pages with this number or a higher one are good ones."""
_IDENT = re.compile(rb"_n_(\d{1,18})")
_ROBOTS = ok(b"User-agent: *\nAllow: /\n", b"Content-Type: text/plain")
_FRONT = ok(b"<html><title>Une</title><p>Rien.</p></html>")


class Listener:
    """A port of this machine and a thread for each connection; ends with its `with` block."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(5)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                raw, _ = self._listening.accept()
                self.connections += 1
                self._open = [one for one in self._open if one.fileno() >= 0]
                self._open.append(raw)
                threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        try:
            raw.settimeout(MOST_SECONDS)
            if self._context is not None:
                connection = self._context.wrap_socket(raw, server_side=True)
                self._open.append(connection)
            self.talk(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def talk(self, connection: socket.socket) -> None:
        """Serve one connection; the canary only takes note of it."""


class Hostile(Listener):
    """Answers by the number in a page's address, or by its path."""

    def __init__(
        self,
        answers: dict[int, tuple[Answer, ...]],
        paths: dict[str, tuple[Answer, ...]],
        canary: str,
        context: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(context)
        self._answers, self._paths, self._canary = answers, paths, canary
        self.sent: list[Sent] = []
        """Every answer that was begun, in the order of asking."""
        self.asked: Counter[str] = Counter()
        """Requests by the number of the case, or by path."""
        self._scheme = "https" if context else "http"

    @property
    def base(self) -> str:
        """The site's base."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def talk(self, connection: socket.socket) -> None:
        """Answer request after request."""
        while (head := _request(connection)) is not None:
            path = (head.split(b" ", 2) + [b""])[1].decode("latin-1")
            found = _IDENT.search(path.encode("latin-1"))
            ident = int(found[1]) if found else 0
            self.asked[str(ident) if ident in self._answers else path] += 1
            answer = self._choose(path, ident)
            here = Here(self.base, self._canary, ident, path)
            self.sent.append(Sent(self.base + path, answer, here))
            self._send(connection, self.sent[-1])
            if answer.end == "keep":
                continue
            if answer.end == "hang":
                connection.recv(1)
            elif answer.end == "reset":
                time.sleep(0.1)  # or the reset would overtake what was sent before it
                option = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
            else:
                if isinstance(connection, ssl.SSLSocket) and answer.end == "close":
                    connection.settimeout(1)
                    connection = connection.unwrap()
                connection.shutdown(socket.SHUT_WR)
            return

    def _choose(self, path: str, ident: int) -> Answer:
        answers = self._answers.get(ident) or self._paths.get(path.partition("?")[0])
        if answers is None:
            answers = next(
                (v for k, v in self._paths.items() if k.endswith("*") and path.startswith(k[:-1])),
                None,
            )
        if answers:
            count = self.asked[str(ident) if ident in self._answers else path]
            return answers[min(count, len(answers)) - 1]
        if ident >= GOOD:
            return ok(article(f"Bonne page {ident}"))
        if path == "/robots.txt":
            return _ROBOTS
        return _FRONT if path == "/" else ok(b"", status=b"HTTP/1.1 404 Not Found\r\n")

    def _send(self, connection: socket.socket, sent: Sent) -> None:
        until = time.monotonic() + MOST_SECONDS
        for piece in sent.answer.pieces(sent.here):
            if sent.size > MOST_BYTES or time.monotonic() > until or self._ended.is_set():
                raise OSError("a bound of the trial's own")
            if isinstance(piece, float):
                time.sleep(piece)
            else:
                connection.sendall(piece)
                sent.size += len(piece)


def _request(connection: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if len(data) > 1_000_000 or not (part := connection.recv(65536)):
            return None
        data += part
    return data
