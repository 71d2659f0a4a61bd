"""What a list's run says of the pages that it is not about, and of what it could not read."""

import json
import shlex
from pathlib import Path

import pytest

from huffarchive.archive.status import archive_status, command_for_others
from huffarchive.commands.crawl import _next_step
from huffarchive.crawl.run import Run
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.exits import Exit
from huffarchive.outcome import State
from tests.e2e.scripted import Answer, Site, article, path


def test_the_next_command_leads_to_the_pages_of_other_lists(tmp_path: Path) -> None:
    with Site(tmp_path, {path(n): article(str(n)) for n in range(9)}) as site:
        assert site.crawl("limit=1", urls=[path(n) for n in (1, 2, 3)]) == 5
        command = f"huffarchive crawl huffpost_qc -a site={site.url} -a urls=b.txt -a recrawl=9"
        assert site.crawl(urls=[path(8)], HUFFARCHIVE_COMMAND=command) == 0
        said = archive_status(site.places, HUFFPOST_QC)["next"]
        assert "the 2 wanted pages" in said
        words = shlex.split(said.split("`")[1])
        assert f"site={site.url}" in words
        assert "recrawl=9" not in words
        (listed,) = (word for word in words if word.startswith("urls="))
        assert site.crawl(listed) == 0
        assert set(site.states().values()) == {"captured/article"}


@pytest.mark.parametrize(
    ("wanted", "failed", "given_up", "said"),
    [
        (0, 0, 0, "Done: nothing wanted is left and nothing failed."),
        (0, 2, 2, "Done: nothing wanted is left and nothing failed but what failed for good."),
        (2, 0, 0, "2 pages of other lists: huffarchive crawl huffpost_qc -a urls=/r/1-left.jsonl"),
        (0, 1, 0, "1 page of other lists: huffarchive crawl huffpost_qc -a urls=/r/1-left.jsonl"),
    ],
)
def test_done_is_said_of_the_list_alone(wanted, failed, given_up, said, monkeypatch) -> None:
    from types import SimpleNamespace

    monkeypatch.setattr("huffarchive.commands.crawl.typed", lambda: "huffarchive")
    run = Run.__new__(Run)
    run.status, run.command = Exit.DONE, "huffarchive crawl huffpost_qc -a urls=b.txt"
    run.job = SimpleNamespace(urls="b.txt", archive_name="qc")
    run.report = SimpleNamespace(
        counts={State.WANTED: wanted, State.FAILED: failed},
        given_up=given_up,
        left_path=Path("/r/1-left.jsonl"),
    )
    assert _next_step(run).endswith(said)
    assert ("nothing wanted is left" in _next_step(run)) is (wanted + failed == given_up)


def test_a_lists_own_arguments_are_left_out() -> None:
    command = "crawl huffpost_qc -a 'urls=a b' -s X=urls=1 -a limit=3 -a images=true"
    assert command_for_others(command, Path("/r/left.jsonl")) == (
        "crawl huffpost_qc -s X=urls=1 -a images=true -a urls=/r/left.jsonl"
    )


def test_an_unread_page_is_no_article_of_the_run(tmp_path: Path) -> None:
    empty = Answer(200, b"<html><body></body></html>", {"Content-Type": "text/html"})
    with Site(tmp_path, {path(1): empty, path(2): article()}) as site:
        assert site.crawl(urls=[path(1), path(2)]) == 0
        report = json.loads((site.places.reports / "latest.json").read_bytes())
        assert (report["articles"], report["new_articles"]) == (1, 1)
        assert report["reasons"]["captured/unreadable"] == 1
