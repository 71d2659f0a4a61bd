"""huffarchive saves the archived articles of HuffPost Québec before they are gone."""

import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import than all else until signals are heard
    from pathlib import Path

__version__ = "0.1.0"


_PROGRAMS = ("scrapy", "cmdline.py", "huffarchive", "__main__.py", "-m")
"""How our programs are called; whoever imports the package otherwise handles signals himself."""


def program() -> str:
    """What this was started as, for the commands that a message names: `huffarchive` or `scrapy`.

    From another folder `scrapy` does not find the project. A reading process is told it.
    """
    called = "".join(sys.argv[:1]).split("/")[-2:]
    return "huffarchive" if "huffarchive" in called else "scrapy"


def folder_here() -> "Path | None":
    """Where a command finds the project: the current folder or one above it, or the clone."""
    from pathlib import Path

    here, clone = Path.cwd(), Path(__file__).resolve().parent.parent
    folders = (here, *here.parents, clone)
    return next((folder for folder in folders if (folder / "scrapy.cfg").is_file()), None)


def typed() -> str:
    """How a command that a message names begins, so that it is about the same archives.

    Where a variable alone says which they are, that is a part of it.
    """
    from pathlib import Path
    from shlex import quote

    home = os.environ.get("HUFFARCHIVE_HOME")
    if not home or Path(home).resolve() == folder_here():
        return program()
    return f"HUFFARCHIVE_HOME={quote(str(Path(home).resolve()))} {program()}"


def printable(text: str) -> str:
    """A text of others made fit for a terminal or log: control characters and such are escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def stopped_at_once(*_: object) -> None:
    """End the process: a handler for signals that come before a command has begun its work.

    KeyboardInterrupt would print a traceback of whatever is being imported, or be lost in it.
    """
    os.write(2, b"stopped before anything was begun\n")
    os._exit(5)  # exits.Exit.STOPPED; nothing more is imported here


def stop_at_once() -> None:
    """Have Ctrl-C and termination end this process without a traceback, from here on."""
    if "".join(sys.argv[:1]).rpartition("/")[2] not in _PROGRAMS:
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            with suppress(ValueError):  # not in the main thread, which alone may
                signal.signal(number, stopped_at_once)


def have_streams() -> None:
    """Give a program that was started with closed streams (">&-") some: writing to the output
    fails, as it does on a closed one, and errors go nowhere.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


have_streams()
stop_at_once()  # before anything else is imported, which takes most of a short command's time
