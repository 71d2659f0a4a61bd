"""Whether an archive keeps its promises: looked at from outside, without huffarchive's own code.

The files are read with zlib and the ledger with sqlite3, so that a fault in huffarchive's reading
cannot hide one in its writing.
"""

import hashlib
import json
import sqlite3
import zlib
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huffarchive.storage.paths import ArchivePaths
from huffarchive.storage.replacing import PREFIX


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member of a WARC file: one record."""

    offset: int
    length: int
    fields: dict[str, str]
    block: bytes


class TornError(ValueError):
    """A file whose bytes do not make whole records."""


def members(data: bytes) -> Iterator[Member]:
    """The records of a WARC file; TornError where bytes are left over, or records are cut."""
    at = 0
    while at < len(data):
        inflater = zlib.decompressobj(31)
        try:
            text = inflater.decompress(data[at:])
        except zlib.error as error:
            raise TornError(f"at {at}: {error}") from error
        if not inflater.eof:
            raise TornError(f"at {at}: the member has no end")
        length = len(data) - at - len(inflater.unused_data)
        head, _, rest = text.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        size = int(fields["Content-Length"])
        block = rest[:size]
        if lines[0] != "WARC/1.1" or len(block) != size or rest[size:] != b"\r\n\r\n":
            raise TornError(f"at {at}: not a whole record")
        digest = "sha1:" + b32encode(hashlib.sha1(block).digest()).decode()
        if digest != fields["WARC-Block-Digest"]:
            raise TornError(f"at {at}: the digest is not the block's")
        yield Member(at, length, fields, block)
        at += length


def examine(
    places: ArchivePaths,
    expected: Mapping[str, str],
    extract: Callable[[Path], bytes],
    *,
    with_record: Callable[[str], bool],
    told: Mapping[str, str] | None = None,
) -> list[str]:
    """Everything that is wrong with a finished archive; empty when nothing is.

    `expected` is the state that each page (by its ledger key) must be in; `extract` makes a
    WARC's JSONL from the WARC; `told` maps pages that were said to be durable to the record ids
    of their captures.
    """
    wrong: list[str] = []
    wrong += [f"left over: {path.name}" for path in _leftovers(places)]
    rows, captures, files = _ledger(places, wrong)
    _compare_states(rows, expected, wrong)
    lines: list[dict[str, Any]] = []
    found: Counter[str] = Counter()
    records: dict[tuple[str, int], Member] = {}
    names = {f"{row['stem']}.warc.gz" for row in files}
    wrong += [
        f"not in the ledger: {path.name}"
        for path in places.warc.glob("*.gz")
        if path.name not in names
    ]
    for row in files:
        _examine_pair(places, row, extract, wrong, lines, found, records)
    ids = Counter(line["id"] for line in lines)
    edition = places.name.split("-")[0]
    for key, state in expected.items():
        due = int(state == "captured")
        if found[f"{edition}:{key}"] != due:
            wrong.append(f"{key}: {found[f'{edition}:{key}']} captures in the WARC files")
        if ids[f"{edition}:{key}"] != due * with_record(key):
            wrong.append(f"{key}: {ids[f'{edition}:{key}']} lines in the JSONL files")
    for line in lines:
        _compare_pointer(line, records, wrong)
    for key, (file, offset, length, record_id) in captures.items():
        member = records.get((file, offset))
        if member is None or (member.length, member.fields["WARC-Record-ID"]) != (
            length,
            record_id,
        ):
            wrong.append(f"{key}: the ledger points to nothing")
    for key, record_id in (told or {}).items():
        if record_id != "-" and captures.get(key, (0, 0, 0, ""))[3] != record_id:
            wrong.append(f"{key}: was told to be durable, and its capture is another now")
        if key not in rows:
            wrong.append(f"{key}: was told to be durable, and is not known")
    return wrong


def _leftovers(places: ArchivePaths) -> Iterator[Path]:
    yield from places.warc.glob("*.open")
    yield from places.output.glob("*.open")


def _ledger(
    places: ArchivePaths, wrong: list[str]
) -> tuple[dict[str, str], dict[str, tuple[str, int, int, str]], list[dict[str, Any]]]:
    ledger = sqlite3.connect(f"file:{places.ledger}?mode=ro", uri=True)
    try:
        ledger.row_factory = sqlite3.Row
        (fault,) = ledger.execute("PRAGMA integrity_check").fetchone()
        if fault != "ok":
            wrong.append(f"ledger: {fault}")
        pages = {row["key"]: row["state"] for row in ledger.execute("SELECT * FROM page")}
        counted = dict(ledger.execute("SELECT state, count(*) FROM page GROUP BY 1").fetchall())
        tallied = dict(
            ledger.execute(
                "SELECT state, sum(n) FROM tally GROUP BY 1 HAVING sum(n) > 0"
            ).fetchall()
        )
        if counted != tallied or sum(tallied.values()) != len(pages):
            wrong.append(f"known {len(pages)}, counted {counted}, tallied {tallied}")
        captures = {
            row["key"]: (f"{row['stem']}.warc.gz", row["offset"], row["length"], row["record_id"])
            for row in ledger.execute(
                "SELECT key, stem, offset, length, record_id FROM capture "
                "JOIN page ON page.id = page JOIN file ON file.id = file ORDER BY capture.id"
            )
        }
        files = [dict(row) for row in ledger.execute("SELECT * FROM file ORDER BY id")]
    finally:
        ledger.close()
    return pages, captures, files


def _compare_states(rows: Mapping[str, str], expected: Mapping[str, str], wrong: list[str]) -> None:
    wrong += [f"{key}: lost" for key in expected if key not in rows]
    wrong += [
        f"{key}: {rows[key]}, not {state}"
        for key, state in expected.items()
        if key in rows and rows[key] != state
    ]


def _examine_pair(
    places: ArchivePaths,
    row: Mapping[str, Any],
    extract: Callable[[Path], bytes],
    wrong: list[str],
    lines: list[dict[str, Any]],
    found: Counter[str],
    records: dict[tuple[str, int], Member],
) -> None:
    stem = row["stem"]
    warc, jsonl = places.warc / f"{stem}.warc.gz", places.output / f"{stem}.jsonl"
    if row["state"] != "whole":
        wrong.append(f"{stem}: {row['state']} after the end")
    for path, kind in ((warc, "warc"), (jsonl, "jsonl")):
        if not path.exists():
            wrong.append(f"{path.name}: missing")
            return
        data = path.read_bytes()
        if len(data) != row[f"{kind}_length"]:
            wrong.append(f"{path.name}: {len(data)} bytes, ledger {row[f'{kind}_length']}")
        if hashlib.sha256(data).hexdigest() != row[f"{kind}_sha256"]:
            wrong.append(f"{path.name}: not the checksum in the ledger")
    try:
        for member in members(warc.read_bytes()):
            records[(warc.name, member.offset)] = member
            if member.block.startswith(b"huffarchive: "):
                note = json.loads(member.block.partition(b": ")[2])
                found[note.get("page", "")] += note.get("state") == "captured"
    except (TornError, ValueError, KeyError) as error:
        wrong.append(f"{warc.name}: torn: {error}")
        return
    data = jsonl.read_bytes()
    own = data.splitlines()
    if data and not data.endswith(b"\n"):
        wrong.append(f"{jsonl.name}: the last line is torn")
    if len(own) != row["articles"]:
        wrong.append(f"{jsonl.name}: {len(own)} lines, ledger {row['articles']}")
    for number, line in enumerate(own, 1):
        try:
            lines.append(json.loads(line))
        except ValueError:
            wrong.append(f"{jsonl.name}: line {number} is torn")
    try:
        again = extract(warc)
    except Exception as error:  # noqa: BLE001 - any failure to extract is a finding
        wrong.append(f"{warc.name}: cannot be extracted: {error!r}")
        return
    if again != data:
        wrong.append(f"{stem}: the JSONL is not what extraction gives")


def _compare_pointer(
    line: Mapping[str, Any], records: Mapping[tuple[str, int], Member], wrong: list[str]
) -> None:
    member = records.get((line["warc_file"], line["warc_offset"]))
    if (
        member is None
        or member.length != line["warc_length"]
        or member.fields["WARC-Record-ID"] != line["warc_record_id"]
        or member.fields["WARC-Type"] != "response"
        or member.fields["WARC-Target-URI"] != line["url"]
    ):
        wrong.append(f"{line['id']}: its pointer leads to nothing")
    elif hashlib.sha256(_entity(member.block)).hexdigest() != line["payload_sha256"]:
        wrong.append(f"{line['id']}: its pointer leads to another payload")


def _entity(response: bytes) -> bytes:
    head, _, body = response.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        parts.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
    return b"".join(parts)


def unindexed(places: ArchivePaths) -> list[str]:
    """What is wrong with the indexes beside the finished WARC files."""
    wrong = [f"left over: {path.name}" for path in places.warc.glob(f"{PREFIX}*")]
    for warc in places.warc.glob("*.warc.gz"):
        index = warc.with_name(warc.name.replace(".warc.gz", ".cdxj"))
        if not index.exists():
            wrong.append(f"{warc.name}: no index")
            continue
        rows = [json.loads(line.split(" ", 2)[2]) for line in index.read_text().splitlines()]
        there = {
            (member.offset, member.length)
            for member in members(warc.read_bytes())
            if member.fields["WARC-Type"] in ("response", "revisit", "resource")
        }
        if {(int(row["offset"]), int(row["length"])) for row in rows} != there:
            wrong.append(f"{index.name}: not the captures of its file")
    return wrong


# --- what was cut off


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The WARC and JSONL files as a stop left them."""

    files: dict[str, bytes]


def snapshot(places: ArchivePaths) -> Snapshot:
    """Read all files that hold captures or records."""
    found = [*places.warc.glob("*.warc.gz*"), *places.output.glob("*.jsonl*")]
    return Snapshot({path.name: path.read_bytes() for path in found})


def unaccounted(before: Snapshot, places: ArchivePaths) -> list[str]:
    """Bytes of a snapshot that are neither in the finished files nor in the quarantine."""
    wrong = []
    kept = (
        {path.name: path.read_bytes() for path in places.quarantine.iterdir()}
        if places.quarantine.exists()
        else {}
    )
    for name, data in before.files.items():
        folder = places.warc if ".warc.gz" in name else places.output
        whole = folder / name.removesuffix(".open")
        final = whole.read_bytes() if whole.exists() else b""
        cut = data[len(final) :]
        if whole.exists() and data.startswith(final) and _in(kept, f"{name}.from-", cut):
            continue
        if not _in(kept, name, data):
            wrong.append(f"{name}: {len(data)} bytes are neither kept nor in the quarantine")
    return wrong


def _in(kept: Mapping[str, bytes], prefix: str, data: bytes) -> bool:
    return not data or any(
        name.startswith(prefix) and content == data for name, content in kept.items()
    )
