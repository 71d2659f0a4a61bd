"""Pages of templates that nobody here knows: nothing of an article is lost, or a warning says so."""

from collections.abc import Callable
from time import process_time

import pytest

from huffarchive.end_tags import ends_written
from huffarchive.reading import PageType, Reading, Text

READ = Callable[..., Reading]
TITLE = "Longueuil refait ses rues"
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
TEXT = "".join(f"<p>{p}</p>" for p in P[:3])
H1 = f"<h1>{TITLE}</h1>"


def article(read_page: READ, body: str, head: str = "") -> Text:
    reading = read_page(
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{TITLE}</title>{head}'
        f"</head><body>{body}</body></html>"
    )
    assert reading.page_type is PageType.ARTICLE
    assert reading.text is not None
    return reading.text


@pytest.mark.parametrize("comment", ["<!-- -->", "<!---->", "<!--/$-->", "<?php x ?>"])
@pytest.mark.parametrize("at", [0, 30])
def test_a_comment_costs_no_paragraph(read_page: READ, comment: str, at: int) -> None:
    said = [f"{p[:at]}{comment}{p[at:]}" if 0 < i < 4 else p for i, p in enumerate(P)]
    body = "".join(f"<p>{p}</p>" for p in said)
    assert article(read_page, f"<article>{H1}{body}</article>").paragraphs == P


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://www.exemple.ca/news/longueuil-rues">',
        '<link rel="canonical" href="https://exemple.ca/section/ville/rues">',
        '<meta property="og:type" content="blog">',
        '<meta property="og:type" content="Blog"><link rel="canonical" href="//exemple.ca/a/b">',
        '<meta property="og:type" content="website">'
        '<meta property="og:url" content="https://www.exemple.ca">',
        '<meta property="og:url" content="https://www.exemple.ca/fr/">',
    ],
)
def test_an_address_of_another_site_makes_no_listing(read_page: READ, head: str) -> None:
    assert article(read_page, f"<article>{H1}{TEXT}</article>", head).paragraphs == P[:3]


@pytest.mark.parametrize(
    "own", ["www.huffpost.com/archive/qc/topic/x", "quebec.huffingtonpost.ca/news/x/"]
)
def test_an_address_of_the_edition_does(read_page: READ, own: str) -> None:
    page = f'<link rel="canonical" href="https://{own}"><article>{H1}{TEXT}</article>'
    assert read_page(page).page_type is PageType.LISTING


def test_microformats_alone_are_not_the_launch_layout(read_page: READ) -> None:
    body = f'<div class="hentry"><h1 class="entry-title">{TITLE}</h1>{TEXT}</div>'
    text = article(read_page, body)
    assert (text.layout, text.paragraphs) == ("generic", P[:3])


def test_of_several_entries_the_launch_layout_takes_the_one_with_a_body(read_page: READ) -> None:
    body = (
        f'<div class="hentry"><h2 class="entry-title">Le stade fermera</h2><p>{P[4]}</p></div>'
        f'<div class="hentry"><h1 class="title-news">{TITLE}</h1>'
        f'<div class="entry_body_text">{TEXT}</div></div>'
    )
    text = article(read_page, body)
    assert (text.layout, text.headline, text.paragraphs) == ("2012", TITLE, P[:3])


OPEN = [
    '<nav><div class="menu"><ul><li><a href="/a">Accueil</a></li></ul></nav>',
    "<nav><div><div><section><a href='/a'>Accueil</a></nav>",
    '<header class="site"><div class="bar"><a href="/">Le Journal</a></header>',
    '<header><nav><button><div></button><a href="/a">Accueil</a></nav></header>',
    '<aside class="related"><div><a href="/">Autre sujet</a></aside>',
    '<button><div title="</button>">Menu</button>',
    "<ul><li><div>Sports<li><div>Arts</ul>",
    "<details><summary>Menu</summary><div><a href='/a'>Accueil</a></details>",
    "<nav><script>x = '</nav>'</script><!-- </nav> --><div><a href='/a'>Accueil</a></NAV >",
    "<nav><table><tr><td><div>a</nav><td>b</table><div></nav>",
]


@pytest.mark.parametrize("left_open", OPEN)
def test_an_open_div_ends_with_what_holds_it(read_page: READ, left_open: str) -> None:
    text = article(read_page, f"{left_open}<article>{H1}{TEXT}</article>")
    assert (text.headline, text.paragraphs, text.dek) == (TITLE, P[:3], None)


@pytest.mark.parametrize("left_open", OPEN)
def test_it_does_in_the_archives_template(read_page: READ, left_open: str) -> None:
    cli = [f'<div class="cli cli-text"><p>{p}</p></div>' for p in P[:3]]
    text = article(
        read_page,
        '<main id="main"><header class="entry__header"><h1 class="headline">'
        f'{TITLE}</h1></header><section id="entry-body" class="entry__content-list '
        f'js-entry-content">{cli[0]}{left_open}{cli[1]}{cli[2]}</section></main>',
    )
    assert text.layout == "archive"
    assert tuple(p for p in text.paragraphs if len(p) > 20) == P[:3]


@pytest.mark.parametrize(
    "unit", ["<nav><div>", "<nav><div></nav>", "</nav>", "<li><div>", "<td></nav>"]
)
def test_writing_ends_takes_time_in_proportion(unit: str) -> None:
    def cost(n: int) -> float:
        begin = process_time()
        ends_written("<nav>" + unit * n + "</nav>" * n)
        return process_time() - begin

    assert cost(20_000) < 40 * cost(2_000) + 0.2


def test_what_is_well_formed_is_left_alone() -> None:
    page = "<nav><div><ul><li><div>a</div></li><li>b</ul></div></nav><table><tr><td><div>c</table>"
    assert ends_written(page) is page
