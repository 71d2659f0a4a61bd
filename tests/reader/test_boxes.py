"""What stands around words, anchors and boxes of any name, takes no more from the text than itself."""

from collections.abc import Callable

import pytest

from huffarchive.reading import Reading, Text

from .test_unclosed import LAYOUTS, TITLE, P

READ = Callable[..., Reading]
KNOWN = list(LAYOUTS)[:-1]


def read(read_page: READ, layout: str, text: str, behind: str = "") -> Text:
    """A page of a layout; `text` is the whole of its container."""
    root = "<html amp>" if layout == "amp" else "<html lang=fr>"
    body = LAYOUTS[layout][0].format(title=TITLE, text=text)
    page = f"<!DOCTYPE html>{root}<title>{TITLE}</title><body>{body}{behind}</body></html>"
    reading = read_page(page).text
    assert reading is not None
    assert reading.layout == layout
    return reading


def around(layout: str, at: int, box: str) -> str:
    """The paragraphs; `box` takes the words of one of them."""
    one = LAYOUTS[layout][1]
    return "".join(one.format(box.format(p) if i == at else p) for i, p in enumerate(P))


TARGETS = (
    *('<a name="suite">{}</a>', '<a id="suite">{}</a>', '<a href="#n1">{}</a>', "<a>{}</a>"),
    *('<a href="">{}</a>', '<a class="zz" href="#">{}</a>', '<a href="javascript:void(0)">{}</a>'),
    '<a name="suite">{}',
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("anchor", TARGETS)
def test_an_anchor_that_leads_nowhere_is_no_link(read_page: READ, layout: str, anchor: str) -> None:
    for at in (0, 2, 4):
        text = read(read_page, layout, around(layout, at, anchor))
        assert (text.paragraphs, text.links) == (P, ())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_heading_that_is_a_target_is_a_heading(read_page: READ, layout: str) -> None:
    said = [LAYOUTS[layout][1].format(p) for p in P]
    said.insert(2, said[0].replace(P[0], "Les rues à refaire").replace("<p>", "<h2>"))
    said[2] = said[2].replace("</p>", "</h2>").replace("Les", '<a name="r">Les')
    said[2] = said[2].replace("</h2>", "</a></h2>")
    assert read(read_page, layout, "".join(said)).paragraphs == (
        *P[:2],
        "Les rues à refaire",
        *P[2:],
    )


@pytest.mark.parametrize("layout", KNOWN)
def test_a_sentence_that_is_a_link_is_told_from_a_fifth_of_the_text_on(
    read_page: READ, layout: str
) -> None:
    text = read(read_page, layout, around(layout, 2, '<a href="https://exemple.ca/a">{}</a>'))
    assert text.paragraphs == (*P[:2], *P[3:])
    assert "text_left_out" in text.warnings


def unknown(read_page: READ, body: str) -> Text:
    reading = read_page(f"<!DOCTYPE html><title>{TITLE}</title><body>{body}</body>").text
    assert reading is not None
    return reading


SAID = "".join(f"<p>{p}</p>" for p in P)
OTHERS = "".join(
    f"<p>Lecteur {n} : la rue {name} attend depuis {n + 12} ans, et personne à la mairie ne veut "
    "répondre à nos lettres ni même venir voir les trous devant nos portes.</p>"
    for n, name in enumerate(("Coursol", "Labonté", "Guillaume", "Joliette", "Grant", "Victoria"))
)
H1 = f"<h1>{TITLE}</h1>"
BESIDE = (
    *('<div class="comments">{}</div>', '<div id="commentaires"><h2>Commentaires</h2>{}</div>'),
    *("<aside>{}</aside>", "<footer>{}</footer>", '<div class="sidebar"><div>{}</div></div>'),
    *('<div style="display:none">{}</div>', "<noscript>{}</noscript>", "<div hidden>{}</div>"),
)
FRAMES = (
    "<article>{h1}{text}</article>{beside}",
    "{beside}<article>{h1}{text}</article>",
    "<header>{h1}</header><main><article>{text}</article>{beside}</main>",
    '{h1}<div class="c">{text}</div>{beside}',
)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("beside", BESIDE)
def test_what_stands_beside_an_article_is_not_its_text_for_its_length(
    read_page: READ, beside: str, frame: str, times: int
) -> None:
    longer = beside.format(OTHERS * times)
    text = unknown(read_page, frame.format(h1=H1, text=SAID, beside=longer))
    assert text.paragraphs == P


HOLDING = (
    *("aside", "footer", "fieldset", "figure", "label", "dialog open", "button", "nav", "menu"),
    *('div class="sidebar"', 'div class="related"', 'div class="tags"', 'div class="comments"'),
    *('section class="share"', 'div class="widget"'),
)


@pytest.mark.parametrize("box", HOLDING)
def test_a_box_with_more_than_half_of_an_article_leaves_the_rest(read_page: READ, box: str) -> None:
    said = [f"<p>{p}</p>" for p in P]
    begin, end = f"<{box}>", f"</{box.split()[0]}>"
    for text in (
        [*said[:2], begin, *said[2:], end],
        [begin, *said[:3], end, *said[3:]],
        [said[0], begin, "<div>", *said[1:4], "</div>", end, said[4]],
    ):
        body = f"<article>{H1}{''.join(text)}</article>"
        assert unknown(read_page, body).paragraphs == P


@pytest.mark.parametrize("box", HOLDING)
def test_a_paragraph_in_a_box_within_an_unknown_text_is_in_it_or_in_chrome(
    read_page: READ, box: str
) -> None:
    boxed = f"<{box}><p>{P[2]}</p></{box.split()[0]}>"
    said = [*(f"<p>{p}</p>" for p in P[:2]), boxed, *(f"<p>{p}</p>" for p in P[3:])]
    text = unknown(read_page, f"<article>{H1}{''.join(said)}</article>")
    if text.paragraphs != P:
        assert text.paragraphs == (*P[:2], *P[3:])
        assert "text_left_out" in text.warnings
        assert [piece.text for piece in text.chrome] == [P[2]]


LINK = '<a href="https://autre.exemple/x">'
SPOKEN = (
    *(f"<p>{LINK}{{}}</a></p>", f"{LINK}<p>{{}}</p></a>", f"{LINK}<div><p>{{}}</p></div></a>"),
    *(f"<ul><li>{LINK}{{}}</a></li></ul>", f"<p><b>{LINK}{{}}</a></b></p>", f"{LINK}{{}}</a>"),
    *(f"<{tag}>{{}}</{tag}>" for tag in ("button", "label", "center", "font", "section", "div")),
    *(f"<{tag}>{{}}</{tag}>" for tag in ("fieldset", "menu", "output", "x-para", "blockquote")),
    *(f"<{tag}>{{}}</{tag}>" for tag in ("pre", "address", "small", "h3", "li", "dd", "i")),
    *("<table><tr><td>{}</td></tr></table>", "<dl><dt>Ville</dt><dd>{}</dd></dl>", "{}<br><br>"),
    *("<details><summary>{}</summary></details>", '<div class="zz">{}</div>', "<p><q>{}</q></p>"),
)
TOLD = ("aside", "form", "figcaption", "time", "select")
HOLDERS = ("<article>{}{}</article>", '<div id="c">{}<div class="t">{}</div></div>')


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_sentence_among_the_paragraphs_is_text_in_any_element(
    read_page: READ, spoken: str
) -> None:
    for holder in HOLDERS:
        for at in (0, 2, 4):
            said = (spoken.format(p) if i == at else f"<p>{p}</p>" for i, p in enumerate(P))
            text = unknown(read_page, holder.format(H1, "".join(said)))
            assert tuple(p for p in text.paragraphs if p != "Ville") == P


@pytest.mark.parametrize("box", TOLD)
def test_one_in_an_element_of_another_purpose_is_told(read_page: READ, box: str) -> None:
    boxed = f"<{box}>{{}}</{box}>".replace("<figcaption>", "<figure><figcaption>")
    for holder in HOLDERS:
        for at in (0, 2, 4):
            said = (boxed.format(p) if i == at else f"<p>{p}</p>" for i, p in enumerate(P))
            text = unknown(read_page, holder.format(H1, "".join(said)))
            assert P[at] in text.paragraphs or "text_left_out" in text.warnings


def test_a_teaser_in_a_link_is_no_sentence_of_the_text(read_page: READ) -> None:
    for teaser in (P[4].removesuffix(".") + "…", P[4].removesuffix(".")):
        said = "".join(
            (*(f"<p>{p}</p>" for p in P[:3]), f"<p>{LINK}{teaser}</a></p>", f"<p>{P[3]}")
        )
        assert unknown(read_page, f"<article>{H1}{said}</article>").paragraphs == P[:4]


OFFERS = (
    '<a href="/don" class="bloc-don"><div>{}</div></a>',
    '<div class="membre"><div>{}</div><button>Je donne</button></div>',
    '<div class="avis"><div>{}</div><label><input type="radio">Oui</label></div>',
)


@pytest.mark.parametrize("offer", OFFERS)
def test_a_box_that_asks_for_something_is_no_sentence_of_the_text(
    read_page: READ, offer: str
) -> None:
    asked = "Soutenez un journal de quartier : devenez membre pour cinq dollars par mois, et vous "
    boxed = offer.format(f"{asked} recevrez chaque samedi la lettre des rues fermées.")
    said = [f"<p>{p}</p>" for p in P]
    for at in (2, 5):
        body = HOLDERS[1].format(H1, "".join([*said[:at], boxed, *said[at:]]))
        assert unknown(read_page, body).paragraphs == P


LAID_OVER = (
    '<div id="cookie-banner">{}<button>Accepter</button></div>',
    '<div id="onetrust-consent-sdk"><div class="ot-sdk-row">{}</div></div>',
    '<section class="gdpr-wall" role="dialog"><h2>Vos choix</h2>{}</section>',
    '<div class="zz" aria-modal="true"><h2>Bienvenue</h2>{}</div>',
    "<dialog open>{}</dialog>",
)
ASKED = "".join(
    f"<p>Nous et nos {n} partenaires utilisons des témoins pour mesurer la fréquentation, choisir "
    "les contenus et les publicités, et améliorer nos services au fil du temps, à votre gré.</p>"
    for n in range(120, 128)
)


@pytest.mark.parametrize("box", LAID_OVER)
@pytest.mark.parametrize("frame", FRAMES)
def test_what_is_laid_over_a_page_is_not_its_text_for_its_length(
    read_page: READ, box: str, frame: str
) -> None:
    asked = box.format(ASKED)
    page = frame.format(h1=H1, text=SAID, beside="" if "<main>" in frame else asked)
    text = unknown(read_page, page + asked)
    assert text.paragraphs == P


def test_a_recipe_for_cookies_is_text(read_page: READ) -> None:
    said = "".join(f"<p>{p.replace('rue', 'cookie')}</p>" for p in P)
    for names in ('class="post tag-cookies"', 'id="cookies"', 'class="cookie-recipe"'):
        text = unknown(read_page, f"<div {names}>{H1}{said}</div><p>Le Journal, 2020</p>")
        assert len(text.paragraphs) == len(P)
        text = unknown(read_page, f"{H1}<div {names}>{said}</div><p>Le Journal, 2020</p>")
        assert len(text.paragraphs) == len(P)


@pytest.mark.parametrize("heading", ["Plus de nouvelles", "À lire aussi", "Related stories"])
@pytest.mark.parametrize("item", ["<div><h3><a href=/x>{0}</a></h3><p>{1}</p></div>", "<p>{1}</p>"])
def test_a_box_of_other_pieces_is_not_the_text_for_its_length(
    read_page: READ, heading: str, item: str
) -> None:
    others = "".join(
        item.format(name, f"{name} : les élus l'ont annoncé hier, après des mois de travaux et de "
        "réunions publiques dans tous les quartiers de la ville et de sa banlieue.")
        for name in ("Le stade", "La piscine", "Le zoo", "Le port", "Le parc", "Le musée", "Le pont")
    )  # fmt: skip
    box = f'<section class="more"><h2>{heading}</h2>{others}</section>'
    assert unknown(read_page, f"<article>{H1}{SAID}{box}</article>").paragraphs == P


SHADOWS = (
    '<x-a><template shadowrootmode="open"><article>{}{}</article></template></x-a>',
    "<x-a><template shadowrootmode=closed><style>p{{}}</style>{}<div>{}</div></template></x-a>",
    '{}<x-a><template shadowrootmode="open" shadowrootclonable><div>{}</div></template></x-a>',
    '<x-a><template shadowroot="open">{}<slot></slot></template>{}</x-a>',
)


@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_declared_shadow_root_is_visible(read_page: READ, shadow: str) -> None:
    text = unknown(read_page, shadow.format(H1, SAID))
    assert (text.headline, text.paragraphs) == (TITLE, P)


def test_a_template_is_not(read_page: READ) -> None:
    body = f"<article>{H1}{SAID}</article><template><p>{P[0]} {P[1]}</p></template>"
    assert unknown(read_page, body).paragraphs == P


OPENED = (
    *("<svg>", '<svg class="i"><path d="M0 0">', '<svg><g><path d="M0"/><g>', "<math><mi>"),
    *('<map name="m"><area href="/a">', "<map>", '<object type="x"><param name="a">'),
    '<object data="/x.swf"><param name="movie" value="/x.swf"><embed src="/x.swf">',
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("opened", OPENED)
def test_a_drawing_or_an_object_left_open_takes_no_paragraph(
    read_page: READ, layout: str, opened: str
) -> None:
    said = [LAYOUTS[layout][1].format(p) for p in P]
    for at in (0, 1, 3):
        text = read(read_page, layout, "".join([*said[:at], opened, *said[at:]]))
        assert text.paragraphs == P


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_drawing_or_an_object_says_itself_is_no_text(read_page: READ, layout: str) -> None:
    said = [LAYOUTS[layout][1].format(p) for p in P]
    closed = (
        "<svg><title>Logo</title><text>Carte des rues</text><foreignObject><div><p>Une rue qui "
        "attend ses travaux depuis fort longtemps.</p></div></foreignObject></svg>",
        '<object data="/plan.pdf"><p>Votre navigateur ne montre pas ce document : prenez-le.</p>'
        "</object>",
        '<map name="m"><area href="/a" alt="Rue"></map>',
    )
    for box in closed:
        text = read(read_page, layout, "".join([*said[:2], box, *said[2:]]))
        assert text.paragraphs == P


@pytest.mark.parametrize(
    ("layout", "box"),
    [
        ("2017", 'details class="video-wrap"'),
        ("archive", 'div class="cli-embed"'),
        ("2012", 'div class="slideshow"'),
        ("amp", 'div class="credit"'),
        *((layout, 'div class="caption"') for layout in KNOWN),
    ],
)
def test_a_fifth_of_the_text_in_a_box_of_a_known_name_is_told(
    read_page: READ, layout: str, box: str
) -> None:
    said = [LAYOUTS[layout][1].format(p) for p in P[:3]]
    boxed = f"<{box}><p>{P[3]}</p></{box.split()[0]}>"
    text = read(read_page, layout, "".join([*said, boxed]))
    assert text.paragraphs == P[:3]
    assert "text_left_out" in text.warnings
    assert P[3] in [piece.text for piece in text.chrome]


@pytest.mark.parametrize("layout", KNOWN)
def test_a_caption_with_its_picture_and_a_post_are_no_doubt(read_page: READ, layout: str) -> None:
    said = [LAYOUTS[layout][1].format(p) for p in P[:3]]
    picture = "<amp-img" if layout == "amp" else "<img"
    boxes = (
        f'<figure>{picture} src="https://img.exemple.ca/rue.jpg" width="600" height="400">'
        f"<figcaption>{P[3]}</figcaption></figure>"
        f'<blockquote class="twitter-tweet"><p>{P[4]}</p></blockquote>'
    )
    text = read(read_page, layout, "".join([*said, boxes]))
    assert (text.paragraphs, text.warnings) == (P[:3], ("no_date",))
