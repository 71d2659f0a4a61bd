"""Responses of others, whose heads do not always fit their bodies: made to fit.

Many tools keep `Transfer-Encoding: chunked` or `Content-Encoding: gzip` over a body that they
decoded, others take the fields away and leave the body as it was. An answer of ours is never
reconciled: `Message` reads it strictly.
"""

import codecs
import re

from huffarchive.http import MAX_LAYERS, Message, MessageError, dechunk, decoded

_SITES = "x-archive-orig-content-length"
_FRAMING = frozenset(("transfer-encoding", "content-length", "content-encoding"))
_CHUNKS = re.compile(rb"[ \t]*[0-9a-fA-F]{1,15}[ \t]*(?:;[^\r\n]*)?\r?\n")
_END = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
_NAMES = {"x-gzip": "gzip"}
_WITHOUT_MAGIC = ("br", "deflate")
_MOST_LAYERS = MAX_LAYERS + 1
"""Codings of a body, its transfer coding included."""
_LOOKED_AT = 2048
"""Bytes of a body that tell whether it is text."""
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\f\r\x1b")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def reconciled(raw: bytes) -> bytes:
    """A response of another's file in the form that `Message` reads: plain, no coding stated.

    Each coding is undone if the body has it, whatever the head says, and forgotten if it has not.
    One that cannot be undone (cut, damaged, too large, unknown) stays named in the head, as does
    the length of a text that was cut, so that reading the response fails with the fault. What is
    no HTTP comes back as it is.
    """
    try:
        message = Message.parse(raw, lenient=True)
    except MessageError:
        return raw
    kept = [(n, v) for n, v in message.headers if n.lower() not in _FRAMING]
    if message.chunked and _is_broken(message.body):
        coded = [(n, v) for n, v in message.headers if n.lower() == "content-encoding"]
        return response(message, [*kept, *coded, ("Transfer-Encoding", "chunked")], message.body)
    body, left = peel(message.body, stated(message))
    if left:
        kept.append(("Content-Encoding", left))
    elif length := _promised(message, body):
        kept.append(("Content-Length", length))
    return response(message, kept, body)


def _promised(message: Message, body: bytes) -> str | None:
    """The length of a text that is longer than what is there and lacks the end that HTML has; of
    an archive's answer that which the site stated too.

    That of a packed body, kept over the unpacked one, is less than what is there.
    """
    names = (*(("content-length",) if body == message.body else ()), _SITES)
    for stated in filter(None, map(message.header, names)):
        if body and stated.isascii() and stated.isdigit() and int(stated[:20]) > len(body):
            return None if _END.search(body, max(0, len(body) - 4096)) else stated
    return None


def response(message: Message, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """A response of HTTP/1.1 with a message's status and other headers and body."""
    lines = [f"HTTP/1.1 {message.status} {message.reason}", *(f"{n}: {v}" for n, v in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body


def stated(message: Message) -> list[str]:
    """The codings that a head states, in the order in which they were applied."""
    names = (*message.header_list("content-encoding"), *message.header_list("transfer-encoding"))
    return [_NAMES.get(name, name) for name in names if name not in ("identity", "chunked")]


def peel(body: bytes, codings: list[str]) -> tuple[bytes, str | None]:
    """The body with its codings undone, and the one that could not be, if there is one.

    `codings` are those that its head states, the outermost last. Bytes that look like text are in
    no coding; others are in the one that their first bytes name, or in one without such a mark
    that leads to text.
    """
    body = _without_chunks(body)
    plain = _plain(body, codings, _MOST_LAYERS)
    if plain is not None:
        return plain, None
    left = next((c for c, magic in _MAGIC.items() if body.startswith(magic)), None)
    return body, left or next(iter(reversed(codings)), None)


def _plain(body: bytes, codings: list[str], layers: int) -> bytes | None:
    """The text or the empty body that a body's codings lead to; None where they lead to none."""
    body = _without_chunks(body)
    if not body or _is_text(body):
        return body
    if not layers:
        return None
    named = [c for c, magic in _MAGIC.items() if body.startswith(magic)]
    known = (c for c in (*reversed(codings), *_WITHOUT_MAGIC) if c in _WITHOUT_MAGIC)
    for coding in named or dict.fromkeys(known):
        try:
            inner = decoded(body, coding)
        except MessageError:
            continue
        if inner and (found := _plain(inner, codings, layers - 1)) is not None:
            return found
    return None


def _is_broken(body: bytes) -> bool:
    """Whether a body begins with a chunk and its chunks are cut or damaged."""
    if not _CHUNKS.match(body):
        return False
    try:
        dechunk(body)
    except MessageError:
        return True
    return False


def _without_chunks(body: bytes) -> bytes:
    """The body of its chunks where it is in chunks."""
    for _ in range(_MOST_LAYERS):
        if not _CHUNKS.match(body):
            break
        try:
            body = dechunk(body)
        except MessageError:
            break
    return body


def _is_text(data: bytes) -> bool:
    """Whether bytes are text, in whatever charset; packed data have control characters."""
    if data.startswith(_MARKS):
        return True
    start = data[:_LOOKED_AT]
    odd = len(start) - len(start.translate(None, _CONTROL))
    return odd * 40 <= len(start) and not data.startswith(tuple(_MAGIC.values()))
