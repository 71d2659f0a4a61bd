"""What commands say and how they end: true, whole, in UTF-8, and never with a traceback."""

import json
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from huffarchive.translator import Translator
from tests.commands.conftest import ROOT, Archive


@pytest.mark.parametrize("name", ["ca", "huffpost_ca", "qc-sample"])
def test_every_command_says_the_same_of_an_archive_that_is_not_there(
    name: str, archive: Archive, run: Callable
) -> None:
    for needed in ("pygal", "datasette"):  # without them the commands say that first
        pytest.importorskip(needed)
    told = set()
    for command in ("status", "report", "links", "wacz", "export csv", "browse"):
        done = run(*command.split(), name, *archive.options)
        assert done.code == 2
        told.add(done.err.partition(": ")[2])
    (line,) = told
    code = "ca" if "ca" in name else "qc"
    there = "qc is there, name that; or " if name == "qc-sample" else ""
    assert f"yet; {there}run scrapy crawl huffpost_{code}" in line


@pytest.mark.parametrize("command", ["links", "wacz", "export csv", "report"])
def test_a_torn_line_of_records_is_named(command: str, archive: Archive, run: Callable) -> None:
    if command == "report":
        pytest.importorskip("pygal")
    path = sorted(archive.places.output.glob("qc-*.jsonl"))[0]
    path.write_bytes(path.read_bytes()[:-40])
    done = run(*command.split(), "qc", *archive.options)
    assert done.code in (1, 3)
    assert path.name in done.err
    assert "Traceback" not in done.err
    assert "scrapy verify" in done.err


def test_one_of_a_thing_is_no_plural(archive: Archive, tmp_path: Path, run: Callable) -> None:
    (one, *_) = archive.lines.splitlines(keepends=True)
    (single := tmp_path / "one.jsonl").write_bytes(one)
    for named in ((single,), (single, single)):
        done = run("export", "csv", *named, "-o", "-")
        assert "1 article of 1 record from 1 file\n" in done.err
    target = tmp_path / "out"
    done = run("extract", archive.warcs[0], "-o", f"{target}/", *archive.options)
    assert "articles from 1 of 1 file to" in done.err


def test_status_watches_until_it_is_stopped(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("huffarchive.commands.status.time.sleep", sleep)
    done = run("status", "qc", "--short", "--watch", *archive.options)
    assert (done.code, done.err, waits) == (0, "", [5.0] * 3)
    assert len(done.out.splitlines()) == 3
    assert "\x1b" not in done.out  # no terminal


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_stopped(
    how: signal.Signals, archive: Archive, tmp_path: Path, run: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    target = tmp_path / "x.csv"
    assert run("export", "csv", "qc", "-o", target, *archive.options).code == 0
    before = target.read_bytes()

    def stopped(*_: object) -> None:
        signal.raise_signal(how)

    monkeypatch.setattr("huffarchive.storage.disk.sync", stopped)
    # A shell has those whom it starts in the background ignore SIGINT, and nohup SIGHUP.
    default = signal.default_int_handler if how is signal.SIGINT else signal.SIG_DFL
    ours = signal.signal(how, default)
    try:
        done = run("export", "csv", "qc", "-o", target, "--replace", *archive.options)
    finally:
        signal.signal(how, ours)
    assert (done.code, "Traceback" in done.err) == (5, False)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if "huffarchive" in p.name] == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_output_is_utf_8_whatever_the_locale(archive: Archive) -> None:
    import os
    import subprocess
    import sys

    env = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    command = ("export", "jsonl", "qc", "-o", "-", *archive.options)  # schema: tests/cases
    done = subprocess.run(
        [sys.executable, "-m", "scrapy.cmdline", *command],
        cwd=ROOT, env=env, capture_output=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stdout.decode("utf-8").isascii()


def test_an_archive_without_an_article(archive: Archive, tmp_path: Path, run: Callable) -> None:
    for path in archive.places.output.glob("qc-*.jsonl"):
        path.write_bytes(b"")
    done = run("wacz", "qc", "-o", tmp_path / "x.wacz", *archive.options)
    assert (done.code, "no article was captured" in done.err) == (0, True)
    pytest.importorskip("pyarrow")
    from pyarrow import dataset

    target = tmp_path / "years"
    args = ("export", "parquet", "qc", "--by-year", "-o", target, *archive.options)
    done = run(*args)
    assert (done.code, "0 articles of 0 records" in done.err) == (0, True)
    assert dataset.dataset(target, partitioning="hive").count_rows() == 0
    assert run(*args, "--replace").code == 0


def test_a_report_survives_a_file_that_is_finished_meanwhile(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pygal")
    from huffarchive.reports import corpus_stats
    from huffarchive.storage.paths import ArchivePaths

    whole = sorted(archive.places.output.glob("qc-*.jsonl"))[1]
    ledger = archive.places.ledger
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("UPDATE file SET state = 'open' WHERE stem = ?", [whole.stem])
        db.commit()
    open_name = whole.with_name(whole.name + ".open")
    whole.rename(open_name)
    real = ArchivePaths.jsonl_file
    done: list[bool] = []

    def finishing(self: ArchivePaths, stem: str, *, growing: bool = False) -> Path:
        path = real(self, stem, growing=growing)
        if growing and not done:
            done.append(True)
            open_name.rename(whole)
            with closing(sqlite3.connect(ledger)) as db:
                db.execute("UPDATE file SET state = 'whole' WHERE stem = ?", [stem])
                db.commit()
        return path

    monkeypatch.setattr(ArchivePaths, "jsonl_file", finishing)
    from huffarchive.editions import EDITIONS

    assert corpus_stats.gather(archive.places, EDITIONS["qc"]).census.articles == 6
    assert done


def test_the_room_is_made_anew_of_what_there_is(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that a run finishes keeps the date of its last line, which is before the room's."""
    pytest.importorskip("datasette")
    monkeypatch.setattr("huffarchive.browse.serving.serve", lambda *_: None)
    last = sorted(archive.places.output.glob("qc-*.jsonl"))[1]
    last.rename(growing := last.with_name(last.name + ".open"))

    def articles() -> int:
        done = run("browse", "qc", "--port", "0", *archive.options)
        assert done.code == 0
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d+/  .*\n", done.out)
        with closing(sqlite3.connect(archive.places.output / "room.sqlite3")) as room:
            return room.execute("SELECT count(*) FROM articles").fetchone()[0]

    assert articles() == 3
    growing.rename(last)
    assert articles() == 6
    before = (archive.places.output / "room.sqlite3").stat().st_ino
    assert articles() == 6
    assert (archive.places.output / "room.sqlite3").stat().st_ino == before


@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2014-04", "d’avril"),
        ("2014-08", "d’août"),
        ("2014-10", "d’octobre"),
        ("2014-03", "de mars"),
    ],
)
def test_elision(month: str, says: str) -> None:
    say = Translator("fr")
    span = say("span", first=say.month(month), last=say.month("2015-04"))
    assert span.startswith(f"Publiés {says}\u00a02014 à avril")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("number", [0, 1, 2, 1000])
def test_numbers_and_words_agree(language: str, number: int) -> None:
    say = Translator(language)
    single = number == 1 or (number == 0 and language == "fr")
    text = say("sources_lead", best="x", count=number, share="y")
    assert (" article " in text) == single
    assert (" articles " in text) != single
    assert (" page" in (t := say("next_wanted", count=number))) and ("pages" in t) != single


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
        (999_950, "1.0 MB"), (999_999, "1.0 MB"), (1_000_000, "1.0 MB"), (999_960_000, "1.0 GB"),
    ],
)  # fmt: skip
def test_sizes(size: int, says: str) -> None:
    assert Translator("en").size(size) == says.replace(" ", "\u00a0")


def test_marks_say_what_an_output_is_of(archive: Archive, tmp_path: Path, run: Callable) -> None:
    assert run("extract", archive.warcs[0], "-o", f"{tmp_path}/out/", "--workers", "1").code == 0
    (mark,) = (tmp_path / "out").glob("*.done")
    found = json.loads(mark.read_text())
    assert found["path"] == str(archive.warcs[0])
    assert found["size"] == archive.warcs[0].stat().st_size
    assert (found["complete"], found["articles"]) == (True, 3)
