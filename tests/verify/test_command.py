"""`scrapy verify`, `scrapy wacz` and `scrapy export` as people type them."""

import json
from pathlib import Path

import pytest

from tests.kit import command as kit
from tests.kit.command import Result
from tests.verify.archives import build, first
from tests.verify.records import clean, flipped, written


def scrapy(root: Path, *command: str) -> Result:
    folders = [f"--set=HUFFARCHIVE_{k.upper()}_DIR={root / k}" for k in ("warc", "output")]
    return kit.scrapy(*command, *folders)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    build(folder)
    return folder


def test_a_clean_archive_ends_with_0_and_no_finding(root: Path) -> None:
    done = scrapy(root, "verify", "--workers=0")
    assert (done.code, done.out) == (0, ""), done
    assert "6 JSONL records (6 read again and equal)" in done.err
    assert done.err.count("\n") == 1


def test_a_folder_of_an_archive_is_the_archive(root: Path) -> None:
    done = scrapy(root, "verify", "--quick", str(root / "warc/qc"))
    assert done.code == 0
    assert "4 files" in done.err


@pytest.mark.parametrize("name", ["qc", "huffpost_qc"])
def test_an_archive_may_be_named(root: Path, name: str) -> None:
    done = scrapy(root, "verify", "--quick", name)
    assert done.code == 0
    assert "4 files" in done.err
    done = scrapy(root, "verify", "--quick", "huffpost_ca")
    assert done.code == 2
    assert "huffpost_ca: no such file; name WARC or JSONL files, folders of them, or" in done.err
    assert "(qc)" in done.err


def test_each_finding_is_a_line_and_the_status_is_3(tmp_path: Path) -> None:
    data = written(clean())
    path = tmp_path / "clean.warc.gz"
    path.write_bytes(flipped(data, len(data) - 5))
    done = scrapy(tmp_path, "verify", str(path))
    assert done.code == 3
    (line,) = done.out.splitlines()
    assert line.startswith(f"{path}: byte ")
    assert " error gzip-damaged: " in line
    assert "; restore the file" in line
    (row,) = map(json.loads, scrapy(tmp_path, "verify", "--json", str(path)).out.splitlines())
    assert (row["rule"], row["severity"], row["file"]) == ("gzip-damaged", "error", str(path))
    assert row["offset"] > 0


def test_notes_alone_end_with_0(tmp_path: Path) -> None:
    path = tmp_path / "renamed.warc.gz"
    path.write_bytes(written(clean()))
    done = scrapy(tmp_path, "verify", str(path))
    assert done.code == 0
    assert " note filename: " in done.out
    assert scrapy(tmp_path, "verify", "--no-notes", str(path)).out == ""


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("verify", "nothing.warc.gz"), "no such file"),
        (("export",), "name a format"),
        (("export", "csv", "--by-year"), "--by-year is for parquet"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_line(command: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = scrapy(tmp_path, *command)
    assert done.code == 2
    assert says in done.err
    assert done.err.count("\n") == 1


def test_export_and_wacz_write_into_the_archive(root: Path) -> None:
    done = scrapy(root, "export", "jsonl", "qc")
    assert done.code == 0, done
    (path,) = done.out.splitlines()
    assert len(Path(path).read_bytes().splitlines()) == 6
    assert "is there already" in scrapy(root, "export", "jsonl", "qc").err
    done = scrapy(root, "wacz", "qc")
    assert done.code == 0, done
    assert "/qc.wacz" in done.out.splitlines()[0]
    warc = first_warc(root)
    assert warc.with_name(warc.name.replace(".warc.gz", ".cdxj")).exists()


def first_warc(root: Path) -> Path:
    from huffarchive.storage.paths import ArchivePaths

    return first(ArchivePaths(root / "warc", root / "output", "qc"), ".warc.gz")
