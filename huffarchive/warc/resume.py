"""Where reading goes on behind bytes that hold no readable record."""

import re

from zlib_ng import zlib_ng as zlib

from huffarchive.warc.digest import sha1
from huffarchive.warc.parse import MAX_BLOCK, MAX_HEAD, MAX_LINE, begins_record
from huffarchive.warc.source import WINDOW, Source
from huffarchive.warc.stretch import MAGIC, ZSTD, Frame, Stretch, is_zstd, stretch_at

AGAIN = 8
"""Bytes that may be looked at again, by the bytes that were read so far."""
FREE = 64 << 20
"""Bytes that may be looked at again in any file."""
_HEAD = 1024
"""Packed bytes of a gzip member that tell whether a record begins in it."""
PROOFS = 200
"""Records that a file may seem to begin with, of which the ends are looked at."""
_LINE = b"\nWARC/1."
_PACKED, _FRAMED = re.compile(re.escape(MAGIC)), re.compile(re.escape(ZSTD))
_PLAIN = re.compile(re.escape(_LINE))
_ANY = re.compile(_PACKED.pattern + b"|" + _PLAIN.pattern)
_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact
_BEGIN = re.compile(rb"\nWARC/1\.\d\r?\n[A-Za-z-]+:")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"\nContent-Length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_TYPE = re.compile(rb"\nWARC-Type:[ \t]*[a-z]", re.IGNORECASE)
_DIGEST = re.compile(rb"\nWARC-Block-Digest:[ \t]*(sha1:[A-Z2-7]{32})[ \t]*\r?\n", re.IGNORECASE)


class Resume:
    """Finds the next record of a file behind damage, in time that the file's size bounds.

    Behind a gzip member that is the next member in which a record begins, behind a zstd frame the
    next such frame, behind a record that is not packed the next line "WARC/1." of a head that says
    type and length. A file that does not begin with a record may hold text that looks like one:
    there, what is not packed must end where the next begins, or have the digest that it states. A
    record
    that begins within what was read as part of the damage is found too, until so much of the file
    has been read again that a hostile one would go on for ever: from then on what was read is past.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._again = 0
        self._kind = _FRAMED if is_zstd(bytes(source.at(0, 4))) else _ANY
        self._proofs = PROOFS
        self._strict = False
        """Whether the file began with something else than a record."""

    def whole(self, stretch: Stretch) -> None:
        """Take note of a stretch in which a record was read."""
        kinds = {"": _PLAIN, "zstd frame": _FRAMED}
        self._kind = kinds.get(stretch.packed, _PACKED)

    def after(self, begin: int, reached: int) -> int | None:
        """Where the next record begins behind one that begins at `begin` and was read up to
        `reached`, where it was found damaged; None when none does.
        """
        self._strict |= self._kind is _ANY
        self._again += reached if self._source.rewinds else max(reached - begin, 0)
        bounded = self._again <= AGAIN * reached + FREE
        return self._next(begin + 1 if bounded else max(reached, begin + 1))

    def _next(self, offset: int) -> int | None:
        at, size = max(offset - 1, 0), 4096  # a line's end may be the byte before
        while piece := self._source.at(at, size):
            for found in self._kind.finditer(piece):
                place = at + found.start()
                if found.group() == _LINE:
                    if self._is_record(place):
                        return place + 1
                elif place >= offset and _is_member(self._source, place):
                    return place
            if len(piece) < size:
                break
            at += size - len(_LINE) + 1
            size = min(size * 4, WINDOW)
        return None

    def _is_record(self, offset: int) -> bool:
        """Whether a record that is not packed begins behind the end of line at an offset."""
        for size in (4096, MAX_HEAD):
            piece = self._source.peek(offset, size)
            if not _BEGIN.match(piece):
                return False
            if (found := _HEAD_END.search(piece, 1)) is not None:
                break
        else:
            return False
        head = piece[: found.end()]
        length = _LENGTH.search(head)
        if length is None or not _TYPE.search(head):
            return False
        if not self._strict:
            return True
        self._proofs -= 1
        size = int(length[1])
        if self._proofs < 0 or size > MAX_BLOCK:
            return False
        after = self._source.peek(offset + len(head) + size, 9)
        if after in (b"\r\n\r\n", b"\r\n\r\nWARC/"):
            return True
        digest = _DIGEST.search(head)
        block = self._source.peek(offset + len(head), size) if digest else b""
        return digest is not None and sha1(block) == digest[1].decode("ascii")


def _is_member(source: Source, offset: int) -> bool:
    """Whether a gzip member or a zstd frame with a record in it, WARC's or ARC's, begins here."""
    stretch = stretch_at(source, offset)
    if isinstance(stretch, Frame):
        return begins_record(stretch.more())
    try:
        head = zlib.decompressobj(31).decompress(bytes(source.at(offset, _HEAD)), MAX_LINE)
    except _ZlibError:
        return False
    return begins_record(head)
