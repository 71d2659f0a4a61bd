"""An article's pictures: where the markup hides them, whose they are, and which are none of its."""

from collections.abc import Callable

import pytest

from huffarchive.reading import Reading

SAID = (
    "Le canal a rouvert samedi matin devant deux mille patineurs venus de toute la région.",
    "Selon la responsable de la glace, l'épaisseur mesurée dépasse trente centimètres partout.",
    "Les marchands comptent bien profiter de cette saison qui s'annonce plus longue que l'autre.",
)
TITLE = "Les patineurs retrouvent le canal"
HEAD = f'<!DOCTYPE html><meta charset="utf-8"><title>{TITLE}</title>'
PAGES = {
    "2014": f'{HEAD}<body><div id="wrapper" class="wrapper bpage entry quebec"><section '
    'class="main group"><div class="column entry"><article class="entry"><header><h1 '
    f'class="title">{TITLE}</h1></header><div class="content" id="mainentrycontent">%s</div>'
    "</article></div></section></div>",
    "generic": f"{HEAD}<body><article><h1>{TITLE}</h1>%s</article>",
}
PICTURE = '<img src="/a/q.jpg">'
CAPTION = "<figcaption>Le pont au soleil</figcaption>"
FRAMED = ("Le pont au soleil", None)
SIGNED = ("Le four", "Luc Hamel")
SHOWN = {
    f"<figure><noscript>{PICTURE}</noscript>{CAPTION}</figure>": FRAMED,
    f'<figure><picture><source srcset="/a/q.jpg 1x, /a/z.jpg 2x"></picture>{CAPTION}</figure>': (
        FRAMED
    ),
    f'<figure><img src="data:image/gif;base64,AA" data-src="/a/q.jpg"><noscript>{PICTURE}'
    f"</noscript>{CAPTION}</figure>": FRAMED,
    f"<p>{PICTURE}<br><em>Le pont au soleil</em></p>": FRAMED,
    f'<p><a href="/a/Q.jpg">{PICTURE}</a><br><i>Le pont au soleil</i></p>': FRAMED,
}
CREDITED = {
    '<span class="caption">Le four</span><span class="copyright">Luc Hamel</span>': SIGNED,
    'Le four<span itemprop="copyrightHolder">Luc Hamel</span>': SIGNED,
    "Le four <cite>Luc Hamel</cite>": SIGNED,
    "Le four <small>Luc Hamel</small>": SIGNED,
    "Crédit: Getty Images": (None, "Crédit: Getty Images"),
    "Photo : Luc Hamel": (None, "Photo : Luc Hamel"),
    "Luc Hamel via Getty Images": (None, "Luc Hamel via Getty Images"),
    "Gracieuseté de la famille": (None, "Gracieuseté de la famille"),
    "Photo de la rivière": ("Photo de la rivière", None),
    "Le tournage de <cite>Titanic</cite> en mer": ("Le tournage de Titanic en mer", None),
    "<small>Le pont au soleil</small>": FRAMED,
}
SHOWN |= {
    f"<figure>{PICTURE}<figcaption>{words}</figcaption></figure>": about
    for words, about in CREDITED.items()
}
ELSEWHERE = (
    f"<noscript>{PICTURE}</noscript>",
    f"<figure><video src='/v'></video><noscript>{PICTURE}</noscript></figure>",
    f'<a href="https://itunes.apple.com/app/x">{PICTURE}</a>',
    f'<p><a href="https://apps.apple.com/us/app/x/id12">{PICTURE}</a></p>',
    f'<div class="publicite">{PICTURE}</div>',
    f'<div class="pub"><a href="https://exemple.com/z">{PICTURE}</a></div>',
    f'<div id="banner-ad">{PICTURE}</div>',
)


@pytest.fixture(params=PAGES)
def pictures(
    request: pytest.FixtureRequest, read_page: Callable[..., Reading]
) -> Callable[[str], list[tuple[str, str | None, str | None]]]:
    def read(frame: str) -> list[tuple[str, str | None, str | None]]:
        first, *rest = (f"<p>{said}</p>" for said in SAID)
        text = read_page(PAGES[request.param] % f"{first}{frame}{''.join(rest)}").text
        assert text is not None
        assert text.layout == request.param
        assert text.paragraphs == SAID
        return [
            (image.url.rpartition("/")[2], image.caption, image.credit) for image in text.images
        ]

    return read


@pytest.mark.parametrize("frame", SHOWN)
def test_a_picture_and_what_is_said_of_it(frame: str, pictures: Callable[[str], object]) -> None:
    assert pictures(frame) == [("q.jpg", *SHOWN[frame])]


@pytest.mark.parametrize("frame", ELSEWHERE)
def test_a_picture_that_is_none_of_the_article_s(
    frame: str, pictures: Callable[[str], object]
) -> None:
    assert pictures(frame) == []


def test_words_around_a_slanted_word_are_no_caption(read_page: Callable[..., Reading]) -> None:
    words = f"<p>{PICTURE}<br>{SAID[0]} <em>Voilà.</em></p>"
    text = read_page(PAGES["2014"] % words).text
    assert text is not None
    assert text.paragraphs == (f"{SAID[0]} Voilà.",)
