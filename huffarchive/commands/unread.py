"""Output that nobody reads any more."""

import contextlib
import os
import select
import sys
from collections.abc import Iterator


@contextlib.contextmanager
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
        # Python writes the rest at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_read() -> bool:
    looked = select.poll()
    looked.register(sys.stdout.fileno(), 0)
    return not any(event & select.POLLERR for _, event in looked.poll(0))
