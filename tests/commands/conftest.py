"""Commands run in this process, through the entry point that `scrapy` calls."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.cmdline import execute

from huffarchive.storage.paths import ArchivePaths
from tests.verify.archives import build

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Archive:
    """An archive of six articles."""

    folder: Path
    places: ArchivePaths

    @property
    def options(self) -> tuple[str, ...]:
        warc, output = self.places.warc_root, self.places.output_root
        return "-s", f"HUFFARCHIVE_WARC_DIR={warc}", "-s", f"HUFFARCHIVE_OUTPUT_DIR={output}"

    @property
    def warcs(self) -> list[Path]:
        return sorted(self.places.warc.glob("*.warc.gz"))

    @property
    def lines(self) -> bytes:
        return b"".join(p.read_bytes() for p in sorted(self.places.output.glob("qc-*.jsonl")))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(folder)
    return folder


@pytest.fixture
def archive(built: Path, tmp_path: Path) -> Archive:
    folder = shutil.copytree(built, tmp_path / "archive")
    return Archive(folder, ArchivePaths(folder / "warc", folder / "output", "qc"))


@pytest.fixture
def run(capfdbinary, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Done]]:
    """Run a command of the project here."""
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "huffarchive.settings")
    # What is installed does not change, and looking costs more than most commands here.
    monkeypatch.setattr("scrapy.cmdline.entry_points", lambda group: ())

    def run(*args: object) -> Done:
        capfdbinary.readouterr()
        try:
            execute(["scrapy", *map(str, args)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(errors="surrogateescape"), err.decode(errors="replace"))

    yield run
    plugins = sys.modules.get("datasette.plugins")
    if plugins is not None and plugins.pm.has_plugin("huffarchive-browse"):
        plugins.pm.unregister(name="huffarchive-browse")  # or it answers other tests' questions


def state(*roots: Path) -> dict[str, str]:
    """Every file and folder below some folders, with the digest of what is in it."""
    found = {}
    for root in roots:
        for path in sorted([root, *root.rglob("*")]) if root.is_dir() else [root]:
            if path.name.endswith(("-wal", "-shm")) or "__pycache__" in path.parts:
                continue  # whoever looks into the ledger makes them
            if path.is_symlink():
                found[str(path)] = f"-> {path.readlink()}"
            elif path.is_dir():
                found[str(path)] = "folder"
            elif path.is_file():
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                found[str(path)] = "pipe"
    return found
