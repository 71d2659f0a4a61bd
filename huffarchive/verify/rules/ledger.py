"""Rules of the ledger against the files, and against itself."""

from collections.abc import Iterator

from huffarchive import typed
from huffarchive.outcome import Reason, State
from huffarchive.sources import INDEX, SOURCES
from huffarchive.sources.source import MIRROR, SITE
from huffarchive.verify.index import Index
from huffarchive.verify.rule import NOTE, Scope, declare, rule
from huffarchive.verify.rules.links import Place

RECOVER = f"run `{typed()} recover` to make the ledger again from the files"
_RESTORE = f"restore the file from a copy, or run `{typed()} recover`"
_CAPTURE = (
    "FROM ledger.capture c JOIN ledger.page p ON p.id = c.page "
    "LEFT JOIN ledger.file f ON f.id = c.file "
    "LEFT JOIN warc w ON w.name = f.stem || '.warc.gz'"
)

declare(
    "ledger-damaged",
    Scope.LEDGER,
    "promise 4",
    "The ledger is an SQLite file of this version, without damage.",
    RECOVER,
)


def ledger_places(index: Index, query: str, *values: object) -> Iterator[Place]:
    """What a query finds wrong in the ledger: of which page or record, and what."""
    assert index.ledger is not None
    for record, detail in index.rows(query, *values):
        yield str(index.ledger), None, record, detail, True


def _of_files(index: Index, query: str) -> Iterator[Place]:
    for shown, record, detail in index.rows(query):
        yield shown, None, record, detail, True


@rule("ledger-file-missing", Scope.LEDGER, "promise 3", _RESTORE)
def file_missing(index: Index) -> Iterator[Place]:
    """Every file that the ledger knows is there."""
    yield from ledger_places(
        index,
        """
        SELECT NULL, stem || '.warc.gz is not there'
        FROM ledger.file
        WHERE stem || '.warc.gz' NOT IN (SELECT name
        FROM warc)
        UNION ALL SELECT NULL, stem || '.jsonl is not there'
        FROM ledger.file
        WHERE stem || '.jsonl' NOT IN (SELECT name
        FROM jsonl)
        """,
    )


@rule(
    "ledger-file-unknown",
    Scope.LEDGER,
    "promise 3",
    f"run `{typed()} recover` to take it in, or move it elsewhere",
)
def file_unknown(index: Index) -> Iterator[Place]:
    """Every finished file in the archive's folders is known to the ledger."""
    yield from _of_files(
        index,
        """
        SELECT shown, NULL, 'the ledger does not know this file'
        FROM warc
        WHERE name NOT IN (SELECT stem || '.warc.gz'
        FROM ledger.file) AND shown NOT LIKE '%.open'
        UNION ALL SELECT shown, NULL, 'the ledger does not know this file'
        FROM jsonl
        WHERE name NOT IN (SELECT stem || '.jsonl'
        FROM ledger.file) AND shown NOT LIKE '%.open'
        """,
    )


@rule(
    "ledger-length",
    Scope.LEDGER,
    "promise 3",
    "a longer one: the next run sets the surplus aside; a shorter one: restore it from a copy, "
    f"or run `{typed()} recover`",
)
def length(index: Index) -> Iterator[Place]:
    """Each file is as long as the ledger says."""
    yield from _of_files(
        index,
        """
        SELECT w.shown, NULL, w.size || ' bytes, ' || f.warc_length || ' were committed'
        FROM ledger.file f
        JOIN warc w ON w.name = f.stem || '.warc.gz'
        WHERE w.size != f.warc_length AND (f.state = 'whole' OR w.size < f.warc_length)
        UNION ALL SELECT j.shown, NULL, j.size || ' bytes, ' || f.jsonl_length ||
        ' were committed'
        FROM ledger.file f
        JOIN jsonl j ON j.name = f.stem || '.jsonl'
        WHERE j.size != f.jsonl_length AND (f.state = 'whole' OR j.size < f.jsonl_length)
        """,
    )


@rule("ledger-sha256", Scope.LEDGER, "promise 3", _RESTORE)
def file_sha256(index: Index) -> Iterator[Place]:
    """Each finished file has the SHA-256 that the ledger noted when it was finished."""
    yield from _of_files(
        index,
        """
        SELECT w.shown, NULL, 'the ledger says ' || f.warc_sha256 || ', computed ' || w.sha256
        FROM ledger.file f
        JOIN warc w ON w.name = f.stem || '.warc.gz'
        WHERE f.state = 'whole' AND w.sha256 IS NOT f.warc_sha256
        UNION ALL SELECT j.shown, NULL, 'the ledger says ' || f.jsonl_sha256 || ', computed ' ||
        j.sha256
        FROM ledger.file f
        JOIN jsonl j ON j.name = f.stem || '.jsonl'
        WHERE f.state = 'whole' AND j.sha256 IS NOT f.jsonl_sha256
        """,
    )


@rule("ledger-articles", Scope.LEDGER, "promise 3", _RESTORE)
def articles(index: Index) -> Iterator[Place]:
    """A JSONL file holds as many records as the ledger counted."""
    yield from _of_files(
        index,
        """
        SELECT j.shown, NULL, j.lines || ' records, the ledger counted ' || f.articles
        FROM ledger.file f
        JOIN jsonl j ON j.name = f.stem || '.jsonl'
        WHERE j.lines != f.articles
        """,
    )


@rule(
    "ledger-open",
    Scope.LEDGER,
    "promise 3",
    "wait for the run to end; after a crash, the next run closes them",
    severity=NOTE,
)
def still_open(index: Index) -> Iterator[Place]:
    """Between runs no pair of files is open."""
    yield from ledger_places(
        index,
        """
        SELECT NULL, stem || ' is still being written'
        FROM ledger.file
        WHERE state = 'open'
        """,
    )


@rule("ledger-capture", Scope.LEDGER, "promise 1", RECOVER)
def capture(index: Index) -> Iterator[Place]:
    """Each capture of the ledger is a WARC record: file, offset, length, id, address, date,
    digest.
    """
    yield from ledger_places(
        index,
        f"""
        SELECT c.record_id, CASE
        WHEN f.id IS NULL THEN 'its file ' || c.file || ' is unknown'
        WHEN e.offset IS NULL THEN 'no record begins at byte ' || c.offset || ' of ' || w.name
        WHEN e.id IS NOT trim(c.record_id, '<>') THEN 'at byte ' || c.offset || ' of ' || w.name
        || ' stands ' || ifnull(e.id, 'no id')
        WHEN e.length IS NOT c.length THEN 'length ' || c.length || ', the member has ' ||
        e.length
        WHEN ifnull(e.page_url, e.url) IS NOT c.url THEN 'address ' || c.url ||
        ', the WARC record is of ' || ifnull(e.page_url, e.url)
        WHEN e.url IS NOT c.target THEN 'target ' || c.target || ', the WARC record has ' || e.url
        WHEN ifnull(e.date, '') != c.captured_at THEN 'date ' || c.captured_at ||
        ', the WARC record is of ' || ifnull(e.date, 'no date')
        ELSE 'its digests are not those of the WARC record' END {_CAPTURE}
        LEFT JOIN entry e ON e.file = w.id AND e.offset = c.offset
        WHERE (f.id IS NULL OR w.id IS NOT NULL) AND (f.id IS NULL OR e.offset IS NULL OR e.id IS
        NOT trim(c.record_id, '<>') OR (e.type IS NOT NULL AND (e.length IS NOT c.length OR
        ifnull(e.page_url, e.url) IS NOT c.url OR e.url IS NOT c.target OR
        ifnull(e.date, '') != c.captured_at OR
        (c.payload_sha1 IS NOT NULL AND e.sha1 IS NOT c.payload_sha1) OR
        (c.payload_sha256 IS NOT NULL AND e.sha256 IS NOT c.payload_sha256))))
        """,
    )


@rule("ledger-capture-missing", Scope.LEDGER, "promise 3", RECOVER)
def capture_missing(index: Index) -> Iterator[Place]:
    """Each capture that a WARC file says was made of a page is in the ledger."""
    for shown, offset, ident, page in index.rows(
        """
        SELECT w.shown, e.offset, e.id, n.page
        FROM note n
        JOIN entry e ON e.id = n.target
        JOIN warc w ON w.id = e.file
        WHERE w.ours AND n.state = 'captured' AND e.type IN ('response', 'resource') AND e.id NOT
        IN (SELECT trim(record_id, '<>')
        FROM ledger.capture)
        """
    ):
        yield shown, offset, ident, f"the ledger does not know this capture of {page}", True


@rule("ledger-line", Scope.LEDGER, "promise 3", RECOVER)
def line(index: Index) -> Iterator[Place]:
    """The ledger and the JSONL agree on which captures gave a record, of which page and month."""
    yield from ledger_places(
        index,
        f"""
        SELECT c.record_id, 'it says that a record was read, and none is in the JSONL' {_CAPTURE}
        WHERE c.reason != 'not_an_article' AND NOT EXISTS (SELECT 1
        FROM line l
        WHERE l.record = trim(c.record_id, '<>'))
        UNION ALL SELECT l.record,
        'a record is in the JSONL, and the ledger knows none of this capture'
        FROM line l
        JOIN jsonl j ON j.id = l.file
        WHERE j.ours AND trim(l.record, '<>') NOT IN (SELECT trim(record_id, '<>')
        FROM ledger.capture
        WHERE reason != 'not_an_article')
        UNION ALL SELECT c.record_id, 'the ledger says page ' || p.key || ', the JSONL ' ||
        l.article
        FROM ledger.capture c
        JOIN ledger.page p ON p.id = c.page
        JOIN line l ON l.record = trim(c.record_id, '<>')
        WHERE l.article IS NOT substr(l.article, 1, instr(l.article, ':')) || p.key
        UNION ALL SELECT p.key, 'the ledger says published in ' || ifnull(p.month, 'no month') ||
        ', its newest record in ' || l.published
        FROM ledger.page p
        JOIN ledger.capture c ON c.page = p.id
        JOIN line l ON l.record = trim(c.record_id, '<>')
        WHERE l.published IS NOT p.month AND l.published IS NOT NULL AND c.id = (SELECT max(id)
        FROM ledger.capture WHERE page = p.id)
        """,  # noqa: S608
    )


@rule("ledger-state", Scope.LEDGER, "promise 4", RECOVER)
def state(index: Index) -> Iterator[Place]:
    """Each page stands in one known state with a known reason, and waits for a known source; a
    captured one has a capture. A file is open or whole.
    """
    states = ", ".join(f"'{s}'" for s in State)
    reasons = ", ".join(f"'{r}'" for r in Reason)
    sources = ", ".join(f"'{s}'" for s in ("", SITE, MIRROR, INDEX.name, *SOURCES))
    yield from ledger_places(
        index,
        f"""
        SELECT key, 'state ' || state
        FROM ledger.page
        WHERE state NOT IN ({states})
        UNION ALL SELECT key, 'reason ' || reason
        FROM ledger.page
        WHERE reason NOT IN ({reasons})
        UNION ALL SELECT key, state || ' without a reason'
        FROM ledger.page
        WHERE state != 'wanted' AND reason IS NULL
        UNION ALL SELECT key, 'captured, and no capture is known'
        FROM ledger.page p
        WHERE state = 'captured' AND NOT EXISTS (SELECT 1
        FROM ledger.capture c
        WHERE c.page = p.id)
        UNION ALL SELECT key, 'it waits for the source ' || source
        FROM ledger.page
        WHERE state = 'wanted' AND source NOT IN ({sources})
        UNION ALL SELECT NULL, stem || ' is ' || state
        FROM ledger.file
        WHERE state NOT IN ('open', 'whole')
        """,  # noqa: S608
    )


@rule("ledger-tally", Scope.LEDGER, "promise 4", RECOVER)
def tally(index: Index) -> Iterator[Place]:
    """The ledger's counts are those of its pages, by state, reason, kind, month and who named
    them.
    """
    yield from ledger_places(
        index,
        """
        SELECT NULL, 'state ' || s || ': ' || sum(pages) || ' pages, counted ' || sum(counted) ||
        iif(sum(pages) = sum(counted), ', of other reasons, kinds, months or discoverers', '')
        FROM (SELECT s, sum(pages) AS pages, sum(counted) AS counted
        FROM (SELECT state AS s, ifnull(reason, '') AS reason, kind, ifnull(month, '') AS month,
        named, 1 AS pages, 0 AS counted
        FROM ledger.page
        UNION ALL SELECT state, reason, kind, month, named, 0, n
        FROM ledger.tally)
        GROUP BY s, reason, kind, month, named)
        GROUP BY s HAVING sum(abs(pages - counted)) > 0
        """,
    )
