import asyncio
import gc
import itertools
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.reading import Reading
from huffarchive.workers.job import Job, ReadersFailedError, Unread
from huffarchive.workers.pool import HELD, ReaderPool, Readers
from tests.kit.reading import read_in_order

READER = f"{__package__}.readers:told"
WHEN = datetime(2021, 3, 9, tzinfo=UTC)


def job(order: str, size: int = 0) -> Job:
    return Job(f"http://x/{order}", WHEN, order.encode() + b"\n" + b"." * size, "qc")


def run(workers: int, orders: list[str], **bounds: float) -> list[Reading | Unread]:
    async def main() -> list[Reading | Unread]:
        async with aclosing(ReaderPool(workers, reader=READER, **bounds)) as pool:  # type: ignore[arg-type]
            return await asyncio.gather(*(pool.read(job(order)) for order in orders))

    return asyncio.run(main())


def good(answer: Reading | Unread) -> bool:
    return isinstance(answer, Reading) and answer.links[2:] == ("qc", "None")


def test_a_page_is_read_with_its_edition_and_site():
    async def main() -> Reading | Unread:
        async with aclosing(ReaderPool(1, reader=READER)) as pool:
            return await pool.read(Job("http://x/", WHEN, b"ok\n", "qc", "http://127.0.0.1:1"))

    answer = asyncio.run(main())
    assert isinstance(answer, Reading)
    assert answer.links == ("http://x/", "3", "qc", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        pytest.param("spin", "reader_timeout", marks=pytest.mark.long),
        ("spin in C", "reader_timeout"),
        pytest.param("sleep", "reader_timeout", marks=pytest.mark.slow),
        ("hoard", "reader_memory"),
        pytest.param("hoard quietly", "reader_failed", marks=pytest.mark.slow),
        ("segfault", "reader_failed"),
        pytest.param("exit", "reader_failed", marks=pytest.mark.slow),
        ("raise", "reader_failed"),
        pytest.param("deep", "reader_failed", marks=pytest.mark.slow),
        ("no page", "cut"),
        pytest.param("pickle", "reader_failed", marks=pytest.mark.slow),
        ("surrogate", "reader_failed"),
    ],
)
def test_a_hostile_page_costs_one_page(order, fault):
    answers = run(2, ["a", "b", order, "c", "d"], seconds=0.5, memory=200_000_000)
    bad = answers.pop(2)
    assert isinstance(bad, Unread)
    assert bad.fault == fault
    assert bad.detail.isprintable()
    assert all(good(answer) for answer in answers)
    assert not Path("/tmp/huffarchive-evil").exists()


def test_time_is_measured_as_the_page_s_own():
    # Sleeping uses no CPU: within three times the bound by the clock a page is not disturbed.
    (answer,) = run(1, ["nap 0.9"], seconds=0.5)
    assert good(answer)


@pytest.mark.parametrize("lasting", [False, True])
def test_a_reader_that_cannot_be_started_is_started_once_more(lasting):
    async def main() -> Reading | Unread:
        async with aclosing(ReaderPool(1, reader=READER)) as pool:
            before = await pool.read(job("pid"))
            assert isinstance(before, Reading)
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
            os.kill(int(before.links[0]), signal.SIGKILL)
            reading = asyncio.ensure_future(pool.read(job("a")))
            if lasting:
                await asyncio.wait({reading})
            else:
                await asyncio.sleep(0.1)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            return await asyncio.wait_for(reading, 60)

    if lasting:
        with pytest.raises(ReadersFailedError, match="Too many open files"):
            asyncio.run(main())
    else:
        assert good(asyncio.run(main()))


def test_who_waits_for_a_reader_is_told_that_the_pool_is_closed():
    async def main() -> list[object]:
        pool = ReaderPool(1, reader=READER)
        reads = [asyncio.ensure_future(pool.read(job("sleep"))) for _ in range(3)]
        await asyncio.sleep(0.1)
        await pool.aclose()
        return await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 60)

    assert [type(answer) for answer in asyncio.run(main())] == [RuntimeError] * 3


def test_a_reader_killed_from_outside_costs_nothing():
    async def main() -> None:
        async with aclosing(ReaderPool(1, reader=READER)) as pool:
            before = await pool.read(job("pid"))
            assert isinstance(before, Reading)
            reading = asyncio.ensure_future(pool.read(job("nap 0.5")))
            await asyncio.sleep(0.2)
            os.kill(int(before.links[0]), signal.SIGKILL)
            assert good(await reading)
            # And between two pages.
            after = await pool.read(job("pid"))
            assert isinstance(after, Reading)
            assert after.links != before.links
            os.kill(int(after.links[0]), signal.SIGKILL)
            await asyncio.sleep(0.1)
            assert good(await pool.read(job("a")))

    asyncio.run(main())


@pytest.mark.slow
def test_a_slow_machine_is_no_slow_page():
    """Its clock is over long before it has had its CPU, as where twenty others want the same."""

    async def main(order: str, seconds: float) -> Reading | Unread:
        async with aclosing(ReaderPool(1, seconds=seconds, reader=READER)) as pool:
            assert good(await pool.read(job("a")))  # or it is not started yet
            (worker,) = pool._workers
            worker._clock = 0.05
            return await pool.read(job(order))

    assert good(asyncio.run(main("work 1", 20)))
    answer = asyncio.run(main("sleep", 1))  # the second look has the clock of its bound
    assert isinstance(answer, Unread)
    assert answer.fault == "reader_timeout"


def test_readers_ignore_the_signals_that_are_for_the_parent():
    async def main() -> None:
        async with aclosing(ReaderPool(1, reader=READER)) as pool:
            before = await pool.read(job("pid"))
            assert isinstance(before, Reading)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(int(before.links[0]), number)
            await asyncio.sleep(0.1)
            assert await pool.read(job("pid")) == before

    asyncio.run(main())
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_readers_import_no_scrapy():
    (answer,) = run(1, ["modules"])
    assert isinstance(answer, Reading)
    assert "huffarchive" in answer.links
    assert not {"scrapy", "twisted"} & set(answer.links)


@pytest.mark.slow
@pytest.mark.parametrize("busy", ["spin", "sleep", "a"])
def test_readers_die_with_a_parent_that_is_killed(busy):
    script = (
        "import asyncio,sys\n"
        f"from {__package__}.test_workers import *\n"
        "async def main():\n"
        "    pool = ReaderPool(2, reader=READER)\n"
        "    first = await pool.read(job('a'))\n"
        "    tasks = [asyncio.ensure_future(pool.read(job(sys.argv[1]))) for _ in range(2)]\n"
        "    await asyncio.sleep(0.3)\n"
        "    print(*(worker.pid for worker in pool._workers), flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    parent = subprocess.Popen(
        [sys.executable, "-c", script, busy],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert parent.stdout is not None
    with parent.stdout:
        pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    assert all(alive(pid) for pid in pids)
    parent.kill()
    parent.wait()
    end = time.monotonic() + 60
    while any(alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_large_pages_cross_without_holding_up_the_loop():
    async def main() -> float:
        async with aclosing(ReaderPool(2, reader=READER)) as pool:
            await asyncio.gather(pool.read(job("a")), pool.read(job("b")))
            gaps: list[float] = []
            stop = asyncio.Event()

            async def tick() -> None:
                last = time.thread_time()
                while not stop.is_set():
                    await asyncio.sleep(0.001)
                    now = time.thread_time()
                    gaps.append(now - last)
                    last = now

            ticking = asyncio.ensure_future(tick())
            big = [pool.read(job("answer", 16 * 1024 * 1024)) for _ in range(4)]
            answers = await asyncio.gather(*big)
            stop.set()
            await ticking
            assert all(isinstance(a, Reading) and len(a.links[0]) > 2**24 for a in answers)
            return max(gaps)

    # In time of this thread, which other programs do not lengthen; the first good one of three.
    assert any(asyncio.run(main()) < 0.05 for _ in range(3))


def test_a_reader_that_cannot_start_is_said_loudly():
    async def main() -> None:
        async with aclosing(ReaderPool(1, reader="huffarchive.no_such_module:read")) as pool:
            await pool.read(job("a"))

    with pytest.raises(ReadersFailedError, match="no_such_module"):
        asyncio.run(main())


ORDERS = ["a", "nap 0.2", "b", "raise", "c", "no page", *"defgh"]


@pytest.mark.slow
def test_answers_are_the_same_whatever_the_number_of_workers():
    results = [
        list(read_in_order(map(job, ORDERS), workers, reader=READER)) for workers in (0, 1, 3)
    ]
    assert results[0] == results[1] == results[2]
    assert [isinstance(answer, Unread) for answer in results[0]].count(True) == 2


def test_in_order_holds_a_window_and_can_be_left():
    taken = []

    def endless():
        for number in itertools.count():
            taken.append(number)
            yield job(f"page {number}")

    answers = read_in_order(endless(), 2, reader=READER)
    first = [next(answers) for _ in range(5)]
    answers.close()
    assert [answer.links[0] for answer in first if isinstance(answer, Reading)] == [
        f"http://x/page {n}" for n in range(5)
    ]
    assert len(taken) <= 5 + 4


def test_large_responses_are_not_held_all_at_once(monkeypatch: pytest.MonkeyPatch):
    held = HELD // 20
    monkeypatch.setattr("huffarchive.workers.pool.HELD", held)
    with Readers(2, reader=READER) as readers:
        size = held // 3
        answers = [len(readers.add(job(f"page {n}", size))) for n in range(4)]
        assert answers == [0, 0, 1, 1]
        assert len(readers.add(job("larger than all", held))) == 2
        assert len(readers.add(job("small"))) == 1
        assert [good(answer) for answer in readers.rest()] == [True]


def test_nothing_is_left_behind_where_the_caller_breaks_off(caplog: pytest.LogCaptureFixture):
    for _ in range(3):
        with Readers(2, reader=READER) as readers:
            for order in ("nap 5", "nap 5", "a", "b"):
                readers.add(job(order))
        del readers
        gc.collect()
    # Whatever level another test has left the log at: asyncio tells of its loops at DEBUG.
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.slow
def test_in_order_has_the_same_bounds():
    orders = ["a", "spin", "hoard", "b"]
    answers = list(
        read_in_order(map(job, orders), 2, seconds=0.5, memory=200_000_000, reader=READER)
    )
    assert [good(answer) for answer in answers] == [True, False, False, True]
    assert [a.fault for a in answers if isinstance(a, Unread)] == [
        "reader_timeout",
        "reader_memory",
    ]


@pytest.mark.slow
def test_a_busy_caller_is_no_slow_page():
    answers = read_in_order(map(job, ["a", "b", "c"]), 1, seconds=0.2, reader=READER)
    got = []
    for answer in answers:
        time.sleep(1.0)
        got.append(good(answer))
    assert got == [True, True, True]


class Rung(BaseException):
    """The alarm."""


def test_with_an_alarm_the_first_page_is_bounded_too() -> None:
    def ring(*_: object) -> None:
        raise Rung

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with Readers(0, seconds=0.05, reader=READER, alarm=True) as readers:
            with pytest.raises(Rung):
                readers.add(job("nap 20"))
            assert good(*readers.add(job("a")))
            assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, before)
