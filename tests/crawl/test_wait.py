"""How long a run waits for its next page, which the time that is left begins with."""

from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.crawl.queue import RequestQueue
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.storage.paths import ArchivePaths

URL = "https://www.huffpost.com/archive/qc/entry/un-titre_n_{}"


@pytest.mark.parametrize(
    ("dues", "wait"), [((), 0), ((0,), 0), ((90,), 90), ((90, 30), 30), ((-5, 30), 0)]
)
def test_it_is_until_the_first_page_is_due(
    dues: tuple[int, ...], wait: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc"), HUFFPOST_QC)
    monkeypatch.setattr(archive, "clock", lambda: 1_700_000_000.0)
    with archive.changing():
        archive.ledger.pages.want([URL.format(100 + n) for n in range(len(dues))], "list")
        for n, due in enumerate(dues):
            archive.ledger.pages._connection.execute(
                "UPDATE page SET due = ? WHERE key = ?", (1_700_000_000 + due, f"n:{100 + n}")
            )
    queue = RequestQueue(archive, None)
    assert queue.wait == wait
    archive.close(0, "finished")
