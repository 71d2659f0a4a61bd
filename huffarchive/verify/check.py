"""A check of files or of an archive: every rule, every finding, and what was looked at."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple, replace
from pathlib import Path

import huffarchive.verify.rules  # noqa: F401
from huffarchive import typed
from huffarchive.editions import EDITIONS
from huffarchive.ledger.readable import is_of_the_disk
from huffarchive.ledger.schema import LedgerError
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.extraction import ReaderOptions
from huffarchive.verify.index import Index, bare, opened
from huffarchive.verify.jsonl import JSONL_ENDINGS, MAX_LINE, PER_LINE, InputFile, Jsonl, ours
from huffarchive.verify.reports import check_reports, strangers
from huffarchive.verify.rule import RULES, CheckCounts, Finding, Scope, Severity
from huffarchive.verify.warc_pass import WarcPass
from huffarchive.warc.reader import records_from
from huffarchive.workers.pool import Readers


class Checker:
    """A check of files, ours or anybody's; `counts` is complete when its findings are."""

    def __init__(
        self,
        reading: ReaderOptions | None = None,
        progress: Callable[[int], object] = lambda _: None,
    ) -> None:
        """`reading` asks to read the articles again; `progress` hears of bytes that were read."""
        self._reading = reading
        self._progress = progress
        self.counts = CheckCounts()

    def files(self, paths: Iterable[Path]) -> Iterator[Finding]:
        """Check files by themselves: WARC, WACZ and JSONL, each also against the others."""
        warcs: list[InputFile] = []
        jsonls: list[InputFile] = []
        for path in paths:
            kind = jsonls if path.name.endswith(JSONL_ENDINGS) else warcs
            kind.append(InputFile(path, path.name.removesuffix(".open")))
        with Index(evidence=bool(jsonls)) as index:
            yield from self._counted(self._survey(index, warcs, jsonls))

    def archive(self, places: ArchivePaths) -> Iterator[Finding]:
        """Check an archive of ours: its files, and its ledger against them."""
        yield from self._counted(self._archive(places))

    def _archive(self, places: ArchivePaths) -> Iterator[Finding]:
        with Index(evidence=True) as index:
            index.of(EDITIONS.get(places.code))
            rows: dict[str, tuple[bool, int, int]] = {}
            if places.ledger.exists():
                try:
                    opened(places.ledger).close()
                    index.attach(places.ledger)
                    for (fault,) in index.rows("PRAGMA ledger.integrity_check(10)"):
                        if fault != "ok":
                            raise sqlite3.DatabaseError(fault)
                    for stem, state, warc, jsonl in index.rows(
                        "SELECT stem, state, warc_length, jsonl_length FROM ledger.file"
                    ):
                        rows[stem] = (state == "open", warc, jsonl)
                except (sqlite3.Error, OSError, LedgerError) as error:
                    index.detach()
                    yield _unread_ledger(places, error)
            else:
                yield _unread_ledger(places, "it is not there")
            warcs = ours(places.warc, ".warc.gz", {k: (v[0], v[1]) for k, v in rows.items()})
            jsonls = ours(places.output, ".jsonl", {k: (v[0], v[2]) for k, v in rows.items()})
            if index.ledger is not None:
                yield from check_reports(places, index)
            yield from _known_losses(places, self._survey(index, warcs, jsonls))
            yield from strangers(places)
        for path in sorted(places.warc.glob("*.cdxj")):
            if not path.with_suffix(".warc.gz").exists():
                yield RULES["cdxj-file"].finding(
                    str(path), None, None, "its WARC file is not there"
                )

    def _survey(
        self, index: Index, warcs: Sequence[InputFile], given: Sequence[InputFile]
    ) -> Iterator[Finding]:
        jsonls = [
            Jsonl(number, file, index, self.counts, self._progress)
            for number, file in enumerate(given, 1)
        ]
        beside = _beside(warcs, jsonls) if self._reading is not None else {}
        with ExitStack() as stack:
            readers = None
            if self._reading is not None and beside:
                readers = stack.enter_context(Readers(*astuple(self._reading)))
            sweep = WarcPass(index, readers, self.counts, self._progress)
            for warc in warcs:
                yield from sweep.file(warc, beside.get(warc, ()))
        for jsonl in jsonls:
            jsonl.rest()
        yield from _held(index, jsonls, reread=False)
        index.finish()
        wanted = {Scope.LINK}
        if jsonls:
            wanted.add(Scope.JSONL)
        if any(warc.ours for warc in warcs):
            wanted |= {Scope.JSONL, Scope.CDXJ}
        if index.ledger is not None:
            wanted.add(Scope.LEDGER)
        for rule in RULES.values():
            if rule.scope not in wanted or rule.check is None or rule.name in PER_LINE:
                continue
            try:
                for file, offset, record, detail, ours in rule.check(index):
                    # A value that is missing makes the whole detail NULL in SQL.
                    yield rule.finding(file, offset, record, detail or rule.says, ours=ours)
            except sqlite3.DatabaseError as error:
                if rule.scope is not Scope.LEDGER:
                    raise
                yield RULES["ledger-damaged"].finding(str(index.ledger), None, None, str(error))
        yield from _held(index, jsonls, reread=True)

    def _counted(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        for finding in findings:
            self.counts.add(finding)
            yield finding


_REFERRING = {"concurrent-dangling", "request-missing", "warcinfo-dangling", "warcinfo-first"}
_SET_ASIDE = re.compile(r"(?P<name>.+\.(?:warc\.gz|jsonl))\.\d{20}(?:\.\d+)?")


def _known_losses(places: ArchivePaths, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; a note each where a record refers to what `scrapy recover` could not save.

    Recovery wants the pages of what was lost again, so nothing is left to do. It sets the file of
    the loss aside, and that tells such a record from one that somebody else removed.
    """
    matches = (_SET_ASIDE.fullmatch(path.name) for path in places.quarantine.glob("*"))
    lost = {match["name"] for match in matches if match is not None}
    for found in findings:
        in_it = Path(found.file).name in lost
        if (found.rule in _REFERRING and in_it) or (found.rule == "refers-dangling" and lost):
            remedy = f"lost before `{typed()} recover`: what was left is in {places.quarantine}"
            yield replace(found, severity=Severity.NOTE, remedy=remedy)
        else:
            yield found


def _beside(warcs: Sequence[InputFile], jsonls: Sequence[Jsonl]) -> dict[InputFile, list[Jsonl]]:
    """The JSONL files whose articles were read from each WARC.

    Of several WARC files of one name, it is that which holds the records of the first and the last
    line; of copies, the one in the same folder, then the shortest, in whatever order they come.
    """
    named: dict[str, list[InputFile]] = {}
    for warc in warcs:
        named.setdefault(warc.name, []).append(warc)
    found: dict[InputFile, list[Jsonl]] = {}
    for jsonl in jsonls:
        same = named.get(f"{jsonl.given.name.removesuffix('.jsonl')}.warc.gz", [])
        if len(same) > 1:
            path, ends = jsonl.given.path, _ends(jsonl.given.path)
            same = sorted(same, key=lambda warc: _likeness(warc.path, path, ends))
        if same:
            found.setdefault(same[-1], []).append(jsonl)
    return found


def _ends(jsonl: Path) -> tuple[bytes, ...]:
    """The first and the last line of a file; none of one that cannot be read."""
    try:
        with jsonl.open("rb") as file:
            first = last = file.readline(MAX_LINE)
            while line := file.readline(MAX_LINE):
                last = line
    except OSError:
        return ()
    return first, last


def _likeness(warc: Path, jsonl: Path, ends: Iterable[bytes]) -> tuple[int, bool, int, str]:
    """Sorts WARC files: the likelier a JSONL file was read from one, the later it comes."""
    held = sum(_holds(warc, line) for line in ends)
    beside = warc.absolute().parent == jsonl.absolute().parent
    return held, beside, -size_of(warc), str(warc)


def size_of(path: Path) -> int:
    """The bytes of a file; 0 where it cannot be looked at."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _holds(warc: Path, line: bytes) -> bool:
    """Whether a WARC file holds the record that a line of JSONL names."""
    try:
        row = json.loads(line)
        stored = next(records_from(warc, row["warc_offset"]))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return False
    return bare(stored.record.field("WARC-Record-ID")) == bare(row["warc_record_id"])


def _held(index: Index, jsonls: Sequence[Jsonl], *, reread: bool) -> Iterator[Finding]:
    """What was found in the JSONL files, one after the other: by itself, or by reading again.

    What differs where records are lost is none: see `Reextraction`. A record that says that a
    fault of ours left its page unread, as the note of its capture does, is one of those that are
    counted where the page was captured and read another time.
    """
    later: Counter[int] = Counter()
    for number, rule, offset, article, detail, failed, read in index.rows(_HELD, reread):
        if rule != _UNREAD:
            yield jsonls[number - 1].finding(rule, offset, article, detail)
        elif not failed:
            yield jsonls[number - 1].finding("jsonl-reread", offset, article, detail)
        elif read:
            later[number] += 1
        else:
            yield jsonls[number - 1].finding(rule, offset, article, detail)
    for number, count in later.items():
        detail = f"records of captures that were read no more than that: {count}"
        found = jsonls[number - 1].finding(_UNREAD, None, None, detail)
        remedy = "each page was captured and read another time"
        yield replace(found, severity=Severity.NOTE, remedy=remedy)


_UNREAD = "jsonl-unread"
_HELD = """
    WITH read AS (SELECT DISTINCT page FROM note WHERE state = 'captured' AND NOT failed)
    SELECT h.jsonl, h.rule, h.offset, h.article, h.detail,
    h.rule = 'jsonl-unread' AND EXISTS(SELECT 1
    FROM entry e JOIN note n ON n.target = e.id
    WHERE e.file = h.warc AND e.offset = h.at AND n.failed),
    h.rule = 'jsonl-unread' AND h.article IN read
    FROM held h
    WHERE (h.warc IS NOT NULL) = ? AND ifnull((SELECT l.ended
    FROM lost l
    WHERE l.file = h.warc AND l.begun <= h.at
    ORDER BY l.begun DESC LIMIT 1), -1) <= ifnull(h.at, 0)
    ORDER BY h.jsonl, h.rowid
"""


def _unread_ledger(places: ArchivePaths, why: Exception | str) -> Finding:
    of_the_disk = isinstance(why, Exception) and is_of_the_disk(why)
    rule = RULES["unreadable" if of_the_disk else "ledger-damaged"]
    detail, _, remedy = str(why).partition("; ")  # of another version
    return rule.finding(str(places.ledger), None, None, detail, remedy=remedy)
