"""The launch layout's line of names, as its editors wrote it: in bold, with "Par" or without."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import huffarchive.workers
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read_response
from huffarchive.reader.byline import in_closing, in_dateline, names_only

PAGE = (Path(huffarchive.workers.__file__).parent / "known_good/2012.html").read_text()
PLACE = '<span class="bold author vcard"><a class="fn" href="#"></a></span>'
URL = "https://www.huffpost.com/archive/qc/entry/vent_n_1234567"


@pytest.mark.parametrize(
    ("line", "authors", "agency"),
    [
        ("Luc Hamel, La Presse Canadienne", ("Luc Hamel",), "La Presse Canadienne"),
        ("Luc Hamel - AFP", ("Luc Hamel",), "AFP"),
        ("Luc Hamel | La Presse Canadienne", ("Luc Hamel",), "La Presse Canadienne"),
        ("AFP/Le HuffPost", (), "AFP"),
        ("Luc Hamel", ("Luc Hamel",), None),
        ("Marie-Ève O’Brien", ("Marie-Ève O’Brien",), None),
        ('<a rel="author" href="/news/luc-hamel">Luc Hamel</a>', ("Luc Hamel",), None),
        ("Par LUC HAMEL", ("LUC HAMEL",), None),
        ("La Presse Canadienne", (), "La Presse Canadienne"),
        ("Luc Hamel, La Presse Canadienne, Ottawa", ("Luc Hamel",), "La Presse Canadienne"),
        ("Reuters - Londres", (), "Reuters"),
        ("Luc Hamel<br>Reuters", ("Luc Hamel",), "Reuters"),
        ("Luc Hamel avec Reuters", ("Luc Hamel",), "Reuters"),
        ("PAR LUC HAMEL ET ÈVE DORÉ", ("LUC HAMEL", "ÈVE DORÉ"), None),
        ("Publié par Luc Hamel", ("Luc Hamel",), None),
        ("Un reportage de Luc Hamel et d'Ève Doré", ("Luc Hamel", "Ève Doré"), None),
        ("Luc Hamel, envoyé spécial à Rome", ("Luc Hamel",), None),
        ("Luc Hamel, Sherbrooke", ("Luc Hamel",), None),
        ("Textes: Luc Hamel. Photos: Ève Doré", ("Luc Hamel",), None),
        ("Par notre collaborateur Luc Hamel", ("Luc Hamel",), None),
        ("De Luc Hamel", ("Luc Hamel",), None),
        ("Luc Hamel luc.hamel@huffpost.com", ("Luc Hamel",), None),
        ("Luc Hamel @luchamel", ("Luc Hamel",), None),
    ],
)
def test_a_line_of_names(line: str, authors: tuple[str, ...], agency: str | None) -> None:
    page = PAGE.replace(PLACE, f'<span class="bold">{line}</span>')
    assert page != PAGE
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    found = read_response(URL, datetime(2020, 1, 1, tzinfo=UTC), head + page.encode(), HUFFPOST_QC)
    text = found.text
    assert text is not None
    # Where the line names no agency, the text's own end does.
    assert (text.authors, text.agency, text.dek) == (authors, agency or "AFP", None)
    assert text.byline_raw is not None


@pytest.mark.parametrize(
    "line",
    [
        "Céline Dion et René Angélil se disent prêts",
        "Critique de Black Swan, de Darren Aronofsky",
        "Photos: Céline Dion à Paris",
        "Le maire Denis Coderre, candidat défait",
        "LES NOUVELLES IMAGES DU JOUR",
    ],
)
def test_a_line_that_signs_nothing(line: str) -> None:
    assert not names_only(line, HUFFPOST_QC.agencies)


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        (["Un texte.", "Marie Doré, La Presse Canadienne"], "La Presse Canadienne"),
        (["Un texte.", "Relayé par La Presse Canadienne"], "La Presse Canadienne"),
        (["Un texte.", "Rimouski/Gaspé"], None),
        (["Un texte.", "Marie Doré, PC"], None),
        (["Un texte.", "Photo: Marie Doré, La Presse Canadienne"], None),
        (["Un texte.", "Trois personnes sont mortes, selon l'AFP."], None),
    ],
)
def test_the_end_of_a_text(text: list[str], agency: str | None) -> None:
    assert in_closing(text, HUFFPOST_QC.agencies) == agency


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Québec (La Presse Canadienne) Le conseil a voté.", "La Presse Canadienne"),
        ("MATANE — La Presse Canadienne 04-05-2013 — Le conseil a voté.", "La Presse Canadienne"),
        ("Québec (PC) Le parti a voté.", None),
        ("Le conseil (Reuters) Il a voté.", None),
    ],
)
def test_the_start_of_a_text(line: str, agency: str | None) -> None:
    assert in_dateline(line, HUFFPOST_QC.agencies) == agency
