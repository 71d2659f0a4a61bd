"""The census: every record counted once and every way, in memory that does not grow."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from huffarchive.reports.corpus_stats import CorpusStats, RecordsError, corpus_stats
from tests.reports.conftest import RECORDS, record


def counted(folder: Path, *rows: dict[str, Any]) -> CorpusStats:
    path = folder / "x.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    return corpus_stats([(path, path.stat().st_size)])


def test_every_article_counts_once_and_every_way(tmp_path: Path) -> None:
    found = counted(tmp_path, *RECORDS)
    assert (found.articles, found.versions, found.words, found.warned) == (6, 1, 12, 2)
    assert found.months == {
        ("2013-05", "own"): 1,
        ("2013-05", "agency"): 2,
        ("2013-08", "agency"): 1,
        ("", "unknown"): 1,
        ("2012-12", "own"): 1,
    }
    assert found.sources == {
        ("live", "2013"): 3, ("wayback", "2013"): 1, ("live", ""): 1, ("live", "2012"): 1
    }  # fmt: skip
    assert found.agencies == {"AFP": 2, "<b>PC</b>": 1}
    assert found.kinds == {"news": 5, "blog": 1}
    assert found.layouts == {"archive": 5, "2014": 1}
    assert found.warnings == {"no_date": 1, "short_text": 1, "no_text": 1}
    # An agency signs too; what nobody signs lacks a signature.
    assert found.missing["archive", "signature"] == 1
    assert found.missing["archive", "images"] == 4
    assert found.missing["archive", "text"] == 1
    assert found.missing["2014", "date_published"] == 1
    assert found.missing["archive", "headline"] == 0


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_a_corrected_article_counts_as_it_is_now(tmp_path: Path, order: tuple[int, ...]) -> None:
    """By the version that an export takes: the latest that could be read."""
    versions = [
        record(1),
        record(1, previous_id="<urn:uuid:1>", captured_at="2026-02-01T00:00:00Z", agency="AFP",
               is_wire=True, text="Un autre texte ici.", word_count=4),
        record(1, previous_id="<urn:uuid:2>", captured_at="2026-03-01T00:00:00Z", layout="unread",
               text="", word_count=0),
    ]  # fmt: skip
    found = counted(tmp_path, *(versions[at] for at in order), record(2))
    assert (found.articles, found.versions, found.words) == (2, 2, 6)
    assert found.months == {("2013-05", "agency"): 1, ("2013-05", "own"): 1}
    assert found.agencies == {"AFP": 1}
    assert found.layouts == {"archive": 2}


def test_only_committed_bytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.open"
    line = json.dumps(record(1)).encode() + b"\n"
    path.write_bytes(line * 2 + b'{"torn')
    assert corpus_stats([(path, len(line) * 2)]).articles == 2


def test_a_file_that_is_too_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    line = json.dumps(record(1)).encode() + b"\n"
    path.write_bytes(line)
    with pytest.raises(RecordsError, match=r"x\.jsonl: 3 bytes are missing"):
        corpus_stats([(path, len(line) + 3)])


@pytest.mark.parametrize("line", [b"[]\n", b"{}\n", b"nonsense\n", b"\xff\n"])
def test_a_line_that_is_no_record_is_named(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = json.dumps(record(1)).encode() + b"\n"
    path.write_bytes(good + line)
    with pytest.raises(RecordsError, match=r"x\.jsonl: line 2 is no record"):
        corpus_stats([(path, len(good + line))])


def _peak(path: Path, records: int) -> int:
    line = json.dumps(record(1, text="x" * 2000)).encode() + b"\n"
    path.write_bytes(line * records)
    tracemalloc.start()
    corpus_stats([(path, len(line) * records)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_memory_is_flat(tmp_path: Path) -> None:
    few = _peak(tmp_path / "few", 100)
    many = _peak(tmp_path / "many", 5_000)
    assert many < few * 1.5
