"""A Scrapy extension that takes the ledger out of a crawl: a list is the frontier.

For benchmarks/ledger_cost.py only: nothing that is captured is remembered.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from huffarchive.ledger import Ledger, Task
from huffarchive.ledger.files import Files
from huffarchive.ledger.frontier import Frontier
from huffarchive.ledger.pages import Pages
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

        def draw(_: Frontier, _run: int, limit: int, *_more: Any) -> list[Task]:
            return list(islice(tasks, limit))

        @contextmanager
        def transaction(_: Ledger, **_options: Any) -> Iterator[None]:
            yield

        Pages.select = select  # type: ignore[method-assign]
        Frontier.draw = draw  # type: ignore[method-assign]
        Ledger.transaction = transaction  # type: ignore[method-assign,assignment]
        for place, name in ((Pages, "settle"), (Pages, "want"), (Files, "store")):
            setattr(place, name, lambda *_: None)
        return cls()
