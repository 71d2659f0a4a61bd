"""A small archive of ours, made through the Archive as a crawl makes it, and its seeded faults."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huffarchive.archive.archive import Archive
from huffarchive.archive.run_report import write_report
from huffarchive.archive.store_visit import Visit
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.http import Exchange
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.reading import Reading as Read
from huffarchive.storage.paths import ArchivePaths
from huffarchive.workers.job import Job
from tests.kit.reading import read_in_order
from tests.verify.records import URL, http

TEXT = (
    "<p>Le conseil municipal de Laval a adopté lundi soir le budget de l'année qui vient, "
    "numéro {}, après trois heures de débats entre les élus et les citoyens.</p>"
)


def page(number: int) -> bytes:
    body = "".join(TEXT.format(f"{number}.{k}") for k in range(6))
    return (
        f"<!doctype html><html lang='fr'><head><title>Titre {number}</title>"
        f"<meta charset='utf-8'></head><body><article><h1>Titre {number}</h1>{body}"
        "</article></body></html>"
    ).encode()


def build(root: Path) -> ArchivePaths:
    """Six articles in two pairs of files, two pages that are gone, one revisit."""
    places = ArchivePaths(root / "warc", root / "output", "qc")
    for run in range(2):
        archive = Archive(places, HUFFPOST_QC, clock=lambda run=run: 1_790_000_000 + 1000 * run)
        with archive.ledger.transaction():
            archive.ledger.pages.want(
                [URL.format(n) for n in range(1 + 4 * run, 5 + 4 * run)], "list"
            )
            if run:
                archive.ledger.again.want_older(1e9, 4e9)
            tasks = archive.ledger.frontier.draw(archive.run, 100, 2e9)
        for task in tasks:
            archive.apply(archive.capture(_visit(task, run)))
        archive.finish()
        write_report(archive, status=0, reason="finished", problem=None, facts={})
        archive.close(0, "finished")
    return places


def _visit(task: object, run: int) -> Visit:
    number = int(task.key.id)
    began = datetime(2026, 1 + run, 2, 3, 4, number, tzinfo=UTC)
    request = f"GET {task.url[24:]} HTTP/1.1\r\nHost: www.huffpost.com\r\n\r\n".encode()
    protocols = ("http/1.1", "tls/1.3")
    if number in (4, 8):
        answer = http(b"gone", status="410 Gone")
        exchange = Exchange(task.url, request, answer, began, "192.0.2.1", protocols)
        return Visit(task, (exchange,), AnswerOutcome(State.GONE, Reason.DELETED))
    answer = http(page(number))
    exchange = Exchange(task.url, request, answer, began, "192.0.2.1", protocols)
    job = Job(task.url, began, answer, "qc", None)
    (reading,) = read_in_order([job], 0, 20, 10**9)
    assert isinstance(reading, Read)
    return Visit(task, (exchange,), AnswerOutcome(State.CAPTURED, Reason.ARTICLE), reading)


@dataclass(frozen=True)
class Damage:
    """A fault of an archive: `spoil` makes it; `rules` are those that name it."""

    name: str
    rules: frozenset[str]
    spoil: Callable[[ArchivePaths], object]


DAMAGES: list[Damage] = []


def damage(name: str, *rules: str) -> Callable[[Callable[[ArchivePaths], object]], None]:
    def add(spoil: Callable[[ArchivePaths], object]) -> None:
        DAMAGES.append(Damage(name, frozenset(rules), spoil))

    return add


def first(places: ArchivePaths, ending: str) -> Path:
    folder = places.warc if ending == ".warc.gz" else places.output
    return min(folder.glob(f"*{ending}"))


def edit(
    places: ArchivePaths, change: Callable[[dict, list], object], *, dump: bool = True
) -> None:
    """Change the second record of the first JSONL file, its checksum in the ledger too."""
    path = first(places, ".jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    row = json.loads(lines[1])
    made = change(row, lines)
    if dump:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        lines[1] = made if isinstance(made, bytes) else line
    path.write_bytes(b"".join(lines))
    settle(places, path, "jsonl")


def settle(places: ArchivePaths, path: Path, kind: str) -> None:
    """Let the ledger know a file as it is now: only the fault itself is to be found."""
    data = path.read_bytes()
    sql(
        places,
        f"UPDATE file SET {kind}_length = ?, {kind}_sha256 = ? WHERE stem = ?",
        len(data),
        hashlib.sha256(data).hexdigest(),
        path.name.split(".")[0],
    )


def sql(places: ArchivePaths, *statement: object) -> None:
    with sqlite3.connect(places.ledger) as connection:
        connection.execute(statement[0], statement[1:])
    connection.close()


@damage("JSONL: a word of the text changed", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(text=row["text"].replace("Laval", "Lévis")))


@damage("JSONL: the headline changed", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(headline="Autre titre"))


@damage("JSONL: the pointer shifted", "jsonl-pointer", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(warc_offset=row["warc_offset"] + 1))


@damage(
    "JSONL: the pointer leads to another record",
    "jsonl-length",
    "jsonl-record",
    "jsonl-order",
    "jsonl-reread",
)
def _(p):
    edit(p, lambda row, _: row.update(warc_offset=0))


@damage("JSONL: a wrong length", "jsonl-length", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(warc_length=row["warc_length"] - 8))


@damage("JSONL: another WARC file", "jsonl-pointer", "jsonl-order", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(warc_file="other.warc.gz"))


@damage("JSONL: another record id", "jsonl-record", "jsonl-missing", "jsonl-reread", "ledger-line")
def _(p):
    edit(p, lambda row, _: row.update(warc_record_id="<urn:uuid:0>"))


@damage("JSONL: a wrong payload_sha1", "jsonl-digest", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(payload_sha1="sha1:" + "A" * 32))


@damage("JSONL: a wrong payload_sha256", "jsonl-digest", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(payload_sha256="0" * 64))


@damage("JSONL: another address", "jsonl-capture", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(url=row["url"] + "x"))


@damage("JSONL: another date of capture", "jsonl-capture", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(captured_at="2020-01-01T00:00:00+00:00"))


@damage("JSONL: another status", "jsonl-capture", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(http_status=404))


@damage("JSONL: an id of another article", "ledger-line", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(id="qc:n:999"))


@damage("JSONL: a key is missing", "jsonl-keys", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.pop("dek"))


@damage("JSONL: a key too many", "jsonl-keys", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(more=1))


@damage("JSONL: keys in another order", "jsonl-keys", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(dek=row.pop("dek")))


@damage("JSONL: written by another program", "jsonl-form", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: json.dumps(row).encode() + b"\n")


@damage(
    "JSONL: a line that is no JSON", "jsonl-line", "jsonl-missing", "jsonl-reread", "ledger-line"
)
def _(p):
    edit(p, lambda *_: b"{oops}\n")


@damage(
    "JSONL: the last line is torn", "jsonl-line", "jsonl-missing", "jsonl-reread", "ledger-line"
)
def _(p):
    path = first(p, ".jsonl")
    path.write_bytes(path.read_bytes()[:-20])
    settle(p, path, "jsonl")


@damage("JSONL: an empty line", "jsonl-line", "ledger-articles")
def _(p):
    edit(p, lambda _, lines: lines.insert(1, b"\n"), dump=False)


@damage(
    "JSONL: a line is missing", "jsonl-missing", "jsonl-reread", "ledger-articles", "ledger-line"
)
def _(p):
    edit(p, lambda _, lines: lines.pop(1), dump=False)


@damage("JSONL: a line stands twice", "jsonl-twice", "jsonl-reread", "ledger-articles")
def _(p):
    edit(p, lambda _, lines: lines.insert(1, lines[1]), dump=False)


@damage("JSONL: two lines change places", "jsonl-order", "jsonl-reread")
def _(p):
    edit(p, lambda _, lines: lines.insert(0, lines.pop(1)), dump=False)


@damage("JSONL: a previous_id of no record", "jsonl-previous", "jsonl-reread")
def _(p):
    edit(p, lambda row, _: row.update(previous_id="<urn:uuid:0>"))


@damage(
    "files: a WARC file is missing",
    "ledger-file-missing",
    "jsonl-pointer",
    "refers-dangling",
    "cdxj-file",
)
def _(p):
    first(p, ".warc.gz").unlink()


@damage("files: a JSONL file is missing", "ledger-file-missing", "jsonl-missing", "ledger-line")
def _(p):
    first(p, ".jsonl").unlink()


@damage("files: an unknown WARC file", "ledger-file-unknown", "empty-file", "cdxj-file")
def _(p):
    (p.warc / "qc-20200101000000-00009.warc.gz").write_bytes(b"")


@damage("files: bytes behind the end of a WARC file", "junk", "ledger-length", "ledger-sha256")
def _(p):
    path = first(p, ".warc.gz")
    path.write_bytes(path.read_bytes() + b"more")


@damage("files: a byte of a JSONL file changed", "ledger-sha256", "jsonl-reread")
def _(p):
    path = first(p, ".jsonl")
    path.write_bytes(path.read_bytes().replace(b"Laval", b"Leval", 1))


@damage(
    "files: a WARC file is renamed",
    "filename",
    "ledger-file-missing",
    "ledger-file-unknown",
    "jsonl-pointer",
    "cdxj-file",
)
def _(p):
    path = first(p, ".warc.gz")
    path.rename(path.with_name("qc-20200101000000-00009.warc.gz"))


def index(places: ArchivePaths, change: Callable[[list[bytes]], object]) -> None:
    """Change the lines of the first index."""
    path = min(places.warc.glob("*.cdxj"))
    lines = path.read_bytes().splitlines(keepends=True)
    change(lines)
    path.write_bytes(b"".join(lines))


@damage("index: it is missing", "cdxj-file")
def _(p):
    min(p.warc.glob("*.cdxj")).unlink()


@damage("index: its last line is torn", "cdxj-line", "cdxj-capture")
def _(p):
    index(p, lambda lines: lines.append(lines.pop()[:-9]))


@damage("index: torn between two lines", "cdxj-capture")
def _(p):
    index(p, lambda lines: lines.pop())


@damage("index: a hole in it", "cdxj-line", "cdxj-capture")
def _(p):
    index(p, lambda lines: lines.insert(0, bytes(len(lines.pop(0)))))


@damage("index: two lines change places", "cdxj-line")
def _(p):
    index(p, lambda lines: lines.insert(0, lines.pop()))


@damage("index: of an older file", "cdxj-record", "cdxj-capture")
def _(p):
    index(p, lambda lines: lines.insert(1, edited(lines.pop(1), offset=lambda n: n + 1)))


@damage("index: a wrong length", "cdxj-record")
def _(p):
    index(p, lambda lines: lines.insert(1, edited(lines.pop(1), length=lambda n: n - 1)))


@damage("index: a record that is no capture", "cdxj-record", "cdxj-capture")
def _(p):
    index(p, lambda lines: lines.insert(1, edited(lines.pop(1), offset=lambda n: 0)))


@damage("index: of another WARC file", "cdxj-record")
def _(p):
    first_, second = sorted(p.warc.glob("*.cdxj"))
    index(
        p,
        lambda lines: lines.insert(
            0, lines.pop(0).replace(*(x.stem.encode() for x in (first_, second)))
        ),
    )


@damage("index: another date", "cdxj-record")
def _(p):
    index(p, lambda lines: lines.insert(0, lines.pop(0).replace(b" 2026", b" 2025", 1)))


def edited(line: bytes, **changes: Callable[[int], int]) -> bytes:
    key, stamp, rest = line.decode().split(" ", 2)
    row = json.loads(rest)
    for name, change in changes.items():
        row[name] = str(change(int(row[name])))
    return f"{key} {stamp} {json.dumps(row)}\n".encode()


@damage("ledger: it is missing", "ledger-damaged")
def _(p):
    p.ledger.unlink()


@damage("ledger: it is no database", "ledger-damaged")
def _(p):
    p.ledger.write_bytes(b"no ledger" * 1000)


@damage("ledger: a page of it is overwritten", "ledger-damaged")
def _(p):
    data = bytearray(p.ledger.read_bytes())
    data[8192:12288] = b"\x55" * 4096
    p.ledger.write_bytes(bytes(data))


@damage("ledger: a wrong length of a file", "ledger-length")
def _(p):
    sql(p, "UPDATE file SET warc_length = warc_length + 1 WHERE id = 1")


@damage("ledger: a wrong checksum", "ledger-sha256")
def _(p):
    sql(p, "UPDATE file SET jsonl_sha256 = warc_sha256 WHERE id = 1")


@damage("ledger: a wrong number of articles", "ledger-articles")
def _(p):
    sql(p, "UPDATE file SET articles = articles + 1 WHERE id = 1")


@damage("ledger: a capture's offset", "ledger-capture")
def _(p):
    sql(p, "UPDATE capture SET offset = offset + 1 WHERE id = 2")


@damage("ledger: a capture's digest", "ledger-capture")
def _(p):
    sql(p, "UPDATE capture SET payload_sha1 = 'sha1:x' WHERE id = 2")


@damage("ledger: a capture's date", "ledger-capture")
def _(p):
    sql(p, "UPDATE capture SET captured_at = '2020-01-01T00:00:00Z' WHERE id = 2")


@damage("ledger: a capture's file", "ledger-capture")
def _(p):
    sql(p, "UPDATE capture SET file = 77 WHERE id = 2")


@damage("ledger: a capture is missing", "ledger-capture-missing", "ledger-line", "ledger-state")
def _(p):
    sql(p, "DELETE FROM capture WHERE id = 2")


@damage("ledger: a capture without its record", "ledger-line", "ledger-reason")
def _(p):
    sql(p, "UPDATE capture SET reason = 'not_an_article' WHERE id = 2")


@damage("ledger: a capture of another page", "ledger-line", "ledger-state")
def _(p):
    sql(p, "UPDATE capture SET page = 4 WHERE id = 2")


@damage("ledger: an unknown state", "ledger-state", "ledger-note", "ledger-account")
def _(p):
    sql(p, "UPDATE page SET state = 'lost' WHERE id = 2")


@damage("ledger: an unknown reason", "ledger-state", "ledger-note", "ledger-reason")
def _(p):
    sql(p, "UPDATE page SET reason = 'because' WHERE id = 2")


@damage("ledger: a wrong count", "ledger-tally")
def _(p):
    sql(p, "UPDATE tally SET n = n + 1 WHERE state = 'captured'")
