"""Readers at work: as many processes as wanted, each replaced when a page was too much for it."""

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Self

from huffarchive.reading import Caution, Reading
from huffarchive.workers.job import READER, Job, Unread, find_reader, read
from huffarchive.workers.worker import Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

SECONDS = 10.0
MEMORY = 1 << 30
CRASHES = 2
"""How often a page may bring a reader down before it counts as unreadable: a reader can also be
killed from outside."""


class ReaderPool:
    """Reads pages in `workers` processes; the event loop never waits.

    A page may use `seconds` of CPU time (and three times as long by the clock) and `memory` bytes
    more than the reader holds without it; past that its reader is killed and replaced, and no
    other page notices. With 0 workers pages are read in this process, without any bound.
    """

    def __init__(
        self, workers: int, seconds: float = SECONDS, memory: int = MEMORY, reader: str = READER
    ) -> None:
        self._reader = reader
        self._in_process = None if workers else find_reader(reader)
        self._closed = False
        self._bounds = (seconds, memory)
        self._idle: asyncio.LifoQueue[Worker | None] = asyncio.LifoQueue()
        """Readers without a page; None where one is to be started first."""
        self._workers: set[Worker] = set()
        for _ in range(workers):
            self._idle.put_nowait(self._started())

    async def read(self, job: Job) -> Reading | Unread:
        """Read one page; waits for a free reader.

        RuntimeError or OSError when no reader can be started; the next page tries it again.
        """
        if self._in_process is not None:
            return read(job, self._in_process)
        for _ in range(CRASHES):
            worker = await self._idle.get()
            if self._closed:
                self._idle.put_nowait(None)  # for the next who waits
                raise RuntimeError("the readers are closed")
            try:
                worker = worker or self._started()
                answer = await worker.read(job)
            finally:
                if worker is not None and worker.alive:
                    self._idle.put_nowait(worker)
                else:
                    self._idle.put_nowait(None)
                    if worker is not None:
                        self._workers.discard(worker)
                        await worker.end()
            if answer is not None:
                return answer
        return Unread(Caution.READER_FAILED.value, "the reader crashed")

    async def close(self) -> None:
        """End all readers; what they are reading is lost."""
        self._closed = True
        await asyncio.gather(*(worker.end() for worker in self._workers))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _started(self) -> Worker:
        worker = Worker(self._reader, *self._bounds)
        self._workers.add(worker)
        return worker


def read_in_order(
    jobs: Iterable[Job],
    workers: int,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    reader: str = READER,
) -> Iterator[Reading | Unread]:
    """Read pages in `workers` processes, answers in the order of the jobs.

    For programs without an event loop. At most two jobs for each worker are held at a time; the
    answers and the bounds are the same whatever the number of workers, but with 0 there are no
    bounds.
    """
    if workers == 0:
        function = find_reader(reader)
        yield from (read(job, function) for job in jobs)
        return
    # The loop runs in a thread of its own: clocks must not run on while the caller is busy.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="readers", daemon=True)
    thread.start()
    pool = asyncio.run_coroutine_threadsafe(_open(workers, seconds, memory, reader), loop).result()
    window: deque[Future[Reading | Unread]] = deque()
    try:
        for job in jobs:
            window.append(asyncio.run_coroutine_threadsafe(pool.read(job), loop))
            if len(window) >= 2 * workers:
                yield window.popleft().result()
        while window:
            yield window.popleft().result()
    finally:
        for future in window:
            future.cancel()
        asyncio.run_coroutine_threadsafe(pool.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _open(workers: int, seconds: float, memory: int, reader: str) -> ReaderPool:
    # In the loop's thread: a reader dies with the thread that started it.
    return ReaderPool(workers, seconds, memory, reader)
