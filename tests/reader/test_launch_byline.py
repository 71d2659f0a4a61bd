"""The launch layout's line of names, as its editors wrote it: in bold, with "Par" or without."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

import huffarchive.workers
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read_response

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
