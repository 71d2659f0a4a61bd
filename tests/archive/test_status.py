"""The account: counts, yardstick, discoverers and the estimate, and the command that tells them."""

import json
import shlex
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.archive.files import Lock, StorageError
from huffarchive.archive.status import _next as next_step
from huffarchive.archive.status import archive_status, short, write_status
from huffarchive.commands.status import _lines as lines
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.ledger.rows import CaptureRow, PageUpdate
from huffarchive.outcome import Reason, State
from huffarchive.storage.paths import ArchivePaths
from huffarchive.workers.job import ReadersFailedError
from tests.kit.command import Result, scrapy

ROOT = Path(__file__).parent.parent.parent
HOST = "http://quebec.huffingtonpost.ca"


def news(number: int, year: int = 2013) -> str:
    return f"{HOST}/{year}/05/01/x_n_{number}.html"


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    """120 articles: 100 on one list, 60 on another, 40 on both; some links, some settled."""
    places = ArchivePaths(tmp_path / "warc", tmp_path, "qc")
    places.make()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        ledger.pages.want(map(news, range(100)), "list")
        ledger.pages.want(map(news, range(60, 120)), "wayback")
        ledger.pages.want([news(5, 2014), f"{HOST}/x/y_b_900.html", f"{HOST}/news/alep/"], "link")
        ledger.pages.want([f"{HOST}/x/z_a_901/"], "recover")
        ends = [
            (State.CAPTURED, Reason.ARTICLE, "2012-12"),
            (State.CAPTURED, Reason.ARTICLE, None),
            (State.GONE, Reason.NOT_FOUND, None),
            (State.GONE, Reason.MOVED, None),
            (State.REFUSED, Reason.ROBOTS, None),
            (State.FAILED, Reason.TIMEOUT, None),
        ]
        for task, (state, reason, month) in zip(ledger.frontier.draw(1, 6, 2e9), ends, strict=True):
            ledger.pages.apply(PageUpdate(task, state, reason, month=month))
        ledger.frontier.give_back(1)
    ledger.close()
    return places


def test_every_page_is_counted_once_and_every_way(places: ArchivePaths) -> None:
    found = archive_status(places, HUFFPOST_QC)
    assert found["counts"] == {
        "known": 123, "wanted": 117, "captured": 2, "gone": 2, "refused": 1, "failed": 1
    }  # fmt: skip
    assert found["article_pages"]["known"] == 122
    assert found["reasons"]["gone/moved"] == 1
    assert found["months"]["2012-12"]["captured"] == 1
    assert found["months"]["2013-05"]["known"] == 119
    assert found["months"][""]["wanted"] == 2
    assert sum(row["known"] for row in found["years"].values()) == 122
    assert found["years"]["2013"] == {
        "known": 119, "wanted": 114, "captured": 1, "gone": 2, "refused": 1, "failed": 1,
        "published": 100_558, "captured_news": 1,
    }  # fmt: skip
    assert found["years"]["2016"]["known"] == 0
    assert found["years"]["2016"]["published"] == 27_563


def test_the_sample_is_not_measured_by_what_the_paper_published(tmp_path: Path) -> None:
    places = ArchivePaths(tmp_path / "warc", tmp_path, "qc-sample")
    places.make()
    Ledger.open(places.ledger, HUFFPOST_QC).close()
    assert archive_status(places, HUFFPOST_QC)["years"] == {}


def test_each_discoverer_has_its_own_account(places: ArchivePaths) -> None:
    found = archive_status(places, HUFFPOST_QC)["discoverers"]
    assert {name: row["known"] for name, row in found.items()} == {
        "link": 2, "list": 100, "recover": 1, "wayback": 60
    }  # fmt: skip
    assert {name: row["alone"] for name, row in found.items()} == {
        "link": 1, "list": 59, "recover": 1, "wayback": 20
    }  # fmt: skip
    assert found["list"]["captured"] == 2


def test_the_estimate_is_over_independent_lists_and_leaves_out_moved_pages(
    places: ArchivePaths,
) -> None:
    found = archive_status(places, HUFFPOST_QC)["estimate"]
    assert set(found["lists"]) == {"list", "wayback"}
    # 99 on the one list (one of the 100 moved away), 60 on the other, 40 on both.
    assert found["named"] == 119
    assert found["total"] == round(100 * 61 / 41 - 1)
    assert found["unseen"] == found["total"] - 119
    assert found["low"] < found["total"] < found["high"]
    assert "independently" in found["assumption"]
    assert found["claim"] == "at least"
    assert found["known"] <= found["at_least"] <= found["total"]
    assert (found["known"], found["contradicted"]) == (121, False)


def test_versions_are_no_articles(places: ArchivePaths) -> None:
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        for page, reason in ((1, Reason.ARTICLE), (1, Reason.ARTICLE), (1, Reason.UNREADABLE),
                             (2, Reason.ARTICLE), (3, Reason.UNREADABLE)):  # fmt: skip
            ledger.captures.add(
                page,
                CaptureRow("live", "u", "u", "2026-01-01T00:00:00Z", None, None, None, None, "<r>",
                           1, 0, 1, reason),
            )  # fmt: skip
        ledger.files.store(FileRow(1, "x", True, 1, 1, 5, None, None))
    ledger.close()
    found = archive_status(places, HUFFPOST_QC)
    assert (found["articles"], found["records"]) == (2, 5)


def test_only_the_numbers_that_the_study_joined_on_are_compared_with_its_counts(
    tmp_path: Path,
) -> None:
    places = ArchivePaths(tmp_path / "warc", tmp_path, "qc")
    places.make()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    urls = [news(1), f"{HOST}/x/y_b_2.html", f"{HOST}/entry/z_qc_5ccc6223e4b03b38d6933d24",
            f"{HOST}/x/z_a_23185821/"]  # fmt: skip
    with ledger.transaction():
        ledger.pages.want(urls, "list")
        for task in ledger.frontier.draw(1, 6, 2e9):
            ledger.pages.apply(PageUpdate(task, State.CAPTURED, Reason.ARTICLE, month="2013-05"))
    ledger.close()
    year = archive_status(places, HUFFPOST_QC)["years"]["2013"]
    assert (year["captured"], year["captured_news"]) == (4, 1)


@pytest.mark.slow
def test_an_estimate_below_what_is_known_is_not_told(places: ArchivePaths) -> None:
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        ledger.pages.want(map(news, range(1000, 2000)), "link")
    ledger.close()
    found = archive_status(places, HUFFPOST_QC)["estimate"]
    assert (found["known"], found["contradicted"]) == (1121, True)
    said = status(places.output_root, "qc")
    assert "the lists find the same articles,\n" in said.out
    assert "1,121 are known" in said.out
    assert "exist by estimate" not in said.out


def test_one_list_gives_no_estimate(tmp_path: Path) -> None:
    places = ArchivePaths(tmp_path, tmp_path, "qc")
    places.make()
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        ledger.pages.want(map(news, range(5)), "list")
        ledger.pages.want(map(news, range(9)), "link")
    ledger.close()
    assert archive_status(places, HUFFPOST_QC)["estimate"] == {
        "none": "two lists made independently are needed"
    }


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    write_status(path, {"name": "Québec"})
    write_status(path, {"name": "HuffPost Québec"})
    assert json.loads(path.read_text("utf-8")) == {"name": "HuffPost Québec"}
    assert list(tmp_path.iterdir()) == [path]


def status(folder: Path, *args: str) -> Result:
    return scrapy("status", *args, "-s", f"HUFFARCHIVE_OUTPUT_DIR={folder}")


@pytest.mark.slow
def test_it_loads_no_part_of_a_crawl(places: ArchivePaths) -> None:
    """It is asked often, and most of its time is imports: `python -X importtime -m scrapy status`."""
    options = f"['scrapy', 'status', '-s', 'HUFFARCHIVE_OUTPUT_DIR={places.output_root}']"
    code = (
        f"import sys, scrapy.cmdline\ntry: scrapy.cmdline.execute({options})\n"
        "except SystemExit as end: print(end.code, *sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, *loaded = said.stdout.splitlines()[-1].split()
    assert code == "0"
    needless = ("huffarchive.download", "huffarchive.politeness", "huffarchive.crawl.spider",
                "huffarchive.reader.", "tqdm", "trafilatura", "multiprocessing.pool")  # fmt: skip
    assert [name for name in loaded if name.startswith(needless)] == []


def test_the_command_prints_it_and_keeps_it(places: ArchivePaths) -> None:
    said = status(places.output_root, "qc", "--months")
    assert said.code == 0, said.err
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "123 known" in lines
    assert "list 100 94 2 2 1 1 59" in lines
    assert "stopped" not in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    assert "2013-05 119 114 1 2 1 1" in lines
    years = [line.split() for line in status(places.output_root, "qc").out.splitlines()]
    assert not [row for row in years if len(row) == 7 and set(row[1:]) == {"0"}]  # 2012, 2014, …
    assert "2013 1 of 100,558 (0.0%)" in lines
    assert any("articles exist by estimate" in line for line in lines)
    printed = status(places.output_root, "qc", "--json")
    assert json.loads(printed.out) == json.loads((places.output / "account.json").read_text())


def test_a_ledger_of_another_version_is_told_in_one_line(places: ArchivePaths) -> None:
    for version, advice in ((1, "scrapy recover"), (99, "newer")):
        with sqlite3.connect(places.ledger) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        said = status(places.output_root, "qc")
        assert said.code == 1
        assert advice in said.err
        assert len(said.err.splitlines()) == 1


def test_an_archive_that_is_not_there_is_a_mistake_and_not_a_damage(tmp_path: Path) -> None:
    said = status(tmp_path, "huffpost_ca")
    assert said.code == 2
    assert "run scrapy crawl huffpost_ca" in said.err
    assert not list(tmp_path.iterdir())


COMMAND = "scrapy crawl huffpost_qc -a site=http://mirror.lan -s 'HUFFARCHIVE_OUTPUT_DIR=a folder'"
STARTED = "2026-11-30T01:00:00+00:00"


@pytest.mark.parametrize(
    ("ended", "held", "state", "exit_", "last"),
    [
        (None, True, "running", None, "under way"),
        (None, False, "died", None, "died"),
        (5, False, "stopped", 5, "r: stopped (exit 5, shutdown)"),
        (3, False, "ended", 3, "r: ended (exit 3, shutdown)"),
        (0, False, "done", 0, "r: done (exit 0, shutdown)"),
        (
            0,
            True,
            "running",
            None,
            "r: done (exit 0, shutdown)",
        ),  # a recovery, or a run that just begins
    ],
)
def test_the_kernels_lock_tells_a_run_from_one_that_died(
    places: ArchivePaths, ended: int | None, held: bool, state: str, exit_: int | None, last: str
) -> None:
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        run = ledger.runs.begin("r", STARTED)
        if ended is not None:
            ledger.runs.end(run, STARTED, ended, "shutdown")
    ledger.close()
    lock = Lock(places.lock, STARTED)
    lock.tell(command=COMMAND, rate=0.25, eta="2026-12-14T00:00:00+00:00", last_commit=STARTED)
    if not held:
        lock.release()
    found = archive_status(places, HUFFPOST_QC)
    assert (found["state"], found["exit"]) == (state, exit_)
    assert last in found["last_run"]
    assert (found["pid"] is not None, found["rate"]) == ((True, 0.25) if held else (False, None))
    assert (found["started"], found["last_commit"], found["command"]) == (STARTED, STARTED, COMMAND)
    assert found["next"].startswith("nothing; a run" if held else f"`{COMMAND}` goes on")
    assert archive_status(places, HUFFPOST_QC)["state"] == state  # looking changes nothing
    said = {5: "stopped (exit 5)", 3: "ended, with failures (exit 3)"}.get(exit_, state)
    assert said in short(found, datetime.now(UTC))
    if held:
        lock.release()


def test_a_run_that_could_not_store_its_end_did_not_die(places: ArchivePaths) -> None:
    archive = Archive(places, HUFFPOST_QC)
    archive.broken = StorageError(OSError(28, "no space"))
    archive.close(7, "disk")
    found = archive_status(places, HUFFPOST_QC)
    assert (found["state"], found["exit"]) == ("stopped", 7)
    assert found["last_run"].endswith(": stopped (exit 7, could not store)")


def test_a_limit_stops_a_run_in_the_same_word_everywhere(places: ArchivePaths) -> None:
    archive = Archive(places, HUFFPOST_QC)
    archive.close(5, "finished")  # as Scrapy calls a run that nothing else ended
    found = archive_status(places, HUFFPOST_QC)
    assert "qc: stopped (exit 5) · " in short(found, datetime.now(UTC))
    assert found["last_run"] == f"{archive.run_name}: stopped (exit 5, limit)"


def test_a_run_that_a_fault_ended_turns_the_status_red_and_says_why(places: ArchivePaths) -> None:
    """In every form of it; the fault of the run before the last is over."""
    fault = str(ReadersFailedError("ImportError: No module named 'lxml'"))
    Archive(places, HUFFPOST_QC).close(4, fault)
    found = archive_status(places, HUFFPOST_QC)
    assert (found["exit"], found["problem"]) == (4, fault)
    said = status(places.output_root, "huffpost_qc", "--short")
    assert said.code == 3
    assert fault in said.out
    assert fault in " ".join(" ".join(lines(found, "years")).split())
    Archive(places, HUFFPOST_QC).close(0, "finished")
    assert archive_status(places, HUFFPOST_QC)["problem"] is None


def test_no_run_is_no_state(places: ArchivePaths) -> None:
    assert archive_status(places, HUFFPOST_QC)["state"] is None


@pytest.mark.parametrize(
    ("told", "command"),
    [
        (COMMAND, COMMAND),
        ("scrapy discover huffpost_qc -a source=list -a site=http://m.lan -s A=1",
         "scrapy crawl huffpost_qc -a site=http://m.lan -s A=1"),
        ("huffarchive discover qc -a urls=x -a site=http://m.lan",
         "scrapy crawl huffpost_qc -a site=http://m.lan"),
        ("huffarchive crawl huffpost_qc -a 'urls=/a b'", "scrapy crawl huffpost_qc -a 'urls=/a b'"),
        (None, "scrapy crawl huffpost_qc"),
        ("it's", "scrapy crawl huffpost_qc"),
    ],
)  # fmt: skip
def test_what_is_next_is_the_runs_own_command(
    places: ArchivePaths, told: str | None, command: str
) -> None:
    lock = Lock(places.lock, STARTED)
    lock.tell(command=told)
    lock.release()
    Lock(places.lock, STARTED).release()  # a recovery leaves it
    assert archive_status(places, HUFFPOST_QC)["next"].startswith(f"`{command}` ")


@pytest.mark.parametrize(("number", "said"), [(1, "the 1 {}page "), (2, "the 2 {}pages ")])
def test_what_is_next_names_one_page_or_several(number: int, said: str) -> None:
    none = dict.fromkeys(map(str, State), 0)
    waits = {str(State.WANTED): "wanted ", str(State.FAILED): "failed "}
    for state, which in waits.items():
        told = next_step(none | {state: number}, Counter(), (0, None), "x")
        assert said.format(which) in f"{told} "
    assert said.format("") in next_step(none, Counter(live=number), (0, None), "x")
    told = next_step(none, Counter(), (number, "2026-01-01"), "x").replace(",", " ")
    assert said.format("provisional ") in told


@pytest.mark.parametrize(
    ("limit", "said"),
    [(40, "goes on with 40 of the 266 wanted pages"), (266, "goes on with the 266 wanted pages")],
)
def test_what_is_next_is_no_more_than_the_limit(limit: int, said: str) -> None:
    counts = dict.fromkeys(map(str, State), 0) | {str(State.WANTED): 266}
    command = f"crawl huffpost_qc -a limit={limit}"
    assert next_step(counts, Counter(), (0, None), command) == f"`scrapy {command}` {said}"


def test_a_ledger_made_anew_tells_of_no_run(places: ArchivePaths) -> None:
    for status in (5, 0):
        Archive(places, HUFFPOST_QC).close(status, "finished")
        places.ledger.unlink()
        Lock(places.lock, STARTED).release()  # a crawl that was refused, a recovery
        Ledger.open(places.ledger, HUFFPOST_QC).close()
        found = archive_status(places, HUFFPOST_QC)
        names = ("state", "started", "ended", "exit", "last_commit", "last_run")
        assert {found[name] for name in names} == {None}
    lock = Archive(places, HUFFPOST_QC)._lock  # and the next run has none of it
    lock.release()
    assert archive_status(places, HUFFPOST_QC)["state"] == "died"


@pytest.mark.parametrize("ahead", [1, 10 * 86400])
def test_a_clock_that_is_behind_makes_no_time_negative(places: ArchivePaths, ahead: int) -> None:
    now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    started = (now + timedelta(seconds=ahead)).isoformat()
    found = archive_status(places, HUFFPOST_QC) | {"state": "running", "started": started}
    assert short(found, now).startswith("qc: running 0 s · ")


def test_a_long_command_is_printed_as_the_shell_takes_it(places: ArchivePaths) -> None:
    lock = Lock(places.lock, STARTED)
    command = COMMAND + "".join(f" -s SETTING_{n}=/a/rather/long/folder/{n}" for n in range(4))
    lock.tell(command=command)
    lock.release()
    said = status(places.output_root, "qc")
    (at,) = [n for n, line in enumerate(said.out.splitlines()) if line.startswith("  next: this")]
    shown = "\n".join(said.out.splitlines()[at + 1 :])
    assert max(map(len, said.out.splitlines())) <= 80
    assert shlex.split(shown.replace("\\\n", " ")) == shlex.split(command)


@pytest.mark.usefixtures("in_utc")
def test_one_line(places: ArchivePaths) -> None:
    found = archive_status(places, HUFFPOST_QC) | {
        "state": "running", "started": "2026-11-27T21:00:00+00:00", "rate": 0.25, "bytes": 31 * 10**8,
        "eta": "2026-12-14T12:00:00+00:00",
    }  # fmt: skip
    assert short(found, datetime(2026, 12, 1, 1, tzinfo=UTC)) == (
        "qc: running 3 d 4 h · 6 of 123 (4.9 %) · 0.25/s · ends 14 Dec · 1 failed · 3.1 GB"
    )
    (line,) = status(places.output_root, "--short").out.splitlines()
    assert line == "qc: no run known · 6 of 123 (4.9 %) · 1 failed · 0 bytes"
