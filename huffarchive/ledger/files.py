"""How far each pair of WARC and JSONL files is committed."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRow:
    """A pair of files: `<stem>.warc.gz` and `<stem>.jsonl`."""

    serial: int
    stem: str
    whole: bool
    warc_length: int
    """Committed bytes."""
    jsonl_length: int
    articles: int = 0
    warc_sha256: str | None = None
    jsonl_sha256: str | None = None


class Files:
    """The table of files."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def next_serial(self) -> int:
        """A serial that no file has had."""
        (last,) = self._connection.execute("SELECT ifnull(max(id), 0) FROM file").fetchone()
        return int(last) + 1

    def store(self, row: FileRow) -> None:
        """Write a file's row, new or changed."""
        self._connection.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "state = excluded.state, warc_length = excluded.warc_length, "
            "jsonl_length = excluded.jsonl_length, articles = excluded.articles, "
            "warc_sha256 = excluded.warc_sha256, jsonl_sha256 = excluded.jsonl_sha256",
            (
                row.serial,
                row.stem,
                "whole" if row.whole else "open",
                row.warc_length,
                row.jsonl_length,
                row.articles,
                row.warc_sha256,
                row.jsonl_sha256,
            ),
        )

    def all(self) -> list[FileRow]:
        """Every file, in order."""
        rows = self._connection.execute("SELECT * FROM file ORDER BY id")
        return [FileRow(r[0], r[1], r[2] == "whole", *r[3:]) for r in rows]
