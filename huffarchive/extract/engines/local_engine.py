"""Calls made on this machine: careful ones, whose pages are read in processes of their own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread

from huffarchive.extract.engines import Call, Outcome


def run(calls: Sequence[Call], address: str | None, workers: int) -> Iterator[tuple[int, Outcome]]:
    """Make the calls in `workers` threads; each reads in a process beside it.

    The threads end with the program: who stops it does not wait for the files under way.
    """
    del address  # this machine
    waiting: SimpleQueue[tuple[int, Call]] = SimpleQueue()
    made: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
    for number, call in enumerate(calls):
        waiting.put((number, replace(call, careful=True)))

    def work() -> None:
        while True:
            try:
                number, call = waiting.get_nowait()
            except Empty:
                return
            try:
                made.put((number, call()))
            except Exception as error:  # noqa: BLE001 - whatever it is, the driver is told
                made.put((number, error))

    for _ in range(min(max(1, workers), len(calls))):
        Thread(target=work, daemon=True).start()
    for _ in calls:
        yield made.get()
