"""Every visible word of the main column is in the record, once, and nothing else is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reader.layout import Layout, Part
from huffarchive.reader.layouts import GENERIC, recognise
from huffarchive.reader.text import clean
from huffarchive.reading import Text

REAL = Path(__file__).parents[3] / "shared" / "pages"
_WORD = re.compile(r"[^\W_]+")
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "head",
        "object",
        "embed",
        "applet",
        "math",
        "audio",
        "video",
        "title",
    ]
)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _visible(element: Any, layout: Layout) -> Iterator[str]:
    """The text nodes that a reader of the page sees, found without the reader's walk."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    style = (element.get("style") or "").replace(" ", "")
    hidden = "display:none" in style or "visibility:hidden" in style
    hidden = hidden or element.get("hidden") is not None
    # A picture's caption or credit that is shown under the pointer is seen.
    hovered = any(part in element.get("class", "") for part in ("caption", "credit"))
    if (hidden or layout.role(element) is Part.HIDDEN) and not hovered:
        return
    if layout.role(element) is Part.OUT:
        return
    glue = "" if element.tag == "wbr" else " "
    yield glue + (element.text or "")
    for child in element:
        yield from _visible(child, layout)
        yield child.tail or ""
    yield glue


def account(page: Page, text: Text) -> tuple[Counter[str], Counter[str]]:
    """Words that the column shows and the record lacks, and the other way round."""
    layout = recognise(page.tree)
    column = layout.main(page.tree)
    assert column is not None
    shown = _words(clean("".join(_visible(column, layout))))
    said: Counter[str] = Counter()
    pieces = [*text.paragraphs, text.headline, text.dek, text.byline_raw, text.agency_signature]
    pieces += [part for image in text.images for part in (image.caption, image.credit)]
    pieces += [piece.text for piece in text.chrome]
    for piece in pieces:
        said += _words(piece or "")
    return shown - said, said - shown


def _check(page: Page) -> None:
    text = read(page, HUFFPOST_QC).text
    if text is None or recognise(page.tree) is GENERIC:
        return
    lost, added = account(page, text)
    # The archive prints the headline again where a piece has no dek of its own: it is told once.
    again = _words(text.headline or "")
    assert not lost - again, (text.layout, lost)
    notices = ("archive_banner", "faq_footer", "closure_notice", "close_widget")
    around = sum((_words(p.text) for p in text.chrome if p.kind in notices), Counter())
    # Navigation in mid-text is told as chrome, elsewhere it is none of the column.
    boxes = page.tree.xpath("//a[contains(@rel, 'author')]|//nav")
    around += sum((_words(clean(name.text_content())) for name in boxes), Counter())
    assert not added - around - again, added


def test_page_folders(all_folders: list[Any]) -> None:
    for folder in all_folders:
        if folder.expected["page_type"] == "article":
            _check(folder.page)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not beside this repository")
@pytest.mark.parametrize("path", sorted(REAL.glob("*_en.html")), ids=lambda path: path.stem)
def test_real_pages(path: Path, make_page: Callable[..., Page]) -> None:
    _check(make_page(path.read_bytes()))
