"""How a command ends: what was to be printed or written and could not be, and signals."""

import io
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, NoReturn

from huffarchive import printable, program, stopped_at_once
from huffarchive.commands.options import mistake
from huffarchive.exits import Exit


@contextmanager
def may_go_unread() -> Iterator[None]:
    """End what is within silently when the reader of the standard output has ended ("| head").

    Other pipes that break, to a reading process, are raised on.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if _is_read():
            raise
        _drop_rest()


@contextmanager
def unwritten_told(what: str) -> Iterator[None]:
    """Have what cannot be printed told in one line, and leave the status as it is."""
    try:
        with may_go_unread():
            yield
    except OSError as error:
        print(f"{what} {_told(error)}", file=sys.stderr)
        _drop_rest()


@contextmanager
def to_stdout() -> Iterator[IO[bytes]]:
    """Standard output for a product alone: what else this process and those that it starts print
    meanwhile, a library's own words too, goes to standard error.
    """
    sys.stdout.flush()
    try:
        number = sys.stdout.fileno()
    except io.UnsupportedOperation:  # whoever runs this command in a process has put it there
        yield sys.stdout.buffer
        return
    with os.fdopen(os.dup(number), "wb") as product:
        os.dup2(sys.stderr.fileno(), number)
        try:
            yield product
        finally:
            sys.stdout.flush()
            os.dup2(product.fileno(), number)


def _drop_rest() -> None:
    """Have what standard output did not take go nowhere: Python writes it at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_read() -> bool:
    looked = select.poll()
    looked.register(sys.stdout.fileno(), 0)
    return not any(event & select.POLLERR for _, event in looked.poll(0))


_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REPLACED = (signal.SIG_DFL, signal.default_int_handler, stopped_at_once)
"""Handlers that a command's own takes the place of; under nohup a hang-up is ignored."""


def ends_well(command: Any, name: str, work: Callable[[], object]) -> None:
    """Do a command's work; status 5 when it is stopped, 4 when something cannot be written, 7 when
    there is no room for it.

    What it prints is UTF-8 whatever the locale, and what nobody reads any more ("| head") is no
    error. Termination unwinds as Ctrl-C does, so that nothing half-written is left.
    """
    import sqlite3

    from huffarchive.ledger.readable import is_of_the_disk
    from huffarchive.storage import disk
    from huffarchive.storage.replacing import NotReplacedError
    from huffarchive.workers.job import ReadersFailedError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        with _stopped_by_signals(), may_go_unread():
            work()
    except KeyboardInterrupt:
        print(f"{program()} {name}: stopped; nothing half-written was left", file=sys.stderr)
        command.exitcode = Exit.STOPPED
    except ReadersFailedError as error:
        print(f"{program()} {name}: {error}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
    except NotReplacedError as error:
        mistake(name, str(error))
    except (OSError, sqlite3.Error) as error:
        if not is_of_the_disk(error):
            raise
        print(f"{program()} {name}: {_told(error)}", file=sys.stderr)
        command.exitcode = Exit.DISK_FULL if disk.is_full(error) else Exit.NOT_STORED
        try:
            sys.stdout.flush()
        except OSError:  # and it would raise again at the end
            _drop_rest()


def _told(error: Exception) -> str:
    from huffarchive.storage import disk

    said = getattr(error, "strerror", None) or " ".join(str(error).split())
    what, step = f"could not be written: {said}", "look where the output goes, and at the disk"
    if isinstance(error, OSError) and error.filename:
        what = f"{printable(str(error.filename))}: could not be written or read: {said}"
        step = "look at its rights and its disk"
    return f"{what}; {'make room' if disk.is_full(error) else step}, and run the same command again"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have Ctrl-C, termination and a hang-up unwind the command."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _STOPS}
    for number, handler in before.items():
        if handler in _REPLACED:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler in _REPLACED:
                # The work is done: a signal now must not take its exit status.
                signal.signal(number, signal.SIG_IGN if handler is stopped_at_once else handler)
