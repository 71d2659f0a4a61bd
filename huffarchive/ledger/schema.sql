-- The ledger of an archive (SQLite); `PRAGMA user_version` has its version, VERSION in schema.py.
CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE discoverer (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- What is wanted, and what became of it.
CREATE TABLE page (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,           -- "n:1941787": the page key without its edition
    kind    TEXT NOT NULL,
    rank    INTEGER NOT NULL,               -- 0 sitemaps and indexes, 1 articles, 2 the rest
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
    source  TEXT NOT NULL DEFAULT '',       -- whom to ask next; '' is the run's first
    moved_to TEXT,                          -- the key of the page that it redirects to
    status  INTEGER,                        -- last HTTP status
    detail  TEXT,
    doubted TEXT,                           -- provisional: the site first said so then
    failures INTEGER NOT NULL DEFAULT 0,    -- runs in which it failed, one after the other
    failing TEXT,                           -- when the first of them was
    given_up INTEGER NOT NULL DEFAULT 0,    -- whether no run asks for it any more
    named   INTEGER NOT NULL DEFAULT 0      -- who named it: a bit for each discoverer
) STRICT;
-- Whose turn it is: a host that must wait is passed over whole, however many pages it has.
CREATE INDEX page_turn ON page (source, rank, host, due, id) WHERE state = 'wanted';
CREATE INDEX page_moved ON page (moved_to, hops) WHERE moved_to IS NOT NULL;
CREATE INDEX page_run ON page (run) WHERE run IS NOT NULL;
CREATE INDEX page_doubted ON page (doubted) WHERE doubted IS NOT NULL;
CREATE INDEX page_left ON page (state, id) WHERE state IN ('failed', 'refused');

CREATE TABLE alias (
    page INTEGER NOT NULL,
    url  TEXT NOT NULL,
    said TEXT,                              -- what was answered there in this round: a reason
    at   TEXT,                              -- when, where a bad hour says it too
    PRIMARY KEY (page, url)
) STRICT, WITHOUT ROWID;

-- What sources said in this round that gave no capture.
CREATE TABLE answer (
    page   INTEGER NOT NULL,
    source TEXT NOT NULL,
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (page, source)
) STRICT, WITHOUT ROWID;

-- Every capture of a page, the newest last.
CREATE TABLE capture (
    id             INTEGER PRIMARY KEY,
    page           INTEGER NOT NULL,
    source         TEXT NOT NULL,
    url            TEXT NOT NULL,           -- the page's address
    target         TEXT NOT NULL,           -- WARC-Target-URI: of a playback another address
    captured_at    TEXT NOT NULL,           -- WARC-Date
    checked_at     TEXT NOT NULL,           -- last seen unchanged
    etag           TEXT,
    last_modified  TEXT,
    payload_sha1   TEXT,
    payload_sha256 TEXT,
    record_id      TEXT NOT NULL,
    file           INTEGER NOT NULL,
    offset         INTEGER NOT NULL,
    length         INTEGER NOT NULL,
    reason         TEXT NOT NULL             -- article, not_an_article, unreadable
) STRICT;
CREATE INDEX capture_page ON capture (page);
-- A record that is copied must not have the id of another.
CREATE INDEX capture_record ON capture (record_id);

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
    tried     TEXT NOT NULL DEFAULT '',       -- why it was passed over
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
    reason  TEXT,
    again   TEXT                            -- which settled pages it was asked to want again
) STRICT;

-- Files of others (WARC, WACZ, CDXJ) that were read to their end.
CREATE TABLE reading (
    file    TEXT PRIMARY KEY,
    size    INTEGER NOT NULL,
    changed INTEGER NOT NULL                -- nanoseconds since 1970
) STRICT, WITHOUT ROWID;

-- Counts kept by triggers, so that a status of a million pages answers at once.
CREATE TABLE tally (
    state  TEXT NOT NULL,
    reason TEXT NOT NULL,
    kind   TEXT NOT NULL,
    month  TEXT NOT NULL,
    named  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (state, reason, kind, month, named)
) STRICT, WITHOUT ROWID;
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
