"""Where reading goes on behind bytes that hold no readable record."""

import re

from zlib_ng import zlib_ng as zlib

from huffarchive.warc.parse import MAX_LINE, begins_record
from huffarchive.warc.source import WINDOW, Source
from huffarchive.warc.stretch import MAGIC

AGAIN = 8
"""Bytes that may be looked at again, by the bytes that were read so far."""
FREE = 64 << 20
"""Bytes that may be looked at again in any file."""
_HEAD = 1024
"""Packed bytes of a member that tell whether a record begins in it."""
_LINE = b"\nWARC/1."
_PACKED, _PLAIN = re.compile(re.escape(MAGIC)), re.compile(re.escape(_LINE))
_ANY = re.compile(_PACKED.pattern + b"|" + _PLAIN.pattern)
_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact


class Resume:
    """Finds the next record of a file behind damage, in time that the file's size bounds.

    Behind a gzip member that is the next member in which a record begins, behind a record that is
    not packed the next line "WARC/1."; at the file's beginning, whichever comes first. A record
    that begins within what was read as part of the damage is found too, until so much of the file
    has been read again that a hostile one would go on for ever: from then on what was read is past.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._again = 0
        self._kind = _ANY

    def whole(self, *, packed: bool) -> None:
        """Take note of a record that was read, and whether it was packed."""
        self._kind = _PACKED if packed else _PLAIN

    def after(self, begin: int, reached: int) -> int | None:
        """Where the next record begins behind one that begins at `begin` and was read up to
        `reached`, where it was found damaged; None when none does.
        """
        self._again += reached if self._source.rewinds else max(reached - begin, 0)
        bounded = self._again <= AGAIN * reached + FREE
        return self._next(begin + 1 if bounded else max(reached, begin + 1))

    def _next(self, offset: int) -> int | None:
        at, size = max(offset - 1, 0), 4096  # a line's end may be the byte before
        while piece := self._source.at(at, size):
            for found in self._kind.finditer(piece):
                place = at + found.start()
                if found.group() == _LINE:
                    return place + 1
                if place >= offset and _is_member(self._source, place):
                    return place
            if len(piece) < size:
                break
            at += size - len(_LINE) + 1
            size = min(size * 4, WINDOW)
        return None


def _is_member(source: Source, offset: int) -> bool:
    """Whether a gzip member with a record in it, WARC's or ARC's, begins here."""
    try:
        head = zlib.decompressobj(31).decompress(bytes(source.at(offset, _HEAD)), MAX_LINE)
    except _ZlibError:
        return False
    return begins_record(head)
