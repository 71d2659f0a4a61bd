"""What is wanted and not captured: the account of it that a run leaves, and the way back."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import urlsplit

from huffarchive.ledger.answers import Answers
from huffarchive.ledger.names import Names
from huffarchive.ledger.pages import Pages
from huffarchive.outcome import Reason, State, is_answer
from huffarchive.urls import PageKey


@dataclass(frozen=True, slots=True)
class Left:
    """A page that was wanted and is not captured: one line of `<run>-left.jsonl`."""

    id: str
    """The page's key in text form."""
    url: str
    """The address to ask next."""
    state: str
    reason: str | None
    tries: int
    http_status: int | None
    """The last one."""
    detail: str | None = None
    """What was wrong, in words."""
    asked: tuple[str, ...] = ()
    """What sources said of it: "live=gone/not_found"."""
    named_by: tuple[str, ...] = ()

    def to_line(self) -> str:
        """The line, with its end."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read a line; ValueError when it is none, or says what no page can be."""
        try:
            row = json.loads(line)
            lists = {name: tuple(row.get(name, ())) for name in ("asked", "named_by")}
            made = cls(**{name: row[name] for name in cls.__slots__ if name in row} | lists)
            texts = (made.id, made.url, made.detail or "", *made.asked, *made.named_by)
            "".join(texts).encode()
        except (TypeError, AttributeError, RecursionError) as error:
            raise ValueError(str(error)) from None
        numbers = (made.tries, 0 if made.http_status is None else made.http_status)
        if not all(type(number) is int and 0 <= number < 1000 for number in numbers):
            raise ValueError("a number that cannot be")
        if not all(map(is_answer, made.asked)):
            raise ValueError("an answer that cannot be")
        urlsplit(made.url)
        PageKey.parse(made.id)
        State(made.state)
        if made.reason is not None:
            Reason(made.reason)
        return made


class Remainder:
    """The pages that are wanted and not captured."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        edition: str,
        pages: Pages,
        answers: Answers,
        discoverers: Names,
    ) -> None:
        self._connection = connection
        self._edition = edition
        self._answers = answers
        self._pages, self._discoverers = pages, discoverers

    def all(self) -> Iterator[Left]:
        """Each of them, oldest first."""
        rows = self._connection.execute(
            "SELECT id, key, url, state, reason, tries, status, detail, named FROM page "
            "WHERE state IN ('wanted', 'failed', 'refused', 'gone') ORDER BY id"
        )
        for page, key, url, state, reason, tries, status, detail, named in rows:
            yield Left(
                f"{self._edition}:{key}",
                url,
                state,
                reason,
                tries,
                status,
                detail,
                self._answers.of(page),
                self._discoverers.of(named),
            )

    def restore(self, left: Left) -> None:
        """Write a page as a run's account tells of it.

        What became of a page that gave no answer (refused by robots.txt, say) stands there alone;
        where it was answered the WARC must hold that, or the page is wanted.
        """
        key = PageKey.parse(left.id)
        page = self._pages.known(key, left.url, (), left.named_by)
        cursor = self._connection.execute(
            "UPDATE page SET state = ?, reason = ?, tries = ?, status = ?, detail = ? "
            "WHERE id = ? AND (? IS NULL OR ? = status OR ? = 'wanted')",
            (
                left.state,
                left.reason,
                left.tries,
                left.http_status,
                left.detail,
                page,
                left.http_status,
                left.http_status,
                left.state,
            ),
        )
        if cursor.rowcount:
            self._answers.put(page, left.asked)
