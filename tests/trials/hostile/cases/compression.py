"""Content codings: bombs, layers, cut and broken streams, false names."""

import gzip
import struct
import zlib
from functools import lru_cache

import brotli
import zstandard

from tests.trials.hostile.say import HTML, OK, PAGE, Group, bomb, chunks, made, ok

GROUP = Group("compression")
_add = GROUP.add
_TWO_GIB = 2 * 1024**3
_MIB = 1024 * 1024


def _coded(name: str) -> bytes:
    return b"Content-Encoding: " + name.encode()


def _gzip(data: bytes = PAGE) -> bytes:
    return gzip.compress(data, mtime=0)


def _zstd(data: bytes = PAGE) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def _raw_deflate(data: bytes = PAGE) -> bytes:
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


@lru_cache(maxsize=1)
def _brotli_bomb() -> bytes:
    stream = brotli.Compressor(quality=1, lgwin=24)
    block = bytes(16 * _MIB)
    parts = [stream.process(block) for _ in range(_TWO_GIB // len(block))]
    return b"".join(parts) + stream.finish()


@lru_cache(maxsize=1)
def _zstd_bomb() -> bytes:
    stream = zstandard.ZstdCompressor(level=1).compressobj(size=_TWO_GIB)
    block = bytes(16 * _MIB)
    parts = [stream.compress(block) for _ in range(_TWO_GIB // len(block))]
    return b"".join(parts) + stream.flush()


def _zstd_rle() -> bytes:
    """A frame of 2 GiB in blocks of one repeated byte: 64 KiB on the wire, by hand (RFC 8878)."""
    head = b"\x28\xb5\x2f\xfd" + bytes([0b11000000]) + b"\x38" + struct.pack("<Q", _TWO_GIB)
    size, kind = 128 * 1024, 1
    block = struct.pack("<I", (size << 3) | (kind << 1))[:3] + b"A"
    last = struct.pack("<I", (size << 3) | (kind << 1) | 1)[:3] + b"A"
    return head + block * (_TWO_GIB // size - 1) + last


_add(
    "gzip-bomb-2-gib",
    "2 GiB of zeros in gzip",
    "failed/too_large",
    ok(lambda: bomb(31), HTML, _coded("gzip")),
    quick=True,
)
_add(
    "deflate-bomb-2-gib",
    "2 GiB of zeros in zlib's form of deflate",
    "failed/too_large",
    ok(lambda: bomb(15), HTML, _coded("deflate")),
)
_add(
    "raw-deflate-bomb-2-gib",
    "2 GiB of zeros in bare deflate",
    "failed/too_large",
    ok(lambda: bomb(-15), HTML, _coded("deflate")),
)
_add(
    "brotli-bomb-2-gib",
    "2 GiB of zeros in brotli",
    "failed/too_large",
    ok(_brotli_bomb, HTML, _coded("br")),
)
_add(
    "zstd-bomb-2-gib",
    "2 GiB of zeros in one zstd frame",
    "failed/too_large",
    ok(_zstd_bomb, HTML, _coded("zstd")),
    quick=True,
)
_add(
    "zstd-rle-bomb-2-gib",
    "a frame of 16,384 repeated bytes, 2 GiB in 64 KiB",
    "failed/too_large",
    ok(_zstd_rle, HTML, _coded("zstd")),
)
_add(
    "zstd-many-frames",
    "16 MiB of zeros in a frame, 128 frames",
    "failed/too_large",
    ok(lambda: _zstd(bytes(16 * _MIB)) * 128, HTML, _coded("zstd")),
)
_add(
    "gzip-many-members",
    "16 MiB of zeros in a member, 128 members",
    "failed/too_large",
    ok(lambda: _gzip(bytes(16 * _MIB)) * 128, HTML, _coded("gzip")),
)
_add(
    "gzip-bomb-in-gzip",
    "a bomb in two layers of gzip",
    "failed/too_large",
    ok(lambda: _gzip(bomb(31)), HTML, _coded("gzip, gzip")),
    quick=True,
)
_add(
    "brotli-bomb-in-gzip",
    "a brotli bomb in gzip",
    "failed/too_large",
    ok(lambda: _gzip(_brotli_bomb()), HTML, _coded("br, gzip")),
)
_add(
    "bomb-in-chunks",
    "a gzip bomb in chunks of a kilobyte",
    "failed/too_large",
    made(
        lambda: (
            OK + _coded("gzip") + b"\r\nTransfer-Encoding: chunked\r\n\r\n",
            chunks(*(bomb(31)[i : i + 1024] for i in range(0, len(bomb(31)), 1024))),
        )
    ),
)
_add(
    "bomb-until-close",
    "a gzip bomb with no length",
    "failed/too_large",
    made(lambda: (OK + _coded("gzip") + b"\r\n\r\n", bomb(31)), end="close"),
)
_add(
    "bomb-in-a-404",
    "a gzip bomb with status 404",
    "gone/not_found",
    ok(lambda: bomb(31), HTML, _coded("gzip"), status=b"HTTP/1.1 404 Not Found\r\n"),
)
_add(
    "page-of-16-mib",
    "16 MiB of spaces, to the byte",
    "captured/article",
    ok(lambda: _gzip(PAGE + b" " * (16 * _MIB - len(PAGE))), HTML, _coded("gzip")),
)
_add(
    "page-one-byte-over",
    "16 MiB and one byte",
    "failed/too_large",
    ok(lambda: _gzip(PAGE + b" " * (16 * _MIB + 1 - len(PAGE))), HTML, _coded("gzip")),
)
_add(
    "two-layers",
    "gzip in brotli",
    "captured/article",
    ok(brotli.compress(_gzip()), HTML, _coded("gzip, br")),
)
_add(
    "two-headers",
    "two Content-Encoding headers, two layers",
    "captured/article",
    ok(_zstd(_gzip()), HTML, _coded("gzip"), _coded("zstd")),
)
_add(
    "three-layers",
    "gzip three times",
    "failed/malformed",
    ok(_gzip(_gzip(_gzip())), HTML, _coded("gzip, gzip, gzip")),
    quick=True,
)
_add(
    "a-thousand-layers",
    "a Content-Encoding that names gzip a thousand times",
    "failed/malformed",
    ok(_gzip(), HTML, _coded(", ".join(["gzip"] * 1000))),
)
_add(
    "layers-not-there",
    "two layers named, one there",
    "failed/malformed",
    ok(_gzip(), HTML, _coded("gzip, gzip")),
)
for _name, _data in (
    ("gzip", _gzip()),
    ("deflate", zlib.compress(PAGE)),
    ("br", brotli.compress(PAGE)),
    ("zstd", _zstd()),
):
    _add(
        f"{_name}-cut",
        f"{_name} without its second half",
        "failed/cut",
        ok(_data[: len(_data) // 2], HTML, _coded(_name)),
        quick=_name == "gzip",
    )
    _add(
        f"{_name}-one-byte-short",
        f"{_name} without its last byte",
        "failed/cut",
        ok(_data[:-1], HTML, _coded(_name)),
    )
    _add(
        f"{_name}-noise",
        f"{_name} named, noise sent",
        "failed/cut" if _name == "br" else "failed/malformed",
        ok(bytes(range(1, 256)) * 20, HTML, _coded(_name)),
    )
_add(
    "gzip-bad-crc",
    "gzip with a wrong CRC",
    "failed/malformed",
    ok(_gzip()[:-8] + b"\0\0\0\0" + _gzip()[-4:], HTML, _coded("gzip")),
    quick=True,
)
_add(
    "gzip-bad-size",
    "gzip with a wrong length in its trailer",
    "failed/malformed",
    ok(_gzip()[:-4] + b"\xff\xff\xff\x7f", HTML, _coded("gzip")),
)
_add(
    "zlib-bad-adler",
    "zlib with a wrong checksum",
    "failed/malformed",
    ok(zlib.compress(PAGE)[:-4] + b"\0\0\0\0", HTML, _coded("deflate")),
)
_add(
    "zstd-bad-checksum",
    "zstd with a wrong checksum",
    "failed/malformed",
    ok(_zstd()[:-4] + b"\0\0\0\0", HTML, _coded("zstd")),
)
_add(
    "gzip-flipped-bits",
    "gzip with bits flipped in the middle",
    "failed/malformed",
    ok(_gzip()[:40] + bytes(b ^ 0x55 for b in _gzip()[40:60]) + _gzip()[60:], HTML, _coded("gzip")),
)
_add(
    "gzip-header-cut",
    "three bytes of a gzip header",
    "failed/cut",
    ok(b"\x1f\x8b\x08", HTML, _coded("gzip")),
)
_add(
    "gzip-endless-name",
    "a gzip header with a file name of 8 MB that never ends",
    "failed/cut",
    ok(lambda: b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"n" * 8_000_000, HTML, _coded("gzip")),
)
_add(
    "gzip-with-rubbish-behind",
    "gzip, then bytes that belong to nothing",
    "captured/article",
    ok(_gzip() + b"rubbish", HTML, _coded("gzip")),
)
_add(
    "second-member-cut",
    "a whole gzip member, then half of one",
    "failed/cut",
    ok(_gzip() + _gzip()[:60], HTML, _coded("gzip")),
)
_add(
    "empty-gzip-members",
    "200,000 empty gzip members",
    "failed/malformed",
    ok(lambda: _gzip() + _gzip(b"") * 200_000, HTML, _coded("gzip")),
)
_add(
    "gzip-of-900-members",
    "a page in 900 gzip members",
    "captured/article",
    ok(
        lambda: b"".join(_gzip(PAGE[n : n + 2]) for n in range(0, len(PAGE), 2)),
        HTML,
        _coded("gzip"),
    ),
)
_add(
    "zstd-window-2-gib",
    "a zstd frame that asks for a window of 2 GiB",
    "failed/malformed",
    ok(b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00", HTML, _coded("zstd")),
)
_add(
    "zstd-unknown-dictionary",
    "a zstd frame made with a dictionary",
    "failed/malformed",
    ok(
        zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(PAGE * 4)).compress(
            PAGE * 2
        ),
        HTML,
        _coded("zstd"),
    ),
)
_add(
    "unknown-coding",
    "a coding that nobody knows",
    "failed/malformed",
    ok(PAGE, HTML, _coded("x-neige")),
    quick=True,
)
_add(
    "compress",
    "the coding of the compress program",
    "failed/malformed",
    ok(b"\x1f\x9d\x90" + bytes(100), HTML, _coded("compress")),
)
_add(
    "coding-of-5000-letters",
    "a Content-Encoding of 5,000 letters",
    "failed/malformed",
    ok(PAGE, HTML, _coded("g" * 5000)),
)
_add(
    "coding-with-controls",
    "a Content-Encoding with escape sequences",
    "failed/malformed",
    ok(PAGE, HTML, b"Content-Encoding: \x1b[31mgzip\x07"),
)
_add("false-gzip", "gzip named, HTML sent", "failed/malformed", ok(PAGE, HTML, _coded("gzip")))
_add(
    "unnamed-gzip",
    "gzip sent, nothing named: bytes that are no page",
    "captured/unreadable",
    ok(_gzip(), HTML),
)
_add("identity", "identity named", "captured/article", ok(PAGE, HTML, _coded("identity")))
_add("empty-coding", "an empty Content-Encoding", "captured/article", ok(PAGE, HTML, _coded("")))
_add(
    "coding-in-capitals",
    "GZIP, X-GZIP in capitals",
    "captured/article",
    ok(_gzip(), HTML, _coded("X-GZIP")),
)
_add(
    "coding-of-nothing",
    "gzip named, an empty body",
    "captured/unreadable",
    ok(b"", HTML, _coded("gzip")),
)
_add(
    "bare-deflate",
    "bare deflate where zlib's form is meant",
    "captured/article",
    ok(_raw_deflate(), HTML, _coded("deflate")),
)
_add(
    "50-mb-page-in-gzip",
    "a page of 50 MB, 100 kB on the wire",
    "failed/too_large",
    ok(lambda: _gzip(PAGE + b"<p>neige</p>" * 4_200_000), HTML, _coded("gzip")),
    seconds=10.0,
)
