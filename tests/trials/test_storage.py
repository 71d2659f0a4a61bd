"""Faults of the disk and of hands, met by the archive without a network."""

import os
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.archive.files import ArchiveCorruptError, LockedError, StorageError
from huffarchive.archive.run_report import write_report
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import LedgerDamagedError
from tests.trials import child, work
from tests.trials.check import examine

PAGES = 40


def finish(folder: Path, told: dict[str, str] | None = None) -> list[str]:
    """Complete the work and say what is wrong."""
    work.work(folder, PAGES, 1)
    return examine(
        work.places_in(folder),
        work.expected(PAGES),
        work.extracted,
        with_record=work.with_record,
        told=told,
    )


def remember(told: dict[str, str]) -> Callable[[str], None]:
    def tell(line: str) -> None:
        key, _, record = line.split(" ")
        told[key.partition(":")[2]] = record

    return tell


def test_the_work_itself_is_sound(tmp_path: Path) -> None:
    assert finish(tmp_path) == []
    assert len(list(tmp_path.rglob("*.warc.gz"))) > 3


def test_disk_full_and_room_again(small_disk, tmp_path: Path) -> None:
    told: dict[str, str] = {}
    with pytest.raises(StorageError) as caught:
        work.work(small_disk.folder, PAGES, 1, remember(told))
    assert caught.value.disk_full
    small_disk.remount("size=50m")
    assert finish(small_disk.folder, told) == []
    assert len(told) > 3


def test_a_limit_on_files_is_a_full_disk(tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))
        work.work(tmp_path, PAGES, 1)

    end = child.run(limited)
    assert (end.error, "too large" in end.text or "full" in end.text or "I/O" in end.text) == (
        "StorageError",
        True,
    )
    assert finish(tmp_path) == []


@pytest.mark.parametrize("begun", [False, True])
def test_a_read_only_folder(small_disk, begun: bool) -> None:
    small_disk.remount("size=50m")
    if begun:
        work.work(small_disk.folder, PAGES, 1, most=9)
    small_disk.remount("ro")
    with pytest.raises(StorageError, match=r"[Rr]ead-only|readonly|unable to open"):
        work.work(small_disk.folder, PAGES, 1)
    small_disk.remount("rw")
    assert finish(small_disk.folder) == []


def test_a_file_where_a_folder_belongs(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("in the way")
    with pytest.raises(StorageError):
        work.work(tmp_path, PAGES, 1)
    (tmp_path / "output").unlink()
    assert finish(tmp_path) == []


@pytest.mark.parametrize("kind", ["warc.gz", "jsonl"])
@pytest.mark.parametrize("damage", ["shorter", "empty", "missing"])
def test_a_file_that_lost_bytes_stops_the_run(tmp_path: Path, kind: str, damage: str) -> None:
    work.work(tmp_path, PAGES, 1)
    path = sorted(tmp_path.rglob(f"*.{kind}"))[1]
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] if damage == "shorter" else b"")
    with pytest.raises(ArchiveCorruptError, match=f"{path.name}.*scrapy recover"):
        work.work(tmp_path, PAGES, 1)
    path.write_bytes(whole)  # put back, as the message says
    assert finish(tmp_path) == []


@pytest.mark.parametrize("kind", ["warc.gz", "jsonl"])
def test_a_file_that_gained_bytes_loses_them_to_the_quarantine(tmp_path: Path, kind: str) -> None:
    work.work(tmp_path, PAGES, 1)
    path = sorted(tmp_path.rglob(f"*.{kind}"))[1]
    with path.open("ab") as file:
        file.write(b"more")
    assert finish(tmp_path) == []
    assert [p.read_bytes() for p in work.places_in(tmp_path).quarantine.iterdir()] == [b"more"]


@pytest.mark.parametrize("damage", ["deleted", "truncated", "half", "page"])
def test_a_damaged_ledger_stops_the_run_and_leaves_the_files(tmp_path: Path, damage: str) -> None:
    work.work(tmp_path, PAGES, 1)
    places = work.places_in(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.gz")}
    data = places.ledger.read_bytes()
    pages = len(data) // 4096
    if damage == "deleted":
        places.ledger.unlink()
    elif damage == "truncated":
        places.ledger.write_bytes(b"")
    elif damage == "half":
        places.ledger.write_bytes(data[: pages // 2 * 4096])
    else:
        # Each page in turn: none may be read as something else without a word.
        for number in range(pages):
            noise = Random(number).randbytes(4096)
            places.ledger.write_bytes(data[: number * 4096] + noise + data[(number + 1) * 4096 :])
            with pytest.raises((LedgerDamagedError, ArchiveCorruptError), match="scrapy recover"):
                work.work(tmp_path, PAGES, 1)
        places.ledger.write_bytes(data)
        assert finish(tmp_path) == []
        return
    with pytest.raises((LedgerDamagedError, ArchiveCorruptError), match="scrapy recover"):
        work.work(tmp_path, PAGES, 1)
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*.gz")}


@pytest.mark.slow
def test_of_runs_started_in_one_instant_one_goes_on(tmp_path: Path) -> None:
    """Ten times three processes; each sees the lock, or does all of the work."""
    for round_ in range(10):
        folder = tmp_path / str(round_)
        folder.mkdir()
        reading, writing = os.pipe()
        pids = []
        for _ in range(3):
            if (pid := os.fork()) == 0:
                os.close(writing)
                os.read(reading, 1)  # all go when the pipe is closed
                status = 1
                try:
                    work.work(folder, 12, 1)
                    status = 0
                except LockedError:
                    status = 6
                finally:
                    os._exit(status)
            pids.append(pid)
        os.close(reading)
        os.close(writing)
        ends = sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids)
        assert set(ends) <= {0, 6}
        assert ends[0] == 0
        wrong = examine(
            work.places_in(folder), work.expected(12), work.extracted, with_record=work.with_record
        )
        assert wrong == []
        rmtree(folder)


def test_the_clock_may_jump_an_hour_back_and_forward(tmp_path: Path) -> None:
    random, now = Random(1), [1_700_000_000.0]

    def clock() -> float:
        now[0] += random.choice([0, 0, 0.5, 1, -3600, 3600])
        return now[0]

    for seed in range(6):
        work.work(tmp_path, PAGES, seed, clock=clock, most=5)
    assert finish(tmp_path) == []


def test_the_check_sees_what_it_must(tmp_path: Path) -> None:
    """Each promise, broken by hand in a sound archive, is found broken."""

    def wrong() -> str:
        places = work.places_in(tmp_path)
        found = examine(places, work.expected(PAGES), work.extracted, with_record=work.with_record)
        return "\n".join(found)

    work.work(tmp_path, PAGES, 1)
    assert wrong() == ""
    warc = min(tmp_path.rglob("*.warc.gz"))
    jsonl = min(tmp_path.rglob("*.jsonl"))
    for path, change, said in [
        (warc, lambda d: d[:-1], "torn"),
        (warc, lambda d: d + d, "bytes, ledger"),
        (jsonl, lambda d: d[:-1], "torn"),
        (jsonl, lambda d: d + d, "2 lines"),
        (jsonl, lambda d: d.replace(b'"warc_offset":', b'"warc_offset":1'), "leads to nothing"),
        (jsonl, lambda d: d.replace(b"Paragraphe", b"Passage"), "not what extraction gives"),
    ]:
        whole = path.read_bytes()
        path.write_bytes(change(whole))
        assert said in wrong()
        path.write_bytes(whole)
    ledger = sqlite3.connect(work.places_in(tmp_path).ledger, isolation_level=None)
    ledger.execute("UPDATE page SET state = 'wanted' WHERE key = 'n:1'")
    assert "n:1: wanted, not captured" in wrong()
    ledger.execute("UPDATE page SET state = 'captured' WHERE key = 'n:1'")
    ledger.execute("UPDATE capture SET offset = offset + 1 WHERE id = 1")
    assert "the ledger points to nothing" in wrong()
    ledger.close()


def test_a_clock_set_back_does_not_overwrite_a_report(tmp_path: Path) -> None:
    places, names = work.places_in(tmp_path), []
    for _ in range(3):
        archive = Archive(places, HUFFPOST_QC, clock=lambda: 1_600_000_000.0)
        write_report(archive, status=0, reason="finished", problem=None, facts={})
        names.append(archive.run_name)
        archive.close(0, "finished")
    assert len(set(names)) == 3
    assert len(list(places.reports.glob("2*[0-9].json"))) == 3
