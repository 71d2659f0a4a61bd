"""Every seeded fault of a WARC file is found, named, and nothing else is reported."""

from pathlib import Path

import pytest

from huffarchive.verify.check import Checker
from huffarchive.verify.rule import Severity
from tests.verify.records import clean, written
from tests.verify.seeded import FAULTS, Fault, of


def errors(path: Path) -> list[str]:
    return [f.rule for f in Checker().files([path]) if f.severity is Severity.ERROR]


def test_a_clean_file_gives_nothing(tmp_path: Path) -> None:
    for name, data in (
        ("clean.warc.gz", written(clean())),
        ("clean.warc", b"".join(r.to_bytes() for r in clean())),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        found = [f.line() for f in Checker().files([path]) if "filename" not in f.rule]
        assert found == []


def test_there_are_faults_enough() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_a_seeded_fault_is_named(fault: Fault, tmp_path: Path) -> None:
    path = tmp_path / "clean.warc.gz"
    path.write_bytes(of(fault))
    assert set(errors(path)) == {fault.rule}
