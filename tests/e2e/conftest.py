"""One crawl of the sample site through the real command line, shared by the tests."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.kit.command import ROOT, Result, scrapy
from tests.kit.shared import shared
from tests.verify.archives import build

__all__ = ["ROOT", "Archived", "Result", "options", "scrapy"]


@dataclass(frozen=True)
class Archived:
    """The folders of an archive and the crawl that filled them."""

    folder: Path
    name: str
    result: Result

    @property
    def options(self) -> tuple[str, ...]:
        return options(self.folder)

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.folder / "warc" / self.name).glob("*.warc.gz"))

    @property
    def jsonls(self) -> list[Path]:
        return sorted((self.folder / "output" / self.name).glob("*.jsonl"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for path in self.jsonls for line in path.read_bytes().splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "output" / self.name / "reports/latest.json").read_text())


def options(folder: Path) -> tuple[str, ...]:
    """Settings that store below a folder, and read pages in the command's own process."""
    return (
        "-s", f"HUFFARCHIVE_WARC_DIR={folder / 'warc'}",
        "-s", f"HUFFARCHIVE_OUTPUT_DIR={folder / 'output'}",
        "-s", f"HUFFARCHIVE_CACHE_DIR={folder / 'cache'}",
        "-s", "HUFFARCHIVE_WORKERS=0",
    )  # fmt: skip


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """The sample site, crawled once, as people do it; to look at only."""

    def crawl(folder: Path) -> Archived:
        command = ("crawl", "huffpost_qc", "-a", "source=sample", *options(folder)[:-2])
        return Archived(folder, "qc-sample", scrapy(*command, fork=False))

    return shared(tmp_path_factory, "sample", crawl)


@pytest.fixture
def copied(sample: Archived, tmp_path: Path) -> Archived:
    """A copy of the sample's archive, to do with as one likes."""
    folder = shutil.copytree(sample.folder, tmp_path / "copy")
    return Archived(folder, sample.name, sample.result)


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Archived:
    """An archive of six articles in two pairs of files, to do with as one likes."""
    made = shared(tmp_path_factory, "small", lambda folder: (build(folder), folder)[1])
    return Archived(shutil.copytree(made, tmp_path / "small"), "qc", Result(0, "", ""))
