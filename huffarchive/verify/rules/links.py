"""Rules of what records and CDXJ indexes say of each other: queries over the index."""

from collections.abc import Iterator

from huffarchive import typed
from huffarchive.sources import COPIED, SOURCES
from huffarchive.verify.index import Index
from huffarchive.verify.rule import ERROR, NOTE, Scope, declare, rule

Place = tuple[str, int | None, str | None, str, bool]
"""File, offset, record, detail, whether the file is ours."""

_FROM_LINK = "FROM link l JOIN warc w ON w.id = l.file"
_TARGET = "JOIN entry t ON t.id = l.target"
_DANGLING = "NOT EXISTS (SELECT 1 FROM entry t WHERE t.id = l.target)"
_OWN = ", ".join(f"'{name}'" for name, source in SOURCES.items() if source.own)
_SOURCES = ", ".join(f"'{source}'" for source in sorted(COPIED))
_COPIED = f"EXISTS (SELECT 1 FROM note n WHERE n.target = l.id AND n.source IN ({_SOURCES}))"  # noqa: S608
_PLACE = "w.shown, l.offset, l.id"
_LOST = "give the file that holds that record too, or restore it"


def _places(index: Index, query: str) -> Iterator[Place]:
    for shown, offset, ident, detail, ours in index.rows(query):
        yield shown, offset, ident, detail, bool(ours)


@rule(
    "id-duplicate",
    Scope.LINK,
    "WARC 1.1, 5.2",
    "one of them is a copy: remove it, or give it an id of its own",
)
def id_duplicate(index: Index) -> Iterator[Place]:
    """No two records have the same id."""
    yield from _places(
        index,
        """
        SELECT w.shown, e.offset, e.id, 'the same id stands in ' || fw.shown || ' at byte ' ||
        f.offset, w.ours
        FROM (SELECT id, min(rowid) AS first
        FROM entry
        WHERE id IS NOT NULL
        GROUP BY id HAVING count(*) > 1) d
        JOIN entry e ON e.id = d.id AND e.rowid != d.first
        JOIN entry f ON f.rowid = d.first
        JOIN warc w ON w.id = e.file
        JOIN warc fw ON fw.id = f.file
        """,
    )


@rule("concurrent-dangling", Scope.LINK, "WARC 1.1, 5.7", _LOST)
def concurrent_dangling(index: Index) -> Iterator[Place]:
    """WARC-Concurrent-To names a record of the same capture, which is there; one copied from
    another archive leaves its request behind.
    """
    yield from _unpaired(index, f"NOT {_AT_AN_END}")


@rule(
    "concurrent-split",
    Scope.LINK,
    "WARC 1.1, 5.7",
    "give the files before and behind it in the set too",
    severity=NOTE,
)
def concurrent_split(index: Index) -> Iterator[Place]:
    """No capture is split over two files; wget begins a new one between request and response."""
    yield from _unpaired(index, _AT_AN_END)


_AT_AN_END = """
    (NOT w.ours AND l.offset IN (SELECT min(offset) FROM entry e WHERE e.file = w.id AND
    e.type IS NOT 'warcinfo' UNION ALL SELECT max(offset) FROM entry e WHERE e.file = w.id))
"""


def _unpaired(index: Index, where: str) -> Iterator[Place]:
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, 'no record ' || l.target, w.ours {_FROM_LINK}
        WHERE field = 'warc-concurrent-to' AND {_DANGLING} AND NOT {_COPIED} AND {where}
        """,
    )


@rule("refers-dangling", Scope.LINK, "WARC 1.1, 5.11", _LOST, severity=NOTE, ours=ERROR)
def refers_dangling(index: Index) -> Iterator[Place]:
    """WARC-Refers-To names a record that is there; in a part of a collection it may be
    elsewhere.
    """
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, 'no record ' || l.target, w.ours AND NOT {_COPIED} {_FROM_LINK}
        WHERE field = 'warc-refers-to' AND {_DANGLING}
        """,
    )


@rule(
    "warcinfo-dangling",
    Scope.LINK,
    "WARC 1.1, 5.16",
    "nothing says what wrote the record; keep such a note beside it",
    severity=NOTE,
    ours=ERROR,
)
def warcinfo_dangling(index: Index) -> Iterator[Place]:
    """WARC-Warcinfo-ID names a warcinfo record that is there; a record copied from a larger
    file may leave it behind.
    """
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, 'no record ' || l.target, w.ours AND NOT {_COPIED} {_FROM_LINK}
        WHERE field = 'warc-warcinfo-id' AND {_DANGLING}
        """,
    )


@rule("segment-dangling", Scope.LINK, "WARC 1.1, 5.21", _LOST, severity=NOTE, ours=ERROR)
def segment_dangling(index: Index) -> Iterator[Place]:
    """WARC-Segment-Origin-ID names a first segment that is there."""
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, 'no record ' || l.target, w.ours AND NOT {_COPIED} {_FROM_LINK}
        WHERE field = 'warc-segment-origin-id' AND {_DANGLING}
        """,
    )


@rule("link-self", Scope.LINK, "WARC 1.1, 5.7, 5.11", "write the record anew without the link")
def link_self(index: Index) -> Iterator[Place]:
    """No record refers to itself."""
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, l.field || ' names the record itself', w.ours {_FROM_LINK}
        WHERE l.target = l.id AND NOT {_COPIED}
        """,
    )


@rule(
    "link-kind", Scope.LINK, "WARC 1.1, 5.7, 5.11, 5.16", "write the record anew with the right id"
)
def link_kind(index: Index) -> Iterator[Place]:
    """WARC-Warcinfo-ID names a warcinfo record, WARC-Concurrent-To never one, and a revisit
    refers to a capture.
    """
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, l.field || ' names a record of type ' || t.type, w.ours {_FROM_LINK}
        {_TARGET}
        WHERE l.target != l.id AND NOT {_COPIED} AND t.type IS NOT NULL AND
        ((field = 'warc-warcinfo-id' AND t.type != 'warcinfo') OR (field = 'warc-concurrent-to'
        AND t.type IN ('warcinfo', 'conversion', 'continuation')) OR (field = 'warc-refers-to' AND
        t.type IN ('warcinfo', 'request') AND l.url IS NOT NULL))
        """,
    )


@rule(
    "refers-differs",
    Scope.LINK,
    "WARC 1.1, 6.7.2",
    "readers would replay another capture; write the revisit anew",
)
def refers_differs(index: Index) -> Iterator[Place]:
    """A revisit states the address, the date and the payload digest of the capture that it
    names.
    """
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, CASE
        WHEN l.url != t.url THEN 'that capture is of ' || t.url
        WHEN moment(l.date) != moment(t.date) THEN 'that capture is of ' || t.date
        ELSE 'that capture''s payload is ' || ifnull(t.payload, t.sha1) END, w.ours {_FROM_LINK}
        {_TARGET}
        WHERE field = 'warc-refers-to' AND t.type IN ('response', 'resource') AND (l.url != t.url
        OR moment(l.date) != moment(t.date) OR (l.payload != t.payload AND substr(l.payload, 1, 4) =
        substr(t.payload, 1, 4)) OR (t.payload IS NULL AND l.payload LIKE 'sha1:%' AND l.payload
        != t.sha1))
        """,
    )


@rule(
    "concurrent-differs",
    Scope.LINK,
    "WARC 1.1, 5.4, 5.7",
    "they may be of two captures; look at both",
    severity=NOTE,
    ours=ERROR,
)
def concurrent_differs(index: Index) -> Iterator[Place]:
    """Request and response of one capture have the same address and the same date."""
    yield from _places(
        index,
        f"""
        SELECT {_PLACE}, 'it is ' || e.url || ' of ' || e.date || ', the other ' || t.url ||
        ' of ' || t.date, w.ours AND NOT {_COPIED} {_FROM_LINK} {_TARGET}
        JOIN entry e ON e.file = l.file AND e.offset = l.offset AND e.id = l.id
        WHERE field = 'warc-concurrent-to' AND t.type IN ('request', 'response', 'revisit') AND
        e.type IN ('request', 'response', 'revisit') AND (e.url != t.url OR
        moment(e.date) != moment(t.date))
        """,
    )


@rule("note-page", Scope.LINK, "promise 2", "restore the file from a copy")
def note_page(index: Index) -> Iterator[Place]:
    """A note is of the page that its capture's address names, and says what its status means."""
    yield from _places(
        index,
        f"""
        SELECT w.shown, n.offset, n.target, CASE WHEN key_of(address) IS NOT key
        THEN 'it says ' || page || ', the address is of ' || ifnull(key_of(address), 'no page')
        ELSE 'it says ' || state || ' (' || ifnull(reason, 'no reason') || '), the status is ' ||
        status END, 1
        FROM (SELECT n.*, e.status, e.type, coalesce(n.url, e.page_url, e.url) AS address,
        substr(n.page, instr(n.page, ':') + 1) AS key, w.shown AS shown
        FROM note n
        JOIN entry e ON e.id = n.target
        JOIN warc w ON w.id = e.file
        WHERE w.ours AND n.page IS NOT NULL AND n.source IN ({_OWN})) n, warc w
        WHERE w.id = n.file AND ((key NOT LIKE 'sitemap:%' AND key_of(address) IS NOT key) OR
        (status IS NOT NULL AND asked < 2 AND ((state = 'captured' AND type = 'response' AND
        status != 200) OR (reason = 'not_found' AND status != 404) OR
        (reason = 'deleted' AND status != 410) OR (reason = 'server_error' AND status < 500) OR
        (reason = 'moved_away' AND status NOT BETWEEN 300 AND 399))))
        """,  # noqa: S608
    )


@rule(
    "request-missing",
    Scope.LINK,
    "promise 1",
    "restore the file from a copy",
    severity=NOTE,
    ours=ERROR,
)
def request_missing(index: Index) -> Iterator[Place]:
    """Beside each response and revisit of our archive stands its request."""
    yield from _places(
        index,
        f"""
        SELECT w.shown, e.offset, e.id, 'no request is concurrent to this ' || e.type, 1
        FROM entry e
        JOIN warc w ON w.id = e.file
        WHERE w.ours AND e.type IN ('response', 'revisit') AND NOT EXISTS (SELECT 1
        FROM link l
        JOIN entry r ON r.file = l.file AND r.offset = l.offset
        WHERE l.target = e.id AND l.field = 'warc-concurrent-to' AND r.type = 'request') AND NOT
        EXISTS (SELECT 1
        FROM note n
        WHERE n.target = e.id AND n.source IN ({_SOURCES}))
        """,  # noqa: S608
    )


_AGAIN = f"remove it: the next run makes it again, and so does `{typed()} wacz --index`"
_CAPTURES = "('response', 'revisit', 'resource')"
_DIGEST = "ifnull(e.payload, CASE WHEN e.page_url IS NULL THEN e.sha1 END)"
_MIME = "iif(e.type = 'revisit', 'warc/revisit', first_word(e.mime))"

declare(
    "cdxj-file",
    Scope.CDXJ,
    "this program",
    "Each finished WARC file of ours has its index beside it, and each index its WARC file.",
    f"the next run makes a missing index, and so does `{typed()} wacz --index`; remove an index "
    "whose WARC file is gone",
    severity=NOTE,
)
declare(
    "cdxj-line",
    Scope.CDXJ,
    "CDXJ",
    "A line of an index is a key, 14 digits and a JSON object, and ends in a newline; lines are "
    "sorted.",
    _AGAIN,
)


@rule("cdxj-record", Scope.CDXJ, "CDXJ", _AGAIN)
def cdxj_record(index: Index) -> Iterator[Place]:
    """A line of an index leads to a capture and says what that is: file, offset, length, address,
    key, date, status, digest and type.
    """
    for shown, offset, key, detail in index.rows(
        f"""
        SELECT c.shown, c.offset, c.url, CASE
        WHEN c.name IS NOT w.name THEN 'it is of ' || ifnull(c.name, 'no file')
        WHEN e.offset IS NULL THEN 'no capture begins at byte ' || ifnull(c.at, 'null')
        WHEN e.length IS NOT c.length THEN 'length ' || ifnull(c.length, 'null') ||
        ', the member has ' || e.length
        WHEN c.key IS NOT surt(e.url) THEN 'its key is not ' || surt(e.url)
        WHEN c.status != e.status THEN 'status ' || c.status || ', the capture has ' || e.status
        WHEN {_DIGEST} != c.digest THEN 'digest ' || c.digest || ', the capture has ' || {_DIGEST}
        WHEN {_MIME} IS NOT c.mime THEN 'type ' || ifnull(c.mime, 'none') || ', the capture is ' ||
        ifnull({_MIME}, 'of none')
        ELSE 'the capture is of ' || ifnull(e.url, 'no address') || ', ' ||
        ifnull(e.date, 'no date') END
        FROM cdxj c
        JOIN warc w ON w.id = c.file
        LEFT JOIN entry e ON e.file = c.file AND e.offset = c.at
        AND (e.type IN {_CAPTURES} OR e.type IS NULL)
        WHERE c.name IS NOT w.name OR e.offset IS NULL OR (e.type IS NOT NULL AND (e.length IS NOT
        c.length OR e.url IS NOT c.url OR stamp_of(e.date) IS NOT c.stamp
        OR c.key IS NOT surt(e.url) OR c.status != e.status OR {_DIGEST} != c.digest OR
        (e.status IS NOT NULL AND {_MIME} IS NOT c.mime)))
        """  # noqa: S608
    ):
        yield shown, offset, key, detail, True


@rule("cdxj-twice", Scope.CDXJ, "CDXJ", _AGAIN)
def cdxj_twice(index: Index) -> Iterator[Place]:
    """No capture stands in an index twice."""
    for shown, offset, key in index.rows(
        "SELECT shown, max(offset), url FROM cdxj GROUP BY file, at HAVING count(*) > 1"
    ):
        yield shown, offset, key, "another line leads to the same capture", True


@rule("cdxj-capture", Scope.CDXJ, "CDXJ", _AGAIN)
def cdxj_capture(index: Index) -> Iterator[Place]:
    """Each capture of an indexed WARC file stands in its index."""
    for shown, offset, ident, detail in index.rows(
        f"""
        SELECT w.shown, e.offset, e.id, 'it is not in the index'
        FROM entry e
        JOIN warc w ON w.id = e.file
        WHERE w.indexed AND e.type IN {_CAPTURES} AND NOT EXISTS (SELECT 1
        FROM cdxj c
        WHERE c.file = e.file AND c.at = e.offset)
        """  # noqa: S608
    ):
        yield shown, offset, ident, detail, True
