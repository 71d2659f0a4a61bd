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
