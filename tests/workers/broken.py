"""Readers that are broken, each in its way, for whatever page they are given."""

import json
import os
import signal
import sys
import time
from datetime import datetime
from functools import partial
from pathlib import Path

from huffarchive.editions.edition import Edition
from huffarchive.reading import PageType, Reading
from huffarchive.workers.job import READER, find_reader
from tests.workers.readers import told

POISON = b"poison"


def _broken(
    how: str, url: str, captured_at: datetime, response: bytes, edition: Edition
) -> Reading:
    if how == "raises":
        raise AttributeError("module 'trafilatura' has no attribute 'extract'")
    if how == "ends":
        os._exit(1)
    if how == "another type":
        return Reading(PageType.OTHER, None, (1, 2), "")  # type: ignore[arg-type]
    if how == "closes":
        os.closerange(3, 100)
    return told(url, captured_at, response, edition)


WAYS = ["raises", "ends", "another type", "closes"]
for _name in WAYS:
    globals()[_name.replace(" ", "_")] = partial(_broken, _name)


def spoilt(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """A reader that one page spoils for all that follow in its process."""
    if POISON in response:
        sys.modules[__name__].told = None  # type: ignore[attr-defined]
        raise ValueError("spoilt")
    return told(url, captured_at, response, edition)


def toils(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """A reader that takes 0.2 s of CPU time, as on a machine that is too slow for its bounds."""
    until = time.process_time() + 0.2
    while time.process_time() < until:
        hash(response)
    return told(url, captured_at, response, edition)


def lacks(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """A reader that lacks what one kind of page needs."""
    if response.startswith(POISON):
        raise ModuleNotFoundError("No module named 'brotli'", name="brotli")
    return told(url, captured_at, response, edition)


def _passing(
    how: str, url: str, captured_at: datetime, response: bytes, edition: Edition
) -> Reading:
    """A reader that fails once: in no other process, and not after."""
    met = Path(os.environ["PASSING"])
    if response.startswith(b"passing") and not met.exists():
        met.touch()
        if how == "oserror":
            raise OSError(24, "Too many open files")
        if how == "memory":
            raise MemoryError
        if how == "hang":
            time.sleep(600)
        os.kill(os.getpid(), signal.SIGKILL)
    return told(url, captured_at, response, edition)


PASSING = ["oserror", "memory", "hang", "kill"]
for _name in PASSING:
    globals()[f"passing_{_name}"] = partial(_passing, _name)


def poisoned(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """The true reader of HTTP; what is none tells what to do."""
    reads = find_reader(READER) if response.startswith(b"HTTP/") else told
    return reads(url, captured_at, response, edition)


def mutters(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    """A reader in whose process something writes beside its answers, once it met a page."""
    if response.startswith(POISON):
        os.write(json.loads(sys.orig_argv[-1])["fd"], b"\x93\x01\x02" * 7)
    return told(url, captured_at, response, edition)
