"""Rules of JSONL records and the WARC records that they point to."""

from collections.abc import Iterator

from huffarchive import typed
from huffarchive.verify.index import Index
from huffarchive.verify.jsonl import KEYS, Line, canonical
from huffarchive.verify.rule import ERROR, NOTE, Scope, declare, rule
from huffarchive.verify.rules.links import Place

_EXTRACT = f"make the file again from its WARC with `{typed()} extract`"
_HOLDING = (
    "(SELECT max(v.id) FROM warc v JOIN entry o ON o.file = v.id AND o.offset = l.at "
    "WHERE v.name = l.warc AND o.id IS l.record"
)
# Of files of one name, that which holds the record; where none does, the last.
_LINE = (
    "FROM line l JOIN jsonl j ON j.id = l.file "  # noqa: S608 - our own text
    f"LEFT JOIN warc w ON w.id = coalesce({_HOLDING} AND o.sha256 IS l.sha256), {_HOLDING}), "
    "(SELECT max(id) FROM warc WHERE name = l.warc))"
)
_THERE = "JOIN entry e ON e.file = w.id AND e.offset = l.at"


def _places(index: Index, query: str) -> Iterator[Place]:
    for shown, offset, ident, detail, ours in index.rows(query):
        yield shown, offset, ident, detail, bool(ours)


declare(
    "jsonl-line",
    Scope.JSONL,
    "the record",
    "Each line is one JSON object in UTF-8 and ends in a newline.",
    _EXTRACT,
)


@rule("jsonl-keys", Scope.JSONL, "the record", _EXTRACT)
def jsonl_keys(line: Line) -> Iterator[str]:
    """A record has every key, and no other, in the documented order."""
    assert line.row is not None
    keys = tuple(line.row)
    if keys == KEYS:
        return
    missing, more = [k for k in KEYS if k not in keys], [k for k in keys if k not in KEYS]
    if missing or more:
        parts = (("without", missing), ("with", more))
        yield ", ".join(f"{word} {', '.join(names[:5])}" for word, names in parts if names)
    else:
        yield "the keys stand in another order"


@rule("jsonl-form", Scope.JSONL, "promise 2", _EXTRACT, severity=NOTE, ours=ERROR)
def jsonl_form(line: Line) -> Iterator[str]:
    """A line is written as the program writes it: no spaces, no escapes that are not needed."""
    assert line.row is not None
    if canonical(line.row) != line.raw:
        yield "the line was written by another program"


@rule(
    "jsonl-pointer",
    Scope.JSONL,
    "promise 1",
    "put the WARC file back, or give it too (an archive's name gives both); "
    f"if it is there, {_EXTRACT}",
)
def jsonl_pointer(index: Index) -> Iterator[Place]:
    """warc_file and warc_offset of a record lead to a WARC record."""
    yield from _places(
        index,
        f"""
        SELECT j.shown, l.offset, l.article, 'no record begins at byte ' ||
        ifnull(l.at, 'null') || ' of ' || l.warc, j.ours {_LINE}
        WHERE w.id IS NOT NULL AND NOT EXISTS (SELECT 1
        FROM entry e
        WHERE e.file = w.id AND e.offset = l.at)
        UNION ALL SELECT j.shown, min(l.offset), NULL, 'no file ' || ifnull(l.warc, 'null') ||
        ' is there; records that point into it: ' || count(*), j.ours {_LINE}
        WHERE w.id IS NULL
        GROUP BY l.file, l.warc
        """,  # noqa: S608
    )


@rule("jsonl-length", Scope.JSONL, "promise 1", _EXTRACT)
def jsonl_length(index: Index) -> Iterator[Place]:
    """warc_length is the length of the record's gzip member."""
    yield from _places(
        index,
        f"""
        SELECT j.shown, l.offset, l.article, 'warc_length ' || ifnull(l.length, 'null') ||
        ', the member has ' || e.length, j.ours {_LINE} {_THERE}
        WHERE l.length IS NOT e.length AND e.type IS NOT NULL
        """,
    )


@rule("jsonl-record", Scope.JSONL, "promise 1", _EXTRACT)
def jsonl_record(index: Index) -> Iterator[Place]:
    """warc_record_id is the id of the WARC record that stands there."""
    yield from _places(
        index,
        f"""
        SELECT j.shown, l.offset, l.article, 'warc_record_id ' || ifnull(l.record, 'null') ||
        ', there stands ' || ifnull(e.id, 'no id'), j.ours {_LINE} {_THERE}
        WHERE l.record IS NOT e.id
        """,
    )


@rule("jsonl-digest", Scope.JSONL, "promise 1", _EXTRACT)
def jsonl_digest(index: Index) -> Iterator[Place]:
    """payload_sha1 and payload_sha256 are those of the entity body in the WARC record."""
    yield from _places(
        index,
        f"""
        SELECT j.shown, l.offset, l.article, CASE
        WHEN l.sha1 IS NOT e.sha1 THEN 'payload_sha1 ' || ifnull(l.sha1, 'null') || ', computed '
        || e.sha1
        ELSE 'payload_sha256 ' || ifnull(l.sha256, 'null') || ', computed ' || e.sha256 END,
        j.ours {_LINE} {_THERE}
        WHERE e.sha1 IS NOT NULL AND l.record IS e.id AND (l.sha1 IS NOT e.sha1 OR l.sha256 IS NOT
        e.sha256)
        """,
    )


@rule("jsonl-capture", Scope.JSONL, "promise 1", _EXTRACT)
def jsonl_capture(index: Index) -> Iterator[Place]:
    """url, captured_at and http_status are those of the WARC record."""
    yield from _places(
        index,
        f"""
        SELECT j.shown, l.offset, l.article, CASE
        WHEN l.url IS NOT ifnull(e.page_url, e.url) THEN 'url ' || ifnull(l.url, 'null') ||
        ', the WARC record is of ' || ifnull(ifnull(e.page_url, e.url), 'none')
        WHEN moment(l.date) IS NOT moment(ifnull(e.page_date, e.date)) THEN 'captured_at ' ||
        ifnull(l.date, 'null') || ', the WARC record is of ' || ifnull(e.page_date, e.date)
        ELSE 'http_status ' || ifnull(l.status, 'null') || ', the WARC record holds ' || e.status
        END, j.ours {_LINE} {_THERE}
        WHERE l.record IS e.id AND e.type IS NOT NULL AND (l.url IS NOT ifnull(e.page_url, e.url)
        OR moment(l.date) IS NOT moment(ifnull(e.page_date, e.date)) OR (e.status IS NOT NULL
        AND l.status IS NOT e.status))
        """,
    )


@rule("jsonl-twice", Scope.JSONL, "promise 3", f"remove one of the lines, or {_EXTRACT}")
def jsonl_twice(index: Index) -> Iterator[Place]:
    """No two records are of the same WARC record."""
    yield from _places(
        index,
        """
        SELECT j.shown, l.offset, l.article, 'a record of the same capture stands before it',
        j.ours
        FROM (SELECT record, min(rowid) AS first
        FROM line
        WHERE record IS NOT NULL
        GROUP BY record HAVING count(*) > 1) d
        JOIN line l ON l.record = d.record AND l.rowid != d.first
        JOIN jsonl j ON j.id = l.file
        """,
    )


@rule("jsonl-order", Scope.JSONL, "promise 2", _EXTRACT, severity=NOTE, ours=ERROR)
def jsonl_order(index: Index) -> Iterator[Place]:
    """A JSONL file of ours holds the pages of the WARC file of the same name, in the same
    order.
    """
    yield from _places(
        index,
        """
        SELECT shown, offset, article, CASE
        WHEN warc IS NOT stem || '.warc.gz' THEN 'it is of ' || ifnull(warc, 'no file')
        ELSE 'it stands behind a record of byte ' || before END, 1
        FROM (SELECT j.shown AS shown, l.offset AS offset, l.article AS article, l.warc AS warc,
        l.at AS at, replace(replace(j.name, '.open', ''), '.jsonl', '') AS stem, lag(l.at) OVER
        (PARTITION BY l.file
        ORDER BY l.offset) AS before
        FROM line l
        JOIN jsonl j ON j.id = l.file
        WHERE j.ours)
        WHERE warc IS NOT stem || '.warc.gz' OR before > at
        """,
    )


@rule("jsonl-missing", Scope.JSONL, "promise 3", _EXTRACT)
def jsonl_missing(index: Index) -> Iterator[Place]:
    """Every capture of an article in our archive has its record."""
    yield from _places(
        index,
        """
        SELECT w.shown, e.offset, e.id, 'no record is of this capture of ' || n.page, 1
        FROM note n
        JOIN entry e ON e.id = n.target
        JOIN warc w ON w.id = e.file
        WHERE w.ours AND n.state = 'captured' AND n.reason IN ('article', 'unreadable') AND e.type
        IN ('response', 'resource') AND NOT EXISTS (SELECT 1
        FROM line l
        WHERE l.record = e.id)
        """,
    )


@rule(
    "jsonl-previous",
    Scope.JSONL,
    "the record",
    "give the file that holds that capture too, or restore it",
    severity=NOTE,
    ours=ERROR,
)
def jsonl_previous(index: Index) -> Iterator[Place]:
    """previous_id names an earlier capture, which is there."""
    yield from _places(
        index,
        """
        SELECT j.shown, l.offset, l.article, 'no record ' || l.previous, j.ours
        FROM line l
        JOIN jsonl j ON j.id = l.file
        WHERE l.previous IS NOT NULL AND NOT EXISTS (SELECT 1
        FROM entry e
        WHERE e.id = l.previous)
        """,
    )


declare(
    "jsonl-reread",
    Scope.JSONL,
    "promise 2",
    "Reading the WARC again gives the same record, byte for byte.",
    _EXTRACT,
)
declare(
    "jsonl-version",
    Scope.JSONL,
    "promise 2",
    "A record was written by the version that checks it; another one may read pages otherwise.",
    f"to have all records of this version, {_EXTRACT}",
    severity=NOTE,
)
