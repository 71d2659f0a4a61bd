"""`huffarchive` does what `scrapy` does in the project, from any folder."""

import json
import os
import platform
import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import scrapy

from docs.tables import commands
from huffarchive import __version__
from huffarchive.__main__ import main
from tests.commands.conftest import ROOT, Archive


@pytest.fixture
def anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> Callable[..., tuple]:
    monkeypatch.setattr("scrapy.cmdline.entry_points", lambda group: ())
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("HUFFARCHIVE_HOME", "SCRAPY_SETTINGS_MODULE"):
        monkeypatch.setenv(name, "")  # so that what is set meanwhile goes afterwards
    monkeypatch.delenv("SCRAPY_SETTINGS_MODULE")
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["huffarchive", *args])
        capfd.readouterr()
        try:
            main()
        except SystemExit as ended:
            return (int(ended.code or 0), *capfd.readouterr())
        return (0, *capfd.readouterr())

    return run


def test_it_lists_what_is_of_use_here(anywhere: Callable) -> None:
    code, out, _ = anywhere()
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")][1:] == commands()
    assert str(ROOT) in out  # the clone, where no other folder is named


@pytest.mark.parametrize("named", [False, True])
def test_a_folder_that_is_gone_is_told(
    named: bool, anywhere: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setenv("HUFFARCHIVE_HOME", str(tmp_path) if named else "")
    try:
        code, out, err = anywhere("status", "--short")
    finally:
        os.chdir(tmp_path)
    assert (code, out) == (2, "")
    assert err == (
        "huffarchive: the folder that this was started in is gone; go to another one (cd)\n"
    )


def test_home_is_named_or_upwards(
    anywhere: Callable, archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HUFFARCHIVE_HOME", str(archive.folder))
    assert anywhere("status", "--short")[1].startswith("qc: ")
    monkeypatch.setenv("HUFFARCHIVE_HOME", "")
    (archive.folder / "scrapy.cfg").write_text("[settings]\ndefault = huffarchive.settings\n")
    (inner := archive.folder / "a/b").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert anywhere("status", "--short")[1].startswith("qc: ")
    # A relative file is one of the current folder.
    assert anywhere("schema", "-o", "schema.json")[0] == 0
    assert (inner / "schema.json").exists()


@pytest.mark.parametrize(
    ("home", "args", "said"),
    [
        ("", ["staus"], "no command 'staus'; did you mean status?"),
        ("", ["craw", "huffpost_qc"], "did you mean crawl?"),
        ("", ["wibble"], "huffarchive: no command 'wibble'; huffarchive alone lists them"),
        ("", [""], "huffarchive: no command ''; huffarchive alone lists them"),
        ("", ["--vresion"], "unknown option --vresion: did you mean --version?"),
        ("", ["--HELP"], "unknown option --HELP: did you mean --help?"),
        ("", ["-x"], "unknown option -x: huffarchive alone lists the commands"),
        ("/etc/passwd", ["status"], "HUFFARCHIVE_HOME=/etc/passwd: that is no folder; name one"),
        ("/proc/no/such", ["status"], "HUFFARCHIVE_HOME=/proc/no/such: no such folder; make it"),
    ],
)
def test_mistakes(
    anywhere: Callable, home: str, args: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUFFARCHIVE_HOME", home)
    code, out, err = anywhere(*args)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize(
    ("config", "variable", "said"),
    [
        ("rubbish", "", "{}: cannot be read (File contains no section headers); below a line [settings]"),
        ("[settings]\ndefault", "", "{}: cannot be read (Source contains parsing errors: "),
        ("[settings]\ndefault=%", "", "{}: cannot be read ('%' must be followed"),
        ("\xff", "", "{}: cannot be read ('utf-8' codec can't decode"),
        ("[settings]\ndefault=nothere.settings", "", "{}: default = nothere.settings: cannot be imported (No module named 'nothere')"),
        ("[settings]\ndefault=", "", "{}: default = : cannot be imported (ValueError: Empty module name)"),
        ("[settings]\ndefault=.settings", "", "{}: default = .settings: cannot be imported ("),
        ("[settings]\ndefault=torn", "", "{}: default = torn: cannot be imported (RuntimeError: no such thing)"),
        ("[settings]\ndefault=huffarchive.setings", "", "(No module named 'huffarchive.setings'); right is: default = huffarchive.settings"),
        ("[settings]\ndefault=json", "", "{}: default = json: these are another project's settings; right is: default = huffarchive.settings"),
        ("", "nothere.settings", "SCRAPY_SETTINGS_MODULE=nothere.settings: cannot be imported (No module named 'nothere'); unset it, or give huffarchive.settings"),
    ],
)  # fmt: skip
def test_settings_that_are_none_are_named(
    config: str,
    variable: str,
    said: str,
    anywhere: Callable,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", variable)
    (place := tmp_path / "scrapy.cfg").write_text(config, "latin-1")
    (tmp_path / "torn.py").write_text("raise RuntimeError('no such\\nthing')")
    code, out, err = anywhere("status")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said.format(place) in err
    assert anywhere()[0] == anywhere("--version")[0] == 0


def test_settings_of_ones_own_may_change_ours(
    anywhere: Callable, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive.folder / "scrapy.cfg").write_text("[settings]\ndefault = mine_here\n")
    (archive.folder / "mine_here.py").write_text("from huffarchive.settings import *\n")
    monkeypatch.chdir(archive.folder)
    assert anywhere("status", "--short")[1].startswith("qc: ")


def test_it_says_its_version(anywhere: Callable) -> None:
    for word in ("--version", "version"):
        assert anywhere(word)[:2] == (
            0,
            f"huffarchive {__version__} (Scrapy {scrapy.__version__}, Python {platform.python_version()})\n",
        )


def test_the_commands_that_it_names_are_its_own(
    anywhere: Callable, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUFFARCHIVE_HOME", str(archive.folder))
    # Pasted without the variable it would begin another archive.
    begin = f"HUFFARCHIVE_HOME={shlex.quote(str(archive.folder))} huffarchive"
    assert anywhere("status", "qc")[1].splitlines()[-1] == f"    {begin} crawl huffpost_qc"
    code, out, err = anywhere("status", "ca")
    assert (code, out) == (2, "")
    assert err.startswith("huffarchive status: no archive ca in ")
    assert err.endswith(f"run {begin} crawl huffpost_ca\n")
    (archive.folder / "scrapy.cfg").write_text("[settings]\ndefault = huffarchive.settings\n")
    (folder := archive.folder / "in it").mkdir()
    monkeypatch.chdir(folder)
    assert anywhere("status", "qc")[1].splitlines()[-1] == "    huffarchive crawl huffpost_qc"
    monkeypatch.chdir(archive.folder.parent)
    for name in commands():
        said = " ".join(anywhere(name, "--help")[1].split())
        assert f"Example: huffarchive {name} " in said
        assert f"Usage ===== huffarchive {name} " in said
        assert "scrapy " not in said


def test_it_is_a_console_script() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"huffarchive": "huffarchive.__main__:main"}


def test_the_words_of_an_article_stay_as_they_are(
    anywhere: Callable, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUFFARCHIVE_HOME", str(archive.folder))
    path = archive.places.jsonl_files()[0]
    row = json.loads(path.read_bytes().splitlines()[0])
    row |= {"headline": "Comment scrapy crawl nous a sauvés"}
    path.write_text(json.dumps(row) + "\n")
    code, out, _ = anywhere("cite", row["id"])
    assert (code, "scrapy crawl nous" in out) == (0, True)
