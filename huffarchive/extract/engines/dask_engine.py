"""Calls made as tasks of a Dask cluster: the one at an address, or one of this machine."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import dask
from distributed import Client, LocalCluster, as_completed

from huffarchive.extract.engines import Call, Outcome


def run(calls: Sequence[Call], address: str | None, workers: int) -> Iterator[tuple[int, Outcome]]:
    """Make the calls, each on a thread of a worker; workers of one thread each are the best."""
    with ExitStack() as stack:
        if address is None:
            # A worker that a page killed is no reason to try it on the next one.
            stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 0}))
            cluster = LocalCluster(
                n_workers=max(1, workers),
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.ERROR,
            )
            address = stack.enter_context(cluster).scheduler_address
        client = stack.enter_context(Client(address))
        futures = {
            client.submit(_made, call, pure=False, retries=3 if call.careful else 0): number
            for number, call in enumerate(calls)
        }
        for future in as_completed(list(futures)):
            try:
                yield futures[future], future.result()
            except Exception as error:  # noqa: BLE001 - the call's, or of a lost worker
                yield futures[future], error
            future.release()


def _made(call: Call) -> object:
    return call()
