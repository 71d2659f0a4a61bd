"""WACZ 1.1.1 packages: WARC files, their index and their pages in zip files.

py-wacz holds all pages and their text in memory, unpacks everything to validate, and makes one
file of any size; so the zip is written here, and py-wacz validates what it can.
"""

import hashlib
import heapq
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from cdxj_indexer.main import CompressedWriter

from huffarchive import __version__
from huffarchive.article import records_in
from huffarchive.storage import products
from huffarchive.storage.products import MAKER
from huffarchive.storage.replacing import check, replacing
from huffarchive.warc.cdxj import fresh_index

UNDATED = "0001-01-01T00:00:00Z"
"""Stands for the time of a capture that states none, as in the index: both must have one."""
HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}


def superseded(jsonls: Iterable[Path]) -> set[str]:
    """Record ids of captures that a later one replaces; there are few. RecordError."""
    ids = (row["previous_id"] for path in jsonls for row in records_in(path))
    return set(filter(None, ids))


def pages(jsonls: Iterable[Path], older: set[str]) -> Iterator[bytes]:
    """The lines of pages.jsonl: a header, then one line for each record.

    A page's id is the article's; that of a version which a later one replaces has "@" and the
    date of capture behind it.
    """
    yield _line(HEADER)
    for row in chain.from_iterable(map(records_in, jsonls)):
        moment = (row["captured_at"] or UNDATED).replace("+00:00", "Z")
        later = row["warc_record_id"] in older
        yield _line(
            {
                "id": f"{row['id']}@{moment}" if later else row["id"],
                "url": row["url"],
                "ts": moment,
                "title": row["headline"] or row["url"],
                "text": row["text"],
                "article": row["id"],
                "date_published": row["date_published"],
            }
        )


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


VERSION = "1.1.1"
LINES = 1024
"""Lines of a compressed block of the index."""
_PIECE = 1 << 20
_LOOK_AT_LOCAL = b"\xfe\xca\x00\x00"
"""An empty extra field. Where the central directory has none, ReplayWeb.page takes it that the
local header has none either, and misses the data by the length of the one for ZIP64."""


@dataclass(frozen=True, slots=True)
class WaczInput:
    """A finished WARC file and the JSONL file of the same pages."""

    warc: Path
    jsonl: Path


@dataclass(frozen=True, slots=True)
class About:
    """What a package says of itself."""

    title: str
    description: str


def packages(
    pairs: list[WaczInput],
    target: Path,
    about: About,
    size: int,
    progress: Callable[[int], object] = lambda _: None,
    *,
    replace: bool = True,
) -> list[Path]:
    """Write `target`, or `<target>-1.wacz`, … of about `size` bytes each with a list of them.

    Packages of ours that are there are replaced, all of them together when the new ones are whole,
    and parts that are no more are removed. The same input gives the same bytes. NotReplacedError
    when something else is there, or anything without `replace`; OSError when it cannot be written.
    """
    groups = list(_groups(pairs, size))
    older = superseded(pair.jsonl for pair in pairs)
    parts = [target]
    if len(groups) > 1:
        numbers = range(1, len(groups) + 1)
        parts = [target.with_name(f"{target.stem}-{n}{target.suffix}") for n in numbers]
    listed = target.with_suffix(".json")
    needless = [path for path in earlier(target) if path not in parts]
    for path in needless:
        check(path, lambda _: True, replace=replace)
    if len(groups) == 1:
        with replacing(target, products.WACZ.is_own, replace=replace) as draft:
            _write(groups[0], draft.path, about, older, progress)
            for path in needless:
                draft.remove(path)
        return parts
    with replacing(listed, products.PACKAGES.is_own, replace=replace) as draft:
        growing = [draft.add(path, products.WACZ.is_own, folder=False) for path in parts]
        for number, group in enumerate(groups, 1):
            part = About(f"{about.title} ({number}/{len(groups)})", about.description)
            _write(group, growing[number - 1], part, older, progress)
        _write_list(list(zip(parts, growing, strict=True)), draft.path, about)
        for path in needless:
            if path != listed:
                draft.remove(path)
    return parts


def earlier(target: Path) -> list[Path]:
    """Packages of ours under a name and its numbers, and the list of them, as a call left them."""
    pattern = re.compile(rf"{re.escape(target.stem)}-(\d+){re.escape(target.suffix)}")
    found = [target] if products.WACZ.is_own(target) else []
    for path in sorted(target.parent.iterdir()) if target.parent.is_dir() else ():
        if (match := pattern.fullmatch(path.name)) and products.WACZ.is_own(path):
            title = str(products.datapackage(path).get("title", ""))
            if re.search(rf" \({match[1]}/\d+\)$", title):
                found.append(path)
    listed = target.with_suffix(".json")
    return [*found, listed] if products.PACKAGES.is_own(listed) else found


def _groups(pairs: list[WaczInput], size: int) -> Iterator[list[WaczInput]]:
    group: list[WaczInput] = []
    total = 0
    for pair in pairs:
        length = pair.warc.stat().st_size + pair.jsonl.stat().st_size
        if group and total + length > size:
            yield group
            group, total = [], 0
        group.append(pair)
        total += length
    if group:
        yield group


def _write(
    group: list[WaczInput],
    path: Path,
    about: About,
    older: set[str],
    progress: Callable[[int], object],
) -> None:
    with zipfile.ZipFile(path, "w", allowZip64=True) as package:
        _Writer(package, progress).write(group, about, older)


class _Writer:
    """One package under way."""

    def __init__(self, package: zipfile.ZipFile, progress: Callable[[int], object]) -> None:
        self._package = package
        self._progress = progress
        self._resources: list[dict[str, object]] = []
        self._moment = (1980, 1, 1, 0, 0, 0)
        """The date of all members: the package's bytes depend on its content alone."""

    def write(self, group: list[WaczInput], about: About, older: set[str]) -> None:
        """Write every member, the list of them last."""
        for pair in group:
            with pair.warc.open("rb") as file:
                self._add(f"archive/{pair.warc.name}", _pieces(file), stored=True)
        with TemporaryDirectory(prefix="wacz-") as scratch, ExitStack() as stack:
            indexes = [fresh_index(pair.warc, Path(scratch)) for pair in group]
            packed = stack.enter_context(Path(scratch, "index.cdx.gz").open("w+b"))
            listed = _merged(indexes, packed, stack)
            packed.seek(0)
            self._add("indexes/index.cdx.gz", _pieces(packed), stored=True)
            self._add("indexes/index.idx", iter([listed]))
        self._add("pages/pages.jsonl", pages([pair.jsonl for pair in group], older))
        text = json.dumps(_datapackage(self._resources, group, about), indent=2).encode("utf-8")
        self._add("datapackage.json", iter([text]))
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
        self._add("datapackage-digest.json", iter([json.dumps(digest, indent=2).encode("utf-8")]))

    def _add(self, name: str, data: Iterable[bytes], *, stored: bool = False) -> None:
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.extra = _LOOK_AT_LOCAL
        digest, size = hashlib.sha256(), 0
        with self._package.open(info, "w", force_zip64=True) as member:
            for piece in data:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                self._progress(len(piece))
        self._resources.append(_resource(name, digest.hexdigest(), size))


def _resource(path: str, digest: str, size: int) -> dict[str, object]:
    name = path.rpartition("/")[2]
    return {"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size}


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, _PIECE), b"")


def _merged(indexes: list[Path], packed: IO[bytes], stack: ExitStack) -> bytes:
    """Merge sorted indexes to one compressed one; the lines of its own index."""
    files = [stack.enter_context(path.open(encoding="utf-8")) for path in indexes]
    listed = io.StringIO()
    writer = CompressedWriter(
        listed, packed, num_lines=LINES, data_out_name="index.cdx.gz", digest_records=True
    )
    for line in heapq.merge(*files):
        writer.write(line)
    if writer.block:
        writer.flush()
    return listed.getvalue().encode("utf-8")


def _datapackage(
    resources: list[dict[str, object]], group: list[WaczInput], about: About
) -> dict[str, Any]:
    rows = (row for pair in group for row in records_in(pair.jsonl))
    last = max(((row["captured_at"] or "").replace("+00:00", "Z") for row in rows), default="")
    found: dict[str, Any] = {
        "profile": "data-package",
        "title": about.title,
        "description": about.description,
        "wacz_version": VERSION,
        "software": f"{MAKER} {__version__}",
        "resources": list(resources),
    }
    if last:
        found |= {"created": last, "modified": last}
    return found


def _write_list(parts: list[tuple[Path, Path]], path: Path, about: About) -> None:
    """The list by which a replayer opens several packages as one (multi-wacz-package)."""
    resources = []
    for target, part in parts:
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        resources.append(_resource(target.name, digest, part.stat().st_size))
    document = {
        "profile": "multi-wacz-package",
        "title": about.title,
        "description": about.description,
        "software": f"{MAKER} {__version__}",
        "resources": resources,
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
