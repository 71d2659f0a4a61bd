"""A new process of Python that serves a socket, for those who read pages."""

import json
import subprocess
import sys
from pathlib import Path

_BOOT = """
import json, os, sys
from importlib import import_module
given = json.loads(sys.argv[1])
sys.path[:] = given.pop("path")
try:
    module = import_module(given.pop("module"))
except BaseException:
    os._exit(1)
module.main(**given)
"""


def start(
    module: str, fd: int, *, speaks: bool = False, **given: object
) -> subprocess.Popen[bytes]:
    """Run the `main` of a module with the socket `fd`, which it inherits, and what else is given.

    It `speaks` where ours goes what a library prints meanwhile. That it cannot import what it
    needs it never says: whoever holds the socket's other end sees it go, and says why. OSError.
    """
    path = [entry or str(Path.cwd()) for entry in sys.path]
    arguments = {"module": module, "fd": fd, "path": path, **given}
    words = None if speaks else subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-P", "-c", _BOOT, json.dumps(arguments)],
        stdin=subprocess.DEVNULL,
        stdout=words,
        stderr=words,
        pass_fds=[fd],
    )
