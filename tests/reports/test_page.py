"""The page: it says what the ledger and the records say, and loads nothing."""

import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import html
from scrapy.settings import Settings

from tests.kit.command import Result, scrapy

if find_spec("pygal") is None:
    pytest.skip("needs pygal", allow_module_level=True)

from huffarchive.commands import browse, report
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reports import render
from huffarchive.reports.corpus_stats import CorpusStats, Facts, gather
from huffarchive.storage.paths import ArchivePaths
from huffarchive.workers.job import ReadersFailedError
from tests.reports.conftest import STEM

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def facts(places: ArchivePaths) -> Facts:
    return replace(gather(places, HUFFPOST_QC), made=datetime(2026, 11, 23, tzinfo=UTC))


def rows(page: html.HtmlElement, caption: str) -> list[list[str]]:
    """The body of a table by its caption, as text."""
    (table,) = [t for t in page.iter("table") if t.findtext("caption") == caption]
    return [[" ".join(c.text_content().split()) for c in row] for row in table.find("tbody")]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "1 is gone; the last run ended with a fault: no page can be read here (OSError: x)"),
        ("fr", "; la dernière collecte a pris fin sur une faute : no page can be read here ("),
    ],
)
def test_a_run_that_a_fault_ended_is_told_ahead_of_all(
    places: ArchivePaths, language: str, told: str
) -> None:
    with closing(sqlite3.connect(places.ledger)) as ledger, ledger:
        ledger.execute(
            "UPDATE run SET ended = started, exit = 4, reason = ? WHERE id = 2",
            [str(ReadersFailedError("OSError: x"))],
        )
    page = html.fromstring(render(gather(places, HUFFPOST_QC), language))
    (lead,) = page.find_class("fault")
    text = " ".join(lead.text_content().split())
    assert told in text
    assert "mend it, then run the same command again, which reads them all; " in text.replace(
        " ;", ";"
    )


def test_no_fault_is_told_where_there_was_none(facts: Facts) -> None:
    assert not html.fromstring(render(facts, "en")).find_class("fault")


def test_it_says_what_the_ledger_and_the_records_say(facts: Facts) -> None:
    page = html.fromstring(render(facts, "en"))
    text = " ".join(page.text_content().split())
    assert (
        "60.0% of the 10 known articles are saved; 1 is still to be asked for; 1 failed; "
        "1 is refused; 1 is gone; crawl again."
    ) in text
    listed = rows(page, "Articles that are not saved")
    assert [(cells[0], cells[1], cells[3]) for cells in listed] == [
        ("qc:n:9", "Failed", "0"), ("qc:n:10", "Wanted", "0"), ("qc:n:8", "Refused", "0"), ("qc:n:7", "Gone", "0")
    ]  # fmt: skip
    months = rows(page, "What is saved, by month of publication")
    assert months[0] == ["December 2012", "1", "0", "0", "1"]
    assert months[5] == ["May 2013", "1", "2", "0", "3"]
    assert months[6] == ["June 2013", "0", "0", "0", "0"]  # a month without articles is shown
    assert months[-2:] == [["unknown", "0", "0", "1", "1"], ["Total", "2", "3", "1", "6"]]
    assert rows(page, "Where the captures come from")[-1] == ["Total", "5", "1"]
    assert rows(page, "What is missing")[-1] == [
        "Total", "10", "6", "1", "1", "1", "1", "60.0%"
    ]  # fmt: skip
    assert rows(page, "Compared with what the paper published")[1] == [
        "2013", "6", "100,558", "under 0.1%"
    ]  # fmt: skip
    assert ["Refused", "robots.txt asks not to fetch it", "1", "9.1%"] in rows(
        page, "What became of each page, and why"
    )
    assert rows(page, "Warnings")[0][1:] == ["1", "16.7%"]
    fields = {row[0]: row[1:] for row in rows(page, "Missing fields, by layout")}
    assert fields["publication date"] == ["0%", "100%"]
    assert fields["images"] == ["80.0%", "100%"]
    runs = rows(page, "The last runs")
    assert [run[1] for run in runs] == [
        "under way, or interrupted", "finished with failures; a rerun may help"
    ]  # fmt: skip
    assert rows(page, "Files") == [[STEM, "7", "12.3 kB", "2.8 kB", "ab" * 32]]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_loads_nothing_and_runs_nothing(
    facts: Facts, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUFFARCHIVE_HOME", "/home/somebody")
    text = render(facts, language)
    assert "/home/somebody" not in text  # whoever made it
    page = html.fromstring(text)
    assert page.get("lang") == language
    assert not list(page.iter("script", "link", "img", "iframe", "object", "base"))
    links = [
        value for node in page.iter() for name, value in node.items() if name in {"href", "src"}
    ]
    inner = [link for link in links if link.startswith("#")]
    assert inner
    assert all(page.get_element_by_id(link[1:]) is not None for link in inner)
    # Beside them only the reading room, where it is open: each warning's articles, worst first.
    (command := browse.Command()).settings = Settings()
    command.add_options(parser := ArgumentParser(conflict_handler="resolve"))
    room = f"http://127.0.0.1:{parser.get_default('port')}/?sort=doubts&warning="
    assert {link for link in links if link not in inner} == {
        f"{room}{name}" for name in facts.census.warnings
    }
    assert facts.census.warnings
    style = page.findtext(".//style")
    assert "@import" not in style
    assert "url(" not in style.replace("url(#hatch)", "").replace("url(#dots)", "")
    # What a record says is shown, never obeyed.
    assert "<b>PC</b>" not in text
    assert "&lt;b&gt;PC&lt;/b&gt;" in text


def test_every_chart_is_said_in_words_and_has_its_table(facts: Facts) -> None:
    page = html.fromstring(render(facts, "fr"))
    charts = page.xpath("//*[@role='img']")
    assert len(charts) == 4
    for chart in charts:
        assert len(chart.get("aria-label")) > 40
        assert chart.getparent().xpath(".//details//table")
    for table in page.iter("table"):
        assert table.findtext("caption")
        assert {cell.get("scope") for cell in table.iter("th")} <= {"row", "col"}


def test_the_same_facts_give_the_same_bytes(facts: Facts) -> None:
    assert render(facts, "fr") == render(facts, "fr")


def test_the_sample_is_not_compared_with_what_the_real_paper_published(facts: Facts) -> None:
    text = render(replace(facts, sample=True), "en")
    assert "Compared with what the paper published" not in text
    assert "not the real one" in text


def test_an_estimate_is_shown_unless_what_is_known_contradicts_it(facts: Facts) -> None:
    found = {
        "lists": ["list", "wayback"], "total": 15_000, "low": 14_000, "high": 16_000,
        "unseen": 5_000, "method": "Chapman", "known": 10_000, "contradicted": False,
    }  # fmt: skip
    text = render(replace(facts, account=facts.account | {"estimate": found}), "en")
    assert "15,000 articles exist (14,000 to 16,000" in text
    assert "<dd>15,000</dd>" in text
    found |= {"claim": "at least", "at_least": 13_500}
    text = render(replace(facts, account=facts.account | {"estimate": found}), "en")
    assert "At least 13,500 articles exist" in text
    assert "<dd>13,500</dd>" in text
    found |= {"known": 17_000, "contradicted": True}
    text = render(replace(facts, account=facts.account | {"estimate": found}), "en")
    assert "15,000" not in text
    assert (
        "17,000 articles are known already (without the pages that turned out to be no articles), more than the 16,000"
        in text
    )


def test_what_a_recrawl_wants_again_is_still_saved(places: ArchivePaths) -> None:
    """A recrawl that was stopped: all but two of the captured are wanted again."""
    with closing(sqlite3.connect(places.ledger)) as ledger, ledger:
        for (page,) in ledger.execute("SELECT id FROM page WHERE state = 'captured'").fetchall():
            ledger.execute(
                "INSERT INTO capture (page, source, url, target, captured_at, checked_at, payload_sha1, record_id, file, offset, length, reason)"
                " VALUES (?, 'live', '', '', '', '', 'sha1:A', '', 1, 0, 1, 'article')", [page],
            )  # fmt: skip
        ledger.execute(
            "UPDATE page SET state = 'wanted', reason = NULL WHERE id IN "
            "(SELECT id FROM page WHERE state = 'captured' ORDER BY id LIMIT 4)"
        )
    page = html.fromstring(render(gather(places, HUFFPOST_QC), "en"))
    text = " ".join(page.text_content().split())
    assert "60.0% of the 10 known articles are saved; 1 is still to be asked for;" in text
    assert "4 of the saved are due to be looked at again; crawl again." in text
    assert "4 of the saved are wanted again, to see whether they have changed." in text
    assert rows(page, "What is missing")[-1] == ["Total", "10", "6", "1", "1", "1", "1", "60.0%"]
    assert rows(page, "Compared with what the paper published")[1][1] == "6"
    assert ["the edition’s list", "10", "6", "10"] in rows(page, "Articles by who named them")
    assert len(rows(page, "Articles that are not saved")) == 4
    outcomes = rows(page, "What became of each page, and why")
    assert ["Saved", "saved, and wanted again by a recrawl", "4"] in [
        cells[:3] for cells in outcomes
    ]


def test_all_is_well(facts: Facts) -> None:
    counts = {"known": 10, "captured": 9, "wanted": 0, "failed": 0, "refused": 0, "gone": 1}
    account = facts.account | {"counts": counts, "article_pages": counts}
    text = render(replace(facts, account=account, missing=[]), "en")
    assert "90.0% of the 10 known articles are saved; 1 is gone; nothing to do." in text
    assert "<caption>Articles that are not saved" not in text


def test_an_archive_without_articles_has_a_report(facts: Facts) -> None:
    text = render(replace(facts, census=CorpusStats(), files=[], runs=[]), "fr")
    assert "Rien à montrer pour l’instant" in text


def run(*args: str, output: Path) -> Result:
    return scrapy("report", *args, "-s", f"HUFFARCHIVE_OUTPUT_DIR={output}")


def test_the_command_writes_it_beside_the_ledger_in_the_editions_language(
    places: ArchivePaths,
) -> None:
    done = run("huffpost_qc", output=places.output_root)
    path = places.output / "report.html"
    assert (done.code, done.out, done.err) == (0, f"{path}\n", "")
    assert '<html lang="fr">' in path.read_text("utf-8")
    done = run("qc", "--lang", "en", "-o", "-", output=places.output_root)
    assert done.code == 0
    assert '<html lang="en">' in done.out


def test_mistakes_get_one_line(places: ArchivePaths) -> None:
    for args, says in [
        (["nowhere"], "no archive 'nowhere'"),
        (["qc", "-o", "/proc"], "-o /proc: that is a folder; name a file in it"),
    ]:
        done = run(*args, output=places.output_root)
        assert done.code == 2
        assert says in done.err
        assert len(done.err.splitlines()) == 1
    places.jsonl_file(STEM).unlink()
    done = run("qc", output=places.output_root)
    assert done.code == 1
    assert done.err == f"{places.jsonl_file(STEM)}: No such file or directory; run scrapy verify\n"


def test_without_the_library_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huffarchive.commands.options.find_spec", lambda _: None)
    command = report.Command()
    command.settings = object()  # type: ignore[assignment]
    with pytest.raises(SystemExit, match="2"):
        command.run([], None)  # type: ignore[arg-type]
    assert capsys.readouterr().err == (
        "scrapy report: it needs pygal; run pip install 'huffarchive[report]'\n"
    )
