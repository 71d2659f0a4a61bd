"""Rules of the ledger's columns: what each value can be, as a table."""

from collections.abc import Iterator

from huffarchive.exits import Exit
from huffarchive.outcome import MAX_HOPS, Reason, State
from huffarchive.sources import INDEX, QUERIES, SOURCES
from huffarchive.sources.memento import ELSEWHERE, SECOND_CHOICE, TRUNCATED
from huffarchive.sources.source import MIRROR, SITE
from huffarchive.verify.index import Index
from huffarchive.verify.rule import Scope, rule
from huffarchive.verify.rules.ledger import RECOVER, ledger_places
from huffarchive.verify.rules.links import Place


def _one_of(*values: object) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


_REASONS = " ".join(
    f"WHEN '{state}' THEN reason IN {_one_of(*(r for r in Reason if r.state is state))}"
    for state in State
)
_WAITS = " ".join(
    f"WHEN '{kind}' THEN source = '{name}'" for name, kinds in QUERIES.items() for kind in kinds
)
_STAMP = f"'{'[0-9]' * 14}'"
VALUES = (
    ("page", "rank", "rank = CAST(rank_of(key) AS INTEGER)"),
    ("page", "tries", "tries BETWEEN 0 AND 999"),
    ("page", "hops", f"hops BETWEEN 0 AND {MAX_HOPS}"),
    ("page", "due", "due BETWEEN 0 AND 1 << 36"),
    ("page", "crashes", "crashes BETWEEN 0 AND 999"),
    ("page", "month", "month GLOB '[12][0-9][0-9][0-9]-[01][0-9]'"),
    ("page", "source", f"source IN {_one_of('', SITE, MIRROR, INDEX.name, *SOURCES)}"),
    ("page", "source", f"CASE kind {_WAITS} ELSE true END"),
    ("page", "status", "status BETWEEN 0 AND 999"),
    ("page", "failures", "failures BETWEEN 0 AND 1 << 31"),
    ("page", "failing", "moment(failing) <= moment_after(1)"),
    ("page", "given_up", "given_up = 0 OR given_up = 1 AND failures > 0"),
    ("page", "named", "named != 0"),
    ("alias", "said", f"said IN {_one_of(*Reason)}"),
    ("answer", "state", f"CASE state {_REASONS} END"),
    ("memento", "source", f"source IN {_one_of(*SOURCES)}"),
    ("memento", "timestamp", f"timestamp GLOB {_STAMP}"),
    ("memento", "status", "status BETWEEN 0 AND 999"),
    ("memento", "tried", f"tried IN {_one_of('', TRUNCATED, ELSEWHERE, *SECOND_CHOICE, *Reason)}"),
    ("memento", "length", "length >= 0"),
    ("memento", "offset", "offset >= 0 AND file IS NOT NULL"),
    ("reading", "size", "size >= 0"),
    ("run", "exit", f"exit IN ({', '.join(str(int(status)) for status in Exit)})"),
    ("run", "name", "name NOT IN (SELECT name FROM ledger.run GROUP BY name HAVING count(*) > 1)"),
)
"""Tables, columns, and what a value is unless it is NULL."""
_KEY = {"page": "key", "run": "name", "reading": "file"}


@rule("ledger-value", Scope.LEDGER, "this program", RECOVER)
def value(index: Index) -> Iterator[Place]:
    """Each value of the ledger is one that it can be: numbers in their bounds, names that are
    known, the rank of a page's kind, a month that its addresses or records tell.
    """
    for table, column, holds in VALUES:
        key = _KEY.get(table, f"(SELECT key FROM ledger.page WHERE id = {table}.page)")  # noqa: S608
        yield from ledger_places(
            index,
            f"SELECT {key}, '{column} of its {table} is ' || {column} FROM ledger.{table} "  # noqa: S608
            f"WHERE {column} IS NOT NULL AND NOT ifnull({holds}, true)",
        )
    yield from ledger_places(
        index,
        """
        SELECT key, 'it is of ' || ifnull(month, 'no month') || ', its address of ' ||
        ifnull(told, 'none')
        FROM (SELECT p.id, p.key, p.month, ifnull(month_of(p.key || ' ' || p.url), (SELECT
        max(month_of(p.key || ' ' || a.url)) FROM ledger.alias a WHERE a.page = p.id)) AS told
        FROM ledger.page p) q
        WHERE told IS NOT month AND (month IS NULL OR NOT EXISTS (SELECT 1
        FROM ledger.alias a
        WHERE a.page = q.id AND month_of(q.key || ' ' || a.url) = q.month) AND NOT EXISTS (SELECT 1
        FROM ledger.capture c
        JOIN line l ON l.record = trim(c.record_id, '<>')
        WHERE c.page = q.id AND l.published = q.month))
        """,
    )
    yield from ledger_places(
        index,
        """
        SELECT name, 'it ended and has no status, or has not and has one' FROM ledger.run
        WHERE (ended IS NULL) != (exit IS NULL)
        """,
    )
