"""A Scrapy extension that takes the ledger out of a crawl: a list is the frontier.

For benchmarks/ledger_cost.py only: nothing that is captured is remembered.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from huffarchive.ledger.ledger import Files, Ledger
from huffarchive.ledger.pages import Pages
from huffarchive.ledger.queue import PageQueue
from huffarchive.ledger.rows import Task
from huffarchive.urls import Address


class NoLedger:
    """Patches the ledger's classes in the process that it is made in."""

    @classmethod
    def from_crawler(cls, _: Any) -> "NoLedger":
        tasks: Iterator[Task] = iter(())

        def select(_: Pages, addresses: Iterable[Address], discoverer: str) -> int:
            nonlocal tasks
            found = [
                Task(number, address.key, address.url, named_by=(discoverer,))
                for number, address in enumerate(addresses, 1)
            ]
            tasks = iter(found)
            return len(found)

        def draw(_: PageQueue, _run: int, limit: int, *_more: Any) -> list[Task]:
            return list(islice(tasks, limit))

        @contextmanager
        def transaction(_: Ledger, **_options: Any) -> Iterator[None]:
            yield

        Pages.select = select  # type: ignore[method-assign]
        PageQueue.draw = draw  # type: ignore[method-assign]
        Ledger.transaction = transaction  # type: ignore[method-assign,assignment]
        for place, name in ((Pages, "apply"), (Pages, "want"), (Files, "store")):
            setattr(place, name, lambda *_: None)
        return cls()
