"""Faults met by the real command line: signals, clocks, processes, servers, disks, hands."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.trials import preload, site
from tests.trials.check import snapshot
from tests.trials.crawl import Crawl, kill
from tests.trials.site import Site

pytestmark = pytest.mark.long

PAGES = 80
HERE = Path(__file__).parent


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    """A crawl of a small slow site: some 3 s of it, so that there is a middle."""
    with Site(PAGES, seconds=250) as server:
        server.delay = 0.1
        made = Crawl(server, tmp_path, warc_size=20_000)
        try:
            yield made
        finally:
            made.stop()


def wait_until(crawl: Crawl, asked: int, seconds: float = 40) -> None:
    """Until the site was asked for so many pages of its own."""
    deadline = time.monotonic() + seconds
    while sum("_n_1000" in path for path in list(crawl.site.asked)) < asked:
        assert time.monotonic() < deadline, crawl.log()
        time.sleep(0.02)


def complete(crawl: Crawl) -> None:
    """Run it to its end and look at the result."""
    crawl.site.delay = 0
    assert crawl.run() == 0, crawl.log()
    assert crawl.examine() == []


def rows(crawl: Crawl, query: str) -> list[tuple]:
    ledger = sqlite3.connect(f"file:{crawl.places.ledger}?mode=ro", uri=True)
    try:
        return ledger.execute(query).fetchall()
    finally:
        ledger.close()


def test_two_runs_started_in_one_instant(crawl: Crawl) -> None:
    first, second = crawl.start(), crawl.start()
    ends = sorted(crawl.meant(run.wait(60)) for run in (first, second))
    assert ends == [0, 6], crawl.log()
    assert "another run is under way" in crawl.log()
    assert crawl.examine() == []


@pytest.mark.parametrize(
    ("signals", "gap"),
    [
        ([signal.SIGTERM], 0),
        ([signal.SIGHUP], 0),
        ([signal.SIGINT], 0),
        ([signal.SIGINT, signal.SIGINT], 0.05),
        ([signal.SIGTERM, signal.SIGTERM], 0.05),
        ([signal.SIGHUP, signal.SIGHUP], 0.05),
        ([signal.SIGTERM, signal.SIGHUP], 0.5),
    ],
)
def test_signals_end_a_run_with_5_and_the_next_goes_on(
    crawl: Crawl, signals: list[signal.Signals], gap: float
) -> None:
    process = crawl.start()
    wait_until(crawl, 20)
    for number in signals:
        process.send_signal(number)
        time.sleep(gap)
    assert process.wait(30) == 5, crawl.log()
    assert rows(crawl, "SELECT count(*) FROM page WHERE state = 'captured'")[0][0] > 0
    assert rows(crawl, "SELECT count(*) FROM page WHERE state = 'wanted'")[0][0] > 0
    stop = snapshot(crawl.places)
    crawl.site.delay = 0
    assert crawl.run() == 0, crawl.log()
    assert crawl.examine((stop,)) == []


def test_under_nohup_a_hang_up_ends_nothing(crawl: Crawl) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does it
    try:
        process = crawl.start()
    finally:
        signal.signal(signal.SIGHUP, before)
    wait_until(crawl, 20)
    process.send_signal(signal.SIGHUP)
    crawl.site.delay = 0
    assert crawl.meant(process.wait(60)) == 0, crawl.log()


def test_the_clock_jumps_an_hour_back_and_forward(crawl: Crawl) -> None:
    try:
        library = preload.library("clock")
    except preload.NoCompilerError as error:
        pytest.skip(str(error))
    jumping = replace(
        crawl,
        environment=(
            *preload.environment(library).items(),
            ("CLOCK_JUMPS", "2.5:-3600,3.5:3600,4.5:0"),
        ),
    )
    process = jumping.start()
    wait_until(crawl, 50)
    kill(process)
    crawl.site.delay = 0
    assert jumping.run(60) == 0, crawl.log()
    assert crawl.examine() == []


@pytest.mark.parametrize("name", ["raising", "raising_outside"])
def test_a_callback_that_raises_costs_one_page(crawl: Crawl, name: str) -> None:
    crawl.site.delay = 0
    raising = replace(
        crawl,
        spider=name,
        settings=("SPIDER_MODULES=raising_spider",),
        environment=(("PYTHONPATH", str(HERE)),),
    )
    try:
        assert raising.run(60) == 4, crawl.log()
    except subprocess.TimeoutExpired:
        pytest.fail(f"the run did not end: {crawl.log()}")
    # Its links are in no other page: they are found when it is read.
    found = dict(rows(crawl, "SELECT key, state || ' ' || reason FROM page WHERE kind = 'n'"))
    assert found["n:1000005"] == "failed error"
    assert found["n:1000004"] == "captured article"
    assert "AssertionError: a fault of" in crawl.log()
    complete(crawl)


@pytest.mark.parametrize("often", [1, 4])
def test_a_killed_worker_is_replaced(crawl: Crawl, often: int) -> None:
    process = crawl.start()
    for number in range(often):
        wait_until(crawl, 15 * (number + 1))
        for worker in children(process.pid):
            os.kill(worker, signal.SIGKILL)
    assert crawl.meant(process.wait(60)) == 0, crawl.log()
    assert crawl.examine() == []


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    found = [int(part) for part in text.split()]
    assert found, "no worker is running"
    return found


def test_a_server_that_is_gone_for_a_while(crawl: Crawl) -> None:
    process = crawl.start()
    wait_until(crawl, 20)
    crawl.site.go_away()
    time.sleep(4)
    crawl.site.go_away(away=False)
    crawl.site.delay = 0
    status = process.wait(150)
    assert status in (0, 3), crawl.log()
    if status == 3:
        assert crawl.run() == 0, crawl.log()
    assert crawl.examine() == []


def test_a_server_that_stays_gone_until_the_run_is_stopped(crawl: Crawl) -> None:
    process = crawl.start()
    wait_until(crawl, 20)
    crawl.site.go_away()
    time.sleep(3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 5, crawl.log()
    crawl.site.go_away(away=False)
    complete(crawl)


def test_disk_full_ends_with_7_and_goes_on_with_room(small_disk, tmp_path: Path) -> None:
    with Site(PAGES, seconds=250) as server:
        crawl = Crawl(server, tmp_path, warc_size=20_000)
        crawl.archive.symlink_to(small_disk.folder)
        assert crawl.run() == 7, crawl.log()
        assert "Traceback" not in crawl.log()
        small_disk.remount("size=50m")
        complete(crawl)


def test_the_reserve_ends_a_run_with_7(crawl: Crawl) -> None:
    assert replace(crawl, settings=("HUFFARCHIVE_MIN_FREE=1000000000000000",)).run() == 7
    complete(crawl)


def test_a_read_only_disk_is_a_mistake_in_one_line(small_disk, tmp_path: Path) -> None:
    small_disk.remount("size=50m,ro")
    with Site(PAGES, seconds=250) as server:
        crawl = Crawl(server, tmp_path, warc_size=20_000)
        crawl.archive.symlink_to(small_disk.folder)
        assert crawl.run() == 2, crawl.log()
        assert crawl.log().endswith("cannot be written to; name another place\n")
        small_disk.remount("rw")
        complete(crawl)


def shorten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def overwrite_a_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:12288] = os.urandom(4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("which", "damage"),
    [
        ("*.warc.gz", shorten),
        ("*.warc.gz", Path.unlink),
        ("*.jsonl", shorten),
        ("*.jsonl", Path.unlink),
        ("ledger.sqlite3", Path.unlink),
        ("ledger.sqlite3", shorten),
        ("ledger.sqlite3", overwrite_a_page),
    ],
)
def test_damage_by_hand_stops_the_run_until_it_is_recovered(
    crawl: Crawl, which: str, damage: Callable[[Path], None]
) -> None:
    process = crawl.start()
    wait_until(crawl, 60)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 5, crawl.log()
    damage(max(crawl.archive.rglob(which), key=lambda path: path.stat().st_size))
    assert crawl.run() == 1, crawl.log()
    assert "scrapy recover" in crawl.log().splitlines()[-1]
    recover = [part for part in crawl.command() if part != "crawl"]
    at = recover.index("scrapy") + 1
    recover = [*recover[:at], "recover", "huffpost_qc", *recover[recover.index("-s") :]]
    done = subprocess.run(recover, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    complete(crawl)


def test_a_page_during_which_runs_die_ends_as_crashed(crawl: Crawl) -> None:
    process = crawl.start()
    wait_until(crawl, 20)
    kill(process)
    ledger = sqlite3.connect(crawl.places.ledger, isolation_level=None)
    (page,) = ledger.execute("SELECT min(id) FROM page WHERE run IS NOT NULL").fetchone()
    ledger.execute("UPDATE page SET crashes = 3 WHERE id = ?", (page,))
    ledger.close()
    crawl.site.delay = 0
    assert crawl.run() == 3, crawl.log()
    found = rows(crawl, f"SELECT state, reason FROM page WHERE id = {page}")
    assert found == [("failed", "crashed")]
    complete(crawl)


def test_the_site_is_what_the_trials_think(tmp_path: Path) -> None:
    """Every kind of page is on it, and a plain run gets all of them."""
    with Site(PAGES, seconds=250) as server:
        crawl = Crawl(server, tmp_path)
        complete(crawl)
        states = set(site.expected(PAGES).values())
        assert states == {"captured", "gone"}
        assert sum(path.startswith("/archive/qc/entry/ailleurs-") for path in server.asked) == 2
