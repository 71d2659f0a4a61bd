"""Files of one name, and dates of all precisions, are judged by what they hold."""

import gzip
import json
import re
import shutil
from itertools import permutations
from pathlib import Path

import pytest

from huffarchive.extract.extract import articles
from huffarchive.verify.check import Checker
from huffarchive.verify.extraction import ReaderOptions
from huffarchive.verify.rule import Severity
from tests.verify.archives import build

ENDINGS = ("warc.gz", "jsonl")


def errors(*paths: Path) -> list[str]:
    survey = Checker(ReaderOptions(0, 20, 10**9))
    return [f.line() for f in survey.files(paths) if f.severity is Severity.ERROR]


@pytest.mark.slow
def test_two_archives_whose_files_have_one_name(tmp_path: Path) -> None:
    """In whatever order they are named; and where one is damaged, that one is."""
    given = []
    for number, name in enumerate("ab"):
        places = build(tmp_path / name)
        for kind, folder in (("warc.gz", places.warc), ("jsonl", places.output)):
            path = sorted(folder.glob(f"*.{kind}"))[number]
            other = tmp_path / f"{kind}-{name}" / f"x.{kind}"
            other.parent.mkdir()
            shutil.copy(path, other)
            given.append(other)
    for path in given:
        if path.suffix == ".jsonl":
            rows = [
                json.loads(line) | {"warc_file": "x.warc.gz"}
                for line in path.read_bytes().splitlines()
            ]
            path.write_text("".join(
                json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows
            ))  # fmt: skip
    for order in permutations(given):
        assert errors(*order) == []
    spoilt = next(path for path in given if path.parent.name == "jsonl-a")
    spoilt.write_bytes(spoilt.read_bytes().replace(b"Laval", b"Lavaa"))
    for order in permutations(given):
        found = errors(*order)
        assert found
        assert all("jsonl-a" in line for line in found)


@pytest.mark.slow
@pytest.mark.parametrize("together", [True, False], ids=["one folder", "folders apart"])
def test_a_file_and_its_beginning_under_one_name(tmp_path: Path, *, together: bool) -> None:
    """Both hold the first record; each JSONL file is held against that which it was read from."""
    source = sorted(build(tmp_path / "a").warc.glob("*.warc.gz"))[0]
    *_, last = articles(source, 0)
    given = []
    for name, size in (("whole", None), ("part", last.warc_offset)):
        warc, jsonl = (tmp_path / f"{name}{'' if together else k}" / f"x.{k}" for k in ENDINGS)
        for path in (warc, jsonl):
            path.parent.mkdir(exist_ok=True)
        warc.write_bytes(source.read_bytes()[:size])
        jsonl.write_bytes(b"".join(a.to_json() for a in articles(warc, 0)))
        given += [warc, jsonl]
    assert given[1].read_bytes().count(b"\n") > given[3].read_bytes().count(b"\n") > 0
    for order in permutations(given):
        assert [line for line in errors(*order) if "jsonl-reread" in line] == []


@pytest.mark.parametrize(
    "date",
    ["2014", "2014-05", "2014-05-06", "2014-05-06T07:08Z", "2014-05-06T07:08:09Z",
     "2014-05-06T07:08:09.25Z", "2014-05-06T07:08:09.123456Z"],
)  # fmt: skip
def test_a_date_of_any_precision(date: str, tmp_path: Path) -> None:
    places = build(tmp_path)
    source = sorted(places.warc.glob("*.warc.gz"))[0]
    plain = gzip.decompress(source.read_bytes())
    lines = []
    for line in plain.split(b"\r\n"):
        lines.append(b"WARC-Date: " + date.encode() if line.startswith(b"WARC-Date: ") else line)
    warc, jsonl = tmp_path / "y.warc", tmp_path / "y.jsonl"
    warc.write_bytes(b"\r\n".join(lines))
    jsonl.write_bytes(b"".join(a.to_json() for a in articles(warc, 0)))
    assert jsonl.read_bytes().count(b"\n") == 3
    assert errors(warc, jsonl) == []
    stated = b'"captured_at":"2015-01-01T00:00:00+00:00"'
    jsonl.write_bytes(re.sub(rb'"captured_at":(null|"[^"]+")', stated, jsonl.read_bytes()))
    assert all("captured_at" in line for line in errors(warc, jsonl))
    assert errors(warc, jsonl)
