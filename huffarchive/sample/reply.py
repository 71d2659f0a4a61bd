"""An HTTP answer down to the byte: header case and order, transfer and content codings."""

import gzip
import zlib
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Reply:
    """One answer, before it is put on the wire."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    """Names in their case, values, in order; repeated names stay repeated."""
    body: bytes = b""
    coding: str = "identity"
    """identity, gzip or deflate."""
    chunked: bool = False
    trailer: bool = False
    """Whether chunks carry an extension and a trailer follows them."""
    dice: Random = field(default_factory=lambda: Random(0))

    @property
    def entity(self) -> bytes:
        """The body under its content coding; the same bytes each time."""
        if self.coding == "gzip":
            return gzip.compress(self.body, 6, mtime=0)
        return zlib.compress(self.body, 6) if self.coding == "deflate" else self.body

    def wire(self, *, head_only: bool = False) -> bytes:
        """The bytes of the answer."""
        entity = self.entity
        headers = list(self.headers)
        if self.coding != "identity":
            headers.append(("Content-Encoding", self.coding))
        if self.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif self.status != 304:
            headers.append(("Content-Length", str(len(entity))))
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{k}: {v}" for k, v in headers)]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        if head_only or self.status == 304:
            return head
        return head + (self._chunks(entity) if self.chunked else entity)

    def _chunks(self, entity: bytes) -> bytes:
        parts: list[bytes] = []
        place = 0
        while place < len(entity):
            size = self.dice.choice((1, 97, 1024, 4096, 8192, 16384))
            piece = entity[place : place + size]
            extension = b";part=corps" if self.trailer and place == 0 else b""
            parts.append(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece))
            place += size
        end = (
            b"0\r\nX-Checksum: %08x\r\n\r\n" % zlib.crc32(entity) if self.trailer else b"0\r\n\r\n"
        )
        return b"".join(parts) + end
