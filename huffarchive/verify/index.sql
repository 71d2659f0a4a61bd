-- What stands where in the files under check: a temporary database, its tables here, their indexes in
-- lookups.sql, which are made after the last row.
CREATE TABLE warc (
    id INTEGER PRIMARY KEY, shown TEXT, name TEXT, ours INTEGER, size INTEGER, sha256 TEXT,
    indexed INTEGER
);
CREATE TABLE entry (
    file INTEGER, offset INTEGER, length INTEGER, type TEXT, id TEXT, url TEXT, date TEXT,
    payload TEXT, status INTEGER, mime TEXT, sha1 TEXT, sha256 TEXT,
    page_url TEXT, page_date TEXT -- of the page in it, where that is another one (playbacks)
);
CREATE TABLE link (
    file INTEGER, offset INTEGER, id TEXT, field TEXT, target TEXT, url TEXT, date TEXT,
    payload TEXT
);
CREATE TABLE note (
    file INTEGER, offset INTEGER, target TEXT, page TEXT, state TEXT, reason TEXT, source TEXT,
    url TEXT, -- the edition's own, where another was asked
    asked INTEGER, -- how many sources said that they have no capture
    failed INTEGER -- whether a fault of ours left the page unread
);
CREATE TABLE jsonl (
    id INTEGER PRIMARY KEY, shown TEXT, name TEXT, ours INTEGER, size INTEGER, sha256 TEXT,
    lines INTEGER
);
CREATE TABLE line (
    id INTEGER PRIMARY KEY, -- in the order of the files and their lines, however they were read
    file INTEGER, offset INTEGER, article TEXT, warc TEXT, at INTEGER, length INTEGER,
    record TEXT, sha1 TEXT, sha256 TEXT, url TEXT, date TEXT, status INTEGER, previous TEXT,
    published TEXT -- month
);
CREATE TABLE cdxj (
    file INTEGER, shown TEXT, offset INTEGER, name TEXT, at INTEGER, length INTEGER, url TEXT,
    status TEXT, mime TEXT, digest TEXT, stamp TEXT, key TEXT
);
CREATE TABLE told_run (name TEXT); -- the last run, where its account is there
CREATE TABLE told_left (
    page TEXT, key TEXT, state TEXT, reason TEXT, url TEXT, tries INTEGER, status INTEGER,
    detail TEXT, doubted TEXT, failures INTEGER, failing TEXT, given_up INTEGER, asked TEXT,
    named TEXT
);
CREATE TABLE held ( -- findings in JSONL files, until it is their turn
    jsonl INTEGER, rule TEXT, offset INTEGER, article TEXT, detail TEXT,
    warc INTEGER, at INTEGER -- of the capture that was read again
);
CREATE TABLE lost (file INTEGER, begun INTEGER, ended INTEGER); -- stretches, none in another
