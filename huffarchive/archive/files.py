"""An archive's growing files: the lock on them, the pair of WARC and JSONL, and what can go
wrong.
"""

import fcntl
import hashlib
import json
import os
import socket
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from huffarchive.ledger.ledger import FileRow
from huffarchive.storage import disk
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.cdxj import index_line, write_lines
from huffarchive.warc.record import Record, Stored
from huffarchive.warc.writer import Composed, warcinfo


class StorageError(RuntimeError):
    """Something could not be stored: the run must stop at once; nothing committed is lost."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"could not be stored: {error}")
        self.disk_full = disk.is_full(error)


class ArchiveCorruptError(RuntimeError):
    """A file is not what the ledger says; `scrapy verify` and `scrapy recover` help."""


class LockedError(RuntimeError):
    """Another run holds the archive."""


class Lock:
    """An exclusive lock on a file that also says who holds it, or held it last, and how far it is.

    What stands there outlives a kill; the kernel's lock does not.
    """

    def __init__(self, path: Path, started: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _exclusively(self._file)
            self._told = _facts(self._file)  # of the last run, which a recovery leaves
            who = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
            self._write(who)
        except BlockingIOError:
            holder = _holder(self._file)
            os.close(self._file)
            raise LockedError(
                f"{path}: another run is under way ({holder}); wait for its end, or stop it"
            ) from None
        except OSError:
            os.close(self._file)
            raise

    def tell(self, **facts: Any) -> None:
        """Say more of the run to whoever asks for its status; what cannot be written is left."""
        with suppress(OSError):
            self._write(facts)

    def _write(self, facts: dict[str, Any]) -> None:
        self._told |= facts
        text = json.dumps(self._told).encode().ljust(_ROOM) + b"\n"
        os.pwrite(self._file, text, 0)
        os.truncate(self._file, len(text))

    def release(self) -> None:
        """Let the next run begin."""
        # Closing alone leaves it to a process that is being started and has the file open still.
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)


_ROOM = 4000
"""Bytes that are written at once, so that whoever reads meanwhile sees the old or the new."""
_LOOKS = 0.2
"""Seconds in which a lock is tried again: who asks for the status holds it for a moment."""


def _exclusively(file: int) -> None:
    until = time.monotonic() + _LOOKS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def look_at_lock(path: Path) -> tuple[bool, dict[str, Any]]:
    """Whether a run is under way, by the kernel's lock, and what it said of itself, or the last."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False, {}
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        held = False
    except BlockingIOError:
        held = True
    try:
        return held, _facts(file)
    finally:
        os.close(file)


def _facts(file: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(file, 1 << 16, 0))
    except (ValueError, OSError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _holder(file: int) -> str:
    try:
        who = _facts(file)
        return f"process {who['pid']} on {who['host']}, since {who['started']}"
    except KeyError:
        return "it has just begun"


class OutputFiles:
    """`<stem>.warc.gz.open` and `<stem>.jsonl.open`, appended to until they are whole.

    Bytes are handed to the system at once and are durable after `sync`.
    """

    def __init__(
        self, places: ArchivePaths, serial: int, now: datetime, facts: dict[str, str]
    ) -> None:
        self._places = places
        self.serial = serial
        self.stem = f"{places.name}-{now:%Y%m%d%H%M%S}-{serial:05d}"
        self.warc_name = places.warc_file(self.stem).name
        """The WARC file's name when it is whole."""
        self._warc = disk.create(places.warc_file(self.stem, growing=True))
        try:
            self._jsonl = disk.create(places.jsonl_file(self.stem, growing=True))
        except BaseException:
            self._warc.close()
            raise
        self._sums = (hashlib.sha256(), hashlib.sha256())
        self.warc_length = self.jsonl_length = self.articles = 0
        self._fresh = True
        self._index: list[str] = []
        """The lines of its index; what a crash takes is made again from the file."""
        info = warcinfo(self.warc_name, now, facts)
        self.info_id = info.id
        try:
            self.append(info)
        except BaseException:
            self.abandon()
            raise

    def append(self, record: Record, member: bytes | None = None) -> Stored:
        """Append a record, packed before or now; where it stands."""
        return self._append(record, record.escaped(), member or record.to_member())

    def append_copy(self, record: Record, member: bytes) -> Stored:
        """Append a member of another archive as it is; where it stands."""
        return self._append(record, record, member)

    def _append(self, record: Record, written: Record, member: bytes) -> Stored:
        offset = self.warc_length
        disk.write(self._warc, member)
        self._sums[0].update(member)
        self.warc_length += len(member)
        line = index_line(Stored(written, self.warc_name, offset, len(member)))
        if line is not None:
            self._index.append(line)
        return Stored(record, self.warc_name, offset, len(member))

    def append_all(self, made: Composed, members: tuple[bytes, ...] | None = None) -> Stored:
        """Append the records of an exchange, packed before or now; where the main one stands."""
        records = (made.main, *made.others)
        stored = list(map(self.append, records, made.members() if members is None else members))
        return stored[0]

    def append_line(self, line: bytes) -> None:
        """Append a record's line to the JSONL."""
        disk.write(self._jsonl, line)
        self._sums[1].update(line)
        self.jsonl_length += len(line)
        self.articles += 1

    def sync(self) -> None:
        """Make all that was appended durable."""
        disk.sync(self._warc)
        disk.sync(self._jsonl)
        if self._fresh:
            disk.sync_folder(self._places.warc)
            disk.sync_folder(self._places.output)
            self._fresh = False

    def row(self, *, whole: bool = False) -> FileRow:
        """The pair as the ledger keeps it."""
        sums = [s.hexdigest() for s in self._sums] if whole else [None, None]
        return FileRow(
            self.serial,
            self.stem,
            whole,
            self.warc_length,
            self.jsonl_length,
            self.articles,
            *sums,
        )

    def finish(self) -> None:
        """Close the files and take `.open` from their names, all was synced before; index them."""
        self.abandon()
        for name in (self._places.jsonl_file, self._places.warc_file):
            disk.rename(name(self.stem, growing=True), name(self.stem))
        write_lines(self._places.warc_file(self.stem), self._index)

    def abandon(self) -> None:
        """Close the files and leave them as they are; the next opening sees to them."""
        self._warc.close()
        self._jsonl.close()
