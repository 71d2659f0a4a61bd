"""A package that is missing or broken is named in one line, whatever the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huffarchive.exits import Exit, load, whole_installation
from huffarchive.verify.index import Index

ROOT = Path(__file__).parents[2]
MISSING = {
    "trafilatura": ("-m", "scrapy.cmdline", "crawl", "huffpost_qc", "-a", "source=sample"),
    "lxml_html_clean": ("-m", "scrapy.cmdline", "discover", "huffpost_qc"),
    "zstandard": ("-m", "scrapy.cmdline", "verify", "qc-sample"),
    "msgspec": ("-m", "scrapy.cmdline", "extract", "any.warc.gz"),
    "brotli": ("-m", "huffarchive", "status"),  # without it Scrapy itself cannot be imported
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "module",
    [
        m if m in ("trafilatura", "brotli") else pytest.param(m, marks=pytest.mark.long)
        for m in MISSING
    ],
)
def test_a_missing_package_is_named_in_one_line(module: str, tmp_path: Path) -> None:
    text = f"raise ModuleNotFoundError(\"No module named '{module}'\", name='{module}')\n"
    (tmp_path / f"{module}.py").write_text(text, "utf-8")
    (tmp_path / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    done = subprocess.run(
        [sys.executable, *MISSING[module]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "HUFFARCHIVE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == Exit.NOT_STORED
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"No module named '{module}'" in done.stderr
    assert f"pip install --force-reinstall {module}, then the same command again" in done.stderr
    assert not (tmp_path / "output").exists()
    assert not (tmp_path / "warc").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("lib.so:\ncannot open", name="OpenSSL.SSL"), "reinstall pyOpenSSL,"),
        (ImportError("two\nlines"), "(two lines): run pip install --force-reinstall -e . (in the"),
        (ImportError("no name", name="huffarchive.urls"), "reinstall -e . (in the clone)"),
        (ImportError("torn", name="w3lib.url"), "reinstall w3lib, then"),
        (ImportError("x", name="json", path="/ours/json.py"), ": /ours/json.py stands before"),
        (
            ImportError("No module named 'nothere'", name="nothere"),
            "is none of huffarchive's, mend",
        ),
    ],
)
def test_the_package_and_not_the_module_is_to_be_installed(
    error: ImportError, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, whole_installation("scrapy verify"):
        raise error
    assert ended.value.code == Exit.NOT_STORED
    line = capsys.readouterr().err
    assert line.startswith("scrapy verify: a package is missing or broken here")
    assert said in line
    assert line.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('no such\\nlibrary')", "(RuntimeError: no such library)"),
        ("raise SystemExit(0)", "(SystemExit: 0)"),
        ("import sys; sys.nothing", "'nothing')"),
        ("def (", "(SyntaxError: "),
        ("\0", " null bytes"),  # a ValueError before 3.11.4
        ("import lib_of_it", "(No module named 'lib_of_it')"),
    ],
)
def test_whatever_a_package_does_while_it_is_imported_is_said_in_one_line(
    code: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "broken_reader.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit) as ended, whole_installation("scrapy crawl"):
        load(["broken_reader"])
    assert ended.value.code == Exit.NOT_STORED
    line = capsys.readouterr().err
    assert line.startswith("scrapy crawl: a package is missing or broken here")
    assert said in line
    assert line.count("\n") == 1


@pytest.mark.slow
def test_a_package_that_ends_the_process_with_0_does_not_end_a_crawl_so(tmp_path: Path) -> None:
    (tmp_path / "trafilatura.py").write_text("raise SystemExit(0)\n", "utf-8")
    (tmp_path / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    done = subprocess.run(
        [sys.executable, *MISSING["trafilatura"]],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "HUFFARCHIVE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == Exit.NOT_STORED
    assert done.stderr.count("\n") == 1
    assert "--force-reinstall trafilatura," in done.stderr


def test_verify_sees_that_it_has_what_its_queries_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "surt", None)
    with pytest.raises(ImportError):
        Index()
