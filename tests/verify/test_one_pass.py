"""A file is opened once and read once, whoever wants its bytes, and damage hides nothing else."""

import gzip
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.extract.extract import articles
from huffarchive.http import Exchange
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from huffarchive.verify.extraction import ReaderOptions
from huffarchive.warc.annotation import Annotation
from huffarchive.warc.damage import WarcError
from huffarchive.warc.reader import records
from huffarchive.warc.writer import compose, warcinfo
from tests.kit.examples import examples
from tests.verify.archives import build, first, sql
from tests.verify.records import URL, flipped, http

ROOT = Path(__file__).parents[2]
HOOKED = """
import atexit, json, sys
opened = []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        opened.append(str(arguments[0]))
sys.addaudithook(hook)
atexit.register(lambda: print(json.dumps(opened), file=sys.stderr))
from scrapy.cmdline import execute
execute()
"""
MEASURED = """
import sys
from pathlib import Path
from huffarchive.verify.check import Checker as Survey
from huffarchive.verify.extraction import ReaderOptions as Reading
def read():
    return int(Path("/proc/self/io").read_text().split()[1])
survey = Survey(Reading(0, 20, 10**9))
before = read()
found = [finding.line() for finding in survey.files(map(Path, sys.argv[1:]))]
print(read() - before, survey.counts.reread, *found, sep="\\n")
"""


@pytest.fixture
def places(tmp_path: Path) -> ArchivePaths:
    return build(tmp_path)


def check(places: ArchivePaths, workers: int = 0) -> tuple[list[str], int]:
    survey = Checker(ReaderOptions(workers, 20, 10**9))
    found = [f"{f.rule} {Path(f.file).suffix} {f.offset}" for f in survey.archive(places)]
    return found, survey.counts.reread


@pytest.mark.slow
def test_each_file_is_opened_once(places: ArchivePaths, tmp_path: Path) -> None:
    """Readers and all, in the command as people type it."""
    folders = [f"--set=HUFFARCHIVE_{k.upper()}_DIR={tmp_path / k}" for k in ("warc", "output")]
    command = [sys.executable, "-c", HOOKED, "verify", "--workers=2", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    said, opened = done.stderr.splitlines()
    assert "(6 read again and equal)" in said
    counted = Counter(json.loads(opened))
    files = [*places.warc.iterdir(), *places.output.glob("*.jsonl")]
    assert len(files) == 6
    assert {path.name: counted[str(path)] for path in files} == {path.name: 1 for path in files}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A WARC of eight pages that do not pack well, and its JSONL; to look at only."""
    folder = tmp_path_factory.mktemp("large")
    warc, jsonl = folder / "large.warc.gz", folder / "large.jsonl"
    began = datetime(2026, 1, 1, tzinfo=UTC)
    info = warcinfo(warc.name, began, {})
    with warc.open("wb") as file:
        file.write(info.to_member())
        for number in range(1, 9):
            noise = random.Random(number).randbytes(1_000_000).hex()
            text = "<p>Le conseil municipal a adopté le budget, après trois heures.</p>" * 9
            body = f"<html><!--{noise}--><body><h1>Titre</h1>{text}</body></html>".encode()
            packed = gzip.compress(body, mtime=0)
            answer = http(packed, "Content-Encoding: gzip")
            exchange = Exchange(
                URL.format(number),
                f"GET /archive/qc/entry/un-titre_n_{number} HTTP/1.1\r\n".encode()
                + b"Host: www.huffpost.com\r\n\r\n",
                answer,
                began,
                "192.0.2.1",
                ("http/1.1", "tls/1.3"),
            )
            note = Annotation(page=f"qc:n:{number}", state="captured", reason="article")
            made = compose(exchange, info.id, note)
            file.writelines(made.members())
    jsonl.write_bytes(b"".join(article.to_json() for article in articles(warc, 0)))
    return warc, jsonl


@pytest.mark.slow
def test_each_byte_is_read_once(large: tuple[Path, Path]) -> None:
    """As the kernel counts what a process reads (with that of the readers that it has ended)."""
    size = sum(path.stat().st_size for path in large)
    command = [sys.executable, "-c", MEASURED, *map(str, large)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    read, equal, *found = done.stdout.splitlines()
    assert (equal, found) == ("8", []), done
    # Beside the files: modules that are imported late, and the temporary database.
    assert size < int(read) < size * 1.5
    assert size > 8_000_000


def test_what_is_not_committed_is_not_read(places: ArchivePaths) -> None:
    """A run under way appends to both files; the check sees them as the ledger does."""
    warc, jsonl = first(places, ".warc.gz"), first(places, ".jsonl")
    stem = jsonl.stem
    for path in (warc, jsonl):
        data = path.read_bytes()
        growing = path.rename(f"{path}.open")
        growing.write_bytes(data + data[len(data) // 3 :])
    sql(places, "UPDATE file SET state = 'open' WHERE stem = ?", stem)
    for index in places.warc.glob(f"{stem}.cdxj"):
        index.unlink()
    assert check(places) == (["ledger-open .sqlite3 None"], 6)


def members(warc: Path) -> list[tuple[str, int, int]]:
    """Type, offset and length of each record."""
    return [(s.record.type, s.offset, s.length) for s in records(warc)]


@pytest.mark.parametrize(
    ("kind", "workers"),
    [
        ("response", 0),
        ("request", 0),
        ("metadata", 0),
        pytest.param("response", 2, marks=pytest.mark.long),
    ],
)
def test_what_stands_around_damage_is_compared(
    kind: str, workers: int, places: ArchivePaths
) -> None:
    """Of three articles the middle one's record is spoilt: the others' lines are still checked."""
    warc, jsonl = first(places, ".warc.gz"), first(places, ".jsonl")
    at = [json.loads(line)["warc_offset"] for line in jsonl.read_bytes().splitlines()]
    assert len(at) == 3
    offset, length = next((o, n) for k, o, n in members(warc) if k == kind and o >= at[1])
    warc.write_bytes(flipped(warc.read_bytes(), offset + length // 2))
    before, equal = check(places, workers)
    assert f"gzip-damaged .gz {offset}" in before
    assert "jsonl-reread" not in " ".join(before)
    assert equal == (6 if kind == "request" else 5)
    lines = jsonl.read_bytes().splitlines(keepends=True)
    jsonl.write_bytes(b"".join(line.replace(b"Laval", b"Leval", 1) for line in lines))
    found, equal = check(places, workers)
    differing = [line for line in found if line.startswith("jsonl-reread")]
    expected = [0, len(lines[0]), len(lines[0]) + len(lines[1])]
    if kind != "request":
        del expected[1]
    assert (differing, equal) == ([f"jsonl-reread .jsonl {n}" for n in expected], 3)


def test_a_line_of_no_capture_is_found_beside_damage(places: ArchivePaths) -> None:
    """Only what may have been lost is excused."""
    warc, jsonl = first(places, ".warc.gz"), first(places, ".jsonl")
    lines = jsonl.read_bytes().splitlines(keepends=True)
    at = [json.loads(line)["warc_offset"] for line in lines]
    warc.write_bytes(flipped(warc.read_bytes(), at[1] + 300))
    jsonl.write_bytes(lines[0] + lines[1])
    found, _ = check(places)
    assert [line for line in found if line.startswith("jsonl-reread")] == [
        "jsonl-reread .jsonl None"
    ]
    stray = lines[0].replace(b'"warc_offset":%d,' % at[0], b'"warc_offset":%d,' % (at[0] + 1))
    jsonl.write_bytes(lines[0] + stray + b"".join(lines[1:]))
    found, _ = check(places)
    assert [line for line in found if line.startswith("jsonl-reread")] == [
        f"jsonl-reread .jsonl {len(lines[0])}"
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive")
    build(root)
    return root


@examples(12)
@given(part=st.floats(0, 1, exclude_max=True), length=st.integers(1, 2000), cut=st.booleans())
def test_damage_is_never_called_a_difference(
    built: Path, part: float, length: int, cut: bool
) -> None:
    """Wherever bytes are overwritten or the file ends: what is whole is equal, the rest is lost."""
    with TemporaryDirectory() as folder:
        root = Path(shutil.copytree(built, folder, dirs_exist_ok=True))
        places = ArchivePaths(root / "warc", root / "output", "qc")
        warc, jsonl = first(places, ".warc.gz"), first(places, ".jsonl")
        whole = warc.read_bytes()
        begin = int(part * len(whole))
        end = len(whole) if cut else min(begin + length, len(whole))
        needed = [s for s in records(warc) if s.record.type in ("response", "metadata")]
        spoilt = b"" if cut else b"\x55" * (end - begin)
        warc.write_bytes(whole[:begin] + spoilt + whole[end:])
        hit = {
            s.record.field("WARC-Target-URI")
            for s in needed
            if s.offset < end and begin < s.offset + s.length
        }
        lost = sum(json.loads(line)["url"] in hit for line in jsonl.read_bytes().splitlines())
        found, equal = check(places)
        assert [line for line in found if line.startswith(("jsonl-reread", "unreadable"))] == []
        assert equal >= 6 - lost


@pytest.mark.parametrize("known", ["with its ledger", "without", "by themselves"])
def test_a_file_that_ends_between_two_members_is_damaged(known: str, places: ArchivePaths) -> None:
    """It looks whole; that it was longer the ledger knows, or a line about what stood behind."""
    warc, jsonl = first(places, ".warc.gz"), first(places, ".jsonl")
    whole = warc.read_bytes()
    lines = [json.loads(line) for line in jsonl.read_bytes().splitlines()]
    if known == "without":
        places.ledger.unlink()
    ends = [(s.record.type, s.offset + s.length) for s in records(warc)]
    assert len(ends) > 12
    notes = [end for kind, end in ends if kind == "metadata"]
    for _, end in ends[:-1]:
        warc.write_bytes(whole[:end])
        survey = Checker(ReaderOptions(0, 20, 10**9))
        found = list(survey.files([warc, jsonl]) if known[0] == "b" else survey.archive(places))
        rules = Counter(f.rule for f in found if f.severity == "error")
        # The last article of the file is followed by no line that could tell of its lost note.
        last = next(note for note in notes if note > lines[-1]["warc_offset"])
        told = known != "by themselves" or not lines[-1]["warc_offset"] < end < last
        assert rules["jsonl-reread"] == (0 if told else 1), end
        left = sum(line["warc_offset"] < end for line in lines)
        assert rules["jsonl-pointer"] == 3 - left, end
        assert rules["ledger-length"] == (known == "with its ledger"), end
        done = sum(any(line["warc_offset"] < n <= end for n in notes) for line in lines)
        assert survey.counts.reread >= done, end


def test_a_warc_that_is_not_there_is_named_once(places: ArchivePaths) -> None:
    warc = first(places, ".warc.gz")
    warc.unlink()
    for found in (Checker().archive(places), Checker().files([first(places, ".jsonl")])):
        (told,) = (f for f in found if f.rule == "jsonl-pointer")
        assert told.offset == 0
        assert told.detail == f"no file {warc.name} is there; records that point into it: 3"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.long), 3])
def test_no_article_on_either_side_of_damage_is_dropped(
    workers: int, large: tuple[Path, Path], tmp_path: Path
) -> None:
    """Nor the one under way, whatever the number of readers."""
    rows = [json.loads(line) for line in large[1].read_bytes().splitlines()]
    warc = tmp_path / large[0].name
    warc.write_bytes(flipped(large[0].read_bytes(), rows[6]["warc_offset"] + 1000))
    found = []

    def collect() -> None:
        for article in articles(warc, workers):
            found.append(article.id)

    with pytest.raises(WarcError):
        collect()
    assert found == [row["id"] for row in rows[:6] + rows[7:]]


def test_half_a_surrogate_pair_is_no_crash(places: ArchivePaths) -> None:
    jsonl = first(places, ".jsonl")
    line, *rest = jsonl.read_bytes().splitlines(keepends=True)
    row = json.loads(line) | {"id": "\ud800", "url": "\udfff", "more": 1}
    jsonl.write_bytes(json.dumps(row).encode() + b"\n" + b"".join(rest))
    found, equal = check(places)
    assert equal == 5
    assert {"jsonl-keys .jsonl 0", "jsonl-form .jsonl 0", "jsonl-reread .jsonl 0"} <= set(found)


def test_a_jsonl_that_cannot_be_read_is_one_finding(places: ArchivePaths) -> None:
    jsonl = first(places, ".jsonl")
    jsonl.unlink()
    jsonl.mkdir()
    found, equal = check(places)
    assert "unreadable .jsonl None" in found
    assert "jsonl-reread" not in " ".join(found)
    assert equal == 3
