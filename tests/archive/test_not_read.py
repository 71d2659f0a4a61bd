"""Captured pages that a reader which failed left unread."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huffarchive.archive.recover import rebuild
from huffarchive.archive.status import archive_status, short
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract.extract import articles
from huffarchive.ledger.ledger import Ledger
from huffarchive.outcome import AnswerOutcome, Reason, State
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.extraction import ReaderOptions
from huffarchive.workers.job import OUT_OF_MEMORY, TOO_SLOW, Unread
from tests.archive.test_recover import URL, Run, article, http, run

OURS = [
    Unread("reader_failed", "no answer: UnpicklingError"),
    Unread("reader_failed", "no answer: another value"),
    Unread("reader_failed", "the reader crashed"),
    Unread("reader_failed", "ImportError: no module of that name"),
    Unread("reader_failed", "its own fault: the reader crashed"),
]
THEIRS = [
    TOO_SLOW,
    OUT_OF_MEMORY,
    Unread("reader_failed", "TooMuchTextError: 60,000 elements, over 50,000"),
]
TOPIC = "https://www.huffpost.com/archive/qc/topic/politique"
LISTING = http(f"<html><body><a href='{URL.format(77)}'>Un titre</a></body></html>".encode())


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    """A run in which readings failed in each way, and a listing was not read either."""
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    urls = tuple(URL.format(number) for number in range(1, len(OURS + THEIRS) + 2))
    with run(places, 1, wants=(*urls, TOPIC)) as first:
        first.visit(urls[-1], http(article(9)))
        for number, (url, unread) in enumerate(zip(urls, OURS + THEIRS, strict=False), 1):
            not_read(first, url, http(article(number)), unread, Reason.UNREADABLE)
        not_read(first, TOPIC, LISTING, OURS[0], Reason.NOT_AN_ARTICLE)
    return places


def not_read(run: Run, url: str, response: bytes, unread: Unread, reason: Reason) -> None:
    def judged(visit: object, *_: object) -> tuple[object, AnswerOutcome]:
        outcome = AnswerOutcome(State.CAPTURED, reason, detail=unread.detail)
        return replace(visit, reading=unread), outcome  # type: ignore[type-var]

    run._judged = judged  # type: ignore[assignment,method-assign]
    run.visit(url, response)
    del run._judged


def test_they_are_counted_and_no_others(places: ArchivePaths) -> None:
    found = archive_status(places, HUFFPOST_QC)
    assert found["not_read"] == len(OURS) + 1
    assert found["next"].startswith("`scrapy crawl huffpost_qc -a source=live` reads the 6 pages")
    assert " · 6 not read · " in short(found, datetime.now(UTC))
    latest = json.loads((places.reports / "latest.json").read_bytes())
    assert latest["not_read"] == len(OURS) + 1


def test_verify_counts_those_that_were_read_another_time(places: ArchivePaths) -> None:
    """Until then each is an error that says what to do."""

    def told() -> list[tuple[str, str, bool]]:
        found = Checker(ReaderOptions(0, 20, 10**9)).archive(places)
        return [(f.rule, f.severity, "recover --force" in f.remedy) for f in found]

    assert told() == [("jsonl-unread", "error", True)] * len(OURS)
    with run(places, 2) as second:
        with second.archive.changing():
            second.archive.ledger.not_read.want(0, ["live"])
        for number in range(1, len(OURS) + 1):
            second.visit(URL.format(number), http(article(number)))
        second.visit(TOPIC, LISTING)
    assert told() == [("jsonl-unread", "note", False)]


def test_extract_reads_them_and_believes_what_is_of_the_page(places: ArchivePaths) -> None:
    (warc,) = places.warc.glob("*.warc.gz")
    found = {a.id: a for a in articles(warc, 0)}
    assert len(found) == len(OURS + THEIRS) + 1
    full = {ident for ident, a in found.items() if "numéro" in a.text}
    assert full == {f"qc:n:{n}" for n in (*range(1, len(OURS) + 1), 9)}
    assert all(found[ident].warnings == [] or found[ident].headline for ident in full)


def test_recover_reads_them_with_no_traffic(places: ArchivePaths) -> None:
    rebuild(places, HUFFPOST_QC, 0, lambda _: None)
    assert archive_status(places, HUFFPOST_QC)["not_read"] == 0
    (jsonl,) = places.output.glob("*.jsonl")
    rows = {row["id"]: row for row in map(json.loads, jsonl.read_bytes().splitlines())}
    assert all("numéro" in rows[f"qc:n:{n}"]["text"] for n in range(1, len(OURS) + 1))
    ledger = Ledger.view(places.ledger, HUFFPOST_QC)
    told = ledger.connection.execute("SELECT key, state, reason, detail FROM page").fetchall()
    ledger.close()
    ends = {key: rest for key, *rest in told}
    assert all(ends[f"n:{n}"] == ["captured", "article", None] for n in range(1, len(OURS) + 1))
    assert ends["n:77"][0] == "wanted"  # the listing's link
    first_of_theirs = len(OURS) + 1
    assert ends[f"n:{first_of_theirs}"] == ["captured", "unreadable", TOO_SLOW.detail]


def test_the_next_run_wants_them_again_from_where_they_came(places: ArchivePaths) -> None:
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        assert ledger.not_read.want(0, ["wayback", "sample"]) == 0
        assert ledger.not_read.by_source() == {"live": 6}
        assert ledger.not_read.want(0, ["live", "wayback"]) == 6
        assert not ledger.not_read.by_source()
        tasks = ledger.frontier.draw(1, 100, 4e9)
    assert sorted(str(t.key) for t in tasks) == sorted(
        [*(f"qc:n:{n}" for n in range(1, len(OURS) + 1)), "qc:topic:politique"]
    )
    for task in tasks:  # so that an equal answer is not taken for one that was read
        assert task.previous is not None
        assert (task.previous.payload_sha1, task.previous.etag) == (None, None)
    ledger.close()
