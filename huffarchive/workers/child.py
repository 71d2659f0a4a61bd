"""The process that reads: one page after the other, until its parent is gone."""

import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import traceback
from functools import cache

from huffarchive.workers.job import (
    OUT_OF_MEMORY,
    Job,
    Reader,
    failed,
    find_reader,
    pack,
    read,
    receive,
    send,
    unpack_job,
)

READY = b"ready"
STAYS, LEAVES = b"+", b"-"
"""The first byte of an answer: whether the process is fit for another page of a stranger's."""
_PR_SET_PDEATHSIG = 1


def main(fd: int, parent: int, reader: str, seconds: float, memory: int) -> None:
    """Serve the socket `fd`: a job in, an answer out.

    A page that uses more than `seconds` of CPU time ends the process by SIGPROF, whatever C code
    it is in; one that wants more than `memory` bytes on top of what the process holds is refused
    them.
    """
    die_with(parent)
    logging.disable(logging.CRITICAL)  # a page's words must not reach a terminal
    connection = socket.socket(fileno=fd)
    try:
        function = find_reader(reader)
    except BaseException:  # noqa: BLE001 - whatever an import can raise
        send(connection, traceback.format_exc().encode("utf-8", "replace"))
        return
    gc.collect()
    gc.freeze()  # modules and patterns stay: no collection goes through them again
    send(connection, READY)
    start = _held()
    while (head := receive(connection)) is not None and (body := receive(connection)) is not None:
        answer = _bounded(unpack_job(head, bytes(body)), function, seconds, memory)
        # A fresh process follows one that has grown, so that no page finds less room than another.
        leaves = _held() > start + memory // 4
        send(connection, (LEAVES if leaves else STAYS) + answer)


def _bounded(job: Job, reader: Reader, seconds: float, memory: int) -> bytes:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_held() + memory, hard))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return pack(read(job, reader), job)
    except MemoryError:
        return pack(OUT_OF_MEMORY, job)
    except (TypeError, ValueError) as error:  # such as half a surrogate pair, which no UTF-8 has
        return pack(failed(error), job)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _held() -> int:
    """Bytes of data that the process holds, as RLIMIT_DATA counts them."""
    return int(os.pread(_statm(), 200, 0).split()[5]) * resource.getpagesize()


@cache
def _statm() -> int:
    return os.open("/proc/self/statm", os.O_RDONLY)


def die_with(parent: int) -> None:
    """Be killed when the parent dies, in whatever state (Linux)."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
