"""A lost or damaged ledger made again from the WARC and JSONL files, which are the truth."""

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huffarchive.archive import disk
from huffarchive.archive.extract import articles
from huffarchive.archive.lock import Lock
from huffarchive.archive.places import Places
from huffarchive.archive.recovery import sha256_of
from huffarchive.editions import Edition
from huffarchive.ledger import CaptureRow, Ledger
from huffarchive.ledger.files import FileRow
from huffarchive.message import Message, MessageError
from huffarchive.outcome import Reason, State
from huffarchive.reading import Reading
from huffarchive.sources.index import IndexFormatError, read_index
from huffarchive.sources.services import is_query, services_of_query
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.cdxj import index_path
from huffarchive.warc.digest import sha1, sha256
from huffarchive.warc.note import Note
from huffarchive.warc.read import Capture, Stored, WarcError, records
from huffarchive.warc.record import Record
from huffarchive.warc.repair import readable
from huffarchive.workers import Job, read_in_order

log = logging.getLogger(__name__)

_STEM = re.compile(r"(?P<stem>.+-\d{14}-(?P<serial>\d+))\.(?:warc\.gz|jsonl)(?:\.open)?$")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding found."""

    files: int
    captured: int
    wanted: int
    mended: tuple[str, ...]
    """One line for each file that was not as it should be."""


def rebuild(
    places: Places, edition: Edition, workers: int, progress: Callable[[str], None]
) -> Rebuilt:
    """Make the ledger again; whatever is in the way goes to the quarantine, nothing is deleted.

    A damaged WARC keeps its readable beginning; its JSONL is written again from it. A JSONL whose
    WARC is gone has no evidence: it is set aside and its pages are wanted again. LockedError when
    a run is under way.
    """
    places.make()
    disk.make_folder(places.quarantine)
    lock = Lock(places.lock, datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        return _Rebuilding(places, edition, workers, progress).run()
    finally:
        lock.release()


class _Rebuilding:
    def __init__(
        self, places: Places, edition: Edition, workers: int, progress: Callable[[str], None]
    ) -> None:
        self.places, self.edition, self.workers, self.progress = places, edition, workers, progress
        self.mended: list[str] = []
        self.orphans: list[str] = []

    def run(self) -> Rebuilt:
        for ending in ("", "-wal", "-shm"):
            old = self.places.ledger.with_name(self.places.ledger.name + ending)
            if old.exists():
                self._set_aside(old)
        fresh = self.places.ledger.with_name("ledger.rebuilding.sqlite3")
        for ending in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        ledger = Ledger.open(fresh, self.edition)
        try:
            files = self._files(ledger)
            with ledger.transaction():
                self._want_what_was_left(ledger)
                ledger.pages.want(self.orphans, "recover")
            counts = ledger.counts.by_state()
        finally:
            ledger.close()
        disk.rename(fresh, self.places.ledger)
        return Rebuilt(files, counts[State.CAPTURED], counts[State.WANTED], tuple(self.mended))

    def _files(self, ledger: Ledger) -> int:
        stems = sorted(self._stems().items(), key=lambda item: item[1])
        for stem, serial in stems:
            self.progress(stem)
            warc, jsonl = (
                self._whole(self.places.warc_file, stem),
                self._whole(self.places.jsonl_file, stem),
            )
            if not warc.exists():
                self._orphan(jsonl)
                if (index := index_path(warc)).exists():
                    self._set_aside(index)
                continue
            stored = self._readable(warc)
            self._same_records(warc, jsonl)
            lines = jsonl.read_bytes().count(b"\n") if jsonl.exists() else 0
            with ledger.transaction():
                self._pages(ledger, stored(), serial)
                ledger.files.store(
                    FileRow(
                        serial,
                        stem,
                        whole=True,
                        warc_length=warc.stat().st_size,
                        jsonl_length=jsonl.stat().st_size,
                        articles=lines,
                        warc_sha256=sha256_of(warc),
                        jsonl_sha256=sha256_of(jsonl),
                    )
                )
        return len(stems)

    def _stems(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for folder in (self.places.warc, self.places.output):
            for path in folder.glob(f"{self.places.name}-*"):
                if (match := _STEM.fullmatch(path.name)) is not None:
                    found[match["stem"]] = int(match["serial"])
        return found

    def _whole(self, name: Callable[..., Path], stem: str) -> Path:
        growing, whole = name(stem, growing=True), name(stem)
        if growing.exists():
            disk.rename(growing, whole)
        return whole

    def _readable(self, warc: Path) -> Callable[[], Iterator[Stored]]:
        """Cut a WARC to its readable beginning; how to read that."""
        end = 0
        try:
            for stored in records(warc):
                end = stored.offset + stored.length
        except WarcError as error:
            self.mended.append(str(error))
            self._set_aside(warc, copy=True)
            disk.truncate(warc, end)
        return lambda: records(warc) if warc.stat().st_size else iter(())

    def _same_records(self, warc: Path, jsonl: Path) -> None:
        """Write the JSONL again from the WARC where it is not what the WARC says."""
        fresh = jsonl.with_suffix(".rebuilding")
        fresh.unlink(missing_ok=True)
        with disk.create(fresh) as file:
            if warc.stat().st_size:
                for article in articles(warc, self.workers):
                    disk.write(file, article.to_json())
            disk.sync(file)
        if jsonl.exists() and sha256_of(jsonl) == sha256_of(fresh):
            fresh.unlink()
            return
        if jsonl.exists():
            self._set_aside(jsonl)
        self.mended.append(f"{jsonl.name}: written again from {warc.name}")
        disk.rename(fresh, jsonl)

    def _orphan(self, jsonl: Path) -> None:
        for line in jsonl.read_bytes().splitlines():
            try:
                row = json.loads(line)
                self.orphans += [row["canonical_url"] or row["url"], row["url"]]
            except (ValueError, KeyError, TypeError):
                continue
        self.mended.append(f"{jsonl.name}: its WARC is gone; its pages are wanted again")
        self._set_aside(jsonl)

    def _pages(self, ledger: Ledger, stored: Iterator[Stored], serial: int) -> None:
        """Settle every page that a note tells of, and want what the pages link to."""
        waiting: Stored | None = None
        jobs: list[Job] = []
        for item in stored:
            kind = item.record.type
            if kind in ("response", "revisit", "request"):
                waiting = item if kind != "request" or waiting is None else waiting
            elif kind == "metadata" and (note := Note.from_block(item.record.block)) is not None:
                if waiting is not None and note.page is not None and note.state is not None:
                    self._settle(ledger, note, waiting, serial)
                    if note.state == State.CAPTURED and waiting.record.type == "response":
                        jobs.append(_job(note, waiting, self.edition))
                waiting = None
            if len(jobs) >= 256:
                self._links(ledger, jobs)
        self._links(ledger, jobs)

    def _links(self, ledger: Ledger, jobs: list[Job]) -> None:
        for reading in read_in_order(jobs, self.workers):
            if isinstance(reading, Reading):
                ledger.pages.want(reading.links, "link")
        jobs.clear()

    def _settle(self, ledger: Ledger, note: Note, stored: Stored, serial: int) -> None:
        assert note.page is not None
        key = PageKey.parse(note.page)
        main = stored.record
        url = note.url or Capture(stored, note).url
        where = identify(url, self.edition)
        if isinstance(where, Address) and where.key == key:
            url = where.url
        state = State(note.state or "wanted")
        reason = Reason(note.reason) if note.reason else None
        if state is State.CAPTURED and is_query(key) and not self._index(ledger, key, url, main):
            state, reason = State.WANTED, None
        page = ledger.pages.restore(
            key,
            url,
            state,
            reason,
            note.aliases,
            note.named_by or ("recover",),
            ""
            if state in (State.CAPTURED, State.WANTED)
            else f"{note.source}={state}/{note.reason}",
        )
        if state is State.CAPTURED and main.type == "response":
            ledger.captures.add(page, _row(note, stored, serial))

    def _index(self, ledger: Ledger, key: PageKey, url: str, main: Record) -> bool:
        """Note again what a page of another archive's index told; whether it can be read."""
        if main.type == "revisit":
            return True  # the page that it repeats was read
        try:
            message = Message.parse(main.block)
            found = read_index(message, key, url, self.edition, services_of_query(url))
        except (IndexFormatError, MessageError):
            return False
        ledger.pages.remember(found.mementos, found.source)
        ledger.pages.want_queries(found.more)
        return True

    def _want_what_was_left(self, ledger: Ledger) -> None:
        """The newest account of what was wanted and not captured."""
        left = sorted(self.places.reports.glob("*-left.jsonl"))
        if not left:
            return
        with left[-1].open(encoding="utf-8") as file:
            for line in file:
                try:
                    ledger.pages.want([json.loads(line)["url"]], "recover")
                except (ValueError, KeyError, TypeError):
                    self.mended.append(f"{left[-1].name}: an unreadable line was passed over")

    def _set_aside(self, path: Path, *, copy: bool = False) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        target = self.places.quarantine / f"{path.name}.{stamp}"
        if copy:
            shutil.copy2(path, target)
        else:
            shutil.move(path, target)


def _job(note: Note, stored: Stored, edition: Edition) -> Job:
    capture = Capture(stored, note)
    url, site = capture.url, None
    if note.url is not None and note.url != url:
        site = "/".join(url.split("/", 3)[:3])
    return Job(url, capture.captured_at, readable(capture), edition.code, site)


def _row(note: Note, stored: Stored, serial: int) -> CaptureRow:
    main, capture = stored.record, Capture(stored, note)
    etag = modified = payload_sha1 = payload_sha256 = None
    try:
        message = Message.parse(capture.response)
        etag, modified = message.header("etag"), message.header("last-modified")
        payload_sha1, payload_sha256 = sha1(message.entity), sha256(message.entity)
    except MessageError:
        log.debug("%s: no HTTP", main.id)
    return CaptureRow(
        note.source,
        capture.url,
        main.field("WARC-Date") or "",
        etag,
        modified,
        payload_sha1,
        payload_sha256,
        main.id,
        serial,
        stored.offset,
        stored.length,
        note.reason in (Reason.ARTICLE, Reason.UNREADABLE),
    )
