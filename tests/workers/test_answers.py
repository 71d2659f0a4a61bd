"""What a reader and its parent tell each other: the same value at both ends, and nothing else."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import huffarchive
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reading import Caution, PageType, Reading
from huffarchive.sample.site import site
from huffarchive.workers.job import (
    READER,
    Job,
    Unread,
    find_reader,
    name_of,
    pack,
    pack_job,
    read,
    unpack,
    unpack_job,
)
from tests.reader.conftest import PAGES, load

PACKAGE = Path(huffarchive.__file__).parent


JOB = Job("http://x/", datetime(2021, 3, 9, tzinfo=UTC), b"a page", "qc")
NAME = name_of(JOB)


def there_and_back(answer: Reading | Unread) -> Reading | Unread:
    return unpack(memoryview(pack(answer, JOB)), JOB)


@given(st.from_type(Reading) | st.from_type(Unread))
def test_an_answer_arrives_as_it_was_sent(answer: Reading | Unread) -> None:
    assert there_and_back(answer) == answer


@pytest.mark.slow
def test_the_reading_of_each_page_folder_arrives() -> None:
    for folder in PAGES.glob("*/"):
        page = load(folder).page
        body = wire(page.message.body)
        answer = find_reader(READER)(page.url, page.captured_at, body, HUFFPOST_QC)
        arrived = there_and_back(answer)
        assert arrived == answer, folder
        assert isinstance(arrived, Reading), folder
        assert arrived.page_type is answer.page_type, folder


@pytest.mark.slow
def test_the_readings_of_the_sample_arrive() -> None:
    articles = 0
    for url, markup in islice(site().pages(), 0, None, 16):
        job = Job(url, datetime(2026, 11, 20, tzinfo=UTC), wire(markup.encode()), "qc")
        answer = read(job, find_reader(READER))
        assert there_and_back(answer) == answer
        articles += isinstance(answer, Reading) and answer.text is not None
    assert articles > 15


def wire(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body


@given(
    st.text(),
    st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=-5)))),
    st.binary(),
    st.none() | st.text(),
)
def test_a_job_arrives_as_it_was_sent(
    url: str, when: datetime, response: bytes, base: str | None
) -> None:
    job = Job(url, when, response, "qc", base)
    arrived = unpack_job(bytearray(pack_job(job)), response)
    assert arrived == job
    assert arrived.captured_at.isoformat() == when.isoformat()  # its offset too


OTHER = Reading(PageType.OTHER, None, (), "")
WHOLE = {"page_type": "other", "text": None, "links": [], "cut": ""}


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00",
        b"\xc1",
        b"rubbish",
        b"\x80\x04N.",  # a pickle
        msgspec.msgpack.encode((NAME, None, None)),
        msgspec.msgpack.encode((NAME, OTHER)),
        msgspec.msgpack.encode({"page_type": "other", "text": None}),
        *(
            msgspec.msgpack.encode((NAME, reading, None))
            for reading in (
                WHOLE | {"page_type": "another"},
                WHOLE | {"links": [1]},
                WHOLE | {"text": "words"},
                *({k: v for k, v in WHOLE.items() if k != name} for name in WHOLE),
            )
        ),
        pack(OTHER, JOB)[:-1],
        pack(OTHER, JOB) + b"\xc0",
        b"\x93\xc4\x20"
        + NAME
        + b"\x83\xa9page_type\xa5other\xa4text\xc0\xa5links\xdd\xff\xff\xff\xff",  # 4 thousand million
        b"\x91" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(frame: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError, RecursionError)):
        unpack(memoryview(frame), JOB)


@pytest.mark.parametrize(
    "other",
    [
        {"url": "http://x/another"},
        {"response": b"another page"},
        {"captured_at": datetime(2021, 3, 10, tzinfo=UTC)},
        {"edition_code": "ca"},
        {"site": "http://127.0.0.1:1"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_answer_to_another_page_is_refused(other: dict[str, Any]) -> None:
    frame = memoryview(pack(OTHER, replace(JOB, **other)))
    with pytest.raises(msgspec.ValidationError, match="another page"):
        unpack(frame, JOB)


def test_a_whole_one_is_an_answer() -> None:
    assert unpack(memoryview(msgspec.msgpack.encode((NAME, WHOLE, None))), JOB) == OTHER


def test_what_no_answer_holds_is_not_sent() -> None:
    for odd in ("\ud800", object(), 1.5j):
        with pytest.raises((TypeError, ValueError)):
            pack(replace(OTHER, links=(odd,)), JOB)  # type: ignore[arg-type]


def test_a_caution_arrives_as_the_word_that_it_is() -> None:
    arrived = there_and_back(Unread(Caution.READER_FAILED, "why"))
    assert arrived == Unread("reader_failed", "why")


_PICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
_POOLS = {"ProcessPoolExecutor", "Queue", "SimpleQueue", "Manager", "Pool"}


def test_nothing_that_a_process_sends_is_unpickled() -> None:
    """Neither by name, nor by what multiprocessing and concurrent.futures do by themselves."""
    paths = [*PACKAGE.rglob("*.py")]
    assert len(paths) > 100
    for path in paths:
        _unpickles_nothing(path)


def _unpickles_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    sends = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            found = {alias.name for alias in node.names}
            module = set((node.module or "").split("."))
            names |= module
            if module & {"multiprocessing", "concurrent"}:
                names |= found & _POOLS
        elif isinstance(node, ast.Attribute):
            sends = sends or node.attr in ("recv", "send")
            names |= {node.attr} & (_POOLS - {"Queue"})
    assert not names & _PICKLERS, path
    if "multiprocessing" in names or "concurrent" in names:
        assert not names & _POOLS, path
    if "multiprocessing" in names:
        assert not sends, f"{path}: Connection.recv unpickles: use recv_bytes"
