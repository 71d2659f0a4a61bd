"""Pages mutated at random: no chrome in the text, no paragraph lost."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.page import Page
from huffarchive.reader import read
from huffarchive.reader.chrome import chrome_phrases_of
from huffarchive.reader.text import clean

REAL = Path(__file__).parents[3] / "shared" / "pages"
_NOTICE = re.compile(
    r"archives en ligne|support@huffpost|online archive for|now-closed", re.IGNORECASE
)
_KEPT_KINDS = frozenset(("pullquote", "repeat", "other", "slideshow", "embed"))
"""Words that are no string of the site's: under other names they may well be read as text."""
_UNWRITTEN = ("open_div", "stray_end")
"""Pages whose tags are the subject: libxml2, which writes the mutations, writes others."""
_NAMES = ("zq", "panel", "unit", "grid-x", "wrapper-3", "blk", "yx_7")


def _elements(root: Any) -> list[Any]:
    body = root.find("body")
    return [
        e
        for e in body.iter()
        if isinstance(e.tag, str)
        and e.tag
        in (
            "div",
            "section",
            "p",
            "ul",
            "figure",
            "article",
            "main",
            "header",
            "blockquote",
            "aside",
            "h1",
            "h2",
        )
    ]


def wrap(root: Any, rng: random.Random) -> None:
    """One element gets a wrapper, with or without a class."""
    element = rng.choice(_elements(root))
    _wrap(element, rng.choice(("", rng.choice(_NAMES))))


def _wrap(element: Any, name: str) -> None:
    parent = element.getparent()
    wrapper = etree.Element("div")
    if name:
        wrapper.set("class", name)
    wrapper.tail, element.tail = element.tail, None
    parent.replace(element, wrapper)
    wrapper.append(element)


def deepen(root: Any, rng: random.Random) -> None:
    """One element sinks below many wrappers."""
    element = rng.choice(_elements(root))
    for _ in range(rng.randint(2, 40)):
        _wrap(element, "")


def rename(root: Any, rng: random.Random) -> None:
    """One class is renamed wherever it stands."""
    names = sorted(
        {n for e in root.iter() if isinstance(e.tag, str) for n in (e.get("class") or "").split()}
    )
    if names:
        old, new = rng.choice(names), f"{rng.choice(_NAMES)}{rng.randint(1, 99)}"
        for element in root.iter():
            classes = (element.get("class") or "").split() if isinstance(element.tag, str) else []
            if old in classes:
                element.set("class", " ".join(new if name == old else name for name in classes))


def move_notice(root: Any, rng: random.Random) -> None:
    """A notice of the site goes elsewhere: before main, into it, after it, to the footer."""
    book = chrome_phrases_of(HUFFPOST_QC)
    notices = [
        e
        for e in _elements(root)
        if e.tag in ("div", "p") and book.notice(clean("".join(e.itertext()))) is not None
    ]
    if not notices:
        return
    element = rng.choice(notices)
    places = [
        e
        for e in _elements(root)
        if e.tag in ("div", "section", "main", "article", "header")
        and e is not element
        and element not in e.iterancestors()
    ]
    target = rng.choice(places)
    if target in element.iter():
        return
    element.getparent().remove(element)
    element.tail = None
    target.insert(rng.randint(0, len(target)), element)


MUTATIONS: tuple[Callable[[Any, random.Random], None], ...] = (
    wrap,
    deepen,
    rename,
    rename,
    move_notice,
)


def _bases(all_folders: list[Any], make_page: Callable[..., Page]) -> list[tuple[str, Page]]:
    pages = [
        (f.name, f.page)
        for f in all_folders
        if f.expected["page_type"] == "article"
        and f.expected["text"].get("paragraphs")
        and not f.name.startswith(_UNWRITTEN)
        and "hostile" not in f.name
    ]
    if REAL.is_dir():
        pages += [(p.stem, make_page(p.read_bytes())) for p in sorted(REAL.glob("*_en.html"))]
    return pages


def mutated(
    page: Page, rng: random.Random, make_page: Callable[..., Page]
) -> tuple[Page, list[str]]:
    root = html.document_fromstring(page.markup.encode(), parser=html.HTMLParser(encoding="utf-8"))
    done = []
    for _ in range(rng.randint(1, 3)):
        mutation = rng.choice(MUTATIONS)
        mutation(root, rng)
        done.append(mutation.__name__)
    return make_page(
        html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>"), page.url, page.captured_at
    ), done


def fault(base: Page, page: Page) -> str | None:
    """What a mutated page's text holds too much or too little, compared with its base."""
    before, after = read(base, HUFFPOST_QC).text, read(page, HUFFPOST_QC).text
    assert before is not None
    if after is None:
        return "no article"
    text = "\n".join(after.paragraphs)
    for paragraph in before.paragraphs:
        if paragraph not in text:
            return f"lost: {paragraph[:90]!r}"
    if _NOTICE.search(text):
        return "a notice in the text"
    chrome = {piece.text for piece in before.chrome if piece.kind not in _KEPT_KINDS}
    for paragraph in after.paragraphs:
        if paragraph in chrome and paragraph not in before.paragraphs:
            return f"chrome in the text: {paragraph[:90]!r}"
    return None


def _trial(
    count: int, seed: int, all_folders: list[Any], make_page: Callable[..., Page]
) -> list[str]:
    rng = random.Random(seed)
    bases = _bases(all_folders, make_page)
    faults = []
    for n in range(count):
        name, base = bases[n % len(bases)]
        page, done = mutated(base, rng, make_page)
        if (found := fault(base, page)) is not None:
            faults.append(f"{name} {done}: {found}")
    return faults


def test_mutations(all_folders: list[Any], make_page: Callable[..., Page]) -> None:
    faults = _trial(300, 5, all_folders, make_page)
    assert faults == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_ten_thousand_mutations(all_folders: list[Any], make_page: Callable[..., Page]) -> None:
    faults = _trial(10_000, 2026, all_folders, make_page)
    assert faults == []
