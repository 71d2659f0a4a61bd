"""What passes between the crawl and a reader: frames of a length and that much MessagePack."""

import socket
import struct
from datetime import datetime

from msgspec import ValidationError
from msgspec.msgpack import Decoder, Encoder

from huffarchive.reading import Reading
from huffarchive.workers.job import Job, Unread

LENGTH = struct.Struct(">Q")
MAX_ANSWER = 256 * 1024 * 1024
"""Bytes of an answer; a longer one is a reader gone mad."""

_encode = Encoder().encode
_job = Decoder(tuple[str, str, str, str | None])
_answer = Decoder(tuple[Reading | None, Unread | None])


def pack_job(job: Job) -> bytes:
    """What a reader is told of a page beside its response."""
    return _encode((job.url, job.captured_at.isoformat(), job.edition_code, job.site))


def unpack_job(head: bytearray, response: bytes) -> Job:
    """The job that `pack_job` packed, with its response."""
    url, captured_at, code, site = _job.decode(head)
    return Job(url, datetime.fromisoformat(captured_at), response, code, site)


def pack(answer: Reading | Unread) -> bytes:
    """An answer as bytes; TypeError or ValueError where it holds what no answer does."""
    return _encode((answer, None) if isinstance(answer, Reading) else (None, answer))


def unpack(data: memoryview) -> Reading | Unread:
    """The answer that `pack` packed; msgspec.MsgspecError where it is none.

    Whatever a reader that a page has taken over may send, it makes these values and nothing else.
    """
    reading, unread = _answer.decode(data)
    answer = reading if unread is None else unread
    if answer is None:
        raise ValidationError("neither a reading nor a failure")
    return answer


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
