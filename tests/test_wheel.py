"""What is built for `pip install` without a clone: complete, nothing else, and it works."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import huffarchive
from docs import tables

ROOT = Path(__file__).parent.parent
LEFT_OUT = ("tests", "docs", "benchmarks", "output", "warc")
"""Folders of a clone that no distribution holds."""
BUILD = """
from setuptools import build_meta
print(build_meta.build_{}("."))
"""


def built(kind: str, tree: Path) -> Path:
    """The sdist or the wheel of a tree, made as pip makes it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUILD.format(kind)],
        cwd=tree, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Deprecat" not in done.stderr, done.stderr
    return tree / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of a clone in use, and the wheel that is made from it."""
    pytest.importorskip("setuptools", minversion="77.0.3")  # the first with today's licence key
    clone = tmp_path_factory.mktemp("clone") / "clone"
    clone.mkdir()
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, clone)
    junk = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ROOT / "huffarchive", clone / "huffarchive", ignore=junk)
    for name in LEFT_OUT:
        (clone / name).mkdir()
        for file in ("__init__.py", "test_it.py", "page.html", "qc.warc.gz", "words.toml"):
            (clone / name / file).touch()
    sdist = built("sdist", clone)
    with tarfile.open(sdist) as file:
        file.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has none
        file.extractall(clone / "unpacked")
    (unpacked,) = (clone / "unpacked").iterdir()
    return sdist, built("wheel", unpacked)


def package_files() -> set[str]:
    folder = ROOT / "huffarchive"
    return {
        f"huffarchive/{path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_the_wheel_is_the_package_and_nothing_else(distributions: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(distributions[1]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        assert names == package_files()
        assert "huffarchive/py.typed" in names
        (metadata,) = (n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
        told = wheel.read(metadata).decode()
    assert f"\nVersion: {huffarchive.__version__}\n" in told
    assert "\nLicense-Expression: MIT\n" in told


@pytest.mark.slow
def test_the_sdist_has_beside_it_what_a_reader_wants(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[0]) as sdist:
        files = {m.name.partition("/")[2] for m in sdist.getmembers() if m.isfile()}
    made = {f for f in files if f in {"PKG-INFO", "setup.cfg"} or ".egg-info/" in f}
    assert files - made - package_files() == {
        "README.md", "README.fr.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "MANIFEST.in",
        "pyproject.toml",
    }  # fmt: skip
    assert package_files() <= files


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "huffarchive.__version__"


@pytest.mark.long
@pytest.mark.timeout(900)  # a dozen starts of Python, beside whatever else runs
def test_the_main_job_and_every_command_work_in_an_empty_folder(
    distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    """The wheel unpacked is the wheel installed: it is all Python."""
    installed, folder = tmp_path / "installed", tmp_path / "empty"
    folder.mkdir()
    with zipfile.ZipFile(distributions[1]) as wheel:
        wheel.extractall(installed)
    env = {**os.environ, "PYTHONPATH": str(installed)}
    env.pop("SCRAPY_SETTINGS_MODULE", None)

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def scrapy(*args: str) -> str:
        return run(sys.executable, "-m", "scrapy.cmdline", *args)

    text = (ROOT / "docs/install.md").read_text("utf-8")
    (line,) = re.findall(r"^ {4}mkdir archive && cd archive && (.*)$", text, re.M)
    run("sh", "-c", line)
    where = run(sys.executable, "-c", "import huffarchive; print(huffarchive.__file__)")
    assert Path(where).is_relative_to(installed)
    assert "340 articles captured" in scrapy("crawl", "huffpost_qc", "-a", "source=sample")
    assert set(tables.commands()) <= set(re.findall(r"^  ([a-z]+)  ", scrapy("--help"), re.M))
    (warc,) = folder.glob("warc/qc-sample/*.warc.gz")
    (jsonl,) = folder.glob("output/qc-sample/*.jsonl")
    scrapy("extract", str(warc), "-o", "again.jsonl")
    assert (folder / "again.jsonl").read_bytes() == jsonl.read_bytes()
    for line in ("status", "verify --quick", "links qc-sample", "schema", "recover qc-sample",
                 "export csv qc-sample -o articles.csv"):  # fmt: skip
        scrapy(*line.split())
    for extra, line in (("pygal", "report qc-sample"), ("pyarrow", "export parquet qc-sample")):
        pytest.importorskip(extra)
        scrapy(*line.split())
