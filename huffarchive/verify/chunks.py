"""Chunked bodies walked strictly (RFC 9112, section 7.1)."""

import re
from enum import StrEnum

_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r\n")


class Chunking(StrEnum):
    """How a body keeps to the chunked coding."""

    WHOLE = "whole"
    NONE = "none"
    """It does not begin as a chunk does: the body was decoded, or never chunked."""
    BROKEN = "broken"
    """It begins with chunks and goes on with something else."""
    CUT = "cut"
    """It ends before its last chunk does."""
    SURPLUS = "surplus"
    """Bytes follow its end."""


def walk(body: bytes) -> tuple[Chunking, int]:
    """Follow the chunks; what was found, and at which byte of the body."""
    at = 0
    while True:
        found = _SIZE.match(body, at)
        if found is None:
            return (
                Chunking.CUT if _may_go_on(body, at) else Chunking.BROKEN if at else Chunking.NONE
            ), at
        size, at = int(found.group(1), 16), found.end()
        if size == 0:
            return _trailers(body, at)
        if at + size + 2 > len(body):
            return Chunking.CUT, at
        at += size
        if body[at : at + 2] != b"\r\n":
            return Chunking.BROKEN, at
        at += 2


def _may_go_on(body: bytes, at: int) -> bool:
    """Whether the rest is the beginning of a chunk's first line."""
    rest = body[at : at + 20]
    return at + 20 > len(body) and re.fullmatch(rb"([0-9a-fA-F]*\r?)", rest) is not None


def _trailers(body: bytes, at: int) -> tuple[Chunking, int]:
    while (end := body.find(b"\r\n", at)) >= 0:
        if end == at:
            return (Chunking.WHOLE if end + 2 == len(body) else Chunking.SURPLUS), end + 2
        at = end + 2
    return Chunking.CUT, at
