"""News and blog posts, under every form of id."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.extract.extract import unread
from huffarchive.reader import read
from huffarchive.reading import PageType
from huffarchive.urls import Address, identify
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
MOBILE = "http://m.huffpost.com/qc/entry/8708140"
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
        (MOBILE, "", "news"),
        (MOBILE, BLOGGING, "blog"),
        (MOBILE, SECTION, "blog"),
    ],
)
def test_kind(path, head, kind):
    page = f"<html><head>{head}</head><body class='entry standard'>{BODY}</body></html>"
    reading = read(page_of(page, path if path == MOBILE else QC + path), HUFFPOST_QC)
    assert reading.text is not None
    assert reading.text.kind == kind


@pytest.mark.parametrize(
    ("head", "own"),
    [
        ("", None),
        ('<link rel="canonical" href=""><meta property="og:url" content="">', None),
        ('<link rel="canonical" href="/a_n_5">', f"{QC}/a_n_5"),
        (f'<meta property="og:url" content="{QC}/b_n_5">', f"{QC}/b_n_5"),
    ],
)
def test_a_page_that_names_no_address_has_none(head, own):
    page = f"<html><head>{head}</head><body class='entry standard'>{BODY}</body></html>"
    reading = read(page_of(page, f"{QC}/2013/05/01/un-titre_n_3107.html"), HUFFPOST_QC)
    assert reading.text is not None
    assert reading.text.canonical_url == own


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"{QC}/2013/05/01/un-titre_n_3107.html", "news"),
        (f"{QC}/myriam-lefebvre/coups-de-coeur_b_2639600.html", "blog"),
        (f"{QC}/2017/08/25/un-titre_g_23185821/", "gallery"),
        (f"{QC}/2017/08/25/un-titre_a_23185821/", None),
        (f"{QC}/entry/un-titre_qc_{HEX}", None),
        (f"{QC}/entry/un-titre_n_{HEX}", "news"),
        (MOBILE, None),
    ],
)
def test_of_a_page_that_was_not_read_only_its_address_tells_the_kind(url, kind):
    where = identify(url, HUFFPOST_QC)
    assert isinstance(where, Address)
    assert unread(where.key, url, "reader_failed").kind == kind


@pytest.mark.parametrize(
    "own",
    [
        "/2013/05/01/un-titre_n_310.html",
        "/2013/05/01/un-titre_n_0.html",
        "/2013/05/01/UN-TITRE_N_3107.HTML",
        "/2013/05/01/un-titre%5Fn%5F3107.html",
        f"/entry/un-titre_n_{HEX}",
        f"/entry/un-titre_qc_{HEX}/amp",
        "/entry/un-titre_qc_3107",
        "/entry/un-titre_zz_3107.html",
        "/entry/un-titre_n_3107x",
        f"/entry/un-titre_{HEX}",
        "/entry/3107",
        "/entry/3107/amp",
        "/news/un-titre/",
    ],
)
@pytest.mark.parametrize("written", [f"{QC}{{}}", "{}", f"{QC}{{}}?ir=1#x"])
def test_a_page_that_names_an_article_as_its_own_is_one(own: str, written: str) -> None:
    """By the rule that says which page an address names, and no other."""
    where = identify(QC + own, HUFFPOST_QC)
    head = f'<meta property="og:type" content="blog"><link rel="canonical" href="{written}">'
    page = f"<html><head>{head.format(own)}</head><body>{BODY}</body></html>"
    found = read(page_of(page, f"{QC}/2013/05/01/un-titre_n_3107.html"), HUFFPOST_QC)
    article = isinstance(where, Address) and where.key.is_article
    assert found.page_type is (PageType.ARTICLE if article else PageType.LISTING)
