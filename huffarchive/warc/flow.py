"""The unpacked bytes of a stretch, looked at ahead and taken in order."""

from huffarchive.warc.stretch import Stretch


class Flow:
    """A buffer over a stretch that grows as it is asked to and forgets what was taken."""

    def __init__(self, stretch: Stretch) -> None:
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

    def find(self, needle: bytes, limit: int) -> int:
        """Where `needle` stands within the next `limit` bytes, from here; -1 when it does not."""
        found = self._data.find(needle, self._at, self._at + limit)
        if found >= 0:
            return found - self._at
        size = 4096
        while True:
            have = self.need(min(size, limit))
            found = self._data.find(needle, self._at, self._at + limit)
            if found >= 0:
                return found - self._at
            if have < size or size >= limit:
                return -1
            size = max(size * 4, have + 1)

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

    def skip(self, size: int) -> int:
        """Pass over bytes without keeping them; how many there were."""
        left = size
        while left > 0 and (piece := self.take(min(left, 1 << 20))):
            left -= len(piece)
        return size - left
