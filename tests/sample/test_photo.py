"""The sample's pictures: real files, always of the same bytes, some of them lost."""

import struct
import zlib

import pytest

from huffarchive.sample.responses import LOST, REPLACED, photo, png


def chunks(data: bytes) -> dict[bytes, bytes]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (
            zlib.crc32(kind + body),
        )
        found[kind] = body
        at += 12 + length
    return found


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 3), (1200, 630)])
def test_it_is_a_png_of_the_size_asked_for(width: int, height: int) -> None:
    found = chunks(png("name", width, height))
    assert found[b"IHDR"][:8] == struct.pack(">II", width, height)
    assert len(zlib.decompress(found[b"IDAT"])) == height * (1 + -(-width // 4))
    assert png("name", width, height) == png("name", width, height) != png("other", width, height)


def test_an_address_has_one_answer() -> None:
    one = photo("/asset/5cd4d0ae.jpeg?ops=1200_630")
    assert one is not None
    assert (one.status, one.headers) == (200, (("Content-Type", "image/png"),))
    assert chunks(one.body)[b"IHDR"][:8] == struct.pack(">II", 1200, 630)
    again = photo("/asset/5cd4d0ae.jpeg?ops=1200_630")
    assert again is not None
    assert again.wire() == one.wire()
    lost, replaced = photo(f"/asset/{LOST}a.jpeg"), photo(f"/asset/{REPLACED}a.jpeg")
    assert lost is not None
    assert lost.status == 404
    assert replaced is not None
    assert replaced.headers == (("Content-Type", "text/html"),)
    for other in ("/asset/", "/asset/a.gif", "/asset/a.jpeg?ops=99999_1", "/2012/x_n_1.html"):
        assert photo(other) is None
