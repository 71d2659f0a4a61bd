"""Indexes made beside the crawl, each in a process of its own."""

import asyncio
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from huffarchive.warc.cdxj import GROWING, is_fresh

log = logging.getLogger(__name__)


class Indexing:
    """Gives every finished WARC file of a folder its index, one after the other.

    It never raises, and only `rest` waits. A file that cannot be indexed is one line in the log and
    an entry of `failed`; it stays as it is, and its index can be made at any time.
    """

    def __init__(self, folder: Path) -> None:
        """The caller holds the archive's lock: what else is growing there was left by a kill."""
        self._folder = folder
        self._file: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self.failed: dict[Path, str] = {}
        """Why a file could not be indexed; it is not tried again."""
        for left in folder.glob(f"*{GROWING}"):
            left.unlink(missing_ok=True)

    @property
    def waiting(self) -> list[Path]:
        """Finished WARC files without an index, those that failed left out."""
        found = sorted(self._folder.glob("*.warc.gz"))
        return [warc for warc in found if warc not in self.failed and not is_fresh(warc)]

    def tend(self) -> bool:
        """See how the index under way is doing, begin the next; whether there is any."""
        if self._process is not None:
            if self._process.poll() is None:
                return True
            self._end()
        if not (waiting := self.waiting):
            return False
        self._begin(waiting[0])
        return True

    async def rest(self) -> None:
        """Wait until nothing is left to index, or until `stop`; after a second the log says so."""
        began, told = time.monotonic(), False
        while self.tend():
            if not told and time.monotonic() > began + 1:
                told = True
                log.info(
                    "indexing the finished WARC files before the end; a second signal leaves that "
                    "to the next run"
                )
            await asyncio.sleep(0.05)

    def _begin(self, warc: Path) -> None:
        command = [sys.executable, "-m", "huffarchive.exports.cdxj", str(warc), str(os.getpid())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                command,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                process_group=0,  # a signal for the crawl is not for it
            )
        except OSError as error:
            self._failed(warc, str(error))
        else:
            self._file = warc

    def _end(self) -> None:
        assert self._process is not None
        assert self._file is not None
        _, said = self._process.communicate()
        if self._process.returncode or not is_fresh(self._file):
            lines = said.split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "it was killed")
            self._failed(self._file, last)
        self._process = self._file = None

    def _failed(self, warc: Path, why: str) -> None:
        self.failed[warc] = why
        log.error("%s: not indexed: %s; scrapy wacz --index tries again", warc, ascii(why)[1:-1])

    def stop(self) -> list[Path]:
        """End the index under way; the files that are left without one, for a later run."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = self._file = None
        return sorted([*self.waiting, *self.failed])
