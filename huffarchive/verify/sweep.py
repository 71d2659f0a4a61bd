"""The pass over WARC files: each byte read and unpacked once, for everyone who wants it."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from huffarchive.verify.bench import Bench
from huffarchive.verify.cdxj import read_index
from huffarchive.verify.counts import Counts
from huffarchive.verify.entry import Damage, Entry, WarcFile
from huffarchive.verify.finding import Finding
from huffarchive.verify.given import Given
from huffarchive.verify.index import Index
from huffarchive.verify.jsonl import Jsonl
from huffarchive.verify.reread import Comparison, Rereading
from huffarchive.verify.rule import RULES
from huffarchive.verify.scan import scan
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.note import CONTENT_TYPE, Note
from huffarchive.warc.read import WarcError, archive_names, is_arc, open_member, records
from huffarchive.warc.source import Source
from huffarchive.workers import Readers


def _with_copies(items: Iterator[Entry | Damage]) -> Iterator[Entry | Damage]:
    """The same items; a record is known for a copy by the note behind it."""
    before: Entry | None = None
    for item in items:
        if isinstance(item, Entry) and before is not None:
            before.copied = _is_copied(before, item)
        if before is not None:
            yield before
        before = item if isinstance(item, Entry) else None
        if before is None:
            yield item
    if before is not None:
        yield before


def _is_copied(entry: Entry, behind: Entry) -> bool:
    if not entry.file.ours or behind.type != "metadata" or not behind.block:
        return False
    if behind.one("content-type") != CONTENT_TYPE:
        return False
    note = Note.from_block(behind.block)
    return note is not None and note.source in ("commoncrawl", "warc") and note.origin is not None


class Sweep:
    """Judges WARC files record by record, fills the index, and has their articles read again."""

    def __init__(
        self,
        index: Index,
        readers: Readers | None,
        counts: Counts,
        progress: Callable[[int], object],
    ) -> None:
        self._index, self._readers, self._counts, self._progress = index, readers, counts, progress

    def file(self, given: Given, jsonls: Sequence[Jsonl]) -> Iterator[Finding]:
        """What is wrong with a WARC or WACZ; `jsonls` hold what was read from it."""
        try:
            with given.path.open("rb") as file:
                head = file.read(512)
                if head.startswith(b"PK\x03\x04"):
                    yield from self._wacz(given, file)
                elif is_arc(head):
                    yield from self._arc(given)
                else:
                    warc = WarcFile(str(given.path), given.name, ours=given.ours)
                    yield from self._records(warc, file, given, jsonls)
                    if given.ours and given.path.suffix == ".gz":
                        yield from self._cdxj(given.path, warc)
        except (OSError, zipfile.BadZipFile) as error:
            yield RULES["unreadable"].finding(str(given.path), None, None, str(error))

    def _arc(self, given: Given) -> Iterator[Finding]:
        """An ARC is read through; the rules of WARC say nothing of it."""
        counts = self._counts
        counts.files, counts.size = counts.files + 1, counts.size + given.path.stat().st_size
        try:
            for _ in records(given.path):
                counts.records += 1
        except WarcError as error:
            damaged = RULES["gzip-damaged"]
            yield damaged.finding(str(given.path), error.offset, None, error.problem)

    def _wacz(self, given: Given, file: IO[bytes]) -> Iterator[Finding]:
        with zipfile.ZipFile(file) as package:
            for name in archive_names(package):
                warc = WarcFile(f"{given.path}!{name}", name.rpartition("/")[2])
                with open_member(package, name) as member:
                    yield from self._records(warc, member, Given(given.path, warc.name), ())

    def _records(
        self, warc: WarcFile, file: IO[bytes], given: Given, jsonls: Sequence[Jsonl]
    ) -> Iterator[Finding]:
        index, counts, limit = self._index, self._counts, given.limit
        source = Source(file, limit, summed=warc.ours and limit is None)
        bench = Bench()
        index.add_warc(warc)
        rereading = None
        if self._readers is not None and jsonls:
            comparisons = [Comparison(jsonl, warc.number, counts) for jsonl in jsonls]
            rereading = Rereading(self._readers, index, warc.number, comparisons)
        told = 0
        try:
            for item in _with_copies(scan(source, warc)):
                if isinstance(item, Damage):
                    yield self._damaged(warc, item)
                    if rereading is not None:
                        rereading.lost(item.offset)
                    continue
                warc.records += 1
                if item.type == "warcinfo" and item.id is not None:
                    warc.infos.add(item.id)
                yield from bench.judge(item)
                warc.version = warc.version or item.version
                index.add_entry(warc.number, item)
                if rereading is not None:
                    rereading.add(item)
                self._progress(source.position - told)
                told = source.position
        except OSError:
            if rereading is not None:
                rereading.lost()
                rereading.end()
            raise
        warc.size = file.seek(0, io.SEEK_END)
        if rereading is not None:
            # Of a file of ours that no ledger knows, nothing says that its end is not lost.
            short = warc.size < given.length if given.length is not None else warc.ours
            rereading.end(warc.size, short=short)
        counts.files += 1
        counts.records += warc.records
        if warc.ours and limit is None:
            warc.sha256 = source.sha256()
        counts.size += warc.size
        index.end_warc(warc)
        self._progress(max(warc.size - told, 0))

    def _damaged(self, warc: WarcFile, damage: Damage) -> Finding:
        self._index.add_damage(warc.number, damage)
        record = (damage.record or "").strip("<>") or None
        return RULES[damage.rule].finding(
            warc.shown, damage.offset, record, damage.detail, ours=warc.ours
        )

    def _cdxj(self, given: Path, warc: WarcFile) -> Iterator[Finding]:
        path = index_path(given)
        try:
            for offset, detail in read_index(path, self._index, warc.number):
                yield RULES["cdxj-line"].finding(str(path), offset, None, detail)
            size = path.stat().st_size
        except FileNotFoundError:
            yield RULES["cdxj-file"].finding(warc.shown, None, None, "it has no index")
            return
        self._counts.size += size
        self._progress(size)
