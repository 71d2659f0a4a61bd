"""docs/reading.md names every kind of chrome and every layout."""

from pathlib import Path

from huffarchive.reader.layouts import GENERIC, LAYOUTS
from huffarchive.reading import ChromeKind, PageType

DOCS = Path(__file__).parents[2] / "docs" / "reading.md"


def test_all_names_are_there() -> None:
    text = DOCS.read_text("utf-8")
    names = [*(kind.value for kind in ChromeKind), *(kind.value for kind in PageType)]
    names += [layout.name for layout in (*LAYOUTS, GENERIC)]
    assert [name for name in names if f"`{name}`" not in text] == []
