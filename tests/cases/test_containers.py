"""Which bytes are records of a file, and which only look like records."""

import bz2
import gzip
import io
import lzma
import os
import random
import tarfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import zstandard

from huffarchive.article import Article
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract.extract import articles
from huffarchive.sources.warc_files import find_captures, read_member
from huffarchive.verify.record import Entry, WarcFile
from huffarchive.verify.scan import scan
from huffarchive.warc.damage import WarcError, readable
from huffarchive.warc.reader import member, records
from huffarchive.warc.stream import FileWindow
from tests.cases.kit import ADDRESS, framed, http, packed, page, warc

COUNT = 5
RECORDS = [warc(http(page(n)), n) for n in range(1, COUNT + 1)]
WORDS = 58


def read(path: Path) -> tuple[list[Article], str]:
    """The articles of a file, and what is said of it."""
    found: list[Article] = []
    try:
        for article in articles(path, 0):
            found.append(article)
    except WarcError as error:
        return found, str(error)
    return found, ""


def ids(found: list[Article]) -> list[int]:
    return [int(article.id.rpartition(":")[2]) for article in found]


DICTIONARY = zstandard.train_dictionary(
    8192, [warc(http(page(n)), n) for n in range(100, 400)]
).as_bytes()
"""Of records that stand in none of the files."""


@pytest.mark.parametrize("dictionary_packed", [False, True])
@pytest.mark.parametrize("dictionary", [b"", DICTIONARY, b"".join(RECORDS)])
def test_zstd(dictionary: bytes, dictionary_packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    kind = {"dictionary": dictionary, "dictionary_packed": dictionary_packed}
    path.write_bytes(framed(*RECORDS, **kind))
    found, said = read(path)
    assert (ids(found), said) == ([1, 2, 3, 4, 5], "")
    assert {a.word_count for a in found} == {WORDS}
    # Each pointer leads to one whole frame.
    data = path.read_bytes()
    known = zstandard.ZstdCompressionDict(dictionary)
    for article, record in zip(found, RECORDS, strict=True):
        frame = data[article.warc_offset : article.warc_offset + article.warc_length]
        unpacker = zstandard.ZstdDecompressor(dict_data=known).decompressobj()
        assert unpacker.decompress(frame) == record
        assert unpacker.eof
        assert not unpacker.unused_data


OTHER = zstandard.train_dictionary(
    8192, [warc(http(page(n)), n) for n in range(500, 800)], dict_id=77
).as_bytes()


@pytest.mark.parametrize("held", [b"", OTHER])
def test_frames_of_a_dictionary_that_is_not_there(held: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    bare = framed(*RECORDS, dictionary=DICTIONARY)[8 + len(DICTIONARY) :]
    path.write_bytes(framed(dictionary=held) + bare)
    found, said = read(path)
    number = zstandard.ZstdCompressionDict(DICTIONARY).dict_id()
    assert (found, f"dictionary {number} is needed" in said) == ([], True)


@pytest.mark.parametrize("at", range(COUNT))
def test_a_damaged_zstd_frame_costs_its_record(at: int, tmp_path: Path) -> None:
    squeezer = zstandard.ZstdCompressor(write_checksum=True)
    frames = [squeezer.compress(record) for record in RECORDS]
    spoilt = bytearray(frames[at])
    spoilt[len(spoilt) // 2] ^= 0x55
    frames[at] = bytes(spoilt)
    skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    path = tmp_path / "x.warc.zst"
    path.write_bytes(skipped + skipped.join(frames))
    found, said = read(path)
    assert ids(found) == [n + 1 for n in range(COUNT) if n != at]
    assert "damaged" in said or "cut short" in said


@pytest.mark.parametrize("left", [0, 3, 7, 12, 500, -20, -1])
def test_a_cut_zstd_file(left: int, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    path.write_bytes(framed(*RECORDS, dictionary=DICTIONARY)[:left])
    found, said = read(path)
    assert ids(found) == ([1, 2, 3, 4] if left < 0 else [])
    assert said


def test_one_frame_for_all_records_is_named_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    path.write_bytes(framed(b"".join(RECORDS)))
    found, said = read(path)
    assert found == []
    assert "`zstd -d`" in said


def test_records_that_are_split_over_members_are_named_with_advice(tmp_path: Path) -> None:
    """As block compressors write them; unpacked, each record is there."""
    path = tmp_path / "x.warc.gz"
    parts = [PLAIN[at : at + 500] for at in range(0, len(PLAIN), 500)]
    path.write_bytes(packed(*parts))
    found, said = read(path)
    assert (found, "unpack the file first" in said) == ([], True)
    path.write_bytes(gzip.decompress(path.read_bytes()))
    assert ids(read(path)[0]) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("size", [2**32 - 1, 2**25])
def test_a_dictionary_beyond_the_bound(size: int, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    held = zstandard.compress(bytes(2**25))
    front = b"\x5d\x2a\x4d\x18" + (size if size > 2**25 else len(held)).to_bytes(4, "little")
    path.write_bytes(front + held + framed(*RECORDS))
    found, said = read(path)
    assert found == []
    assert said


def _tar(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        file.addfile(info, io.BytesIO(data))
    return out.getvalue()


PLAIN = b"".join(RECORDS)
NOISE = random.Random(19).randbytes(3000)
QUOTED = b"Here is how a record looks:\n\n" + RECORDS[0] + b"\nand so on.\n"
NONE = {
    "tar of a plain file": _tar("x.warc", PLAIN),
    "tar of a packed file": _tar("x.warc.gz", packed(*RECORDS)),
    "packed tar": gzip.compress(_tar("x.warc.gz", packed(*RECORDS))),
    "packed twice": gzip.compress(packed(*RECORDS)),
    "xz": lzma.compress(PLAIN),
    "bzip2": bz2.compress(PLAIN),
    "a text that quotes a record": QUOTED,
    "the same with other line ends": QUOTED.replace(b"\r\n", b"\n"),
    "a dump that holds a record's beginning": NOISE + b"\n" + RECORDS[0][:400] + NOISE,
    "a dump that holds half a record": NOISE + b"\n" + RECORDS[0][:-900] + NOISE,
    "a dump that holds a record among others": NOISE + b"\n" + RECORDS[0] + NOISE,
    "a raw dictionary": DICTIONARY,
    "html": page(1),
    "noise": NOISE,
    "zeros": bytes(9000),
}


@pytest.mark.parametrize("form", NONE)
def test_no_record_is_made_of_what_is_none(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(NONE[form])
    found, said = read(path)
    assert (found, "not a WARC file" in said) == ([], True)


@pytest.mark.parametrize("spoilt", [range(20), range(400), range(9)])
@pytest.mark.parametrize("form", ["plain", "packed"])
def test_a_file_whose_beginning_is_damaged_is_read_on(
    form: str, spoilt: range, tmp_path: Path
) -> None:
    data = bytearray(PLAIN if form == "plain" else packed(*RECORDS))
    for at in spoilt:
        data[at] ^= 0x5A
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    found, said = read(path)
    assert ids(found) == [2, 3, 4, 5]
    assert said


FIELDS = (
    "WARC-Type",
    "WARC-Record-ID",
    "WARC-Date",
    "WARC-Target-URI",
    "Content-Type",
    "Content-Length",
)
VALUES = ["", "x", "-1", "<>", "0x10", "1e3", "2022-03-10", "99, 99", "\xa0", "a b", "é"]
"""None of them is a sound value of a field that is needed to find the text."""


@pytest.mark.parametrize("form", ["plain", "packed"])
@pytest.mark.parametrize("name", FIELDS)
def test_a_field_left_out_or_malformed_costs_nothing_without_a_word(
    name: str, form: str, tmp_path: Path
) -> None:
    """The record before and the record behind are read; so is this one, or a line says why not."""
    wrong = []
    alone = {"WARC-Type", "WARC-Target-URI"}  # their values may say that it is another record
    told = {None, ""}
    for number, value in enumerate([None, *VALUES]):
        changed = (
            warc(http(page(2)), 2, without=(name,))
            if value is None
            else warc(http(page(2)), 2, **{name.replace("-", "_"): value})
        )
        path = tmp_path / f"{number}.warc"
        parts = [RECORDS[0], changed, RECORDS[2]]
        path.write_bytes(b"".join(parts) if form == "plain" else packed(*parts))
        found, said = read(path)
        whole = ids(found) == [1, 2, 3] and {a.word_count for a in found} <= {WORDS, 0}
        named = ids(found) == [1, 3] and (
            said or (name in alone and (name == "WARC-Type" or value not in told))
        )
        if not whole and not named:
            wrong.append((value, ids(found), said))
    assert wrong == []


def test_records_without_an_id_have_the_same_one_at_every_reading(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(b"".join(warc(http(page(n)), n, without=("WARC-Record-ID",)) for n in (1, 2)))
    first, second = ([s.record.id for s in records(path)] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2


def _wrong_length(size: int, off: int, *more: str) -> bytes:
    return warc(http(page(2)), 2, *more, Content_Length=str(size + off))


@pytest.mark.parametrize("off", [-1, -9, -400, -900])
@pytest.mark.parametrize("form", ["plain", "packed"])
def test_a_length_that_is_too_small(off: int, form: str, tmp_path: Path) -> None:
    changed = _wrong_length(len(http(page(2))), off)
    parts = [RECORDS[0], changed, RECORDS[2]]
    path = tmp_path / "x.warc"
    path.write_bytes(b"".join(parts) if form == "plain" else packed(*parts))
    found, said = read(path)
    assert (ids(found), {a.word_count for a in found}, said) == ([1, 2, 3], {WORDS}, "")


@pytest.mark.parametrize("off", [1, 2, 4, 5, 30, 100, 400, 900, 2000])
@pytest.mark.parametrize("pack", [lambda *parts: b"".join(parts), packed, framed])
def test_a_length_that_reaches_into_the_records_behind(
    off: int, pack: Callable[..., bytes], tmp_path: Path
) -> None:
    parts = [RECORDS[0], _wrong_length(len(http(page(2))), off), *RECORDS[2:]]
    path = tmp_path / "x.warc"
    path.write_bytes(pack(*parts))
    found, said = read(path)
    assert (ids(found), {a.word_count for a in found}, said) == ([1, 2, 3, 4, 5], {WORDS}, "")


def test_every_pair_of_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    for outer, inner, pack in product(("\r\n", "\n"), ("\r\n", "\n"), (False, True)):
        made = [warc(http(page(n), end=inner), n, end=outer) for n in (1, 2, 3)]
        path.write_bytes(packed(*made) if pack else b"".join(made))
        found, said = read(path)
        assert (ids(found), said) == ([1, 2, 3], ""), (outer, inner, pack)


MARK = b"\xef\xbb\xbf"


def _version(number: int, line: bytes) -> bytes:
    return RECORDS[number].replace(b"WARC/1.0", line, 1)


A, B, C = RECORDS[:3]
AROUND = {
    "zeros": A + bytes(512) + B + bytes(5) + C,
    "many zeros": A + bytes(2_000_000) + B + C,
    "zeros first": bytes(100) + A + B + C,
    "zeros last": A + B + C + bytes(1000),
    "zeros between members": packed(A) + bytes(512) + packed(B, C),
    "zeros behind members": packed(A, B, C) + bytes(512),
    "white space": A + b"    " + B + b"\t\t \r\n" + C + b"  ",
    "much white space": A + b" \r\n" * 500_000 + B + C,
    "white space first": b"\r\n\r\n  " + A + B + C,
    "lines between members": packed(A) + b"\r\n\r\n" + packed(B, C),
    "plain, then members": A + B + packed(C),
    "plain, members, plain, members": A + packed(B) + C + packed(RECORDS[3]),
    "members, then plain": packed(A) + B + C,
    "members, plain, members": packed(A) + B + packed(C),
    "plain, then frames": A + framed(B, C),
    "frames, plain, frames": framed(A) + B + framed(C),
    "frames, then members": framed(A) + packed(B, C),
    "a mark first": MARK + A + B + C,
    "a mark in a member": packed(MARK + A, B, C),
    "a mark before members": MARK + packed(A, B, C),
    "marks": MARK + A + MARK + B + MARK + C,
    **{
        f"{line.decode()!r} {how}": pack(A, _version(1, line), C)
        for line in (b"WARC/2.0", b"WARC/0.17", b"WARC/0.18", b"WARC/1", b"warc/1.0", b"WARC/1.0 ")
        for how, pack in (("plain", lambda *parts: b"".join(parts)), ("packed", packed))
    },
}
"""What stands around records whose own content is plain."""


@pytest.mark.parametrize("form", AROUND)
def test_what_stands_around_a_record_does_not_hide_it(form: str, tmp_path: Path) -> None:
    """All records are read, taken in and verified; zeros, which may stand for lost records, told."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(AROUND[form])
    numbers = [1, 2, 3, 4] if form == "plain, members, plain, members" else [1, 2, 3]
    found, said = read(path)
    assert (ids(found), {a.word_count for a in found}) == (numbers, {WORDS})
    assert bool(said) == form.startswith(("zeros", "many zeros"))
    named = readable(find_captures(path, HUFFPOST_QC), [])
    members = [read_member(n.memento) for n in named if n is not None and n.memento is not None]
    blocks = [member(data, "").record.block for data in members]
    assert blocks == [http(page(n)) for n in numbers]
    with path.open("rb") as file:
        seen = [*scan(FileWindow(file), WarcFile("x", "x"))]
    assert [e.url for e in seen if isinstance(e, Entry)] == [ADDRESS.format(n) for n in numbers]


def test_an_arc_has_the_same_ids_at_every_reading(tmp_path: Path) -> None:
    body = http(page(1))
    first = b"filedesc://x.arc 0.0.0.0 20120102030405 text/plain 76\n1 0 Test\n" + (
        b"URL IP-address Archive-date Content-type Archive-length\n\n"
    ).ljust(67)
    url = b"http://quebec.huffingtonpost.ca/2013/05/01/la-neige_n_1.html"
    entry = url + b" 192.0.2.1 20120102030405 text/html %d\n" % len(body) + body + b"\n"
    path = tmp_path / "x.arc.gz"
    path.write_bytes(packed(first, entry))
    (one,), (two,) = read(path)[0], read(path)[0]
    assert one == two


def test_a_file_that_grows_while_it_is_read_is_no_endless_one(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(b"WARC/1.0\r\n" * 20_000 + os.urandom(9))
    assert read(path)[0] == []
