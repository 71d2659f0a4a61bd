"""Damage in a file of WARC records costs the records that it touches, and no other."""

import gzip
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huffarchive.verify.record import Damage, Entry, WarcFile
from huffarchive.verify.scan import scan
from huffarchive.warc.damage import DamagedBytes, WarcError
from huffarchive.warc.reader import records
from huffarchive.warc.record import Record, Stored
from huffarchive.warc.stream import FileWindow

NOW = datetime(2026, 1, 2, tzinfo=UTC).isoformat()


def record(number: int, block: bytes, *, size: int | None = None) -> Record:
    fields = (
        ("WARC-Record-ID", f"<urn:uuid:{number:036}>"),
        ("WARC-Target-URI", f"http://example.org/{number}"),
        ("WARC-Date", NOW),
        ("Content-Type", "application/http; msgtype=response"),
        ("Content-Length", str(len(block) if size is None else size)),
    )
    return Record("response", fields, block)


def plain(number: int, block: bytes, *, size: int | None = None) -> bytes:
    return record(number, block, size=size).to_bytes()


def collected(path: Path) -> tuple[list[Stored], list[DamagedBytes], WarcError | None]:
    """As `read`, with what came before the error."""
    found: list[Stored] = []
    losses: list[DamagedBytes] = []
    try:
        for stored in records(path, losses.append):
            found.append(stored)
    except WarcError as error:
        return found, losses, error
    return found, losses, None


def _telling(member: bytes) -> list[int]:
    """The bytes of a member whose change is found: not those of the time and the system that made
    it, nor the last one of what is packed, whose last bits mean nothing.
    """
    return [at for at in range(len(member)) if not 4 <= at < 10 and at != len(member) - 9]


BLOCKS = st.lists(
    st.one_of(
        st.binary(max_size=600),
        st.integers(1, 900).map(lambda n: b"HTTP/1.1 200 OK\r\n\r\n" + b"la neige " * n),
    ),
    min_size=1,
    max_size=12,
)


@example(blocks=[b"", b"\0\0&\0\1\2\3\1\x8c\1", b""], part=0.0, length=1, cut=False)
@given(blocks=BLOCKS, part=st.floats(0, 1), length=st.integers(1, 900), cut=st.booleans())
def test_exactly_the_members_that_damage_touches_are_lost(
    blocks: list[bytes], part: float, length: int, cut: bool
) -> None:
    members = [record(n, block).to_member() for n, block in enumerate(blocks)]
    data = b"".join(members)
    begin = int(part * (len(data) - 1))
    end = len(data) if cut else min(begin + length, len(data))
    # No byte stays as it was.
    spoilt = data[:begin] + (b"" if cut else bytes(b ^ 0x5A for b in data[begin:end])) + data[end:]
    offsets = [sum(map(len, members[:n])) for n in range(len(members) + 1)]
    hit = [
        n
        for n in range(len(members))
        if any(offsets[n] + at in range(begin, end) for at in _telling(members[n]))
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc.gz"
        path.write_bytes(spoilt)
        found, losses, error = collected(path)
        with path.open("rb") as file:
            seen = [*scan(FileWindow(file), WarcFile("x", "x"))]
    whole = [n for n in range(len(members)) if n not in hit]
    assert [(s.offset, s.length, s.record.block) for s in found] == [
        (offsets[n], len(members[n]), blocks[n]) for n in whole
    ]
    # verify goes on in the same way; of a member whose end is damaged it looks at the record too
    judged = {e.offset for e in seen if isinstance(e, Entry)}
    assert {offsets[n] for n in whole} <= judged <= set(offsets)
    assert judged - {offsets[n] for n in whole} <= {d.offset for d in seen if isinstance(d, Damage)}
    if not hit or offsets[hit[0]] == len(spoilt):  # cut between two members
        assert error is None or not whole
        return
    lost = (offsets[hit[0]], min(offsets[hit[-1] + 1], len(spoilt)))
    assert error is not None
    assert error.offset == lost[0]
    assert [(x.offset, x.offset + x.length) for x in losses] == [lost]
    if whole:
        assert f"{lost[1] - lost[0]:,} bytes are lost in 1 place" in str(error)


@given(blocks=BLOCKS.filter(lambda b: len(b) > 1), data=st.data())
def test_a_spoilt_head_in_a_plain_file_costs_its_record(blocks: list[bytes], data: object) -> None:
    spoilt = data.draw(st.integers(0, len(blocks) - 1))  # type: ignore[attr-defined]
    parts = [plain(n, block) for n, block in enumerate(blocks)]
    parts[spoilt] = b"XXXX" + parts[spoilt][4:]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc"
        path.write_bytes(b"".join(parts))
        found, losses, error = collected(path)
    assert [s.record.block for s in found] == blocks[:spoilt] + blocks[spoilt + 1 :]
    assert error is not None
    assert [(x.offset, x.records) for x in losses] == [(sum(map(len, parts[:spoilt])), 1)]


def test_a_length_beyond_the_end_costs_its_record(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(plain(1, b"one") + plain(2, b"two", size=10**6) + plain(3, b"three"))
    found, _, error = collected(path)
    assert [s.record.block for s in found] == [b"one", b"three"]
    assert "cut short" in str(error)


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda one, two: one[:-4] + bytes(512) + two, id="zeros behind it"),
        pytest.param(
            lambda one, two: one[:-3] + bytes(20) + two[20:] + two, id="zeros for another's head"
        ),
        pytest.param(lambda one, two: one[:-4] + b"JUNK" * 9 + two, id="other bytes behind it"),
        pytest.param(lambda one, two: one[:-4] + b"\n\nJUNK" + two, id="a line of them"),
        pytest.param(lambda one, two: one[:-900] + two, id="cut in its text"),
        pytest.param(lambda one, two: one[:-900] + bytes(700) + two, id="cut before zeros"),
        pytest.param(
            lambda one, two: one[:-900] + bytes(1100) + b"-neige\r\n\r\n" + two, id="a hole"
        ),
    ],
)
@pytest.mark.parametrize("digest", [True, False])
def test_a_record_that_does_not_end_costs_itself_alone(
    spoilt: Callable[[bytes, bytes], bytes], digest: bool, tmp_path: Path
) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n" + b"la neige " * 300
    whole = (plain(number, block) for number in range(4))
    if not digest:
        whole = (data.replace(b"WARC-Block-Digest", b"X-Digest") for data in whole)
    first, one, two, last = whole
    path = tmp_path / "x.warc"
    path.write_bytes(first + spoilt(one, two) + last)
    found, losses, error = collected(path)
    read = {s.record.field("WARC-Target-URI"): s.record.block for s in found}
    assert {f"http://example.org/{number}" for number in (0, 2, 3)} <= read.keys()
    assert {*read.values()} == {block}
    assert losses
    assert error is not None


def test_every_damaged_file_of_a_wacz_is_read_on(tmp_path: Path) -> None:
    members = [record(n, b"HTTP/1.1 200 OK\r\n\r\n" + b"%d" % n * 99).to_member() for n in range(4)]
    spoilt = bytearray(b"".join(members))
    spoilt[len(members[0]) + 40] ^= 0xFF
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = tmp_path / f"{kind}.wacz"
        with zipfile.ZipFile(path, "w", kind) as package:
            for name, more in (("a", b""), ("b", members[0])):  # of two equal ones one is read
                package.writestr(f"archive/{name}.warc.gz", b"".join(members) + more)
        data = path.read_bytes()
        if kind == zipfile.ZIP_STORED:  # the zip's own checksum is that of the whole file
            path.write_bytes(data.replace(b"".join(members), bytes(spoilt)))
        found, _, error = collected(path)
        assert len(found) == (7 if kind == zipfile.ZIP_STORED else 9)
        assert (error is not None) == (kind == zipfile.ZIP_STORED)
        assert error is None or "archive/a.warc.gz: at byte" in str(error)


def test_an_arc_is_read_on(tmp_path: Path) -> None:
    def entry(number: int) -> bytes:
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"%d" % number * 200
        head = b"http://example.org/%d 192.0.2.1 20120102030405 text/html %d\n"
        return gzip.compress(head % (number, len(answer)) + answer + b"\n", mtime=0)

    version = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n\n"
    first = b"filedesc://x.arc 0.0.0.0 20120102030405 text/plain %d\n" % len(version)
    parts = [gzip.compress(first + version, mtime=0), *map(entry, range(4))]
    parts[2] = parts[2][:30] + b"XXXX" + parts[2][34:]
    path = tmp_path / "x.arc.gz"
    path.write_bytes(b"".join(parts))
    found, _, error = collected(path)
    urls = [s.record.field("WARC-Target-URI") for s in found if s.record.type == "response"]
    assert urls == [f"http://example.org/{n}" for n in (0, 2, 3)]
    assert error is not None


def test_a_record_within_a_page_is_none(tmp_path: Path) -> None:
    """Behind damage in a packed file only members are looked for, in a plain one only heads."""
    inner = plain(9, b"a page that quotes a WARC")
    packed = [record(n, b"\r\n" + inner + b"x" * 99).to_member(stored=True) for n in range(3)]
    spoilt = bytearray(packed[1])
    spoilt[-6] ^= 1  # its checksum
    path = tmp_path / "x.warc.gz"
    path.write_bytes(packed[0] + spoilt + packed[2])
    found, _, _ = collected(path)
    assert [s.offset for s in found] == [0, len(packed[0]) + len(spoilt)]
    member = record(8, b"a page that is a WARC").to_member()
    path = tmp_path / "x.warc"
    headless = plain(2, member).replace(b"WARC/", b"XARC/", 1)
    path.write_bytes(plain(1, b"one") + headless + plain(3, b"three"))
    found, _, _ = collected(path)
    assert [s.record.block for s in found] == [b"one", b"three"]


def hostile_noise(size: int) -> bytes:
    return b"\x1f\x8b\x08" * (size // 3)


def hostile_lines(size: int) -> bytes:
    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 60000000\r\n\r\n"
    return head * (size // len(head))


def hostile_members(size: int) -> bytes:
    """Members that are cut where the next begins, each a record that seems to go on."""
    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 60000000\r\n\r\n"
    one = b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\0" + (0xFFFF).to_bytes(2, "little") + b"\0\0" + head
    return one * (size // len(one))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [hostile_noise, hostile_lines, hostile_members])
def test_a_hostile_file_takes_time_by_its_size(kind: object, tmp_path: Path) -> None:
    """A file that is four times as large takes about four times as long."""
    took = []
    for size in (500_000, 2_000_000):
        path = tmp_path / "x.warc.gz"
        path.write_bytes(kind(size))  # type: ignore[operator]
        began = time.process_time()
        found, losses, error = collected(path)
        took.append(time.process_time() - began)
        assert error is not None
        assert (found, [(x.offset, x.length) for x in losses]) == ([], [(0, path.stat().st_size)])
    assert took[1] < 10 * took[0] + 1
