"""Rules of the ledger's pages: against the notes in the WARC files, the last run's account, and
each other. Each is a table of queries, which give a page or a record and what is wrong with it.
"""

from collections.abc import Iterator

from huffarchive.outcome import ANSWERED, Reason
from huffarchive.sources import INDEX, SOURCES
from huffarchive.sources.source import MIRROR
from huffarchive.verify.index import Index
from huffarchive.verify.rule import Scope, rule
from huffarchive.verify.rules.ledger import RECOVER, ledger_places
from huffarchive.verify.rules.links import Place

_UNANSWERED = "('" + "', '".join(reason for reason in Reason if reason not in ANSWERED) + "')"
"""Reasons that a visit may give of which no WARC file holds an exchange."""
_LAST = """
    WITH told AS (
        SELECT n.*, substr(n.page, instr(n.page, ':') + 1) AS key, e.url AS captured_at_url,
        max(f.id << 44 | n.offset)
        FROM note n
        JOIN entry e ON e.id = n.target
        JOIN warc w ON w.id = n.file
        JOIN ledger.file f ON f.stem || '.warc.gz' = w.name
        WHERE w.ours AND n.page IS NOT NULL
        GROUP BY n.page)
"""
"""The last note of each page."""
_READ = "('article', 'not_an_article', 'unreadable')"
_REASONS = "('" + "', '".join(map(str, Reason)) + "')"
_STATES = f"""
    (reason IN {_READ}) + 2 * (reason IN ('not_found', 'deleted', 'soft_404', 'moved',
    'moved_away', 'no_capture')) + 4 * (reason IN ('robots', 'rate_limited', 'forbidden',
    'out_of_scope', 'unsafe_address'))
"""


_LEFT = {
    name: f"p.{name}"
    for name in (
        "state", "reason", "url", "tries", "status", "detail", "doubted", "failures", "failing",
        "given_up",
    )
} | {
    "asked": "ifnull((SELECT group_concat(said, ' ') FROM (SELECT source || '=' || state || '/' || "
    "reason AS said FROM ledger.answer WHERE page = p.id ORDER BY said)), '')",
    "named": "ifnull((SELECT group_concat(name, ' ') FROM (SELECT name FROM ledger.discoverer "
    "WHERE id <= 62 AND p.named >> id & 1 ORDER BY name)), '')",
}  # fmt: skip
"""What an account says of a page, and where it stands in the ledger."""


def _all(index: Index, *queries: str) -> Iterator[Place]:
    for query in queries:
        yield from ledger_places(index, query)


@rule("ledger-note", Scope.LEDGER, "promise 4", RECOVER)
def note(index: Index) -> Iterator[Place]:
    """A page stands as the last note of it in the WARC files says, unless it is wanted again, was
    not answered since, or moved in a circle.
    """
    yield from _all(
        index,
        f"""{_LAST}
        SELECT t.page, CASE WHEN p.id IS NULL THEN 'the ledger has no row of this page' ELSE
        'it is ' || p.state || ' (' || ifnull(p.reason, 'no reason') || '), the last note says ' ||
        t.state || ' (' || ifnull(t.reason, 'no reason') || ')' END
        FROM told t LEFT JOIN ledger.page p ON p.key = t.key
        WHERE t.state IS NOT NULL AND (p.id IS NULL OR (p.state != 'wanted' AND NOT
        (p.reason IS 'redirect_loop' AND t.reason IS 'moved') AND (
        (p.state = 'captured') != (t.state = 'captured') AND t.state != 'wanted'
        AND (p.state = 'captured' OR p.reason NOT IN {_UNANSWERED} OR p.status IS NOT NULL)
        OR p.state = 'captured' AND t.state = 'wanted' AND t.source != 'warc'
        OR p.status IS NOT NULL AND p.state IS NOT t.state
        OR p.state = t.state AND p.reason IS NOT t.reason AND (p.status IS NOT NULL OR
        p.reason NOT IN {_UNANSWERED}) AND NOT (p.reason IN {_READ} AND t.reason IN {_READ}))))
        """,  # noqa: S608 - our own text
        f"""{_LAST}
        SELECT p.key, 'its last status is ' || p.status || ', that of the WARC record ' || e.status
        FROM told t
        JOIN ledger.page p ON p.key = t.key
        JOIN entry e ON e.id = t.target
        WHERE p.state = 'captured' AND t.state = 'captured' AND p.status != e.status
        """,  # noqa: S608
        """
        SELECT c.record_id, 'it is a capture, its note says ' || n.state
        FROM ledger.capture c
        JOIN note n ON n.target = trim(c.record_id, '<>')
        WHERE n.state != 'captured'
        """,
        """
        SELECT c.record_id, 'its source is ' || c.source || ', its note says ' || n.source
        FROM ledger.capture c
        JOIN note n ON n.target = trim(c.record_id, '<>')
        WHERE n.source != c.source
        """,
    )


@rule("ledger-account", Scope.LEDGER, "promise 4", RECOVER)
def account(index: Index) -> Iterator[Place]:
    """Since the last run ended, the pages that are not captured are those of its account
    (`<run>-left.jsonl`), each as it says.
    """
    differ = " || ".join(
        f"iif(l.{name} IS {of_page}, '', '; {name}: ' || ifnull({of_page}, 'none') || "
        f"', the account says ' || ifnull(l.{name}, 'none'))"
        for name, of_page in _LEFT.items()
    )
    yield from _all(
        index,
        f"""
        SELECT page, ifnull(substr(differing, 3), 'the ledger has no row of this page')
        FROM (SELECT l.page, iif(p.id IS NULL, NULL, {differ}) AS differing
        FROM told_left l LEFT JOIN ledger.page p ON p.key = l.key)
        WHERE differing IS NOT ''
        """,  # noqa: S608
        """
        SELECT p.key, 'it is ' || p.state || ', and is not in the account of the last run'
        FROM ledger.page p
        WHERE p.state != 'captured' AND EXISTS (SELECT 1 FROM told_run) AND NOT EXISTS (SELECT 1
        FROM told_left l WHERE l.key = p.key)
        """,
    )


@rule("ledger-reason", Scope.LEDGER, "promise 4", RECOVER)
def reason(index: Index) -> Iterator[Place]:
    """A state has one of its own reasons, one that is wanted has none; a captured page has that
    of its newest capture.
    """
    yield from _all(
        index,
        f"""
        SELECT key, state || ' for the reason ' || reason
        FROM ledger.page
        WHERE reason IN {_REASONS} AND CASE state WHEN 'captured' THEN 1 WHEN 'gone' THEN 2 WHEN
        'refused' THEN 4 WHEN 'failed' THEN 0 WHEN 'wanted' THEN 8 ELSE {_STATES} END != {_STATES}
        """,  # noqa: S608
        """
        SELECT p.key, 'it is ' || p.reason || ', its newest capture ' || c.reason
        FROM ledger.page p
        JOIN ledger.capture c ON c.page = p.id
        WHERE p.state = 'captured' AND c.reason IS NOT p.reason AND c.id = (SELECT max(id)
        FROM ledger.capture WHERE page = p.id)
        """,
    )


@rule("ledger-address", Scope.LEDGER, "promise 4", RECOVER)
def address(index: Index) -> Iterator[Place]:
    """The addresses of a page are the edition's and name it, or are those of a page that says it
    is this one; one that is captured has that at which it was.
    """
    yield from _all(
        index,
        """
        SELECT p.key, 'its address ' || a.url || ' is of ' || ifnull(key_of(a.url), 'no page')
        FROM (SELECT id, url FROM ledger.page UNION ALL SELECT page, url FROM ledger.alias
        UNION ALL SELECT page, url FROM ledger.memento) a
        JOIN ledger.page p ON p.id = a.id
        WHERE p.kind NOT LIKE '%-query' AND key_of(a.url) IS NOT p.key AND NOT EXISTS (SELECT 1
        FROM ledger.page n WHERE n.url = a.url AND n.moved_to = p.key AND n.status = 200)
        """,
        """
        SELECT p.key, 'its address is of ' || host_of(p.url) || ', its host ' || h.name
        FROM ledger.page p
        JOIN ledger.host h ON h.id = p.host
        WHERE h.name IS NOT host_of(p.url)
        """,
        """
        SELECT key, 'its kind is ' || kind FROM ledger.page
        WHERE kind IS NOT substr(key, 1, instr(key, ':') - 1)
        """,
        f"""{_LAST}
        SELECT p.key, 'its address is ' || p.url || ', it was captured at ' || t.captured_at_url
        FROM told t
        JOIN ledger.page p ON p.key = t.key
        WHERE p.state = 'captured' AND t.source IN ('live', 'sample') AND
        place_of(p.url) IS NOT place_of(ifnull(t.url, t.captured_at_url))
        """,  # noqa: S608
    )


@rule("ledger-dangling", Scope.LEDGER, "promise 4", RECOVER)
def dangling(index: Index) -> Iterator[Place]:
    """Whatever a row names is there."""
    for table, column, whole, name in (
        ("alias", "page", "page", "id"),
        ("answer", "page", "page", "id"),
        ("capture", "page", "page", "id"),
        ("memento", "page", "page", "id"),
        ("page", "host", "host", "id"),
        ("page", "run", "run", "id"),
        ("page", "moved_to", "page", "key"),
    ):
        what = "key" if table == "page" else "NULL"
        yield from ledger_places(
            index,
            f"""
            SELECT {what}, 'a row of {table}: no {whole} ' || {column}
            FROM ledger.{table}
            WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {name} FROM ledger.{whole})
            """,  # noqa: S608 - our own names
        )
    yield from ledger_places(
        index,
        """
        SELECT key, 'it is named by somebody unknown' FROM ledger.page
        WHERE named & ~(SELECT ifnull(sum(bit), 0) FROM (SELECT DISTINCT 1 << min(id, 62) AS bit
        FROM ledger.discoverer)) != 0
        """,
    )


@rule("ledger-time", Scope.LEDGER, "this program", f"set the clock, then {RECOVER}")
def time(index: Index) -> Iterator[Place]:
    """No time is later than this machine's by more than a day, or one to wait for by two months;
    that of a record of another's file is what its writer said.
    """
    for table, column, what, ours in (
        ("capture", "captured_at", "record_id", "source NOT IN ('warc', 'commoncrawl')"),
        ("capture", "checked_at", "record_id", "true"),
        ("page", "doubted", "key", "true"),
        ("run", "started", "name", "true"),
        ("run", "ended", "name", "true"),
    ):
        yield from ledger_places(
            index,
            f"""
            SELECT {what}, '{column} of its {table} is ' || {column} FROM ledger.{table}
            WHERE {column} IS NOT NULL AND {ours}
            AND ifnull(moment({column}) > moment_after(1), true)
            """,  # noqa: S608
        )
    yield from ledger_places(
        index,
        """
        SELECT key, 'it waits until ' || datetime(due, 'unixepoch') FROM ledger.page
        WHERE state = 'wanted' AND datetime(due, 'unixepoch') > replace(moment_after(60), 'T', ' ')
        """,
    )


@rule("ledger-answer", Scope.LEDGER, "promise 4", RECOVER)
def answer(index: Index) -> Iterator[Place]:
    """What a source is noted to have said of a page is a state with a reason, and no capture."""
    sources = ", ".join(f"'{s}'" for s in (MIRROR, INDEX.name, *SOURCES))
    yield from ledger_places(
        index,
        f"""
        SELECT p.key, a.source || ' said ' || a.state || '/' || a.reason
        FROM ledger.answer a
        JOIN ledger.page p ON p.id = a.page
        WHERE a.state NOT IN ('gone', 'refused', 'failed') OR a.reason NOT IN {_REASONS}
        OR a.source NOT IN ({sources})
        """,  # noqa: S608
    )
