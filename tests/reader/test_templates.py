"""Who wrote and when, as the commonest templates of other sites say it."""

from collections.abc import Callable

import pytest

from huffarchive.reading import Reading
from tests.reader.test_pictures import HEAD, SAID, TITLE

LUC = ("Luc Hamel",)
BOTH = ("Luc Hamel", "Ève Roy")
DAY = "2021-03-05"
MOMENT = "2021-03-05T09:30:00-05:00"
LINES = {
    '<span class="posted-on">5 mars 2021</span> <span class="byline">par <span class="author '
    'vcard"><a class="url fn n" href="/luc">Luc Hamel</a></span></span>': (LUC, DAY),
    '<span class="posted-on">Publié le <a href="/x"><time class="entry-date published" '
    f'datetime="{MOMENT}">5 mars 2021</time></a></span><span class="byline"> par <span '
    'class="author vcard"><a href="/luc">Luc Hamel</a></span></span>': (LUC, MOMENT),
    'Posted on <span class="date">March 5, 2021</span> by <span class="author">Luc Hamel</span>': (
        LUC,
        DAY,
    ),
    "Publié par Luc Hamel le 5 mars 2021": (LUC, DAY),
    "Publié par Ève Roy le 5 mars 2021 à 9h30": (("Ève Roy",), MOMENT),
    'Posted by <a href="/luc">Luc Hamel</a> on March 5, 2021': (LUC, DAY),
    "Written by Luc Hamel | March 5, 2021": (LUC, DAY),
    "Par Luc Hamel, le 5 mars 2021": (LUC, DAY),
    "Publié le 5 mars 2021 par la rédaction": ((), DAY),
    "Publié par La rédaction le 5 mars 2021": ((), DAY),
    "Mis en ligne le 5 mars 2021 par l’équipe du Journal": ((), DAY),
    "5 mars 2021, par le service des communications": ((), DAY),
    "Published March 5, 2021 by the editors": ((), DAY),
    "Posted on March 5, 2021 by admin": ((), DAY),
    "Publié le 5 mars 2021 dans Politique": ((), DAY),
    "Posted in News on March 5, 2021": ((), DAY),
    "5 mars 2021 par Luc Hamel": (LUC, DAY),
    "By Luc Hamel and Ève Roy | Published March 5, 2021": (BOTH, DAY),
    "Par Luc Hamel et Ève Roy | Publié le 5 mars 2021": (BOTH, DAY),
    '<a rel="author" href="/luc">Luc Hamel</a> | 5 mars 2021': (LUC, DAY),
    f'<a rel="author" href="/luc">Luc Hamel</a><time datetime="{MOMENT}">hier</time>': (
        LUC,
        MOMENT,
    ),
    '<span itemprop="author"><span itemprop="name">Luc Hamel</span></span> – <span '
    f'itemprop="datePublished" content="{MOMENT}">5 mars 2021</span>': (LUC, MOMENT),
    f'<abbr class="published" title="{MOMENT}">09:30</abbr>': ((), MOMENT),
    f'Par Luc Hamel <abbr class="published" title="{MOMENT}">5 mars 2021</abbr>': (LUC, MOMENT),
    f'<meta itemprop="datePublished" content="{MOMENT}">': ((), MOMENT),
    f'<span itemprop="datePublished" content="{MOMENT}"></span>': ((), MOMENT),
    '<meta itemprop="datePublished" content="2021-03-05"><meta itemprop="datePublished" '
    'content="2021-03-06">': ((), None),
}


@pytest.mark.parametrize("line", LINES)
def test_the_line_below_a_headline(line: str, read_page: Callable[..., Reading]) -> None:
    said = "".join(f"<p>{words}</p>" for words in SAID)
    page = f'{HEAD}<body><article><h1>{TITLE}</h1><div class="meta">{line}</div>{said}</article>'
    text = read_page(page).text
    assert text is not None
    assert (text.authors, text.date_published) == LINES[line]
    assert (text.paragraphs, text.dek) == (SAID, None)


def test_a_line_of_dates_that_a_teaser_below_the_text_has(
    read_page: Callable[..., Reading],
) -> None:
    said = "".join(f"<p>{words}</p>" for words in SAID)
    page = (
        f"{HEAD}<body><article><h1>{TITLE}</h1><p>Par Luc Hamel</p>{said}</article><div>"
        '<h3><a href="/x">Autre chose</a></h3><p>Publié par Ève Roy le 5 mars 2021</p></div>'
    )
    text = read_page(page).text
    assert text is not None
    assert (text.authors, text.paragraphs) == (LUC, SAID)


@pytest.mark.parametrize(
    "author", ['{"@id": "#p1"}', '[{"@id": "#p1"}, {"@id": "#none"}]', '{"name": "Luc Hamel"}']
)
def test_an_author_that_is_a_node_of_its_own(
    author: str, read_page: Callable[..., Reading]
) -> None:
    graph = (
        f'{{"@graph": [{{"@type": "Article", "author": {author}}},'
        '{"@type": "Person", "@id": "#p1", "name": "Luc Hamel"}]}'
    )
    said = "".join(f"<p>{words}</p>" for words in SAID)
    script = f'<script type="application/ld+json">{graph}</script>'
    text = read_page(f"{HEAD}{script}<body><article><h1>{TITLE}</h1>{said}</article>").text
    assert text is not None
    assert text.authors == LUC
