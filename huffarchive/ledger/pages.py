"""Wanted pages: the frontier, the duplicate filter and the account in one table."""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from huffarchive.editions import Edition
from huffarchive.ledger.mementos import Mementos
from huffarchive.ledger.names import Names
from huffarchive.ledger.task import CaptureRow, Settlement, Task
from huffarchive.memento import Memento
from huffarchive.outcome import Reason, State
from huffarchive.urls import Address, PageKey, identify

MAX_CRASHES = 3
"""Runs that may die while a page is alone under way, before it counts as failed."""
MAX_SITEMAPS = 5_000
"""Sitemaps of an edition, indexes among them; further ones that a sitemap names are passed over."""
_SEEN = 10_000
"""Links remembered as known already; bounds memory, and saves most look-ups."""
_CAPTURE = CaptureRow.__slots__
_FIELDS = "id, key, url, tries, hops, asked, crashes, named"


class Pages:
    """The table of pages with their aliases, namings and captures."""

    def __init__(self, connection: sqlite3.Connection, edition: Edition) -> None:
        self._connection = connection
        self._edition = edition
        self._hosts = Names(connection, "host")
        self._discoverers = Names(connection, "discoverer")
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._selected = False
        self._sitemaps = -1
        """Sitemaps in the table; below 0 when they are not counted yet."""
        self.mementos = Mementos(connection)

    # --- what is wanted

    def want(self, urls: Iterable[str], discoverer: str) -> int:
        """Add pages by their URLs, each once; other addresses of a known page become aliases.

        What is out of scope is passed over. Returns how many pages are new.
        """
        new = 0
        for url in urls:
            if self._known(url, discoverer):
                continue
            address = identify(self._edition.original(url), self._edition)
            if isinstance(address, Address) and self._has_room(address):
                page, fresh = self._add(address, discoverer)
                new += fresh
                self._sitemaps += fresh and address.key.kind == "sitemap"
                if self._selected:
                    self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))
        return new

    def _has_room(self, address: Address) -> bool:
        """False for one more sitemap when there are enough: indexes may name indexes for ever."""
        if address.key.kind != "sitemap":
            return True
        if self._sitemaps < 0:
            (self._sitemaps,) = self._connection.execute(
                "SELECT ifnull(sum(n), 0) FROM tally WHERE kind = 'sitemap'"
            ).fetchone()
        return self._sitemaps < MAX_SITEMAPS

    def want_queries(self, addresses: Iterable[Address]) -> None:
        """Want pages of other archives' indexes, where they are not known yet."""
        for address in addresses:
            page, _ = self._add(address, "index")
            if self._selected:
                self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))

    def discovering(self) -> bool:
        """Whether pages that name other pages (sitemaps, indexes) are still wanted."""
        row = self._connection.execute(
            "SELECT 1 FROM page WHERE state = 'wanted' AND rank = 0 LIMIT 1"
        ).fetchone()
        return row is not None

    def want_elsewhere(self, source: str) -> int:
        """Want pages again that no source asked so far has, and that `source` may have."""
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = 0 "
            "WHERE state IN ('gone', 'refused', 'failed') AND kind NOT LIKE '%-query' "
            "AND instr(' ' || asked, ?) = 0",
            (f" {source}=",),
        )
        return cursor.rowcount

    def select(self, addresses: Iterable[Address], discoverer: str) -> int:
        """Want pages, and let this run draw only these and what they redirect to; their number."""
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS selected (page INTEGER PRIMARY KEY)"
        )
        self._selected = True
        for address in addresses:
            page, _ = self._add(address, discoverer)
            self._connection.execute("INSERT OR IGNORE INTO selected VALUES (?)", (page,))
        (count,) = self._connection.execute("SELECT count(*) FROM selected").fetchone()
        return int(count)

    def _known(self, url: str, discoverer: str) -> bool:
        pair = (url, discoverer)
        if pair in self._seen:
            self._seen.move_to_end(pair)
            return True
        self._seen[pair] = None
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return False

    def forget(self) -> None:
        """Forget which links are known: after a transaction that was rolled back."""
        self._seen.clear()
        self._sitemaps = -1
        self._hosts.forget()
        self._discoverers.forget()

    def _add(self, address: Address, discoverer: str) -> tuple[int, bool]:
        execute = self._connection.execute
        key, named = _short(address.key), self._discoverers.bit(discoverer)
        row = execute("SELECT id, url, month, named FROM page WHERE key = ?", (key,)).fetchone()
        if row is None:
            cursor = execute(
                "INSERT INTO page (key, kind, rank, url, host, month, named) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    address.key.kind,
                    _rank(address.key),
                    address.url,
                    self._hosts.number(urlsplit(address.url).netloc),
                    address.month,
                    named,
                ),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid, True
        page, url, month, known = row
        if url != address.url:
            execute("INSERT OR IGNORE INTO alias (page, url) VALUES (?, ?)", (page, address.url))
        if not known & named or (month is None and address.month is not None):
            execute(
                "UPDATE page SET named = named | ?, month = ifnull(month, ?) WHERE id = ?",
                (named, address.month, page),
            )
        return int(page), False

    # --- what is drawn

    def draw(
        self,
        run: int,
        limit: int,
        now: float,
        without: Collection[str] = (),
        ranks: int = 2,
    ) -> list[Task]:
        """Take pages that are due, sitemaps first, then articles; they are under way in `run`.

        `without` names hosts (host or host:port) that must wait, `ranks` the last rank to draw.
        """
        hosts = [self._hosts.number(name) for name in sorted(without)]
        chosen = "AND id IN (SELECT page FROM selected)" if self._selected else ""
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM page WHERE state = 'wanted' AND run IS NULL AND rank <= ? AND due <= ? "  # noqa: S608
            f"AND host NOT IN ({','.join('?' * len(hosts))}) {chosen} "
            "ORDER BY rank, due, id LIMIT ?",
            (ranks, int(now), *hosts, limit),
        ).fetchall()
        self._connection.executemany(
            "UPDATE page SET run = ? WHERE id = ?", [(run, row[0]) for row in rows]
        )
        return [self._task(row) for row in rows]

    def suspects(self) -> list[Task]:
        """The pages that were under way when an earlier run died: to be tried alone."""
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM page WHERE run IS NOT NULL AND state = 'wanted' ORDER BY id"  # noqa: S608
        ).fetchall()
        return [self._task(row, alone=True) for row in rows]

    def try_alone(self, task: Task, run: int) -> bool:
        """Note that a suspect is tried alone, before it is; False when that was too often."""
        (crashes,) = self._connection.execute(
            "UPDATE page SET crashes = crashes + 1, run = ? WHERE id = ? RETURNING crashes",
            (run, task.page),
        ).fetchone()
        return int(crashes) <= MAX_CRASHES

    def next_due(self, without: Collection[str] = (), ranks: int = 2) -> int | None:
        """When the next page that is not under way is due; None when none is wanted."""
        hosts = [self._hosts.number(name) for name in sorted(without)]
        chosen = "AND id IN (SELECT page FROM selected)" if self._selected else ""
        (due,) = self._connection.execute(
            "SELECT min(due) FROM page WHERE state = 'wanted' AND run IS NULL AND rank <= ? "  # noqa: S608
            f"AND host NOT IN ({','.join('?' * len(hosts))}) {chosen}",
            (ranks, *hosts),
        ).fetchone()
        return None if due is None else int(due)

    def give_back(self, pages: Collection[int] | None = None) -> None:
        """Pages drawn and not settled are wanted again: these, or all."""
        if pages is None:
            self._connection.execute("UPDATE page SET run = NULL WHERE run IS NOT NULL")
        else:
            self._connection.executemany(
                "UPDATE page SET run = NULL WHERE id = ?", [(page,) for page in pages]
            )

    def _task(
        self, row: tuple[int, str, str, int, int, str, int, int], *, alone: bool = False
    ) -> Task:
        page, key, url, tries, hops, asked, crashes, named = row
        execute = self._connection.execute
        aliases = execute(
            "SELECT url, tried FROM alias WHERE page = ? AND url != ? ORDER BY url", (page, url)
        ).fetchall()
        return Task(
            page,
            PageKey.parse(f"{self._edition.code}:{key}"),
            url,
            tries,
            hops,
            tuple(asked.split()),
            tuple(alias for alias, _ in aliases),
            tuple(alias for alias, tried in aliases if tried),
            self._discoverers.of(named),
            self.newest(page),
            alone or crashes > 0,
        )

    # --- what became of them

    def settle(self, done: Settlement) -> None:
        """Write what became of a page, its capture and its links."""
        execute = self._connection.execute
        task = done.task
        url = done.url or task.url
        execute(
            "UPDATE page SET state = ?, reason = ?, url = ?, host = ?, tries = ?, hops = ?, due = ?, "
            "run = NULL, crashes = 0, month = ifnull(?, month), asked = ?, status = ?, detail = ? "
            "WHERE id = ?",
            (
                str(done.state),
                str(done.reason) if done.reason else None,
                url,
                self._hosts.number(urlsplit(url).netloc),
                done.tries,
                done.hops,
                done.due,
                done.month,
                " ".join(done.asked),
                done.status,
                done.detail or None,
                task.page,
            ),
        )
        if url != task.url:
            execute(
                "INSERT INTO alias VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET tried = 1",
                (task.page, task.url),
            )
        if done.capture is not None:
            self.captured(task.page, done.capture)
        elif done.checked_at is not None:
            execute(
                "UPDATE capture SET checked_at = ? WHERE id = "
                "(SELECT max(id) FROM capture WHERE page = ?)",
                (done.checked_at, task.page),
            )
        self.want(done.links, done.named_by)
        self.remember(done.mementos, done.named_by)
        self.want_queries(done.queries)
        if done.tried is not None:
            self.mementos.tried(task.page, done.tried, done.tried_as)

    def remember(self, found: Iterable[tuple[Address, Memento | None]], discoverer: str) -> int:
        """Want the pages of captures that another archive holds; how many captures are new.

        A page that was given up is wanted again when a new capture of it turns up.
        """
        new = 0
        for address, memento in found:
            page, _ = self._add(address, discoverer)
            if memento is not None and self.mementos.add(page, memento):
                new += 1
                self._hope(page, memento.source)
        return new

    def _hope(self, page: int, source: str) -> None:
        state, asked = self._connection.execute(
            "SELECT state, asked FROM page WHERE id = ?", (page,)
        ).fetchone()
        left = " ".join(said for said in asked.split() if not said.startswith(f"{source}="))
        if left != asked and state in ("wanted", "gone", "refused", "failed"):
            self._connection.execute(
                "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = 0, "
                "asked = ? WHERE id = ?",
                (left, page),
            )

    def unread_index(self, kinds: Collection[str], base: str) -> tuple[State, Reason] | None:
        """What became of a part of an index that could not be read; None when all of it was.

        Parts that were asked of another base than `base` do not count.
        """
        row = self._connection.execute(
            f"SELECT state, reason FROM page WHERE kind IN ({','.join('?' * len(kinds))}) "  # noqa: S608
            "AND rank = 0 AND state IN ('failed', 'refused', 'gone') AND instr(url, ?) = 1 LIMIT 1",
            (*kinds, f"{base}/"),
        ).fetchone()
        return None if row is None else (State(row[0]), Reason(row[1]))

    def captured(self, page: int, row: CaptureRow) -> None:
        """Add a capture."""
        self._connection.execute(
            "INSERT INTO capture (page, source, url, captured_at, checked_at, etag, last_modified, "
            "payload_sha1, payload_sha256, record_id, file, offset, length, article) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page,
                row.source,
                row.url,
                row.captured_at,
                row.captured_at,
                row.etag,
                row.last_modified,
                row.payload_sha1,
                row.payload_sha256,
                row.record_id,
                row.file,
                row.offset,
                row.length,
                int(row.article),
            ),
        )

    def restore(
        self,
        key: PageKey,
        url: str,
        state: State,
        reason: Reason | None,
        aliases: Iterable[str],
        named_by: Iterable[str],
        asked: str = "",
    ) -> int:
        """Write a page as a WARC's note tells of it; the row's number."""
        execute = self._connection.execute
        page = None
        for discoverer in named_by:
            page, _ = self._add(Address(key, None, url), discoverer)
        assert page is not None
        execute(
            "UPDATE page SET state = ?, reason = ?, url = ?, asked = ? WHERE id = ?",
            (str(state), str(reason) if reason else None, url, asked, page),
        )
        for alias in aliases:
            execute("INSERT OR IGNORE INTO alias (page, url) VALUES (?, ?)", (page, alias))
        return page

    def newest(self, page: int) -> CaptureRow | None:
        """The newest capture of a page."""
        row = self._connection.execute(
            f"SELECT {', '.join(_CAPTURE)} FROM capture WHERE page = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
            (page,),
        ).fetchone()
        return None if row is None else CaptureRow(**dict(zip(_CAPTURE, row, strict=True)))

    def try_again(self, states: Collection[State], reasons: Collection[str] = ()) -> int:
        """Want settled pages again: those in `states` (with one of `reasons`, where given)."""
        marks = ",".join("?" * len(states))
        where = f"state IN ({marks})"
        values: list[object] = [str(state) for state in states]
        if reasons:
            where += f" AND reason IN ({','.join('?' * len(reasons))})"
            values += list(reasons)
        self.mementos.try_again(where, values)
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = 0, "  # noqa: S608
            f"asked = '' WHERE {where}",
            values,
        )
        return cursor.rowcount

    def try_addresses_again(self) -> None:
        """Let wanted pages be asked for at addresses that failed in an earlier run."""
        self._connection.execute(
            "UPDATE alias SET tried = 0 WHERE tried = 1 "
            "AND page IN (SELECT id FROM page WHERE state = 'wanted')"
        )

    def want_older(self, before: float, *, pages: bool = True, indexes: bool = False) -> int:
        """Want again what was last checked before a time (seconds since 1970).

        Captured pages of the site, and the pages of other archives' indexes.
        """
        ranks = [f"rank {sign} 0" for sign, on in ((">", pages), ("=", indexes)) if on]
        chosen = "AND id IN (SELECT page FROM selected)" if self._selected else ""
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = 0 "  # noqa: S608
            f"WHERE state = 'captured' AND ({' OR '.join(ranks) or '0'}) {chosen} AND "
            "(SELECT max(checked_at) FROM capture WHERE capture.page = page.id) < ?",
            (datetime.fromtimestamp(before, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),),
        )
        return cursor.rowcount

    # --- the account

    def counts(self, *, selected: bool = False, indexes: bool = False) -> dict[State, int]:
        """How many pages stand in each state; of the selected ones alone, where asked.

        With `indexes` only pages that name others: sitemaps and other archives' indexes.
        """
        rows = self._connection.execute(
            "SELECT state, count(*) FROM page WHERE rank = 0 GROUP BY state"
            if indexes
            else "SELECT state, count(*) FROM page JOIN selected ON page = id GROUP BY state"
            if selected and self._selected
            else "SELECT state, sum(n) FROM tally GROUP BY state"
        )
        found = dict(rows.fetchall())
        return {state: int(found.get(str(state), 0)) for state in State}

    def known(self) -> int:
        """How many pages there are, counted apart from their states."""
        (count,) = self._connection.execute("SELECT count(*) FROM page").fetchone()
        return int(count)

    def left(self) -> Iterator[tuple[str, str, str, str | None, int, int | None]]:
        """(key, url, state, reason, tries, status) of every page wanted and not captured."""
        yield from self._connection.execute(
            "SELECT key, url, state, reason, tries, status FROM page "
            "WHERE state IN ('wanted', 'failed', 'refused', 'gone') ORDER BY id"
        )


def _short(key: PageKey) -> str:
    return f"{key.kind}:{key.id}"


def _rank(key: PageKey) -> int:
    if key.kind in ("sitemap", "robots") or key.kind.endswith("-query"):
        return 0
    return 1 if key.is_article else 2
