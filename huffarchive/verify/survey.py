"""One pass over files: every rule, every finding, and what was looked at."""

import hashlib
import io
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import huffarchive.verify.rules  # noqa: F401  declares them
from huffarchive.archive.places import Places
from huffarchive.verify.bench import Bench
from huffarchive.verify.cdxj import read_index
from huffarchive.verify.entry import Damage, WarcFile
from huffarchive.verify.finding import Finding, Severity
from huffarchive.verify.index import Index
from huffarchive.verify.lines import Line, lines
from huffarchive.verify.reread import Reading, reread
from huffarchive.verify.rule import RULES, Scope
from huffarchive.verify.scan import scan
from huffarchive.verify.source import Source
from huffarchive.warc.cdxj import index_path

WARC_ENDINGS = (".warc", ".warc.gz", ".warc.gz.open", ".wacz")
JSONL_ENDINGS = (".jsonl", ".jsonl.open")


@dataclass(slots=True)
class Counts:
    """What a survey looked at, and what it found."""

    files: int = 0
    records: int = 0
    lines: int = 0
    reread: int = 0
    size: int = 0
    """Bytes read."""
    errors: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A file to look at; `limit` is how far it is committed, None for all of it."""

    path: Path
    name: str
    limit: int | None = None
    ours: bool = False

    @property
    def size(self) -> int:
        """Bytes to read."""
        try:
            size = self.path.stat().st_size
        except OSError:
            return 0
        return size if self.limit is None else min(size, self.limit)


class Survey:
    """A check of files, ours or anybody's; `counts` is complete when its findings are."""

    def __init__(
        self, reading: Reading | None = None, progress: Callable[[int], object] = lambda _: None
    ) -> None:
        """`reading` asks to read the articles again; `progress` hears of bytes that were read."""
        self._reading = reading
        self._progress = progress
        self.counts = Counts()

    def files(self, paths: Iterable[Path]) -> Iterator[Finding]:
        """Check files by themselves: WARC, WACZ and JSONL, each also against the others."""
        stored = [Stored(path, path.name.removesuffix(".open")) for path in paths]
        warcs = [s for s in stored if not s.path.name.endswith(JSONL_ENDINGS)]
        jsonls = [s for s in stored if s.path.name.endswith(JSONL_ENDINGS)]
        yield from self._counted(self._survey(warcs, jsonls, None))

    def archive(self, places: Places) -> Iterator[Finding]:
        """Check an archive of ours: its files, and its ledger against them."""
        yield from self._counted(self._archive(places))

    def _archive(self, places: Places) -> Iterator[Finding]:
        with Index(evidence=True) as index:
            rows: dict[str, tuple[bool, int, int]] = {}
            if places.ledger.exists():
                try:
                    index.attach(places.ledger)
                    for (fault,) in index.rows("PRAGMA ledger.integrity_check(10)"):
                        if fault != "ok":
                            raise sqlite3.DatabaseError(fault)
                    for stem, state, warc, jsonl in index.rows(
                        "SELECT stem, state, warc_length, jsonl_length FROM ledger.file"
                    ):
                        rows[stem] = (state == "open", warc, jsonl)
                except sqlite3.Error as error:
                    index.detach()
                    yield _damaged_ledger(places, str(error))
            else:
                yield _damaged_ledger(places, "it is not there")
            warcs = _ours(places.warc, ".warc.gz", {k: (v[0], v[1]) for k, v in rows.items()})
            jsonls = _ours(places.output, ".jsonl", {k: (v[0], v[2]) for k, v in rows.items()})
            yield from self._survey(warcs, jsonls, index)
        for path in sorted(places.warc.glob("*.cdxj")):
            if not path.with_suffix(".warc.gz").exists():
                yield RULES["cdxj-file"].finding(
                    str(path), None, None, "its WARC file is not there"
                )

    def _survey(
        self, warcs: list[Stored], jsonls: list[Stored], index: Index | None
    ) -> Iterator[Finding]:
        if index is None:
            with Index(evidence=bool(jsonls)) as fresh:
                yield from self._survey(warcs, jsonls, fresh)
            return
        for stored in warcs:
            yield from self._warc(index, stored)
        for stored in jsonls:
            yield from self._jsonl(index, stored)
        index.finish()
        wanted = {Scope.LINK} | ({Scope.JSONL} if jsonls or _any_ours(warcs) else set())
        if _any_ours(warcs):
            wanted.add(Scope.CDXJ)
        if index.ledger is not None:
            wanted.add(Scope.LEDGER)
        for rule in RULES.values():
            if rule.scope not in wanted or rule.check is None or rule.name in _PER_LINE:
                continue
            try:
                for file, offset, record, detail, ours in rule.check(index):
                    # A value that is missing makes the whole detail NULL in SQL.
                    yield rule.finding(file, offset, record, detail or rule.says, ours=ours)
            except sqlite3.DatabaseError as error:
                if rule.scope is not Scope.LEDGER:
                    raise
                yield RULES["ledger-damaged"].finding(str(index.ledger), None, None, str(error))
        if self._reading is not None:
            paths = {stored.name: stored.path for stored in warcs}
            for stored in jsonls:
                warc = paths.get(f"{stored.name.removesuffix('.jsonl')}.warc.gz")
                if warc is not None:
                    yield from self._reread(stored, warc)

    def _counted(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        for finding in findings:
            if finding.severity is Severity.ERROR:
                self.counts.errors += 1
            else:
                self.counts.notes += 1
            yield finding

    # --- WARC files

    def _warc(self, index: Index, stored: Stored) -> Iterator[Finding]:
        try:
            with stored.path.open("rb") as file:
                if file.read(4) == b"PK\x03\x04":
                    yield from self._wacz(index, stored, file)
                else:
                    warc = WarcFile(str(stored.path), stored.name, ours=stored.ours)
                    yield from self._records(index, warc, file, stored.limit)
                    if stored.ours and stored.path.suffix == ".gz":
                        yield from self._cdxj(index, stored.path, warc)
        except (OSError, zipfile.BadZipFile) as error:
            yield RULES["unreadable"].finding(str(stored.path), None, None, str(error))

    def _wacz(self, index: Index, stored: Stored, file: IO[bytes]) -> Iterator[Finding]:
        with zipfile.ZipFile(file) as package:
            for name in package.namelist():
                if name.startswith("archive/") and not name.endswith("/"):
                    warc = WarcFile(f"{stored.path}!{name}", name.rpartition("/")[2])
                    with package.open(name) as member:
                        yield from self._records(index, warc, member, None)

    def _records(
        self, index: Index, warc: WarcFile, file: IO[bytes], limit: int | None
    ) -> Iterator[Finding]:
        source = Source(file, limit, summed=warc.ours)
        bench = Bench()
        number = index.add_warc(warc)
        told = 0
        for item in scan(source, warc):
            if isinstance(item, Damage):
                index.add_damage(number, item)
                rule = RULES[item.rule]
                yield rule.finding(
                    warc.shown,
                    item.offset,
                    (item.record or "").strip("<>") or None,
                    item.detail,
                    ours=warc.ours,
                )
                continue
            warc.records += 1
            if item.type == "warcinfo" and item.id is not None:
                warc.infos.add(item.id)
            yield from bench.judge(item)
            warc.version = warc.version or item.version
            index.add_entry(number, item)
            self._progress(source.position - told)
            told = source.position
        self.counts.files += 1
        self.counts.records += warc.records
        if warc.ours:
            warc.sha256 = source.sha256()
        warc.size = file.seek(0, io.SEEK_END)
        self.counts.size += warc.size
        index.end_warc(number, warc)
        self._progress(max(warc.size - told, 0))

    def _cdxj(self, index: Index, stored: Path, warc: WarcFile) -> Iterator[Finding]:
        path = index_path(stored)
        try:
            for offset, detail in read_index(path, index, warc.number):
                yield RULES["cdxj-line"].finding(str(path), offset, None, detail)
            size = path.stat().st_size
        except FileNotFoundError:
            yield RULES["cdxj-file"].finding(warc.shown, None, None, "it has no index")
            return
        self.counts.size += size
        self._progress(size)

    # --- JSONL files

    def _jsonl(self, index: Index, stored: Stored) -> Iterator[Finding]:
        shown = str(stored.path)
        digest = hashlib.sha256()
        number = 0
        try:
            with stored.path.open("rb") as file:
                number = index.add_jsonl(shown, stored.name, ours=stored.ours)
                count = 0
                for line in lines(file, stored.limit):
                    count += 1
                    digest.update(line.raw)
                    yield from _judge_line(index, number, stored, line)
                    self._progress(len(line.raw))
                size = file.seek(0, io.SEEK_END)
        except OSError as error:
            yield RULES["unreadable"].finding(shown, None, None, str(error))
            return
        self.counts.files += 1
        self.counts.lines += count
        self.counts.size += size
        index.end_jsonl(number, size, digest.hexdigest(), count)

    def _reread(self, stored: Stored, warc: Path) -> Iterator[Finding]:
        assert self._reading is not None
        for found in reread(stored.path, warc, self._reading):
            if found is None:
                self.counts.reread += 1
                continue
            rule, offset, article, detail = found
            yield RULES[rule].finding(str(stored.path), offset, article, detail)


_PER_LINE = ("jsonl-keys", "jsonl-form")


def _judge_line(index: Index, number: int, stored: Stored, line: Line) -> Iterator[Finding]:
    shown, row = str(stored.path), line.row
    if row is None:
        yield RULES["jsonl-line"].finding(shown, line.offset, None, line.fault or "")
        return
    article = row.get("id")
    article = article if isinstance(article, str) else None
    for name in _PER_LINE:
        rule = RULES[name]
        assert rule.check is not None
        for detail in rule.check(line):
            yield rule.finding(shown, line.offset, article, detail, ours=stored.ours)
    index.add_line(number, line.offset, row)


def _ours(folder: Path, ending: str, rows: dict[str, tuple[bool, int]]) -> list[Stored]:
    """The files of an archive's folder; of one that grows, what is committed."""
    found = []
    for path in sorted(folder.glob(f"*{ending}")) + sorted(folder.glob(f"*{ending}.open")):
        name = path.name.removesuffix(".open")
        growing, length = rows.get(name.removesuffix(ending), (False, 0))
        if path.name.endswith(".open") and name.removesuffix(ending) not in rows:
            continue  # begun and never committed: the next run sets it aside
        found.append(Stored(path, name, length if growing else None, ours=True))
    return found


def _any_ours(warcs: list[Stored]) -> bool:
    return any(stored.ours for stored in warcs)


def _damaged_ledger(places: Places, detail: str) -> Finding:
    return RULES["ledger-damaged"].finding(str(places.ledger), None, None, detail)


def found_under(folder: Path) -> list[Path]:
    """The WARC, WACZ and JSONL files of a folder and the folders in it, in order."""
    endings = (*WARC_ENDINGS, *JSONL_ENDINGS)
    return sorted(p for p in folder.rglob("*") if p.name.endswith(endings) and p.is_file())
