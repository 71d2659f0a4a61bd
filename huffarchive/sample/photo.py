"""The pictures of the sample site: stripes of four colours, made from the address."""

import re
import struct
import zlib
from hashlib import sha256

from huffarchive.sample.reply import Reply

_ASSET = re.compile(
    r"/asset/(?P<name>[0-9a-z-]{1,40})\.jpeg(?:\?ops=(?P<width>\d{2,4})_(?P<height>\d{2,4}))?"
)
_SIZE = (640, 360)
LOST, REPLACED = "00", "01"
"""Beginnings of the names that are not found, and of those in whose place a page stands."""


def photo(target: str) -> Reply | None:
    """The answer to a request for a picture, always of the same bytes; None when it names none."""
    match = _ASSET.fullmatch(target)
    if match is None:
        return None
    if match["name"].startswith(LOST):
        return Reply(404, "Not Found", (("Content-Type", "text/plain"),), b"image introuvable\n")
    if match["name"].startswith(REPLACED):
        page = b"<!doctype html><title>HuffPost</title><p>Image retir&eacute;e</p>\n"
        return Reply(200, "OK", (("Content-Type", "text/html"),), page)
    width, height = _SIZE
    if match["width"] is not None:
        width, height = int(match["width"]), int(match["height"])
    # The format is the host's own choice, whatever the name ends in [G].
    body = png(match["name"], width, height)
    return Reply(200, "OK", (("Content-Type", "image/png"),), body)


def png(name: str, width: int, height: int) -> bytes:
    """A PNG whose colours and stripes follow from the name."""
    dice = sha256(name.encode()).digest()
    stripe = 8 + dice[12] % 32
    row = bytearray(-(-width // 4))
    for x in range(width):  # four pixels of two bits each in a byte
        row[x // 4] |= (x // stripe % 4) << (6 - 2 * (x % 4))
    lines = zlib.compress((b"\0" + bytes(row)) * height, 6)
    head = struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", dice[:12]), (b"IDAT", lines), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
