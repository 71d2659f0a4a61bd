"""Rules of the CDXJ indexes beside our WARC files."""

from collections.abc import Iterator

from huffarchive.verify.index import Index
from huffarchive.verify.rule import NOTE, Scope, declare, rule
from huffarchive.verify.rules.links import Place

_AGAIN = "remove it: the next run makes it again, and so does `scrapy wacz --index`"
_CAPTURES = "('response', 'revisit', 'resource')"
_WHOLE = "'????-??-??T??:??:??*Z'"
"""Dates that an index takes over as they are; it may have to make something of others."""
_STAMP = "substr(replace(replace(replace(e.date, '-', ''), ':', ''), 'T', ''), 1, 14)"

declare(
    "cdxj-file",
    Scope.CDXJ,
    "this program",
    "Each finished WARC file of ours has its index beside it, and each index its WARC file.",
    "the next run makes a missing index, and so does `scrapy wacz --index`; remove an index whose "
    "WARC file is gone",
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
    """A line of an index leads to a capture: file, offset, length, address and date."""
    for shown, offset, key, detail in index.rows(
        f"""
        SELECT c.shown, c.offset, c.url, CASE
        WHEN c.name IS NOT w.name THEN 'it is of ' || ifnull(c.name, 'no file')
        WHEN e.offset IS NULL THEN 'no capture begins at byte ' || ifnull(c.at, 'null')
        WHEN e.length IS NOT c.length THEN 'length ' || ifnull(c.length, 'null') ||
        ', the member has ' || e.length
        ELSE 'the capture is of ' || ifnull(e.url, 'no address') || ', ' || e.date END
        FROM cdxj c
        JOIN warc w ON w.id = c.file
        LEFT JOIN entry e ON e.file = c.file AND e.offset = c.at
        AND (e.type IN {_CAPTURES} OR e.type IS NULL)
        WHERE c.name IS NOT w.name OR e.offset IS NULL OR (e.type IS NOT NULL AND (e.length IS NOT
        c.length OR e.url IS NOT c.url OR (e.date GLOB {_WHOLE} AND {_STAMP} IS NOT c.stamp)))
        """  # noqa: S608
    ):
        yield shown, offset, key, detail, True


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
