"""The main job on the sample site, against its gold."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

from huffarchive.commands import browse, crawl, report
from huffarchive.exports.dataset_info import schema
from huffarchive.sample.site import site
from huffarchive.warc.capture import captures
from huffarchive.warc.cdxj import index_path, rows
from huffarchive.warc.reader import records
from tests.e2e.conftest import Archived
from tests.kit.command import ROOT, python, scrapy
from tests.kit.gold import Golds, misses
from tests.kit.ledger_rows import assert_equal

EXPLAINED: dict[str, int] = {}
"""Misses that are known and explained in docs/sample-site.md, by field."""


def test_it_ends_well_and_says_where_the_files_are(sample: Archived) -> None:
    assert sample.result.code == 0, sample.result.err
    assert "Done: nothing wanted is left and nothing failed." in sample.result.out
    for path in (*sample.warcs, *sample.jsonls):
        assert str(path) in sample.result.out
    assert not list(sample.folder.rglob("*.open"))
    assert "Traceback" not in sample.result.err
    assert "HUFFARCHIVE_OPERATOR" not in sample.result.err  # nobody sits at the sample site


def test_its_last_lines_say_what_to_look_at(sample: Archived) -> None:
    said = sample.result.out.rpartition("Done: nothing wanted is left and nothing failed.\n")[2]
    assert "scrapy report qc-sample" in said
    assert "scrapy browse qc-sample" in said
    assert ("pip install" in said) == any(
        find_spec(n) is None for n in (*report.NEEDS, *browse.NEEDS)
    )


def test_the_readme_shows_what_it_prints(sample: Archived) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    told, record = re.findall(r"(?m)(?:^    .*\n)+", text.partition("## What you see")[2])[0:3:2]
    run = r"(?:…|/.*)(?=/(?:warc|output)/)|\d{14}"  # where, and when
    last = [line for line in told.splitlines() if "pip install" not in line]
    printed = [line for line in sample.result.out.splitlines() if "pip install" not in line]
    assert [re.sub(run, "…", line.removeprefix("    ")) for line in last] == [
        re.sub(run, "…", line) for line in printed[-len(last) :]
    ]
    (ident,) = re.findall(r'"id": "(.*)"', record)
    (row,) = (row for row in sample.rows if row["id"] == ident)
    shown = [re.sub(r"127\.0\.0\.1:\d+", "…", line[4:]) for line in record.splitlines()]
    whole = json.dumps(row, ensure_ascii=False, indent=4).splitlines()
    assert len(shown) > 10
    assert shown == [re.sub(r"127\.0\.0\.1:\d+", "…", line) for line in whole[: len(shown)]]


def readme_table() -> list[str]:
    """The lines that the README says to work after its first command."""
    text = (ROOT / "README.md").read_text("utf-8").partition("After the first command")[2]
    return re.findall(r"^\| .* \| `scrapy (.*)` \|$", text.partition("\n\n#")[0], re.M)


@pytest.mark.slow
def test_what_the_readme_tells_to_try_works_without_any_extra(
    copied: Archived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = readme_table()
    assert len(lines) >= 5
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    needed = (
        text for name in ("export", "wacz", "report", "cite", "browse") for text in groups[name]
    )
    extras = {re.split(r"[^\w-]", text)[0].replace("-", "_") for text in needed} - {"huffarchive"}
    assert {*report.NEEDS, *browse.NEEDS} <= extras
    hide = f"import sys\nsys.modules.update(dict.fromkeys({sorted(extras)}))\n"
    (copied.folder / "sitecustomize.py").write_text(hide)  # for the processes that a command starts
    without = tmp_path / "without.py"
    without.write_text(f"{hide}from scrapy.cmdline import execute\nexecute()\n")
    shutil.copy(ROOT / "scrapy.cfg", copied.folder)
    monkeypatch.setenv("PYTHONPATH", f"{copied.folder}:{ROOT}")
    for line in lines:
        words = [
            str(found)
            for word in shlex.split(line)
            for found in (sorted(copied.folder.glob(word)) if "*" in word else [word])
        ]
        done = python(str(without), *words, cwd=copied.folder)
        assert done.code == 0, (line, done.err)
    assert len((copied.folder / "articles.jsonl").read_bytes().splitlines()) == 340
    assert python(str(without), "report", "qc-sample", cwd=copied.folder).code != 0
    lacks = python(str(without), "cite", "qc:n:1480236", "--format", "ris", cwd=copied.folder).err
    assert lacks == ("scrapy cite: --format ris needs rispy; run pip install 'huffarchive[cite]'\n")


@pytest.mark.parametrize("missing", [None, *report.NEEDS, *browse.NEEDS])
def test_what_is_missing_for_a_look_is_to_be_installed(
    missing: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(crawl, "find_spec", lambda name: None if name == missing else object())
    crawl._look_at("qc-sample")
    assert ("pip install 'huffarchive[report,browse]'" in capsys.readouterr().out) == bool(missing)


def test_every_article_is_captured_once_and_none_extra(sample: Archived) -> None:
    ids = Counter(row["id"] for row in sample.rows)
    assert set(ids) == set(Golds(site()))
    assert set(ids.values()) == {1}
    assert len(ids) >= 300


def test_text_is_the_gold_and_holds_no_chrome(sample: Archived) -> None:
    gold = Golds(site())
    found = Counter(miss.field for row in sample.rows for miss in misses(gold[row["id"]], row))
    total = len(gold)
    assert found["leaks"] == 0
    assert found["text"] <= 0.01 * total
    others = {name: n for name, n in found.items() if n > 0.02 * total}
    assert not others


def test_known_is_the_sum_of_the_states(sample: Archived) -> None:
    counts = sample.report["counts"]
    assert counts["known"] == sum(n for state, n in counts.items() if state != "known")
    assert sample.report["balanced"] is True
    assert counts["wanted"] == counts["failed"] == 0
    assert sample.report["reasons"]["gone/soft_404"] >= 1
    assert sample.report["reasons"]["gone/not_found"] >= 1
    assert sample.report["reasons"]["gone/deleted"] >= 1


def test_the_checksums_in_the_report_are_the_files(sample: Archived) -> None:
    from hashlib import sha256

    for row in sample.report["files"]:
        for kind, folder in (("warc", "warc"), ("jsonl", "output")):
            path = sample.folder / folder / sample.name / row[kind]
            data = path.read_bytes()
            assert sha256(data).hexdigest() == row[f"{kind}_sha256"]
            assert len(data) == row[f"{kind}_bytes"]


def test_every_line_keeps_to_the_schema(sample: Archived) -> None:
    kept = schema()
    validator = jsonschema.Draft202012Validator(kept)
    for row in sample.rows:
        validator.validate(row)
        assert list(row) == list(kept["properties"])


def test_extract_gives_the_runs_jsonl(sample: Archived, tmp_path: Path) -> None:
    """In one process, what reader processes gave; with them: tests/e2e/test_broken_reader.py."""
    out = tmp_path / "out.jsonl"
    done = scrapy("extract", *map(str, sample.warcs), "-o", str(out), "--workers=0")
    assert done.code == 0, done.err
    assert out.read_bytes() == b"".join(p.read_bytes() for p in sample.jsonls)


def test_every_pointer_leads_to_its_evidence(sample: Archived) -> None:
    (warc,) = sample.warcs
    stored = {s.offset: s for s in records(warc)}
    for row in sample.rows:
        assert row["warc_file"] == warc.name
        there = stored[row["warc_offset"]]
        assert there.length == row["warc_length"]
        assert there.record.id == row["warc_record_id"]
        assert there.record.field("WARC-Target-URI") == row["url"]


def test_every_exchange_is_kept(sample: Archived) -> None:
    (warc,) = sample.warcs
    statuses = Counter()
    urls = []
    for capture in captures(records(warc)):
        statuses[capture.response[9:12].decode()] += 1
        urls.append(capture.url)
    assert {"200", "301", "302", "404", "410", "428", "429", "500"} <= set(statuses)
    assert any(url.endswith("/robots.txt") for url in urls)
    assert any("sitemap" in url for url in urls)
    assert not any("page=" in url for url in urls)  # robots.txt forbids it


def test_an_index_stands_beside_each_finished_file(sample: Archived) -> None:
    for warc in sample.warcs:
        found = list(rows(index_path(warc)))
        assert len(found) > 100
        assert {row.fields["filename"] for row in found} == {warc.name}


def test_other_tools_find_the_files_clean(sample: Archived) -> None:
    for path in sample.warcs:
        subprocess.run(["gzip", "-t", path], check=True)
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", path], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_the_same_command_again_has_nothing_to_do(copied: Archived) -> None:
    before = len(copied.rows)
    index = index_path(copied.warcs[0])
    whole = index.read_bytes()
    index.unlink()  # as a kill between the file's end and its index's would leave it
    done = scrapy("crawl", "huffpost_qc", "-a", "source=sample", *copied.options)
    assert done.code == 0, done.err
    assert len(copied.rows) == before
    assert index.read_bytes() == whole


def test_status_tells_the_account(sample: Archived) -> None:
    done = scrapy("status", "qc-sample", *sample.options)
    assert done.code == 0
    assert "captured" in done.out


@pytest.mark.slow
def test_a_lost_ledger_is_made_again(copied: Archived, tmp_path: Path) -> None:
    before = [p.read_bytes() for p in copied.jsonls]
    ledger = copied.folder / "output" / copied.name / "ledger.sqlite3"
    lost = shutil.move(ledger, tmp_path / "lost.sqlite3")
    refused = scrapy("crawl", "huffpost_qc", "-a", "source=sample", *copied.options)
    assert refused.code == 1
    assert "scrapy recover" in refused.err
    done = scrapy("recover", "qc-sample", *copied.options)
    assert done.code == 0, done.err
    assert_equal(lost, ledger)
    again = scrapy("crawl", "huffpost_qc", "-a", "source=sample", *copied.options)
    assert again.code == 0, again.err
    rows = Counter(row["id"] for row in copied.rows)
    assert set(rows) == set(Golds(site()))
    assert set(rows.values()) == {1}
    assert [p.read_bytes() for p in copied.jsonls][: len(before)] == before
