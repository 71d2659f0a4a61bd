"""News and blog posts, under every form of id."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read
from tests.reader.conftest import page_of

QC = "https://quebec.huffingtonpost.ca"
BODY = """<main id="main"><div id="entry-header"><h1 class="headline">Un titre</h1></div><article
class="entry__content"><section id="entry-body"><section class="js-entry-content"><div
class="primary-cli cli cli-text"><p>Le conseil municipal a adopté lundi soir son budget.</p></div>
</section></section></article></main>"""
BLOGGING = (
    '<script type="application/ld+json">{"@type": "BlogPosting", "headline": "Un titre"}</script>'
)
NEWS = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Un titre"}</script>'
)
SECTION = '<meta property="article:section" content="Blogues">'
HEX = "5ccc6223e4b03b38d6933d24"


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("/myriam-lefebvre/coups-de-coeur_b_2639600.html", "", "blog"),
        ("/2013/05/01/un-titre_n_3107.html", "", "news"),
        ("/2013/05/01/un-titre_n_3107.html", BLOGGING, "news"),
        ("/2017/08/25/un-titre_a_23185821/", "", "news"),
        ("/2017/08/25/un-titre_a_23185821/", NEWS, "news"),
        ("/2017/08/25/un-titre_a_23185821/", BLOGGING, "blog"),
        ("/2017/08/25/un-titre_a_23185821/", SECTION, "blog"),
        ("/myriam-lefebvre/un-titre_a_23185821/", "", "blog"),
        ("/Christine%20E.Laprade/un-titre_a_23185821/", "", "blog"),
        ("/entry/un-titre_a_23185821/", "", "news"),
        (f"/entry/un-titre_qc_{HEX}", "", "news"),
        (f"/entry/un-titre_qc_{HEX}", BLOGGING, "blog"),
        (f"/entry/un-titre_qc_{HEX}", SECTION, "blog"),
        (
            f"/entry/un-titre_qc_{HEX}",
            f'<link rel="canonical" href="{QC}/myriam-lefebvre/un-titre_qc_{HEX}/">',
            "blog",
        ),
    ],
)
def test_kind(path, head, kind):
    page = f"<html><head>{head}</head><body class='entry standard'>{BODY}</body></html>"
    reading = read(page_of(page, QC + path), HUFFPOST_QC)
    assert reading.text is not None
    assert reading.text.kind == kind
