"""Whether what was read of an unknown page leaves out what a reader of it would call text."""

from collections.abc import Collection, Sequence

from lxml import html

from huffarchive.reader.blocks import Block, BlockLabel, Label
from huffarchive.reader.elements import LONG, SENTENCE
from huffarchive.reader.line_patterns import SENTENCE_END
from huffarchive.reader.text import key, words_of
from huffarchive.reading import ChromeKind


def leaves_out(
    blocks: Sequence[Block], fates: Sequence[Label | None], unframed: Collection[str]
) -> bool:
    """Whether a fifth of a text is left out where it stands; of the whole page, as much again.

    `unframed` are captions for which the page has no picture.
    """
    members = [i for i, fate in enumerate(fates) if fate is BlockLabel.TEXT]
    if not members:
        return False
    box = _around([blocks[i] for i in members])
    whole = box.tag in ("body", "html")
    told = [
        block for block, fate in zip(blocks, fates, strict=True)
        if isinstance(fate, BlockLabel) and block.line not in unframed
    ]  # fmt: skip
    taken, said = {block.place.element for block in told}, "".join(block.key for block in told)
    title = next((i for i, fate in enumerate(fates) if fate is BlockLabel.HEADLINE), members[0])
    left = {
        block.key for i, block in enumerate(blocks)
        if (isinstance(fates[i], ChromeKind) or block.line in unframed)
        and (title < i <= members[-1] + 1 if whole else box in block.place.element.iterancestors())
        and block.words > SENTENCE and SENTENCE_END.search(block.line) is not None
    }  # fmt: skip
    passed = {key(words_of(p)) for p in LONG(box) if p not in taken}
    kept = sum(len(blocks[i].key) for i in members)
    lost = sum(len(line) for line in (left if whole else left | passed) if line not in said)
    return 5 * lost > kept or sum(map(len, passed)) > kept


def _around(texts: Sequence[Block]) -> html.HtmlElement:
    """The smallest element around a text."""
    first = texts[0].place.element
    above = [first, *first.iterancestors()]
    places = {element: n for n, element in enumerate(above)}
    for block in texts[1:]:
        element, met = block.place.element, []
        while element not in places:
            met.append(element)
            element = element.getparent()
        places.update(dict.fromkeys(met, places[element]))
    return above[max(places[block.place.element] for block in texts)]
