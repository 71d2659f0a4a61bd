"""Commands of the project, each in a process of its own, most of them without its start-up.

Python and its imports are nearly all that a short command costs. A fork server (the standard
library's) imports the project once for each process of the tests, and each command is a fork of
it: a process with its own reactor, signals, files and exit status.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRAPY = (sys.executable, "-m", "scrapy.cmdline")
"""What `scrapy` does, with the Python that runs the tests."""
SECONDS = 200.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.kit.preload"])


@dataclass(frozen=True)
class Result:
    """A command that ended: its exit status (minus the signal that ended it), what it printed."""

    code: int
    out: str
    err: str


def scrapy(
    *args: str,
    cwd: Path = ROOT,
    stdin: bytes = b"",
    wrap: tuple[str, ...] = (),
    fork: bool = True,
    unread: bool = False,
) -> Result:
    """Run a command of the project; without `fork`, or wrapped in another, from the very start."""
    if fork and not wrap:
        return python("-m", "scrapy.cmdline", *args, cwd=cwd, stdin=stdin, unread=unread)
    done = subprocess.run(
        [*wrap, *SCRAPY, *args], cwd=cwd, input=stdin, capture_output=True, timeout=SECONDS
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def python(*args: str, cwd: Path = ROOT, stdin: bytes = b"", unread: bool = False) -> Result:
    """What `python *args` does, where the first is the path of a program, or -m and a module.

    Where it is `unread`, its output is a pipe that nobody reads.
    """
    return Started(*args, cwd=cwd, stdin=stdin, unread=unread).end()


class Started:
    """What `python *args` does, while it is doing it; `alone`: in a process group of its own."""

    def __init__(
        self,
        *args: str,
        cwd: Path = ROOT,
        stdin: bytes = b"",
        unread: bool = False,
        alone: bool = False,
    ) -> None:
        self._args = args
        self._folder = tempfile.TemporaryDirectory()
        (Path(self._folder.name) / "0").write_bytes(stdin)
        _start_server()
        given = (args, str(cwd), dict(os.environ), self._folder.name, unread, alone)
        self._process = _context.Process(target=_run, args=given, name="python")
        self._process.start()

    def send(self, number: int) -> bool:
        """Send it a signal, and its group where it has one of its own; whether it was running."""
        pid = self._process.pid
        assert pid is not None
        if self._process.exitcode is not None:
            return False
        try:
            os.killpg(pid, number)
        except ProcessLookupError:  # it has no group, or not yet
            self._process.kill() if number == signal.SIGKILL else os.kill(pid, number)
        return True

    def end(self) -> Result:
        """Wait for its end."""
        self._process.join(SECONDS)
        with self._folder as folder:
            try:
                if self._process.exitcode is None:
                    self._process.kill()
                    self._process.join()
                    raise subprocess.TimeoutExpired(("python", *self._args), SECONDS)
                files = [Path(folder, fd) for fd in "12"]
                out, err = (f.read_bytes().decode() if f.exists() else "" for f in files)
                return Result(self._process.exitcode, out, err)
            finally:
                self._process.close()


def _start_server() -> None:
    """Have the server find the project: Python 3.11's does not take over `sys.path`."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def stop_server() -> None:
    """End it, so that what its forks used is counted as the tests'."""
    forkserver._forkserver._stop()


def _run(
    args: tuple[str, ...],
    cwd: str,
    environment: dict[str, str],
    folder: str,
    unread: bool,
    alone: bool,
) -> None:
    """Be the program, in a fork of the server."""
    if alone:
        os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for fd, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        opened = os.open(f"{folder}/{fd}", flags, 0o600)
        os.dup2(opened, fd)
        os.close(opened)
    if unread:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
        os.close(writing)
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", closefd=False)
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    try:
        if args[0] == "-m":
            sys.argv = list(args[1:])
            sys.modules.pop(args[1], None)  # or runpy warns that it was imported
            runpy.run_module(args[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(args)
            sys.path.insert(0, str(Path(args[0]).parent))
            runpy.run_path(args[0], run_name="__main__")
    finally:
        sys.stdout.flush()
