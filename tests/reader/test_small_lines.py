"""Lines around a text: when it was published, what else to read, whose it is."""

from collections.abc import Callable

import pytest

from huffarchive.editions.huffpost import AGENCIES
from huffarchive.reader.byline import signing
from huffarchive.reading import Reading
from tests.reader.test_pictures import PAGES, SAID, TITLE

DATED = {
    "8 février 2013 - Temps de lecture : 3 minutes": "2013-02-08",
    "Lecture : 3 min. | 8 février 2013": "2013-02-08",
    "March 12, 2015 · 3 min read": "2015-03-12",
    "Édition du samedi 12 mars 2015": "2015-03-12",
    "Paru le 12 mars 2015": "2015-03-12",
    "Publié aujourd'hui à 16h28": None,
    "Mis en ligne aujourd’hui, 16:28": None,
    "Publié hier à 9 h 05": None,
    "Posted today at 4:28 PM": None,
    "Temps de lecture : 3 minutes": None,
}
LINK = '<a href="/x">Le canal ferme plus tôt</a>'
OFFERS = (
    "LIRE AUSSI » Le canal ferme plus tôt que prévu",
    "À LIRE AUSSI : Le canal ferme plus tôt que prévu",
    "<strong>À lire aussi &gt;&gt; Le canal ferme plus tôt que prévu</strong>",
    f"Also Read: {LINK}",
    f"PLUS : {LINK}",
    f"MORE: {LINK}",
)
TEXT = (
    "Plus : le canal sera ouvert la nuit, dit la Ville.",
    f"Plus : {LINK} et rouvrira samedi matin pour les patineurs de toute la région.",
    "Lire aussi est un plaisir, dit la responsable des patineurs au micro.",
    "À lire aussi : le dernier roman de Luc Hamel, que la critique a salué partout.",
    "À LIRE : Le dernier roman de Luc Hamel",
)
CONTACTS = (
    ("Renseignements : Noémie Thibault, 418 555-0134, presse@coop.exemple",),
    ("SOURCE", "Ville de Lévis", "Renseignements :", "Noémie Thibault", "Tél. : 418 555-0134"),
    ("Relations avec les médias : Luc Hamel | (514) 555-0134",),
    ("Pour plus de renseignements :<br>Luc Hamel<br>Directeur<br>luc@exemple.ca",),
    ("Media contact: Mary Shaw, mshaw@example.com",),
)
INVITED = (
    ("Renseignements : 418 555-0134",),
    ("Information : www.exemple.ca ou info@exemple.ca",),
    ("Renseignements : Théâtre du Rideau Vert, 514 555-0193",),
    ("Source : Luc Hamel",),
    ("Le contact : Luc Hamel, 418 555-0134, y répond, dit-il.", "Il a raison."),
)
SIGNED = {
    "(Rédaction avec AFP)": "AFP",
    "La rédaction avec l'AFP": "AFP",
    "Rédaction, avec Reuters": "Reuters",
    "Files from Reuters": "Reuters",
    "This story was originally published by The Canadian Press.": "La Presse Canadienne",
    "This article was first published by The Associated Press.": "AP",
    "Ce texte a d'abord été publié par La Presse Canadienne.": "La Presse Canadienne",
    "Cet article a été initialement publié par l’AFP": "AFP",
    "Ce livre a été publié par La Presse Canadienne en 1999 et se vend bien.": None,
    "Il travaille avec Reuters.": None,
    "La rédaction avec qui Reuters travaille": None,
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]


def _said(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize("line", DATED)
def test_a_line_of_dates_is_no_dek(line: str, page: str, read_page: Callable[..., Reading]) -> None:
    title = page.index("</h1>") + 5
    text = read_page(f"{page[:title]}<p>{line}</p>{page[title:]}" % _said(*SAID)).text
    assert text is not None
    assert (text.headline, text.dek, text.paragraphs) == (TITLE, None, SAID)
    assert text.date_published == DATED[line]


@pytest.mark.parametrize("line", OFFERS)
def test_what_else_to_read(line: str, page: str, read_page: Callable[..., Reading]) -> None:
    text = read_page(page % _said(*SAID[:2], line, *SAID[2:])).text
    assert text is not None
    assert text.paragraphs == SAID
    assert [piece.kind for piece in text.chrome] == ["related"]


@pytest.mark.parametrize("line", TEXT)
def test_what_is_said_of_reading(line: str, page: str, read_page: Callable[..., Reading]) -> None:
    text = read_page(page % _said(*SAID[:2], line, *SAID[2:])).text
    assert text is not None
    assert len(text.paragraphs) == len(SAID) + 1


@pytest.mark.parametrize("line", SIGNED)
def test_whose_text_a_line_says_it_is(line: str) -> None:
    assert signing(line, AGENCIES) == SIGNED[line]


@pytest.mark.parametrize("lines", CONTACTS)
def test_whom_journalists_may_ask(
    lines: tuple[str, ...], page: str, read_page: Callable[..., Reading]
) -> None:
    text = read_page(page % _said(*SAID, *lines)).text
    assert text is not None
    assert text.paragraphs[: len(SAID)] == SAID
    assert set(text.paragraphs[len(SAID) :]) <= {"SOURCE", "Ville de Lévis"}


@pytest.mark.parametrize("lines", INVITED)
def test_where_readers_may_ask(
    lines: tuple[str, ...], page: str, read_page: Callable[..., Reading]
) -> None:
    text = read_page(page % _said(*SAID, *lines)).text
    assert text is not None
    assert text.paragraphs == (*SAID, *lines)
