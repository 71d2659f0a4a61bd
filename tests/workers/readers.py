"""Readers that do what the page tells them."""

import ctypes
import os
import resource
import sys
import time
from datetime import datetime

from huffarchive.editions.edition import Edition
from huffarchive.http import MessageError
from huffarchive.reading import PageType, Reading


def told(url: str, captured_at: datetime, response: bytes, edition: Edition) -> Reading:
    order = response.split(b"\n", 1)[0].decode()
    if order == "spin":
        while True:
            pass
    if order.startswith("work "):
        while time.process_time() < float(order[5:]):
            pass
    if order == "spin in C":
        sum(range(10**12))
    if order == "sleep":
        time.sleep(600)
    if order.startswith("nap"):
        time.sleep(float(order[3:]))
    if order.startswith("hoard"):  # or it would take all the memory of a machine that lets it
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] != resource.RLIM_INFINITY
    if order == "hoard":
        heap = []
        while True:
            heap.append(bytes(10_000_000))  # not written to: time is no subject here
    if order == "hoard quietly":
        # A library that swallows the first refusal and goes on.
        try:
            bytearray(1 << 40)
        except MemoryError:
            raise ValueError("no room") from None
    if order == "lacks memory":
        raise MemoryError
    if order == "digit":
        int(order)
    if order == "key":
        {}[order]
    if order == "segfault":
        ctypes.string_at(0)
    if order == "exit":
        os._exit(3)
    if order == "raise":
        raise ZeroDivisionError("a\x1b[31mfault\n")
    if order == "deep":
        return told(url, captured_at, response, edition)
    if order == "no page":
        raise MessageError("cut", "3 of 4 bytes arrived")
    if order == "modules":
        names = sorted({name.split(".")[0] for name in sys.modules})
        return Reading(PageType.OTHER, None, tuple(names), "")
    if order == "pid":
        return Reading(PageType.OTHER, None, (str(os.getpid()),), "")
    if order == "answer":
        return Reading(PageType.OTHER, None, ("x" * len(response),), "")
    if order == "surrogate":
        return Reading(PageType.OTHER, None, ("\ud800",), "")
    if order == "pickle":
        return Reading(PageType.OTHER, None, (Evil(),), "")  # type: ignore[arg-type]
    return Reading(
        PageType.LISTING, None, (url, str(len(response)), edition.code, str(edition.site)), ""
    )


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/huffarchive-evil",)
