"""`scrapy extract`: what it calls complete is; the output's faults are not the input's."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huffarchive.extract.parallel import Bounds, ExtractedFile, read_file
from huffarchive.storage import disk
from tests.commands.conftest import Archive


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process, one after the other."""

    def reread(files, workers, bounds, progress, *, marked=False) -> Iterator[ExtractedFile]:
        for path, output in files:
            result = read_file(path, output, 0, Bounds(), marked=marked)
            if result.fault is not None:
                raise result.fault
            yield result

    monkeypatch.setattr("huffarchive.extract.parallel.extract_files", reread)


def records(folder: Path) -> bytes:
    return b"".join(
        sorted(b"".join(p.read_bytes() for p in folder.glob("*.jsonl")).splitlines(True))
    )


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


SPOILT: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(cut(path.read_bytes())),
    "damaged inside": lambda path: path.write_bytes(
        path.read_bytes()[:900] + b"\0" * 40 + path.read_bytes()[940:]
    ),
    "no WARC": lambda path: path.write_bytes(b"no warc" * 1000),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "growing": lambda path: path.with_name(path.name + ".open").write_bytes(cut(path.read_bytes())),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_was_mended_is_read_again(
    how: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    first, second = archive.warcs
    whole = first.read_bytes()
    SPOILT[how](first)
    asked = first.with_name(first.name + ".open") if how == "growing" else first
    out = tmp_path / "out"
    done = run("extract", asked, second, "-o", f"{out}/")
    assert done.code == 3, done
    assert str(asked) in done.err
    assert not any(p.name.startswith(".huffarchive") for p in out.iterdir())
    again = run("extract", asked, second, "-o", f"{out}/")
    assert again.code == 3, "nothing was mended, and it is called complete"
    assert "1 of them complete before" in again.err
    if first.is_dir():
        first.rmdir()
    first.write_bytes(whole)
    done = run("extract", first, second, "-o", f"{out}/")
    assert done.code == 0, done
    assert "6 articles from 2 of 2 files, 1 of them complete before" in done.err
    assert records(out) == b"".join(sorted(archive.lines.splitlines(True)))
    done = run("extract", first, second, "-o", f"{out}/")
    assert (done.code, "2 of them complete before" in done.err) == (0, True)


def test_files_of_one_name_in_two_folders(archive: Archive, tmp_path: Path, run: Callable) -> None:
    paths = [tmp_path / "a" / "x.warc.gz", tmp_path / "b" / "x.warc.gz"]
    for path, warc in zip(paths, archive.warcs, strict=True):
        path.parent.mkdir()
        shutil.copy(warc, path)
    out = tmp_path / "out"
    expected = b"".join(sorted(archive.lines.splitlines(True)))
    for path in (paths[0], paths[1], paths[0], paths[1]):
        assert run("extract", path, "-o", f"{out}/").code == 0
    found = b"".join(sorted(line.replace(b'"x.warc.gz"', b'"?"') for p in out.glob("*.jsonl")
                            for line in p.read_bytes().splitlines(True)))  # fmt: skip
    assert len(found.splitlines()) == len(expected.splitlines())
    for order in (paths, paths[::-1]):
        done = run("extract", *order, "-o", f"{out}/")
        assert "6 articles from 2 of 2 files, 2 of them complete before" in done.err
    marks = {json.loads(p.read_text())["path"] for p in out.glob("*.done")}
    assert marks == {str(p) for p in paths}


def test_another_file_under_the_same_path_is_read(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    """Of the same size and date, too."""
    first, second = archive.warcs
    path, out = tmp_path / "x.warc", tmp_path / "out"
    import gzip

    plain = [gzip.decompress(w.read_bytes()) for w in (first, second)]
    size = max(map(len, plain)) + 40

    def fill(data: bytes) -> bytes:
        return data + b"\r\n" * ((size - len(data)) // 2) + b"\n" * ((size - len(data)) % 2)

    told = []
    for data in plain:
        path.write_bytes(fill(data))
        import os

        os.utime(path, (1, 1))
        assert run("extract", path, "-o", f"{out}/").code == 0
        told.append(records(out))
    assert told[0] != told[1]
    assert len(list(out.glob("*.jsonl"))) == 1


def test_a_damaged_file_takes_no_better_reading_away(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    out, single = tmp_path / "out", tmp_path / "all.jsonl"
    assert run("extract", *archive.warcs, "-o", f"{out}/").code == 0
    assert run("extract", *archive.warcs, "-o", single).code == 0
    expected = records(out)
    for warc in archive.warcs:
        warc.write_bytes(cut(warc.read_bytes()))
    assert run("extract", *archive.warcs, "-o", f"{out}/").code == 3
    assert records(out) == expected
    done = run("extract", *archive.warcs, "-o", single, "--replace")
    assert (done.code, "was left as it was" in done.err) == (3, True)
    assert single.read_bytes() == archive.lines
    done = run("extract", tmp_path / "none.warc.gz", "-o", single, "--replace")
    assert (done.code, single.read_bytes() == archive.lines) == (3, True)
    done = run("extract", tmp_path / "none.warc.gz", "-o", tmp_path / "new.jsonl")
    assert (done.code, (tmp_path / "new.jsonl").exists()) == (3, False)


def test_somebodys_file_in_the_folder_is_left(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mine = out / f"{archive.warcs[0].name.removesuffix('.warc.gz')}.jsonl"
    mine.write_text("mine")
    for more in ([], ["--replace"]):
        assert run("extract", archive.warcs[0], "-o", f"{out}/", *more).code == 2
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [(mine.name, "mine")]


class Full:
    """Has the n-th call that changes the disk fail, and with `dead` all after it, as a kill."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, error: BaseException, *, dead: bool
    ) -> None:
        self.calls = 0
        self.at = 0
        self._error, self._dead = error, dead
        for name in ("create", "write", "sync", "sync_folder", "rename", "replace", "exchange", "remove", "make_folder"):  # fmt: skip
            monkeypatch.setattr(disk, name, self._failing(getattr(disk, name)))

    def _failing(self, real: Callable) -> Callable:
        def call(*args):
            self.calls += 1
            if self.at and (self.calls == self.at or (self._dead and self.calls > self.at)):
                raise self._error
            return real(*args)

        return call

    def begin(self, at: int) -> None:
        self.calls, self.at = 0, at


class Killed(BaseException):
    pass


ERRORS = [
    OSError(28, "No space left on device"),
    *(
        pytest.param(OSError(number, text), marks=pytest.mark.long)
        for number, text in [
            (122, "Disk quota exceeded"),
            (30, "Read-only file system"),
            (5, "Input/output error"),
        ]
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["all.jsonl", "out/"])
@pytest.mark.parametrize(
    "old",
    [pytest.param(False, marks=pytest.mark.long, id="new"), pytest.param(True, id="replacing")],
)
@pytest.mark.parametrize("error", [*ERRORS, Killed()], ids=str)
def test_every_change_of_the_disk_fails_in_turn(
    place: str, old: bool, error: BaseException, archive: Archive, tmp_path: Path,
    run: Callable, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The result is the old product or the new; the status says so; the next run makes it good."""
    expected = b"".join(sorted(archive.lines.splitlines(True)))
    target = tmp_path / "t" / place.rstrip("/")
    args = ("extract", *archive.warcs, "-o", f"{tmp_path}/t/{place}", "--replace")
    killed = isinstance(error, Killed)
    full = Full(monkeypatch, error, dead=killed)

    def found() -> bytes:
        if target.is_dir():
            return records(target)
        return b"".join(sorted(target.read_bytes().splitlines(True))) if target.exists() else b""

    step = 0
    while True:
        step += 1
        shutil.rmtree(tmp_path / "t", ignore_errors=True)
        (tmp_path / "t").mkdir()
        full.begin(0)
        before = b""
        if old:
            run("extract", archive.warcs[0], "-o", f"{tmp_path}/t/{place}")
            before = found()
            assert before
        full.begin(step)
        try:
            code = run(*args).code
        except Killed:
            code = None
        over = full.calls < step
        full.begin(0)
        now = found()
        if over:
            assert (code, now) == (0, expected)
            break
        if code == 0:  # what failed was tidying up
            assert now == expected
        elif not killed:
            assert code == (7 if error.errno in (28, 122) else 4), step
        if place == "all.jsonl":
            assert now in (before, expected), step
        else:
            whole = [p for p in target.glob("*.done") if json.loads(p.read_text())["complete"]]
            for mark in whole:
                size = mark.with_suffix("").stat().st_size
                assert size == json.loads(mark.read_text())["output_bytes"], step
            assert set(before.splitlines()) <= set(now.splitlines()) <= set(expected.splitlines())
        assert run(*args).code == 0, step
        assert found() == expected, step
        assert not [p for p in (tmp_path / "t").rglob("*") if p.name.startswith(".huffarchive")]
    assert step > 8
    print(f"{place}: {step - 1} changes failed in turn")


def test_standard_output_and_a_full_temporary_folder(
    archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    done = run("extract", *archive.warcs)
    assert done.code == 7
    assert "No space left on device" in done.err
    assert archive.warcs[0].name not in done.err


def test_a_file_that_grows_while_it_is_read(
    archive: Archive, tmp_path: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program's, which has no ending that says so."""
    path = tmp_path / "wget.warc.gz"
    first, second = (warc.read_bytes() for warc in archive.warcs)
    path.write_bytes(first)
    real = disk.sync
    monkeypatch.setattr(disk, "sync", lambda file: (path.write_bytes(first + second), real(file)))
    done = run("extract", path, "-o", f"{tmp_path}/out/")
    assert (done.code, "it changed while it was read" in done.err) == (3, True)
    monkeypatch.setattr(disk, "sync", real)
    done = run("extract", path, "-o", f"{tmp_path}/out/")
    assert (done.code, "6 articles from 1 of 1 file" in done.err) == (0, True)
