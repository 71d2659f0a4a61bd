"""One pass over files: every rule, every finding, and what was looked at."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path

import huffarchive.verify.rules  # noqa: F401  declares them
from huffarchive.archive.places import Places
from huffarchive.verify.counts import Counts
from huffarchive.verify.finding import Finding
from huffarchive.verify.given import JSONL_ENDINGS, Given, ours
from huffarchive.verify.index import Index, bare
from huffarchive.verify.jsonl import PER_LINE, Jsonl
from huffarchive.verify.reread import Reading
from huffarchive.verify.rule import RULES, Scope
from huffarchive.verify.sweep import Sweep
from huffarchive.warc.read import records_from
from huffarchive.workers import Readers


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
        warcs: list[Given] = []
        jsonls: list[Given] = []
        for path in paths:
            kind = jsonls if path.name.endswith(JSONL_ENDINGS) else warcs
            kind.append(Given(path, path.name.removesuffix(".open")))
        with Index(evidence=bool(jsonls)) as index:
            yield from self._counted(self._survey(index, warcs, jsonls))

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
            warcs = ours(places.warc, ".warc.gz", {k: (v[0], v[1]) for k, v in rows.items()})
            jsonls = ours(places.output, ".jsonl", {k: (v[0], v[2]) for k, v in rows.items()})
            yield from self._survey(index, warcs, jsonls)
        for path in sorted(places.warc.glob("*.cdxj")):
            if not path.with_suffix(".warc.gz").exists():
                yield RULES["cdxj-file"].finding(
                    str(path), None, None, "its WARC file is not there"
                )

    def _survey(
        self, index: Index, warcs: Sequence[Given], given: Sequence[Given]
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
            sweep = Sweep(index, readers, self.counts, self._progress)
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


def _beside(warcs: Sequence[Given], jsonls: Sequence[Jsonl]) -> dict[Given, list[Jsonl]]:
    """The JSONL files whose articles were read from each WARC.

    Of several WARC files of one name, it is that which holds the record of the first line.
    """
    named: dict[str, list[Given]] = {}
    for warc in warcs:
        named.setdefault(warc.name, []).append(warc)
    found: dict[Given, list[Jsonl]] = {}
    for jsonl in jsonls:
        same = named.get(f"{jsonl.given.name.removesuffix('.jsonl')}.warc.gz", [])
        if len(same) > 1:
            same = [warc for warc in same if _holds(warc.path, jsonl.given.path)] or same
        if same:
            found.setdefault(same[-1], []).append(jsonl)
    return found


def _holds(warc: Path, jsonl: Path) -> bool:
    """Whether a WARC file holds the record that the first line of a JSONL file names."""
    try:
        with jsonl.open("rb") as file:
            row = json.loads(file.readline())
        stored = next(records_from(warc, row["warc_offset"]))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return False
    return bare(stored.record.field("WARC-Record-ID")) == bare(row["warc_record_id"])


def _held(index: Index, jsonls: Sequence[Jsonl], *, reread: bool) -> Iterator[Finding]:
    """What was found in the JSONL files, one after the other: by itself, or by reading again.

    What differs where records are lost is none: see `Rereading`.
    """
    for number, rule, offset, article, detail in index.rows(
        """
        SELECT h.jsonl, h.rule, h.offset, h.article, h.detail
        FROM held h
        WHERE (h.warc IS NOT NULL) = ? AND ifnull((SELECT l.ended
        FROM lost l
        WHERE l.file = h.warc AND l.begun <= h.at
        ORDER BY l.begun DESC LIMIT 1), -1) <= ifnull(h.at, 0)
        ORDER BY h.jsonl, h.rowid
        """,
        reread,
    ):
        yield jsonls[number - 1].finding(rule, offset, article, detail)


def _damaged_ledger(places: Places, detail: str) -> Finding:
    return RULES["ledger-damaged"].finding(str(places.ledger), None, None, detail)
