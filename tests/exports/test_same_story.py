"""The same story under two ids: what is linked, and what only looks alike."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from huffarchive.exports.same_story import SameStory, same_stories
from tests.kit.command import scrapy

ROOT = Path(__file__).parent.parent.parent
BANK = [f"mot{number}" for number in range(400)]


def prose(seed: int, words: int = 200) -> str:
    dice = random.Random(seed)
    return " ".join(dice.choice(BANK) for _ in range(words))


def record(
    ident: str, headline: str | None, text: str, day: str | None = "2018-04-16"
) -> dict[str, Any]:
    when = f"{day}T10:00:00-04:00" if day else None
    return {"id": ident, "headline": headline, "text": text, "date_published": when}


def linked(*records: dict[str, Any]) -> list[tuple[str, str]]:
    return [(link.id, link.same_story_as) for link in same_stories(lambda: records)]


OLD, NEW = "qc:a:23412109", "qc:qc:5ccc6223e4b03b38d6933d24"


def test_a_reimported_story_is_linked_to_the_one_before_it_with_the_evidence() -> None:
    old = record(OLD, "L’été, enfin!", f"Voilà. {prose(1)}")
    new = record(NEW, "L'ETE ENFIN", f"voila {prose(1)}")
    (link,) = same_stories(lambda: [new, old])
    assert link == SameStory(NEW, OLD, "L'ETE ENFIN", True, 1.0, ("2018-04-16", "2018-04-16"))


def test_a_story_touched_up_is_still_the_same() -> None:
    words = prose(2, 300).split()
    words[40:42] = ["corrigé"]
    words[250] = "précisé"
    assert linked(
        record(OLD, "Titre", prose(2, 300)), record(NEW, "Titre", " ".join(words), "2018-04-18")
    ) == [(NEW, OLD)]


@pytest.mark.parametrize(
    ("headline", "text", "day"),
    [
        ("Un autre titre", prose(3), "2018-04-16"),
        ("Titre", prose(4), "2018-04-16"),
        ("Titre", " ".join(prose(3).split()[:120]) + prose(5, 80), "2018-04-16"),
        ("Titre", prose(3) + " " + prose(6, 20), "2018-04-20"),
        (None, prose(3), "2018-04-16"),
        ("…", prose(3), "2018-04-16"),
        ("Titre", "", "2018-04-16"),
    ],
)
def test_what_only_looks_alike_is_not_linked(headline: str | None, text: str, day: str) -> None:
    assert linked(record(OLD, "Titre", prose(3)), record(NEW, headline, text, day)) == []


def test_equal_texts_are_the_same_story_whatever_the_date_unless_they_are_short() -> None:
    long, short = prose(7), "Consultez notre horoscope du jour."
    assert linked(record(OLD, "T", long), record(NEW, "T", long, "2019-05-03")) == [(NEW, OLD)]
    assert linked(record(OLD, "T", long, None), record(NEW, "T", long, None)) == [(NEW, OLD)]
    assert linked(record(OLD, "T", short), record(NEW, "T", short, "2019-05-03")) == []
    assert linked(record(OLD, "T", short), record(NEW, "T", short)) == [(NEW, OLD)]


def test_each_is_linked_to_the_earliest_and_once() -> None:
    stories = [
        record("qc:n:3", "T", prose(8), "2014-01-03"),
        record(NEW, "T", prose(8), "2014-01-01"),
        record("qc:n:1", "T", prose(8), "2014-01-01"),
    ]
    assert linked(*stories) == [("qc:n:3", "qc:n:1"), (NEW, "qc:n:1")]
    assert linked(*reversed(stories)) == linked(*stories)


def test_three_thousand_articles_of_one_headline_are_no_burden() -> None:
    days = [
        f"20{y}-{m:02}-{d:02}" for y in range(12, 21) for m in range(1, 13) for d in range(1, 29)
    ]
    many = [record(f"qc:n:{n}", "Horoscope", prose(n, 30), day) for n, day in enumerate(days)]
    assert linked(*many) == []


def test_the_command_writes_a_line_for_each_link(tmp_path: Path) -> None:
    """Of an article captured several times the latest that was read counts, wherever it stands."""
    folder = tmp_path / "qc"
    folder.mkdir()
    rows = [
        record(NEW, "Titre", "") | {"captured_at": "2026-03", "layout": "generic"},
        record(OLD, "Titre", prose(1)) | {"captured_at": "2026-02"},
        record(NEW, "Titre", prose(1)) | {"captured_at": "2026-02"},
        record(OLD, "Tout autre", prose(2)) | {"captured_at": "2026-01"},
        record(NEW, "Titre", "") | {"captured_at": "2026-04", "layout": "generic"},
        record("qc:n:7", "x", "y") | {"captured_at": "2026-01"},
    ]
    (folder / "qc-20260101000000-00001.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows)
    )
    done = scrapy("links", "qc", "-s", f"HUFFARCHIVE_OUTPUT_DIR={tmp_path}")
    assert done.code == 0, done.err
    (line,) = done.out.splitlines()
    assert json.loads(line) == {
        "id": NEW,
        "same_story_as": OLD,
        "headline": "Titre",
        "text_equal": True,
        "alike": 1.0,
        "dates": ["2018-04-16", "2018-04-16"],
    }
    assert "1 link to" in done.err


def test_short_equal_texts_of_one_day_are_linked_past_one_of_another_day() -> None:
    said = "Photo du jour."
    first = record("qc:n:1", "Photo du jour", said, "2013-01-01")
    second = record("qc:n:2", "Photo du jour", said, "2013-05-06")
    third = record("qc:n:3", "Photo du jour", said, "2013-05-06")
    fourth = record("qc:n:4", "Photo du jour", said, "2013-01-01")
    assert linked(first, second, third, fourth) == [("qc:n:3", "qc:n:2"), ("qc:n:4", "qc:n:1")]
