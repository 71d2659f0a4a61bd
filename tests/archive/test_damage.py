"""A damaged WARC of ours made whole: what is readable stays, and only the rest is wanted."""

import json
import shutil
from pathlib import Path

import pytest

from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.extraction import ReaderOptions as Reread
from huffarchive.verify.rule import Severity
from huffarchive.warc.reader import records
from huffarchive.warc.record import Stored
from tests.archive.test_recover import URL, article, http, lose, recovered, run
from tests.kit.ledger_rows import pages, rows

REFERRING = {"concurrent-dangling", "request-missing", "warcinfo-dangling", "warcinfo-first"}
"""What verify says of records that refer to a lost one."""


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    return ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")


def three_pages(places: ArchivePaths) -> tuple[Path, list[Stored]]:
    urls = tuple(URL.format(n) for n in (1, 2, 3))
    with run(places, 1, wants=urls) as one:
        for number, url in enumerate(urls, 1):
            one.visit(url, http(article(number), ETag=f'"{number}"'))
    (warc,) = places.warc.glob("*-00001.warc.gz")
    return warc, [*records(warc)]


def spoil(warc: Path, stored: Stored) -> None:
    data = bytearray(warc.read_bytes())
    middle = stored.offset + stored.length // 2
    data[middle : middle + 4] = b"XXXX"
    warc.write_bytes(data)


def findings(places: ArchivePaths) -> set[str]:
    survey = Checker(Reread(0, 20, 10**9))
    return {found.rule for found in survey.archive(places) if found.severity is Severity.ERROR}


def states(places: ArchivePaths) -> dict[str, object]:
    return {key: page["state"] for key, page in pages(places.ledger).items()}


@pytest.mark.parametrize("number", range(10))
def test_one_spoilt_record_costs_that_record(number: int, places: ArchivePaths) -> None:
    """A response is wanted again; of a lost request or note the page stays captured."""
    warc, before = three_pages(places)
    whole = warc.read_bytes()
    spoil(warc, before[number])
    lose(places)
    found = recovered(places)
    gone = before[number]
    said = f"{gone.length} bytes are lost in 1 place"
    assert [line for line in found.mended if said in line and "records lost: 1" in line]
    assert warc.read_bytes() == whole[: gone.offset] + whole[gone.offset + gone.length :]
    (kept,) = places.quarantine.glob(f"{warc.name}.*")
    assert kept.stat().st_size == len(whole)
    page = f"n:{(number + 2) // 3}"  # the first is the warcinfo, of no page
    lost = {page} if gone.record.type == "response" else set()
    expected = {k: "wanted" if k in lost else "captured" for k in ("n:1", "n:2", "n:3")}
    assert states(places) == expected
    (jsonl,) = places.output.glob("*.jsonl")
    ids = [json.loads(line)["id"] for line in jsonl.read_bytes().splitlines()]
    assert ids == [f"qc:{key}" for key, state in expected.items() if state == "captured"]
    assert findings(places) == set()
    # What is not known to be lost may have been taken away: of a JSONL set aside nothing follows.
    referring = {f.rule for f in Checker().archive(places)} & REFERRING
    kept.unlink()
    assert [*places.quarantine.glob("*.jsonl.*")] or not lost
    assert findings(places) == referring - {"warcinfo-first"}  # which is a note here in any case


def test_a_file_without_a_readable_record_is_no_evidence(places: ArchivePaths) -> None:
    warc, _ = three_pages(places)
    warc.write_bytes(b"\0" * warc.stat().st_size)
    lose(places)
    recovered(places)
    assert not warc.exists()
    assert set(states(places).values()) == {"wanted"}
    assert findings(places) == set()


def test_what_repeats_a_lost_capture_is_wanted_and_captured_in_full(places: ArchivePaths) -> None:
    """The page had an earlier capture, and a later one that only says that nothing changed."""
    three_pages(places)
    for day, response in ((2, http(article(9), ETag='"9"')), (3, http(status="304 Not Modified"))):
        with run(places, day) as later:
            with later.archive.changing():
                later.archive.ledger.again.want_older(later.now.timestamp(), 4e9)
            later.visit(URL.format(1), response)
    (second,) = places.warc.glob("*-00002.warc.gz")
    spoil(second, next(s for s in records(second) if s.record.type == "response"))
    shutil.rmtree(places.reports)
    lose(places)
    recovered(places)
    assert states(places)["n:1"] == "wanted"
    with run(places, 4) as again:
        again.visit(URL.format(1), http(article(9), ETag='"9"'))
    assert states(places)["n:1"] == "captured"
    (fourth,) = places.warc.glob("*-00004.warc.gz")
    assert "revisit" not in {s.record.type for s in records(fourth)}
    assert len([row for row in rows(places.ledger, "capture") if row[0] == "n:1"]) == 2
    assert findings(places) == set()
