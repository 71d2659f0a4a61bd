"""Chrome left open in mid-text: what a reader of the page sees is read, or a warning says so.

A table of every layout, each kind of chrome, what it holds and which end tags are missing.
"""

from collections.abc import Callable, Iterator
from itertools import islice, product

import pytest

from huffarchive.reading import Reading

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
_PLAIN = "<p>{}</p>"
LAYOUTS = {
    "archive": (
        '<main id="main"><header class="entry__header"><h1 class="headline">{title}</h1></header>'
        '<section id="entry-body" class="entry__content-list js-entry-content">{text}</section>'
        "</main>",
        '<div class="cli cli-text"><p>{}</p></div>',
    ),
    "amp": (
        '<main id="main"><header class="entry__header"><h1 class="headline">{title}</h1></header>'
        '<section class="entry__content-list">{text}</section></main>',
        '<div class="cli cli-text"><p>{}</p></div>',
    ),
    "2017": (
        '<article class="entry js-entry"><header class="entry__header"><h1 class="headline__title">'
        '{title}</h1></header><div class="entry__body js-entry-body"><div class="post-contents '
        'yr-entry-text">{text}</div></div></article>',
        '<div class="content-list-component text"><p>{}</p></div>',
    ),
    "2014": (
        '<article class="entry"><header><h1 class="title">{title}</h1></header>'
        '<div id="mainentrycontent">{text}</div><div class="bottom-tags"></div></article>',
        _PLAIN,
    ),
    "2012": (
        '<div class="hentry"><h1 class="title-news">{title}</h1><div class="entry_body_text">{text}'
        "</div></div>",
        _PLAIN,
    ),
    "generic": ("<article><h1>{title}</h1>{text}</article>", _PLAIN),
}
OUTER = (
    *("nav", "aside", "header", "footer", "form", "details", "section", "figure", "ul", "menu"),
    *("aside.related", "div.related-links", "div.share-buttons", "section.newsletter", "div.tags"),
    *("div.hidden", "div.right-rail", "div.ad-slot", "div.social", "div.comments", "nav.off"),
    *("div.author-card", "figure.image", "blockquote.twitter-tweet", "ul.breadcrumb", "button"),
)
INNER = ("div", "section", "ul", "li", "span", "a", "p", "h3", "div.bar", "button", "b", "table")
SAID = frozenset(
    ("extractors_differ", "fallback_extractor", "no_text", "short_text", "text_left_out")
)
LEFT_OPEN = ("outer", "inner", "both")


def _begin(name: str) -> str:
    tag, _, classes = name.partition(".")
    return f'<{tag} class="{classes}">' if classes else f"<{tag}>"


def _end(name: str) -> str:
    return f"</{name.partition('.')[0]}>"


def pages(layout: str) -> Iterator[tuple[str, str]]:
    """The name and the markup of each page of a layout."""
    frame, one = LAYOUTS[layout]
    root = "<html amp>" if layout == "amp" else "<html lang=fr>"
    for outer, inner, left, at in product(OUTER, INNER, LEFT_OPEN, (1, 4)):
        box = _begin(outer) + _begin(inner) + '<a href="/a">Accueil</a>'
        box += _end(inner) * (left == "outer") + _end(outer) * (left == "inner")
        said = [one.format(p) for p in P]
        text = "".join([*said[:at], box, *said[at:]])
        yield (
            f"{outer} {inner} {left} {at}",
            f"<!DOCTYPE html>{root}<head><title>{TITLE}</title></head><body>"
            f"{frame.format(title=TITLE, text=text)}</body></html>",
        )


def _silent(layout: str, every: int, read_page: READ) -> list[str]:
    silent = []
    for name, page in islice(pages(layout), 0, None, every):
        text = read_page(page).text
        assert text is not None
        assert text.layout == layout
        lost = [
            n for n, p in enumerate(P, 1) if p not in "\n".join((text.dek or "", *text.paragraphs))
        ]
        said = SAID.intersection(text.warnings)
        if lost and (not said or "cli" in LAYOUTS[layout][1]):
            silent.append(f"{name}: {lost}")
    return silent


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_seen_is_dropped_without_a_word(read_page: READ, layout: str) -> None:
    assert _silent(layout, 23, read_page) == []


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_whole_table(read_page: READ, layout: str) -> None:
    assert _silent(layout, 1, read_page) == []


ENDS = ("</body>", "</html>", "</body></html>")
STRAY = (
    *ENDS,
    *("</div>", "</div></div>", "</div></div></div>", "</section>", "</article>", "</main>"),
    *('<iframe src="/v"></iframe></div>', "</p></div>"),
)


@pytest.mark.parametrize(
    ("layout", "stray"), [*product(LAYOUTS, STRAY), *product(["generic"], ("</p>", "</table>"))]
)
def test_an_end_tag_too_many_costs_no_paragraph(read_page: READ, layout: str, stray: str) -> None:
    """Browsers go on with the text; also behind a second one, and where most of it follows."""
    frame, one = LAYOUTS[layout]
    said = [one.format(p) for p in P]
    below = (
        '<div class="comments"><p>Bravo à la ville pour cette belle idée que nous attendions.</p>'
        "</div><footer><p>Tous les droits de ce journal sont réservés, partout et à jamais.</p>"
    )
    root = "<html amp>" if layout == "amp" else "<html lang=fr>"
    for texts in (
        [said[0], stray, *said[1:]],
        [*said[:4], stray, said[4]],
        [*said[:2], stray, *said[2:4], "</div>", said[4]],
    ):
        body = frame.format(title=TITLE, text="".join(texts))
        text = read_page(
            f"<!DOCTYPE html>{root}<head><title>{TITLE}</title></head><body><div><section><div>"
            f"{body}</div></section></div>{below}</footer></body></html>"
        ).text
        assert text is not None
        assert (text.layout, text.paragraphs) == (layout, P)


def test_a_container_of_bare_lines_ends_early(read_page: READ) -> None:
    for line in ("<br><br>", "\n\n"):
        body = f"{line.join(P[:2])}</div>{line.join(P[2:])}"
        page = LAYOUTS["2012"][0].format(title=TITLE, text=body)
        text = read_page(f"<title>{TITLE}</title><body><div>{page}</div>").text
        assert text is not None
        assert text.paragraphs == P


def test_what_follows_a_container_that_ends_in_its_place_stays_outside(read_page: READ) -> None:
    """A `</div>` too many further down moves nothing of what stands between into the text."""
    body = LAYOUTS["2014"][0].format(title=TITLE, text="".join(f"<p>{p}</p>" for p in P[:4]))
    text = read_page(f"<title>{TITLE}</title><body><div>{body}<p>{P[4]}</p></div></div>").text
    assert text is not None
    assert text.paragraphs == P[:4]


def test_what_a_box_usually_says_is_no_doubt(read_page: READ) -> None:
    frame, one = LAYOUTS["archive"]
    post = (
        '<blockquote class="twitter-tweet"><p>La rue rouvre lundi matin, merci de votre patience '
        'pendant ces longs travaux.</p>— La ville <a href="/x">5 mai</a></blockquote>'
    )
    said = [one.format(p) for p in P]
    body = frame.format(title=TITLE, text="".join([said[0], post, post, *said[1:]]))
    text = read_page(f"<title>{TITLE}</title>{body}").text
    assert text is not None
    assert (text.paragraphs, text.warnings) == (P, ("no_date",))


def test_what_is_invisible_stays_so(read_page: READ) -> None:
    frame, one = LAYOUTS["archive"]
    said = [one.format(p) for p in P]
    for unseen in ('<div style="display:none">{}</div>', "<div hidden>{}</div>"):
        body = frame.format(title=TITLE, text="".join([*said[:4], unseen.format(said[4])]))
        text = read_page(f"<title>{TITLE}</title>{body}").text
        assert text is not None
        assert (text.paragraphs, text.chrome) == (P[:4], ())
