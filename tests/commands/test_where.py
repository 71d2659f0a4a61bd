"""No command writes where something could be lost: refused with status 2, not a byte changed."""

import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import huffarchive
from tests.commands.conftest import ROOT, Archive, state

PACKAGE = Path(huffarchive.__file__).parent

WRITERS: dict[str, tuple[str, ...]] = {
    "export csv": ("qc",),
    "export jsonl": ("qc",),
    "export sqlite": ("qc",),
    "export parquet": ("qc",),
    "export parquet --by-year": ("qc",),
    "export huggingface": ("qc",),
    "wacz": ("qc",),
    "report": ("qc",),
    "links": ("qc",),
    "extract": ("WARC",),
    "sample": ("WARC:0",),
    "schema": (),
}
"""Every command that writes a product, and what it is asked to read."""
NEEDS = {
    "parquet": "pyarrow",
    "huggingface": "pyarrow",
    "sqlite": "snowballstemmer",
    "report": "pygal",
}
REPLACES = {name for name in WRITERS if name != "sample"}


def installed(command: str) -> bool:
    """Whether what a command needs can be imported."""
    needed = [NEEDS[word] for word in command.split() if word in NEEDS]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def _owned(a: Archive) -> dict[str, Path]:
    p, stem = a.places, a.warcs[0].name.removesuffix(".warc.gz")
    return {
        "a WARC file": a.warcs[0],
        "the other WARC file": a.warcs[1],
        "an index": p.warc / f"{stem}.cdxj",
        "records": p.output / f"{stem}.jsonl",
        "growing records": p.output / f"{stem}.jsonl.open",
        "a growing WARC": p.warc / "qc-20300101000000-00009.warc.gz.open",
        "records to come": p.output / "qc-20300101000000-00009.jsonl",
        "the ledger": p.ledger,
        "the ledger's log": Path(f"{p.ledger}-wal"),
        "the lock": p.lock,
        "the account": p.output / "account.json",
        "the room": p.output / "room.sqlite3",
        "a run's report": p.reports / "latest.json",
        "what is left": p.reports / "x-left.jsonl",
        "the quarantine": p.quarantine / "x",
        "a new name in the archive": p.output / "articles.csv",
        "a new name beside the WARCs": p.warc / "articles.csv",
        "the output folder": p.output,
        "the WARC folder": p.warc,
        "the reports' folder": p.reports,
        "the exports' folder": p.output / "exports",
        "the output root": p.output_root,
        "the WARC root": p.warc_root,
        "the folder of both": a.folder,
        "above it": a.folder.parent,
        "the sample's folder, not there yet": p.output_root / "qc-sample",
        "in the sample's WARC folder": p.warc_root / "qc-sample" / "x",
        "the project": ROOT,
        "scrapy.cfg": ROOT / "scrapy.cfg",
        "the package": PACKAGE,
        "in the package": PACKAGE / "new.csv",
        "a module": PACKAGE / "exits.py",
        "the root folder": Path("/"),
        "the current folder": Path(),
        "the home folder": Path(os.environ["HOME"]),
        "a file of somebody": a.folder.parent / "notes.txt",
        "a folder of somebody": a.folder.parent / "photos",
        "a folder that is to be one": Path(f"{a.folder.parent / 'photos'}/"),
        "round about": p.output / "exports" / ".." / "ledger.sqlite3",
        "a link to the ledger": a.folder.parent / "link-to-ledger",
        "a link to a WARC": a.folder.parent / "link-to-warc.csv",
        "a link to the output folder": a.folder.parent / "link-to-output",
        "through a linked folder": a.folder.parent / "link-to-output" / "new.csv",
        "a second name of the records": a.folder.parent / "hard.jsonl",
        "a second name of a WARC": a.folder.parent / "hard.csv",
        "a link in a circle": a.folder.parent / "circle",
        "nothing": Path("\0"),
        "by a relative way": Path(os.path.relpath(p.ledger)),
        "in another case": p.output / "LEDGER.sqlite3",
        "the WARCs in another case": p.warc / a.warcs[0].name.upper(),
        "the ledger as a folder": Path(f"{p.ledger}/"),
        "a file's inside": a.folder.parent / "notes.txt" / "x.csv",
        "standard output": Path("/dev/stdout"),
        "a device": Path("/dev/null"),
        "a pipe": a.folder.parent / "pipe",
        "a link to a pipe": a.folder.parent / "link-to-pipe",
        "the ledger of an archive elsewhere": a.folder.parent / "other/output/qc/ledger.sqlite3",
        "in an archive elsewhere": a.folder.parent / "other/output/qc/x.csv",
        "among its WARCs": a.folder.parent / "other/warc/qc/x.csv",
        "among its reports": a.folder.parent / "other/output/qc/reports/x.csv",
        "a link into it": a.folder.parent / "link-to-other" / "x.csv",
        "records whose ledger is lost": a.folder.parent / f"lost/qc/{stem}.jsonl",
        "beside them": a.folder.parent / "lost/qc/x.csv",
    }


@pytest.fixture
def around(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """The archive, and beside it all that people have."""
    p = archive.places
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".profile").write_text("precious")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "notes.txt").write_text("precious")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_text("precious")
    (tmp_path / "link-to-ledger").symlink_to(p.ledger)
    (tmp_path / "link-to-warc.csv").symlink_to(archive.warcs[0])
    (tmp_path / "link-to-output").symlink_to(p.output)
    shutil.copytree(archive.folder, tmp_path / "other")
    no_ledger = shutil.ignore_patterns("ledger*")
    shutil.copytree(archive.folder / "output", tmp_path / "lost", ignore=no_ledger)
    (tmp_path / "link-to-other").symlink_to(tmp_path / "other" / "warc" / "qc")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link-to-pipe").symlink_to(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "hard.jsonl").hardlink_to(next(p.output.glob("*.jsonl")))
    (tmp_path / "hard.csv").hardlink_to(archive.warcs[1])
    (p.output / f"{archive.warcs[0].name.removesuffix('.warc.gz')}.jsonl.open").write_bytes(b"")
    return archive


@pytest.mark.parametrize("command", WRITERS)
def test_nothing_is_written_where_something_could_be_lost(
    command: str, around: Archive, tmp_path: Path, run: Callable
) -> None:
    if not installed(command):
        pytest.skip("its library is not installed")
    about = [word.replace("WARC", str(around.warcs[0])) for word in WRITERS[command]]
    watched = (tmp_path, ROOT / "scrapy.cfg", PACKAGE)
    before = state(*watched)
    wrong = []
    for name, path in _owned(around).items():
        given = "" if str(path) == "\0" else str(path)
        if name.startswith("a folder that") or name.endswith("as a folder"):
            given += "/"
        if command == "extract" and name.startswith("a folder"):
            continue  # it puts its outputs into a folder, beside what is there
        more = ["--replace"] if command in REPLACES else []
        done = run(*command.split(), *about, "-o", given, *more, *around.options)
        lines = done.err.strip().splitlines()
        if done.code != 2 or len(lines) != 1 or "Traceback" in done.err or done.out:
            wrong.append((name, done))
    assert not wrong
    assert state(*watched) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", WRITERS)
def test_missing_folders_are_made_by_every_command(
    command: str, archive: Archive, tmp_path: Path, run: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed(command):
        pytest.skip("its library is not installed")
    about = [word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[command]]
    if command == "sample":
        line = sorted(archive.places.output.glob("*.jsonl"))[0].read_bytes().partition(b"\n")[0]
        about = [f"{archive.warcs[0]}:{json.loads(line)['warc_offset']}"]
    new = tmp_path / "new"
    done = run(*command.split(), *about, "-o", new / "deep" / "x", *archive.options)
    assert done.code == 0, done
    assert (new / "deep" / "x").exists()
    before = state(new)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    done = run(*command.split(), *about, "-o", new / "more" / "x", *archive.options)
    assert (done.code, done.err.count("\n")) == (2, 1), done
    assert f"{new} cannot be written to" in done.err
    assert state(new) == before


@pytest.mark.parametrize("command", ["export parquet", "export sqlite", "export huggingface"])
def test_a_name_that_is_no_utf_8_is_a_name_as_any_other(
    command: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    if not installed(command):
        pytest.skip("its library is not installed")
    target = tmp_path / os.fsdecode(b"\xe9t\xe9") / "x"
    done = run(*command.split(), "qc", "-o", target, *archive.options)
    assert done.code == 0, done
    assert target.exists()


@pytest.mark.parametrize("option", ["--logfile", "-o", "-O", "-s JOBDIR="])
def test_scrapys_own_options_spare_an_archive(
    option: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    p = archive.places
    records = sorted(p.output.glob("*.jsonl"))[0]
    before = state(tmp_path)
    for path in (p.ledger, archive.warcs[0], records, p.output / "new.json", p.lock):
        for command in ("crawl", "discover"):
            if option in ("-o", "-O"):
                words = [f"{option}{path}:jsonlines"]
            else:
                *words, last = option.split()
                words += [f"{last}{path}"] if last.endswith("=") else [last, str(path)]
            done = run(command, "huffpost_qc", *words, *archive.options)
            assert done.code == 2, (command, path, done)
            assert str(path) in done.err
    assert state(tmp_path) == before


@pytest.mark.parametrize("option", ["--pidfile", "--profile", "--logfile"])
@pytest.mark.parametrize(
    "command",
    ["crawl huffpost_qc", "discover huffpost_qc", "status qc", "verify qc", "schema", "report qc"],
)
def test_what_scrapy_writes_beside_a_command_s_work_spares_an_archive(
    option: str, command: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    p = archive.places
    link = tmp_path / "link.log"
    link.symlink_to(p.ledger)
    before = state(tmp_path)
    for path in (p.ledger, archive.warcs[0], p.output / "new.pid", link, ROOT / "scrapy.cfg"):
        done = run(*command.split(), option, path, *archive.options)
        assert done.code == 2, (path, done)
        assert f"{option} {path}: " in done.err
        assert done.err.count("\n") == 1
    assert state(tmp_path) == before


def test_an_output_does_not_lie_in_a_folder_that_is_read(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    folder = shutil.copytree(archive.places.warc, tmp_path / "in")
    before = state(tmp_path)
    for target in (folder / "x.jsonl", f"{folder}/deep/out/", f"{folder}/../in/deep/x.jsonl"):
        done = run("extract", folder, "-o", target, *archive.options)
        assert (done.code, done.err.count("\n")) == (2, 1), (target, done)
    assert state(tmp_path) == before


def test_a_pidfile_elsewhere_is_written(archive: Archive, tmp_path: Path, run: Callable) -> None:
    assert run("schema", "--pidfile", tmp_path / "x.pid", *archive.options).code == 0
    assert (tmp_path / "x.pid").read_text() == f"{os.getpid()}\n"
    done = run("schema", "--pidfile", tmp_path / "no" / "x.pid", *archive.options)
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_log_s_name_does_not_lead_into_an_archive(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    link = tmp_path / "crawl.log"
    link.symlink_to(archive.warcs[0])
    before = state(tmp_path)
    assert run("crawl", "huffpost_qc", "--logfile", link, *archive.options).code == 2
    assert state(tmp_path) == before


PRODUCTS = {
    "export csv": "x.csv",
    "export jsonl": "x.jsonl",
    "export sqlite": "x.sqlite",
    "export parquet": "x.parquet",
    "export parquet --by-year": "years",
    "export huggingface": "hub",
    "wacz": "x.wacz",
    "report": "x.html",
    "links": "links.jsonl",
    "extract": "records.jsonl",
    "schema": "schema.json",
}
SAME = [{"export jsonl", "extract"}]
"""Commands whose products are of one kind."""
LINK = b'{"id": "qc:n:2", "same_story_as": "qc:n:1", "headline": "x", "text_equal": true}\n'


@pytest.fixture
def products(archive: Archive, tmp_path: Path, run: Callable) -> dict[str, Path]:
    """A product of each command that can be run here."""
    found = {}
    (tmp_path / "made").mkdir()
    for command, name in PRODUCTS.items():
        if not installed(command):
            continue
        about = [word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[command]]
        done = run(*command.split(), *about, "-o", tmp_path / "made" / name, *archive.options)
        assert done.code == 0, done
        found[command] = tmp_path / "made" / name
    found["links"].write_bytes(LINK)  # there are none in this archive
    return found


@pytest.mark.slow
def test_a_product_replaces_its_own_kind_alone(
    archive: Archive, products: dict[str, Path], tmp_path: Path, run: Callable
) -> None:
    """Each command at its own product, at those of its kind, and at all others."""
    made = tmp_path / "made"
    before = state(made)
    assert not [name for name in before if ".huffarchive" in name]
    for command in products:
        about = [word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[command]]
        for other, path in products.items():
            own = command == other or {command, other} in SAME
            args = (*command.split(), *about, "-o", path, *archive.options)
            if command == "extract" and path.is_dir():
                continue
            done = run(*args)
            assert done.code == 2, (command, other, done)
            done = run(*args, "--replace")
            assert (done.code == 0) == own, (command, other, done)
            if not own:
                assert state(made) == before, (command, other)
            elif command != other:
                assert run(*other.split(), *(
                    word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[other]
                ), "-o", path, "--replace", *archive.options).code == 0  # fmt: skip
            if path.name == "links.jsonl":
                path.write_bytes(LINK)
            before = state(made)


@pytest.mark.parametrize("command", ["export parquet --by-year", "export huggingface"])
@pytest.mark.parametrize("more", ["notes.txt", ".git/config", "data/train-00009-of-9.parquet"])
def test_a_folder_that_somebody_added_to_is_no_longer_ours(
    command: str, more: str, archive: Archive, tmp_path: Path, run: Callable
) -> None:
    pytest.importorskip("pyarrow")
    folder = tmp_path / "folder"
    args = (*command.split(), "qc", "-o", folder, *archive.options)
    assert run(*args).code == 0
    (folder / more).parent.mkdir(exist_ok=True)
    (folder / more).write_text("precious")
    before = state(folder)
    done = run(*args, "--replace")
    assert done.code == 2
    assert "it was left as it is" in done.err
    assert state(folder) == before


def test_a_neighbour_with_a_name_like_ours_is_left(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    near = [".tmp", ".part", ".open", ".old", "~", ".lock"]
    for ending in near:
        (tmp_path / f"x.csv{ending}").write_text("precious")
        (tmp_path / f".x.csv{ending}").write_text("precious")
    assert run("export", "csv", "qc", "-o", tmp_path / "x.csv", *archive.options).code == 0
    for ending in near:
        assert (tmp_path / f"x.csv{ending}").read_text() == "precious"
        assert (tmp_path / f".x.csv{ending}").read_text() == "precious"


def test_second_products_are_guarded_too(archive: Archive, tmp_path: Path, run: Callable) -> None:
    pytest.importorskip("sqlite_utils")
    pytest.importorskip("snowballstemmer")
    (tmp_path / "x.metadata.json").write_text('{"title": "mine"}')
    for more in ([], ["--replace"]):
        args = ("export", "sqlite", "qc", "-o", tmp_path / "x.sqlite", *archive.options)
        assert run(*args, *more).code == 2
        assert not (tmp_path / "x.sqlite").exists()
    (tmp_path / "y-2.wacz").write_text("mine")
    (tmp_path / "z.json").write_text('{"profile": "multi-wacz-package"}')
    for name in "yz":
        args = ("wacz", "qc", "-o", tmp_path / f"{name}.wacz", "--size", "1e-6", "--replace")
        assert run(*args, *archive.options).code == 2
    assert (tmp_path / "y-2.wacz").read_text() == "mine"
    assert (tmp_path / "z.json").read_text() == '{"profile": "multi-wacz-package"}'


def test_the_places_that_an_archive_has_for_products(archive: Archive, run: Callable) -> None:
    exports = archive.places.output / "exports"
    assert run("export", "csv", "qc", *archive.options).code == 0
    assert (exports / "qc-articles.csv").exists()
    assert run("export", "csv", "qc", "-o", exports / "b.csv", *archive.options).code == 0
    assert run("links", "qc", "-o", exports / "l.jsonl", *archive.options).code == 0
    for _ in range(2):  # a product in its own place is made anew
        assert run("wacz", "qc", *archive.options).code == 0
    package = archive.places.output / "qc.wacz"
    assert run("wacz", "qc", "-o", package, "--replace", *archive.options).code == 0
    assert run("verify", "--quick", *archive.options).code == 0


def test_old_parts_of_a_package_do_not_stay(
    archive: Archive, tmp_path: Path, run: Callable
) -> None:
    target = tmp_path / "x.wacz"
    parts = {"x-1.wacz", "x-2.wacz", "x.json"}
    (tmp_path / "x-7.wacz").write_text("not ours")

    def names() -> set[str]:
        return {path.name for path in tmp_path.glob("x*")} - {"x-7.wacz"}

    args = ("wacz", "qc", "-o", target, *archive.options)
    assert run(*args, "--size", "1e-6").code == 0
    assert names() == parts
    assert run(*args).code == 2  # parts of an earlier one stand there
    assert names() == parts
    assert run(*args, "--replace").code == 0
    assert names() == {"x.wacz"}
    assert run(*args, "--size", "1e-6", "--replace").code == 0
    assert names() == parts
    assert (tmp_path / "x-7.wacz").read_text() == "not ours"


@pytest.mark.parametrize("command", ["export csv", "export jsonl", "links", "report", "schema"])
def test_a_hyphen_is_standard_output(
    command: str, archive: Archive, run: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not installed(command):
        pytest.skip("its library is not installed")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = run(*command.split(), *WRITERS[command], "-o", "-", *archive.options)
    assert done.code == 0
    assert not Path("-").exists()
    if command == "export jsonl":
        assert sorted(done.out.encode().splitlines()) == sorted(archive.lines.splitlines())


@pytest.mark.parametrize("command", ["export huggingface", "wacz", "sample"])
def test_what_cannot_go_to_standard_output_says_so(
    command: str, archive: Archive, run: Callable
) -> None:
    about = [word.replace("WARC", str(archive.warcs[0])) for word in WRITERS[command]]
    done = run(*command.split(), *about, "-o", "-", *archive.options)
    assert done.code == 2
    assert not Path("-").exists()
