"""The archive's commit and what an opening mends."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive, Limits
from huffarchive.archive.files import ArchiveCorruptError, LockedError
from huffarchive.archive.recover import rebuild
from huffarchive.archive.store_visit import Visit
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract.extract import unread
from huffarchive.http import Exchange
from huffarchive.ledger.ledger import Ledger, LedgerDamagedError
from huffarchive.ledger.rows import Task
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.reading import PageType, Reading
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.capture import captures
from huffarchive.warc.reader import records

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    return ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")


def opened(places: ArchivePaths, **more: int) -> Archive:
    return Archive(places, HUFFPOST_QC, limits=Limits(**more))


def want(archive: Archive, *numbers: int) -> None:
    with archive.ledger.transaction():
        archive.ledger.pages.want([URL.format(n) for n in numbers], "list")


def draw(archive: Archive, limit: int = 100) -> list[Task]:
    with archive.ledger.transaction():
        return archive.ledger.frontier.draw(archive.run, limit, 2e9)


def visit(task: Task, links: tuple[str, ...] = (), body: bytes = b"bonjour") -> Visit:
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    exchange = Exchange(
        task.url, b"GET / HTTP/1.1\r\n\r\n", response, datetime.now(UTC), "127.0.0.1"
    )
    text = replace(
        unread(task.key, task.url, "x"), paragraphs=("Bonjour.", task.key.id), warnings=()
    )
    reading = Reading(PageType.ARTICLE, text, links, "")
    return Visit(task, (exchange,), AnswerOutcome(State.CAPTURED, Reason.ARTICLE), reading)


def store(archive: Archive, visited: Visit) -> None:
    archive.apply(archive.capture(visited))


def lines(places: ArchivePaths) -> list[dict]:
    return [
        json.loads(line)
        for path in sorted(places.output.glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]


def test_a_record_points_to_its_evidence(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1, 2)
    for task in draw(archive):
        store(archive, visit(task, links=(URL.format(3), "https://elsewhere.example/x_n_4")))
    archive.commit()
    archive.close(0, "finished")
    rows = lines(places)
    assert [row["id"] for row in rows] == ["qc:n:1", "qc:n:2"]
    for row in rows:
        stored = {s.offset: s for s in records(places.warc / row["warc_file"])}[row["warc_offset"]]
        assert (stored.length, stored.record.id) == (row["warc_length"], row["warc_record_id"])
        assert stored.record.block.endswith(b"bonjour")
    ledger = Ledger.view(places.ledger, HUFFPOST_QC)
    assert ledger.counts.by_state()[State.CAPTURED] == 2
    assert ledger.counts.by_state()[State.WANTED] == 1
    ledger.close()
    assert not list(places.output.rglob("*.open"))


def test_what_was_not_committed_is_wanted_again_and_kept_aside(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1, 2, 3)
    first, second, third = draw(archive)
    store(archive, visit(first))
    archive.commit()
    store(archive, visit(second))
    archive._pair.abandon()  # as a kill leaves it: written, not committed
    archive.ledger.close()
    archive._lock.release()

    archive = opened(places)
    assert any("past the last commit" in line for line in archive.mended)
    assert [t.key.id for t in archive.ledger.frontier.crash_suspects(archive.run)] == ["2", "3"]
    for task in archive.ledger.frontier.crash_suspects(archive.run):
        store(archive, visit(task))
    archive.close(0, "finished")
    assert [row["id"] for row in lines(places)] == ["qc:n:1", "qc:n:2", "qc:n:3"]
    assert len(list(places.quarantine.iterdir())) == 2
    for path in sorted(places.warc.glob("*.warc.gz")):
        assert len(list(captures(records(path)))) in (1, 2)


def test_pairs_rotate_together(places: ArchivePaths) -> None:
    archive = opened(places, warc_size=1000)
    want(archive, *range(1, 8))
    for task in draw(archive):
        store(archive, visit(task))
        archive.commit()
    archive.close(0, "finished")
    stems = {p.name.split(".")[0] for p in places.warc.iterdir()}
    assert len(stems) == 7
    assert stems == {p.stem for p in places.output.glob("*.jsonl")}


@pytest.mark.parametrize(
    ("answers", "files"),
    [
        ([b""], 0),  # nobody answered
        ([b"", b""], 0),
        ([b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"], 3),  # the pair, and its index
        ([b"\0 no HTTP"], 3),
        ([b"", b"HTTP/1.1 500 No\r\nContent-Le"], 3),
    ],
)
def test_failures_leave_files_where_they_hold_an_answer(
    places: ArchivePaths, answers: list[bytes], files: int
) -> None:
    archive = opened(places)
    want(archive, *range(len(answers)))
    for task, answer in zip(draw(archive), answers, strict=True):
        made = visit(task)
        archive.keep(made.exchanges)  # a robots.txt says nothing of a page
        cut = replace(made.exchanges[0], response=answer, truncated="disconnect")
        store(archive, Visit(task, (cut,), AnswerOutcome(State.FAILED, Reason.CUT)))
    archive.close(3, "finished")
    left = [p for folder in (places.warc, places.output) for p in folder.glob("qc-*")]
    assert len(left) == files
    assert len(archive.written) == bool(files)
    ledger = Ledger.view(places.ledger, HUFFPOST_QC)
    assert ledger.counts.by_state()[State.FAILED] == len(answers)
    assert len(ledger.files.all()) == bool(files)
    ledger.close()


def test_a_second_run_is_told_who_holds_the_lock(places: ArchivePaths) -> None:
    archive = opened(places)
    with pytest.raises(LockedError, match="process"):
        opened(places)
    archive.close(0, "finished")
    opened(places).close(0, "finished")


def test_a_process_that_is_being_started_does_not_keep_the_lock(places: ArchivePaths) -> None:
    """Between fork and exec it has all files of its parent."""
    archive = opened(places)
    inherited = os.dup(archive._lock._file)
    archive.close(0, "finished")
    try:
        opened(places).close(0, "finished")
    finally:
        os.close(inherited)


@pytest.mark.parametrize(
    "damage", ["shorter", "missing", "stranger", "no-ledger", "ledger", "made anew"]
)
def test_corruption_stops_the_run_and_says_what_to_do(places: ArchivePaths, damage: str) -> None:
    archive = opened(places)
    want(archive, 1)
    store(archive, visit(draw(archive)[0]))
    archive.close(0, "finished")
    (path,) = places.warc.glob("*.warc.gz")
    if damage == "shorter":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "missing":
        path.unlink()
    elif damage == "made anew":  # nobody may cut through its last record
        (jsonl,) = places.output.glob("*.jsonl")
        jsonl.write_bytes(jsonl.read_bytes().replace(b'"qc"', b'"qc" '))
    elif damage == "stranger":
        path.with_name("qc-20200101000000-00009.warc.gz").write_bytes(b"")
    elif damage == "no-ledger":
        places.ledger.unlink()
    else:
        places.ledger.write_bytes(b"no ledger" * 1000)
    with pytest.raises((ArchiveCorruptError, LedgerDamagedError), match="scrapy recover"):
        opened(places)


def test_open_files_without_their_ledger_are_not_passed_over(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1)
    store(archive, visit(draw(archive)[0]))
    archive.commit()
    archive._pair.abandon()  # as a kill leaves it
    archive.ledger.close()
    archive._lock.release()
    places.ledger.unlink()
    for _ in range(2):  # the refused opening makes an empty ledger
        with pytest.raises(ArchiveCorruptError, match="scrapy recover"):
            opened(places)
    found = rebuild(places, HUFFPOST_QC, 0, lambda _: None)
    assert (found.files, found.captured) == (1, 1)
    opened(places).close(0, "finished")
    assert [row["id"] for row in lines(places)] == ["qc:n:1"]
    assert not list(places.quarantine.glob("*.warc.gz*"))


def test_open_files_that_the_first_run_never_committed_are_set_aside(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1)
    store(archive, visit(draw(archive)[0]))
    archive._pair.abandon()
    archive.ledger.close()
    archive._lock.release()
    archive = opened(places)
    assert sum("begun and never committed" in line for line in archive.mended) == 2
    archive.close(0, "finished")
    assert len(list(places.quarantine.iterdir())) == 2


def test_bytes_added_by_hand_are_set_aside(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1)
    store(archive, visit(draw(archive)[0]))
    archive.close(0, "finished")
    (path,) = places.warc.glob("*.warc.gz")
    before = path.read_bytes()
    path.write_bytes(before + b"more")
    opened(places).close(0, "finished")
    assert path.read_bytes() == before
    assert [p.read_bytes() for p in places.quarantine.iterdir()] == [b"more"]


def test_known_is_the_sum_of_the_states(places: ArchivePaths) -> None:
    archive = opened(places)
    want(archive, 1, 2, 3, 4)
    tasks = draw(archive)
    ends = [
        (State.GONE, Reason.NOT_FOUND),
        (State.REFUSED, Reason.ROBOTS),
        (State.FAILED, Reason.CUT),
    ]
    for task, (state, reason) in zip(tasks, ends, strict=False):
        store(
            archive,
            replace(
                visit(replace(task, tried=("a", "b"))),
                outcome=AnswerOutcome(state, reason),
                reading=None,
            ),
        )
    archive.close(0, "finished")
    with closing(sqlite3.connect(places.ledger)) as db, db:
        assert dict(db.execute("SELECT state, count(*) FROM page GROUP BY state")) == {
            "gone": 1,
            "refused": 1,
            "failed": 1,
            "wanted": 1,
        }
        assert dict(db.execute("SELECT state, sum(n) FROM tally WHERE n > 0 GROUP BY state")) == {
            "gone": 1,
            "refused": 1,
            "failed": 1,
            "wanted": 1,
        }
    db.close()
