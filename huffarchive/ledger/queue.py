"""What is asked for next, and what a new run asks for again."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huffarchive.ledger.pages import OF_THE_SITE
from huffarchive.ledger.provisional import DAY
from huffarchive.ledger.rows import OfTables, Tables, Task
from huffarchive.outcome import Reason, State
from huffarchive.sources import LIVE, QUERIES, SOURCES
from huffarchive.sources.memento import USABLE
from huffarchive.sources.source import SITE
from huffarchive.urls import PageKey

_CAPTURED = (
    "EXISTS (SELECT 1 FROM capture WHERE capture.page = page.id AND payload_sha1 IS NOT NULL)"
)
_KINDS = ", ".join(f"'{kind}'" for kind in OF_THE_SITE)


class Requeue(OfTables):
    """Makes settled pages wanted again; each method says how many it found.

    Those only that the run is about, and that its sources are asked for: the others keep state and
    reason. They are due `now` (seconds since 1970) and so wait behind the pages that nobody asked
    for yet, which are due at 0: or runs that end early would spend all their time on what failed
    before.
    A page that has a capture is asked of the site only: what an archive kept cannot be newer.
    """

    _tried: tuple[float, tuple[str, ...], bool] | None = None

    def begin(self, now: float, sources: tuple[str, ...], *, doubts: bool) -> None:
        """Want again what a run of these sources tries again: what failed, was refused for its
        pace, or is not had of one of them; with `doubts`, what waits to be said a second time.
        """
        self._tried = now, sources, doubts
        self.try_again(now, [State.FAILED], sources=sources)
        self.try_again(now, [State.REFUSED], ["rate_limited"], sources=sources)
        if doubts:
            self.confirm(now)
        for source in sources:
            self.want_elsewhere(now, source)
        self._selection.joined = set()

    def any_left(self) -> bool:
        """Whether a page that an earlier run wanted again is wanted still: others are due at 0."""
        where = f"state = 'wanted' AND due > 0 {self._selection.clause}"
        row = self._connection.execute(f"SELECT 1 FROM page WHERE {where} LIMIT 1").fetchone()  # noqa: S608
        return row is not None

    def join(self) -> None:
        """The same of the pages that have joined a list's run since it began."""
        if self._selection.joined and self._tried is not None:
            now, sources, doubts = self._tried
            with self._selection.only_joined():
                self.begin(now, sources, doubts=doubts)

    def try_again(
        self,
        now: float,
        states: Collection[State],
        reasons: Collection[str] = (),
        *,
        sources: Collection[str] = (LIVE.name,),
    ) -> int:
        """Want settled pages again: those in `states` (with one of `reasons`, where given), save
        what was given up.
        """
        marks = ",".join("?" * len(states))
        where = f"state IN ({marks}) AND NOT given_up"
        values: list[object] = [str(state) for state in states]
        if reasons:
            where += f" AND reason IN ({','.join('?' * len(reasons))})"
            values += list(reasons)
        return self._begin_round(now, f"{where} AND {_asked_of(sources)}", values)

    def confirm(self, now: float) -> int:
        """Want again what the site refused, or said was gone, a day ago or longer; how many.

        They come first: what they say now tells whether the bad hour is over.
        """
        day_ago = datetime.fromtimestamp(now, UTC) - DAY
        where = "state IN ('gone', 'refused') AND doubted IS NOT NULL AND doubted <= ?"
        return self._begin_round(0, where, [f"{day_ago:%Y-%m-%dT%H:%M:%SZ}"])

    def want_settled(self, now: float, states: Collection[State], sources: Collection[str]) -> int:
        """Want again what is settled in some states, for `-a again=` and `-a retry=`.

        What was given up begins anew.
        """
        asked = _asked_of(sources)
        if State.FAILED in states:
            self._connection.execute(
                "UPDATE page SET failures = 0, failing = NULL, given_up = 0 "  # noqa: S608
                f"WHERE given_up AND {asked} {self._selection.clause}"
            )
        where = f"state IN ({','.join('?' * len(states))}) AND {asked}"
        return self._begin_round(now, where, [str(state) for state in states])

    def want_older(self, now: float, before: float, sources: Collection[str] = (LIVE.name,)) -> int:
        """Want again what was not checked after a time (whole seconds since 1970).

        Captured pages of the site, and the pages of the indexes of some archives.
        """
        checked = "(SELECT max(checked_at) FROM capture WHERE capture.page = page.id)"
        where = f"state = 'captured' AND {_asked_of(sources)} AND {checked} <= ?"
        moment = datetime.fromtimestamp(max(0.0, before), UTC)  # nothing is older than the Web
        return self._begin_round(now, where, [f"{moment:%Y-%m-%dT%H:%M:%SZ}"])

    def _begin_round(self, now: float, where: str, values: Sequence[object]) -> int:
        """Want pages anew: what anybody said of them before, at any address, counts no more."""
        where = f"{where} {self._selection.clause}"
        self._mementos.try_again(where, values)
        self._answers.forget(where, values)
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "  # noqa: S608
            "source = CASE WHEN kind LIKE '%-query' THEN source "
            f"WHEN kind IN ({_KINDS}) OR {_CAPTURED} THEN '{SITE}' ELSE '' END WHERE {where}",
            [int(now), *values],
        )
        return cursor.rowcount

    def no_later(self, moment: float) -> None:
        """Let no wanted page wait beyond a time (seconds since 1970).

        One does that an earlier run put off by a clock that had gone ahead.
        """
        self._connection.execute(
            f"UPDATE page SET due = ? WHERE state = 'wanted' AND due > ? {self._selection.clause}",  # noqa: S608
            (int(moment), int(moment)),
        )

    def want_elsewhere(self, now: float, source: str) -> int:
        """Want pages again that no source asked so far has, and that `source` may have.

        It may when it was not asked, or when it is an archive that refused to answer (HTTP 403):
        that says nothing of what it holds. What moved is asked for where it moved to.
        """
        where = (
            "state IN ('gone', 'refused', 'failed') AND reason IS NOT 'moved' "
            f"AND kind NOT LIKE '%-query' {self._selection.clause}"
        )
        if not SOURCES[source].own:
            where += f" AND kind NOT IN ({_KINDS}) AND NOT {_CAPTURED}"
            said = "source = ? AND state = 'refused' AND reason = 'forbidden'"
            refused = f"id IN (SELECT page FROM answer WHERE {said})"  # noqa: S608
            self._mementos.try_again(f"{where} AND {refused}", [source])
            self._connection.execute(
                f"DELETE FROM answer WHERE {said} AND page IN (SELECT id FROM page WHERE {where})",  # noqa: S608
                (source,),
            )
        cursor = self._connection.execute(
            "UPDATE page SET state = 'wanted', reason = NULL, tries = 0, hops = 0, due = ?, "  # noqa: S608
            f"source = ? WHERE {where} "
            "AND NOT EXISTS (SELECT 1 FROM answer WHERE page = page.id AND answer.source = ?)",
            (int(now), SOURCES[source].waits_as, source),
        )
        return cursor.rowcount

    def ask_of(self, sources: Sequence[str]) -> None:
        """Let wanted pages wait for those of a run's sources that have not answered yet.

        Where all have, an earlier run ended in between, and they are settled by what was said. Of
        all pages, as what a list's page has moved to joins the run later.
        """
        answered = "id IN (SELECT page FROM answer WHERE answer.source = '{}')"
        cases = [
            f"WHEN NOT {answered.format(source)} THEN '{SOURCES[source].waits_as if place else ''}'"
            for place, source in enumerate(sources)
        ]
        self._connection.execute(
            f"UPDATE page SET source = CASE WHEN kind IN ({_KINDS}) OR {_CAPTURED} THEN '{SITE}' "  # noqa: S608
            f"{' '.join(cases)} ELSE '' END WHERE state = 'wanted' AND kind NOT LIKE '%-query' "
            "AND (source != '' OR id IN (SELECT page FROM answer))"
        )


def _asked_of(sources: Collection[str]) -> str:
    """A condition: pages that a run of these sources asks for, in a new round.

    An archive's index is asked of that archive, what is captured or of the site alone of the site.
    """
    kinds = ", ".join(f"'{kind}'" for source in sources for kind in QUERIES.get(source, ()))
    site = any(SOURCES[source].own for source in sources)
    pages = "1" if site else f"kind NOT IN ({_KINDS}) AND NOT {_CAPTURED}"
    return f"CASE WHEN kind LIKE '%-query' THEN kind IN ({kinds}) ELSE {pages} END"


MAX_CRASHES = 3
"""Runs that may die while a page is alone under way, before it counts as failed."""
RANKS = 2
"""The last rank of pages; the first is 0."""
_FIELDS = "id, key, url, tries, hops, source, named, doubted, failures"


@dataclass(frozen=True, slots=True)
class Place:
    """Where pages wait: for the site or an archive, and at which host of theirs."""

    source: str
    """site, an archive, or "" for the run's first source."""
    host: str
    """Host (host:port) of the pages' addresses."""


@dataclass(frozen=True, slots=True)
class Share:
    """What may be drawn from the places that one server answers for."""

    server: str
    room: int = 1_000_000
    """Pages, of all its places together."""
    ranks: int = RANKS
    """The last rank."""


class PageQueue(OfTables):
    """Draws wanted pages; what is drawn is marked with the run until it is settled."""

    def __init__(self, tables: Tables, edition: str) -> None:
        super().__init__(tables)
        self._edition = edition
        names = (source.waits_as for source in SOURCES.values())
        self.sources: tuple[str, ...] = ("", *dict.fromkeys(names))
        """Whom the run's pages may wait for; pages that wait for others are left alone."""

    def places(self) -> list[Place]:
        """Where pages may wait."""
        hosts = self._connection.execute("SELECT name FROM host ORDER BY id").fetchall()
        return [Place(source, host) for source in self.sources for (host,) in hosts]

    def draw(
        self, run: int, limit: int, now: float, shares: Mapping[Place, Share] | None = None
    ) -> list[Task]:
        """Take pages that are due, sitemaps first, then articles; they are under way in `run`.

        At most `limit`, and of each server at most its share: one that is slow, or must wait, takes
        no place of another. Without shares from everywhere.
        """
        hosts = dict(self._connection.execute("SELECT name, id FROM host").fetchall())
        shares = self._everywhere() if shares is None else shares
        found: list[tuple[Any, ...]] = []
        taken: Counter[str] = Counter()
        for rank in range(RANKS + 1):
            due: list[tuple[int, int, str, tuple[Any, ...]]] = []
            for place, share in shares.items():
                most = min(limit - len(found), share.room - taken[share.server])
                if rank <= share.ranks and most > 0:
                    rows = self._due(rank, place.source, hosts[place.host], int(now), most)
                    due += [(row[-1], row[0], share.server, row[:-1]) for row in rows]
            for _, _, server, row in sorted(due):
                room = next(x.room for x in shares.values() if x.server == server)
                if len(found) < limit and taken[server] < room:
                    taken[server] += 1
                    found.append(row)
        return self._taken(run, found)

    def draw_decided(
        self, run: int, limit: int, sources: Sequence[str], pages: Sequence[int]
    ) -> list[Task]:
        """Take pages that need no request: `sources` have all answered, or the one that is next is
        an archive whose index is read and names no capture that is left to ask for.

        Looked at are `pages`, be they due or not.
        """
        names = ", ".join(f"'{source}'" for source in sources)
        said = f"SELECT count(*) FROM answer WHERE page = page.id AND source IN ({names})"  # noqa: S608
        found = [f"source = '' AND ({said}) = {len(sources)}"]
        for source in self.read(sources):
            waits = f"'{source}', ''" if source == sources[0] else f"'{source}'"
            left = (
                f"SELECT 1 FROM memento WHERE page = page.id AND source = '{source}' AND {USABLE}"  # noqa: S608
            )
            found.append(f"source IN ({waits}) AND NOT EXISTS ({left})")
        where = f"id IN ({', '.join(map(str, pages))})"
        if isinstance(pages, range):
            where = f"id BETWEEN {pages[0]} AND {pages[-1]}"
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM page NOT INDEXED WHERE state = 'wanted' AND run IS NULL "  # noqa: S608
            f"AND rank > 0 AND {where} {self._selection.clause} AND ({' OR '.join(found)}) "
            "ORDER BY id LIMIT ?",
            (limit,),
        ).fetchall()
        return self._taken(run, rows)

    def read(self, sources: Sequence[str]) -> list[str]:
        """Those of some sources that are archives whose index is read to its end."""
        return [s for s in sources if not SOURCES[s].own and not self.discovering(s)]

    def under_way(self, run: int) -> set[int]:
        """The pages that are under way in a run: drawn, and not settled by a commit."""
        rows = self._connection.execute("SELECT id FROM page WHERE run = ?", (run,))
        return {page for (page,) in rows}

    def last(self) -> int:
        """The number of the last page; 0 where there is none."""
        return int(self._connection.execute("SELECT ifnull(max(id), 0) FROM page").fetchone()[0])

    def _taken(self, run: int, rows: Sequence[tuple[Any, ...]]) -> list[Task]:
        self._connection.executemany(
            "UPDATE page SET run = ? WHERE id = ?", [(run, row[0]) for row in rows]
        )
        return [self._task(row) for row in rows]

    def _everywhere(self) -> dict[Place, Share]:
        return {place: Share("") for place in self.places()}

    def _due(
        self, rank: int, source: str, host: int, now: int, limit: int
    ) -> list[tuple[Any, ...]]:
        """The first pages of a place that are due: so many rows are read, however many wait."""
        return self._connection.execute(
            f"SELECT {_FIELDS}, due FROM page WHERE state = 'wanted' AND run IS NULL "  # noqa: S608
            f"AND source = ? AND rank = ? AND host = ? AND due <= ? {self._selection.clause} "
            "ORDER BY due, id LIMIT ?",
            (source, rank, host, now, limit),
        ).fetchall()

    def crash_suspects(self, run: int) -> list[Task]:
        """The pages that were under way when a run before this one died: to be tried alone.

        As with `draw`, only those that the run is about; the others stay under suspicion.
        """
        rows = self._connection.execute(
            f"SELECT {_FIELDS} FROM page WHERE run IS NOT NULL AND run != ? AND state = 'wanted' "  # noqa: S608
            f"AND source IN ({','.join('?' * len(self.sources))}) "
            f"{self._selection.clause} ORDER BY id",
            (run, *self.sources),
        ).fetchall()
        return [self._task(row) for row in rows]

    def try_isolated(self, task: Task, run: int) -> bool:
        """Note that a suspect is tried alone, before it is; False when that was too often."""
        (crashes,) = self._connection.execute(
            "UPDATE page SET crashes = crashes + 1, run = ? WHERE id = ? RETURNING crashes",
            (run, task.page),
        ).fetchone()
        return int(crashes) <= MAX_CRASHES

    def next_due(self, shares: Mapping[Place, Share] | None = None) -> int | None:
        """When the next page that is not under way is due; None when none is wanted."""
        hosts = dict(self._connection.execute("SELECT name, id FROM host").fetchall())
        earliest: list[int] = []
        for place, share in (self._everywhere() if shares is None else shares).items():
            for rank in range(share.ranks + 1):
                row = self._connection.execute(
                    "SELECT due FROM page WHERE state = 'wanted' AND run IS NULL AND source = ? "  # noqa: S608
                    f"AND rank = ? AND host = ? {self._selection.clause} ORDER BY due, id LIMIT 1",
                    (place.source, rank, hosts[place.host]),
                ).fetchone()
                earliest += row or ()
        return min(earliest, default=None)

    def give_back(self, run: int, task: Task | None = None) -> None:
        """What was drawn in a run and is not settled, or one task of it, is as it was before."""
        self._connection.execute(
            "UPDATE page SET run = NULL WHERE run = ? AND ifnull(id = ?, 1)",
            (run, None if task is None else task.page),
        )

    def discovering(self, source: str) -> bool:
        """Whether pages of an archive's index are still wanted."""
        row = self._connection.execute(
            "SELECT 1 FROM page WHERE state = 'wanted' AND rank = 0 AND source = ? LIMIT 1",
            (source,),
        ).fetchone()
        return row is not None

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

    def _task(self, row: tuple[Any, ...]) -> Task:
        page, key, url, tries, hops, source, named, doubted, failures = row
        execute = self._connection.execute
        aliases = execute(
            "SELECT url, said FROM alias WHERE page = ? AND url != ? ORDER BY url", (page, url)
        ).fetchall()
        (chain,) = execute(
            "SELECT ifnull(min(hops) + 1, 0) FROM page WHERE moved_to = ? AND reason = 'moved'",
            (key,),
        ).fetchone()
        return Task(
            page,
            PageKey.parse(f"{self._edition}:{key}"),
            url,
            tries,
            max(hops, chain),  # redirects from other pages to this one are counted along
            self._answers.of(page),
            tuple(alias for alias, _ in aliases),
            tuple((alias, said) for alias, said in aliases if said is not None),
            self._discoverers.of(named),
            self._captures.newest(page),
            source,
            doubted,
            failures,
        )
