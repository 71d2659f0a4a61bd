"""A ledger that is set aside gives what only it knows; the WARC files and the account go before."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from huffarchive.outcome import Reason
from huffarchive.sources import QUERIES
from huffarchive.storage.paths import ArchivePaths
from tests.archive.test_recover import (
    URL,
    article,
    first_run,
    http,
    later_runs,
    recovered,
    run,
)
from tests.kit.ledger_rows import assert_equal, pages, rows


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a list: 1 captured, 2 gone, 3 refused by robots.txt, 4 not reached, the rest wanted;
    no account of the run is left."""
    root = tmp_path_factory.mktemp("listed")
    places = ArchivePaths(root / "warc", root / "output", "qc")
    with run(places, 1, wants=tuple(map(URL.format, range(1, 301)))) as one:
        one.visit(URL.format(1), http(article(1)))
        one.visit(URL.format(2), http(status="410 Gone"))
        one.visit(URL.format(3), None, Reason.ROBOTS)
        one.visit(URL.format(4), None, Reason.UNREACHABLE)
    shutil.rmtree(places.reports)
    return root


@pytest.fixture
def places(built: Path, tmp_path: Path) -> ArchivePaths:
    shutil.copytree(built, tmp_path / "copy")
    return ArchivePaths(tmp_path / "copy" / "warc", tmp_path / "copy" / "output", "qc")


@contextmanager
def changed(places: ArchivePaths) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(places.ledger) as db:
        yield db
    db.close()


def states(places: ArchivePaths) -> dict[str, object]:
    return {key: page["state"] for key, page in pages(places.ledger).items()}


def test_what_only_the_ledger_knows_is_kept(places: ArchivePaths, tmp_path: Path) -> None:
    before = shutil.copy(places.ledger, tmp_path / "before")
    assert recovered(places).mended == ()
    assert_equal(Path(before), places.ledger)


def test_with_what_stands_in_its_log_alone(places: ArchivePaths) -> None:
    """As a crash leaves it."""
    beside = places.output / "copy"
    with sqlite3.connect(places.ledger, isolation_level=None) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT INTO page (key, kind, rank, url, host) VALUES "
                   f"('n:9000', 'n', 1, '{URL.format(9000)}', 1)")  # fmt: skip
        beside.mkdir()
        for ending in ("", "-wal"):
            shutil.copy(f"{places.ledger}{ending}", beside)
    db.close()
    for path in beside.iterdir():
        path.replace(places.output / path.name)
    beside.rmdir()
    recovered(places)
    assert len(states(places)) == 301


def test_of_every_kind_of_end_and_several_runs(tmp_path: Path) -> None:
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    first_run(places)
    later_runs(places, killed=True)
    before = Path(shutil.copy(places.ledger, tmp_path / "before"))
    recovered(places)
    was, now = pages(before), pages(places.ledger)
    assert was.keys() == now.keys()
    assert rows(before, "capture") == rows(places.ledger, "capture")
    other = {key for key in was if was[key] != now[key]}
    assert other == {"n:101"}, "of it the older account tells otherwise: it is asked again anyhow"
    assert (was["n:101"]["state"], now["n:101"]["state"]) == ("wanted", "failed")


@pytest.mark.parametrize(
    ("statement", "key", "state", "named"),
    [
        ("UPDATE page SET state = 'gone', reason = 'no_capture', status = NULL", "n:1", "captured", False),
        ("UPDATE page SET state = 'refused', reason = 'robots', status = NULL", "n:1", "captured", False),
        ("UPDATE page SET state = 'wanted', reason = NULL", "n:1", "captured", False),
        ("UPDATE page SET state = 'captured', reason = 'article', status = 200", "n:2", "gone", False),
        ("UPDATE page SET state = 'captured', reason = 'article', status = 200", "n:9", "wanted", False),
        ("UPDATE page SET state = 'captured', reason = 'article', status = NULL", "n:9", "wanted", False),
        ("UPDATE page SET state = 'gone', reason = 'not_found', status = 404", "n:9", "wanted", False),
        ("UPDATE page SET state = 'gone', reason = 'not_found', status = NULL", "n:9", "wanted", False),
        ("UPDATE page SET state = 'refused', reason = 'not_found'", "n:9", "wanted", False),
        ("UPDATE page SET state = 'refused', reason = 'robots'", "n:9", "refused", False),
        ("UPDATE page SET state = 'gone', reason = 'no_capture'", "n:9", "gone", False),
        ("UPDATE page SET state = 'failed', reason = 'server_error', status = 503", "n:9", "failed", False),
        ("UPDATE page SET state = 'failed'", "n:9", "wanted", False),
        ("UPDATE page SET state = 'lost'", "n:9", "wanted", True),
        ("UPDATE page SET reason = 'because'", "n:9", "wanted", True),
        ("UPDATE page SET tries = -1", "n:9", "wanted", True),
        ("UPDATE page SET failing = 'noon'", "n:9", "wanted", True),
        (f"UPDATE page SET url = '{URL.format(3)}'", "n:9", None, True),
        ("UPDATE page SET url = 'https://example.org/x_n_9.html'", "n:9", None, True),
        ("UPDATE page SET key = 'n:9000'", "n:9", None, True),
        ("UPDATE page SET host = 77", "n:9", "wanted", False),
        ("UPDATE page SET named = 0", "n:9", "wanted", False),
        ("UPDATE page SET named = 1 << 40", "n:9", "wanted", False),
        ("DELETE FROM page", "n:9", None, False),
        ("DELETE FROM page", "n:1", "captured", False),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong(
    places: ArchivePaths, statement: str, key: str, state: str | None, named: bool
) -> None:
    with changed(places) as db:
        db.execute(f"{statement} WHERE key = '{key}'")
    found = recovered(places)
    now = states(places)
    assert now.pop(key, None) == state
    assert len(now) == 299
    assert named == bool(found.mended), found.mended


def test_a_capture_that_is_lost_is_wanted_under_its_names(places: ArchivePaths) -> None:
    for path in (*places.warc.glob("*"), *places.jsonl_files()):
        path.unlink()
    recovered(places)
    now = pages(places.ledger)
    assert len(now) == 300
    assert {key for key, page in now.items() if page["state"] != "wanted"} == {"n:3", "n:4"}
    assert {tuple(page["named"]) for page in now.values()} == {("list",)}


def test_an_account_of_the_same_run_goes_before(tmp_path: Path) -> None:
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    with run(places, 1, wants=(URL.format(1), URL.format(2))) as one:
        one.visit(URL.format(1), http(article(1)))
    with changed(places) as db:
        db.execute("UPDATE page SET state = 'refused', reason = 'robots' WHERE key = 'n:2'")
    recovered(places)
    assert states(places) == {"n:1": "captured", "n:2": "wanted"}


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
def test_each_page_of_the_database_costs_its_rows_only(places: ArchivePaths, every: int) -> None:
    with changed(places) as db:
        own = {n for (n,) in db.execute("SELECT rootpage FROM sqlite_schema") if n}
    sound, known = places.ledger.read_bytes(), set(states(places))
    leaves = 0
    for page in sorted({1, *range(2, len(sound) // 4096 + 1, every)}):
        for path in places.output.glob("ledger.sqlite3*"):
            path.unlink()
        places.ledger.write_bytes(
            sound[: 4096 * (page - 1)] + b"\xa5" * 4096 + sound[4096 * page :]
        )
        found = recovered(places)
        now = states(places)
        assert now.keys() <= known
        assert now["n:1"] == "captured"
        lost = len(known - now.keys())
        assert bool(found.mended) == (lost > 0)
        if page > 1 + max(own):
            leaves += lost > 0
            assert lost <= 60, page  # the rows that stand in it
    assert leaves > 1


def test_a_page_of_an_index_waits_for_its_archive(places: ArchivePaths) -> None:
    ((name, kinds),) = list(QUERIES.items())[:1]
    with changed(places) as db:
        db.execute("INSERT INTO page (key, kind, rank, url, host, source) VALUES "
                   f"('{kinds[0]}:x', '{kinds[0]}', 0, 'https://web.archive.org/cdx?x', 1, '{name}')")  # fmt: skip
    recovered(places)
    with changed(places) as db:
        assert db.execute("SELECT source FROM page WHERE rank = 0").fetchall() == [(name,)]
