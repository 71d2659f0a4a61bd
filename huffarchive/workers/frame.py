"""What passes between the crawl and a reader: frames of a length and that many bytes."""

import pickle
import socket
import struct
from io import BytesIO
from typing import Any

LENGTH = struct.Struct(">Q")
MAX_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer; a longer one is a reader gone mad."""

_VALUES = frozenset(
    {
        ("huffarchive.reading", "Reading"),
        ("huffarchive.reading", "Text"),
        ("huffarchive.reading", "PageType"),
        ("huffarchive.reading", "Caution"),
        ("huffarchive.article", "Image"),
        ("huffarchive.article", "Chrome"),
        ("huffarchive.workers.job", "Unread"),
    }
)


class _Answers(pickle.Unpickler):
    """Reads answers back: a reader that a page has taken over can make values and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise pickle.UnpicklingError(f"an answer holds {module}.{name}")
        return super().find_class(module, name)


def unpack(answer: memoryview) -> Any:
    """The value in an answer; UnpicklingError when it is none of ours."""
    return _Answers(BytesIO(answer)).load()


def send(connection: socket.socket, data: bytes) -> None:
    """Send one frame, waiting as long as it takes."""
    connection.sendall(LENGTH.pack(len(data)) + data)  # at once: the other side wakes once


def receive(connection: socket.socket) -> bytearray | None:
    """Wait for one frame; None when the other side is gone."""
    head = _exactly(connection, LENGTH.size)
    return None if head is None else _exactly(connection, LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        if (count := connection.recv_into(view[got:])) == 0:
            return None
        got += count
    return data
