"""Labelled digests as WARC files state them, and the same computed."""

import hashlib
import re
from enum import StrEnum
from typing import NamedTuple

_LABELLED = re.compile(r"([A-Za-z0-9.-]+):([A-Za-z0-9+/=_-]+)")
_BASE16, _BASE32 = re.compile(r"[0-9A-Fa-f]+"), re.compile(r"[A-Za-z2-7]+")
_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Bytes of the digests that can be computed here."""
_COMPUTE = {name: getattr(hashlib, name) for name in _SIZES}
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
"""From the digits of Base32 to those of Python's base 32."""


class Form(StrEnum):
    """What can be made of a stated digest."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    """Of an algorithm that cannot be computed here."""
    MALFORMED = "malformed"


class Stated(NamedTuple):
    """A digest as a record states it."""

    text: str
    algorithm: str
    value: bytes
    """The digest itself, when the form is known."""
    form: Form

    @classmethod
    def parse(cls, text: str) -> "Stated":
        """Take a labelled digest apart."""
        found = _LABELLED.fullmatch(text)
        if found is None:
            return cls(text, "", b"", Form.MALFORMED)
        algorithm = found.group(1).lower().replace("sha-", "sha")
        size = _SIZES.get(algorithm)
        if size is None:
            return cls(text, algorithm, b"", Form.UNKNOWN)
        written = found.group(2)
        if len(written) == 2 * size and _BASE16.fullmatch(written):
            return cls(text, algorithm, bytes.fromhex(written), Form.KNOWN)
        digits = written.rstrip("=").upper()
        if len(digits) != -(-size * 8 // 5) or not _BASE32.fullmatch(digits):
            return cls(text, algorithm, b"", Form.MALFORMED)
        number = int(digits.translate(_DIGITS), 32) >> (-size * 8 % 5)
        return cls(text, algorithm, number.to_bytes(size, "big"), Form.KNOWN)

    @property
    def known(self) -> bool:
        """Whether it can be compared with one that is computed."""
        return self.form is Form.KNOWN

    def of(self, data: bytes | memoryview) -> bytes:
        """The digest of some bytes, by the same algorithm."""
        computed: bytes = _COMPUTE[self.algorithm](data, usedforsecurity=False).digest()
        return computed
