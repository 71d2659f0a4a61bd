"""What goes into the ledger and comes out: tasks, updates, captures, and the small tables
behind.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from huffarchive.outcome import Reason, State
from huffarchive.sources import SOURCES, is_own
from huffarchive.sources.memento import UNDECIDED, Memento
from huffarchive.urls import Address, PageKey


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture as the ledger keeps it."""

    source: str
    url: str
    """The page's address."""
    target: str
    """WARC-Target-URI: of a playback it is where the archive gave it."""
    captured_at: str
    """WARC-Date."""
    etag: str | None
    last_modified: str | None
    payload_sha1: str | None
    payload_sha256: str | None
    record_id: str
    file: int
    """Serial of the pair of files."""
    offset: int
    length: int
    reason: Reason
    """What was read from it: article, not_an_article, unreadable."""

    @property
    def article(self) -> bool:
        """Whether it has a record."""
        return self.reason is not Reason.NOT_AN_ARTICLE


@dataclass(frozen=True, slots=True)
class Task:
    """A wanted page, drawn from the ledger."""

    page: int
    """Row number in the ledger."""
    key: PageKey
    url: str
    """The edition's own address; `Edition.located` says where to ask."""
    tries: int = 0
    hops: int = 0
    asked: tuple[str, ...] = ()
    """What sources said that gave no capture of it: "live=gone/not_found"."""
    aliases: tuple[str, ...] = ()
    """Its other known addresses, sorted."""
    tried: tuple[tuple[str, str], ...] = ()
    """Those of them that were asked in this round, each with the reason why it was left."""
    named_by: tuple[str, ...] = ()
    previous: CaptureRow | None = None
    """The newest capture, when the page is asked for again."""
    source: str = ""
    """Whom it waits for: site, an archive, or "" for the run's first source."""
    doubted: str | None = None
    """When the site first said of it what a bad hour says too; None where it did not."""
    failures: int = 0
    """Runs before this one that failed at it, one after the other."""

    def validated_at(self, url: str) -> CaptureRow | None:
        """The newest capture, where its validators are of what is asked for at `url` now.

        They are of the address that gave them and of no other; the sample site is one site whatever
        its port. Another archive repeats those that the site gave then, which say nothing of what
        it has now.
        """
        known = self.previous
        if known is None or not is_own(known.source):
            return None
        built_in = known.source in SOURCES and SOURCES[known.source].built_in
        ours = _behind_port if built_in else str
        if ours(known.target) != ours(url):
            return None
        return known if known.etag or known.last_modified else None

    @property
    def captured(self) -> bool:
        """Whether it has a capture that counts: one that was not read is to be made again."""
        return self.previous is not None and self.previous.payload_sha1 is not None

    @property
    def sources_asked(self) -> tuple[str, ...]:
        """Sources that gave no capture of it."""
        return tuple(said.partition("=")[0] for said in self.asked)


def _behind_port(url: str) -> str:
    """What stands behind scheme, host and port of a URL."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """What became of a task: the page's new state, its capture, and the links that it gave."""

    task: Task
    state: State
    reason: Reason | None
    due: int = 0
    """When WANTED: not before (seconds since 1970)."""
    url: str | None = None
    """When WANTED: the next address to ask, where it is another one."""
    hops: int = 0
    tries: int = 0
    asked: tuple[str, ...] = ()
    said: str | None = None
    """When WANTED at another address: why the one that was asked is left."""
    source: str | None = None
    """When WANTED: whom to ask next; None for whom it was asked of."""
    moved_to: PageKey | None = None
    """The other page that this one redirects to."""
    month: str | None = None
    status: int | None = None
    detail: str = ""
    doubted: str | None = None
    """When the site said, here or at its last address, what a bad hour says too (a WARC-Date)."""
    failed_at: str | None = None
    """When it failed for a reason that is the page's, or moved: in a circle it fails (a
    WARC-Date).
    """
    capture: CaptureRow | None = None
    checked_at: str | None = None
    """When the newest capture was found unchanged, or copied from where it was."""
    links: tuple[str, ...] = ()
    """URLs that this page names."""
    mementos: tuple[tuple[Address, Memento], ...] = ()
    """Captures that this page of an index names."""
    named_by: str = "link"
    """Who names them all."""
    pictures: tuple[str, ...] = ()
    """URLs of the article's pictures, where they are wanted."""
    queries: tuple[Address, ...] = ()
    """Further pages of an index."""
    tried: Memento | None = None
    """The capture that was asked for, and need not be asked again."""
    tried_as: str = ""
    """What came of it: a Reason, or a mark of its own."""


MOST = 62
"""Names that a set can tell apart: it is one integer of SQLite, a bit for each."""


class Lookup:
    """A table of names."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection, self._table = connection, table
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name, given to it at its first use."""
        if name not in self._numbers:
            execute = self._connection.execute
            execute(f"INSERT OR IGNORE INTO {self._table} (name) VALUES (?)", (name,))  # noqa: S608
            row = execute(f"SELECT id FROM {self._table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
            self._numbers[name] = int(row[0])
        return self._numbers[name]

    def bit(self, name: str) -> int:
        """The set that holds one name; names past the 62nd count as the 62nd."""
        return 1 << min(self.number(name), MOST)

    def of(self, bits: int) -> tuple[str, ...]:
        """The names in a set, sorted."""
        known = 0
        for number in self._numbers.values():
            known |= 1 << min(number, MOST)
        if bits & ~known:
            rows = self._connection.execute(f"SELECT name, id FROM {self._table}")  # noqa: S608
            self._numbers = dict(rows.fetchall())
        return tuple(sorted(n for n, k in self._numbers.items() if k <= MOST and bits >> k & 1))

    def forget(self) -> None:
        """Forget the numbers: after a transaction that was rolled back."""
        self._numbers.clear()


_COLUMNS = CaptureRow.__slots__


class Captures:
    """The table of captures."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, page: int, row: CaptureRow, checked_at: str | None = None) -> None:
        """Add a capture; a copy was found to be so at `checked_at`, long after it was made."""
        columns = ", ".join(("page", "checked_at", *_COLUMNS))
        values = (page, checked_at or row.captured_at, *(getattr(row, name) for name in _COLUMNS))
        self._connection.execute(
            f"INSERT INTO capture ({columns}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608
            values,
        )

    def newest(self, page: int) -> CaptureRow | None:
        """The newest capture of a page."""
        row = self._connection.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM capture WHERE page = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
            (page,),
        ).fetchone()
        if row is None:
            return None
        values = dict(zip(_COLUMNS, row, strict=True))
        return CaptureRow(**values | {"reason": Reason(values["reason"])})

    def holds(self, record_id: str) -> bool:
        """Whether a capture's record has this id."""
        found = self._connection.execute("SELECT 1 FROM capture WHERE record_id = ?", (record_id,))
        return found.fetchone() is not None

    def articles(self, files: Iterable[int] | None = None) -> int:
        """How many pages have a capture that was read as an article, however many captures; in
        some pairs of files, where they are given.
        """
        where = "" if files is None else f"AND file IN ({', '.join(map(str, files))})"
        (count,) = self._connection.execute(
            f"SELECT count(DISTINCT page) FROM capture WHERE reason = ? {where}",  # noqa: S608
            (str(Reason.ARTICLE),),
        ).fetchone()
        return int(count)

    def checked(self, page: int, when: str) -> None:
        """Note that the newest capture of a page was found unchanged."""
        self._connection.execute(
            "UPDATE capture SET checked_at = ? WHERE id = "
            "(SELECT max(id) FROM capture WHERE page = ?)",
            (when, page),
        )


_MEMENTO_COLUMNS = ", ".join(Memento.__slots__)


class Mementos:
    """The table of mementos."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, page: int, memento: Memento) -> bool:
        """Add a page's capture; whether it was not known."""
        row = self._connection.execute(
            "INSERT OR IGNORE INTO memento VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING 1",
            (page, *(getattr(memento, name) for name in Memento.__slots__)),
        ).fetchone()
        return row is not None

    def of(self, page: int, source: str) -> list[Memento]:
        """All captures of a page that an archive holds, tried or not."""
        rows = self._connection.execute(
            f"SELECT {_MEMENTO_COLUMNS} FROM memento WHERE page = ? AND source = ?",  # noqa: S608
            (page, source),
        )
        return [Memento(*row) for row in rows]

    def tried(self, page: int, memento: Memento, came_of_it: str) -> None:
        """Note what came of asking for a capture."""
        self._connection.execute(
            "UPDATE memento SET tried = ? "
            "WHERE page = ? AND source = ? AND timestamp = ? AND url = ?",
            (came_of_it, page, memento.source, memento.timestamp, memento.url),
        )

    def try_again(self, where: str, values: Sequence[object]) -> None:
        """Forget what was no answer, for the pages that a condition names."""
        marks = ",".join("?" * len(UNDECIDED))
        self._connection.execute(
            f"UPDATE memento SET tried = '' WHERE tried IN ({marks}) "  # noqa: S608
            f"AND page IN (SELECT id FROM page WHERE {where})",
            (*sorted(UNDECIDED), *values),
        )


class Answers:
    """The table of answers; each is told as "live=gone/not_found".

    A round begins when a page is wanted anew (a new run, `-a recrawl=`), and ends when it is
    settled. An answer of an earlier round is none of this one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, page: int) -> tuple[str, ...]:
        """What was said of a page, in the order of the sources' names."""
        rows = self._connection.execute(
            "SELECT source || '=' || state || '/' || reason FROM answer WHERE page = ? "
            "ORDER BY source",
            (page,),
        )
        return tuple(said for (said,) in rows)

    def put(self, page: int, asked: Iterable[str]) -> None:
        """Let these be all that was said of a page."""
        execute = self._connection.execute
        execute("DELETE FROM answer WHERE page = ?", (page,))
        for said in asked:
            source, _, outcome = said.partition("=")
            execute("INSERT INTO answer VALUES (?, ?, ?, ?)", (page, source, *outcome.split("/")))

    def forget(self, where: str, values: Sequence[object]) -> None:
        """Begin a new round of the pages that a condition names."""
        chosen = f"page IN (SELECT id FROM page WHERE {where})"  # noqa: S608
        self._connection.execute(f"DELETE FROM answer WHERE {chosen}", values)  # noqa: S608
        self._connection.execute(
            f"UPDATE alias SET said = NULL, at = NULL WHERE said IS NOT NULL AND {chosen}",  # noqa: S608
            values,
        )


_FEW = 2_000
"""A selection up to this is walked through for each portion; of a larger one only membership is
asked, lest each portion cost as much as the list is long."""


class Selection:
    """The pages that a run is about; all of them until `begin` or `indexes_only` is called.

    What one run is not about it neither draws nor wants again: no state and no reason is lost.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.active = False
        """Whether the run is about the selected pages only."""
        self.indexes = False
        """Whether it is about sitemaps and indexes only."""
        self.joined: set[int] | None = None
        """Pages that were added since; None before the run has begun."""
        self._added = 0
        self._narrow = False

    @property
    def clause(self) -> str:
        """What a query of pages adds to keep to the selection."""
        if self._narrow:
            return f"AND id IN ({', '.join(map(str, self.joined or ()))})"
        if self.indexes:
            return "AND rank = 0"
        if not self.active:
            return ""
        # The plus keeps SQLite from looking every selected page up.
        if self._added <= _FEW:
            return "AND id IN (SELECT page FROM selected)"
        return "AND +id IN (SELECT page FROM selected)"

    def indexes_only(self) -> None:
        """From now on the run is about pages that name others."""
        self.indexes = True

    def begin(self) -> None:
        """From now on the run is about what is added: a temporary table of this connection."""
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS selected (page INTEGER PRIMARY KEY)"
        )
        self.active = True

    def add(self, page: int) -> None:
        """Add a page, where there is a selection."""
        if self.active:
            self._added += 1
            add = self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))
            if add.rowcount and self.joined is not None:
                self.joined.add(page)

    def follow(self, key: str | None = None) -> None:
        """Add the pages that selected ones moved to, in whichever run that was seen.

        With the key of a page (without its edition) only what that one moved to, and it.
        """
        if not self.active:
            return
        start = "SELECT page FROM selected" if key is None else "SELECT id FROM page WHERE key = ?"
        rows = self._connection.execute(
            f"WITH RECURSIVE led (page) AS ({start} UNION "  # noqa: S608
            "SELECT there.id FROM led JOIN page here ON here.id = led.page "
            "JOIN page there ON there.key = here.moved_to WHERE here.reason = 'moved') "
            "INSERT OR IGNORE INTO selected SELECT page FROM led RETURNING page",
            () if key is None else (key,),
        ).fetchall()
        self._added += len(rows)
        if self.joined is not None:
            self.joined.update(page for (page,) in rows)

    @contextmanager
    def only_joined(self) -> Iterator[None]:
        """Let queries keep to the pages that have joined, each once."""
        self._narrow = True
        try:
            yield
        finally:
            self._narrow = False

    def __len__(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM selected").fetchone()
        return int(count)


class Tables:
    """The tables of a ledger that are looked at together, over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.selection = Selection(connection)
        self.captures, self.mementos = Captures(connection), Mementos(connection)
        self.answers = Answers(connection)
        self.hosts, self.discoverers = Lookup(connection, "host"), Lookup(connection, "discoverer")


class OfTables:
    """Stands before what asks several tables, or changes them."""

    def __init__(self, tables: Tables) -> None:
        self._connection, self._selection = tables.connection, tables.selection
        self._captures, self._mementos = tables.captures, tables.mementos
        self._answers = tables.answers
        self._hosts, self._discoverers = tables.hosts, tables.discoverers
