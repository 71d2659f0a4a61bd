"""One HTTP exchange as it crossed the wire."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Truncation(StrEnum):
    """Why an exchange ended before its response did (WARC/1.1, section 5.15)."""

    LENGTH = "length"
    """A bound on its size stopped it."""
    TIME = "time"
    """A bound on its time stopped it."""
    DISCONNECT = "disconnect"
    """The connection broke."""
    UNSPECIFIED = "unspecified"
    """Nothing says why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The bytes of one request and of what came back, untouched, and when, from whom and how.

    `request` and `response` hold exactly what crossed the connection (below TLS): request line,
    header order and case, Transfer-Encoding and Content-Encoding. `response` is empty when no
    byte arrived, and a prefix when `truncated` says why.
    """

    url: str
    """The URL asked for, without fragment; the WARC-Target-URI."""
    request: bytes
    response: bytes
    began: datetime
    """When the request was written (UTC, whole seconds are kept); the WARC-Date."""
    ip: str | None = None
    """The peer's address."""
    protocols: tuple[str, ...] = ("http/1.1",)
    """WARC-Protocol values, e.g. ("http/1.1", "tls/1.3")."""
    cipher: str | None = None
    """WARC-Cipher-Suite, e.g. "TLS_AES_256_GCM_SHA384"."""
    truncated: Truncation | None = None

    @property
    def method(self) -> str:
        """The request's method, e.g. "GET"."""
        return self.request.split(b" ", 1)[0].decode("latin-1")
