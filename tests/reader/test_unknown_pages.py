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


CONCERT = (
    "<p>L'orchestre de la ville jouera samedi soir la cinquième symphonie au théâtre municipal, "
    "sous la direction d'une cheffe invitée de Vienne.</p><p>Les billets sont en vente à l'entrée "
    "dès midi et les enfants de moins de douze ans entrent gratuitement avec leurs parents.</p>"
)
ALL = "".join(f"<p>{p}</p>" for p in P)
OTHER_NAMES = "typography newsletter-post post"
WHOLE = {
    "streamed whole": (
        '<main><template id="B:0"></template></main><div hidden id="S:0"><article>'
        f'{H1}{TEXT}</article></div><script>$RC("B:0","S:0")</script>'
    ),
    "streamed part": (
        f'<article>{H1}<p>{P[0]}</p><template id="P:1"></template></article>'
        f'<div hidden id="S:1"><p>{P[1]}</p><p>{P[2]}</p></div>'
    ),
    "streamed, prefixed, before the end": (
        f'<article>{H1}<p>{P[0]}</p><template id=":r1:P:a"></template><p>{P[2]}</p></article>'
        f'<div hidden id=":r1:S:a"><p>{P[1]}</p></div>'
    ),
    "share": f'<article><div class="share-container">{H1}{TEXT}</div></article>',
    "share in an entry": (
        f'<article class="hentry"><h1 class="entry-title">{TITLE}</h1>'
        f'<div class="share-container">{TEXT}</div></article>'
    ),
    "header": f"<header>{H1}{TEXT}</header>",
    "figure": f"<figure>{H1}{TEXT}</figure>",
    "nav": f"<nav>{H1}{TEXT}</nav>",
    "hidden by class": f'<div class="hidden js-show">{H1}{TEXT}</div>',
    "comments": f'<div id="comments">{H1}{TEXT}</div>',
    **{
        f"article.{name}": f'<article class="{name}">{H1}{TEXT}</article><p>Le Journal, 2020</p>'
        for name in (
            OTHER_NAMES,
            "two-column right-rail",
            "ad-free",
            "social-issues",
            "off",
            "rail",
        )
    },
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_holds_the_page_is_no_chrome(read_page: READ, name: str) -> None:
    text = article(read_page, WHOLE[name])
    assert (text.headline, text.paragraphs, text.dek) == (TITLE, P[:3], None)


@pytest.mark.parametrize(
    "box", ["article", 'div class="entry-content"', 'div class="post-content"']
)
def test_a_card_is_not_the_article(read_page: READ, box: str) -> None:
    end = box.split()[0]
    body = f'<div id="c">{H1}{ALL}</div><div class="cards"><{box}>{CONCERT}</{end}></div>'
    assert article(read_page, body).paragraphs == P


@pytest.mark.parametrize("box", ["article", 'div class="article-content"'])
def test_the_first_of_several_boxes_is_not_all(read_page: READ, box: str) -> None:
    end = box.split()[0]
    two = f"<{box}><p>{P[1]}</p><p>{P[2]}</p></{end}><{box}><p>{P[3]}</p><p>{P[4]}</p></{end}>"
    assert article(read_page, f'<div id="c">{H1}<p>{P[0]}</p>{two}</div>').paragraphs == P


FIGURES = {
    '<figure class="wp-block-table"><table><tr><td>Rue</td><td>Longueur en mètres</td></tr><tr>'
    "<td>Rue Saint-Charles</td><td>Mille deux cents</td></tr></table></figure>": (
        "Rue | Longueur en mètres",
        "Rue Saint-Charles | Mille deux cents",
    ),
    '<figure class="wp-block-pullquote"><blockquote><p>Nous ne pouvons plus attendre, a dit la '
    "mairesse devant une salle comble.</p></blockquote></figure>": (
        "Nous ne pouvons plus attendre, a dit la mairesse devant une salle comble.",
    ),
    "<figure><pre>total = 200 millions de dollars</pre></figure>": (
        "total = 200 millions de dollars",
    ),
    f'<figure class="encadre"><h3>Ce que dit la ville</h3><p>{P[3]}</p></figure>': (
        "Ce que dit la ville",
        P[3],
    ),
}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("archive", [False, True])
def test_a_figure_without_a_picture_is_text(read_page: READ, figure: str, archive: bool) -> None:
    if archive:
        body = (
            '<main id="main"><header class="entry__header"><h1 class="headline">'
            f'{TITLE}</h1></header><section id="entry-body" class="js-entry-content"><div class='
            f'"cli cli-text"><p>{P[0]}</p>{figure}<p>{P[1]}</p></div></section></main>'
        )
    else:
        body = f"<article>{H1}<p>{P[0]}</p>{figure}<p>{P[1]}</p><p>{P[2]}</p></article>"
    wanted = (P[0], *FIGURES[figure], P[1])
    text = article(read_page, body)
    assert text.layout == ("archive" if archive else "generic")
    assert text.paragraphs == (wanted if archive else (*wanted, P[2]))


@pytest.mark.parametrize(
    "media", ['<img src="/a.jpg">', "<video></video>", "<noscript>x</noscript>"]
)
def test_a_figure_with_a_picture_is_a_picture(read_page: READ, media: str) -> None:
    figure = f"<figure>{media}<p>La mairesse lundi à l'hôtel de ville</p></figure>"
    text = article(read_page, f"<article>{H1}<p>{P[0]}</p>{figure}<p>{P[1]}</p></article>")
    assert text.paragraphs == P[:2]


def test_the_first_heading_of_several_of_one_rank_is_the_headline(read_page: READ) -> None:
    reading = read_page(
        "<html><head><title>Le journal du quartier</title></head><body><article><h2>"
        f"{TITLE}</h2><p>{P[0]}</p><h1>Le calendrier</h1><p>{P[1]}</p><h1>Les commerçants</h1>"
        f"<p>{P[2]}</p></article></body></html>"
    )
    assert reading.text is not None
    assert reading.text.headline == TITLE
    assert reading.text.paragraphs == (P[0], "Le calendrier", P[1], "Les commerçants", P[2])


def test_a_paragraph_above_the_headline_is_not_lost(read_page: READ) -> None:
    text = article(read_page, f"<article><p>{P[0]}</p>{H1}<p>{P[1]}</p><p>{P[2]}</p></article>")
    assert text.paragraphs == P[:3]


@pytest.mark.parametrize("words", [22, 60, 330])
def test_a_summary_is_not_the_only_text(read_page: READ, words: int) -> None:
    said = " ".join((" ".join(P) * 4).split()[:words]) + "."
    head = f'<meta name="description" content="{said}">'
    text = article(read_page, f"{H1}<div>{said}</div>", head)
    assert (text.dek, text.paragraphs) == (None, (said,))


@pytest.mark.parametrize(
    ("odd", "right"),
    [("c\x9cur", "cœur"), ("c&#156;ur", "cœur"), ("\x8atefan", "Štefan"), ("dit \x93oui\x94", "dit “oui”"),
     ("dit \xe2\x80\x9cprêts\xe2\x80\x9d", "dit â€œprêtsâ€\x9d".replace("\x9d", "")),
     ("e\u0301lu", "élu"), ("ﬁn", "ﬁn"), ("co\xadmité", "comité")],
)  # fmt: skip
def test_one_letter_costs_no_paragraph(read_page: READ, odd: str, right: str) -> None:
    body = f"<article>{H1}<p>{P[0]}</p><p>Voilà, {odd}. {P[1]}</p><p>{P[2]}</p></article>"
    assert article(read_page, body).paragraphs == (P[0], f"Voilà, {right}. {P[1]}", P[2])


@pytest.mark.parametrize(
    "inline", ['(<span style="display:none">x</span>.FCHI)', "<button>Suivre</button>"]
)
def test_one_inline_word_costs_no_paragraph(read_page: READ, inline: str) -> None:
    said = f"<p>{P[1][:50]} {inline} {P[1][50:]}</p>"
    text = article(read_page, f"<article>{H1}<p>{P[0]}</p>{said}<p>{P[2]}</p></article>")
    assert P[1][60:] in "".join(text.paragraphs)


def test_two_readings_that_differ_by_half_are_said(read_page: READ) -> None:
    body = f'<div id="c">{H1}{ALL}</div><div class="cards"><article>{CONCERT}</article></div>'
    assert "extractors_differ" in article(read_page, body).warnings
    assert "extractors_differ" not in article(read_page, f"<article>{H1}{ALL}</article>").warnings


@pytest.mark.parametrize("name", ["newsletter-post", "share-wrap", "ad-free", "social-issues"])
def test_the_archives_own_text_ends_a_misnamed_wrapper(read_page: READ, name: str) -> None:
    cli = [f'<div class="cli cli-text"><p>{p}</p></div>' for p in P[:3]]
    text = article(
        read_page,
        '<main id="main"><header class="entry__header"><h1 class="headline">'
        f'{TITLE}</h1></header><section id="entry-body" class="js-entry-content">{cli[0]}'
        f'<div class="{name}">{cli[1]}{cli[2]}</div></section></main>',
    )
    assert (text.layout, text.paragraphs) == ("archive", P[:3])
    assert "fallback_extractor" not in text.warnings


CARD = (
    f'<article class="post hentry entry"><h2 class="entry-title title"><a href="/x">Le stade</a>'
    f"</h2><p>{P[4]}</p></article>"
)
UNDER_ITS_TITLE = {
    "generic": f'<div class="texte">{H1}{TEXT}</div>',
    "2012": f'<div class="hentry comments_datetime"><h1 class="entry-title">{TITLE}</h1>{TEXT}</div>',
    "2014": f'<article class="entry"><header><h1 class="title">{TITLE}</h1></header>'
    f'<div id="mainentrycontent">{TEXT}</div><div class="bottom-tags"></div></article>',
    "2017": f'<article class="entry js-entry"><h1 class="headline__title">{TITLE}</h1><div class='
    f'"entry__body js-entry-body"><div class="post-contents">{TEXT}</div></div></article>',
}


@pytest.mark.parametrize("layout", UNDER_ITS_TITLE)
@pytest.mark.parametrize("before", [True, False])
def test_of_several_boxes_the_one_under_the_title_counts(
    read_page: READ, layout: str, before: bool
) -> None:
    pieces = [f'<div class="liste">{CARD}{CARD}</div>', UNDER_ITS_TITLE[layout]]
    text = article(read_page, "".join(pieces if before else pieces[::-1]))
    assert (text.layout, text.headline, text.paragraphs) == (layout, TITLE, P[:3])


RUN = "Mardi : courir quatre fois six minutes avec deux minutes de repos."
AGAIN = {
    "under headings": (("h3", "Semaine 1"), ("p", RUN), ("h3", "Semaine 2"), ("p", RUN)),
    "two under headings": (
        *(("h3", "Semaine 1"), ("p", RUN), ("p", P[3]), ("h3", "Semaine 2"), ("p", RUN)),
        *(("p", P[3]), ("p", P[4])),
    ),
    "a refrain": (("p", RUN), ("p", P[3]), ("p", RUN), ("p", P[4])),
}


@pytest.mark.parametrize("name", AGAIN)
@pytest.mark.parametrize("archive", [False, True])
def test_what_is_said_again_on_purpose_stays(read_page: READ, name: str, archive: bool) -> None:
    said = [("p", P[0]), *AGAIN[name], ("p", P[1]), ("p", P[2])]
    body = "".join(f"<{tag}>{text}</{tag}>" for tag, text in said)
    whole = f"<article>{H1}{body}</article>"
    if archive:
        whole = (
            f'<main id="main"><h1 class="headline">{TITLE}</h1><section id="entry-body" '
            f'class="js-entry-content"><div class="cli cli-text">{body}</div></section></main>'
        )
    assert article(read_page, whole).paragraphs == tuple(text for _, text in said)


@pytest.mark.parametrize("said", [(0, 1, 2, 3, 0, 1, 2, 3), (0, 1, 1, 2, 3)])
def test_what_stands_twice_is_told_once(read_page: READ, said: tuple[int, ...]) -> None:
    body = "".join(f"<p>{P[n]}</p>" for n in said)
    assert article(read_page, f"<article>{H1}{body}</article>").paragraphs == P[:4]


def test_a_cell_that_says_the_same_stays(read_page: READ) -> None:
    rows = "".join(f"<tr><td>{day}</td><td>{RUN}</td></tr>" for day in ("Lundi", "Mardi"))
    text = article(
        read_page, f"<article>{H1}<p>{P[0]}</p><table>{rows}</table><p>{P[1]}</p></article>"
    )
    assert text.paragraphs == (P[0], f"Lundi | {RUN}", f"Mardi | {RUN}", P[1])


@pytest.mark.parametrize("begin", ["", "<html lang=fr>", "<html><meta charset=utf-8>"])
@pytest.mark.parametrize("box", ["main", "article", "section", "app-root", "header", "div"])
def test_a_page_may_leave_out_the_tag_of_its_body(read_page: READ, begin: str, box: str) -> None:
    page = f"{begin}<title>{TITLE}</title><nav><a href=/>Accueil</a></nav><{box}>{H1}{TEXT}</{box}>"
    text = read_page(f"<!doctype html>{page}<script>1</script><footer>Fin</footer>").text
    assert text is not None
    assert (text.headline, text.paragraphs) == (TITLE, P[:3])


def test_boxes_told_by_ids_are_not_alike(read_page: READ) -> None:
    reading = read_page(
        f"<html><head><title>Ville de Longueuil - {TITLE}</title></head><body><div id=alert><p>La "
        f"collecte est reportée au 12 juillet.</p></div><div id=contenu><h2>{TITLE}</h2><div "
        f"class=texte>{ALL}</div></div><div id=pied><p>Ouvert du lundi au jeudi de 8 h 30 à 16 h."
        "</p></div></body></html>"
    )
    assert reading.text is not None
    assert (reading.text.headline, reading.text.paragraphs) == (TITLE, P)
