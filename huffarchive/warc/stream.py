"""The bytes of a WARC file: pieces read front to back, gzip members, and what is unpacked of
them.
"""

import hashlib
import re
from typing import IO, TYPE_CHECKING, Protocol
from zipfile import ZipExtFile

import zstandard
from zlib_ng import zlib_ng as zlib

if TYPE_CHECKING:
    from zstandard import ZstdCompressionDict

WINDOW = 1 << 20


class FileWindow:
    """Bytes of a file by their offset; reading onwards is cheap, going back costs one seek."""

    def __init__(self, file: IO[bytes], limit: int | None = None, *, summed: bool = False) -> None:
        file.seek(0)
        self._file = file
        self.rewinds = isinstance(file, ZipExtFile)
        """Whether going back is reading again from the beginning."""
        self._limit = limit
        self._window = b""
        self._base = 0
        self._end = 0
        """Where the file stands, which is the end of the window."""
        self._sum = hashlib.sha256() if summed else None
        self._summed = 0
        self._over = False
        """Whether the window reaches the end of the file."""
        self.dictionary: ZstdCompressionDict | None = None
        """That of a zstd file, once it was asked for; empty where there is none."""

    def at(self, offset: int, size: int) -> memoryview:
        """Up to `size` bytes from `offset`; fewer at the end of the file."""
        start = offset - self._base
        if start < 0 or (start + size > len(self._window) and not self._over):
            self._load(offset, size)
            start = 0
        return memoryview(self._window)[start : start + size]

    def _load(self, offset: int, size: int) -> None:
        kept = b""
        if self._base <= offset <= self._end:
            kept = self._window[offset - self._base :]
        else:
            self._file.seek(offset)
            self._end = offset
            self._over = False
        want = max(size, WINDOW) - len(kept)
        if self._limit is not None:
            want = max(min(want, self._limit - self._end), 0)
        fresh = self._file.read(want)
        self._over = len(fresh) < max(size, WINDOW) - len(kept)
        if self._sum is not None and self._end <= self._summed < self._end + len(fresh):
            self._sum.update(memoryview(fresh)[self._summed - self._end :])
            self._summed = self._end + len(fresh)
        self._window = kept + fresh
        self._base, self._end = offset, self._end + len(fresh)

    def peek(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from somewhere else; the window stays where it is."""
        self._file.seek(offset)
        found = self._file.read(size)
        self._file.seek(self._end)
        return found

    @property
    def position(self) -> int:
        """How far the file has been read."""
        return self._end

    def find(self, needle: bytes, offset: int) -> int:
        """Where `needle` next stands from `offset` on; -1 when it does not."""
        while piece := self.at(offset, WINDOW):
            found = bytes(piece).find(needle)
            if found >= 0:
                return offset + found
            if len(piece) < WINDOW:
                break
            offset += len(piece) - len(needle) + 1
        return -1

    def sha256(self) -> str:
        """SHA-256 of the whole file, read to its end; `summed` must have been asked for."""
        assert self._sum is not None
        self._file.seek(self._summed)
        while piece := self._file.read(WINDOW):
            self._sum.update(piece)
            self._summed += len(piece)
        return self._sum.hexdigest()


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


class Segment(Protocol):
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

    def __init__(self, source: FileWindow, start: int) -> None:
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

    def __init__(self, source: FileWindow, start: int) -> None:
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
            self.fault = _without_dictionary(self._source, self.start) or str(error)
        return b""

    def _skip(self, size: int) -> None:
        if self.end == self.start:
            self.end += 8 + size
            if size and not self._source.at(self.end - 1, 1):
                self.fault = "cut"


def _unpacker(source: FileWindow) -> "zstandard.ZstdDecompressionObj":
    """What unpacks the frames of a file, with the dictionary that stands at its beginning."""
    if source.dictionary is None:
        source.dictionary = zstandard.ZstdCompressionDict(_dictionary(source))
    return zstandard.ZstdDecompressor(source.dictionary, max_window_size=MAX_WINDOW).decompressobj()


def _without_dictionary(source: FileWindow, frame: int) -> str | None:
    """That a frame needs another dictionary than the file's, where that is so."""
    try:
        wanted = zstandard.get_frame_parameters(bytes(source.at(frame, 18))).dict_id
    except zstandard.ZstdError:
        return None
    known = source.dictionary.dict_id() if source.dictionary is not None else 0
    if wanted in (0, known):
        return None
    return f"dictionary {wanted} is needed, which the file does not begin with"


def _dictionary(source: FileWindow) -> bytes:
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

    def __init__(self, source: FileWindow, start: int) -> None:
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


def segment_at(source: FileWindow, offset: int) -> Member | Frame | Plain:
    """The stretch that begins at an offset."""
    head = bytes(source.at(offset, 4))
    if head[:3] == MAGIC:
        return Member(source, offset)
    return Frame(source, offset) if is_zstd(head) else Plain(source, offset)


def is_packed(head: bytes) -> bool:
    """Whether a gzip member or a zstd frame begins with these bytes."""
    return head[:3] == MAGIC or is_zstd(head)


def is_zstd(head: bytes) -> bool:
    """Whether a frame of zstd begins with these bytes, one that is skipped too."""
    return head[:4] == ZSTD or (head[1:4] == SKIPPABLE and 0x50 <= head[0] <= 0x5F)


def salvage(source: FileWindow, start: int) -> bytes:
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


class RecordStream:
    """A buffer over a stretch that grows as it is asked to and forgets what was taken."""

    def __init__(self, stretch: Segment) -> None:
        self.stretch = stretch
        self._data = b""
        self._at = 0
        self.taken = 0
        """Bytes taken so far."""

    def need(self, size: int) -> int:
        """See to it that `size` bytes are at hand; how many there are (fewer at the end)."""
        have = len(self._data) - self._at
        if have >= size:
            return have
        parts = [self._data[self._at :]] if have else []
        while have < size and (piece := self.stretch.more()):
            parts.append(piece)
            have += len(piece)
        self._data = parts[0] if len(parts) == 1 else b"".join(parts)
        self._at = 0
        return have

    def find(self, needle: bytes | re.Pattern[bytes], limit: int) -> int:
        """Where `needle` stands within the next `limit` bytes, from here; -1 when it does not."""
        pattern = re.compile(re.escape(needle)) if isinstance(needle, bytes) else needle
        size = 0
        while True:
            have = self.need(min(size, limit))
            found = pattern.search(self._data, self._at, self._at + limit)
            if found is not None:
                return found.start() - self._at
            if have < size or size >= limit:
                return -1
            size = max(size * 4, have + 1, 4096)

    def look(self, size: int) -> bytes:
        """The next bytes, left where they are."""
        if len(self._data) - self._at < size:
            self.need(size)
        return self._data[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        if len(self._data) - self._at < size:
            self.need(size)
        out = self._data[self._at : self._at + size]
        self._at += len(out)
        self.taken += len(out)
        return out

    def give_back(self, data: bytes) -> None:
        """Put back the last bytes that were taken."""
        self._data, self._at = data + self._data[self._at :], 0
        self.taken -= len(data)

    def skip(self, size: int) -> int:
        """Pass over bytes without keeping them; how many there were."""
        left = size
        while left > 0 and (piece := self.take(min(left, 1 << 20))):
            left -= len(piece)
        return size - left
