"""A package that is missing or broken is named in one line, whatever the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from huffarchive.exits import Exit, whole_installation
from huffarchive.verify.index import Index

ROOT = Path(__file__).parents[2]
MISSING = {
    "trafilatura": ("-m", "scrapy.cmdline", "crawl", "huffpost_qc", "-a", "source=sample"),
    "lxml_html_clean": ("-m", "scrapy.cmdline", "discover", "huffpost_qc"),
    "zstandard": ("-m", "scrapy.cmdline", "verify", "qc-sample"),
    "msgspec": ("-m", "scrapy.cmdline", "extract", "any.warc.gz"),
    "brotli": ("-m", "huffarchive", "status"),  # without it Scrapy itself cannot be imported
}


@pytest.mark.parametrize("module", MISSING)
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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("lib.so:\ncannot open", name="OpenSSL.SSL"), "reinstall pyOpenSSL,"),
        (ImportError("two\nlines"), "(two lines): run pip install --force-reinstall -e . (in the"),
        (ImportError("no name", name="huffarchive.urls"), "reinstall -e . (in the clone)"),
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


def test_verify_sees_that_it_has_what_its_queries_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "surt", None)
    with pytest.raises(ImportError):
        Index()
