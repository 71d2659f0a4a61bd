"""Pages read one after the other."""

from collections.abc import Iterable, Iterator
from typing import Any

from huffarchive.reading import Reading
from huffarchive.workers.job import Job, Unread
from huffarchive.workers.pool import Readers


def read_in_order(jobs: Iterable[Job], *bounds: Any, **others: Any) -> Iterator[Reading | Unread]:
    """Read pages as `Readers` does; what is under way is lost where `jobs` raises."""
    with Readers(*bounds, **others) as readers:
        for job in jobs:
            yield from readers.add(job)
        yield from readers.rest()
