"""Structured data, spreadsheets, packages and machines that are a little other than usual."""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from huffarchive.exports.latest import MAX_CELL
from huffarchive.extract.extract import articles
from huffarchive.politeness.host_state import cache_dir
from huffarchive.reader.metadata import Structured
from tests.cases.kit import HERE, extracted, http, packed, page, run, warc
from tests.verify.archives import build

ROOT = Path(__file__).parents[2]
WHOLE = {
    "@type": "NewsArticle", "datePublished": "2018-02-08", "author": {"name": "Odile"},
    "headline": 'Il a dit "non, // jamais", et /* puis */ [1,] s\'en va',
}  # fmt: skip
TEXT = json.dumps(WHOLE)
SPOILT = {
    "sound": TEXT,
    "a mark before": "\ufeff" + TEXT,
    "a semicolon behind": TEXT + ";",
    "words behind": TEXT + "\n// end of it",
    "CDATA": f"//<![CDATA[\n{TEXT}\n//]]>",
    "CDATA in comments": f"/*<![CDATA[*/{TEXT}/*]]>*/",
    "bare CDATA": f"<![CDATA[{TEXT}]]>",
    "a comment of HTML": f"<!--\n{TEXT}\n-->",
    "a comment within": TEXT.replace('"author"', '/* who */ "author"'),
    "a comment to the line's end": TEXT.replace('"author"', '// who\n"author"'),
    "a comma behind the last": TEXT[:-1] + ",}",
    "commas behind the last": TEXT.replace('"Odile"}', '"Odile" , }')[:-1] + "\n,\n}",
    "quotes as references": TEXT.replace('\\"', "").replace('"', "&quot;"),
    "quotes as numbers": TEXT.replace('\\"', "").replace('"', "&#34;"),
    "a needless backslash": TEXT.replace("s'en", "s\\'en"),
    "line ends in a value": TEXT.replace("s'en", "s'en\n"),
    "all of it": f"<!--//<![CDATA[\n/* x */{TEXT[:-1]},}};//]]>-->",
}


@pytest.mark.parametrize("form", SPOILT)
def test_json_ld_that_strict_parsers_refuse(form: str) -> None:
    found = Structured(f'<script type="application/ld+json">{SPOILT[form]}</script>')
    assert found.text("datePublished") == "2018-02-08"
    assert found.names("author") == ("Odile",)
    said = found.text("headline") or ""
    assert said.replace('"', "") == WHOLE["headline"].replace('"', "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "block",
    ['"' * 500_000, '"' + '\\"' * 400_000, "/*" * 400_000, "<!--" * 200_000, "," * 500_000,
     "[" * 500_000, "{" + '"a":1,' * 100_000, ", " * 400_000, "//" * 400_000, "&quot;" * 90_000,
     "\\" * 500_000, '"' + "\\\\" * 200_000 + "x", "*/" * 300_000],
    ids=lambda block: block[:9],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_block_takes_long(block: str) -> None:
    assert Structured(f'<script type="application/ld+json">{block}</script>').types == ()


def test_the_dates_and_authors_of_the_file() -> None:
    found = [*articles(HERE / "19-json-ld.warc.gz", 0)]
    assert {(a.date_published, *a.authors) for a in found} == {
        ("2018-02-08T16:28:00-05:00", "Odile Lavigueur")
    }
    assert len(found) == 4


def cells(path: Path) -> Iterator[str]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield from row


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("sign", ["é", "😀", "=", '"'])
def test_no_cell_is_longer_than_a_spreadsheet_takes(sign: str, tmp_path: Path, caplog) -> None:
    lengths = [(MAX_CELL - 15) // units(sign) + off for off in (-1, 0, 1, 9000)]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(
        packed(
            *(
                warc(http(page(n, (f"La neige {sign * k} tombe",))), n)
                for n, k in enumerate(lengths, 1)
            )
        )
    )
    records = tmp_path / "x.jsonl"
    with records.open("wb") as file:
        for article in articles(path, 0):
            file.write(article.to_json())
    for guarded, most in ((["--spreadsheet"], MAX_CELL), ([], 10**9)):
        target = tmp_path / f"{most}.csv"
        done = run("export", "csv", str(records), *guarded, "-o", str(target))
        assert done.code == 0, done.err
        assert max(map(units, cells(target))) <= most
    assert sum("text of qc:n:4" in m and "cut" in m for m in caplog.messages) == 1


def test_a_long_article_is_named(tmp_path: Path, caplog) -> None:
    done, rows = extracted(HERE / "16-article-of-49028-characters.warc.gz")
    assert max(len(row["text"]) for row in rows) == 49_028
    records, target = tmp_path / "x.jsonl", tmp_path / "x.csv"
    records.write_text(done.out)
    assert run("export", "csv", str(records), "--spreadsheet", "-o", str(target)).code == 0
    assert max(map(len, cells(target))) == MAX_CELL
    assert "2 cells over 32767 characters were cut" in caplog.text
    assert "text of qc:n:9301" in caplog.text


@pytest.mark.parametrize("name", ["17-wrapped-folder.wacz", "17-rezipped-on-a-mac.wacz"])
def test_a_package_that_was_packed_again(name: str) -> None:
    assert len([*articles(HERE / name, 0)]) == 4


@pytest.mark.parametrize("front", ["", "my-crawl/", "Ma collecte été/"])
@pytest.mark.parametrize(
    "beside",
    [".DS_Store", "archive/.DS_Store", "archive/._x.warc.gz", "__MACOSX/archive/._x.warc.gz",
     "__MACOSX/archive/x.warc.gz", "archive/", "archive/sub/.hidden", "Thumbs.db"],
)  # fmt: skip
def test_what_else_a_package_holds(front: str, beside: str, tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(f"{front}archive/x.warc.gz", packed(warc(http(page(1)), 1)))
        package.writestr(beside if beside.startswith("_") else f"{front}{beside}", b"\0\0\0\1Bud1")
    assert [a.id for a in articles(path, 0)] == ["qc:n:1"]
    done = run("verify", str(path))
    assert done.code == 0, done.out


@pytest.mark.parametrize("setting", [None, "~/pace"])
def test_a_user_without_a_home(setting: str | None, monkeypatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    with mock.patch("pwd.getpwuid", side_effect=KeyError("uid not found")):
        found = cache_dir(setting)
    assert found.is_absolute()
    assert str(os.getuid()) in found.name


def _in_locale(*args: str, encoding: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    settings = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env = {**os.environ, **settings, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "scrapy.cmdline", *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, timeout=100, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", [pytest.param("latin-1", marks=pytest.mark.long), "ascii"])
def test_the_schema_in_another_locale(encoding: str) -> None:
    done = _in_locale("schema", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["properties"]


@pytest.mark.slow
def test_a_sound_ledger_under_an_accented_path(tmp_path: Path) -> None:
    folder = tmp_path / "été #1? 100%"
    build(folder)
    places = [f"--set=HUFFARCHIVE_{k.upper()}_DIR={folder / k}" for k in ("warc", "output")]
    done = _in_locale("verify", "--workers=0", *places, encoding="ascii:backslashreplace")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr


@pytest.mark.parametrize(
    ("there", "says"), [(True, "is there and does not load"), (False, "pip install")]
)
def test_a_library_that_does_not_load_is_not_told_as_missing(
    there: bool, says: str, tmp_path: Path
) -> None:
    records = tmp_path / "x.jsonl"
    with records.open("wb") as file:
        for article in articles(HERE / "19-json-ld.warc.gz", 0):
            file.write(article.to_json())
    error = ImportError("libarrow.so.2000: cannot open shared object file", name="pyarrow")
    found = importlib.util.find_spec("json") if there else None
    with (
        mock.patch("huffarchive.exports.export.write", side_effect=error),
        mock.patch("huffarchive.commands.export.find_spec", return_value=found),
    ):
        done = run("export", "parquet", str(records), "-o", str(tmp_path / "x.parquet"))
    assert done.code == 2
    assert says in done.err
