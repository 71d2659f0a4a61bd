import gzip
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.http import Exchange, Truncation
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.capture import captures
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from huffarchive.warc.record import read_warc_date
from huffarchive.warc.writer import Earlier, compose, warcinfo

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
REQUEST = b"GET /a HTTP/1.1\r\nhOsT: example.org\r\n\r\n"
RESPONSE = b"HTTP/1.1 200 \r\nX-Odd:  two\r\nX-odd: \xe9\r\nContent-Length: 5\r\n\r\nhello"
BODY = gzip.compress(b"bonjour " * 100, mtime=0)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    + b"%x;ext=1\r\n" % len(BODY)
    + BODY
    + b"\r\n0\r\nTrailer: x\r\n\r\n"
)


def exchange(response: bytes, **more: object) -> Exchange:
    return Exchange("http://example.org/a", REQUEST, response, NOW, "127.0.0.1", **more)


def write(path: Path, *exchanges: Exchange) -> bytes:
    info = warcinfo(path.name, NOW, {"software": "test", "x": "two\r\nlines"})
    out = [info.to_member()]
    for one in exchanges:
        made = compose(one, info.id, Annotation(page="qc:n:1", aliases=("http://x/é",)))
        out += [
            r.to_member(stored=made.compressed and r is made.main)
            for r in (made.main, *made.others)
        ]
    path.write_bytes(b"".join(out))
    return b"".join(out)


def test_bytes_stand_as_they_crossed_the_wire(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write(
        path,
        exchange(RESPONSE),
        exchange(CHUNKED),
        exchange(RESPONSE[:60], truncated=Truncation.TIME),
    )
    stored = list(records(path))
    blocks = [s.record.block for s in stored if s.record.type == "response"]
    assert blocks == [RESPONSE, CHUNKED, RESPONSE[:60]]
    assert [s.record.block for s in stored if s.record.type == "request"] == [REQUEST] * 3
    found = list(captures(iter(stored)))
    assert [c.note and c.note.aliases for c in found] == [("http://x/é",)] * 3
    assert found[2].answer.record.field("WARC-Truncated") == "time"
    assert found[0].answer.record.field("WARC-Payload-Digest") is not None
    assert found[1].answer.record.field("WARC-Payload-Digest") is None  # chunked
    for s in stored:  # a pointer alone finds its member
        member = path.read_bytes()[s.offset : s.offset + s.length]
        assert s.record.block in gzip.decompress(member)


def test_other_tools_accept_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    earlier = Earlier(
        "<urn:uuid:5d2c4a2e-0000-4000-8000-000000000000>",
        "http://example.org/a",
        "2026-11-22T00:00:00Z",
        None,
    )
    write(path, exchange(RESPONSE), exchange(CHUNKED), exchange(b"SSH-2.0-x\r\n"), exchange(b""))
    info = warcinfo(path.name, NOW, {})
    made = compose(
        exchange(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"), info.id, None, earlier
    )
    assert made.main.type == "revisit"
    assert made.main.block == b""
    with path.open("ab") as out:
        out.write(b"".join(r.to_member() for r in (info, made.main, *made.others)))
    subprocess.run(["gzip", "-t", path], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest failed" not in done.stdout


def test_a_field_cannot_end_its_line(tmp_path: Path) -> None:
    made = compose(Exchange("http://x/\r\nWARC-Type: lie\u202e", REQUEST, RESPONSE, NOW), "<urn:x>")
    head = made.main.to_bytes().split(b"\r\n\r\n", 1)[0]
    assert b"\r\nWARC-Type: lie" not in head
    assert head.decode().count("WARC-Type") == 2
    assert "\u202e" not in head.decode()


@pytest.mark.parametrize(
    ("damage", "left", "says"),
    [
        (lambda data: b"", 0, "empty"),
        (lambda data: b"no warc at all\n" * 9, 0, "not a WARC"),
        (lambda data: gzip.compress(b"no warc at all\n" * 9, mtime=0), 0, "not a WARC"),
        (lambda data: data[:-1], 2, "cut short"),
        (lambda data: data[:-300], 2, "cut short"),
        (lambda data: data + b"garbage", 2, "no record begins"),
        (lambda data: gzip.compress(gzip.decompress(data), mtime=0), 0, "recompress"),
    ],
    ids=["empty", "text", "gzipped-text", "last-byte", "tail", "garbage", "one-stream"],
)
def test_damage_is_named_and_loses_nothing_before_it(tmp_path, damage, left, says, capfd) -> None:
    path = tmp_path / "bad.warc.gz"
    path.write_bytes(damage(write(path, exchange(RESPONSE), exchange(RESPONSE))))
    collected = []
    with pytest.raises(WarcError, match=says) as raised:
        for capture in captures(records(path)):
            collected.append(capture)
    assert path.name in str(raised.value)
    assert len(collected) == left


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-09-19T17:20:24Z", "2016-09-19T17:20:24+00:00"),
        ("2016-09-19T17:20:24.123456789Z", "2016-09-19T17:20:24.123456+00:00"),
        ("2016-09-19T17:20Z", "2016-09-19T17:20:00+00:00"),
        ("20160919172024", "2016-09-19T17:20:24+00:00"),
        ("2016-09-19T17Z", "0001-01-01T00:00:00+00:00"),
        ("2016-09-19T17+02:00", "0001-01-01T00:00:00+00:00"),
        ("2016-09-19", "0001-01-01T00:00:00+00:00"),
        ("20160919", "0001-01-01T00:00:00+00:00"),
        ("2016-09", "0001-01-01T00:00:00+00:00"),
        ("2016", "0001-01-01T00:00:00+00:00"),
        ("2016-09-19T19:20:24+02:00", "2016-09-19T17:20:24+00:00"),
        ("2016-09-19T17:20:24", "2016-09-19T17:20:24+00:00"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+00:00"),
        ("2016-13", "0001-01-01T00:00:00+00:00"),
        ("yesterday", "0001-01-01T00:00:00+00:00"),
        ("", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_warc_date_may_have_an_offset_and_tells_no_moment_where_it_is_coarse(text, moment):
    assert read_warc_date(text).isoformat() == moment
