-- What is searched of `articles`: the gaps are filled by `index_words` in sqlite.py.
CREATE VIEW articles_searched AS SELECT rowid, {written},
    headline AS headline_stems, dek AS dek_stems, text AS text_stems,
    authors AS authors_stems{shown} FROM articles;
CREATE VIRTUAL TABLE articles_fts USING FTS5 ({written}, {stems}{beside},
    content=articles_searched, tokenize='{folding}', prefix='{prefixes}');
CREATE TABLE articles_words (
    word TEXT NOT NULL,         -- without case, accents and ligatures
    stem TEXT NOT NULL,
    PRIMARY KEY (word, stem)
) STRICT, WITHOUT ROWID;
