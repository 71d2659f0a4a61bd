"""An archive with captured pages that a fault of ours left unread, through the command line."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Archived, options
from tests.kit.command import scrapy


@pytest.mark.slow
def test_unread_pages_turn_the_status_red_and_are_read_again(
    tmp_path: Path, sample: Archived
) -> None:
    shutil.copytree(sample.folder, tmp_path, dirs_exist_ok=True)
    ledger = sqlite3.connect(tmp_path / "output/qc-sample/ledger.sqlite3")
    with ledger:
        ledger.execute(
            "UPDATE page SET reason = 'unreadable', detail = 'no answer: UnpicklingError' "
            "WHERE id IN (SELECT id FROM page WHERE reason = 'article' ORDER BY id LIMIT 7)"
        )
    ids = {
        f"qc:{key}"
        for (key,) in ledger.execute(
            "SELECT key FROM page WHERE reason = 'unreadable' AND detail LIKE 'no answer%'"
        )
    }
    ledger.close()
    assert len(ids) == 7

    told = scrapy("status", *options(tmp_path))
    assert told.code == 3
    assert "7 captured pages not read, by a fault of ours" in told.out

    crawled = scrapy("crawl", "huffpost_qc", "-a", "source=sample", *options(tmp_path))
    assert crawled.code == 0
    after = Archived(tmp_path, "qc-sample", crawled)
    assert after.report["not_read"] == 0
    new = [json.loads(line) for line in after.jsonls[-1].read_bytes().splitlines()]
    assert {row["id"] for row in new} == ids
    assert all(row["previous_id"] and row["layout"] != "unread" for row in new)
    assert scrapy("status", *options(tmp_path)).code == 0
    assert scrapy("verify", "--quick", *options(tmp_path)).code == 0

    # What came from elsewhere is not asked of this source, and so is not forgotten.
    ledger = sqlite3.connect(tmp_path / "output/qc-sample/ledger.sqlite3")
    with ledger:
        ledger.execute(
            "UPDATE page SET reason = 'unreadable', detail = 'the reader crashed' WHERE id = "
            "(SELECT page FROM capture WHERE reason = 'article' ORDER BY id LIMIT 1)"
        )
        ledger.execute("UPDATE capture SET source = 'wayback'")
    ledger.close()
    crawled = scrapy("crawl", "huffpost_qc", "-a", "source=sample", *options(tmp_path))
    assert crawled.code == 3
    line = "1 captured page not read, by a fault of ours: a run with -a source=wayback reads"
    assert line in crawled.out
    assert after.report["not_read"] == 1
