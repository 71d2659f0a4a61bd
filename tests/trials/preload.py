"""The preloaded libraries: one journals, and spoils, what a process does to a folder."""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


class NoCompilerError(RuntimeError):
    """The library cannot be built here."""


def library(name: str = "disk") -> Path:
    """Build a library, once for each state of its source; NoCompilerError when that fails."""
    source = Path(__file__).with_name(f"{name}.c")
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoCompilerError("no C compiler: install gcc to run these trials")
    mark = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    target = Path(tempfile.gettempdir()) / f"huffarchive-trials-{os.getuid()}" / f"{name}-{mark}.so"
    if not target.exists():
        target.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}")
        command = [
            compiler,
            "-O2",
            "-shared",
            "-fPIC",
            "-o",
            str(fresh),
            str(source),
            "-ldl",
            "-lpthread",
        ]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        if built.returncode:
            raise NoCompilerError(f"{compiler} failed: {built.stderr.strip()}")
        fresh.replace(target)
    return target


def environment(path: Path) -> dict[str, str]:
    """What has a program start under a library.

    By its name alone and its folder: at a blank in a path of LD_PRELOAD another begins, see ld.so(8).
    """
    before = os.environ.get("LD_LIBRARY_PATH", "")
    folder = str(path.parent)
    kept = [part for part in before.split(":") if part and part != folder]
    return {"LD_PRELOAD": path.name, "LD_LIBRARY_PATH": ":".join([folder, *kept])}


def run_again_with_it(module: str) -> None:
    """Start this command again under the library, unless that is so already."""
    wanted = environment(library())
    if os.environ.get("LD_PRELOAD") != wanted["LD_PRELOAD"]:
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])


class Disk:
    """The library in this process, from the inside."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)

    def begin(self, folder: Path, journal: Path, fault: str = "\0", step: int = 0) -> None:
        """Journal changes below `folder` from now on; spoil the `step`-th by `fault`."""
        begin = self._library.disk_begin
        begin.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_long]
        begin(os.fsencode(folder), os.fsencode(journal), ord(fault), step)

    def note(self, text: str) -> None:
        """Put a line of the program's own into the journal."""
        self._library.disk_note(text.encode())
