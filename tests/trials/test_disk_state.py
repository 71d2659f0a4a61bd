"""The model of a power cut: what it drops, what it keeps, and that its journal is whole."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest

from tests.trials import preload
from tests.trials.disk_state import Change, Cut, DiskState, changes

ROOT = Path("/trial")


def state(*done: tuple[str, str, int, int, bytes], obey_sync: bool = True) -> DiskState:
    made = DiskState(ROOT, obey_sync=obey_sync)
    for op, name, ino, number, data in done:
        path, _, path2 = name.partition(">")
        made.apply(
            Change(
                op,
                f"/trial/{path}",
                f"/trial/{path2}" if path2 else "",
                ino,
                number,
                number or len(data),
                data,
            )
        )
    return made


def left(made: DiskState, cut: Cut, folder: Path, seed: int = 1) -> dict[str, bytes]:
    target = Path(mkdtemp(dir=folder)) / "left"
    made.write(target, cut, Random(seed))
    return {str(p.relative_to(target)): p.read_bytes() for p in target.rglob("*") if p.is_file()}


CREATED = ("C", "a", 1, 0, b"")
WRITTEN = ("W", "a", 1, 0, b"one")
SYNCED = ("S", "a", 1, 0, b"")
NAMED = ("S", "", 9, 0, b"")
MORE = ("W", "a", 1, 3, b"two")


@pytest.mark.parametrize(
    ("done", "lost"),
    [
        ((CREATED, WRITTEN, SYNCED), {}),
        ((CREATED, WRITTEN, NAMED), {"a": b""}),
        ((CREATED, WRITTEN, SYNCED, NAMED), {"a": b"one"}),
        ((CREATED, WRITTEN, SYNCED, NAMED, MORE), {"a": b"one"}),
        ((CREATED, WRITTEN, SYNCED, NAMED, ("R", "a>b", 0, 0, b"")), {"a": b"one"}),
        ((CREATED, WRITTEN, SYNCED, NAMED, ("R", "a>b", 0, 0, b""), NAMED), {"b": b"one"}),
        ((CREATED, WRITTEN, SYNCED, NAMED, ("U", "a", 0, 0, b"")), {"a": b"one"}),
        ((CREATED, WRITTEN, SYNCED, NAMED, ("T", "a", 1, 1, b""), SYNCED), {"a": b"o"}),
        ((CREATED, NAMED, WRITTEN, ("F", "a", 1, 0, b""), SYNCED), {"a": b""}),
    ],
)
def test_only_what_was_synced_survives(tmp_path: Path, done: tuple, lost: dict) -> None:
    assert left(state(*done), Cut.LOST, tmp_path) == lost


def test_a_file_is_lost_with_its_folder(tmp_path: Path) -> None:
    done = (
        ("M", "f", 5, 0, b""),
        ("C", "f/a", 1, 0, b""),
        ("W", "f/a", 1, 0, b"x"),
        ("S", "f/a", 1, 0, b""),
        ("S", "f", 5, 0, b""),
    )
    assert left(state(*done), Cut.LOST, tmp_path) == {}
    assert left(state(*done, NAMED), Cut.LOST, tmp_path) == {"f/a": b"x"}


def test_what_is_kept_is_kept(tmp_path: Path) -> None:
    made = state(CREATED, WRITTEN, SYNCED, MORE, ("R", "a>b", 0, 0, b""))
    assert left(made, Cut.KEPT, tmp_path) == {"b": b"onetwo"}
    assert left(made, Cut.NAMES, tmp_path) == {"b": b"one\0\0\0"}


def test_torn_states_lie_between_lost_and_kept(tmp_path: Path) -> None:
    made = state(
        CREATED,
        NAMED,
        SYNCED,
        ("W", "a", 1, 0, bytes([1]) * 600),
        ("W", "a", 1, 600, bytes([2]) * 600),
    )
    seen = {
        left(made, cut, tmp_path, seed)["a"]
        for cut in (Cut.PREFIX, Cut.SUBSET)
        for seed in range(40)
    }
    whole = bytes([1]) * 600 + bytes([2]) * 600
    assert len(seen) > 10
    assert all(len(data) <= 1200 for data in seen)
    assert any(data and whole.startswith(data) and len(data) < 1200 for data in seen)  # torn
    assert any(data.startswith(bytes(512)) and data.strip(b"\0") for data in seen)  # a hole


def test_without_syncs_nothing_is_durable(tmp_path: Path) -> None:
    assert left(state(CREATED, WRITTEN, SYNCED, NAMED, obey_sync=False), Cut.LOST, tmp_path) == {}


def test_the_journal_holds_every_change(tmp_path: Path) -> None:
    try:
        library = preload.library()
    except preload.NoCompilerError as error:
        pytest.skip(str(error))
    root, journal = tmp_path / "root", tmp_path / "journal"
    root.mkdir()
    program = """
import os, shutil, sqlite3, sys
os.chdir(sys.argv[1])
os.mkdir("f")
with open("f/a", "wb") as file:
    file.write(b"x" * 100_000)
with open("f/a", "r+b") as file:
    file.seek(10); file.write(b"yy"); file.truncate(50_000)
with open("f/a", "ab") as file:
    file.write(b"end")
shutil.copy("f/a", "b")
os.rename("b", "c")
os.truncate("c", 7)
os.link if False else os.unlink("f/a")
db = sqlite3.connect("d.sqlite3", isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE t (x)")
for n in range(300):
    db.execute("INSERT INTO t VALUES (?)", ("x" * n,))
fd = os.open("e", os.O_WRONLY | os.O_CREAT)
os.writev(fd, [b"one", b"two"]); os.pwrite(fd, b"T", 3)
"""
    environment = {
        **os.environ,
        **preload.environment(library),
        "DISK_ROOT": str(root),
        "DISK_JOURNAL": str(journal),
    }
    subprocess.run([sys.executable, "-c", program, root], env=environment, check=True)
    made = DiskState(root)
    for change in changes(journal):
        made.apply(change)
    there = {
        str(p.relative_to(root)): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and not p.name.endswith("-shm")
    }
    assert left(made, Cut.KEPT, tmp_path) == there
    assert set(there) >= {"c", "d.sqlite3", "e"}
