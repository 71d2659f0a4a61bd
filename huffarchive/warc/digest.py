"""Digests as WARC files carry them."""

import hashlib
from base64 import b32encode


def sha1(data: bytes) -> str:
    """SHA-1 in the form that WARC tools expect, "sha1:" and 32 Base32 characters."""
    return "sha1:" + b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def sha256(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
