"""A sound archive on a disk that cannot be written is read; a damaged ledger is named, a page of it
or all.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from huffarchive.archive.archive import Archive
from huffarchive.archive.files import ArchiveCorruptError
from huffarchive.archive.status import archive_status
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.ledger.ledger import Ledger, LedgerDamagedError
from huffarchive.reports.corpus_stats import gather
from huffarchive.storage.paths import ArchivePaths
from huffarchive.verify.check import Checker
from tests.kit.command import scrapy
from tests.verify.archives import build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ArchivePaths:
    return build(tmp_path_factory.mktemp("built"))


def last_commit_in_the_wal(places: ArchivePaths) -> None:
    """As a crash leaves a ledger, or a copy: what was committed last stands in the WAL alone."""
    beside = places.output / "copy"
    with closing(sqlite3.connect(places.ledger, isolation_level=None)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("PRAGMA journal_mode = WAL")
        dated = "http://quebec.huffingtonpost.ca/2011/11/06/x_n_1.html"
        db.execute("INSERT INTO alias VALUES (1, ?, NULL, NULL)", [dated])
        db.execute("UPDATE page SET month = '2011-11' WHERE id = 1")
        beside.mkdir()
        for ending in ("", "-wal"):
            shutil.copy(f"{places.ledger}{ending}", beside)
    for path in beside.iterdir():
        path.replace(places.output / path.name)
    beside.rmdir()


def with_its_index(places: ArchivePaths) -> None:
    last_commit_in_the_wal(places)
    Path(f"{places.ledger}-shm").write_bytes(b"\0" * 32768)


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    """A folder that nothing can be written to, by a mount of its own or by its mode."""
    if os.geteuid():
        paths = [root, *root.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield
        for path in paths:
            path.chmod(0o755)
        return
    for command in (["--bind", root, root], ["-o", "remount,ro,bind", root]):
        done = subprocess.run(["mount", *command], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no mount here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", root], check=True)


@pytest.mark.parametrize(
    ("left", "told"),
    [(lambda _: None, False), (last_commit_in_the_wal, True), (with_its_index, True)],
    ids=["no WAL", "WAL", "WAL and index"],
)
def test_a_read_only_disk(
    built: ArchivePaths, tmp_path: Path, left: Callable[[ArchivePaths], None], told: bool
) -> None:
    root = tmp_path / "disk"
    shutil.copytree(built.output_root.parent, root)
    places = ArchivePaths(root / "warc", root / "output", "qc")
    left(places)
    before = {path.name for path in root.rglob("*")}
    with read_only(root):
        status = archive_status(places, HUFFPOST_QC)
        assert ("2011-11" in status["months"]) is told
        assert list(Checker().archive(places)) == []
        assert gather(places, HUFFPOST_QC).account == status
        if left is last_commit_in_the_wal:
            folders = [f"HUFFARCHIVE_{k}_DIR={root}/{k.lower()}" for k in ("WARC", "OUTPUT")]
            asked = [word for folder in folders for word in ("-s", folder)]
            commands = ["status qc", "export csv qc -o {}/x.csv", "verify --quick qc"]
            if find_spec("pygal") is not None:
                commands.append("report qc -o -")
            for command in commands:
                words = [word.format(tmp_path) for word in command.split()]
                done = scrapy(*words, *asked)
                assert (done.code, "damaged" in done.err + done.out) == (0, False), done
    assert {path.name for path in root.rglob("*")} == before


def test_each_page_of_a_ledger_damaged(built: ArchivePaths, tmp_path: Path) -> None:
    shutil.copytree(built.output_root.parent, tmp_path, dirs_exist_ok=True)
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    sound = places.ledger.read_bytes()
    named = 0
    for page in range(0, len(sound), 4096):
        fill = b"\xa5" if page % 8192 else b"\0"
        spoilt = sound[:page] + fill * 4096 + sound[page + 4096 :]
        places.ledger.write_bytes(spoilt)
        for reads in (archive_status, gather):
            try:
                reads(places, HUFFPOST_QC)
            except LedgerDamagedError as error:
                named += 1
                assert "scrapy recover" in str(error)
        if spoilt != sound:
            assert {f.rule for f in Checker().archive(places)} & {"ledger-damaged"}, page
    assert named > 10


def test_a_crawl_that_refuses_for_want_of_its_ledger_leaves_none(
    built: ArchivePaths, tmp_path: Path
) -> None:
    shutil.copytree(built.output_root.parent, tmp_path, dirs_exist_ok=True)
    places = ArchivePaths(tmp_path / "warc", tmp_path / "output", "qc")
    places.ledger.unlink()
    with pytest.raises(ArchiveCorruptError, match="scrapy recover"):
        Archive(places, HUFFPOST_QC)
    assert not list(places.output.glob("ledger.sqlite3*"))
    with pytest.raises(LedgerDamagedError, match="scrapy recover"):
        Ledger.view(places.ledger, HUFFPOST_QC)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["status", "verify", "schema"])
def test_what_only_looks_loads_no_crawler(command: str, tmp_path: Path) -> None:
    code = (
        "import sys; from scrapy.cmdline import execute\n"
        f"try: execute(['scrapy', {command!r}])\n"
        "except SystemExit: pass\n"
        "heavy = ('huffarchive.crawl.spider', 'huffarchive.download', 'requests', 'trafilatura')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    options = {"HUFFARCHIVE_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | options
    )
    assert done.stderr.splitlines()[-1] == "[]", done.stderr
