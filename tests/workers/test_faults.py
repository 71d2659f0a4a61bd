"""Whose fault it is: a page costs one page, and a reader that reads nothing ends the reading."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import trafilatura
from lxml import etree

from huffarchive import http
from huffarchive.editions.edition import Edition
from huffarchive.http import MessageError
from huffarchive.reader import read_response
from huffarchive.reader.text import NotTextError, TooMuchTextError
from huffarchive.reading import PageType, Reading
from huffarchive.workers import job as job_module
from huffarchive.workers.job import (
    FEW,
    LENGTH,
    NO_ANSWER,
    PUT_OFF,
    READER,
    Job,
    ReadersFailedError,
    ReadLaterError,
    Repeated,
    Unread,
    find_reader,
    known_good,
    read,
    read_here,
)
from huffarchive.workers.pool import FAILURES, ReaderPool, Readers, _found
from huffarchive.workers.worker import CRASHED, NotStartedError, Worker
from tests.workers.broken import PASSING, WAYS
from tests.workers.readers import told
from tests.workers.test_workers import READER as TOLD
from tests.workers.test_workers import good, job

BROKEN = f"{__package__}.broken"
IN_PROCESSES = ("hang", "kill")
"""Without readers in processes there is no bound for them."""


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huffarchive.workers.pool.PAUSE", 0.01)


def names() -> list[str]:
    ways = [f"{BROKEN}:{way.replace(' ', '_')}" for way in WAYS]
    return [*ways, "huffarchive.no_such_module:read"]


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(name, marks=[] if number in (0, len(WAYS)) else [pytest.mark.slow])
        for number, name in enumerate(names())
    ],
)
def test_a_reader_that_reads_nothing_ends_the_reading(reader: str) -> None:
    """Of six pages none is answered, and after the first fault none is begun."""

    async def main() -> list[object]:
        async with aclosing(ReaderPool(2, reader=reader)) as pool:
            reads = (pool.read(job(f"page {number}")) for number in range(6))
            answers = await asyncio.gather(*reads, return_exceptions=True)
            with pytest.raises(ReadersFailedError):
                await pool.read(job("one more"))
            return answers

    for answer in asyncio.run(main()):
        assert isinstance(answer, ReadersFailedError)
        line = str(answer)
        assert line.isprintable()
        assert "mend it, then run the same command again" in line


def test_bounds_in_which_nothing_can_be_read_are_no_page_s_fault() -> None:
    async def main() -> None:
        async with aclosing(ReaderPool(1, seconds=0.01, reader=f"{BROKEN}:toils")) as pool:
            await pool.read(known_good()[0])

    with pytest.raises(ReadersFailedError, match="time bound"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("workers", "reader"),
    [
        (0, f"{BROKEN}:raises"),
        (0, f"{BROKEN}:no_such_function"),
        (1, f"{BROKEN}:raises"),
        pytest.param(1, f"{BROKEN}:no_such_function", marks=pytest.mark.slow),
    ],
)
def test_readers_in_order_end_too(reader: str, workers: int) -> None:
    with pytest.raises(ReadersFailedError), Readers(workers, reader=reader) as readers:
        readers.add(job("a"))
        list(readers.rest())


@pytest.mark.parametrize(
    "order",
    ["segfault", *(pytest.param(o, marks=pytest.mark.slow) for o in ("raise", "surrogate"))],
)
def test_any_number_of_poisonous_pages_costs_themselves(order: str) -> None:
    async def main() -> list[Reading | Unread]:
        async with aclosing(ReaderPool(1, reader=TOLD)) as pool:
            return [await pool.read(job(o)) for o in [order] * 3 + ["a"]]

    *bad, last = asyncio.run(main())
    assert good(last)
    for answer in bad:
        assert isinstance(answer, Unread)
        assert not answer.is_of_the_page  # but a bug of ours, to be seen


def test_a_page_that_spoils_its_reader_is_told_from_a_broken_one() -> None:
    """The process that it spoilt cannot read what it could: a new one is asked."""

    async def main() -> list[Reading | Unread]:
        async with aclosing(ReaderPool(1, reader=f"{BROKEN}:spoilt")) as pool:
            return [await pool.read(job(order)) for order in ("a", "poison", "b")]

    first, poison, after = asyncio.run(main())
    assert good(first)
    assert isinstance(poison, Unread)
    assert poison.detail == "ValueError: spoilt"
    assert good(after)


@pytest.mark.parametrize(
    ("workers", "way"),
    [
        *((0, way) for way in PASSING if way not in IN_PROCESSES),
        *((1, way) for way in IN_PROCESSES),
        *(pytest.param(1, w, marks=pytest.mark.slow) for w in PASSING if w not in IN_PROCESSES),
    ],
)
def test_a_passing_failure_costs_no_page(
    way: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a reader met once, the page is read when it is asked for again."""
    monkeypatch.setenv("PASSING", str(tmp_path / "met"))
    reader = f"{BROKEN}:passing_{way}"
    with Readers(workers, seconds=0.7, reader=reader) as readers:
        answers = [answer for o in ("passing", "b") for answer in readers.add(job(o))]
        answers += readers.rest()
    assert (tmp_path / "met").exists()
    assert all(map(good, answers))
    assert len(answers) == 2


@pytest.mark.parametrize("workers", [0, 1])
def test_a_missing_package_is_no_page_s_fault(workers: int) -> None:
    """Not even where only some pages need it, and the known ones can be read."""
    reader = f"{BROKEN}:lacks"
    with (
        pytest.raises(ReadersFailedError, match="No module named 'brotli'"),
        Readers(workers, reader=reader) as readers,
    ):
        readers.add(job("poison"))
        list(readers.rest())


def test_what_comes_beside_an_answer_is_no_page_s_fault() -> None:
    """A frame is one answer; a reader whose socket has more is not believed, as of one that dies."""
    with (
        pytest.raises(
            ReadersFailedError, match="an answer that cannot be read: one without measure"
        ),
        Readers(1, reader=f"{BROKEN}:mutters") as readers,
    ):
        readers.add(job("poison"))
        list(readers.rest())


@pytest.mark.parametrize("stray", [b"\x93\x01\x02" * 7, b"\0", b"\0" * 99, LENGTH.pack(3) + b"+ab"])
def test_what_comes_after_an_answer_is_no_page_s_fault(stray: bytes) -> None:
    """Whatever it is, and although no page is under way by then."""

    async def main() -> Reading | Unread:
        worker = Worker(TOLD, 10, 1 << 30)
        await worker.begin()
        assert good(await worker.read(job("a")))
        worker._connection.close()
        worker._connection, other = socket.socketpair()
        worker._connection.setblocking(False)
        with other:
            other.sendall(stray)
            answer = await worker.read(job("b"))
        assert not worker.alive
        await worker.end()
        return answer

    answer = asyncio.run(main())
    assert isinstance(answer, Unread)
    assert answer.detail.startswith(NO_ANSWER)


def test_a_reader_that_is_gone_has_died() -> None:
    """It is no answer that cannot be read, before a page is sent or after."""

    def kill(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    async def main() -> Reading | Unread:
        worker = Worker(TOLD, 10, 1 << 30)
        await worker.begin()
        kill(worker.pid)
        answer = await worker.read(job("a"))
        await worker.end()
        return answer

    assert asyncio.run(main()) == CRASHED


@pytest.mark.parametrize("way", ["gzip", "br", "zstd", "year"])
def test_what_no_page_in_a_coding_or_of_today_can_do_is_no_page_s_fault(way: str) -> None:
    """A reader that cannot unpack a coding, or knows no year after 2025, fails on known pages."""

    def partly(url: str, at: datetime, response: bytes, edition: Edition) -> Reading:
        if f"Content-Encoding: {way}\r".encode() in response or (way == "year" and at.year > 2025):
            raise TypeError("process() takes no keyword arguments")
        return told(url, at, response, edition)

    page = replace(known_good()[0], captured_at=datetime.now(UTC))
    head, _, body = page.response.partition(b"\r\n\r\n")
    coded = head + f"\r\nContent-Encoding: {way}\r\n\r\n".encode() + body
    with pytest.raises(ReadersFailedError, match="no keyword arguments"):
        read_here(replace(page, response=coded), partly)


def test_known_pages_are_of_each_layout_and_can_be_read() -> None:
    reader = find_reader(READER)
    readings = [read(known, reader) for known in known_good()]
    assert all(isinstance(reading, Reading) for reading in readings)
    texts = [r.text for r in readings if isinstance(r, Reading) and r.text is not None]
    assert {text.layout for text in texts} == {"archive", "amp", "2017", "2014", "2012", "generic"}
    assert all(text.headline and text.paragraphs for text in texts)
    assert isinstance(readings[-1], Reading)
    assert readings[-1].page_type is PageType.SITEMAP
    assert readings[-1].links


def _voting(how: str) -> Callable[..., object]:
    """A trafilatura that answers rubbish, and raises nothing."""
    taken: list[object] = []

    def body(*texts: str) -> object:
        made = etree.Element("body")
        for text in texts:
            etree.SubElement(made, "p").text = text
        return SimpleNamespace(body=made)

    def asked(tree: object, **options: object) -> object:
        sound = trafilatura.bare_extraction(tree, **options)
        taken.append(sound)
        return {
            "nothing": None,
            "no body": object(),
            "an empty body": body(""),
            "the same words": body("Une phrase toujours la même, de nulle part. " * 9),
            "the first page": taken[0],
            "the page before": taken[-2] if len(taken) > 1 else None,
            "another page too": body(*(t for page in taken for t in page.body.itertext())),  # type: ignore[attr-defined]
        }[how]

    return asked


@pytest.mark.parametrize(
    "how",
    ["nothing", "no body", "an empty body", "the same words", "the first page", "the page before",
     "another page too"],
)  # fmt: skip
def test_an_extractor_that_answers_rubbish_is_no_page_s_fault(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huffarchive.reader.vote.bare_extraction", _voting(how))
    _found.cache_clear()
    with pytest.raises(ReadersFailedError, match="trafilatura takes other words"):
        Readers(0)


@pytest.mark.parametrize("number", range(7))
def test_a_reader_that_reads_other_words_is_no_page_s_fault(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as those of another page, of each page that is known."""
    urls = [known.url for known in job_module.plain()]

    def other(url: str, at: datetime, response: bytes, edition: Edition) -> Reading:
        told = job_module.plain()[number - 1] if url == urls[number] else None
        return read_response(url, at, response if told is None else told.response, edition)

    monkeypatch.setattr("huffarchive.reader.read_response", other)
    _found.cache_clear()
    with pytest.raises(ReadersFailedError, match="other words than stand in a known page"):
        Readers(0)


def test_verdicts_of_the_reader_need_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are rules and no accidents: known by the names of their exceptions."""
    monkeypatch.setattr("huffarchive.workers.job.known_good", lambda: pytest.fail("looked twice"))
    for error in (TooMuchTextError("1"), NotTextError("2")):

        def judges(*_: object, error: Exception = error) -> Reading:
            raise error

        answer = read_here(job("x"), judges)
        assert isinstance(answer, Unread)
        assert answer.is_of_the_page


@pytest.mark.parametrize(
    "detail",
    [
        "no answer: UnpicklingError",
        "no answer: another value",
        "the reader crashed",
        "AttributeError: module 'trafilatura' has no attribute 'extract'",
        "its own fault: KeyError: 'x'",  # as an earlier version noted
        "",
    ],
)
def test_a_note_of_an_exception_says_nothing_of_the_page(detail: str) -> None:
    assert not Unread("reader_failed", detail).is_of_the_page
    assert Unread("reader_timeout", detail).is_of_the_page


def test_the_job_of_a_known_page_is_one() -> None:
    assert all(isinstance(known, Job) and known.response for known in known_good())


def alike(number: int, order: str = "raise") -> Job:
    return replace(job(order), url=f"http://x/{number}")


def test_different_pages_that_fail_before_an_article_was_read_are_no_fault_of_theirs() -> None:
    """Even though the known pages can be read, and each fails of something else."""
    orders = ["raise", "no page", "deep", "a", "key", "lacks memory", "digit"]
    jobs = [alike(number, order) for number, order in enumerate(orders)]
    got: list[Reading | Unread] = []
    with Readers(0, reader=f"{BROKEN}:told") as readers:
        for one in jobs[:-1]:
            got += readers.add(one)
        got += readers.rest()
        assert len(got) == len(jobs) - 1
        with pytest.raises(ReadersFailedError, match=f"one after the other: {FEW}, the last: "):
            list(chain(readers.add(jobs[-1]), readers.rest()))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 1])
def test_after_an_article_any_number_of_pages_that_fail_alike_costs_themselves(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = 2  # as each is read by two processes
    monkeypatch.setattr(job_module, "FEW", few)
    jobs = [known_good()[0], *map(alike, range(few)), job("a")]
    got: list[Reading | Unread] = []
    with Readers(workers, reader=f"{BROKEN}:poisoned") as readers:
        for one in jobs:
            got += readers.add(one)
        got += readers.rest()
    assert [isinstance(answer, Reading) for answer in got] == [True, *[False] * few, True]


def test_a_page_that_fails_before_an_article_was_read_waits_for_others() -> None:
    """While there are some, and not for ever: they may be wanted of a host that is down."""
    wanted = 3

    async def main() -> list[Reading | Unread]:
        nonlocal wanted
        async with aclosing(ReaderPool(0, reader=f"{BROKEN}:told", wanted=lambda: wanted)) as pool:
            for number in (1, 2):
                for seconds in PUT_OFF[:number]:
                    with pytest.raises(ReadLaterError) as caught:
                        await pool.read(alike(number))
                    assert caught.value.seconds == seconds
            for _ in PUT_OFF[1:]:
                with pytest.raises(ReadLaterError):
                    await pool.read(alike(1))
            settled = [await pool.read(alike(1))]
            wanted = 2
            return [*settled, await pool.read(alike(2))]

    for answer in asyncio.run(main()):
        assert isinstance(answer, Unread)


@pytest.mark.parametrize("fault", [TooMuchTextError("x"), MessageError("cut", "x")])
def test_verdicts_alike_are_of_the_pages(fault: Exception) -> None:
    def judges(*_: object) -> Reading:
        raise fault

    repeated = Repeated(lambda: 99)
    for number in range(2 * FEW):
        assert isinstance(repeated.seen(alike(number), read(alike(number), judges)), Unread)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_codec_that_unpacks_nothing_is_no_page_s_fault(
    coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although it says of each body that it is broken."""

    def breaks(*_: object) -> bytes:
        raise MessageError("malformed", "the compressed body is broken")

    monkeypatch.setitem(http._CODINGS, coding, breaks)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
    with pytest.raises(ReadersFailedError, match="the compressed body is broken"):
        read_here(replace(known_good()[0], response=head + b"xx"), find_reader(READER))
    monkeypatch.undo()
    answer = read_here(replace(known_good()[0], response=head + b"xx"), find_reader(READER))
    assert isinstance(answer, Unread)
    assert answer.fault in ("malformed", "cut")


def test_known_pages_are_read_as_of_today() -> None:
    begun = datetime.now(UTC)
    assert max(known.captured_at for known in known_good()) >= begun


TURNS = [None, NotTextError("x"), MessageError("malformed", "x")]


def turning(good: int, raises: Exception | None = None) -> Callable[..., Reading]:
    """The true reader, which after `good` pages raises, or gives the words of the page before."""
    pages: list[tuple[str, datetime, bytes, Edition]] = []

    def reads(*page: Any) -> Reading:
        pages.append(page)
        if raises and len(pages) > good:
            raise raises
        return read_response(*pages[-1 if len(pages) <= good else -2])

    return reads


class Turning:
    """A reader process that goes wrong after its start, as `turning` does."""

    good = 0
    raises: Exception | None = None
    ready = alive = True
    grown = False
    unproved = 0

    def __init__(self, *_: object) -> None:
        self.ready, self._reads = False, turning(self.good, self.raises)

    async def begin(self) -> None:
        self.ready = True

    async def read(self, job: Job) -> Reading | Unread:
        self.unproved += 1
        return read(job, self._reads)

    async def end(self) -> None:
        self.alive = False


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("raises", TURNS)
@pytest.mark.parametrize("workers", [0, 2])
def test_no_answer_is_given_of_a_reader_that_went_wrong_after_its_start(
    workers: int, raises: Exception | None, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none after it, although the reader raises nothing and knew the known pages."""
    good = len(known_good()) + 2 * after  # each page is followed by a known one
    monkeypatch.setattr(Turning, "good", good)
    monkeypatch.setattr(Turning, "raises", raises)
    monkeypatch.setattr("huffarchive.workers.pool.Worker", Turning)
    monkeypatch.setattr("huffarchive.reader.read_response", turning(good, raises))
    _found.cache_clear()
    pages = [known_good()[7 + number % 2] for number in range(2 * after + 2)]

    async def main() -> list[object]:
        async with aclosing(ReaderPool(workers)) as pool:
            return [(await asyncio.gather(pool.read(p), return_exceptions=True))[0] for p in pages]

    answers = asyncio.run(main())
    _found.cache_clear()
    ends = [isinstance(answer, ReadersFailedError) for answer in answers]
    assert ends == [False] * after + [True] * (after + 2)
    assert raises or "other words than stand in a known page" in str(answers[-1])
    sound = [read(page, read_response) for page in pages]
    assert answers[:after] == sound[:after]


@pytest.mark.parametrize("often", [1, 3, 100])
@pytest.mark.parametrize("workers", [0, 1])
def test_readings_in_order_end_with_a_known_page(
    workers: int, often: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no file is taken for read that a reader which went wrong read."""
    monkeypatch.setattr("huffarchive.workers.pool.OFTEN", often)
    monkeypatch.setattr(Turning, "good", len(known_good()))
    monkeypatch.setattr("huffarchive.workers.pool.Worker", Turning)
    monkeypatch.setattr("huffarchive.reader.read_response", turning(len(known_good())))
    _found.cache_clear()
    with (
        pytest.raises(ReadersFailedError, match="other words than stand in a known page"),
        Readers(workers) as readers,
    ):
        for number in (7, 8):
            readers.add(known_good()[number])
        list(readers.rest())
    _found.cache_clear()


def test_readers_that_fail_slowly_are_given_one_time_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A start that hangs is waited for once, not three times."""
    monkeypatch.setattr("huffarchive.workers.pool.Worker", Stillborn)
    monkeypatch.setattr("huffarchive.workers.pool.START_SECONDS", 0.01)
    monkeypatch.setattr(Stillborn, "made", 0)

    async def main() -> None:
        await ReaderPool(1, reader=TOLD).read(job("a"))

    with pytest.raises(ReadersFailedError, match="it does not start"):
        asyncio.run(main())
    assert Stillborn.made == 1


class Stillborn:
    """A reader that does not start."""

    made = 0
    ready = alive = grown = False

    def __init__(self, *_: object) -> None:
        type(self).made += 1

    async def begin(self) -> None:
        await asyncio.sleep(0.01)
        raise NotStartedError("it does not start")

    async def end(self) -> None:
        """It never began."""


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_few_readers_are_started_however_many_pages_wait(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one of them meets, is told to all pages that wait, and at once."""
    monkeypatch.setattr("huffarchive.workers.pool.Worker", Stillborn)
    monkeypatch.setattr(Stillborn, "made", 0)

    async def main() -> list[object]:
        pool = ReaderPool(workers, reader=TOLD)
        reads = (pool.read(job(f"page {number}")) for number in range(50))
        return await asyncio.gather(*reads, return_exceptions=True)

    assert [type(answer) for answer in asyncio.run(main())] == [ReadersFailedError] * 50
    assert Stillborn.made <= FAILURES + workers - 1


class Counted(Turning):
    """A reader that others may wait for, and that may end at the nth page of all."""

    read_urls: ClassVar[list[str]] = []
    ends_at = 0

    async def read(self, job: Job) -> Reading | Unread:
        await asyncio.sleep(0)
        self.read_urls.append(job.url)
        if len(self.read_urls) == self.ends_at:
            self.alive = False
            return CRASHED
        return await super().read(job)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("ends_at", [0, 14, 17])
@pytest.mark.parametrize("good", [10_000, 13, 16])
def test_one_known_page_proves_the_answers_that_wait_together(
    workers: int, ends_at: int, good: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that wait are read first; where their reader ends or is wrong none is believed."""
    monkeypatch.setattr("huffarchive.workers.pool.Worker", Counted)
    monkeypatch.setattr(Counted, "good", good)
    monkeypatch.setattr(Counted, "read_urls", [])
    monkeypatch.setattr(Counted, "ends_at", ends_at)
    known = known_good()[7:9]  # with words of their own, lest a wrong reader's pass for known ones
    others = [replace(k, response=k.response.replace(b"incendie", b"orage")) for k in known]
    pages = [others[number % 2] for number in range(24)]

    async def main() -> list[object]:
        async with aclosing(ReaderPool(workers)) as pool:
            reads = [asyncio.ensure_future(pool.read(page)) for page in pages]
            await asyncio.sleep(0)
            reads[5].cancel()  # who has lost interest costs no other page
            return await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 60)

    answers = asyncio.run(main())
    sound = [read(page, read_response) for page in pages]
    assert isinstance(answers.pop(5), asyncio.CancelledError)
    del sound[5]
    if good > 1000:
        assert answers == sound
        if ends_at == 0:  # a known page after eight, not after each
            begun = len(known_good()) * workers
            assert len(Counted.read_urls) <= begun + len(pages) + 4 * workers
    else:
        wrong = [isinstance(a, ReadersFailedError) for a in answers]
        assert any(wrong)
        assert [a for a in answers if not isinstance(a, ReadersFailedError)] == [
            s for s, w in zip(sound, wrong, strict=True) if not w
        ]
