"""Reader processes: as many as wanted, each replaced when a page was too much for it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import MsgspecError

from huffarchive.reading import Caution, Reading
from huffarchive.workers.child import READY, STAYS
from huffarchive.workers.job import (
    LENGTH,
    MAX_ANSWER,
    READER,
    TOO_SLOW,
    Job,
    Reader,
    ReadersFailedError,
    Unread,
    find_reader,
    known_good,
    pack_job,
    read_here,
    unpack,
)
from huffarchive.workers.kept import KeptAnswers

if TYPE_CHECKING:
    from concurrent.futures import Future

START_SECONDS = 60.0
"""How long a reader may take to import what it needs."""
GRACE = 1.0
"""Seconds in which an answer that is already there is read, when this process itself was late."""
_PIECE = 256 * 1024
"""Bytes of an answer that are taken at once."""
_BOOT = (
    "import json,sys; a=json.loads(sys.argv[1]); sys.path[:]=a.pop('path'); "
    "from huffarchive.workers.child import main; main(**a)"
)


class NotStartedError(RuntimeError):
    """A reader did not come so far as to take a page: one line says why."""


class Worker:
    """A reader process: started when made, good until `alive` is false."""

    def __init__(self, reader: str, seconds: float, memory: int) -> None:
        self._seconds, self._clock = seconds, seconds * 3
        self._ready = False
        self._busy = False
        self._clean = False
        """Whether the last job is all done, and the process waits for the next."""
        self.alive = True
        """Whether it can take a job."""
        self._connection, other = socket.socketpair()
        with other:
            arguments = {
                "fd": other.fileno(),
                "parent": os.getpid(),
                "reader": reader,
                "seconds": seconds,
                "memory": memory,
                "path": [entry or str(Path.cwd()) for entry in sys.path],
            }
            # Blocked signals stay blocked in the child: it is for the parent to end it.
            signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
            before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
            try:
                self._process = subprocess.Popen(  # noqa: S603 - ourselves
                    [sys.executable, "-c", _BOOT, json.dumps(arguments)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[other.fileno()],
                )
            except OSError:
                self._connection.close()
                raise
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._connection.setblocking(False)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def read(self, job: Job) -> Reading | Unread | None:
        """Have it read one page; None when it died of something that is not the page's bounds.

        NotStartedError when it could not begin.
        """
        self._busy = True
        try:
            if not self._ready:
                await asyncio.wait_for(self._start(), START_SECONDS)
            return await self._judge(asyncio.ensure_future(self._exchange(job)))
        except TimeoutError:
            raise NotStartedError(f"a reader did not start in {START_SECONDS:.0f} s") from None
        except (OSError, EOFError) as error:
            # It is gone: killed for its time, or by somebody else.
            self._process.kill()
            status = await asyncio.to_thread(self._process.wait)
            if not self._ready:
                raise NotStartedError(f"a reader did not start: {error}{_end(status)}") from None
            return TOO_SLOW if status == -signal.SIGPROF else None
        finally:
            self._busy = False
            if not self._clean:
                self.alive = False
                self._process.kill()
                self._connection.close()

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.alive = False
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        if not self._busy:
            self._connection.close()

    async def _judge(self, answer: asyncio.Future[bytearray]) -> Reading | Unread:
        """Wait for an answer and see what it is worth."""
        began = self._used()
        try:
            done, _ = await asyncio.wait({answer}, timeout=self._clock)
            while not done and self._starved(began):
                done, _ = await asyncio.wait({answer}, timeout=self._clock)
            if not done:
                done, _ = await asyncio.wait({answer}, timeout=GRACE)
        finally:
            # Also when the caller has lost interest: a job half done is no state to go on from.
            if not answer.done():
                answer.cancel()
                await asyncio.wait({answer})
        if not done:
            return TOO_SLOW
        frame = answer.result()
        try:
            value = unpack(memoryview(frame)[1:])
        except (MsgspecError, ValueError, RecursionError) as error:
            detail = f"an answer that cannot be read ({type(error).__name__})"
            return Unread(Caution.READER_FAILED.value, detail)
        self._clean = frame[:1] == STAYS
        return value

    def _starved(self, began: float) -> bool:
        """Whether it is the machine that is slow: it works, and has not had its time of CPU."""
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text("ascii", "replace")
        except OSError:
            return False
        works = stat.rpartition(")")[2].split()[0] == "R"  # proc(5): runs, or waits for a core
        return works and self._used() - began < self._seconds

    def _used(self) -> float:
        """Seconds of CPU that it has used, by the clock of its process (clock_getcpuclockid(3))."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    async def _start(self) -> None:
        message = await self._receive()
        if message != READY:
            lines = message.decode("utf-8", "replace").strip().splitlines()
            raise NotStartedError(f"a reader did not start: {lines[-1] if lines else 'no word'}")
        self._ready = True

    async def _exchange(self, job: Job) -> bytearray:
        self._clean = False
        loop = asyncio.get_running_loop()
        head = pack_job(job)
        frames = [LENGTH.pack(len(head)), head, LENGTH.pack(len(job.response))]
        await loop.sock_sendall(self._connection, b"".join(frames))
        await loop.sock_sendall(self._connection, job.response)
        return await self._receive()

    async def _receive(self) -> bytearray:
        """One frame; nothing may follow it before the next job."""
        loop = asyncio.get_running_loop()
        data, size = bytearray(), -1
        while len(data) != size:
            if size < 0 and len(data) >= LENGTH.size:
                size = LENGTH.unpack_from(data)[0]
                if size > MAX_ANSWER:
                    raise EOFError("an answer without measure")
                del data[: LENGTH.size]
            elif 0 <= size < len(data):
                raise EOFError("more than an answer")
            elif part := await loop.sock_recv(self._connection, _PIECE):
                data += part
            else:
                raise EOFError("the reader is gone")
        return data


def _end(status: int) -> str:
    """How a process ended, unless this one killed it."""
    if status == -signal.SIGKILL:
        return ""
    return f", by signal {-status}" if status < 0 else f", with exit status {status}"


SECONDS = 10.0
MEMORY = 1 << 30
HELD = 64 << 20
"""Bytes of responses that `Readers` holds at a time."""
FAILURES = 3
"""How often in a row known pages must fail to be read before the fault is ours, and how often one
page is tried at most."""
PAUSE = 0.2
"""Seconds before they are read once more, and twice as many before the last time."""


class ReaderPool:
    """Reads pages in `workers` processes; the event loop never waits.

    A page may use `seconds` of CPU time (and three times as long by the clock, longer only where
    the machine does not give it the CPU that it asks for) and `memory` bytes more than the reader
    holds without it; past that its reader is killed and replaced, and no other page notices.
    With 0 workers pages are read in this process, without any bound.
    """

    def __init__(
        self, workers: int, seconds: float = SECONDS, memory: int = MEMORY, reader: str = READER
    ) -> None:
        self._reader = reader
        self._in_process = None if workers else _found(reader)
        self._closed = False
        self._bounds = (seconds, memory)
        self._idle: asyncio.LifoQueue[Worker | None] = asyncio.LifoQueue()
        """Readers without a page; None where one is to be started first."""
        self._workers: set[Worker] = set()
        self._checking = asyncio.Lock()
        self._failed: ReadersFailedError | None = None
        for _ in range(workers):
            try:
                self._idle.put_nowait(self._started())
            except OSError:  # reading says so if it lasts
                self._idle.put_nowait(None)

    async def read(self, job: Job) -> Reading | Unread:
        """Read one page; waits for a free reader.

        ReadersFailedError, then and for every page after it, when none can be read here: before a
        failure counts as the page's, pages that can be read are, and then it is read once more by
        a new reader: a failure can be a passing one.
        """
        if self._in_process is not None:
            return read_here(job, self._in_process)
        failed = False
        for _ in range(FAILURES):
            try:
                answer = await self._asked(job, fresh=failed)
            except (NotStartedError, OSError):
                await self._check()
                continue
            if isinstance(answer, Reading) or not answer.is_suspect:
                return answer
            await self._check()
            if failed:
                return self._charged(answer)
            failed = True
        raise ReadersFailedError("readers start for other pages, and not for this one")

    def _charged(self, answer: Unread) -> Unread:
        """A failure as the page's own; from the first that cannot be, no page is read."""
        try:
            return answer.of_the_page()
        except ReadersFailedError as error:
            self._failed = error
            raise

    async def _check(self) -> None:
        """See that pages which can be read are; ReadersFailedError when that fails repeatedly."""
        async with self._checking:
            why = ""
            for number in range(FAILURES):
                await asyncio.sleep(PAUSE * number)
                try:
                    unread = await self._first_unread(fresh=number > 0)
                except (NotStartedError, OSError) as error:
                    why = str(error)
                else:
                    if unread is None:
                        return
                    why = unread.detail
            self._failed = ReadersFailedError(why)
            raise self._failed

    async def _first_unread(self, *, fresh: bool) -> Unread | None:
        """What came of the first of the known pages that is not read, by a new reader if asked."""
        for number, job in enumerate(known_good()):
            answer = await self._asked(job, fresh=fresh and number == 0)
            if isinstance(answer, Unread):
                return answer
        return None

    async def _asked(self, job: Job, *, fresh: bool = False) -> Reading | Unread:
        """What the next free reader answers, a new one if asked."""
        worker = await self._idle.get()
        if self._closed or self._failed is not None:
            self._idle.put_nowait(worker)  # for the next who waits
            raise self._failed or RuntimeError("the readers are closed")
        try:
            if fresh and worker is not None:
                self._workers.discard(worker)
                await worker.end()
                worker = None
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
        return answer or Unread(Caution.READER_FAILED.value, "the reader crashed")

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


class Readers:
    """Reads pages in `workers` processes and gives the answers in the order of the jobs.

    For programs without an event loop. At most two jobs for each worker and `HELD` bytes of
    responses are under way at a time (one larger response alone); the answers and the bounds are
    the same whatever the number of workers, but with 0 there are no bounds. ReadersFailedError as
    `ReaderPool` has it.
    """

    def __init__(
        self,
        workers: int,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        reader: str = READER,
        kept: KeptAnswers | None = None,
    ) -> None:
        """`kept` holds what was read before; what is not there is read, and kept for another."""
        self._kept = kept
        self._in_process = None if workers else _found(reader)
        self._most = 2 * workers
        self._under_way: deque[tuple[Job, Future[Reading | Unread] | Reading | Unread]] = deque()
        self._held = 0
        if not workers:
            return
        # The loop runs in a thread of its own: clocks must not run on while the caller is busy.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="readers", daemon=True)
        self._thread.start()
        opening = _open(workers, seconds, memory, reader)
        self._pool = asyncio.run_coroutine_threadsafe(opening, self._loop).result()

    def add(self, job: Job) -> list[Reading | Unread]:
        """Have a page read; the answers that had to come before it could be begun, perhaps none."""
        known = self._kept.take(job) if self._kept is not None else None
        if self._in_process is not None:
            return [known or self._keep(job, read_here(job, self._in_process))]
        size, answers = len(job.response), []
        while len(self._under_way) >= self._most or (self._held and self._held + size > HELD):
            answers.append(self._oldest())
        if known is None:
            known_later = asyncio.run_coroutine_threadsafe(self._pool.read(job), self._loop)
        self._under_way.append((job, known_later if known is None else known))
        self._held += size
        return answers

    def rest(self) -> Iterator[Reading | Unread]:
        """The answers that are still due."""
        while self._under_way:
            yield self._oldest()

    def _oldest(self) -> Reading | Unread:
        job, answer = self._under_way.popleft()
        self._held -= len(job.response)
        if isinstance(answer, Reading | Unread):
            return answer
        return self._keep(job, answer.result())

    def _keep(self, job: Job, answer: Reading | Unread) -> Reading | Unread:
        if self._kept is not None:
            self._kept.keep(job, answer)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._in_process is not None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self._pool.close()


def read_in_order(
    jobs: Iterable[Job],
    workers: int,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    reader: str = READER,
) -> Iterator[Reading | Unread]:
    """Read pages as `Readers` does; what is under way is lost where `jobs` raises."""
    with Readers(workers, seconds, memory, reader) as readers:
        for job in jobs:
            yield from readers.add(job)
        yield from readers.rest()


async def _open(workers: int, seconds: float, memory: int, reader: str) -> ReaderPool:
    # In the loop's thread: a reader dies with the thread that started it.
    return ReaderPool(workers, seconds, memory, reader)


def _found(reader: str) -> Reader:
    try:
        return find_reader(reader)
    except Exception as error:
        raise ReadersFailedError(f"{type(error).__name__}: {error}") from error
