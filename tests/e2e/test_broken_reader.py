"""Readers that are broken, through the real crawl: it ends at once, and settles nothing."""

import json
import os
from pathlib import Path

import pytest

from huffarchive.sample.server import Service
from huffarchive.sample.site import site
from tests.e2e.conftest import Archived, options
from tests.kit.command import scrapy
from tests.verify.archives import build, first

SABOTAGE = Path(__file__).parent / "sabotage"
PAGES = 6
WAYS = [
    "cannot import",
    "answers rubbish",
    "answers for another page",
    "trafilatura takes nothing",
    "reads one page in all",
    "goes wrong after the known pages",
    "fails at all but the known",
    "dies at once",
]


@pytest.mark.slow
def test_broken_readers_end_a_run_that_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Archived
) -> None:
    """Captures on disk come without a request, and Scrapy looks at those alone when it closes."""
    files = ",".join(map(str, small.warcs))
    copies = (
        "crawl", "huffpost_qc", "-a", "source=warc", "-a", f"files={files}",
        *options(tmp_path), "-s", "HUFFARCHIVE_WORKERS=1",
    )  # fmt: skip
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(SABOTAGE), os.environ.get("PYTHONPATH", "")])
    )
    monkeypatch.setenv("SABOTAGE", "cannot import")
    broken = scrapy(*copies)
    assert broken.code == 4
    assert broken.out.splitlines()[-1].startswith("no page can be read here")
    assert not Archived(tmp_path, "qc", broken).rows
    monkeypatch.delenv("SABOTAGE")
    mended = Archived(tmp_path, "qc", scrapy(*copies))
    assert mended.result.code == 0
    assert len(mended.rows) == PAGES
    assert all(row["text"] for row in mended.rows)


@pytest.mark.slow
def test_what_a_library_prints_is_no_part_of_the_product(
    monkeypatch: pytest.MonkeyPatch, small: Archived
) -> None:
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(SABOTAGE), os.environ.get("PYTHONPATH", "")])
    )
    monkeypatch.setenv("SABOTAGE", "prints")
    for workers in ("1", "2"):
        done = scrapy("extract", *map(str, small.warcs), "--workers", workers)
        assert done.code == 0
        assert done.out.encode() == b"".join(path.read_bytes() for path in small.jsonls)
    assert "a word of C" in done.err


@pytest.mark.long
def test_broken_readers_end_the_run_and_mended_ones_complete_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Archived
) -> None:
    wanted = tmp_path / "urls.txt"
    wanted.write_text("\n".join(list(site().plain_urls())[:PAGES]))
    latest = tmp_path / "output/qc/reports/latest.json"
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(SABOTAGE), os.environ.get("PYTHONPATH", "")])
    )
    with Service(site()) as service:
        crawl = (
            "crawl", "huffpost_qc", "-a", f"site={service.base}", "-a", f"urls={wanted}",
            *options(tmp_path), "-s", "HUFFARCHIVE_WORKERS=1",
        )  # fmt: skip
        for way in WAYS:
            monkeypatch.setenv("SABOTAGE", way)
            result = scrapy(*crawl)
            assert result.code == 4
            errors = [line for line in result.err.splitlines() if " ERROR " in line]
            assert len(errors) == 1
            assert "no page can be read here" in errors[0]
            assert "Traceback" not in result.err
            assert result.out.splitlines()[-1].startswith("no page can be read here")
            report = json.loads(latest.read_bytes())
            assert report["exit"] == 4
            assert report["counts"]["captured"] == report["counts"]["failed"] == 0
            assert report["counts"]["wanted"] > 0
            assert report["articles"] == 0
            told = " ".join(scrapy("status", "--short", *options(tmp_path)).out.split())
            assert report["problem"] in told

        monkeypatch.delenv("SABOTAGE")
        result = scrapy(*crawl)
    assert result.code == 0
    mended = Archived(tmp_path, "qc", result)
    texts = {row["id"]: row["text"] for row in sample.rows}
    assert len(mended.rows) == PAGES
    assert all(row["text"] == texts[row["id"]] for row in mended.rows)
    again = tmp_path / "again.jsonl"
    extract = ("extract", *map(str, mended.warcs), "--workers=1")  # each is a start of Python
    assert scrapy(*extract, "-o", str(again)).code == 0
    assert again.read_bytes() == b"".join(path.read_bytes() for path in mended.jsonls)
    monkeypatch.setenv("SABOTAGE", "fails at all but the known")
    read = scrapy(*extract)
    assert (read.code, read.out) == (4, "")
    assert "(pages that failed one after the other: 5, the last: " in read.err
    assert read.err.count("\n") == 1
    monkeypatch.setenv("SABOTAGE", "dies at once")
    checked = scrapy("verify", *options(tmp_path))
    assert checked.code == 4
    assert "no page can be read here" in checked.err
    assert "Traceback" not in checked.err


@pytest.mark.slow
def test_processes_that_cannot_start_say_nothing_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that they lack is told in one line, by the command."""
    warc = first(build(tmp_path / "theirs"), ".warc.gz")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(SABOTAGE), os.environ.get("PYTHONPATH", "")])
    )
    monkeypatch.setenv("SABOTAGE", "lacks a package")
    done = scrapy("extract", str(warc), "--workers=2")
    assert (done.code, done.out) == (4, "")
    assert done.err.count("\n") == 1, done.err
    assert "no page can be read here" in done.err
