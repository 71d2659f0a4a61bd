"""How many pages stand where, and which are wanted and not captured."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

import msgspec

from huffarchive.ledger.pages import Pages
from huffarchive.ledger.rows import Lookup, OfTables, Tables
from huffarchive.outcome import Reason, State, is_answer
from huffarchive.urls import PageKey
from huffarchive.workers.job import OF_THE_PAGE


class StateCounts(OfTables):
    """Counts over the table of pages."""

    def by_state(self, *, selected: bool = False) -> dict[State, int]:
        """How many pages stand in each state; of the selected ones alone, where asked."""
        rows = self._connection.execute(
            "SELECT state, count(*) FROM page WHERE rank = 0 GROUP BY state"
            if selected and self._selection.indexes
            else "SELECT state, count(*) FROM page JOIN selected ON page = id GROUP BY state"
            if selected and self._selection.active
            else "SELECT state, sum(n) FROM tally GROUP BY state"
        )
        found = dict(rows.fetchall())
        return {state: int(found.get(str(state), 0)) for state in State}

    def given_up(self, *, selected: bool = False) -> int:
        """How many pages have failed for good; of the selected ones alone, where asked."""
        chosen = self._selection.clause if selected else ""
        (count,) = self._connection.execute(
            # The first term is the index's.
            "SELECT count(*) FROM page WHERE state IN ('failed', 'refused') AND "  # noqa: S608
            f"state = 'failed' AND given_up {chosen}"
        ).fetchone()
        return int(count)

    def known(self) -> int:
        """How many pages there are, counted apart from their states."""
        (count,) = self._connection.execute("SELECT count(*) FROM page").fetchone()
        return int(count)


@dataclass(frozen=True, slots=True)
class PageCount:
    """So many pages that are alike in this."""

    state: State
    reason: str
    """"" while they are wanted."""
    kind: str
    """The key's."""
    month: str
    """Published "YYYY-MM"; "" when unknown."""
    named_by: tuple[str, ...]
    """Everyone who named them, sorted."""
    pages: int


class Tally:
    """The table of counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._discoverers = Lookup(connection, "discoverer")

    def all(self) -> list[PageCount]:
        """Every count that is not zero."""
        rows = self._connection.execute(
            "SELECT state, reason, kind, month, named, n FROM tally WHERE n > 0 "
            "ORDER BY state, reason, kind, month, named"
        )
        return [
            PageCount(State(state), reason, kind, month, self._discoverers.of(named), pages)
            for state, reason, kind, month, named, pages in rows
        ]

    def due_again(self) -> list[PageCount]:
        """The wanted pages that have been captured: a recrawl asks for them again."""
        rows = self._connection.execute(
            "SELECT kind, ifnull(month, ''), named, count(*) FROM page WHERE state = 'wanted' AND "
            "EXISTS (SELECT 1 FROM capture WHERE page = page.id AND payload_sha1 IS NOT NULL) "
            "GROUP BY kind, month, named ORDER BY kind, month, named"
        )
        return [
            PageCount(State.WANTED, "", kind, month, self._discoverers.of(named), pages)
            for kind, month, named, pages in rows
        ]


_Small = Annotated[int, msgspec.Meta(ge=0, lt=1000)]


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A page that was wanted and is not captured: one line of `<run>-left.jsonl`."""

    id: str
    """The page's key in text form."""
    url: str
    """The address to ask next."""
    state: State
    reason: Reason | None
    tries: _Small
    http_status: _Small | None
    """The last one."""
    detail: str | None = None
    """What was wrong, in words."""
    asked: tuple[str, ...] = ()
    """What sources said of it: "live=gone/not_found"."""
    named_by: tuple[str, ...] = ()
    doubted: str | None = None
    """Provisional: when the site first said so; null where it is settled."""
    failures: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)] = 0
    """Runs in which it failed, one after the other."""
    failing: str | None = None
    """When the first of them was; null where it did not fail."""
    given_up: bool = False
    """Whether it has failed for good: only `-a retry=failed` asks for it again."""

    def to_line(self) -> str:
        """The line, with its end."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read a line; ValueError when it is none, or says what no page can be."""
        try:
            return cls.from_row(json.loads(line))
        except RecursionError as error:
            raise ValueError(str(error)) from None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Its fields by their names, others left out; ValueError as for a line."""
        try:
            made = msgspec.convert(row, cls)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from None
        "".join((made.id, made.url, made.detail or "", *made.asked, *made.named_by)).encode()
        if not all(map(is_answer, made.asked)):
            raise ValueError("an answer that cannot be")
        urlsplit(made.url)
        PageKey.parse(made.id)
        for moment in (made.doubted, made.failing):
            if moment is not None:
                datetime.fromisoformat(moment)
        return made


class MissingPages(OfTables):
    """The pages that are wanted and not captured."""

    def __init__(self, tables: Tables, edition: str, pages: Pages) -> None:
        super().__init__(tables)
        self._edition, self._pages = edition, pages

    def all(self, where: str = "") -> Iterator[MissingPage]:
        """Each of them, oldest first; `where` (SQL) leaves some out."""
        columns = "id, key, url, state, reason, tries, status, detail, named, doubted, failures"
        where = f"state IN ('wanted', 'failed', 'refused', 'gone') {where}"
        sql = f"SELECT {columns}, failing, given_up FROM page WHERE {where} ORDER BY id"  # noqa: S608
        rows = self._connection.execute(sql)
        for page, key, url, state, reason, tries, status, detail, named, *since in rows:
            doubted, failures, failing, given_up = since
            yield MissingPage(
                f"{self._edition}:{key}",
                url,
                state,
                reason,
                tries,
                status,
                detail,
                self._answers.of(page),
                self._discoverers.of(named),
                doubted,
                failures,
                failing,
                bool(given_up),
            )

    def articles(self) -> Iterator[MissingPage]:
        """The articles among them that were never captured, oldest first."""
        return self.all(
            "AND rank = 1 AND NOT EXISTS "
            "(SELECT 1 FROM capture WHERE page = page.id AND payload_sha1 IS NOT NULL)"
        )

    def restore(self, left: MissingPage) -> None:
        """Write a page as a run's account tells of it.

        What became of a page that gave no answer (refused by robots.txt, say) stands there alone;
        where it was answered the WARC must hold that, or the page is wanted.
        """
        key = PageKey.parse(left.id)
        page = self._pages.known(key, left.url, (), left.named_by)
        cursor = self._connection.execute(
            "UPDATE page SET state = :state, reason = :reason, tries = :tries, "
            "status = :http_status, detail = :detail, doubted = :doubted, failures = :failures, "
            "failing = :failing, given_up = :given_up WHERE id = :page AND "
            "(:http_status IS NULL OR :http_status = status OR :state = 'wanted')",
            asdict(left) | {"page": page},
        )
        if cursor.rowcount:
            self._answers.put(page, left.asked)

    def fill(
        self, told: MissingPage, believed: MissingPage, urls: Iterable[str], *, newer: bool
    ) -> None:
        """Take in a page as the former ledger tells of it, where nothing else does: as `believed`.

        With `newer`, also where nothing tells what became of it, and as it is told where that is
        the same. Whoever named it, and its addresses, are added in any case.
        """
        key = PageKey.parse(told.id)
        row = self._connection.execute(
            "SELECT (state, reason, status) IS (?, ?, ?), state = 'wanted' AND tries = 0 AND "
            "NOT EXISTS (SELECT 1 FROM capture WHERE page = page.id) FROM page WHERE key = ?",
            (told.state, told.reason, told.http_status, f"{key.kind}:{key.id}"),
        ).fetchone()
        same, bare = row or (False, True)
        if row is None or (newer and (same or bare)):
            self.restore(told if same else believed)
        for name in told.named_by:
            self._pages.want(urls, name)


_WHERE = (
    "state = 'captured' AND reason IN ('unreadable', 'not_an_article') AND detail != ''"
    + " AND instr(detail, ?) != 1" * len(OF_THE_PAGE)
)
_NEWEST = "(SELECT max(id) FROM capture WHERE page = page.id)"


class NotRead(OfTables):
    """Captured pages that a fault of ours left unread: their detail tells none of the page's."""

    def by_source(self, *, selected: bool = False) -> Counter[str]:
        """How many there are, by where their newest captures came from."""
        chosen = self._selection.clause if selected else ""
        rows = self._connection.execute(
            f"SELECT capture.source, count(*) FROM page JOIN capture ON capture.id = {_NEWEST} "  # noqa: S608
            f"WHERE page.id IN (SELECT id FROM page WHERE {_WHERE} {chosen}) "
            "GROUP BY capture.source",
            OF_THE_PAGE,
        )
        return Counter(dict(rows.fetchall()))

    def detail(self, page: int) -> str:
        """Why a page is one of them; "" where it is none."""
        row = self._connection.execute(
            f"SELECT detail FROM page WHERE id = ? AND {_WHERE}",  # noqa: S608
            (page, *OF_THE_PAGE),
        ).fetchone()
        return "" if row is None else str(row[0])

    def want(self, now: float, sources: Collection[str]) -> int:
        """Want those again whose newest captures came from `sources`; how many they are.

        What these captures say of the page's content is forgotten, or an equal answer would be
        taken for one that was read.
        """
        marks = ",".join("?" * len(sources))
        pages = [
            page
            for (page,) in self._connection.execute(
                f"SELECT page.id FROM page JOIN capture ON capture.id = {_NEWEST} "  # noqa: S608
                "WHERE page.id IN "
                f"(SELECT id FROM page WHERE {_WHERE} {self._selection.clause}) "
                f"AND capture.source IN ({marks})",
                (*OF_THE_PAGE, *sources),
            )
        ]
        for page in pages:
            self._connection.execute(
                "UPDATE capture SET etag = NULL, last_modified = NULL, payload_sha1 = NULL "
                "WHERE id = (SELECT max(id) FROM capture WHERE page = ?)",
                (page,),
            )
            self._connection.execute(
                "UPDATE memento SET tried = '' WHERE page = ? "
                "AND tried = (SELECT reason FROM page WHERE id = memento.page)",
                (page,),
            )
            self._connection.execute(
                "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "
                "source = '' WHERE id = ?",
                (int(now), page),
            )
            self._answers.forget("id = ?", [page])
        return len(pages)
