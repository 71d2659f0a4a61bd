"""Calls made on this machine: careful ones, whose pages are read in processes of their own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from huffarchive.extract.engines import Call, Outcome


def run(calls: Sequence[Call], address: str | None, workers: int) -> Iterator[tuple[int, Outcome]]:
    """Make the calls in `workers` threads; each reads in a process beside it."""
    del address  # this machine
    with ThreadPoolExecutor(max(1, workers)) as pool:
        futures = {
            pool.submit(replace(call, careful=True)): number for number, call in enumerate(calls)
        }
        try:
            for future in as_completed(futures):
                error = future.exception()
                if error is not None and not isinstance(error, Exception):
                    raise error
                yield futures[future], future.result() if error is None else error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
