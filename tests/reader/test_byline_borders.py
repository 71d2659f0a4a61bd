"""What an element's border says in a byline: who is another name, and which agency stands by."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read
from tests.reader.conftest import page_of

TEXT = "<p>Le conseil de Matane a adopté lundi soir un budget qui gèle les taxes, a dit un élu.</p>"
ARCHIVE = """<main id="main"><header class="entry__header"><h1 class="headline">Le budget</h1>
</header><div class="entry__byline"><div class="entry__byline__author">{}</div></div>
<section class="entry__content-list js-entry-content"><div class="primary-cli cli cli-text">
{}</div></section></main>"""
LAUNCH = """<div class="hentry"><h1 class="title-news entry-title">Le budget</h1>
<div class="comments_datetime"><p><span class="bold">Par </span>{}</p><span
class="posted-and-updated">Première publication: 04/05/2013 16h28</span></div>
<div class="entry_body_text entry-content">{}</div></div>"""
UNKNOWN = '<main><article><h1>Le budget</h1><div class="byline">{}</div>{}</article></main>'
LAYOUTS = {"archive": ARCHIVE, "2012": LAUNCH, "generic": UNKNOWN}
NORA = ("Nora Gagné",)
BOTH = ("Nora Gagné", "Yves Huard")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("byline", "authors", "agency"),
    [
        ("<a href='/n'>Nora Gagné</a><span>AFP</span>", NORA, "AFP"),
        ("<a href='/n'>Nora Gagné</a><span>La Presse Canadienne</span>", NORA, "La Presse Canadienne"),
        ("<div>Nora Gagné</div><div>Reuters</div>", NORA, "Reuters"),
        ("<span>Nora Gagné</span><svg aria-label='Reuters'><path/></svg>", NORA, "Reuters"),
        ("<span>Nora Gagné</span><svg><title>AFP</title><path/></svg>", NORA, "AFP"),
        ("<b>Nora Gagné</b><a href='http://www.afp.com/fr'><img src='/2.png'></a>", NORA, "AFP"),
        ("<span>Nora Gagné</span><i class='icon-afp'></i>", NORA, "AFP"),
        ("<span>Nora Gagné</span><span class='wire wire--ap'></span>", NORA, "AP"),
        ("<a>Nora Gagné</a><span>et</span><a>Yves Huard</a>", BOTH, None),
        ("<span>Nora Gagné</span> <span>Yves Huard</span>", BOTH, None),
        ("Nora Gagné<br>Yves Huard", BOTH, None),
        ("<ul><li>Nora Gagné</li><li>Yves Huard</li></ul>", BOTH, None),
        ("<a>Nora Gagné</a><span>Journaliste</span>", NORA, None),
        # One name in several elements, and icons that are no agency's.
        ("<span>Nora</span> <span>Gagné</span>", NORA, None),
        ("<b>N</b>ora <b>G</b>agné", NORA, None),
        ("Nora <!-- -->Ga<!-- -->gné", NORA, None),
        ("<span>Nora Gagné</span><svg aria-label='Suivre'><path/></svg>", NORA, None),
        ("<b>Nora Gagné</b><a href='http://twitter.com/n'><img src='/2.png'></a>", NORA, None),
        ("<b>Nora Gagné</b><a href='http://nora.example/'><i class='icon-pen'></i></a>", NORA, None),
    ],
)  # fmt: skip
def test_names_that_elements_part(
    layout: str, byline: str, authors: tuple[str, ...], agency: str | None
) -> None:
    page = f"<html><head><title>Le budget</title></head><body>{LAYOUTS[layout]}</body></html>"
    found = read(page_of(page.format(byline, TEXT * 3)), HUFFPOST_QC).text
    assert found is not None
    assert (found.layout, found.authors, found.agency) == (layout, authors, agency)
    assert found.is_wire is (agency is not None)


@pytest.mark.parametrize(
    "line",
    [
        "<p class='info'>Publié le 4 mai 2013 par <a href='/auteur/n'>Nora Gagné</a> dans <a>Ville</a></p>",
        "<p class='byline'>Courriel: n@exemple.ca | Nora Gagné</p>",
        "<div class='byline'><p>Nora Gagné</p><p>Collaboratrice</p></div>",
        "<div class='meta'><a href='/@nora'>Nora Gagné</a><div>4 mai 2013</div></div>",
        "<div class='sub'>Soumis par <span>Nora Gagné</span> le sam, 04/05/2013 - 16:28</div>",
        "<div class='sub'>Écrit par <span>Nora Gagné</span></div>",
    ],
)  # fmt: skip
def test_a_line_of_an_unknown_page(line: str) -> None:
    page = f"<title>Le budget</title><main><article><h1>Le budget</h1>{line}{TEXT * 3}</article>"
    found = read(page_of(page), HUFFPOST_QC).text
    assert found is not None
    assert found.authors == NORA
