"""Stretches of a file that hold records: one gzip member, or bytes that are not compressed."""

from typing import Protocol

from zlib_ng import zlib_ng as zlib

from huffarchive.warc.source import Source

STEP = 1 << 14
"""Compressed bytes that are handed to zlib at once."""
PIECE = 1 << 20
"""Bytes that a step may unpack to at once: a bomb costs no memory."""
_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact
MAGIC = b"\x1f\x8b\x08"


class Stretch(Protocol):
    """Record bytes, piece by piece."""

    start: int
    """Offset in the file."""
    end: int
    """Offset behind it, once it has been read."""
    fault: str | None
    """Why it is not whole: "cut" or what zlib says; None when all is well."""

    def more(self) -> bytes:
        """The next bytes, b"" at the end or at the fault."""
        ...


class Member:
    """One gzip member."""

    def __init__(self, source: Source, start: int) -> None:
        self.start = self.end = start
        self.fault: str | None = None
        self._source = source
        self._inflater = zlib.decompressobj(31)
        self._left: bytes | memoryview = b""

    def more(self) -> bytes:
        """The next unpacked bytes."""
        inflater = self._inflater
        while not inflater.eof and self.fault is None:
            fed = self._left or self._source.at(self.end, STEP)
            if not fed:
                self.fault = "cut"
                break
            if not self._left:
                self.end += len(fed)
            try:
                piece = inflater.decompress(fed, PIECE)
            except _ZlibError as error:
                self.fault = str(error).partition(": ")[2] or str(error)
                break
            self._left = inflater.unconsumed_tail
            if inflater.eof:
                self.end -= len(inflater.unused_data)
            if piece:
                return piece
        return b""


class Plain:
    """Bytes that are not compressed, up to the end of the file."""

    def __init__(self, source: Source, start: int) -> None:
        self.start = self.end = start
        self.fault: str | None = None
        self._source = source
        self._step = STEP

    def more(self) -> bytes:
        """The next bytes."""
        piece = bytes(self._source.at(self.end, self._step))
        self._step = min(self._step * 4, PIECE)
        self.end += len(piece)
        return piece


def stretch_at(source: Source, offset: int) -> Member | Plain:
    """The stretch that begins at an offset."""
    packed = source.at(offset, 3) == MAGIC
    return Member(source, offset) if packed else Plain(source, offset)


def salvage(source: Source, start: int) -> bytes:
    """The first bytes of a damaged member, as far as they unpack: enough to name its record."""
    inflater = zlib.decompressobj(-15)
    out = b""
    try:
        piece = bytes(source.at(start + 10, STEP))
        for at in range(0, len(piece), 64):
            out += inflater.decompress(piece[at : at + 64], 8192)
            if len(out) > 4096:
                break
    except _ZlibError:
        pass
    return out
