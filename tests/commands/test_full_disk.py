"""Every command that writes ends with 7 on a full disk and leaves what was there as it was."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest

from huffarchive.commands.streams import ends_well
from huffarchive.warc.cdxj import index_path
from tests.commands.conftest import Archive, Done, state
from tests.commands.test_read_only import read_only
from tests.commands.test_where import REPLACES, WRITERS, installed

ENOUGH = 64
"""Pages of 4 KB with which all products are written."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; skipped where nothing may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=2m", "none", folder)
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no mount here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path, left: int) -> Path:
    """A file that takes all but so many pages of a disk."""
    found = os.statvfs(disk)
    path = disk / "filler"
    path.write_bytes(bytes((found.f_bavail - left) * found.f_frsize))
    return path


def asked(command: str, archive: Archive) -> list[object]:
    """The words of a command and what it reads."""
    warc, at = archive.warcs[0], json.loads(archive.lines.splitlines()[0])["warc_offset"]
    given = {"WARC": [warc, "--workers", "0"], "WARC:0": [f"{warc}:{at}"]}
    words = (given.get(word, [word]) for word in WRITERS[command])
    return [*command.split(), *chain.from_iterable(words), *archive.options]


def tell_each_story_twice(archive: Archive) -> None:
    path = max(archive.places.output.glob("qc-*.jsonl"))
    path.write_bytes(path.read_bytes() + archive.lines.replace(b'"id":"qc:n:', b'"id":"qc:n:9'))


def sqlite(name: str, text: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname, error.sqlite_errorcode = name, getattr(sqlite3, name)
    return error


@pytest.mark.slow
@pytest.mark.parametrize("command", WRITERS)
def test_a_full_disk(command: str, archive: Archive, run: Callable[..., Done], disk: Path) -> None:
    if not installed(command):
        pytest.skip("what it needs is not installed")
    tell_each_story_twice(archive)
    target = disk / "product.wacz" if command == "wacz" else disk / "product"
    words = [*asked(command, archive), "-o", target]
    if command in REPLACES:
        made = run(*words)
        assert made.code == 0, made
        words.append("--replace")
    before = state(disk)
    codes = []
    for left in (0, 1, 2, 4, 8, 16, ENOUGH):
        filler = fill(disk, left)
        done = run(*words)
        filler.unlink()
        codes.append(done.code)
        if done.code:
            assert done.code == 7, (left, done)
            assert len(done.err.splitlines()) == 1, done
            assert "make room" in done.err
            assert state(disk) == before, left
        elif command not in REPLACES:
            shutil.rmtree(target)
    assert codes == sorted(codes, reverse=True), codes
    assert (codes[0], codes[-1]) == (7, 0)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x"), 7),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "x"), 7),
        (OSError(errno.EFBIG, "File too large"), 7),
        (OSError(errno.EROFS, "Read-only file system", "x"), 4),
        (OSError(errno.EIO, "Input/output error"), 4),
        (sqlite("SQLITE_FULL", "database or disk is full"), 7),
        (sqlite("SQLITE_IOERR_WRITE", "disk I/O error"), 4),
    ],
)
def test_whatever_meets_the_fault(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    ended = SimpleNamespace(exitcode=0)
    ends_well(ended, "x", fails)
    assert ended.exitcode == status
    (line,) = capsys.readouterr().err.splitlines()
    assert ("make room" in line) == (status == 7)
    assert line.endswith(", and run the same command again")


def test_a_fault_of_ours_in_a_database_is_loud() -> None:
    with pytest.raises(sqlite3.OperationalError):
        ends_well(SimpleNamespace(exitcode=0), "x", lambda: sqlite3.connect("").execute("SELEKT"))


def test_a_package_of_an_archive_that_cannot_be_written(
    archive: Archive, run: Callable[..., Done], tmp_path: Path
) -> None:
    """Its indexes are old or missing: they are made elsewhere, and the package is the same."""
    one, two = tmp_path / "one.wacz", tmp_path / "two.wacz"
    assert run("wacz", "qc", *archive.options, "-o", one).code == 0
    first, second = (index_path(warc) for warc in archive.warcs)
    first.unlink()
    os.utime(second, (0, 0))
    with read_only(archive.folder):
        done = run("wacz", "qc", *archive.options, "-o", two)
    assert done.code == 0, done
    assert two.read_bytes() == one.read_bytes()
