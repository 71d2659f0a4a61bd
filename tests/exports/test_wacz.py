"""CDXJ and WACZ: what is in them, that they belong together, and that faults are found."""

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from huffarchive.exports.wacz import About, WaczInput, packages
from huffarchive.exports.wacz_check import faults
from huffarchive.http import Message
from huffarchive.storage.paths import ArchivePaths
from huffarchive.warc.cdxj import index_path, rows, write_index
from tests.verify.archives import build
from tests.verify.records import clean, sha1, written

ABOUT = About("Essai", "Articles d'essai")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> ArchivePaths:
    return build(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def pairs(places: ArchivePaths) -> list[WaczInput]:
    return [
        WaczInput(path, places.output / path.name.replace(".warc.gz", ".jsonl"))
        for path in sorted(places.warc.glob("*.warc.gz"))
    ]


@pytest.fixture
def package(pairs: list[WaczInput], tmp_path: Path) -> Path:
    (path,) = packages(pairs, tmp_path / "x.wacz", ABOUT, 10**9)
    return path


def test_an_index_is_sorted_and_has_only_what_replays(tmp_path: Path) -> None:
    warc = tmp_path / "clean.warc.gz"
    warc.write_bytes(written(clean()))
    found = list(rows(write_index(warc)))
    assert index_path(warc).name == "clean.cdxj"
    assert [(r.key, r.timestamp) for r in found] == sorted((r.key, r.timestamp) for r in found)
    assert {r.fields["mime"] for r in found} == {"text/html", "warc/revisit"}
    assert len(found) == 5
    first, second = (r for r in found if r.fields["url"].endswith("n_1") and r.fields.get("status"))
    assert first.key.startswith("com,huffpost)/archive/qc/entry/")
    assert first.fields["digest"] == second.fields["digest"]
    for row in found:
        data = warc.read_bytes()[int(row.fields["offset"]) :][: int(row.fields["length"])]
        assert row.fields["url"].encode() in gzip.decompress(data)


def test_the_digest_of_chunks_is_that_of_the_entity(tmp_path: Path) -> None:
    records = clean()
    chunked = Message.parse(records[3].block)
    warc = tmp_path / "clean.warc.gz"
    warc.write_bytes(written(records))
    row = next(r for r in rows(write_index(warc)) if r.fields["url"].endswith("n_2"))
    assert row.fields["digest"] == sha1(chunked.entity) != sha1(chunked.body)


def test_a_package_holds_everything_and_passes_both_checks(package: Path) -> None:
    assert list(faults(package)) == []
    with zipfile.ZipFile(package) as file:
        lines = [json.loads(line) for line in file.read("pages/pages.jsonl").splitlines()]
        assert lines[0]["format"] == "json-pages-1.0"
        assert [row["article"] for row in lines[1:]] == [f"qc:n:{n}" for n in (1, 2, 3, 5, 6, 7)]
        assert all(row["id"] == row["article"] and "Laval" in row["text"] for row in lines[1:])
        index = gzip.decompress(file.read("indexes/index.cdx.gz")).decode()
        assert len([line for line in index.splitlines() if '"warc/revisit"' in line]) == 3
        stored = {i.filename for i in file.infolist() if i.compress_type == zipfile.ZIP_STORED}
        assert {n for n in file.namelist() if n.endswith(".gz")} == stored


@pytest.mark.filterwarnings("ignore")
def test_wacz_validate_passes(package: Path) -> None:
    pytest.importorskip("wacz")
    done = subprocess.run(
        [sys.executable, "-m", "wacz", "validate", "-f", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is valid" in done.stdout


def test_the_same_input_gives_the_same_bytes(
    pairs: list[WaczInput], package: Path, tmp_path: Path
) -> None:
    (other,) = packages(pairs, tmp_path / "y.wacz", ABOUT, 10**9)
    assert other.read_bytes() == package.read_bytes()


def test_a_large_archive_becomes_several_files(pairs: list[WaczInput], tmp_path: Path) -> None:
    first, second = packages(pairs, tmp_path / "x.wacz", ABOUT, 1000)
    assert (first.name, second.name) == ("x-1.wacz", "x-2.wacz")
    assert list(faults(first)) == list(faults(second)) == []
    listed = json.loads((tmp_path / "x.json").read_text())
    assert [r["path"] for r in listed["resources"]] == ["x-1.wacz", "x-2.wacz"]
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pages/pages.jsonl", "is missing"),
        ("indexes/index.cdx.gz", "is missing"),
        ("datapackage-digest.json", "is missing"),
        ("archive/", "no WARC file"),
    ],
)
def test_what_is_missing_is_found(package: Path, tmp_path: Path, name: str, message: str) -> None:
    """`wacz validate` passes over pages, index and archive that are not there."""
    spoilt = rewritten(package, tmp_path / "z.wacz", {name: None})
    assert any(message in fault for fault in faults(spoilt))


def test_what_does_not_fit_is_found(package: Path, tmp_path: Path) -> None:
    changed = rewritten(package, tmp_path / "a.wacz", {"pages/pages.jsonl": (b"Laval", b"Lavaa")})
    assert [f for f in faults(changed) if "another hash" in f]
    lost = rewritten(package, tmp_path / "b.wacz", {"pages/pages.jsonl": (b"_n_1", b"_n_9")})
    assert [f for f in faults(lost) if "not in the index" in f]
    packed = rewritten(package, tmp_path / "c.wacz", {}, compress=zipfile.ZIP_DEFLATED)
    assert [f for f in faults(packed) if "deflated" in f]
    (tmp_path / "d.wacz").write_bytes(b"no zip")
    assert [f for f in faults(tmp_path / "d.wacz") if "cannot be read" in f]


def rewritten(package: Path, target: Path, changes: dict, compress: int | None = None) -> Path:
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            change = next((c for n, c in changes.items() if info.filename.startswith(n)), ())
            if change is None:
                continue
            data = old.read(info)
            if change:
                data = data.replace(*change)
            if compress is not None:
                info.compress_type = compress
            new.writestr(info, data)
    return target
