"""A piece of work in a process of its own, and how it ended."""

import logging
import os
import pickle
import signal
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended."""

    error: str | None = None
    """Name of the exception's class; "killed" when it died of a signal."""
    text: str = ""

    @property
    def clean(self) -> bool:
        """Whether it came to its end."""
        return self.error is None


def run(function: Callable[[], None], seconds: int = 60) -> End:
    """Fork, call the function in the child, and say how it ended; killed after `seconds`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        end = End("killed")
        try:
            os.close(reading)
            signal.alarm(seconds)
            logging.disable(logging.WARNING)
            function()
            end = End()
        except BaseException as error:  # noqa: BLE001 - the parent decides what it means
            end = End(type(error).__name__, str(error))
        finally:
            os.write(writing, pickle.dumps(end))
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(answer) if answer else End("killed")
