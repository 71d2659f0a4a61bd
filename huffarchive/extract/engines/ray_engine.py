"""Calls made as tasks of a Ray cluster: the one at an address, or one of this machine."""

import logging
from collections.abc import Iterator, Sequence

import ray
import ray.exceptions

from huffarchive.extract.engines import Call, Outcome

PENDING = 4
"""Tasks under way or waiting for each core of the cluster."""
RETRIES = 3
"""Of careful calls, which no page can kill: their process or node was lost. Other calls have none,
since what they read may be what kills."""


def run(calls: Sequence[Call], address: str | None, workers: int) -> Iterator[tuple[int, Outcome]]:
    """Make the calls, each on a core; without an address RAY_ADDRESS counts."""
    ours = not ray.is_initialized()
    if ours:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    try:
        task = ray.remote(_made)
        waiting = list(enumerate(calls))[::-1]
        pending: dict[ray.ObjectRef, int] = {}
        while waiting or pending:
            cores = max(1, int(ray.cluster_resources().get("CPU", workers)))
            while waiting and len(pending) < PENDING * cores:
                number, call = waiting.pop()
                retries = RETRIES if call.careful else 0
                pending[task.options(max_retries=retries).remote(call)] = number
            done, _ = ray.wait(list(pending), num_returns=1)
            for reference in done:
                number = pending.pop(reference)
                try:
                    yield number, ray.get(reference)
                except ray.exceptions.RayTaskError as error:  # what the call itself raised
                    yield number, error.cause if isinstance(error.cause, Exception) else error
                except Exception as error:  # noqa: BLE001 - its process or node was lost
                    yield number, error
    finally:
        if ours:
            ray.shutdown()


def _made(call: Call) -> object:
    return call()
