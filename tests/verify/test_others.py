"""Clean files of other programs give no error; what is unusual in them is a note."""

from pathlib import Path

import pytest

from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from tests.verify import others


def found(path: Path) -> tuple[list[str], set[str], int]:
    survey = Checker()
    all_of_them = list(survey.files([path]))
    errors = [f.line() for f in all_of_them if f.severity is Severity.ERROR]
    return errors, {f.rule for f in all_of_them}, survey.counts.records


@pytest.mark.parametrize("options", [(), ("--no-warc-compression",)], ids=str)
def test_wget(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = others.wget(tmp_path, *options)
    if path is None:
        pytest.skip("no wget here")
    errors, rules, records = found(path)
    assert errors == []
    assert rules <= {"payload-digest-chunks", "uri-characters", "content-type-missing"}
    assert records > 10


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # warcio leaves its temporary files open
def test_warcio(tmp_path: Path) -> None:
    assert found(others.warcio(tmp_path)) == ([], set(), 5)


def test_browsertrix(tmp_path: Path) -> None:
    assert found(others.browsertrix(tmp_path)) == ([], {"uri-characters"}, 4)


def test_common_crawl(tmp_path: Path) -> None:
    assert found(others.common_crawl(tmp_path)) == ([], set(), 4)


def test_a_member_of_common_crawl_alone(tmp_path: Path) -> None:
    assert found(others.alone(tmp_path)) == ([], {"warcinfo-first", "warcinfo-dangling"}, 1)


SHAPES = others.shapes()


@pytest.mark.parametrize("name", SHAPES)
def test_no_false_alarm(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(SHAPES[name])
    assert found(path)[0] == []


def test_each_file_of_a_split_wget_set(tmp_path: Path) -> None:
    if others.wget(tmp_path, "--warc-max-size=1200") is None:
        pytest.skip("no wget here")
    files = sorted(tmp_path.glob("wget*.warc.gz"))
    assert len(files) > 3
    for path in files:
        assert found(path)[0] == []
