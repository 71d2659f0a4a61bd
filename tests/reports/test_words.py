"""The words: the same in both languages, and one for every value of the closed lists."""

import re
from datetime import UTC, datetime

import pytest

from huffarchive.crawl.arguments import DISCOVERERS
from huffarchive.exits import Exit
from huffarchive.ledger.pages import PICTURE
from huffarchive.outcome import Reason, State
from huffarchive.reading import Caution
from huffarchive.reports.corpus_stats import LOOKED_FOR
from huffarchive.translator import LANGUAGES, Translator, words

FR, EN = Translator("fr"), Translator("en")


@pytest.mark.parametrize("folder", ["reports", "browse"])
def test_both_languages_say_the_same_things(folder: str) -> None:
    french, english = words(folder, "fr"), words(folder, "en")
    assert list(french) == list(english)
    for name, text in french.items():
        gaps = re.findall(r"{(\w+)}", text)
        assert sorted(gaps) == sorted(re.findall(r"{(\w+)}", english[name])), name


@pytest.mark.parametrize("folder", ["reports", "browse"])
def test_no_french_punctuation_stands_behind_a_space_that_breaks(folder: str) -> None:
    """As sentences and as terms, filled or not; what fills a text stays as it is."""
    breaks = re.compile(r"« | [:;?!»%]")
    french = words(folder, "fr")
    assert {name: text for name, text in french.items() if breaks.search(text)} == {}
    assert FR.term("exit", "0") == "terminée\u00a0; plus rien à demander, aucun échec"
    assert sum("\u00a0:" in text for text in french.values()) > 3
    assert not any("\u00a0" in text for text in words(folder, "en").values())


MANY = ("results", "rows_cut", "ignored_cut", "take_away")
"""Texts that are shown with more than one of what they count."""


@pytest.mark.parametrize("folder", ["reports", "browse"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_has_the_word_that_goes_with_it(folder: str, language: str) -> None:
    """No plural stands behind a number whatever that is, and no verb that goes with many."""
    fixed = re.compile(r"\{\w+\} (?!des\b)(?:\w+[sx]|are|sont|ont)\b")
    wrong = {n: t for n, t in words(folder, language).items() if n not in MANY and fixed.search(t)}
    assert wrong == {}


def test_one_of_one() -> None:
    numbers = {"share": "100\u00a0%", "known": 1, "captured": 1}
    assert FR("judge_saved", **numbers) == "100\u00a0% de 1 article connu est enregistré"
    assert EN("judge_saved", **numbers) == "100\u00a0% of the 1 known article is saved"
    room = Translator("fr", "browse")("about_known", known=1, saved=1, share="100\u00a0%")
    assert room == "De 1 page d’article connue, 1 est enregistrée (100\u00a0%)."
    assert FR("span_of_one", first="mars 2015", count=1) == "Publié en mars 2015"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_a_closed_list_has_a_word(language: str) -> None:
    for prefix, names in [
        ("state", State),
        ("reason", Reason),
        ("warning", Caution),
        ("exit", (str(int(status)) for status in Exit)),
        ("field", LOOKED_FOR),
        ("discoverer", (*DISCOVERERS, "link", "urls", "robots", "warc", "recover", PICTURE)),
    ]:
        assert not [
            name for name in names if f"{prefix}_{name}" not in words("reports", language)
        ], prefix


def test_a_value_without_a_word_stands_for_itself() -> None:
    assert Translator("fr").term("layout", "2014") == "2014"
    assert Translator("fr").term("layout", "") == "inconnu"


def test_french_punctuation_does_not_break() -> None:
    said = Translator("fr")("title", name="HuffPost")
    assert said == "Rapport d’archive\u00a0: HuffPost"


def test_numbers() -> None:
    assert FR.count(1_234_567) == "1\u00a0234\u00a0567"
    assert EN.count(1_234_567) == "1,234,567"
    assert FR.size(3_628_424) == "3,6\u00a0Mo"
    assert EN.size(999) == "999\u00a0bytes"
    assert FR.duration(18.5 * 86_400) == "18\u00a0j 12\u00a0h"
    assert EN.duration(0.2) == "0\u00a0s"
    assert FR.month("2014-08") == "août\u00a02014"
    for name in ("unknown", "2014-13", "2014", ""):
        assert EN.month(name) == name
    moment = datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
    assert FR.moment(moment) == "1er décembre 2026 à 9\u00a0h\u00a005"
    assert FR.stamp(moment) == EN.stamp(moment) == "2026-12-01 09:05"
    assert EN.moment(moment) == "1 December 2026, 09:05"


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert EN.share(1, 100_000) == "under 0.1%"
    assert EN.share(99_999, 100_000) == "99.9%"
    assert EN.share(5, 5) == "100%"
    assert EN.share(11, 5) == "220.0%"
    assert FR.share(1, 3) == "33,3\u00a0%"
    assert FR.share(0, 3) == "0\u00a0%"
    assert FR.share(0, 0) == "–"
