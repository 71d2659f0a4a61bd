"""Responses of others, whose heads do not always fit their bodies."""

import re

from huffarchive.message import Message, MessageError
from huffarchive.warc.read import Capture

_CHUNK = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(;[^\r\n]*)?\r?\n")
_FRAMING = {"transfer-encoding", "content-length"}
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def readable(capture: Capture) -> bytes:
    """The response as it can be read: framing and coding fields that its body belies are dropped.

    Many tools keep `Transfer-Encoding: chunked` or `Content-Encoding: gzip` on a body that they
    decoded, and the Wayback Machine's can be wrong. Our own captures are returned as they are.
    """
    response = capture.response
    if capture.note is not None and capture.note.source in ("live", "sample"):
        return response
    try:
        message = Message.parse(response)
    except MessageError:
        return response
    drop: set[str] = set()
    if message.chunked and not _CHUNK.match(message.body):
        drop |= _FRAMING
    length = message.header("content-length")
    if length is not None and length != str(len(message.body)) and not message.chunked:
        drop |= _FRAMING
    codings = message.header_list("content-encoding")
    if (
        codings
        and not message.chunked
        and not message.body.startswith(_MAGIC.get(codings[-1], b""))
    ):
        drop |= {"content-encoding", "content-length"}
    if not drop:
        return response
    kept = [f"{n}: {v}\r\n" for n, v in message.headers if n.lower() not in drop]
    head = f"{message.version} {message.status} {message.reason}\r\n{''.join(kept)}\r\n"
    return head.encode("latin-1", "replace") + message.body
