"""Files of others that hold no page of the edition are a mistake of whoever named them."""

import gzip
import json
from pathlib import Path

import pytest

from tests.e2e.conftest import options
from tests.kit.command import Result, scrapy
from tests.verify.archives import build, first


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file of three articles."""
    return first(build(tmp_path / "theirs"), ".warc.gz")


@pytest.fixture
def elsewhere(tmp_path: Path, theirs: Path) -> Path:
    """The same of another site, as the sample's are."""
    path = tmp_path / "elsewhere.warc"
    named = b"WARC-Target-URI: %s"
    data = gzip.decompress(theirs.read_bytes())
    path.write_bytes(
        data.replace(named % b"https://www.huffpost.com", named % b"http://127.0.0.1:8000")
    )
    return path


def crawl(folder: Path, *files: Path) -> Result:
    given = ("-a", "source=warc", "-a", f"files={','.join(map(str, files))}")
    return scrapy("crawl", "huffpost_qc", *given, *options(folder))


def settled(folder: Path) -> dict[str, int]:
    counts = json.loads(scrapy("status", "huffpost_qc", "--json", *options(folder)).out)["counts"]
    return {name: n for name, n in counts.items() if name not in ("known", "wanted") and n}


def test_nothing_is_settled_by_files_without_a_page(tmp_path: Path, elsewhere: Path) -> None:
    """Nor by a second run."""
    for _ in range(2):
        done = crawl(tmp_path, elsewhere)
        assert done.code == 2
        said = f"{elsewhere}: none of its captures is of a page of HuffPost Québec"
        assert done.err.count(said) == 1, done.err
        assert not settled(tmp_path)


def test_nothing_is_settled_by_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "x.warc.gz"
    file.write_bytes(b"no WARC file")
    assert crawl(tmp_path, file).code == 3
    assert not settled(tmp_path)


def test_a_file_without_a_page_among_others_is_no_mistake(
    tmp_path: Path, elsewhere: Path, theirs: Path
) -> None:
    assert crawl(tmp_path, elsewhere, theirs).code == 0
    assert settled(tmp_path)["captured"] == 3
    again = crawl(tmp_path, elsewhere, theirs)
    assert again.err.count("read already") == 2
