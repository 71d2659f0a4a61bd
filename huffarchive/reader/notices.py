"""The archive's own words outside the main column: banner, notice, close widget."""

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from lxml import etree, html

from huffarchive.article import Chrome
from huffarchive.layouts import Layout
from huffarchive.reader.blocks import BLOCKS, UNSEEN, blocks_of, own_words
from huffarchive.reader.phrasebook import Phrasebook
from huffarchive.reading import ChromeKind

_CLOSE = "string-length(.) < 20 and (contains(., 'Close') or contains(., 'Fermer'))"
_LONGEST = 3_000
_SITE_BARS = frozenset(("nav", "header"))


def notices_around(
    column: html.HtmlElement, layout: Layout, book: Phrasebook, signs: tuple[str, ...]
) -> tuple[list[Chrome], list[Chrome]]:
    """The site's notices before and after the column, each once, wherever they stand.

    `signs` are those that the page holds at all.
    """
    seen: set[tuple[str, str]] = set()
    above = set(column.iterancestors())
    preceding, following = _searches(signs)
    before = list(_notices(_found(preceding, column), layout, book, seen, above))
    after = list(_notices(_found(following, column), layout, book, seen, above))
    return join(before), join(after)


@lru_cache(maxsize=64)
def _searches(signs: tuple[str, ...]) -> tuple[etree.XPath, etree.XPath]:
    """The elements before and after a column whose own words hold a sign of a notice."""
    words = " or ".join([*(f"contains(., '{sign}')" for sign in signs), f"({_CLOSE})"])
    return (
        etree.XPath(f"preceding::text()[{words}]/.."),
        etree.XPath(f"following::text()[{words}]/.."),
    )


def join(pieces: list[Chrome]) -> list[Chrome]:
    """Sentences of one notice that stand in blocks of their own, put together again."""
    out: list[Chrome] = []
    for piece in pieces:
        last = out[-1] if out else None
        if (
            last is not None
            and piece.kind == ChromeKind.FAQ_FOOTER
            and piece.text.startswith(("Si vous", "If you"))
            and last.kind in (ChromeKind.ARCHIVE_BANNER, ChromeKind.CLOSURE_NOTICE)
        ):
            closed = last.kind == ChromeKind.CLOSURE_NOTICE
            kind = last.kind if closed else piece.kind
            out[-1] = Chrome(str(kind), f"{last.text} {piece.text}")
        else:
            out.append(piece)
    return out


def _notices(
    elements: list[html.HtmlElement],
    layout: Layout,
    book: Phrasebook,
    seen: set[tuple[str, str]],
    above: set[html.HtmlElement],
) -> Iterator[Chrome]:
    done: set[html.HtmlElement] = set()
    for element in elements:
        holder = _holder(element)
        if holder is None or holder in done:
            continue
        done.add(holder)
        around = holder in above
        for block in own_words(holder) if around else blocks_of(holder, layout, book.signs):
            if not block.text or len(block.text) > _LONGEST:
                continue
            for piece, kind in book.cut(block):
                wanted = kind is not None and (
                    book.notice(piece.line) is not None
                    or (kind == ChromeKind.CLOSE_WIDGET and not _in_site_bar(holder))
                )
                if wanted and (str(kind), piece.line) not in seen:
                    seen.add((str(kind), piece.line))
                    yield Chrome(str(kind), piece.line)


def _holder(element: html.HtmlElement) -> html.HtmlElement | None:
    """The block around an element; None for what is not read: a script, the head."""
    while element is not None:
        if element.tag in UNSEEN:
            return None
        if element.tag in BLOCKS:
            return element
        element = element.getparent()
    return None


def _in_site_bar(element: html.HtmlElement) -> bool:
    return any(a.tag in _SITE_BARS for a in (element, *element.iterancestors()))


def _found(search: etree.XPath, column: html.HtmlElement) -> list[html.HtmlElement]:
    return cast("list[html.HtmlElement]", search(column))
