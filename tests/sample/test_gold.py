"""The gold is on the page, and says about it what the content model meant."""

import re
from collections import Counter
from datetime import datetime

import pytest
from lxml import html

from huffarchive.sample.content import fold
from huffarchive.sample.site import Site
from tests.kit.gold import Gold, Golds, misses

AGENCIES = {None, "AFP", "AP", "La Presse Canadienne", "Radio-Canada", "Relaxnews", "Reuters"}
SIGNATURE = re.compile(r"^[a-z]{2,4}(-[a-z]{2,4})*(/[a-z]{2,4}(-[a-z]{2,4})?){1,4}$")


def test_every_paragraph_stands_once_in_its_page(
    golds: dict[str, Gold], visible: dict[str, str]
) -> None:
    off: list[tuple[str, int, str]] = []
    for ident, gold in golds.items():
        page = visible[ident]
        for text in gold.paragraphs:
            if " | " in text:  # a table's row: its cells stand apart
                assert all(cell in page for cell in text.split(" | "))
            elif (count := page.count(text)) != 1 and (count == 0 or len(text) > 30):
                off.append((ident, count, text))
    assert off == []


def test_what_is_gold_is_visible(golds: dict[str, Gold], visible: dict[str, str]) -> None:
    for ident, gold in golds.items():
        page = visible[ident]
        texts = [gold.headline, gold.dek, gold.byline_raw, gold.agency_signature]
        texts += [piece.text for piece in gold.chrome]
        texts += [words for i in gold.images for words in (i.caption, i.credit)]
        hidden = [t for t in texts if t and fold(t) not in page and "nbsp" not in t]
        assert hidden == [], ident


def test_a_headline_stands_twice_in_v2_and_once_in_v1(sample: Site, golds: dict[str, Gold]) -> None:
    twice = {"archive": 0, "archive-v1": 0}
    parser = html.HTMLParser(encoding="utf-8")
    for number in range(sample.size):
        entry = sample.register.entry(number)
        gold = golds[str(entry.key)]
        if entry.recipe.template in twice and gold.dek is None:
            page = html.document_fromstring(sample.markup(entry).encode(), parser=parser)
            (header,) = page.xpath('//*[@id="entry-header"]')
            count = fold(header.text_content()).count(gold.headline)
            assert count == (2 if entry.recipe.template == "archive" else 1), gold.id
            twice[entry.recipe.template] += 1
    assert min(twice.values()) > 20


def test_nothing_foreign_is_in_the_text(golds: dict[str, Gold]) -> None:
    for gold in golds.values():
        assert not [words for words in gold.foreign if words in gold.text]
        assert not gold.agency_signature or gold.agency_signature not in gold.text


def test_fields_have_their_forms(golds: dict[str, Gold]) -> None:
    for ident, gold in golds.items():
        assert gold.id == ident
        assert gold.agency in AGENCIES
        assert gold.kind in {"news", "blog", "gallery", "live"}
        assert gold.layout in {"archive", "amp", "2017", "2014", "2012", "generic"}
        if gold.agency_signature is not None:
            assert SIGNATURE.fullmatch(gold.agency_signature), gold.agency_signature
            assert gold.agency == "AFP"
        assert gold.is_wire is (True if gold.agency else False if gold.byline_raw else None)
        for date in (gold.date_published, gold.date_modified):
            assert date is None or datetime.fromisoformat(date).tzinfo is not None
        assert gold.date_published is not None
        assert not any("Par" in name or "AFP" in name for name in gold.authors)


def test_every_case_of_the_notes_occurs(golds: dict[str, Gold], visible: dict[str, str]) -> None:
    golds = list(golds.values())
    text = "\n".join(gold.text for gold in golds)
    seen = Counter(gold.layout for gold in golds)
    assert len(golds) >= 300
    assert set(seen) == {"archive", "amp", "2017", "2014", "2012", "generic"}
    assert seen["archive"] > len(golds) / 2
    assert {gold.agency for gold in golds} == AGENCIES
    assert {gold.kind for gold in golds} == {"news", "blog", "gallery", "live"}
    bylines = {gold.byline_raw or "" for gold in golds}
    for form in (
        "Par AFP",
        "Par Agence France-Presse",
        "Par La Presse Canadienne",
        "Le HuffPost/AFP",
    ):
        assert form in bylines
    assert any(re.match(r"Par[A-ZÉ]\w+", byline) for byline in bylines)
    assert any(re.match(r"Par .+, La Presse Canadienne$", byline) for byline in bylines)
    for words in (
        "Plus de détails à venir",
        "a été traduit de l'anglais",
        " --",
        '"',
        "« ",
        "«",
        "’",
    ):
        assert words in text
    assert any("&nbsp;" in gold.headline for gold in golds)
    assert any(re.match(r"[A-ZÉ' -]+, [A-Z]\w+ - ", gold.text) for gold in golds)
    assert any(not gold.paragraphs for gold in golds)
    assert sum(len(gold.text.split()) < 40 for gold in golds) > 10
    assert any(re.search(r"\b(Egypte|Etat|Etats-Unis)\b", g.headline + g.text) for g in golds)
    broken = [g for g in golds if any(p[-1].isalpha() and len(p) > 60 for p in g.paragraphs)]
    assert broken, "no paragraph is broken in mid-sentence"
    pages = "\n".join(visible.values())
    for words in (
        "Open Image Modal",
        "(01 of",
        "INOLTRE SU HUFFPOST",
        "Loading Slideshow...",
        "RECEVEZ LES NOUVELLES DE",
        "ADVERTISEMENT",
        "À LIRE AUSSI",
    ):
        assert words in pages
    kinds = {piece.kind for gold in golds for piece in gold.chrome}
    assert kinds == {
        "archive_banner",
        "closure_notice",
        "close_widget",
        "faq_footer",
        "ad_label",
        "promo",
        "correction_link",
        "contributor_disclaimer",
        "related",
        "slideshow_placeholder",
    }


def test_english_captions_stand_ahead_of_a_french_body(golds: dict[str, Gold]) -> None:
    found = 0
    for gold in golds.values():
        captions = [image.caption or "" for image in gold.images]
        if any(" on " in c or " the " in c or " a " in c for c in captions):
            found += 1
            assert gold.language == "fr"
            assert not any(caption in gold.text for caption in captions if caption)
    assert found > 8


def test_articles_differ(sample: Site, golds: dict[str, Gold]) -> None:
    long = [p for gold in golds.values() for p in gold.paragraphs if len(p) > 100]
    assert len(set(long)) / len(long) > 0.995
    assert len({gold.text for gold in golds.values()}) >= sample.size - 1


@pytest.fixture
def record(sample: Site) -> dict[str, object]:
    """A record that says exactly what the gold says."""
    gold = Golds(sample)["qc:n:3190891"]
    row: dict[str, object] = {name: getattr(gold, name) for name in gold.__dataclass_fields__}
    row |= {
        "text": gold.text,
        "images": [{"url": i.url, "caption": i.caption, "credit": i.credit} for i in gold.images],
        "chrome": [{"kind": c.kind, "text": c.text} for c in gold.chrome],
    }
    return row


def test_the_judge_passes_what_is_right(sample: Site, record: dict[str, object]) -> None:
    gold = Golds(sample)["qc:n:3190891"]
    assert misses(gold, record) == []
    spaced = {**record, "text": str(record["text"]).replace(" ", "\u00a0")}
    assert misses(gold, spaced) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "Autre"),
        ("dek", None),
        ("authors", ["AFP"]),
        ("language", "en"),
        ("date_published", "2013-05-01"),
        ("date_modified", "pas une date"),
        ("text", "Close"),
        ("images", [{"url": "https://x/", "caption": None, "credit": None}]),
        ("links", ["https://x/"]),
        ("chrome", []),
        ("aliases", ["https://quebec.huffingtonpost.ca/a_n_1.html"]),
        ("kind", "blog"),
    ],
)
def test_the_judge_catches_what_is_wrong(
    sample: Site, record: dict[str, object], field: str, value: object
) -> None:
    found = misses(Golds(sample)["qc:n:3190891"], {**record, field: value})
    assert [miss.field for miss in found] == [field]


def test_the_judge_catches_leaks(sample: Site, record: dict[str, object]) -> None:
    gold = Golds(sample)["qc:n:3190891"]
    leaked = [*gold.paragraphs, gold.chrome[-1].text]
    row = {**record, "paragraphs": leaked, "text": "\n\n".join(leaked)}
    assert [miss.field for miss in misses(gold, row)] == ["text", "paragraphs", "leaks"]
