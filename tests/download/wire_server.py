"""A server made of sockets that does to each request what its kind says, and logs every byte."""

import contextlib
import fcntl
import socket
import ssl
import struct
import termios
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.download.wire_kinds import Kind


@dataclass
class Logged:
    """One request as it was received, and what was sent for it."""

    request: bytes
    connection: int
    sent: bytes = b""
    alpn: str | None = None


@dataclass
class Listener:
    """One kind on one port; stops with its `with` block."""

    kind: Kind
    context: ssl.SSLContext | None = None
    log: list[Logged] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(5)

    @property
    def base(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        number = 0
        with contextlib.suppress(OSError):
            while True:
                raw, _ = self._listening.accept()
                number += 1
                self._open.append(raw)
                threading.Thread(target=self._talk, args=(raw, number), daemon=True).start()

    def _talk(self, raw: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            raw.settimeout(60)
            connection = raw
            if self.context is not None:
                connection = self.context.wrap_socket(raw, server_side=True)
                self._open.append(connection)
            while (request := _read_request(connection)) is not None:
                logged = Logged(request, number)
                if isinstance(connection, ssl.SSLSocket):
                    logged.alpn = connection.selected_alpn_protocol()
                self.log.append(logged)
                answer = self.kind.answers[min(len(self.log), len(self.kind.answers)) - 1]
                self._answer(connection, answer.pieces, logged)
                if answer.end != "keep":
                    _END[answer.end](connection)
                    return

    def _answer(self, connection: socket.socket, pieces: tuple, logged: Logged) -> None:
        for piece in pieces:
            if isinstance(piece, float):
                time.sleep(piece)
            else:
                logged.sent += piece
                connection.sendall(piece)


def _read_request(connection: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (part := connection.recv(65536)):
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        part = connection.recv(65536)
        data, body = data + part, body + part
    return data


def _close(connection: socket.socket) -> None:
    """An orderly end, in TLS with its closing alert."""
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(1)
        connection = connection.unwrap()
    connection.shutdown(socket.SHUT_WR)
    connection.close()


def _drop(connection: socket.socket) -> None:
    """The end of TCP without the end of TLS."""
    connection.shutdown(socket.SHUT_WR)
    connection.close()


def _reset(connection: socket.socket) -> None:
    while fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)) != bytes(4):
        time.sleep(0.01)  # the reset would overtake what was sent before it and has not arrived
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _hang(connection: socket.socket) -> None:
    connection.recv(1)  # until the client, or the test, has had enough


_END: dict[str, Callable[[socket.socket], None]] = {
    "close": _close,
    "drop": _drop,
    "reset": _reset,
    "hang": _hang,
}
