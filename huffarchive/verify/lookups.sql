-- Indexes of the tables in index.sql.
CREATE INDEX IF NOT EXISTS entry_id ON entry (id);
CREATE INDEX IF NOT EXISTS entry_place ON entry (file, offset);
CREATE INDEX IF NOT EXISTS warc_name ON warc (name);
CREATE INDEX IF NOT EXISTS line_place ON line (warc, at);
CREATE INDEX IF NOT EXISTS line_record ON line (record);
CREATE INDEX IF NOT EXISTS note_target ON note (target);
CREATE INDEX IF NOT EXISTS link_target ON link (target);
CREATE INDEX IF NOT EXISTS cdxj_place ON cdxj (file, at);
CREATE INDEX IF NOT EXISTS lost_place ON lost (file, begun);
