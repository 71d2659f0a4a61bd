"""The pages that anybody named: each once, with its addresses and what became of it."""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.ledger.provisional import count_failure, doubt
from huffarchive.ledger.rows import OfTables, PageUpdate, Tables
from huffarchive.outcome import WORDLESS, Reason, State
from huffarchive.sources import SOURCES, of_query
from huffarchive.sources.memento import Memento
from huffarchive.sources.source import SITE
from huffarchive.urls import Address, PageKey, identify

log = logging.getLogger(__name__)

MAX_SITEMAPS = 5_000
"""Sitemaps of an edition, indexes among them; further ones that a sitemap names are passed over."""
LISTED = "urls"
"""The discoverer of the pages that the user's list names."""
PICTURE = "picture"
"""The discoverer of pictures: the records of articles, where a run wants their pictures."""
MAX_ALIASES = 100
"""Other addresses of a page that are remembered: its record and its note name them all. Those of a
run's list are kept before others, shorter ones before longer ones."""
MAX_ADDRESSES = 3
"""Addresses asked in a round for an article that is gone under each of them."""
OF_THE_SITE = ("sitemap", "robots", "image")
"""Kinds of page that the site alone is asked for."""
_NO_PICTURES = frozenset(("link", "sitemap", "robots"))
"""Discoverers that name pictures which nobody asked for."""
_OWN = ", ".join(f"'{name}'" for name, source in SOURCES.items() if source.own)
"""Those that are the site, for a query."""
_SEEN = 10_000
"""Links remembered as known already; bounds memory, and saves most look-ups."""


class Pages(OfTables):
    """The table of pages with their aliases, namings and captures."""

    def __init__(self, tables: Tables, edition: Edition) -> None:
        super().__init__(tables)
        self._edition = edition
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._sitemaps = -1
        """Sitemaps in the table; below 0 when they are not counted yet."""
        self._said = False
        """Whether the log says that there are more."""
        self.passed_over = 0
        """Addresses of pages that have enough of them."""
        self.asks_site = True
        """Whether this run asks the site: else another address of a page is only remembered."""

    # --- what is wanted

    def want(self, urls: Iterable[str], discoverer: str, near: str = "") -> int:
        """Add pages by their URLs, each once; other addresses of a known page become aliases.

        What is out of scope is passed over. `near` is the address of the page that names them.
        Returns how many pages are new.
        """
        new = 0
        for url in urls:
            if self._known(url, discoverer):
                continue
            address = identify(self._edition.original(url, near), self._edition)
            if isinstance(address, Address) and self._has_room(address, discoverer):
                page, fresh = self._add(address, discoverer, ask=True)
                new += fresh
                self._sitemaps += fresh and address.key.kind == "sitemap"
                self._selection.add(page)
        return new

    def _has_room(self, address: Address, discoverer: str) -> bool:
        """False for a picture that nobody asked for, and for a sitemap when there are enough.

        Indexes may name indexes for ever.
        """
        if address.key.is_picture:
            return discoverer not in _NO_PICTURES
        if address.key.kind != "sitemap":
            return True
        if self._sitemaps < 0:
            (self._sitemaps,) = self._connection.execute(
                "SELECT ifnull(sum(n), 0) FROM tally WHERE kind = 'sitemap'"
            ).fetchone()
        if self._sitemaps == MAX_SITEMAPS and not self._said:
            self._said = True
            log.warning("over %d sitemaps: %s and others passed over", MAX_SITEMAPS, address.url)
        return self._sitemaps < MAX_SITEMAPS

    def want_queries(self, addresses: Iterable[Address], source: str) -> None:
        """Want pages of an archive's index, where they are not known yet."""
        for address in addresses:
            page, _ = self._add(address, "index", source)
            self._selection.add(page)

    def select_indexes(self) -> None:
        """Let this run draw sitemaps and other archives' indexes only."""
        self._selection.indexes_only()

    def select_queries(self, source: str) -> None:
        """Let this run be about all of an archive's index too, where it is about a list."""
        self._select("rank = 0 AND source = ?", source)

    def select(self, addresses: Iterable[Address], discoverer: str) -> int:
        """Want pages, and let this run draw only these and what they redirect to; the number."""
        self._selection.begin()
        self._connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS listed (page, url, PRIMARY KEY (page, url))"
        )
        for address in addresses:
            page, _ = self._add(address, discoverer, ask=True)
            self._selection.add(page)
        self._selection.follow()
        return len(self._selection)

    def select_pictures(self) -> None:
        """Let this run, which is about a list, be about all pictures that are left too."""
        self._select("state IN ('wanted', 'failed', 'refused') AND kind = 'image'")

    def _select(self, where: str, *values: str) -> None:
        rows = self._connection.execute(f"SELECT id FROM page WHERE {where}", values)  # noqa: S608
        for (page,) in rows.fetchall():
            self._selection.add(page)

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

    def _add(
        self, address: Address, discoverer: str, source: str = "", *, ask: bool = False
    ) -> tuple[int, bool]:
        execute = self._connection.execute
        key, named = _short(address.key), self._discoverers.bit(discoverer)
        row = execute("SELECT id, url, month, named FROM page WHERE key = ?", (key,)).fetchone()
        if row is None:
            cursor = execute(
                "INSERT INTO page (key, kind, rank, url, host, month, named, source) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    address.key.kind,
                    rank(address.key),
                    address.url,
                    self._hosts.number(urlsplit(address.url).netloc),
                    address.month(self._edition.timezone),
                    named,
                    source or (SITE if address.key.kind in OF_THE_SITE else ""),
                ),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid, True
        page, url, month, known = row
        if url != address.url:
            if discoverer == LISTED and self._selection.active:
                execute("INSERT OR IGNORE INTO listed VALUES (?, ?)", (page, address.url))
            self._also(page, address.url)
            if ask:
                self._ask_elsewhere(page, address.url)
        told = address.month(self._edition.timezone)
        if not known & named or (month is None and told is not None):
            execute(
                "UPDATE page SET named = named | ?, month = ifnull(month, ?) WHERE id = ?",
                (named, told, page),
            )
        return int(page), False

    def _also(self, page: int, url: str, said: str | None = None, at: str | None = None) -> None:
        """Remember another address of a page, and what it said in this round; of too many the
        longest are forgotten, save those that this round asked, and those of a list last.
        """
        execute = self._connection.execute
        row = (page, url, said, at)
        if execute("INSERT INTO alias VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row).rowcount:
            last = "(page, url) IN (SELECT page, url FROM listed), " * self._selection.active
            cut = execute(
                "DELETE FROM alias WHERE page = :page AND url IN (SELECT url FROM alias "  # noqa: S608
                f"WHERE page = :page AND said IS NULL ORDER BY {last}length(url) DESC, url DESC "
                "LIMIT max(0, (SELECT count(*) FROM alias WHERE page = :page) - :most))",
                {"page": page, "most": MAX_ALIASES},
            ).rowcount
            if cut and not self.passed_over:
                log.warning("over %d addresses of one page: %s and others", MAX_ALIASES, url[:200])
            self.passed_over += cut
        elif said is not None:
            execute(
                "UPDATE alias SET said = ?, at = ? WHERE page = ? AND url = ?",
                (said, at, page, url),
            )

    def _ask_elsewhere(self, page: int, url: str) -> None:
        """Ask the site at another address, best at `url`, for an article that is gone so far."""
        row = self._connection.execute(
            "SELECT id, answer.reason, alias.url FROM page JOIN alias ON alias.page = id "  # noqa: S608
            f"JOIN answer ON answer.page = id AND answer.source IN ({_OWN}) WHERE id = ? "
            "AND page.state IN ('gone', 'wanted') AND run IS NULL AND answer.state = 'gone' "
            "AND answer.reason != 'moved' AND rank = 1 AND said IS NULL AND alias.url != page.url "
            "AND (SELECT count(*) FROM alias WHERE page = id AND said IS NOT NULL) < ? "
            "ORDER BY alias.url != ?, alias.url LIMIT 1",
            (page, MAX_ADDRESSES - 1, url),
        ).fetchone()
        if row is not None:
            self._ask_at(*row)

    def _ask_at(self, page: int, said: str, url: str) -> None:
        """Want a page at another address than the one that said this, where the site is asked."""
        if not self.asks_site:
            return
        self._set_url(page, url, said)
        self._connection.execute(
            f"DELETE FROM answer WHERE page = ? AND source IN ({_OWN})",  # noqa: S608
            (page,),
        )
        self._want_of(page, SITE)

    def _want_of(self, page: int, source: str) -> None:
        self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = 0, "
            "source = :source, doubted = iif(:source = :site, NULL, doubted) WHERE id = :page",
            {"source": source, "site": SITE, "page": page},
        )

    # --- what became of them

    def apply(self, done: PageUpdate) -> None:
        """Write what became of a page, its capture and its links."""
        execute = self._connection.execute
        done = self._close_circle(done)
        task = done.task
        url = done.url or task.url
        execute(
            "UPDATE page SET state = ?, reason = ?, url = ?, host = ?, tries = ?, hops = ?, "
            "due = ?, run = NULL, crashes = 0, month = ifnull(?, ifnull(month, ?)), "
            "source = ifnull(?, source), moved_to = ?, status = ?, detail = ? WHERE id = ?",
            (
                str(done.state),
                str(done.reason) if done.reason else None,
                url,
                self._hosts.number(urlsplit(url).netloc),
                done.tries,
                done.hops,
                done.due,
                done.month,
                Address(task.key, None, url).month(self._edition.timezone),
                done.source,
                _short(done.moved_to) if done.moved_to else None,
                done.status,
                done.detail or None,
                task.page,
            ),
        )
        doubt(self._connection, done)
        count_failure(self._connection, done)
        self._answers.put(task.page, done.asked)
        if url != task.url:
            self._also(task.page, task.url, done.said, done.doubted)
        if done.capture is not None:
            self._captures.add(task.page, done.capture, done.checked_at)
        elif done.checked_at is not None:
            self._captures.checked(task.page, done.checked_at)
        if done.state is State.GONE:  # an address may have been named while others were asked
            self._ask_elsewhere(task.page, "")
        self.want(done.links, done.named_by, task.url)
        if done.moved_to is not None:
            self._selection.follow(_short(done.moved_to))
        if done.moved_to is not None and done.status == 200:
            self._ask_where_read(_short(done.moved_to))
        elif done.state is not State.WANTED and (
            done.reason is not Reason.ARTICLE or done.detail == WORDLESS
        ):
            self._ask_where_read(_short(task.key))
        self.want(done.pictures, PICTURE)
        self.add_captures(done.mementos, done.named_by)
        self.want_queries(done.queries, task.source)
        if done.tried is not None:
            self._mementos.tried(task.page, done.tried, done.tried_as)

    def _close_circle(self, done: PageUpdate) -> PageUpdate:
        """Let a page fail that redirects, over others, to itself, and those others with it: in a
        circle nothing has moved, save what its text calls another: that is asked where it stands.
        """
        if done.moved_to is None:
            return done
        execute, own = self._connection.execute, _short(done.task.key)
        led = execute(
            "WITH RECURSIVE led (page, next, status) AS (SELECT id, moved_to, status FROM page "
            "WHERE key = :there AND reason = 'moved' UNION SELECT id, moved_to, page.status FROM "
            "led JOIN page ON key = next WHERE key != :own AND reason = 'moved') SELECT * FROM led",
            {"there": _short(done.moved_to), "own": own},
        ).fetchall()
        if own not in (there for _, there, _ in led):
            return replace(done, failed_at=None)
        led = [(page, there) for page, there, status in led if status != 200]
        for page, there in led:
            execute(
                "UPDATE page SET state = 'failed', reason = 'redirect_loop', moved_to = NULL, "
                "detail = ? WHERE id = ?",
                (f"in a circle: to {there}", page),
            )
            execute(
                "UPDATE answer SET state = 'failed', reason = 'redirect_loop' "
                "WHERE page = ? AND reason = 'moved'",
                (page,),
            )
        if done.status == 200 and led:
            return replace(done, failed_at=None)
        state, reason = State.FAILED, Reason.REDIRECT_LOOP
        said, here = f"={done.state}/{done.reason}", f"={state}/{reason}"
        return replace(
            done,
            state=state,
            reason=reason,
            moved_to=None,
            asked=tuple(answer.replace(said, here) for answer in done.asked),
            detail=f"in a circle: to {_short(done.moved_to)}",
        )

    def _ask_where_read(self, key: str) -> None:
        """A page of which no article was read is asked for where its text was."""
        if not self.asks_site:
            return
        row = self._where_read(
            key,
            "here.state != 'wanted' AND (here.reason = 'article' AND here.detail = ? "
            "OR here.reason NOT IN ('moved', 'article') AND NOT EXISTS "
            "(SELECT 1 FROM capture WHERE page = here.id AND reason = 'article'))",
            WORDLESS,
        )
        if row is not None:
            self._ask_at(*row)

    def read_at(self, key: PageKey) -> str | None:
        """The address of a page that said, with its text, that it is this one; None where none did
        that was not asked for this one in its round.
        """
        row = self._where_read(_short(key), "1")
        return None if row is None else row[2]

    def _where_read(self, key: str, where: str, *values: str) -> tuple[int, str, str] | None:
        row: tuple[int, str, str] | None = self._connection.execute(
            "SELECT here.id, here.reason, there.url FROM page AS here JOIN page AS there "  # noqa: S608
            "ON there.moved_to = here.key AND there.reason = 'moved' AND there.status = 200 "
            "WHERE here.key = ? AND here.url != there.url AND NOT EXISTS "
            "(SELECT 1 FROM alias WHERE page = here.id AND url = there.url AND said IS NOT NULL) "
            f"AND {where} ORDER BY there.id LIMIT 1",
            (key, *values),
        ).fetchone()
        return row

    def add_captures(self, found: Iterable[tuple[Address, Memento | None]], discoverer: str) -> int:
        """Want the pages of captures that another archive holds; how many captures are new.

        A page that was given up is wanted again when a new capture of it turns up.
        """
        new = 0
        for address, memento in found:
            page, _ = self._add(address, discoverer)
            if memento is not None and self._mementos.add(page, memento):
                new += 1
                self._requeue(page, memento.source)
        return new

    def _requeue(self, page: int, source: str) -> None:
        """Ask a source again that had nothing; where a page moved to is where its captures are."""
        state, reason = self._connection.execute(
            "SELECT state, reason FROM page WHERE id = ?", (page,)
        ).fetchone()
        if state == State.CAPTURED or reason == Reason.MOVED or self._captures.newest(page):
            return
        cursor = self._connection.execute(
            "DELETE FROM answer WHERE page = ? AND source = ?", (page, source)
        )
        if cursor.rowcount and state != State.WANTED:
            self._want_of(page, source)

    def known(self, key: PageKey, url: str, aliases: Iterable[str], named_by: Iterable[str]) -> int:
        """Have a page as the files tell of it: its address then, its others, who named it.

        The row's number. A page that nobody is known to have named, the files name: "recover".
        What older files call a sitemap was its path alone: its address says which it is.
        """
        where = identify(url, self._edition)
        if key.kind == "sitemap" and isinstance(where, Address) and where.key.kind == key.kind:
            key = where.key
        names = tuple(named_by) or (() if self.address(key) is not None else ("recover",))
        for name in names:
            for address in (url, *aliases):
                self._add(Address(key, None, address), name, of_query(key) or "")
        (page,) = self._connection.execute(
            "SELECT id FROM page WHERE key = ?", (_short(key),)
        ).fetchone()
        self._set_url(page, url)
        return int(page)

    def address(self, key: PageKey) -> str | None:
        """The address at which a page is asked for; None when it is not known."""
        row = self._connection.execute(
            "SELECT url FROM page WHERE key = ?", (_short(key),)
        ).fetchone()
        return None if row is None else str(row[0])

    def _set_url(self, page: int, url: str, said: str | None = None) -> None:
        """Let a page be asked for at another address; the one it had becomes an alias."""
        known, at = self._connection.execute(
            "SELECT url, doubted FROM page WHERE id = ?", (page,)
        ).fetchone()
        if known != url:
            self._also(page, known, said, at if said else None)
        self._connection.execute(
            "UPDATE page SET url = ?, host = ? WHERE id = ?",
            (url, self._hosts.number(urlsplit(url).netloc), page),
        )


def _short(key: PageKey) -> str:
    return f"{key.kind}:{key.id}"


def rank(key: PageKey) -> int:
    """When a page is asked for: sitemaps and indexes first, then articles, then the rest."""
    if key.kind in ("sitemap", "robots") or key.kind.endswith("-query"):
        return 0
    return 1 if key.is_article else 2
