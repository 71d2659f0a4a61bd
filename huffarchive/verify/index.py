"""Where every record, line and link stands: a temporary database, so that memory stays flat."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from huffarchive.verify.entry import Damage, Entry, WarcFile
from huffarchive.warc.cdxj import Row
from huffarchive.warc.digest import sha1, sha256
from huffarchive.warc.note import CONTENT_TYPE, Note

_TABLES = """
CREATE TABLE warc (
    id INTEGER PRIMARY KEY, shown TEXT, name TEXT, ours INTEGER, size INTEGER, sha256 TEXT,
    indexed INTEGER
);
CREATE TABLE entry (
    file INTEGER, offset INTEGER, length INTEGER, type TEXT, id TEXT, url TEXT, date TEXT,
    payload TEXT, status INTEGER, sha1 TEXT, sha256 TEXT,
    page_url TEXT, page_date TEXT -- of the page in it, where that is another one (playbacks)
);
CREATE TABLE link (
    file INTEGER, offset INTEGER, id TEXT, field TEXT, target TEXT, url TEXT, date TEXT,
    payload TEXT
);
CREATE TABLE note (
    file INTEGER, offset INTEGER, target TEXT, page TEXT, state TEXT, reason TEXT, source TEXT
);
CREATE TABLE jsonl (
    id INTEGER PRIMARY KEY, shown TEXT, name TEXT, ours INTEGER, size INTEGER, sha256 TEXT,
    lines INTEGER
);
CREATE TABLE line (
    file INTEGER, offset INTEGER, article TEXT, warc TEXT, at INTEGER, length INTEGER,
    record TEXT, sha1 TEXT, sha256 TEXT, url TEXT, date TEXT, status INTEGER, previous TEXT
);
CREATE TABLE cdxj (
    file INTEGER, shown TEXT, offset INTEGER, name TEXT, at INTEGER, length INTEGER, url TEXT,
    stamp TEXT
);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS entry_id ON entry (id);
CREATE INDEX IF NOT EXISTS entry_place ON entry (file, offset);
CREATE INDEX IF NOT EXISTS warc_name ON warc (name);
CREATE INDEX IF NOT EXISTS line_place ON line (warc, at);
CREATE INDEX IF NOT EXISTS line_record ON line (record);
CREATE INDEX IF NOT EXISTS note_target ON note (target);
CREATE INDEX IF NOT EXISTS link_target ON link (target);
CREATE INDEX IF NOT EXISTS cdxj_place ON cdxj (file, at);
"""
_WIDTH = {"entry": 13, "link": 8, "note": 7, "line": 13, "cdxj": 8}
_LINKS = ("warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id")
_TEXTS = (
    "id",
    "warc_file",
    "warc_record_id",
    "payload_sha1",
    "payload_sha256",
    "url",
    "captured_at",
    "previous_id",
)
_ANSWERS = ("response", "resource", "revisit")
_BATCH = 2000


class Index:
    """Records by id and place, their links, the lines of JSONL files; queried by the rules."""

    def __init__(self, *, evidence: bool = False) -> None:
        """`evidence` asks for the digests of every captured entity, which JSONL lines state."""
        self._connection = sqlite3.connect("file:?mode=rwc", uri=True, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;"
            + _TABLES
        )
        self._evidence = evidence
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _WIDTH}
        self._before: Entry | None = None
        """The last capture."""
        self.ledger: Path | None = None
        """The ledger that is attached under this name."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def attach(self, path: Path) -> None:
        """Attach a ledger read-only and hold it as it is now; sqlite3.Error when it is none."""
        quoted = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        try:
            self._attach(f"file:{quoted}?mode=ro")
        except sqlite3.OperationalError:
            # A ledger in WAL mode needs a file beside it, which a read-only disk does not allow.
            if os.access(path.parent, os.W_OK) or Path(f"{path}-wal").exists():
                raise
            self.detach()
            self._connection.execute("DETACH ledger")
            self._attach(f"file:{quoted}?immutable=1")
        self.ledger = path

    def _attach(self, uri: str) -> None:
        self._connection.execute("ATTACH ? AS ledger", (uri,))
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM ledger.run").fetchone()

    def detach(self) -> None:
        """Let go of a ledger that cannot be read."""
        self.ledger = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query over the tables above and, where attached, the ledger's."""
        for table in self._rows:
            self._flush(table)
        yield from self._connection.execute(query, values)

    def finish(self) -> None:
        """Make the look-ups fast, after the last row."""
        for table in self._rows:
            self._flush(table)
        for statement in _INDEXES.split(";"):
            self._connection.execute(statement)
        # A page of the Wayback Machine is the resource beside its exchange.
        self._connection.execute(
            """
            UPDATE entry
            SET page_url = r.url, page_date = r.date, sha1 = r.sha1, sha256 = r.sha256
            FROM link l JOIN entry r ON r.file = l.file AND r.offset = l.offset
            WHERE l.target = entry.id AND l.field = 'warc-concurrent-to'
            AND r.type = 'resource' AND entry.type = 'response'
            """
        )

    # --- adding

    def add_warc(self, file: WarcFile) -> int:
        """Add a WARC file; its number, which the file is told too."""
        cursor = self._connection.execute(
            "INSERT INTO warc (shown, name, ours) VALUES (?, ?, ?)",
            (file.shown, file.name, file.ours),
        )
        assert cursor.lastrowid is not None
        file.number = cursor.lastrowid
        return file.number

    def end_warc(self, number: int, file: WarcFile) -> None:
        """Note its size and checksum."""
        self._connection.execute(
            "UPDATE warc SET size = ?, sha256 = ? WHERE id = ?", (file.size, file.sha256, number)
        )

    def add_jsonl(self, shown: str, name: str, *, ours: bool) -> int:
        """Add a JSONL file; its number."""
        cursor = self._connection.execute(
            "INSERT INTO jsonl (shown, name, ours) VALUES (?, ?, ?)", (shown, name, ours)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_jsonl(self, number: int, size: int, sha256_: str, count: int) -> None:
        """Note its size, checksum and number of lines."""
        self._connection.execute(
            "UPDATE jsonl SET size = ?, sha256 = ?, lines = ? WHERE id = ?",
            (size, sha256_, count, number),
        )

    def add_entry(self, file: int, entry: Entry) -> None:
        """Add a record and what it says of others."""
        one = entry.one
        url, payload = entry.url or None, one("warc-payload-digest")
        digests: tuple[str | None, str | None] = (None, None)
        status = None
        if self._evidence and entry.type in ("response", "resource") and entry.whole:
            body, response = entry.entity, entry.response
            if response is not None:
                status = response.message.status
                body = response.message.body if body is None else body
            if body is not None:
                digests = (sha1(body), sha256(body))
        ident = _bare(entry.id)
        place = (file, entry.offset)
        date = one("warc-date")
        if entry.type in _ANSWERS:
            self._before = entry
        self._add(
            "entry",
            (
                *place,
                entry.length,
                entry.type,
                ident,
                url,
                date,
                payload,
                status,
                *digests,
                None,
                None,
            ),
        )
        refers = (
            (one("warc-refers-to-target-uri") or "").strip("<>") or None,
            one("warc-refers-to-date"),
        )
        for field in _LINKS:
            for target in entry.named.get(field, ()):
                if field == "warc-warcinfo-id" and target in entry.file.infos:
                    continue
                if field == "warc-concurrent-to" and self._pairs(entry, target):
                    continue
                self._add("link", (*place, ident, field, _bare(target), *refers, payload))
        if (
            self._evidence
            and entry.type == "metadata"
            and entry.block
            and one("content-type") == CONTENT_TYPE
        ):
            note = Note.from_block(entry.block)
            if note is not None:
                about = _bare(one("warc-concurrent-to"))
                self._add("note", (*place, about, note.page, note.state, note.reason, note.source))

    def _pairs(self, entry: Entry, target: str) -> bool:
        """Whether a link is seen at once to be good: to the capture just before it."""
        before = self._before
        return (
            not self._evidence
            and before is not None
            and before.id == target
            and before.id != entry.id
            and before.url == entry.url
            and before.one("warc-date") == entry.one("warc-date")
        )

    def add_damage(self, file: int, damage: Damage) -> None:
        """Add a record of which only the id can be read, so that links to it do not dangle."""
        self._add("entry", (file, damage.offset, *[None] * 2, _bare(damage.record), *[None] * 8))

    def add_line(self, file: int, offset: int, row: dict[str, Any]) -> None:
        """Add what a line of a JSONL file says of its evidence."""
        text = {name: row[name] for name in _TEXTS if isinstance(row.get(name), str)}
        number = {
            name: row[name]
            for name in ("warc_offset", "warc_length", "http_status")
            if isinstance(row.get(name), int) and abs(row[name]) < 2**62
        }
        self._add(
            "line",
            (
                file,
                offset,
                text.get("id"),
                text.get("warc_file"),
                number.get("warc_offset"),
                number.get("warc_length"),
                _bare(text.get("warc_record_id")),
                text.get("payload_sha1"),
                text.get("payload_sha256"),
                text.get("url"),
                text.get("captured_at"),
                number.get("http_status"),
                _bare(text.get("previous_id")),
            ),
        )

    def add_cdxj(self, file: int) -> None:
        """Note that a WARC file has an index beside it."""
        self._connection.execute("UPDATE warc SET indexed = 1 WHERE id = ?", (file,))

    def add_cdxj_line(self, file: int, shown: str, offset: int, row: Row) -> None:
        """Add what a line of that index says; ValueError when its numbers are none."""
        at, length = (int(str(row.fields.get(name))) for name in ("offset", "length"))
        if max(abs(at), abs(length)) >= 2**62:
            raise ValueError("no file is so long")
        name, url = (
            str(row.fields.get(name)).encode("utf-8", "replace").decode("utf-8")
            for name in ("filename", "url")
        )
        self._add("cdxj", (file, shown, offset, name, at, length, url, row.timestamp))

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        rows = self._rows[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._rows[table]
        if rows:
            marks = ",".join("?" * _WIDTH[table])
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
            rows.clear()


def _bare(ident: str | None) -> str | None:
    """An id without its angle brackets: with and without them are the same (WARC 1.1, 5.2)."""
    return ident.strip("<>") if ident else None
