"""Stretches of a file that hold records: a gzip member, a zstd frame, or bytes as they are."""

from typing import Protocol

import zstandard
from zlib_ng import zlib_ng as zlib

from huffarchive.warc.source import Source

STEP = 1 << 14
"""Compressed bytes that are handed to zlib at once."""
PIECE = 1 << 20
"""Bytes that a step may unpack to at once: a bomb costs no memory."""
_ZlibError: type[Exception] = zlib.error  # type: ignore[assignment]  # a class in fact
MAGIC = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
SKIPPABLE = b"\x2a\x4d\x18"
"""The end of the four bytes that begin a skippable frame of zstd; the first is 50 to 5F."""
DICTIONARY = b"\x5d" + SKIPPABLE
"""What begins the frame that holds a file's dictionary (Zstandard compression for WARC 1.0)."""
MAX_DICTIONARY = 16 << 20
"""Bytes of a dictionary, packed or not."""
MAX_WINDOW = 1 << 27
"""Bytes of window that a frame may ask for, as zstd's own program allows."""
FED = 512
"""Packed bytes that zstd is given at once: four bytes can stand for 128 KiB."""


class Stretch(Protocol):
    """Record bytes, piece by piece."""

    start: int
    """Offset in the file."""
    end: int
    """Offset behind it, once it has been read."""
    fault: str | None
    """Why it is not whole: "cut" or what zlib says; None when all is well."""
    packed: str
    """What it is, "gzip member" or "zstd frame"; "" when it is not packed."""

    def more(self) -> bytes:
        """The next bytes, b"" at the end or at the fault."""
        ...


class Member:
    """One gzip member."""

    packed = "gzip member"

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


class Frame:
    """One zstd frame; a skippable one holds nothing."""

    packed = "zstd frame"

    def __init__(self, source: Source, start: int) -> None:
        self.start = self.end = start
        self.fault: str | None = None
        self._source = source
        self._stream: zstandard.ZstdDecompressionObj | None = None
        head = bytes(source.at(start, 8))
        self._skipped = int.from_bytes(head[4:], "little") if head[1:4] == SKIPPABLE else None

    def more(self) -> bytes:
        """The next unpacked bytes."""
        if self._skipped is not None:
            self._skip(self._skipped)
            return b""
        try:
            if self._stream is None:
                self._stream = _unpacker(self._source)
            while not self._stream.eof and self.fault is None:
                if not (fed := bytes(self._source.at(self.end, FED))):
                    self.fault = "cut"
                    break
                piece = self._stream.decompress(fed)
                self.end += len(fed) - len(self._stream.unused_data)
                if piece:
                    return piece
        except zstandard.ZstdError as error:
            self.fault = str(error)
        return b""

    def _skip(self, size: int) -> None:
        if self.end == self.start:
            self.end += 8 + size
            if size and not self._source.at(self.end - 1, 1):
                self.fault = "cut"


def _unpacker(source: Source) -> "zstandard.ZstdDecompressionObj":
    """What unpacks the frames of a file, with the dictionary that stands at its beginning."""
    if source.dictionary is None:
        source.dictionary = zstandard.ZstdCompressionDict(_dictionary(source))
    return zstandard.ZstdDecompressor(source.dictionary, max_window_size=MAX_WINDOW).decompressobj()


def _dictionary(source: Source) -> bytes:
    head = bytes(source.at(0, 8))
    size = int.from_bytes(head[4:], "little")
    if head[:4] != DICTIONARY:
        return b""
    if size > MAX_DICTIONARY:
        raise zstandard.ZstdError(f"a dictionary of {size} bytes")
    data = bytes(source.at(8, size))
    if not data.startswith(ZSTD):
        return data
    out, stream = b"", zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
    for at in range(0, len(data), FED):
        out += stream.decompress(data[at : at + FED])
        if len(out) > MAX_DICTIONARY:
            raise zstandard.ZstdError(f"a dictionary of more than {MAX_DICTIONARY} bytes")
    return out


class Plain:
    """Bytes that are not compressed, up to the end of the file."""

    packed = ""

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


def stretch_at(source: Source, offset: int) -> Member | Frame | Plain:
    """The stretch that begins at an offset."""
    head = bytes(source.at(offset, 4))
    if head[:3] == MAGIC:
        return Member(source, offset)
    return Frame(source, offset) if is_zstd(head) else Plain(source, offset)


def is_zstd(head: bytes) -> bool:
    """Whether a frame of zstd begins with these bytes, one that is skipped too."""
    return head[:4] == ZSTD or (head[1:4] == SKIPPABLE and 0x50 <= head[0] <= 0x5F)


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
