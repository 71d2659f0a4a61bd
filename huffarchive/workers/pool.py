"""Reader processes: as many as wanted, each replaced when a page was too much for it."""

import asyncio
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from typing import TYPE_CHECKING, Self

from huffarchive.reading import Reading
from huffarchive.workers.job import (
    NO_ANSWER,
    READER,
    Job,
    Reader,
    ReadersFailedError,
    Repeated,
    Unread,
    check,
    find_reader,
    is_suspect,
    known_good,
    misread,
    plain,
    read_here,
)
from huffarchive.workers.kept import KeptAnswers
from huffarchive.workers.worker import START_SECONDS, NotStartedError, Worker

if TYPE_CHECKING:
    from concurrent.futures import Future

SECONDS = 10.0
MEMORY = 1 << 30
HELD = 64 << 20
"""Bytes of responses that `Readers` holds at a time."""
FAILURES = 3
"""How many new readers in a row must not come so far that they read the known pages, before none
is started any more; and how many answers may be none, before no other is believed."""
PAUSE = 0.2
"""Seconds before the second of them, and twice as many before the third."""
TOGETHER = 8
"""Answers of a crawl that one known page proves, where pages wait for the reader."""
OFTEN = 100
"""Answers of a reader's to `Readers` until it reads a known page again."""


class ReaderPool:
    """Reads pages in `workers` processes; the event loop never waits.

    A page may use `seconds` of CPU time (and three times as long by the clock, longer only where
    the machine does not give it the CPU that it asks for) and `memory` bytes more than the reader
    holds without it; past that its reader is killed and replaced, and no other page notices.
    With 0 workers pages are read in this process, without any bound.
    """

    def __init__(
        self,
        workers: int,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        reader: str = READER,
        wanted: Callable[[], int] | None = None,
        often: int = 1,
    ) -> None:
        """With `wanted` a page can be put off; see `Repeated`.

        After `often` answers a reader reads a known page again: a last one that it does not read
        so well is believed no more than those before it.
        """
        self._reader = reader
        self._often = often
        self._known = cycle(plain())
        self._unproved = 0
        """Answers of this process since it last read a known page."""
        self.repeated = Repeated(wanted)
        self._in_process = None if workers else _found(reader)
        self._closed = False
        self._bounds = (seconds, memory)
        self._idle: list[Worker | None] = [None] * workers
        """Readers without a page; None where one is to be started first, which it is for a page
        that no other can take."""
        self._line: deque[asyncio.Future[Worker | None]] = deque()
        """Pages that wait for a reader."""
        self._proofs: dict[Worker, asyncio.Future[bool]] = {}
        """Whether answers that wait for their reader's next known page are to be believed."""
        self._workers: set[Worker] = set()
        self._failures = 0
        """New readers in a row that did not come so far as to take a page."""
        self._refused = 0
        """Answers that could not be read."""
        self._failed: ReadersFailedError | None = None

    async def read(self, job: Job) -> Reading | Unread:
        """Read one page; waits for a free reader.

        A failure can be a passing one, or the fault of its process: the page is read once more by
        a new reader, which takes it after it has read the known pages. ReadersFailedError, then
        and for every page after it, when new readers do not come so far, when one that gave
        answers reads other words in a known page, or as `Repeated` has it, as ReadLaterError.
        """
        if self._failed is not None:
            raise self._failed
        try:
            if self._in_process is not None:
                return self.read_now(job)
            return self.repeated.seen(job, await self._sure(job))
        except ReadersFailedError as error:
            self._failed = error
            raise

    def read_now(self, job: Job) -> Reading | Unread:
        """Read one page in this process, where there are no workers; the errors of `read`."""
        assert self._in_process is not None
        answer = read_here(job, self._in_process)
        self._unproved += 1
        if self._unproved >= self._often:
            self.prove_now()
        return self.repeated.seen(job, answer)

    def prove_now(self) -> None:
        """ReadersFailedError where this process, which read pages, reads a known one otherwise."""
        if self._in_process is not None and self._unproved:
            self._unproved = 0
            check(self._in_process, self._reader, [next(self._known)])

    async def prove(self) -> None:
        """The same of the other processes, when all answers have come."""
        for worker in self._workers.copy():
            if worker.alive and worker.unproved and (why := await self._fault_of(worker)):
                raise ReadersFailedError(why.detail)

    async def _fault_of(self, worker: Worker) -> Unread | None:
        """Why a reader that gave answers cannot read a known page now; None where it can.

        ReadersFailedError where it reads other words in it, or rules that it is none.
        """
        answer = await worker.read(known := next(self._known))
        worker.unproved = 0
        why = misread(known, answer, self._reader)
        if why and not is_suspect(answer):
            raise ReadersFailedError(why)
        return answer if isinstance(answer, Unread) else None

    async def _sure(self, job: Job) -> Reading | Unread:
        answer = await self._asked(job)
        if not is_suspect(answer):
            return answer
        self._refused += answer.detail.startswith(NO_ANSWER)
        if self._refused >= FAILURES:
            raise ReadersFailedError(answer.detail)
        return await self._asked(job, fresh=True)

    async def _asked(self, job: Job, *, fresh: bool = False) -> Reading | Unread:
        """What the next free reader answers, a new one if asked.

        Where others wait it reads their pages first: one known page then proves all its answers.
        """
        worker = await self._next()
        try:
            if fresh and worker is not None:
                await self._end(worker)
                worker = None
            worker = await self._able(worker)
            answer = await worker.read(job)
            last = worker.grown or worker.unproved >= self._often
            if is_suspect(answer) or not (worker.alive and last):
                return answer
            waits = any(not turn.done() for turn in self._line)
            if not waits or worker.grown or worker.unproved >= TOGETHER:
                fault = await self._fault_of(worker)
                self._settle(worker, proved=fault is None)
                return fault or answer
            proof = self._proofs.setdefault(worker, asyncio.Future())
        finally:
            spent = worker if worker and (worker.grown or not worker.alive) else None
            try:
                if spent is not None:
                    await self._end(spent)
            finally:  # whoever is cancelled meanwhile
                self._free(None if spent else worker)
        return answer if await asyncio.shield(proof) else await self._asked(job, fresh=fresh)

    async def _next(self) -> Worker | None:
        """A reader without a page, when its turn has come."""
        if self._idle:
            return self._idle.pop()
        turn: asyncio.Future[Worker | None] = asyncio.Future()
        self._line.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was given one meanwhile
                self._free(turn.result())
            raise

    def _free(self, worker: Worker | None) -> None:
        """Give a reader to the page that waits longest; without one nothing will prove it."""
        while self._line:
            if not (turn := self._line.popleft()).done():
                turn.set_result(worker)
                return
        if worker is not None:
            self._settle(worker, proved=False)
        self._idle.append(worker)

    def _settle(self, worker: Worker, *, proved: bool) -> None:
        """Have the answers that wait for a reader's proof believed, or their pages read again."""
        if (proof := self._proofs.pop(worker, None)) is not None:
            proof.set_result(proved)

    async def _able(self, worker: Worker | None) -> Worker:
        """A reader that has read the known pages; ReadersFailedError after a few that cannot."""
        began = time.monotonic()
        while True:
            if self._closed or self._failed is not None:
                raise self._failed or RuntimeError("the readers are closed")
            try:
                worker = worker or self._started()
            except OSError as error:
                why = str(error)
            else:
                why = await self._begin(worker)
                if not why:
                    self._failures = 0
                    return worker
            self._failures += 1
            if self._failures >= FAILURES or time.monotonic() - began >= START_SECONDS:
                raise self._failed or ReadersFailedError(why)
            await asyncio.sleep(PAUSE * self._failures)
            worker = None

    async def _begin(self, worker: Worker) -> str:
        """Have a new reader read the known pages; why it cannot, then it is ended, or ""."""
        why = ""
        if worker.ready:
            return why
        try:
            await worker.begin()
            for known in known_good():
                if why := misread(known, await worker.read(known), self._reader):
                    break
        except NotStartedError as error:
            why = str(error)
        finally:
            if why or not (worker.ready and worker.alive):
                await self._end(worker)
        return why

    async def _end(self, worker: Worker) -> None:
        self._workers.discard(worker)
        self._settle(worker, proved=False)
        await worker.end()

    async def aclose(self) -> None:
        """End all readers; what they are reading is lost."""
        self._closed = True
        await asyncio.gather(*(worker.end() for worker in self._workers))

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
        *,
        alarm: bool = False,
    ) -> None:
        """`kept` holds what was read before; what is not there is read, and kept for another.

        With `alarm` this process dies of a page that takes too long in it, the first one too.
        """
        self._kept = kept
        self._patience = seconds * 3 if alarm else 0.0
        self._workers = workers
        self._most = 2 * workers
        self._under_way: deque[tuple[Job, Future[Reading | Unread] | Reading | Unread]] = deque()
        self._held = 0
        if not workers:
            self._pool = ReaderPool(0, reader=reader, often=OFTEN)
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
        if not self._workers:
            answer = known or self._read_here(job)
            return [answer if known else self._keep(job, answer)]
        size, answers = len(job.response), []
        while len(self._under_way) >= self._most or (self._held and self._held + size > HELD):
            answers.append(self._oldest())
        if known is None:
            known_later = asyncio.run_coroutine_threadsafe(self._pool.read(job), self._loop)
        self._under_way.append((job, known_later if known is None else known))
        self._held += size
        return answers

    def _read_here(self, job: Job) -> Reading | Unread:
        if not self._patience:
            return self._pool.read_now(job)
        signal.setitimer(signal.ITIMER_REAL, self._patience)
        try:
            return self._pool.read_now(job)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def rest(self) -> Iterator[Reading | Unread]:
        """The answers that are still due; ReadersFailedError after them where a reader is wrong."""
        while self._under_way:
            yield self._oldest()
        if self._workers:
            asyncio.run_coroutine_threadsafe(self._pool.prove(), self._loop).result()
        else:
            self._pool.prove_now()

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
        if not self._workers:
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
        await self._pool.aclose()


async def _open(workers: int, seconds: float, memory: int, reader: str) -> ReaderPool:
    # In the loop's thread: a reader dies with the thread that started it.
    return ReaderPool(workers, seconds, memory, reader, often=OFTEN)


@cache
def _found(reader: str) -> Reader:
    try:
        found = find_reader(reader)
    except Exception as error:
        raise ReadersFailedError(f"{type(error).__name__}: {error}") from error
    check(found, reader)
    return found
