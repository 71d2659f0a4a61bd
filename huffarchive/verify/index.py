"""Where every record, line and link stands: a temporary database, so that memory stays flat."""

import errno
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.extract.extract import noted
from huffarchive.ledger.pages import rank
from huffarchive.ledger.readable import read_only
from huffarchive.ledger.schema import check
from huffarchive.urls import Address, PageKey, identify
from huffarchive.verify.record import Damage, Entry, WarcFile
from huffarchive.warc.annotation import CONTENT_TYPE, Annotation
from huffarchive.warc.cdxj import Row, stamp, surt_key
from huffarchive.warc.playback import played_back
from huffarchive.warc.record import UNDATED, escaped, read_warc_date, sha1, sha256, warc_date

_LINKS = ("warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id")
_ANSWERS = ("response", "resource", "revisit")
_BATCH = 2000
_ORIGIN = b'"origin"'
"""In a note on a record that was copied."""


def _sql(name: str) -> str:
    return files("huffarchive.verify").joinpath(f"{name}.sql").read_text("utf-8")


class Index:
    """Records by id and place, their links, the lines of JSONL files; queried by the rules."""

    def __init__(self, *, evidence: bool = False) -> None:
        """`evidence` asks for the digests of every captured entity, which JSONL lines state."""
        self._connection = sqlite3.connect("file:?mode=rwc", uri=True, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;"
            + _sql("index")
        )
        self.function("moment", _moment)
        self.function("moment_after", lambda days: _iso(datetime.now(UTC) + timedelta(days)))
        self.function("host_of", _host)
        self.function("stamp_of", stamp)
        surt_key("")  # SQLite does not say that an import failed in a function of ours
        self.function("surt", lambda url: url and surt_key(url))
        self.function(
            "first_word", lambda text: re.split(r"[;\s]", text, maxsplit=1)[0] if text else text
        )
        self.of(None)
        self._evidence = evidence
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._before: tuple[str | None, ...] | None = None
        """Id, address and date of the last capture."""
        self.ledger: Path | None = None
        """The ledger that is attached under this name."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def function(self, name: str, computed: Callable[[Any], str | None]) -> None:
        """Let queries call a function of one value."""
        self._connection.create_function(name, 1, computed, deterministic=True)

    def of(self, edition: Edition | None) -> None:
        """Let queries ask which page of an edition an address names; of none, each is its own."""

        def placed(url: str | None) -> Address | None:
            found = None if edition is None else identify(url or "", edition)
            return found if isinstance(found, Address) else None

        def key(url: str | None) -> str | None:
            found = placed(url)
            return None if found is None else f"{found.key.kind}:{found.key.id}"

        def month(text: str) -> str | None:
            short, _, url = text.partition(" ")
            named = PageKey.parse(f":{short}")
            return Address(named, None, url).month(edition.timezone) if edition else None

        self.function("key_of", key)
        self.function("month_of", month)
        self.function("rank_of", lambda short: str(rank(PageKey.parse(f":{short}"))))
        self.function("place_of", lambda url: found.url if (found := placed(url)) else url)

    def attach(self, path: Path) -> None:
        """Attach a ledger read-only and hold it as it is now; sqlite3.Error when it is none.

        OSError when it cannot be read where it is; LedgerError.
        """
        read_only(path, self._attach)
        check(self._connection, "ledger")
        self.ledger = path

    def _attach(self, uri: str) -> None:
        self._connection.execute("ATTACH ? AS ledger", (uri,))
        try:
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM ledger.run").fetchone()
        except BaseException:
            self.detach()
            self._connection.execute("DETACH ledger")
            raise

    def detach(self) -> None:
        """Let go of a ledger that cannot be read."""
        self.ledger = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query over the tables above and, where attached, the ledger's."""
        self._flush()
        yield from self._connection.execute(query, values)

    def finish(self) -> None:
        """Make the look-ups fast, after the last row."""
        self._flush()
        # One by one: a script would end the transaction that holds the ledger as it is.
        for statement in _sql("lookups").split(";"):
            self._connection.execute(statement)

    # --- adding

    def add_warc(self, file: WarcFile) -> None:
        """Add a WARC file, which is told its number."""
        cursor = self._connection.execute(
            "INSERT INTO warc (shown, name, ours) VALUES (?, ?, ?)",
            (plain(file.shown), plain(file.name), file.ours),
        )
        assert cursor.lastrowid is not None
        file.number = cursor.lastrowid

    def end_warc(self, file: WarcFile) -> None:
        """Note its size and checksum."""
        self._connection.execute(
            "UPDATE warc SET size = ?, sha256 = ? WHERE id = ?",
            (file.size, file.sha256, file.number),
        )

    def add_jsonl(self, number: int, shown: str, name: str, *, ours: bool) -> None:
        """Add a JSONL file under its number."""
        self._connection.execute(
            "INSERT INTO jsonl (id, shown, name, ours) VALUES (?, ?, ?, ?)",
            (number, plain(shown), plain(name), ours),
        )

    def end_jsonl(self, number: int, size: int, sha256_: str, count: int) -> None:
        """Note its size, checksum and number of lines."""
        self._connection.execute(
            "UPDATE jsonl SET size = ?, sha256 = ?, lines = ? WHERE id = ?",
            (size, sha256_, count, number),
        )

    def add_entry(self, file: int, entry: Entry) -> None:
        """Add a record and what it says of others."""
        one = entry.one
        url, payload = escaped(entry.url) or None, one("warc-payload-digest")
        digests: tuple[str | None, str | None] = (None, None)
        page: tuple[str | None, str | None] = (None, None)
        status = mime = None
        if self._evidence and entry.type in _ANSWERS and entry.whole:
            response = entry.response
            body = entry.entity if entry.type != "revisit" else None
            if response is not None:
                status = response.message.status
                mime = response.message.header("content-type")
                if url and (found := played_back(url, response.message)) is not None:
                    page = found[0], warc_date(found[1])
            if response is not None and entry.type != "revisit":
                body = response.message.body if body is None else body
            if body is not None:
                digests = (sha1(body), sha256(body))
        ident, date = bare(entry.id), one("warc-date")
        place = (file, entry.offset)
        if entry.type in _ANSWERS:
            self._before = (entry.id, entry.url, date)
        self.add(
            "entry",
            *place,
            entry.length,
            entry.type,
            ident,
            url,
            date,
            payload,
            status,
            mime if entry.type == "response" else one("content-type"),
            *digests,
            *page,
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
                self.add("link", *place, ident, field, bare(target), *refers, payload)
        if (
            entry.type == "metadata"
            and entry.block
            and (self._evidence or _ORIGIN in entry.block)
            and one("content-type") == CONTENT_TYPE
        ):
            note = Annotation.from_block(entry.block)
            if note is not None:
                about = bare(one("warc-concurrent-to"))
                said = (note.page, note.state, note.reason, note.source)
                failed = note.unread is not None and noted(note) is None
                about_it = (note.address or note.url, len(note.asked), failed)
                self.add("note", *place, about, *said, *about_it)

    def _pairs(self, entry: Entry, target: str) -> bool:
        """Whether a link is seen at once to be good: to the capture just before it."""
        return (
            not self._evidence
            and target != entry.id
            and self._before == (target, entry.url, entry.one("warc-date"))
        )

    def add_damage(self, file: int, damage: Damage) -> None:
        """Add a record of which only the id can be read, so that links to it do not dangle."""
        self.add("entry", file, damage.offset, *[None] * 2, bare(damage.record), *[None] * 9)

    def add_cdxj(self, file: int) -> None:
        """Note that a WARC file has an index beside it."""
        self._connection.execute("UPDATE warc SET indexed = 1 WHERE id = ?", (file,))

    def add(self, table: str, *row: object) -> None:
        """Add a row, its values in the order of the table's columns."""
        rows = self._rows.setdefault(table, [])
        rows.append(row)
        if len(rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
                rows.clear()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _host(url: str | None) -> str | None:
    with suppress(ValueError):
        return urlsplit(url or "").netloc
    return None


def _moment(text: str | None) -> str | None:
    """A WARC-Date as the reader of captures takes it, in seconds; NULL if it is none."""
    found = read_warc_date(text or "")
    return None if found == UNDATED else _iso(found)


def plain(path: str) -> str:
    """A path as it is shown: in UTF-8, also where the locale has another charset."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def bare(ident: str | None) -> str | None:
    """An id without its angle brackets: with and without them are the same (WARC 1.1, 5.2)."""
    return ident.strip("<>") if ident else None


def opened(path: Path) -> BinaryIO:
    """Open a file to be read; OSError when it is a pipe or a device, which may never end."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return path.open("rb")


MAX_LINE = 1 << 16
"""Bytes of a line, at most."""


def read_index(path: Path, index: Index, warc: int) -> Iterator[tuple[int, str]]:
    """Add the lines of a file's index; where one cannot be read, and why. OSError as `open` has."""
    before, offset = b"", 0
    with opened(path) as file:
        index.add_cdxj(warc)
        while raw := file.readline(MAX_LINE):
            try:
                if not raw.endswith(b"\n"):
                    raise ValueError("the line has no end")  # noqa: TRY301
                row = Row.parse(raw.decode("utf-8"))
                if not row.key.isprintable():
                    raise ValueError("its key holds control characters")  # noqa: TRY301
                if len(row.timestamp) != 14 or not row.timestamp.isdigit():
                    raise ValueError(f"{row.timestamp} is no date of 14 digits")  # noqa: TRY301
                place = (warc, plain(str(path)), offset)
                index.add("cdxj", *place, *_capture(row), row.timestamp, row.key)
            except (ValueError, RecursionError) as error:
                yield offset, f"it cannot be read: {error}"
            if raw < before:
                yield offset, "the line before it belongs behind it"
            before, offset = raw, offset + len(raw)


def _capture(row: Row) -> tuple[str | int | None, ...]:
    """What a line says of its capture, in the order of the columns; ValueError when its numbers
    are none.
    """
    at, length = (int(str(row.fields.get(name))) for name in ("offset", "length"))
    if max(abs(at), abs(length)) >= 2**62:
        raise ValueError("no file is so long")
    name, *others = (
        None if (value := row.fields.get(name)) is None else plain(str(value))
        for name in ("filename", "url", "status", "mime", "digest")
    )
    return name, at, length, *others
