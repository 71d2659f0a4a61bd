"""A member of a WACZ that cannot be unpacked costs itself and one line; the others are read."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from huffarchive.verify.check import Checker
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from tests.kit.command import scrapy
from tests.verify.records import clean, written

FIRST, LISTED = b"PK\x03\x04", b"PK\x01\x02"


def put(data: bytearray, *places: tuple[bytes, int, int]) -> None:
    for mark, at, value in places:
        data[data.index(mark) + at] = value


ODD: dict[str, Callable[[bytearray], object]] = {
    "encrypted": lambda data: put(data, (FIRST, 6, 1), (LISTED, 8, 1)),
    "encrypted, strong": lambda data: put(data, (FIRST, 6, 0x41), (LISTED, 8, 0x41)),
    "a method of compression that is none": lambda data: put(data, (FIRST, 8, 98), (LISTED, 10, 98)),
    "AES": lambda data: put(data, (FIRST, 8, 99), (LISTED, 10, 99)),
    "patched data": lambda data: put(data, (FIRST, 6, 0x20), (LISTED, 8, 0x20)),
    "its place is none": lambda data: put(data, (LISTED, 44, 0x7F)),
    "another name at its place": lambda data: put(data, (FIRST, 31, ord("x"))),
    "LZMA of other bytes": lambda data: put(data, (FIRST, 8, 14), (LISTED, 10, 14)),
    "deflate of other bytes": lambda data: put(data, (FIRST, 8, 8), (LISTED, 10, 8)),
    "bzip2 of other bytes": lambda data: put(data, (FIRST, 8, 12), (LISTED, 10, 12)),
}  # fmt: skip


def package(path: Path, spoil: Callable[[bytearray], object]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name in ("a\x1b[31m", "b"):
            made.writestr(f"archive/{name}.warc.gz", written(clean()))
    data = bytearray(path.read_bytes())
    spoil(data)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ODD)
def test_an_odd_member_costs_itself(tmp_path: Path, name: str) -> None:
    path = package(tmp_path / "x.wacz", ODD[name])
    ids: list[str] = []
    with pytest.raises(WarcError) as caught:
        ids.extend(stored.record.id for stored in records(path))
    assert len(ids) == len(clean())
    assert str(caught.value).isprintable()
    found = {(f.rule, f.file) for f in Checker().files([path])}
    assert any("archive/a" in file for _, file in found)


@pytest.mark.slow
def test_extract_says_it_in_one_line(tmp_path: Path) -> None:
    path = package(tmp_path / "x.wacz", ODD["encrypted"])
    done = scrapy("extract", str(path), "-o", str(tmp_path / "out.jsonl"))
    assert done.code == 3
    told, counted = done.err.splitlines()
    assert "it is encrypted" in told
    assert "\x1b" not in told
    assert "0 of 1 file" in counted
