"""The pages of unknown templates in benchmarks/unknown: text, headline and pictures as their gold."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from huffarchive.reading import Reading

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in (BENCHMARKS / "unknown").glob("*.html"))
UNCREDITED = frozenset(("gatsby_hashed",))
"""Pages whose markup gives no sign of where a caption ends and its credit begins."""


@pytest.fixture(scope="module")
def pages() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import unknown_pages

        yield unknown_pages
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.mark.parametrize("name", NAMES)
def test_page(pages: ModuleType, name: str) -> None:
    sheet = next(sheet for sheet in pages.sheets() if sheet.name == name)
    text = pages.ours(sheet)
    assert text.paragraphs == sheet.paragraphs
    assert text.headline == sheet.title
    if name not in UNCREDITED:
        assert pages.pictures(text) == sheet.images
    assert pages.DOUBTS.isdisjoint(text.warnings)


def test_there_are_enough() -> None:
    assert len(NAMES) >= 60


P = (
    "Le conseil municipal de Longueuil a voté lundi soir un budget de deux cents millions de "
    "dollars pour refaire les rues du centre-ville.",
    "Les travaux commenceront au mois de mai par la rue Saint-Charles et dureront trois étés, selon "
    "le calendrier que la mairesse a présenté aux élus.",
    "Les commerçants craignent de perdre leurs clients pendant les travaux et réclament des "
    "stationnements provisoires derrière l'église et près du métro.",
    "La ville promet de garder un trottoir ouvert de chaque côté de la chaussée et de payer une "
    "navette gratuite entre le marché et l'hôpital.",
    "L'opposition estime que la facture dépassera les prévisions, comme lors de la réfection du "
    "boulevard Roland-Therrien il y a une dizaine d'années.",
)
SAID = [f"<p>{p}</p>" for p in P]
LINK = '<p><a href="/r">Le rapport complet</a></p>'
KEPT = {
    "a list of things": "".join(
        f'<article><h2><a href="/{n}">Objet numéro {n}</a></h2>{said}</article>'
        for n, said in enumerate(SAID)
    ),
    "boxes that end in a link": "".join(f'<div class="block">{said}{LINK}</div>' for said in SAID),
    "one box that ends in a link": "".join(SAID[:3])
    + f'<div class="note">{SAID[3]}{LINK}</div>'
    + SAID[4],
    "a box named bio": f'<div class="artist-bio">{"".join(SAID)}</div>',
    "a paragraph named promo": "".join(SAID).replace("<p>Les c", '<p class="promo">Les c'),
    "a first box of its own": f'<div class="a">{SAID[0]}</div><div>{"".join(SAID[1:])}</div>',
    "folded": f"{SAID[0]}<details><summary>Plus</summary>{SAID[1]}</details>{''.join(SAID[2:])}",
}


@pytest.mark.parametrize("name", KEPT)
def test_the_pages_boxes_cost_no_paragraph(read_page: Callable[..., Reading], name: str) -> None:
    body = f"<main><h1>Longueuil refait ses rues</h1>{KEPT[name]}</main>"
    text = read_page(f"<title>Longueuil refait ses rues</title>{body}").text
    assert text is not None
    assert [p for p in text.paragraphs if p in P] == list(P)


@pytest.mark.parametrize("names", ["end", "share", "newsletter", "related"])
@pytest.mark.parametrize("at", [2, 4])
def test_one_that_is_lost_is_told(read_page: Callable[..., Reading], names: str, at: int) -> None:
    said = [*SAID[:at], f'<div class="{names}">{SAID[4]}</div>', *SAID[at:4]]
    body = f"<main><h1>Longueuil refait ses rues</h1><div>{''.join(said)}</div></main>"
    text = read_page(f"<title>Longueuil refait ses rues</title>{body}").text
    assert text is not None
    assert P[4] in text.paragraphs or "text_left_out" in text.warnings
