"""The pace over all runs of the machine's user: a small file for each host, and a kernel lock."""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import quote

from huffarchive.politeness.limit import Limit
from huffarchive.politeness.state import State

logger = logging.getLogger(__name__)

_SIZE = 1024
PATIENCE = 5.0
"""Seconds to wait for a lock that is held for microseconds: who holds it longer is stopped."""
_UNKNOWN = "?"


def cache_dir(setting: str | None = None) -> Path:
    """The folder of the shared state: the setting, $XDG_CACHE_HOME or ~/.cache, of this user.

    A user without a home, as containers have them, keeps it among the temporary files.
    """
    with suppress(RuntimeError):
        if setting:
            return Path(setting).expanduser()
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        # A relative XDG path is to be ignored (XDG Base Directory Specification).
        return (base if base.is_absolute() else Path.home() / ".cache") / "huffarchive"
    return Path(gettempdir()) / f"huffarchive-{os.getuid()}"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


class SharedPace:
    """Lends the state of each host and service to one process at a time, and keeps it.

    A state that cannot be kept in its file is kept in memory from then on, and the log says so:
    the pace holds within this run then. A file that cannot be read counts as "asked this moment".
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._boot = _boot()
        self._texts: dict[str, str] = {}
        """The states of those that have no file."""

    @asynccontextmanager
    async def state(self, limit: Limit) -> AsyncIterator[State]:
        """The state that a limit is under, to read and to change; kept when the context ends."""
        service = limit.service
        file = await self._locked(service) if limit.shared else None
        try:
            text = self._read(service, file)
            state = State.load(text, self._boot, time.monotonic(), time.time())
            yield state
            self._write(service, file, state.dump())
        finally:
            if file is not None:
                os.close(file)

    async def _locked(self, service: str) -> int | None:
        """The service's file, open and locked; None when it cannot be had."""
        if service in self._texts:
            return None
        file = None
        try:
            file = self._open(f"{quote(service, safe='')}.pace")
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise
                    await asyncio.sleep(0.002)
                else:
                    return file
        except BaseException as error:
            if file is not None:
                os.close(file)
            if not isinstance(error, OSError):
                raise
            self._alone(service, error)
            return None

    def _open(self, name: str) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        try:
            return os.open(self._folder / name, flags, 0o600)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(self._folder / name, flags, 0o600)

    def _read(self, service: str, file: int | None) -> str:
        if file is not None and service not in self._texts:
            try:
                return os.pread(file, _SIZE, 0).decode("utf-8", "replace")
            except OSError as error:
                self._alone(service, error)
        return self._texts.get(service, "")

    def _write(self, service: str, file: int | None, text: str) -> None:
        if file is not None and service not in self._texts:
            try:
                # One write of a fixed size: a kill leaves the old text or the new.
                os.pwrite(file, text.encode("ascii").ljust(_SIZE), 0)
            except OSError as error:
                self._alone(service, error)
            else:
                return
        self._texts[service] = text

    def _alone(self, service: str, error: OSError) -> None:
        """From now on the service has no file; what it held may not be known."""
        self._texts[service] = _UNKNOWN
        logger.warning(
            "the pace of %s cannot be kept in %s (%s): other runs do not see this one, and the "
            "next will not know of its pauses; give a folder: -s HUFFARCHIVE_CACHE_DIR=…",
            service,
            self._folder,
            error.strerror or error,
        )
