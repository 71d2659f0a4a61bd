"""Answers that a bad hour gives too: what was refused or gone, until a second run confirms it.

`page.doubted` is when the site first said so (a WARC-Date, in whole seconds); nothing where a
page's state is settled.
"""

import sqlite3
from datetime import UTC, datetime, timedelta

from huffarchive.exits import Exit
from huffarchive.ledger.rows import OfTables, PageUpdate
from huffarchive.outcome import PROVISIONAL, Reason, State

DAY = timedelta(days=1)
"""Between two runs that say the same of a page, at least."""
RECENT = timedelta(hours=20)
"""What is judged by its neighbours: none of it can have been confirmed yet."""
AROUND = 5
"""Answers of the host before one, and behind it, by which it is judged."""
MOST = 3
"""So many odd answers among those are no single ones."""


def doubt(connection: sqlite3.Connection, done: PageUpdate) -> None:
    """Note when a page's answer was first doubtful; a day later the same answer confirms it."""
    if done.state is State.CAPTURED or done.reason is Reason.MOVED:
        connection.execute(
            "UPDATE page SET doubted = NULL WHERE id = ? AND doubted IS NOT NULL", (done.task.page,)
        )
    elif done.doubted is not None and done.url is None:
        day_ago = _text(datetime.fromisoformat(done.doubted) - DAY)
        connection.execute(
            "UPDATE page SET doubted = CASE WHEN doubted IS NULL THEN ? "
            "WHEN doubted <= ? THEN NULL ELSE doubted END WHERE id = ?",
            (done.doubted, day_ago, done.task.page),
        )


FAILURES, OVER = 5, timedelta(days=7)
"""Runs in which a page fails, over this time at least, after which it has failed for good."""


def count_failure(connection: sqlite3.Connection, done: PageUpdate) -> None:
    """Note that a run failed at a page, and whether it is given up; any other end forgets it."""
    if done.failed_at is not None:
        connection.execute(
            "UPDATE page SET failures = failures + 1, failing = ifnull(failing, :now), "
            "given_up = failures + 1 >= :most AND ifnull(failing, :now) <= :before "
            "WHERE id = :page",
            {
                "now": done.failed_at,
                "most": FAILURES,
                "before": _text(datetime.fromisoformat(done.failed_at) - OVER),
                "page": done.task.page,
            },
        )
    elif done.state not in (State.WANTED, State.FAILED):
        connection.execute(
            "UPDATE page SET failures = 0, failing = NULL, given_up = 0 "
            "WHERE id = ? AND failures > 0",
            (done.task.page,),
        )


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Provisional(OfTables):
    """The pages whose state is provisional."""

    def waiting(self, *, selected: bool = False) -> tuple[int, str | None]:
        """How many there are, and from when on the first can be confirmed (ISO 8601, UTC)."""
        chosen = self._selection.clause if selected else ""
        number, first = self._connection.execute(
            "SELECT count(*), min(doubted) FROM page "  # noqa: S608
            f"WHERE doubted IS NOT NULL AND state IN ('gone', 'refused') {chosen}"
        ).fetchone()
        due = _text(datetime.fromisoformat(first) + DAY) if first is not None else None
        return int(number), due

    def clear_isolated(self, now: float, *, ended: bool) -> int:
        """Settle what was told singly of late, between good answers of the host; the number.

        Singly at one host is enough: another is asked for nothing but what that one has not. A name
        that leads to a private address is the network's fault however seldom.

        Runs that were killed or stopped count with the one that goes on; what is a day old is left
        for confirmation, when its neighbours may be captured. Where the run did not come to its
        end, the last ones, whose neighbours are still to come, stay provisional. Each is judged
        once: a later run, that asked for others, settles none.
        """
        since = _text(datetime.fromtimestamp(now, UTC) - RECENT)
        whole = self._begun_after(f"exit IN ({Exit.DONE:d}, {Exit.FAILURES:d})")
        judged = self._begun_after("exit IS NOT NULL")
        marks = ", ".join(f"'{reason}'" for reason in sorted(PROVISIONAL - {Reason.UNSAFE_ADDRESS}))
        new = (
            "doubted >= max(:since, :whole) AND state IN ('gone', 'refused') "
            f"AND reason IN ({marks})"
        )
        any_new = f"SELECT 1 FROM page WHERE {new} LIMIT 1"  # noqa: S608
        if self._connection.execute(any_new, {"since": since, "whole": whole}).fetchone():
            behind = "count(*) OVER (PARTITION BY host ORDER BY at, page ROWS BETWEEN 1 FOLLOWING "
            cursor = self._connection.execute(
                "WITH odd (host, at, page) AS (SELECT host, doubted, id FROM page "  # noqa: S608
                "WHERE doubted >= :since UNION ALL SELECT host.id, at, page.id FROM page "
                "JOIN alias ON alias.page = page.id "
                "JOIN host ON instr(alias.url, '//' || name || '/') IN (6, 7) "
                "WHERE doubted >= :since AND at >= :since), "
                "answer_of (host, at, page, odd) AS ("
                "SELECT host, min(at), page, 1 FROM odd GROUP BY host, page UNION ALL "
                "SELECT host, captured_at, page.id, 0 FROM capture JOIN page ON page.id = page "
                "WHERE captured_at >= :since AND capture.source IN ('live', 'mirror')), "
                "near AS (SELECT page, sum(odd) OVER (PARTITION BY host ORDER BY at, page "
                f"ROWS BETWEEN {AROUND} PRECEDING AND {AROUND} FOLLOWING) AS odds, "
                f"{behind}AND {AROUND} FOLLOWING) AS behind, "
                "sum(at < :judged) OVER (PARTITION BY host ORDER BY at, page "
                f"ROWS BETWEEN CURRENT ROW AND {AROUND} FOLLOWING) AS before FROM answer_of) "
                f"UPDATE page SET doubted = NULL WHERE {new} AND id IN "
                "(SELECT page FROM near WHERE odds < :most AND before <= :around AND "
                "(:ended OR behind = :around))",
                {
                    "since": since,
                    "whole": whole,
                    "judged": judged,
                    "most": MOST,
                    "ended": ended,
                    "around": AROUND,
                },
            )
            return cursor.rowcount
        return 0

    def _begun_after(self, which: str) -> str:
        """When the first run after the last of some runs began; "" where there was none of them."""
        (moment,) = self._connection.execute(
            f"SELECT min(started) FROM run WHERE id > (SELECT max(id) FROM run WHERE {which})"  # noqa: S608
        ).fetchone()
        return moment or ""
