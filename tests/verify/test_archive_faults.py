"""Every seeded fault of an archive (JSONL, files, ledger) is found and named."""

import shutil
from pathlib import Path

import pytest

from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.extraction import ReaderOptions
from huffarchive.verify.rule import Finding
from tests.verify.archives import DAMAGES, Damage, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive")
    build(root)
    return root


@pytest.fixture
def places(built: Path, tmp_path: Path) -> ArchivePaths:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")


def check(places: ArchivePaths) -> tuple[list[Finding], Checker]:
    survey = Checker(ReaderOptions(0, 20, 10**9))
    return list(survey.archive(places)), survey


def test_a_clean_archive_gives_nothing(places: ArchivePaths) -> None:
    found, survey = check(places)
    assert [f.line() for f in found] == []
    counts = survey.counts
    assert (counts.files, counts.lines, counts.reread, counts.errors) == (4, 6, 6, 0)
    assert counts.records > 20


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.name)
def test_a_seeded_fault_is_named(damage: Damage, places: ArchivePaths) -> None:
    damage.spoil(places)
    found, survey = check(places)
    # The last run's report tells of many of them too.
    assert {f.rule for f in found} | {"report"} == damage.rules | {"report"}
    assert survey.counts.errors or survey.counts.notes
