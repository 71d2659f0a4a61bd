"""The ledger's tables, and how an older ledger becomes a newer one."""

import sqlite3

_FIRST = """
CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE discoverer (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- What is wanted, and what became of it.
CREATE TABLE page (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,           -- "n:1941787": the page key without its edition
    kind    TEXT NOT NULL,
    rank    INTEGER NOT NULL,               -- 0 sitemaps, 1 articles, 2 the rest
    state   TEXT NOT NULL DEFAULT 'wanted',
    reason  TEXT,
    url     TEXT NOT NULL,                  -- the address to ask next
    host    INTEGER NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    hops    INTEGER NOT NULL DEFAULT 0,     -- redirects followed to this address
    due     INTEGER NOT NULL DEFAULT 0,     -- not before (seconds since 1970)
    run     INTEGER,                        -- under way in this run
    crashes INTEGER NOT NULL DEFAULT 0,     -- runs that died while it was alone under way
    month   TEXT,                           -- published "YYYY-MM", once known
    asked   TEXT NOT NULL DEFAULT '',       -- sources that have no capture of it, spaced
    status  INTEGER,                        -- last HTTP status
    detail  TEXT
) STRICT;
CREATE INDEX page_due ON page (rank, due, id) WHERE state = 'wanted';
CREATE INDEX page_run ON page (run) WHERE run IS NOT NULL;
CREATE INDEX page_left ON page (state, id) WHERE state IN ('failed', 'refused');

CREATE TABLE alias (
    page  INTEGER NOT NULL,
    url   TEXT NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (page, url)
) STRICT, WITHOUT ROWID;
CREATE TABLE naming (
    page       INTEGER NOT NULL,
    discoverer INTEGER NOT NULL,
    PRIMARY KEY (page, discoverer)
) STRICT, WITHOUT ROWID;

-- Every capture of a page, the newest last.
CREATE TABLE capture (
    id             INTEGER PRIMARY KEY,
    page           INTEGER NOT NULL,
    source         TEXT NOT NULL,
    url            TEXT NOT NULL,
    captured_at    TEXT NOT NULL,
    checked_at     TEXT NOT NULL,           -- last seen unchanged
    etag           TEXT,
    last_modified  TEXT,
    payload_sha1   TEXT,
    payload_sha256 TEXT,
    record_id      TEXT NOT NULL,
    file           INTEGER NOT NULL,
    offset         INTEGER NOT NULL,
    length         INTEGER NOT NULL,
    article        INTEGER NOT NULL          -- 1 when a record was read from it
) STRICT;
CREATE INDEX capture_page ON capture (page);

-- Captures that other archives hold, as their indexes tell of them.
CREATE TABLE memento (
    page      INTEGER NOT NULL,
    source    TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    url       TEXT NOT NULL,
    status    INTEGER,
    mime      TEXT NOT NULL,
    digest    TEXT NOT NULL,
    length    INTEGER NOT NULL,
    file      TEXT,
    offset    INTEGER,
    tried     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (page, source, timestamp, url)
) STRICT, WITHOUT ROWID;

-- How far each pair of files is committed; serials are never used twice.
CREATE TABLE file (
    id           INTEGER PRIMARY KEY,
    stem         TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL,              -- open, whole
    warc_length  INTEGER NOT NULL,
    jsonl_length INTEGER NOT NULL,
    articles     INTEGER NOT NULL,
    warc_sha256  TEXT,
    jsonl_sha256 TEXT
) STRICT;

CREATE TABLE run (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    started TEXT NOT NULL,
    ended   TEXT,
    exit    INTEGER,
    reason  TEXT
) STRICT;

-- Counts kept by triggers, so that a status of a million pages answers at once.
CREATE TABLE tally (
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind   TEXT NOT NULL,
    month  TEXT NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (state, reason, kind, month)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER page_added AFTER INSERT ON page BEGIN
    INSERT INTO tally VALUES (new.state, ifnull(new.reason, ''), new.kind, ifnull(new.month, ''), 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER page_changed AFTER UPDATE OF state, reason, month ON page
WHEN old.state IS NOT new.state OR old.reason IS NOT new.reason OR old.month IS NOT new.month
BEGIN
    UPDATE tally SET n = n - 1 WHERE state = old.state AND reason = ifnull(old.reason, '')
        AND kind = old.kind AND month = ifnull(old.month, '');
    INSERT INTO tally VALUES (new.state, ifnull(new.reason, ''), new.kind, ifnull(new.month, ''), 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""

_SECOND = """
-- Who named a page stands in its row, a bit for each discoverer, and is counted.
ALTER TABLE page ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
UPDATE page SET named =
    (SELECT ifnull(sum(1 << min(discoverer, 62)), 0) FROM naming WHERE page = page.id);
DROP TABLE naming;

DROP TRIGGER page_added;
DROP TRIGGER page_changed;
DROP TABLE tally;
CREATE TABLE tally (
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind   TEXT NOT NULL,
    month  TEXT NOT NULL,
    named  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (state, reason, kind, month, named)
) STRICT, WITHOUT ROWID;
INSERT INTO tally SELECT state, ifnull(reason, ''), kind, ifnull(month, ''), named, count(*)
    FROM page GROUP BY 1, 2, 3, 4, 5;
CREATE TRIGGER page_added AFTER INSERT ON page BEGIN
    INSERT INTO tally
        VALUES (new.state, ifnull(new.reason, ''), new.kind, ifnull(new.month, ''), new.named, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER page_changed AFTER UPDATE OF state, reason, month, named ON page
WHEN old.state IS NOT new.state OR old.reason IS NOT new.reason OR old.month IS NOT new.month
    OR old.named IS NOT new.named
BEGIN
    UPDATE tally SET n = n - 1 WHERE state = old.state AND reason = ifnull(old.reason, '')
        AND kind = old.kind AND month = ifnull(old.month, '') AND named = old.named;
    INSERT INTO tally
        VALUES (new.state, ifnull(new.reason, ''), new.kind, ifnull(new.month, ''), new.named, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""

_THIRD = """
-- What a source said that gave no capture of a page: "live=gone/not_found wayback=gone/no_capture".
UPDATE page SET asked = '' WHERE asked != '';

-- Why a capture of another archive was passed over; their indexes are read anew.
DROP TABLE memento;
CREATE TABLE memento (
    page      INTEGER NOT NULL,
    source    TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    url       TEXT NOT NULL,
    status    INTEGER,
    mime      TEXT NOT NULL,
    digest    TEXT NOT NULL,
    length    INTEGER NOT NULL,
    file      TEXT,
    offset    INTEGER,
    tried     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (page, source, timestamp, url)
) STRICT, WITHOUT ROWID;
UPDATE page SET state = 'wanted', reason = NULL WHERE kind LIKE '%-query';

-- Files of others (WARC, WACZ, CDXJ) that were read to their end.
CREATE TABLE reading (
    file TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_FOURTH = """
-- Whose turn it is: a host that must wait is passed over whole, however many pages it has.
DROP INDEX page_due;
CREATE INDEX page_turn ON page (rank, host, due, id) WHERE state = 'wanted';
"""

_FIFTH = """
-- Sitemaps of one path on two hosts are two: their keys are their addresses without the scheme.
UPDATE OR IGNORE page SET key = 'sitemap:' || substr(url, instr(url, '://') + 3)
    WHERE kind = 'sitemap';
"""

MIGRATIONS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
"""Each brings the schema from version k to k + 1 (PRAGMA user_version)."""


class NewerLedgerError(RuntimeError):
    """The ledger was written by a newer huffarchive."""


class OlderLedgerError(RuntimeError):
    """The ledger was written by an older huffarchive, and only reading is asked for."""


def check(connection: sqlite3.Connection) -> None:
    """See that a ledger can be read as it is."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < len(MIGRATIONS):
        raise OlderLedgerError(
            f"the ledger has schema version {version}, this huffarchive reads {len(MIGRATIONS)}; "
            "the next `scrapy crawl` brings it up to date"
        )
    _not_newer(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a ledger to this version, each step in one transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    _not_newer(version)
    for step in range(version, len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA user_version = {step + 1}; COMMIT;"
        )


def _not_newer(version: int) -> None:
    if version > len(MIGRATIONS):
        raise NewerLedgerError(
            f"the ledger has schema version {version}, this huffarchive knows {len(MIGRATIONS)}; "
            "use the newer huffarchive that wrote it"
        )
