"""One reader process: started, asked for a page at a time, ended when a page was too much."""

import asyncio
import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from msgspec import MsgspecError

from huffarchive.reading import Caution, Reading
from huffarchive.workers import child
from huffarchive.workers.child import READY, STAYS
from huffarchive.workers.job import (
    LENGTH,
    MAX_ANSWER,
    NO_ANSWER,
    TOO_SLOW,
    Job,
    Unread,
    one_line,
    pack_job,
    unpack,
)
from huffarchive.workers.start import start

CRASHED = Unread(Caution.READER_FAILED.value, "the reader crashed")
START_SECONDS = 60.0
"""How long a reader may take to import what it needs, and how long others may fail at it before."""
GRACE = 1.0
"""Seconds in which an answer that is already there is read, when this process itself was late."""
_PIECE = 256 * 1024
"""Bytes of an answer that are taken at once."""


class NotStartedError(RuntimeError):
    """A reader did not come so far as to take a page: one line says why."""


class NoAnswerError(EOFError):
    """What came from a reader is no answer: it is not to be believed, whatever it was asked."""


class Worker:
    """A reader process: started when made, takes pages after `begin` until `alive` is false."""

    def __init__(self, reader: str, seconds: float, memory: int) -> None:
        self._seconds, self._clock = seconds, seconds * 3
        self.ready = False
        """Whether it has started."""
        self._busy = False
        self._clean = False
        """Whether the last job is all done, and the process waits for the next."""
        self.alive = True
        """Whether it can take a job."""
        self.grown = False
        """Whether the next page would find less room in it."""
        self.unproved = 0
        """Answers since it last read a known page."""
        self._connection, other = socket.socketpair()
        with other:
            # Blocked signals stay blocked in the child: it is for the parent to end it.
            signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
            before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
            try:
                self._process = start(
                    child.__name__,
                    other.fileno(),
                    parent=os.getpid(),
                    reader=reader,
                    seconds=seconds,
                    memory=memory,
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

    async def begin(self) -> None:
        """Wait until it has started, if it has not; NotStartedError."""
        if self.ready:
            return
        self._busy = True
        try:
            message = await asyncio.wait_for(self._receive(), START_SECONDS)
        except TimeoutError:
            raise NotStartedError(f"a reader did not start in {START_SECONDS:.0f} s") from None
        except (OSError, EOFError) as error:
            raise NotStartedError(
                f"a reader did not start: {error}{_end(await self._gone())}"
            ) from None
        finally:
            self._busy = False
        if message != READY:
            lines = message.decode("utf-8", "replace").strip().splitlines()
            raise NotStartedError(f"a reader did not start: {lines[-1] if lines else 'no word'}")
        self.ready = True

    async def read(self, job: Job) -> Reading | Unread:
        """Have it read one page."""
        self._busy = True
        try:
            return await self._judge(job)
        except NoAnswerError as error:
            return Unread(Caution.READER_FAILED.value, NO_ANSWER + str(error))
        except (OSError, EOFError):
            # It is gone: killed for its time, or by somebody else.
            return TOO_SLOW if await self._gone() == -signal.SIGPROF else CRASHED
        finally:
            self._busy = False
            if not self._clean:
                self.alive = False
                self._process.kill()
                self._connection.close()

    async def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.alive = False
        await self._gone()
        if not self._busy:
            self._connection.close()

    async def _gone(self) -> int:
        """How it ended, at the latest now."""
        self._process.kill()
        while (status := self._process.poll()) is None:  # noqa: ASYNC110 - no thread: there may be none left
            await asyncio.sleep(0.002)
        return status

    async def _judge(self, job: Job) -> Reading | Unread:
        """Wait for an answer and see what it is worth."""
        began = self._used()
        answer = asyncio.ensure_future(self._exchange(job))
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
            value = unpack(memoryview(frame)[1:], job)
        except (MsgspecError, ValueError, RecursionError) as error:
            raise NoAnswerError(one_line(str(error))) from error
        self._clean, self.grown = True, frame[:1] != STAYS
        self.unproved += 1
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

    async def _exchange(self, job: Job) -> bytearray:
        self._clean = False
        with suppress(BlockingIOError):  # as nothing has come
            if self._connection.recv(1, socket.MSG_PEEK):
                raise NoAnswerError("more came after the last one")
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
                    raise NoAnswerError("one without measure")
                del data[: LENGTH.size]
            elif 0 <= size < len(data):
                raise NoAnswerError("more than one")
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
