"""Short cuts of the reader give what the long way gives, and are taken."""

import unicodedata
from collections.abc import Callable
from time import process_time

import pytest

from huffarchive.reader import metadata, vote
from huffarchive.reader.date_parsing import plain
from huffarchive.reader.line_patterns import DATE_LABEL, is_date, is_dated_label
from huffarchive.reader.metadata import Structured
from huffarchive.reading import Reading

DASHES = "\u2010\u2011\u2012\u2212\ufe63\uff0d"
LABELS = (
    *("Actualisé", "Actualisation", "Dernière mise à jour", "MISE A JOUR", "Mis à jour", "Màj"),
    *("MAJ", "Updated", "Last Update", "Modifié", "Last modified", "Dernière modification"),
    *("Première publication", "Date de publication", "Publié", "First Posted", "Posted", "Posté"),
    *("Postée", "Mise en ligne", "Mis en ligne", "Créé", "Créée", "Created", "PUBLISHED"),
    *("Lu", "Par Jean", "Il a plu", "", "po\u017fted"),
)


def one_by_one(text: str) -> str:
    signs = dict.fromkeys(DASHES, "-") | {"’": "'"}
    composed = (signs.get(c, c) for c in unicodedata.normalize("NFC", text))
    return "".join(" " if c.isspace() else unicodedata.normalize("NFD", c)[0] for c in composed)


def test_plain_is_each_character_without_its_accents() -> None:
    codes = (c for c in range(0x20000) if not 0xD800 <= c < 0xE000)
    for text in (f"a{chr(code)}" for code in codes):
        assert plain(text) == one_by_one(text), text


@pytest.mark.parametrize("rest", [" le 3 mai 2014 à 14h", ": 05/03/2014", " hier", " 12"])
def test_a_dated_label_is_a_date_with_a_label(rest: str) -> None:
    labelled = [label + rest for label in LABELS]
    for line in (said for text in labelled for said in (text, text.upper(), text.lower())):
        long_way = is_date(line) and DATE_LABEL.search(plain(line)) is not None
        assert is_dated_label(line) == long_way, line


def test_json_that_is_sound_is_not_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str) -> str:
        raise AssertionError(text)

    monkeypatch.setattr(metadata, "_mended", never)
    block = '{"@type": "NewsArticle", "headline": "Un &amp; deux"}'
    page = f'<script type="application/ld+json">{block}</script>'
    assert Structured(page).text("headline") == "Un & deux"
    with pytest.raises(AssertionError):
        Structured(page.replace("}</", ",}</"))


SAID = (
    "<p>Le conseil municipal de Longueuil a voté lundi soir un budget de deux cents millions.</p>"
)
ARCHIVE = (
    '<main id="main"><header class="entry__header"><h1 class="headline">T</h1></header><section '
    f'id="entry-body" class="js-entry-content"><div class="cli cli-text">{SAID}</div>'
)
LAUNCH = f'<div class="hentry"><h1 class="title-news">T</h1><div class="entry_body_text">{SAID}'
UNKNOWN = f"<article><h1>T</h1>{SAID}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "unit"),
    [
        (f"{ARCHIVE}<nav>", f'<div class="cli cli-text">{SAID}</div>'),
        (ARCHIVE, '<div class="related"><div class="cli-text">mot'),
        (LAUNCH, f'<div class="share">{SAID}'),
        (LAUNCH, f'<div class="hidden">{SAID}'),
        (f"{LAUNCH}</div></div>", '<div class="hentry"><h2 class="entry-title">x</h2></div>'),
        pytest.param(UNKNOWN, "<table><tr><td>x", marks=pytest.mark.long),  # trafilatura's time
        (UNKNOWN, '<div class="caption">x'),
        (UNKNOWN, '<div style="float:left"><img src="/a.jpg"><br>x'),
        (f'{UNKNOWN}<figure><img src="/a.jpg">', "<div>mot</div>"),
        (f"{UNKNOWN}</article><article>", '<h2><a href="/x">Un titre lié</a></h2>'),
    ],
)
def test_boxes_cost_time_in_proportion(
    begin: str, unit: str, read_page: Callable[..., Reading]
) -> None:
    def cost(n: int) -> float:
        page = f"<title>T</title>{begin}{unit * n}"
        before = process_time()
        read_page(page)
        return process_time() - before

    assert cost(2_000) < 30 * cost(200) + 0.5


def test_nobody_is_asked_where_nothing_hangs_on_the_answer(
    read_page: Callable[..., Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(vote, "_extract", lambda *arguments: asked.append(arguments))
    text = ARCHIVE.replace(SAID, 3 * SAID)
    below = f'{text}</section><div class="zz">Autre chose</div></main>'
    reading = read_page(f"<title>T</title>{below}").text
    assert reading is not None
    assert reading.chrome[-1].text == "Autre chose"
    assert not asked
    read_page(f'<title>T</title>{text}<div class="zz">Autre chose.</div>{SAID}')
    assert asked
