"""The pages of unknown templates in benchmarks/unknown: text, headline and pictures as their gold."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem for path in (BENCHMARKS / "unknown").glob("*.html"))
CONTACT = "Renseignements : Noémie Thibault, 418 555-0134, presse@coop.exemple"
MORE = {"press_wire": (CONTACT,)}
"""What is still read too much, by page."""
UNCREDITED = frozenset(("gatsby_hashed",))
"""Pages whose markup gives no sign of where a caption ends and its credit begins."""


@pytest.fixture(scope="module")
def pages() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import unknown_pages

        yield unknown_pages
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.mark.parametrize("name", NAMES)
def test_page(pages: ModuleType, name: str) -> None:
    sheet = next(sheet for sheet in pages.sheets() if sheet.name == name)
    text = pages.ours(sheet)
    assert text.paragraphs == (*sheet.paragraphs, *MORE.get(name, ()))
    assert text.headline == sheet.title
    if name not in UNCREDITED:
        assert pages.pictures(text) == sheet.images
    assert pages.DOUBTS.isdisjoint(text.warnings)


def test_there_are_enough() -> None:
    assert len(NAMES) > 40
