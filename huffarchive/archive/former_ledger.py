"""What a ledger that is set aside tells, read row by row: a page of it that is damaged costs the
rows that stand in it and no others.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Self

from huffarchive.editions.edition import Edition
from huffarchive.ledger.readable import as_it_stands, uri
from huffarchive.ledger.rows import Lookup
from huffarchive.ledger.stats import MissingPage
from huffarchive.outcome import ANSWERED, State
from huffarchive.urls import Address, PageKey, identify

_COLUMNS = (
    "id", "key", "url", "state", "reason", "tries", "status", "detail", "named", "doubted",
    "failures", "failing", "given_up",
)  # fmt: skip
_SMALLEST = 50
"""Bytes that a row of a page takes at least: bounds how many there may be."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FormerPage:
    """A row of a page."""

    told: MissingPage
    """As an account of what was left tells of it."""
    believed: MissingPage
    """As far as it needs no exchange to be believed; otherwise it is wanted."""
    urls: tuple[str, ...]
    """Its addresses."""


class FormerLedger:
    """A ledger, of this version or an older one, that nothing is written to."""

    def __init__(self, connection: sqlite3.Connection, edition: Edition, most: int) -> None:
        self._connection, self._edition, self._most = connection, edition, most
        self.lost = 0
        """Rows of pages that could not be read, or say what no page can be; of a table that cannot
        be found, one.
        """
        self.runs: list[str] = [name for (name,) in self._rows("SELECT name FROM run ORDER BY id")]
        self._names = Lookup(connection, "discoverer")

    @classmethod
    @contextmanager
    def open(cls, path: Path, edition: Edition, scratch: Path) -> Iterator[Self]:
        """The ledger as it stands, with its WAL; what is no database has no rows. OSError.

        `scratch` is a folder for a copy.
        """
        with ExitStack() as stack:
            try:
                whole = stack.enter_context(as_it_stands(path, scratch))
            except sqlite3.DatabaseError:
                whole = uri(path, "immutable=1")
            connection = stack.enter_context(closing(sqlite3.connect(whole, uri=True)))
            yield cls(connection, edition, path.stat().st_size // _SMALLEST)

    def pages(self) -> Iterator[FormerPage]:
        """The pages in the order of their rows, save for those that are lost."""
        there = {row[1] for row in self._rows("PRAGMA table_info(page)")}
        if "id" not in there:
            self.lost += 1
            return
        columns = ", ".join(name if name in there else "NULL" for name in _COLUMNS)
        (last,) = next(self._rows("SELECT max(id) FROM page"), (self._most,))
        waiting = [(begin, begin + _AT_ONCE) for begin in range(1, (last or 0) + 1, _AT_ONCE)][::-1]
        while waiting:
            begin, end = waiting.pop()
            one = end - begin == 1  # looked up alone: to end, a range looks at the row behind it
            where, values = ("id = ?", (begin,)) if one else ("id >= ? AND id < ?", (begin, end))
            try:
                rows = self._connection.execute(
                    f"SELECT {columns} FROM page WHERE {where}",  # noqa: S608
                    values,
                ).fetchall()
            except sqlite3.DatabaseError:
                middle = (begin + end) // 2
                if one:
                    self.lost += 1
                else:
                    waiting += [(middle, end), (begin, middle)]
                continue
            yield from chain.from_iterable(map(self._page, rows))

    def _page(self, row: tuple[object, ...]) -> Iterator[FormerPage]:
        """The page of a row; one of which no more than the address can be, is wanted there."""
        said = dict(zip(_COLUMNS, row, strict=True))
        aliases = self._rows("SELECT url FROM alias WHERE page = ?", said["id"])
        answers = "SELECT source || '=' || state || '/' || reason FROM answer WHERE page = ?"
        asked = tuple(text for (text,) in self._rows(answers, said["id"]))
        bare: dict[str, Any] = {"state": "wanted", "reason": None, "tries": 0, "http_status": None}
        try:
            key = PageKey.parse(f"{self._edition.code}:{said['key']}")
            urls = self._own(key, (str(said["url"]), *(url for (url,) in aliases)))
            bare |= {"id": str(key), "url": urls[0]}
        except ValueError:
            self.lost += 1
            return
        try:
            with suppress(sqlite3.DatabaseError):
                bare["named_by"] = self._names.of(int(str(said["named"])))
            told = MissingPage.from_row(
                said
                | {
                    "http_status": said["status"],
                    "given_up": bool(said["given_up"]),
                    "failures": said["failures"] or 0,
                    "asked": asked,
                }
                | {name: bare[name] for name in ("id", "url", "named_by") if name in bare}
            )
        except ValueError:
            self.lost += 1
            told = MissingPage.from_row(bare)
        yield FormerPage(told, _believed(told), tuple(urls))

    def _own(self, key: PageKey, urls: tuple[str, ...]) -> list[str]:
        """Those addresses that name the page; ValueError where none does."""
        found = []
        for url in urls:
            where = identify(url, self._edition)
            if key.kind.endswith("-query") or (isinstance(where, Address) and where.key == key):
                found.append(url)
        if not found:
            raise ValueError("no address of the page")
        return found

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query up to the first that cannot be read."""
        with suppress(sqlite3.DatabaseError):
            yield from self._connection.execute(query, values)


def _believed(left: MissingPage) -> MissingPage:
    if left.state == State.WANTED:
        return replace(left, reason=None)
    reason = left.reason
    if reason is not None and reason.state == left.state and reason not in ANSWERED:
        if reason.state is State.FAILED:
            return replace(left, http_status=None)  # it is asked for again, whatever it said
        if reason.state is not State.CAPTURED and left.http_status is None:
            return left
    return replace(
        left, state=State.WANTED, reason=None, http_status=None, detail=None, doubted=None
    )
