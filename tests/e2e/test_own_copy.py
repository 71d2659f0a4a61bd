"""Own, agency and unknown copy: one count, whatever is asked for it."""

import csv
import re
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from huffarchive.article import AGENCY, COPIES, OWN, UNKNOWN
from huffarchive.sample.site import site
from tests.e2e.conftest import Archived
from tests.kit.command import ROOT, scrapy
from tests.kit.gold import Golds


@pytest.fixture(scope="module")
def gold() -> Counter[str]:
    """The sample's articles by what was written into them."""
    told = {True: AGENCY, False: OWN, None: UNKNOWN}
    counts = Counter(told[gold.is_wire] for gold in Golds(site()).values())
    assert set(counts) == set(COPIES)
    return counts


def test_the_records_say_it(sample: Archived, gold: Counter[str]) -> None:
    told = {True: AGENCY, False: OWN, None: UNKNOWN}
    assert Counter(told[row["is_wire"]] for row in sample.rows) == gold
    assert all(bool(row["agency"]) == (row["is_wire"] is True) for row in sample.rows)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_says_it(copied: Archived, gold: Counter[str], lang: str) -> None:
    pytest.importorskip("pygal")
    done = scrapy("report", "qc-sample", "--lang", lang, "-o", "-", *copied.options)
    assert done.code == 0, done.err
    (lead,) = re.findall(r'<p class="lead">([^<]*(?:agencies|agence)[^<]*)</p>', done.out)
    assert [int(n) for n in re.findall(r"\d+", lead)[:3]] == [
        gold[c] for c in (OWN, AGENCY, UNKNOWN)
    ]


@pytest.mark.slow
def test_the_data_card_says_it(copied: Archived, gold: Counter[str], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    done = scrapy("export", "huggingface", "qc-sample", "-o", str(tmp_path / "hf"), *copied.options)
    assert done.code == 0, done.err
    card = (tmp_path / "hf/README.md").read_text("utf-8")
    table = card.partition("## Own copy and agencies")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (.*) \| (\d+) \|$", table, re.M))
    found = {c: int(rows.pop(name)) for c, name in {OWN: "Own", UNKNOWN: "Origin unknown"}.items()}
    assert {**found, AGENCY: sum(map(int, rows.values()))} == gold


@pytest.mark.slow
def test_the_exports_say_it(copied: Archived, gold: Counter[str], tmp_path: Path) -> None:
    done = scrapy("export", "csv", "qc-sample", "-o", str(tmp_path / "a.csv"), *copied.options)
    assert done.code == 0, done.err
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        told = Counter(row["is_wire"] for row in csv.DictReader(file))
    assert told == {"false": gold[OWN], "true": gold[AGENCY], "": gold[UNKNOWN]}
    pytest.importorskip("sqlite_utils")
    done = scrapy("export", "sqlite", "qc-sample", "-o", str(tmp_path / "a.db"), *copied.options)
    assert done.code == 0, done.err
    rows = sqlite3.connect(tmp_path / "a.db").execute(
        "SELECT is_wire, count(*) FROM articles GROUP BY 1"
    )
    assert dict(rows) == {0: gold[OWN], 1: gold[AGENCY], None: gold[UNKNOWN]}


def test_the_docs_say_it(gold: Counter[str]) -> None:
    """The recipe over all years; tests/test_recipes.py shows that it prints this."""
    recipes = (ROOT / "docs/recipes.md").read_text("utf-8")
    (head, *rows) = (
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in re.findall(r"^│.*│$", recipes, re.M)
        if not re.search("varchar|int64", line)
    )
    table = [dict(zip(head, row, strict=True)) for row in rows if len(row) == len(head)]
    found = Counter({
        name: sum(int(row[name]) for row in table if row["year"] != "") for name in head[1:]
    })  # fmt: skip
    assert {c: found.pop(c) for c in (OWN, UNKNOWN)} == {c: gold[c] for c in (OWN, UNKNOWN)}
    assert sum(found.values()) == gold[AGENCY]
    for page in ("fields.md", "report.md", "exports.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert re.search(r"nothing tells", text), page
