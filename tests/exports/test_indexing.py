"""Indexes made beside the crawl, by real processes over real files."""

import logging
import os
import shutil
import time
from pathlib import Path

import pytest

from huffarchive.exports.cdxj import write_index
from huffarchive.exports.indexing import Indexing
from huffarchive.warc.cdxj import index_path, is_fresh
from tests.verify.archives import build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("archive")).warc


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """Two finished WARC files, neither with an index."""
    target = Path(shutil.copytree(built, tmp_path / "warc"))
    for path in target.glob("*.cdxj"):
        path.unlink()
    return target


def done(indexing: Indexing) -> None:
    end = time.monotonic() + 60
    while indexing.tend():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_every_finished_file_gets_the_index_that_wacz_would_make(folder: Path) -> None:
    (folder / "qc-x.warc.gz.open").write_bytes(b"growing")
    indexing = Indexing(folder)
    done(indexing)
    warcs = sorted(folder.glob("*.warc.gz"))
    made = {warc: index_path(warc).read_bytes() for warc in warcs}
    assert len(made) == 2
    assert made == {warc: write_index(warc).read_bytes() for warc in warcs}
    assert indexing.stop() == []
    assert len(list(folder.iterdir())) == 5


def test_an_index_older_than_its_file_is_made_again(folder: Path) -> None:
    warc, other = sorted(folder.glob("*.warc.gz"))
    for path in (warc, other):
        index_path(path).write_bytes(b"old\n")
    os.utime(index_path(warc), (1, 1))
    done(Indexing(folder))
    assert index_path(warc).read_bytes() != b"old\n"
    assert index_path(other).read_bytes() == b"old\n"


def test_a_damaged_file_is_one_line_and_holds_nobody_up(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = sorted(folder.glob("*.warc.gz"))
    bad.write_bytes(b"no WARC at all")
    indexing = Indexing(folder)
    with caplog.at_level(logging.ERROR):
        done(indexing)
    (line,) = caplog.messages
    assert str(bad) in line
    assert "scrapy wacz --index" in line
    assert "\n" not in line
    assert is_fresh(good)
    assert indexing.stop() == [bad]
    assert not index_path(bad).exists()


def test_what_a_stop_leaves_the_next_run_makes(folder: Path) -> None:
    indexing = Indexing(folder)
    assert indexing.tend()
    left = folder / "qc-x.1.cdxj.tmp"
    left.write_bytes(b"half a line")
    assert len(indexing.stop()) >= 1
    later = Indexing(folder)
    assert not left.exists()
    done(later)
    assert later.stop() == []
