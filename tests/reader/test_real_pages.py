"""Real pages of sister editions, where they stand beside the repository."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reading import PageType, Text

REAL = Path(__file__).parents[3] / "shared" / "pages"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real pages are not beside this repository"
)

# Where each page's paragraphs are, seen by eye.
PARAGRAPHS = {
    "cambria_2023_en": '//div[contains(concat(" ", @class, " "), " cli-text ")]/*[self::p or self::h2]',
    "kraken_2016_en": '//div[@class="content-list-component text"]/p',
    "mainentry_2015_en": '//div[@id="mainentrycontent"]/p',
    "entrybody_2012_en": '//div[contains(@class, "entry_body_text")]/p[not(@style)]',
}
FIELDS: dict[str, dict[str, Any]] = {
    "cambria_2023_en": {
        "layout": "archive", "authors": ("Daniel Marans", "Liz Skalka"), "agency": None,
        "date_published": "2023-11-09T00:51:37-05:00", "section": "Politics", "language": "en",
        "headline": "Joe Biden Is Thinking Only About Trump, And 4 Other Takeaways From The Third GOP Debate",
    },
    "kraken_2016_en": {
        "layout": "2017", "authors": ("Sam Stein",), "agency": None,
        "date_published": "2016-11-28T16:23:00-05:00", "section": "Politics", "language": "en",
        "headline": "Trump Has Shown Receptiveness To Obama's Agenda. Does He Actually Mean It?",
    },
    "mainentry_2015_en": {
        "layout": "2014", "authors": ("Ben Walsh",), "agency": None,
        "date_published": "2015-01-14T12:29:23-05:00", "section": "Business", "language": "en",
        "headline": "Jamie Dimon Says Banks Are Under Assault As He Announces $4.9 Billion Profit",
    },
    "entrybody_2012_en": {
        "layout": "2012", "authors": ("MALCOLM RITTER",), "agency": "AP", "is_wire": True,
        "date_published": "2012-01-12T09:01:00-05:00", "section": "Healthy Living", "language": "en",
        "headline": "Cardiac Arrest Rare Among Marathoners, Study Finds",
    },
}  # fmt: skip


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def _scores(text: str, reference: str) -> tuple[float, float]:
    got, wanted = _grams(text), _grams(reference)
    common = sum((got & wanted).values())
    return common / sum(got.values()), common / sum(wanted.values())


@pytest.fixture(scope="module", params=sorted(PARAGRAPHS))
def case(request: pytest.FixtureRequest, make_page: Callable[..., Page]) -> tuple[str, Page, Text]:
    page = make_page((REAL / f"{request.param}.html").read_bytes())
    text = read(page, HUFFPOST_QC).text
    assert text is not None
    return request.param, page, text


def test_text(case: tuple[str, Page, Text]) -> None:
    name, page, text = case
    reference = " ".join("".join(p.itertext()) for p in page.tree.xpath(PARAGRAPHS[name]))
    precision, recall = _scores(" ".join(text.paragraphs), reference)
    assert precision >= 0.99, precision
    assert recall >= 0.99, recall


def test_text_against_the_human_reference(make_page: Callable[..., Page]) -> None:
    text = read(make_page((REAL / "entrybody_2012_en.html").read_bytes()), HUFFPOST_QC).text
    assert text is not None
    marked = html.fromstring(f"<div>{(REAL / 'entrybody_2012_en.txt').read_text('utf-8')}</div>")
    reference = " ".join(p.text_content() for p in marked.iter("p"))
    precision, recall = _scores(" ".join([text.headline or "", *text.paragraphs]), reference)
    assert precision >= 0.99, precision
    assert recall >= 0.99, recall


def test_fields(case: tuple[str, Page, Text]) -> None:
    name, _, text = case
    assert {field: getattr(text, field) for field in FIELDS[name]} == FIELDS[name]
    assert text.warnings == ()


def test_the_listing_is_no_article(make_page: Callable[..., Page]) -> None:
    body = (REAL / "listing_2014_de.html").read_bytes()
    reading = read(make_page(body), HUFFPOST_QC)
    assert (reading.page_type, reading.text) == (PageType.LISTING, None)
