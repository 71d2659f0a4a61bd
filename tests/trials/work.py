"""A small crawl without network: the archive at work on pages that are made up.

Page n leads to pages 2n and 2n + 1, so a link that is lost loses pages. The last digit of n
decides what its server says; every answer is a function of n and of how often it was asked.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from huffarchive.archive.archive import Archive, Limits
from huffarchive.archive.store_visit import StoredVisit, Visit
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract import extract
from huffarchive.http import Exchange
from huffarchive.ledger.rows import Task
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.reading import PageType, Reading, Text
from huffarchive.storage.paths import ArchivePaths
from huffarchive.urls import Address, PageKey, identify
from huffarchive.warc.capture import Capture, captures
from huffarchive.warc.reader import records

WARC_SIZE = 6_000
"""Bytes of a WARC file, so that a dozen pages fill one."""
_OLD = "https://quebec.huffingtonpost.ca/2015/01/02/titre-{0}_n_{0}.html"
_NEW = "https://www.huffpost.com/archive/qc/entry/titre-{0}_n_{0}"
_LATER = 2e9
"""Every page is due by then."""


def places_in(folder: Path) -> ArchivePaths:
    """Where the archive below a trial's folder is."""
    return ArchivePaths(folder / "warc", folder / "output", HUFFPOST_QC.code)


def expected(pages: int) -> dict[str, str]:
    """What becomes of each page in the end: the state by the page's key."""
    return {
        f"n:{n}": State.GONE if n % 10 == 0 else State.REFUSED if n % 10 == 8 else State.CAPTURED
        for n in range(1, pages + 1)
    }


def with_record(key: str) -> bool:
    """Whether a page, captured, gives a record."""
    return int(key.rpartition(":")[2]) % 10 not in (0, 5, 8)


def text_of(key: PageKey) -> Text:
    """What the reader of these trials makes of a page."""
    words = f"Paragraphe de la page {key.id}."
    return replace(extract.unread(key, "", "x"), paragraphs=(words,) * 3, warnings=(), links=())


def extracted(path: Path) -> bytes:
    """The JSONL that belongs to a WARC file, made from the WARC alone."""
    return b"".join(_line(capture) for capture in captures(records(path)))


def _line(capture: Capture) -> bytes:
    note, found = capture.note, extract.subject(capture)
    if note is None or note.reason != Reason.ARTICLE or found is None:
        return b""
    key, edition = found
    return extract.article(capture, key, text_of(key), edition).to_json()


def work(
    folder: Path,
    pages: int,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.time,
    most: int | None = None,
) -> None:
    """Open the archive below `folder`, capture all that is wanted, close.

    `tell` hears of each page that a commit made durable; `most` visits at most are made. Works
    from any state of the folder.
    """
    random = Random(seed)
    archive = Archive(places_in(folder), HUFFPOST_QC, limits=Limits(WARC_SIZE), clock=clock)
    try:
        _work(archive, pages, random, tell, most)
    finally:
        archive.close(0, "finished")


def _work(
    archive: Archive, pages: int, random: Random, tell: Callable[[str], None], most: int | None
) -> None:
    ledger = archive.ledger
    archive.keep([_exchange("https://quebec.huffingtonpost.ca/robots.txt", 404, b"")])
    archive.want([_OLD.format(1)], "list")
    batch: list[StoredVisit] = []

    def commit() -> None:
        archive.commit()
        for kept in batch:
            if kept.page_update.state is not State.WANTED:
                capture = kept.page_update.capture
                record_id = capture.record_id if capture else "-"
                tell(f"{kept.visit.task.key} {kept.page_update.state} {record_id}")
        batch.clear()

    def store(task: Task) -> None:
        kept = archive.capture(_visit(task, pages))
        archive.apply(kept)
        batch.append(kept)

    commit()
    for task in ledger.frontier.crash_suspects(archive.run):
        with archive.changing():
            ledger.frontier.try_isolated(task, archive.run)
        store(task)
        commit()
    made = 0
    while True:
        with archive.changing():
            drawn = ledger.frontier.draw(archive.run, random.randint(1, 6), _LATER)
        if not drawn:
            if not archive.uncommitted:
                break
            commit()
        for task in drawn:
            if most is not None and made >= most:
                return
            made += 1
            store(task)
            if random.random() < 0.5:
                commit()
    commit()


def _visit(task: Task, pages: int) -> Visit:
    number = int(task.key.id)
    kind = number % 10
    links = tuple(_OLD.format(n) for n in (2 * number, 2 * number + 1) if n <= pages)
    moved = task.url == _NEW.format(number)
    if kind == 0:
        # Its links must not be lost with it: it had been seen before it went.
        return _judged(task, 404, AnswerOutcome(State.GONE, Reason.NOT_FOUND), links)
    if kind == 8:
        return _judged(task, 403, AnswerOutcome(State.REFUSED, Reason.FORBIDDEN), links)
    if kind == 7 and task.tries == 0:
        return _judged(task, 503, AnswerOutcome(State.WANTED, None, retry_in=1), ())
    if kind == 3 and not moved:
        address = identify(_NEW.format(number), HUFFPOST_QC)
        assert isinstance(address, Address)
        return _judged(task, 301, AnswerOutcome(State.WANTED, None, address=address), ())
    if kind == 5:
        return _judged(task, 200, AnswerOutcome(State.CAPTURED, Reason.NOT_AN_ARTICLE), links)
    visit = _judged(task, 200, AnswerOutcome(State.CAPTURED, Reason.ARTICLE), links)
    return replace(visit, reading=Reading(PageType.ARTICLE, text_of(task.key), links, ""))


def _judged(task: Task, status: int, outcome: AnswerOutcome, links: tuple[str, ...]) -> Visit:
    body = f"page {task.key.id}, {status}, ".encode() * (int(task.key.id) % 7 * 40 + 1)
    exchange = _exchange(task.url, status, body)
    return Visit(task, (exchange,), outcome, Reading(PageType.OTHER, None, links, ""))


def _exchange(url: str, status: int, body: bytes) -> Exchange:
    # Coded, so that nothing shrinks it and files fill up.
    head = b"HTTP/1.1 %d Said\r\nContent-Encoding: x-trial\r\nContent-Length: %d\r\n\r\n"
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    return Exchange(url, request, head % (status, len(body)) + body, datetime.now(UTC), "127.0.0.1")
