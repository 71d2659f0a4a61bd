"""What ledger, notes, indexes, reports and packages say against each other is found and named."""

import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from huffarchive.warc.cdxj import write_index
from tests.kit.command import ROOT
from tests.verify.archives import build, first, settle
from tests.verify.records import sha1

LATE = "2099-01-01T00:00:00Z"
_MEMENTO = "'20200101000000', 'https://www.huffpost.com/archive/qc/entry/un-titre_n_2',"
SQL = [
    # Pages 1 to 3 and 5 to 7 are captured, 4 and 8 gone; 1 to 3 have a revisit too.
    ("UPDATE page SET state = 'gone' WHERE id = 2", "ledger-note"),
    ("UPDATE page SET state = 'gone', reason = 'not_found', status = 404 WHERE id = 2", "ledger-note"),
    ("UPDATE page SET state = 'gone', reason = 'no_capture', status = NULL WHERE id = 2", "ledger-account"),
    ("UPDATE page SET state = 'wanted' WHERE id = 2", "ledger-reason"),
    ("UPDATE page SET state = 'wanted', reason = NULL WHERE id = 2", "ledger-account"),
    ("UPDATE page SET state = 'refused', reason = 'robots' WHERE id = 2", "ledger-note"),
    ("UPDATE page SET state = 'refused' WHERE id = 4", "ledger-reason"),
    ("UPDATE page SET state = 'refused', reason = 'forbidden' WHERE id = 4", "ledger-note"),
    ("UPDATE page SET state = 'refused', reason = 'robots', status = NULL WHERE id = 4", "ledger-account"),
    ("UPDATE page SET state = 'failed', reason = 'server_error' WHERE id = 4", "ledger-note"),
    ("UPDATE page SET state = 'captured', reason = 'article' WHERE id = 4", "ledger-note"),
    ("UPDATE page SET state = 'wanted', reason = NULL WHERE id = 4", "ledger-account"),
    ("UPDATE page SET reason = 'not_found' WHERE id = 4", "ledger-note"),
    ("UPDATE page SET reason = 'robots' WHERE id = 4", "ledger-reason"),
    ("UPDATE page SET reason = 'unreadable' WHERE id = 2", "ledger-reason"),
    ("DELETE FROM page WHERE id = 2", "ledger-note"),
    ("DELETE FROM page WHERE id = 4", "ledger-account"),
    ("INSERT INTO page (key, kind, rank, url, host) VALUES ('n:99', 'n', 1, "
     "'https://www.huffpost.com/archive/qc/entry/un-titre_n_99', 1)", "ledger-account"),
    ("UPDATE page SET key = 'n:99' WHERE id = 2", "ledger-address"),
    ("UPDATE page SET kind = 'b' WHERE id = 2", "ledger-address"),
    ("UPDATE page SET url = 'https://example.org/x_n_2.html' WHERE id = 2", "ledger-address"),
    ("UPDATE page SET url = replace(url, 'titre', 'titer') WHERE id = 2", "ledger-address"),
    ("UPDATE page SET url = replace(url, 'titre', 'titer') WHERE id = 4", "ledger-account"),
    ("UPDATE page SET url = replace(url, '_n_', '_n_1') WHERE id = 2", "ledger-address"),
    ("UPDATE page SET url = replace(url, 'huffpost', 'huffposd') WHERE id = 4", "ledger-address"),
    ("INSERT INTO alias VALUES (2, 'https://www.huffpost.com/archive/qc/entry/x_n_3', NULL, NULL)", "ledger-address"),
    ("INSERT INTO alias VALUES (77, 'https://www.huffpost.com/archive/qc/entry/x_n_3', NULL, NULL)", "ledger-dangling"),
    ("INSERT INTO answer VALUES (77, 'live', 'gone', 'not_found')", "ledger-dangling"),
    ("INSERT INTO answer VALUES (2, 'live', 'captured', 'article')", "ledger-answer"),
    ("INSERT INTO answer VALUES (2, 'live', 'gone', 'because')", "ledger-answer"),
    ("INSERT INTO memento VALUES (77, 'wayback', '20200101000000', 'u', 200, '', '', 0, NULL, NULL, '')", "ledger-dangling"),
    ("UPDATE capture SET page = 77 WHERE id = 2", "ledger-dangling"),
    ("UPDATE page SET host = 77 WHERE id = 2", "ledger-dangling"),
    ("UPDATE page SET run = 77 WHERE id = 2", "ledger-dangling"),
    ("UPDATE page SET moved_to = 'n:99' WHERE id = 4", "ledger-dangling"),
    ("UPDATE page SET named = 1024 WHERE id = 4", "ledger-dangling"),
    ("UPDATE host SET name = 'www.example.org' WHERE id = 1", "ledger-address"),
    (f"UPDATE capture SET captured_at = '{LATE}' WHERE id = 2", "ledger-time"),
    (f"UPDATE capture SET checked_at = '{LATE}' WHERE id = 2", "ledger-time"),
    (f"UPDATE page SET doubted = '{LATE}' WHERE id = 4", "ledger-time"),
    (f"INSERT INTO alias VALUES (4, 'https://www.huffpost.com/archive/qc/entry/x_n_4', 'not_found', '{LATE}')", "ledger-time"),
    (f"UPDATE run SET started = '{LATE}' WHERE id = 1", "ledger-time"),
    (f"UPDATE run SET ended = '{LATE}' WHERE id = 2", "ledger-time"),
    ("UPDATE page SET state = 'wanted', reason = NULL, due = 4070908800 WHERE id = 4", "ledger-time"),
    ("UPDATE capture SET url = replace(url, 'titre', 'titer') WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET target = replace(target, 'titre', 'titer') WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET length = length - 1 WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET record_id = '<urn:uuid:0>' WHERE id = 2", "ledger-capture"),
    ("UPDATE run SET exit = 3 WHERE id = 2", "report"),
    ("UPDATE capture SET source = 'wayback' WHERE id = 2", "ledger-note"),
    ("UPDATE page SET state = 'wanted', reason = NULL, source = 'martian' WHERE id = 4", "ledger-state"),
    ("UPDATE file SET state = 'half' WHERE id = 1", "ledger-state"),
    ("INSERT INTO answer VALUES (4, 'martian', 'gone', 'not_found')", "ledger-answer"),
    ("UPDATE tally SET month = '1999-01' WHERE state = 'captured'", "ledger-tally"),
    ("UPDATE tally SET reason = 'unreadable' WHERE state = 'captured' AND reason = 'article'", "ledger-tally"),
    ("UPDATE page SET rank = 77 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET rank = 2 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET tries = -1 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET tries = 9 WHERE id = 4", "ledger-account"),
    ("UPDATE page SET hops = 11 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET due = 1 << 40 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET crashes = -1 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET month = 'April' WHERE id = 2", "ledger-value"),
    ("UPDATE page SET month = '2011-11' WHERE id = 2", "ledger-value"),
    ("UPDATE page SET month = '2011-11' WHERE id = 4", "ledger-value"),
    ("INSERT INTO alias VALUES (4, 'https://www.huffpost.com/archive/qc/entry/x_n_4', 'because', NULL)", "ledger-value"),
    ("INSERT INTO alias VALUES (4, 'http://quebec.huffingtonpost.ca/2013/05/06/x_n_4.html', NULL, NULL)", "ledger-value"),
    ("UPDATE page SET source = 'martian' WHERE id = 2", "ledger-value"),
    ("UPDATE page SET status = 404 WHERE id = 5", "ledger-note"),
    ("UPDATE page SET status = 404 WHERE id = 4", "ledger-account"),
    ("UPDATE page SET status = 2000 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET detail = 'so' WHERE id = 4", "ledger-account"),
    ("UPDATE page SET doubted = '2026-01-01T00:00:00Z' WHERE id = 4", "ledger-account"),
    ("UPDATE page SET failures = -1 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET failures = 3 WHERE id = 4", "ledger-account"),
    ("UPDATE page SET failing = '2026-01-01T00:00:00Z' WHERE id = 4", "ledger-account"),
    (f"UPDATE page SET failing = '{LATE}' WHERE id = 2", "ledger-value"),
    ("UPDATE page SET given_up = 1 WHERE id = 4", "ledger-account"),
    ("UPDATE page SET given_up = 1 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET named = 0 WHERE id = 2", "ledger-value"),
    ("UPDATE page SET named = named | 1 WHERE id = 2", "ledger-dangling"),
    ("UPDATE discoverer SET name = 'lisp' WHERE id = 1", "ledger-account"),
    ("DELETE FROM discoverer", "ledger-dangling"),
    ("DELETE FROM host", "ledger-dangling"),
    ("DELETE FROM answer", "ledger-account"),
    ("UPDATE answer SET page = 5 WHERE page = 4", "ledger-account"),
    ("UPDATE answer SET source = 'wayback' WHERE page = 4", "ledger-account"),
    ("UPDATE answer SET state = 'refused' WHERE page = 4", "ledger-value"),
    ("UPDATE answer SET reason = 'not_found' WHERE page = 4", "ledger-account"),
    (f"INSERT INTO memento VALUES (2, 'martian', {_MEMENTO} 200, '', '', 0, NULL, NULL, '')", "ledger-value"),
    (f"INSERT INTO memento VALUES (2, 'wayback', {_MEMENTO} 200, '', '', 0, NULL, NULL, 'so')", "ledger-value"),
    (f"INSERT INTO memento VALUES (2, 'wayback', {_MEMENTO} 2000, '', '', 0, NULL, NULL, '')", "ledger-value"),
    (f"INSERT INTO memento VALUES (2, 'wayback', {_MEMENTO} 200, '', '', -1, NULL, NULL, '')", "ledger-value"),
    (f"INSERT INTO memento VALUES (2, 'wayback', {_MEMENTO} 200, '', '', 0, NULL, 9, '')", "ledger-value"),
    (f"INSERT INTO memento VALUES (3, 'wayback', {_MEMENTO} 200, '', '', 0, NULL, NULL, '')", "ledger-address"),
    ("INSERT INTO memento VALUES (2, 'wayback', 'noon', 'https://www.huffpost.com/archive/qc/entry/un-titre_n_2', "
     "200, '', '', 0, NULL, NULL, '')", "ledger-value"),
    ("INSERT INTO reading VALUES ('x.warc.gz', -1, 0)", "ledger-value"),
    ("UPDATE run SET exit = 77 WHERE id = 1", "ledger-value"),
    ("UPDATE run SET exit = NULL WHERE id = 1", "ledger-value"),
    ("UPDATE run SET name = (SELECT name FROM run WHERE id = 2) WHERE id = 1", "ledger-value"),
    ("DELETE FROM run WHERE id = 2", "report"),
    ("UPDATE file SET warc_length = 9 WHERE id = 1", "ledger-length"),
    ("UPDATE file SET jsonl_length = 9 WHERE id = 1", "ledger-length"),
    ("UPDATE file SET articles = 9 WHERE id = 1", "ledger-articles"),
    ("UPDATE file SET warc_sha256 = NULL WHERE id = 1", "ledger-sha256"),
    ("UPDATE file SET jsonl_sha256 = NULL WHERE id = 1", "ledger-sha256"),
    ("UPDATE file SET stem = 'qc-20000101000000-00001' WHERE id = 1", "ledger-file-missing"),
    ("UPDATE file SET id = 77 WHERE id = 1", "ledger-capture"),
    ("UPDATE capture SET file = 2 WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET offset = 0 WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET reason = 'unreadable' WHERE id = 2", "ledger-reason"),
    ("UPDATE capture SET payload_sha1 = 'sha1:x' WHERE id = 2", "ledger-capture"),
    ("UPDATE capture SET payload_sha256 = '0' WHERE id = 2", "ledger-capture"),
    ("UPDATE tally SET state = 'gone' WHERE state = 'captured'", "ledger-tally"),
    ("UPDATE tally SET kind = 'b' WHERE state = 'captured'", "ledger-tally"),
    ("UPDATE tally SET named = 0 WHERE state = 'captured'", "ledger-tally"),
    ("UPDATE tally SET n = 1 WHERE state = 'captured'", "ledger-tally"),
    ("PRAGMA user_version = 99", "ledger-damaged"),
    ("PRAGMA user_version = 6", "ledger-damaged"),
    ("DROP TABLE capture", "ledger-damaged"),
]  # fmt: skip


def reports(name: str, change: Callable[[bytes], bytes]) -> Callable[[ArchivePaths], None]:
    def spoil(places: ArchivePaths) -> None:
        path = sorted(places.reports.glob(name))[-1]
        path.write_bytes(change(path.read_bytes()))

    return spoil


def indexed(change: Callable[[dict[str, str]], object]) -> Callable[[ArchivePaths], None]:
    """One field of the second line of the first index changed."""

    def spoil(places: ArchivePaths) -> None:
        path = min(places.warc.glob("*.cdxj"))
        lines = path.read_text().splitlines()
        key, stamp, rest = lines[1].split(" ", 2)
        row = {"key": key} | json.loads(rest)
        change(row)
        lines[1] = f"{row.pop('key')} {stamp} {json.dumps(row)}"
        path.write_text("\n".join(lines) + "\n")

    return spoil


def twice(places: ArchivePaths) -> None:
    path = min(places.warc.glob("*.cdxj"))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], *lines[1:]]))


def dated(places: ArchivePaths) -> None:
    path = min(places.output.glob("*.jsonl"))
    lines = path.read_text("utf-8")
    assert '"date_published":null' in lines
    path.write_text(
        lines.replace('"date_published":null', '"date_published":"2015-01-02"', 1), "utf-8"
    )


def resealed(
    kind: bytes, old: bytes, new: bytes, number: int = 1
) -> Callable[[ArchivePaths], None]:
    """A record of the first WARC changed, with its digest, its index, and what the ledger knows.

    The bytes keep their lengths, so that every pointer leads where it did.
    """
    assert len(old) == len(new)

    def spoil(places: ArchivePaths) -> None:
        path = first(places, ".warc.gz")
        data, made, count = path.read_bytes(), b"", 0
        for begin, end in members(data):
            plain = gzip.decompress(data[begin:end])
            if b"WARC-Type: " + kind in plain and old in plain:
                count += 1
                if count == number:
                    head, _, block = plain.partition(b"\r\n\r\n")
                    was = block[:-4]
                    now = was.replace(old, new, 1)
                    head = head.replace(old, new) if old not in was else head
                    head = head.replace(sha1(was).encode(), sha1(now).encode())
                    plain = head + b"\r\n\r\n" + now + b"\r\n\r\n"
            made += gzip.compress(plain, mtime=0)
        path.write_bytes(made)
        with sqlite3.connect(places.ledger) as db:
            at = [(b, e - b) for b, e in members(made)]
            was = [b for b, _ in members(data)]
            for old_at, (offset, length) in reversed(list(zip(was, at, strict=True))):
                db.execute("UPDATE capture SET offset = ?, length = ? WHERE offset = ? AND file = 1",
                           (offset, length, old_at))  # fmt: skip
        db.close()
        settle(places, path, "warc")
        write_index(path)
        assert count >= number

    return spoil


def members(data: bytes) -> list[tuple[int, int]]:
    import zlib

    found, at = [], 0
    while at < len(data):
        inflater = zlib.decompressobj(31)
        inflater.decompress(data[at:])
        end = len(data) - len(inflater.unused_data)
        found.append((at, end))
        at = end
    return found


def fifo(name: str) -> Callable[[ArchivePaths], None]:
    def spoil(places: ArchivePaths) -> None:
        path = next(p for folder in (places.warc, places.output) for p in folder.glob(name))
        path.unlink()
        os.mkfifo(path)

    return spoil


OTHER = [
    ("report: torn", reports("2*[0-9].json", lambda data: data[:-30]), "report"),
    ("report: latest torn", reports("latest.json", lambda data: data[: len(data) // 2]), "report"),
    ("report: no object", reports("latest.json", lambda _: b"[]"), "report"),
    ("report: a count", reports("2*[0-9].json", lambda d: d.replace(b'"captured": 6', b'"captured": 5')), "report"),
    ("report: two counts", reports("2*[0-9].json", lambda d: d.replace(b'"captured": 6', b'"captured": 5')
        .replace(b'"known": 8', b'"known": 7')), "report"),
    ("report: of another run", reports("2*[0-9].json", lambda d: d.replace(b'"run": "2026', b'"run": "2025')), "report"),
    ("report: a checksum", reports("latest.json", lambda d: d.replace(b'_sha256": "', b'_sha256": "0', 1)), "report"),
    ("report: a letter of the latest", reports("latest.json", lambda d: d.replace(b"edition", b"editiom", 1)), "report"),
    ("report: a letter of the last run's", reports("2*[0-9].json", lambda d: d.replace(b"articles", b"articlex", 1)), "report"),
    ("report: an exit", reports("latest.json", lambda d: d.replace(b'"exit": 0', b'"exit": 5')), "report"),
    ("account: torn", reports("*-left.jsonl", lambda data: data[:-9]), "report"),
    ("account: a line gone", reports("*-left.jsonl", lambda data: data.split(b"\n", 1)[1]), "ledger-account"),
    ("account: another state", reports("*-left.jsonl", lambda d: d.replace(b'"gone"', b'"failed"', 1)), "ledger-account"),
    ("account: a state of none", reports("*-left.jsonl", lambda d: d.replace(b'"gone"', b'"away"', 1)), "report"),
    ("account: a page that nobody knows", reports("*-left.jsonl", lambda d: d.replace(b"n:4", b"n:9")), "ledger-account"),
    ("index: a key", indexed(lambda row: row.update(key=row["key"].replace("com,", "org,"))), "cdxj-record"),
    ("index: a digest", indexed(lambda row: row.update(digest=sha1(b""))), "cdxj-record"),
    ("index: a status", indexed(lambda row: row.update(status="404")), "cdxj-record"),
    ("index: a type", indexed(lambda row: row.update(mime="image/png")), "cdxj-record"),
    ("index: no type", indexed(lambda row: row.pop("mime")), "cdxj-record"),
    ("index: an address", indexed(lambda row: row.update(url=row["url"].replace("titre", "titer"))), "cdxj-record"),
    ("index: a line twice", twice, "cdxj-twice"),
    ("request: another page", resealed(b"request", b"un-titre_n_2 ", b"un-titre_n_3 "), "http-request-target"),
    ("request: another host", resealed(b"request", b"Host: www.huffpost.com", b"Host: www.huffpost.org"), "http-request-target"),
    ("request: a letter's case", resealed(b"request", b"un-titre_n_2 ", b"un-Titre_n_2 "), "http-request-target"),
    ("note: another key", resealed(b"metadata", b'"qc:n:2"', b'"qc:n:3"'), "note-page"),
    ("note: another state", resealed(b"metadata", b'"captured"', b'"refused" '), "ledger-note"),
    ("note: another reason", resealed(b"metadata", b'"deleted"', b'"unknown"'), "note-form"),
    ("note: gone as captured", resealed(b"metadata", b'"gone", "reason": "deleted"', b'"captured", "reason": null '), "note-page"),
    ("warc: a date in 2099", resealed(b"response", b"WARC-Date: 2026", b"WARC-Date: 2099"), "date-future"),
    ("warc: a letter of an address", resealed(b"response", b"entry/un-titre_n_2\r\n", b"entry/un-titer_n_2\r\n"), "ledger-capture"),
    ("jsonl: a month that the ledger does not count", dated, "ledger-line"),
    ("a file that nobody knows", lambda p: (p.output / "notes.txt").write_text("x"), "file-unknown"),
    ("a folder that nobody knows", lambda p: (p.warc / "old").mkdir(), "file-unknown"),
    ("a WARC of another name", lambda p: (p.warc / "x.warc").write_bytes(b""), "file-unknown"),
    ("a file among the reports", lambda p: (p.reports / "x.txt").write_bytes(b""), "file-unknown"),
    ("a pipe for a WARC", fifo("*00001.warc.gz"), "unreadable"),
    ("a pipe for a JSONL", fifo("*00001.jsonl"), "unreadable"),
    ("a pipe for an index", fifo("*00001.cdxj"), "unreadable"),
    ("a pipe for the ledger", fifo("ledger.sqlite3"), "unreadable"),
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive")
    build(root)
    return root


@pytest.fixture
def places(built: Path, tmp_path: Path) -> ArchivePaths:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")


def named(places: ArchivePaths, rule: str) -> None:
    found = list(Checker().archive(places))
    assert rule in {f.rule for f in found}, [f.line() for f in found]
    worst = {f.severity for f in found}
    assert rule == "file-unknown" or Severity.ERROR in worst


@pytest.mark.parametrize(("statement", "rule"), SQL, ids=[statement for statement, _ in SQL])
def test_a_ledger_that_contradicts(places: ArchivePaths, statement: str, rule: str) -> None:
    with sqlite3.connect(places.ledger) as db:
        db.execute(statement)
    db.close()
    named(places, rule)


def test_no_column_is_forgotten(places: ArchivePaths) -> None:
    """Each column is spoilt above, or docs/verify.md says why nothing is said of it."""
    docs = (ROOT / "docs" / "verify.md").read_text("utf-8").partition("## What it does not see")[2]
    told = set(re.findall(r"`(\w+\.\w+)`", docs.partition("\n## ")[0]))
    spoilt = {"alias.page", "alias.url", "alias.at"}  # by rows that are added
    for statement, _ in SQL:
        for table, column in re.findall(r"UPDATE (\w+) SET (\w+) =", statement):
            spoilt.add(f"{table}.{column}")
    with sqlite3.connect(places.ledger) as db:
        tables = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = {f"{t}.{row[1]}" for t in tables for row in db.execute(f"PRAGMA table_info({t})")}
    db.close()
    assert columns - spoilt - told == set()
    assert told <= columns


@pytest.mark.parametrize(("name", "spoil", "rule"), OTHER, ids=[row[0] for row in OTHER])
def test_files_that_contradict(
    places: ArchivePaths, name: str, spoil: Callable[[ArchivePaths], object], rule: str
) -> None:
    spoil(places)
    named(places, rule)


def test_pipes_and_devices_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.warc.gz")
    given = [tmp_path / "x.warc.gz", Path("/dev/zero"), Path("/dev/null"), tmp_path / "y.jsonl"]
    os.mkfifo(given[-1])
    found = list(Checker().files(given))
    assert {(f.rule, f.file) for f in found} == {("unreadable", str(path)) for path in given}


def package(path: Path, warc: bytes, change: Callable[[dict[str, bytes]], object]) -> Path:
    """A small WACZ, with its own hashes right before a change."""
    files = {"archive/x.warc.gz": warc, "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n'}
    rows = [
        {"path": name, "hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
        for name, data in files.items()
    ]
    files["datapackage.json"] = text = json.dumps({"resources": rows}).encode()
    digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
    files["datapackage-digest.json"] = json.dumps({"hash": digest}).encode()
    change(files)
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


PACKAGES = [
    (lambda _: None, set()),
    (lambda f: f.update({"pages/pages.jsonl": b"{}\n"}), {"wacz-hash"}),
    (lambda f: f.update({"archive/x.warc.gz": f["archive/x.warc.gz"] * 2}), {"wacz-hash", "id-duplicate"}),
    (lambda f: f.pop("pages/pages.jsonl"), {"wacz-hash"}),
    (lambda f: f.update({"datapackage.json": f["datapackage.json"] + b" "}), {"wacz-hash"}),
    (lambda f: f.update({"datapackage-digest.json": b"{}"}), {"wacz-hash"}),
    (lambda f: f.pop("datapackage-digest.json"), set()),
    (lambda f: f.pop("datapackage.json"), {"wacz-list"}),
    (lambda f: f.clear() or f.update({"a": b"b"}), {"not-warc", "wacz-list"}),
    (lambda f: f.update({"datapackage.json": b"{"}), {"wacz-list"}),
    (lambda f: f.update({"archive/y.warc.gz": f.pop("archive/x.warc.gz")}), {"wacz-list", "wacz-hash"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rules"), PACKAGES)
def test_a_package_and_its_hashes(
    built: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], object], rules: set[str]
) -> None:
    warc = min((built / "warc").rglob("*.warc.gz")).read_bytes()
    found = list(Checker().files([package(tmp_path / "x.wacz", warc, change)]))
    assert {f.rule for f in found} - {"filename", "field-unknown"} == rules
