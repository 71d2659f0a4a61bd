"""A small archive with a ledger and records, made by the archive's own parts."""

import json
from pathlib import Path
from typing import Any

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import FileRow, Ledger
from huffarchive.ledger.rows import PageUpdate
from huffarchive.outcome import Reason, State
from huffarchive.storage.paths import ArchivePaths

STEM = "qc-20260101000000-00001"
HOST = "http://quebec.huffingtonpost.ca"


def record(number: int, **changes: Any) -> dict[str, Any]:
    """A record as far as the report reads it."""
    return {
        "id": f"qc:n:{number}",
        "kind": "news",
        "headline": "Un titre",
        "description": None,
        "authors": ["Lia Roy"],
        "agency": None,
        "section": "Nouvelles",
        "keywords": [],
        "language": "fr",
        "date_published": "2013-05-01T10:00:00-04:00",
        "text": "Un texte.",
        "word_count": 2,
        "images": [],
        "source": "live",
        "captured_at": "2026-01-01T00:00:00Z",
        "previous_id": None,
        "layout": "archive",
        "warnings": [],
        "is_wire": False,
    } | changes


RECORDS = [
    record(1),
    record(2, agency="AFP", authors=[], is_wire=True, images=[{"url": "x"}]),
    record(3, agency="AFP", authors=[], is_wire=True, source="wayback"),
    record(4, agency="<b>PC</b>", is_wire=True, date_published="2013-08-02", kind="blog"),
    record(5, is_wire=None, date_published=None, layout="2014", warnings=["no_date", "short_text"]),
    record(6, authors=[], text="", warnings=["no_text"], date_published="2012-12-31"),
    record(1, previous_id="<urn:uuid:1>"),
]


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    """Ten known articles, six saved, one gone, one refused, one failed, one wanted; a listing."""
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    places.make()
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in RECORDS)
    places.jsonl_file(STEM).write_bytes(lines)
    ledger = Ledger.open(places.ledger, HUFFPOST_QC)
    with ledger.transaction():
        ledger.runs.begin("20260101000000", "2026-01-01T00:00:00+00:00")
        ledger.runs.end(1, "2026-01-01T00:01:00+00:00", 3, "finished")
        ledger.runs.begin("20260102000000", "2026-01-02T00:00:00+00:00")
        urls = [f"{HOST}/2013/05/01/x_n_{number}.html" for number in range(1, 11)]
        ledger.pages.want([*urls, f"{HOST}/news/alep/"], "list")
        ends = [
            *[(State.CAPTURED, Reason.ARTICLE, "2013-05")] * 6,
            (State.GONE, Reason.NOT_FOUND, None),
            (State.REFUSED, Reason.ROBOTS, None),
            (State.FAILED, Reason.TIMEOUT, None),
        ]
        for task, (state, reason, month) in zip(ledger.frontier.draw(1, 9, 2e9), ends, strict=True):
            ledger.pages.apply(PageUpdate(task, state, reason, month=month))
        ledger.frontier.give_back(1)
        ledger.files.store(
            FileRow(1, STEM, True, 12_345, len(lines), len(RECORDS), "ab" * 32, "cd" * 32)
        )
    ledger.close()
    return places
