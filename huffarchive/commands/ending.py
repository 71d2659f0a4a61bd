"""How every command ends: with its exit status and one line, never with a traceback."""

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from huffarchive.commands.mistake import mistake
from huffarchive.commands.unread import may_go_unread
from huffarchive.exits import Exit

_STOPS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ends_well(command: Any, name: str) -> Iterator[None]:
    """End a command with status 5 when it is stopped, 4 when something cannot be written.

    What it prints is UTF-8 whatever the locale, and what nobody reads any more ("| head") is no
    error. Termination unwinds as Ctrl-C does, so that nothing half-written is left.
    """
    from huffarchive.archive.replacing import NotReplacedError
    from huffarchive.workers import ReadersFailedError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        with _stopped_by_signals(), may_go_unread():
            yield
    except KeyboardInterrupt:
        print(f"scrapy {name}: stopped; nothing half-written was left", file=sys.stderr)
        command.exitcode = Exit.STOPPED
    except ReadersFailedError as error:
        print(f"scrapy {name}: {error}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
    except NotReplacedError as error:
        mistake(name, str(error))
    except OSError as error:
        print(f"scrapy {name}: {_told(error)}", file=sys.stderr)
        command.exitcode = Exit.NOT_STORED
        try:
            sys.stdout.flush()
        except OSError:  # and it would raise again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: OSError) -> str:
    if not error.filename:
        return f"could not be written: {error.strerror or error}"
    return f"{error.filename}: could not be written or read: {error.strerror}"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have termination and a hang-up unwind the command; a hang-up not under nohup."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _STOPS}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, handler)
