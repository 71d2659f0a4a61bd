"""What the text tells of itself: quotes and passages that come twice, bylines and credits in it."""

import re
from collections.abc import Sequence

from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.layout import Part
from huffarchive.reader.line_patterns import SIGNATURE, is_byline, is_credit
from huffarchive.reader.text import key
from huffarchive.reading import ChromeKind
from huffarchive.urls import names_article

_LETTER = re.compile(r"[^\W_]")
_CUT_SHORT = re.compile(
    r"\s*(?:…|\.{3}|\[…\]|\[\.{3}\])(?:\s*(?:lire la suite|read more))?$", re.IGNORECASE
)
_REPEATED = 8
"""Words that a passage has at least, for its second coming to be a repeat and not style."""
_CAPTION = 4
"""Words that a caption has at least, for the same words elsewhere to be the caption again."""
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_QUOTATION = re.compile(r"[«“\"]\s?(.+?)\s?[»”\"]")
_QUOTED = 40
"""Letters at a pull quote's start that are looked for in the text; editors shorten the rest."""


def postprocess(blocks: Sequence[Block], fates: list[Label | None], headline: str) -> None:
    """Take from the text what stands in the record already, and what is none; changes `fates`."""
    _foreign_slides(blocks, fates)
    _slides_in_lists(blocks, fates)
    _quotes(blocks, fates)
    _repeats(blocks, fates, headline)
    _edges(blocks, fates)
    _links_after_heading(blocks, fates)
    for i in _texts(fates):
        if blocks[i].place.cell is None and not _LETTER.search(blocks[i].text):
            fates[i] = BlockLabel.UNSEEN


def _texts(fates: Sequence[Label | None]) -> list[int]:
    return [i for i, fate in enumerate(fates) if fate is BlockLabel.TEXT]


def _foreign_slides(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A slideshow headed "Also on HuffPost", or whose pictures lead to articles, shows others."""
    led: dict[int, set[str]] = {}
    for block in blocks:
        if block.picture is not None and block.place.slides is not None:
            link = next(block.picture.iterancestors("a"), None)
            href = "" if link is None else (link.get("href") or "").partition("?")[0]
            if names_article(f"http://a{href}" if href.startswith("/") else href):
                led.setdefault(id(block.place.slides), set()).add(href)
    foreign = {show for show, others in led.items() if len(others) > 1}
    headed = False
    for block, fate in zip(blocks, fates, strict=True):
        if fate is ChromeKind.RELATED:
            headed = not block.in_link
        elif headed and block.place.slides is not None:
            foreign.add(id(block.place.slides))
        elif fate is not ChromeKind.SLIDESHOW_PLACEHOLDER:
            headed = False
    for i, block in enumerate(blocks):
        if fates[i] is BlockLabel.FRAME and id(block.place.slides) in foreign:
            fates[i] = BlockLabel.UNSEEN if block.picture is not None else ChromeKind.RELATED


def _slides_in_lists(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A list below "Loading Slideshow..." is the slides, where no element says so."""
    below = False
    for i, block in enumerate(blocks):
        if fates[i] is ChromeKind.SLIDESHOW_PLACEHOLDER:
            below = True
        elif below and fates[i] is BlockLabel.TEXT and block.place.tag == "li":
            fates[i] = ChromeKind.SLIDESHOW
        elif fates[i] is BlockLabel.TEXT or block.place.slides is not None:
            below = False


def _quotes(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """Pull quotes: the text's words again are chrome, words of their own are text."""
    undecided = (None, BlockLabel.TEXT, ChromeKind.OTHER, ChromeKind.RELATED)
    pulled: dict[int, list[int]] = {}
    for i, block in enumerate(blocks):
        if block.place.role is Part.QUOTE and block.text and fates[i] in undecided:
            pulled.setdefault(id(block.place.owner), []).append(i)
        elif block.place.tag == "blockquote" and fates[i] is BlockLabel.TEXT:
            pulled[-i - 1] = [i]
    if not pulled:
        return
    mine = {i for group in pulled.values() for i in group}
    rest = "".join(blocks[i].key for i in _texts(fates) if i not in mine)
    for group in pulled.values():
        first = blocks[group[0]]
        said = _QUOTATION.match(first.line) if first.place.role is Part.QUOTE else None
        words = key(said.group(1)) if said is not None else first.key
        cut = first.place.role is Part.QUOTE and len(words) > _QUOTED
        again = len(words) >= 12 and (words[:_QUOTED] if cut else words) in rest
        for i in group:
            fates[i] = ChromeKind.PULLQUOTE if again else BlockLabel.TEXT


def _repeats(blocks: Sequence[Block], fates: list[Label | None], headline: str) -> None:
    texts = _texts(fates)
    frames = [
        block.line for block, fate in zip(blocks, fates, strict=True) if fate is BlockLabel.FRAME
    ]
    captions = {line for line in frames if len(line.split()) >= _CAPTION}
    seen: set[str] = set()
    run: list[int] = []
    for n, i in enumerate(texts):
        line = blocks[i].line
        long = len(line.split()) >= _REPEATED
        teaser = n == 0 and long and _is_teaser(line, [blocks[j] for j in texts[1:4]])
        again = long and line in seen and blocks[i].place.cell is None
        if line in captions or again or teaser:
            fates[i] = ChromeKind.REPEAT
        elif n == 0 and headline and blocks[i].key == headline:
            fates[i] = BlockLabel.AGAIN
        if again and line not in captions:
            run.append(n)
        elif run:
            _restore(run, texts, blocks, fates)
        if not teaser:  # what it announces is still to come, word for word perhaps
            seen.add(line)
    _restore(run, texts, blocks, fates)


def _restore(
    run: list[int], texts: list[int], blocks: Sequence[Block], fates: list[Label | None]
) -> None:
    """Keep what is said again on purpose: under a heading of its own, or alone, like a refrain."""
    before = run[0] - 1 if run else 0
    headed = before > 0 and blocks[texts[before]].place.tag in _HEADINGS
    if headed or (len(run) == 1 and blocks[texts[before]].line != blocks[texts[run[0]]].line):
        for n in run:
            fates[texts[n]] = BlockLabel.TEXT
    run.clear()


def _is_teaser(line: str, following: Sequence[Block]) -> bool:
    """Whether a first paragraph is the beginning of one that follows, cut short or not."""
    cut = _CUT_SHORT.search(line)
    start = key(line[: cut.start()] if cut else line)
    return any(block.key.startswith(start) for block in following)


def _edges(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """A byline that opens the text, a credit line that opens or closes it."""
    texts = _texts(fates)
    if len(texts) < 2:
        return
    has_byline = BlockLabel.BYLINE in fates
    for i in texts[:2]:
        if not has_byline and is_byline(blocks[i].line):
            fates[i], has_byline = BlockLabel.BYLINE, True
    last = texts[-2:] if SIGNATURE.fullmatch(blocks[texts[-1]].line) else texts[-1:]
    for i in (texts[0], *last):
        if fates[i] is BlockLabel.TEXT and is_credit(blocks[i].line):
            fates[i] = ChromeKind.CREDIT


def _links_after_heading(blocks: Sequence[Block], fates: list[Label | None]) -> None:
    """Lines of links below "À lire aussi", as far as they go on."""
    below = False
    for i, block in enumerate(blocks):
        if fates[i] is ChromeKind.RELATED:
            below = True
        elif fates[i] in (BlockLabel.TEXT, ChromeKind.OTHER) and below and block.links_only:
            fates[i] = ChromeKind.RELATED
        elif fates[i] is BlockLabel.TEXT:
            below = False
