"""Whatever stands in a file, it is taken apart without an exception, and no change goes unseen."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from tests.kit.examples import examples
from tests.verify.records import clean

MEMBERS = [record.to_member() for record in clean()]
DATA = b"".join(MEMBERS)
PLAIN = b"".join(record.to_bytes() for record in clean())
_STARTS = [sum(map(len, MEMBERS[:n])) for n in range(len(MEMBERS))]
FREE = {start + at for start in _STARTS for at in range(4, 10)}
"""Bytes of a gzip head that say nothing: date, level and system."""


def errors(data: bytes, name: str) -> int:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return sum(f.severity is Severity.ERROR for f in Checker().files([path]))


@examples(20)
@given(at=st.integers(0, len(DATA) - 1), mask=st.integers(1, 255))
def test_no_changed_byte_goes_unseen(at: int, mask: int) -> None:
    changed = DATA[:at] + bytes([DATA[at] ^ mask]) + DATA[at + 1 :]
    assert errors(changed, "clean.warc.gz") or at in FREE


@examples(20)
@given(begin=st.integers(0, len(DATA) - 1), length=st.integers(1, 3000))
def test_no_lost_bytes_go_unseen(begin: int, length: int) -> None:
    changed = DATA[:begin] + DATA[begin + length :]
    whole = begin in _STARTS and begin + length in [*_STARTS, len(DATA)]
    assert errors(changed, "clean.warc.gz") or whole or begin + length >= len(DATA) or not changed


@examples(20)
@given(data=st.binary(max_size=400), at=st.integers(0, len(PLAIN)), gone=st.integers(0, 400))
def test_anything_can_be_taken_apart(data: bytes, at: int, gone: int) -> None:
    errors(PLAIN[:at] + data + PLAIN[at + gone :], "clean.warc")
    errors(data + PLAIN, "clean.warc")
    errors(data, "clean.warc.gz")


@examples(20)
@given(
    head=st.lists(
        st.one_of(
            st.sampled_from(PLAIN.split(b"\r\n")[:40]),
            st.binary(max_size=60),
            st.builds(lambda n: b"Content-Length: %d" % n, st.integers(-5, 10**20)),
        ),
        max_size=12,
    )
)
def test_any_head_can_be_judged(head: list[bytes]) -> None:
    errors(b"\r\n".join([b"WARC/1.1", *head]) + b"\r\n\r\nblock\r\n\r\n", "clean.warc")
