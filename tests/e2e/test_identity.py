"""Which task, which address and which source an answer belongs to, through the real crawl."""

import itertools
import json
import time
from collections import Counter
from pathlib import Path

import pytest

from huffarchive.warc.writer import IDENTICAL, NOT_MODIFIED
from tests.e2e.scripted import BASE, Site, article, moved, path, wayback
from tests.politeness.server import Answer


def test_a_page_that_is_asked_again_at_once_is_stored_once(tmp_path: Path) -> None:
    """Each is alone under way when a redirect sends it on to its next address."""
    chain = [path(1), path(1, "autre"), path(1, "encore")]
    script = {here: moved(there) for here, there in itertools.pairwise(chain)}
    with Site(tmp_path, {**script, chain[-1]: article()}) as site:
        result = site.crawl(urls=[chain[0]])
        assert result == 0
        assert site.asked() == Counter(chain)
        assert [record["id"] for record in site.records()] == ["qc:n:1"]
        gone = [path(2), path(2, "autre")]
        result = site.crawl(urls=gone)
        assert result == 0
        assert site.asked() == Counter([*chain, *gone])


def test_validators_are_sent_to_the_address_that_gave_them_alone(tmp_path: Path) -> None:
    """A 304 of another address says nothing of what this one has: the new text is captured."""

    def validated(title: str, tag: str) -> Answer:
        answer = article(title)
        return Answer(200, answer.body, {**answer.headers, "ETag": tag})

    # Both addresses give out the same tag, as a site that moves its pages between hosts does.
    old, new = path(1), path(1, "nouveau")
    script = {old: [validated("Ancien", '"un"'), moved(new)], new: [validated("Neuf", '"un"')]}
    with Site(tmp_path, script, conditional=True) as site:
        assert site.crawl(urls=[old]) == 0
        result = site.crawl("recrawl=0", urls=[old])
        assert result == 0
        conditional = [(asked.path, "If-None-Match" in asked.headers) for asked in site.server.log]
        assert [asked for asked in conditional if asked[0] != "/robots.txt"] == [
            (old, False),
            (old, True),
            (new, False),
        ]
        assert [record["headline"] for record in site.records()] == ["Ancien", "Neuf"]
        report = json.loads(next(tmp_path.rglob("latest.json")).read_bytes())
        assert (report["articles"], report["new_articles"]) == (1, 1)  # two versions of one
        time.sleep(1.1)  # WARC dates are whole seconds
        result = site.crawl("recrawl=0", urls=[old])
        assert result == 0
        assert site.server.log[-1].headers["If-None-Match"] == '"un"'
        assert site.revisits() == [(NOT_MODIFIED, site.url + new)]
        assert site.verify() == []


def test_a_tag_goes_back_as_the_bytes_it_came_as(tmp_path: Path) -> None:
    """RFC 9110, 8.8.3: it may hold bytes beyond ASCII."""
    answer = article()
    tagged = Answer(200, answer.body, {**answer.headers, "ETag": '"\xe9t\xe9"'})
    with Site(tmp_path, {path(1): tagged}, conditional=True) as site:
        assert site.crawl(urls=[path(1)]) == 0
        assert site.crawl("recrawl=0", urls=[path(1)]) == 0
        assert site.revisits() == [(NOT_MODIFIED, site.url + path(1))]


def test_a_304_that_nobody_asked_for_is_no_capture(tmp_path: Path) -> None:
    with Site(tmp_path, {path(1): [article(), Answer(304, b"")]}) as site:
        assert site.crawl(urls=[path(1)]) == 0
        result = site.crawl("recrawl=0", urls=[path(1)])
        assert result == 3
        assert site.states()["n:1"] == "failed/unexpected_status"
        assert site.revisits() == []


def test_a_revisit_of_a_playback_refers_to_the_record_itself(tmp_path: Path) -> None:
    """What the live site has again was captured from the Wayback Machine: at another address."""
    page = article()
    script = {path(1): [Answer(404, b""), page], **wayback({path(1): page.body})}
    with Site(tmp_path, script) as site:
        wayback_too = {"HUFFARCHIVE_WAYBACK_URL": site.url}
        result = site.crawl("source=live,wayback", urls=[path(1)], **wayback_too)
        assert result == 0
        assert [record["source"] for record in site.records()] == ["wayback"]
        result = site.crawl("recrawl=0", urls=[path(1)])
        assert result == 0
        (revisit,) = site.revisits()
        assert revisit == (IDENTICAL, f"{site.url}/web/20220310120000id_/{BASE}{path(1)}")
        assert site.verify() == []


def test_what_is_json_is_no_article(tmp_path: Path) -> None:
    said = Answer(200, b'{"message": "Service indisponible"}', article().headers)
    with Site(tmp_path, {path(1): said}) as site:
        site.crawl(urls=[path(1)])
        assert site.states() == {"n:1": "captured/unreadable"}
        assert [(r["text"], r["warnings"]) for r in site.records()] == [("", ["reader_failed"])]
        assert site.verify() == []


def test_the_other_addresses_of_a_copy_are_those_that_it_does_not_stand_at(tmp_path: Path) -> None:
    """An archive has it at another address than the one that the site is asked at."""
    script = wayback({path(1, "autre"): article().body})
    with Site(tmp_path, script) as site:
        given = {"HUFFARCHIVE_WAYBACK_URL": site.url}
        assert site.crawl("source=wayback", urls=[path(1)], **given) == 0
        assert [(r["url"], r["aliases"]) for r in site.records()] == [
            (BASE + path(1, "autre"), [BASE + path(1)])
        ]
        assert site.verify() == []


@pytest.mark.parametrize("first", ["mobile", "blog"])
def test_a_text_that_names_a_page_which_redirects_to_it_is_captured(
    tmp_path: Path, first: str
) -> None:
    """A circle of which one page has the text: it is captured once, where it was read."""
    mobile, blog = "http://m.huffpost.com/qc/entry/7708144", BASE + path(7708144, mark="b")
    text = article(head=f"<link rel='canonical' href='{blog}'>")
    with Site(
        tmp_path, {"/qc/entry/7708144": text, path(7708144, mark="b"): moved(mobile)}
    ) as site:
        assert site.crawl(urls=[mobile if first == "mobile" else blog]) == 0
        expected = {"n:7708144": "gone/moved", "b:7708144": "captured/article"}
        assert (site.states(), len(site.records())) == (expected, 1)
        assert site.verify() == []
        site.recover()
        assert site.states() == expected
