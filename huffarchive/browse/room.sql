-- What the reading room's database has beside an exported SQLite file.
CREATE TABLE signature (
    article  INTEGER NOT NULL,      -- rowid in articles
    author   TEXT NOT NULL
) STRICT;
INSERT INTO signature SELECT DISTINCT articles.rowid, value FROM articles, json_each(authors);
CREATE TABLE version (
    id          TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    record      TEXT NOT NULL,      -- JSON, whole
    PRIMARY KEY (id, captured_at, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE made_of (
    file   TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    written INTEGER NOT NULL        -- ns; a rename keeps it
) STRICT, WITHOUT ROWID;
