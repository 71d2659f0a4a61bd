"""The exit statuses of every command, and how one ends where a package is missing."""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from traceback import walk_tb


class Exit(IntEnum):
    """What a command's exit status says; mirrored in docs/exit-statuses.md."""

    DONE = 0
    """Nothing wanted is left and nothing failed but what was given up.

    Of other commands: what was asked for was done, and nothing was found wrong.
    """
    NOT_STARTED = 1
    """Start-up failed."""
    USAGE = 2
    """Wrong usage."""
    FAILURES = 3
    """Some pages could not be had (failed, unreachable, provisional), and a later run may help.

    Of other commands: something was found wrong.
    """
    NOT_STORED = 4
    """Something could not be stored, no page can be read, or our code raised; look at the log."""
    STOPPED = 5
    """Stopped early (signal, limit, memory); a rerun continues."""
    LOCKED = 6
    """Another run holds the lock."""
    DISK_FULL = 7
    """The disk is full, or below the reserve."""


@contextmanager
def whole_installation(command: str) -> Iterator[None]:
    """End the command where a package that it needs is missing or broken: one line names it."""
    try:
        yield
    except ImportError as error:
        sys.stderr.write(f"{command}: {_lacking(error)}\n")
        sys.exit(Exit.NOT_STORED)


def load(parts: Iterable[str]) -> None:
    """Import modules; raises ImportError for whatever a package does while it is imported.

    One of them may be torn, or made for another Python, or end the process with status 0.
    """
    for part in parts:
        try:
            import_module(part)
        except ImportError:
            raise
        except (Exception, SystemExit) as error:
            frames = [frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__)]
            guilty = [name for name in frames if not name.startswith("importlib.")][-1]
            raise ImportError(f"{type(error).__name__}: {error}", name=guilty) from error


def _lacking(error: ImportError) -> str:
    while isinstance(error.__context__, ImportError):  # Scrapy tries a substitute of brotli's
        error = error.__context__
    module = (error.name or "").partition(".")[0]
    package = packages_distributions().get(module, [module])[0]
    why = " ".join(str(error).split())
    step = "that is none of huffarchive's, mend what names it"
    if module in sys.stdlib_module_names and not (error.path or sys.base_prefix).startswith(
        sys.base_prefix
    ):
        step = f"{error.path} stands before Python's own {module}, rename it"
    elif _is_required(package or "huffarchive"):
        again = "-e . (in the clone)" if package in ("", "huffarchive") else package
        step = f"run pip install --force-reinstall {again}"
    return f"a package is missing or broken here ({why}): {step}, then the same command again"


def _is_required(package: str) -> bool:
    """Whether we, or what we need, need a package; not what somebody's own settings name."""
    seen, waiting = set(), ["huffarchive"]
    while waiting:
        name = re.sub("[-_.]+", "-", waiting.pop().lower())
        if name not in seen:
            seen.add(name)
            with suppress(PackageNotFoundError):
                waiting += [re.split(r"[^\w.-]", r, maxsplit=1)[0] for r in requires(name) or ()]
    return re.sub("[-_.]+", "-", package.lower()) in seen
