"""One run at a time: a kernel lock, which no crash can leave behind."""

import fcntl
import json
import os
import socket
from contextlib import suppress
from pathlib import Path

from huffarchive.archive.faults import LockedError


class Lock:
    """An exclusive lock on a file that also says who holds it."""

    def __init__(self, path: Path, started: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            who = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
            os.truncate(self._file, 0)
            os.pwrite(self._file, json.dumps(who).encode() + b"\n", 0)
        except BlockingIOError:
            holder = _holder(self._file)
            os.close(self._file)
            raise LockedError(
                f"{path}: another run is under way ({holder}); wait for its end, or stop it"
            ) from None
        except OSError:
            os.close(self._file)
            raise

    def release(self) -> None:
        """Let the next run begin."""
        with suppress(OSError):  # whoever asks is told by the lock itself
            os.truncate(self._file, 0)
        # Closing alone leaves it to a process that is being started and has the file open still.
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)


def _holder(file: int) -> str:
    try:
        who = json.loads(os.pread(file, 1000, 0))
        return f"process {who['pid']} on {who['host']}, since {who['started']}"
    except (ValueError, KeyError, TypeError):
        return "it has just begun"
