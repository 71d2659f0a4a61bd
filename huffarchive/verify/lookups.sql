-- Indexes of the tables in index.sql, and what only shows when all rows are there.
CREATE INDEX IF NOT EXISTS entry_id ON entry (id);
CREATE INDEX IF NOT EXISTS entry_place ON entry (file, offset);
CREATE INDEX IF NOT EXISTS warc_name ON warc (name);
CREATE INDEX IF NOT EXISTS line_place ON line (warc, at);
CREATE INDEX IF NOT EXISTS line_record ON line (record);
CREATE INDEX IF NOT EXISTS note_target ON note (target);
CREATE INDEX IF NOT EXISTS link_target ON link (target);
CREATE INDEX IF NOT EXISTS cdxj_place ON cdxj (file, at);
CREATE INDEX IF NOT EXISTS lost_place ON lost (file, begun);
-- A page of the Wayback Machine is the resource beside its exchange.
UPDATE entry
SET page_url = r.url, page_date = r.date
FROM link l JOIN entry r ON r.file = l.file AND r.offset = l.offset
WHERE l.target = entry.id AND l.field = 'warc-concurrent-to'
AND r.type = 'resource' AND entry.type = 'response';
