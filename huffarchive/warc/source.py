"""A file read front to back in large pieces, with its checksum where it is asked for."""

import hashlib
from typing import IO, TYPE_CHECKING
from zipfile import ZipExtFile

if TYPE_CHECKING:
    from zstandard import ZstdCompressionDict

WINDOW = 1 << 20


class Source:
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
