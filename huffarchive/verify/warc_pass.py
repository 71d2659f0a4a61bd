"""One pass over a WARC file: the rules of records, the index filled, its articles read again."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import huffarchive.verify.rules  # noqa: F401
from huffarchive.sources import COPIED
from huffarchive.verify import wacz
from huffarchive.verify.extraction import Comparison, Reextraction
from huffarchive.verify.index import Index, opened, read_index
from huffarchive.verify.jsonl import InputFile, Jsonl
from huffarchive.verify.record import Damage, Entry, WarcFile
from huffarchive.verify.rule import RULES, CheckCounts, Finding, Rule, Scope, Severity
from huffarchive.verify.scan import scan
from huffarchive.verify.wacz import UNREADABLE
from huffarchive.warc.annotation import CONTENT_TYPE, Annotation
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.containers import archive_members, is_arc, is_package, open_member
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from huffarchive.warc.stream import FileWindow
from huffarchive.workers.pool import Readers

Shape = tuple[str, ...]
"""Version, type, whose it is and names of the fields: alike in nearly all records of a type."""
_MANY = 1000
"""Shapes that are remembered."""


class RuleSet:
    """The rules of records, sorted by the shapes of the records that a file has."""

    def __init__(self) -> None:
        self._known: dict[Shape, tuple[tuple[str, tuple[Rule, ...]], ...]] = {}
        self._rules = [
            rule
            for rule in RULES.values()
            if rule.scope in (Scope.RECORD, Scope.HTTP) and rule.check is not None
        ]

    def judge(self, entry: Entry) -> Iterator[Finding]:
        """Everything that is wrong with a record."""
        shape = (entry.version, entry.type, str(entry.ours), *entry.named)
        groups = self._known.get(shape)
        if groups is None:
            groups = self._groups_for(entry)
            if len(self._known) < _MANY:
                self._known[shape] = groups
        for unless, rules in groups:
            if unless and getattr(entry, unless):
                continue
            for rule in rules:
                for detail in rule.check(entry):  # type: ignore[misc]
                    record = (entry.id or "").strip("<>") or None
                    found = rule.finding(
                        entry.file.shown, entry.offset, record, detail, ours=entry.ours
                    )
                    # A copy is what it was: only its bytes can have gone wrong here.
                    kept = not entry.copied or rule.name == "block-digest"
                    yield found if kept else replace(found, severity=Severity.NOTE)

    def _groups_for(self, entry: Entry) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
        """The rules that may have something to say of records of this shape."""
        groups: dict[str, list[Rule]] = {}
        for rule in self._rules:
            assert rule.check is not None
            if (
                (rule.kinds and entry.type not in rule.kinds)
                or (rule.about and rule.about.isdisjoint(entry.named))
                or (rule.by_shape and not any(rule.check(entry)))
            ):
                continue
            groups.setdefault(rule.unless, []).append(rule)
        return tuple((unless, tuple(rules)) for unless, rules in groups.items())


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
    note = Annotation.from_block(behind.block)
    return note is not None and note.source in COPIED and note.origin is not None


class WarcPass:
    """Judges WARC files record by record, fills the index, and has their articles read again."""

    def __init__(
        self,
        index: Index,
        readers: Readers | None,
        counts: CheckCounts,
        progress: Callable[[int], object],
    ) -> None:
        self._index, self._readers, self._counts, self._progress = index, readers, counts, progress

    def file(self, given: InputFile, jsonls: Sequence[Jsonl]) -> Iterator[Finding]:
        """What is wrong with a WARC or WACZ; `jsonls` hold what was read from it."""
        try:
            with opened(given.path) as file:
                if is_package(file):
                    yield from self._wacz(given, file)
                elif is_arc(file):
                    yield from self._arc(given)
                else:
                    warc = WarcFile(str(given.path), given.name, ours=given.ours)
                    yield from self._records(warc, file, given, jsonls)
                    if given.ours and given.path.suffix == ".gz":
                        yield from self._cdxj(given.path, warc)
        except (OSError, zipfile.BadZipFile) as error:
            yield RULES["unreadable"].finding(str(given.path), None, None, str(error))

    def _arc(self, given: InputFile) -> Iterator[Finding]:
        """An ARC is read through; the rules of WARC say nothing of it."""
        counts = self._counts
        counts.files, counts.size = counts.files + 1, counts.size + given.path.stat().st_size
        try:
            for _ in records(given.path):
                counts.records += 1
        except WarcError as error:
            damaged = RULES["gzip-damaged"]
            yield damaged.finding(str(given.path), error.offset, None, error.problem)

    def _wacz(self, given: InputFile, file: IO[bytes]) -> Iterator[Finding]:
        with zipfile.ZipFile(file) as package:
            members = archive_members(package)
            for rule, detail in wacz.faults(package, [*members]):
                yield RULES[rule].finding(str(given.path), None, None, detail)
            for name, info in members.items():
                warc = WarcFile(f"{given.path}!{name}", name.rpartition("/")[2])
                try:
                    with open_member(package, info) as member:
                        inner = InputFile(given.path, warc.name)
                        yield from self._records(warc, member, inner, ())
                except UNREADABLE as error:
                    yield RULES["unreadable"].finding(warc.shown, None, None, str(error))

    def _records(
        self, warc: WarcFile, file: IO[bytes], given: InputFile, jsonls: Sequence[Jsonl]
    ) -> Iterator[Finding]:
        index, counts, limit = self._index, self._counts, given.limit
        source = FileWindow(file, limit, summed=warc.ours and limit is None)
        bench = RuleSet()
        index.add_warc(warc)
        rereading = None
        if self._readers is not None and jsonls:
            comparisons = [Comparison(jsonl, warc.number, counts) for jsonl in jsonls]
            rereading = Reextraction(self._readers, index, warc.number, comparisons)
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
