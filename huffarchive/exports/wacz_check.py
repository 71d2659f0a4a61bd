"""What `wacz validate` forgets: that pages, index and archive are there and belong together."""

import gzip
import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warcio.timeutils import iso_date_to_timestamp

from huffarchive.warc.cdxj import Row

EMPTY = "the index is empty"
_BEGIN = b"WARC/1."
_ADDRESS = re.compile(rb"\nWARC-Target-URI:([^\r\n]*)", re.IGNORECASE)


def faults(path: Path) -> Iterator[str]:
    """Everything that is wrong with a package, one line each.

    Checked are: what must be there; that WARC files and the index are stored, not deflated (they
    are read by range); that every member is listed with its size and SHA-256; that the index is
    sorted and each line leads to the record of its address; that each page is in the index.
    """
    try:
        with zipfile.ZipFile(path) as package:
            yield from _faults(package)
    except (OSError, zipfile.BadZipFile) as error:
        yield f"it cannot be read: {error}"


def _faults(package: zipfile.ZipFile) -> Iterator[str]:
    names = {info.filename: info for info in package.infolist()}
    if len(names) != len(package.infolist()):
        yield "a member stands twice"
    archives = [n for n in names if n.startswith("archive/") and n.endswith((".warc", ".warc.gz"))]
    if not archives:
        yield "no WARC file in archive/"
    needed = ("indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl", "datapackage.json")
    missing = [name for name in needed if name not in names]
    yield from (f"{name} is missing" for name in missing)
    for name in (*archives, "indexes/index.cdx.gz"):
        if name in names and names[name].compress_type != zipfile.ZIP_STORED:
            yield f"{name} is deflated; it must be stored"
    if missing:
        return
    yield from _listed(package, set(names))
    places: set[int] = set()
    yield from _index(package, set(archives), places)
    yield from _pages(package, places)


def _listed(package: zipfile.ZipFile, names: set[str]) -> Iterator[str]:
    text = package.read("datapackage.json")
    try:
        document = json.loads(text)
        resources = {r["path"]: r for r in document["resources"]}
    except (ValueError, KeyError, TypeError) as error:
        yield f"datapackage.json cannot be read: {error!r}"
        return
    if document.get("wacz_version") != "1.1.1":
        yield f"wacz_version is {document.get('wacz_version')!r}"
    digest = f"sha256:{hashlib.sha256(text).hexdigest()}"
    if "datapackage-digest.json" not in names:
        yield "datapackage-digest.json is missing"
    elif json.loads(package.read("datapackage-digest.json")).get("hash") != digest:
        yield "datapackage-digest.json states another hash of datapackage.json"
    inside = {n for n in names if not n.startswith("datapackage") and not n.endswith("/")}
    yield from (f"{name} is not listed" for name in sorted(inside - set(resources)))
    yield from (f"{name} is listed and not there" for name in sorted(set(resources) - inside))
    for name in sorted(inside & set(resources)):
        found, size = hashlib.sha256(), 0
        with package.open(name) as member:
            while piece := member.read(1 << 20):
                found.update(piece)
                size += len(piece)
        if resources[name].get("hash") != f"sha256:{found.hexdigest()}":
            yield f"{name} has another hash than listed"
        if resources[name].get("bytes") != size:
            yield f"{name} has {size} bytes, listed are {resources[name].get('bytes')}"


def _index(package: zipfile.ZipFile, archives: set[str], places: set[int]) -> Iterator[str]:
    """Check the index, and note the address and date of each line (hashed: they are many)."""
    before = ""
    count = 0
    stored = {name: begin for name in archives if (begin := _begin(package, name)) is not None}
    raw = package.fp
    assert raw is not None
    try:
        with (
            package.open("indexes/index.cdx.gz") as member,
            gzip.open(member, "rt", encoding="utf-8") as file,
        ):
            for line in file:
                count += 1
                if line < before:
                    yield f"index line {count} is not sorted"
                before = line
                try:
                    row = Row.parse(line)
                    name = f"archive/{row.fields['filename']}"
                    offset, length = int(row.fields["offset"]), int(row.fields["length"])
                except (ValueError, KeyError) as error:
                    yield f"index line {count} cannot be read: {error!r}"
                    continue
                if name not in archives:
                    yield f"index line {count} names {name}, which is not there"
                    continue
                if name in stored and not _is_record(
                    _read(raw, stored[name] + offset, min(length, 4096)), row.fields.get("url", "")
                ):
                    yield f"index line {count} leads to no record of {row.fields.get('url')}"
                places.add(hash((row.fields.get("url", ""), row.timestamp)))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        yield f"indexes/index.cdx.gz cannot be read: {error}"
    if not count:
        yield EMPTY


def _begin(package: zipfile.ZipFile, name: str) -> int | None:
    """Where a stored member's bytes begin: zipfile itself would read its way to each record."""
    info = package.getinfo(name)
    if info.compress_type != zipfile.ZIP_STORED or package.fp is None:
        return None
    head = _read(package.fp, info.header_offset, 30)
    name_size, extra_size = struct.unpack("<HH", head[26:30])
    return int(info.header_offset + 30 + name_size + extra_size)


def _read(file: IO[bytes], offset: int, size: int) -> bytes:
    """Bytes at an offset; zipfile finds its own place again."""
    file.seek(offset)
    return file.read(size)


def _is_record(data: bytes, url: str) -> bool:
    """Whether bytes begin a gzip member (or a plain record) of an address."""
    try:
        head = zlib.decompressobj(31).decompress(data, 8192) if data[:2] == b"\x1f\x8b" else data
    except zlib.error:
        return False
    found = _ADDRESS.search(head) if head.startswith(_BEGIN) else None
    stated = found[1].decode("utf-8", "replace").strip() if found else None
    return stated is not None and stated.strip("<>").replace(" ", "%20") == url


def _pages(package: zipfile.ZipFile, places: set[int]) -> Iterator[str]:
    ids: set[int] = set()
    with package.open("pages/pages.jsonl") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                if number == 1:
                    if row["format"] != "json-pages-1.0":
                        yield f"pages.jsonl is of format {row['format']!r}"
                    continue
                place = hash((row["url"], iso_date_to_timestamp(row["ts"]).zfill(14)))
                ident = row["id"]
            except (ValueError, KeyError, TypeError) as error:
                yield f"pages.jsonl line {number} cannot be read: {error!r}"
                continue
            if place not in places:
                yield f"page {ident} ({row['url']}, {row['ts']}) is not in the index"
            if hash(ident) in ids:
                yield f"page id {ident} stands twice"
            ids.add(hash(ident))
