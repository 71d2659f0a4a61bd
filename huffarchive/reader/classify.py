"""Every block of the main column to its place: a field of the article, its text, or chrome."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from huffarchive.editions.edition import Agency
from huffarchive.editions.phrases import ALERTS
from huffarchive.reader.blocks import Block, BlockLabel, Label, moved
from huffarchive.reader.byline import names_only, signing
from huffarchive.reader.chrome import ChromePhrases
from huffarchive.reader.elements import HEADINGS, LABEL, LONGEST_DEK, SENTENCE
from huffarchive.reader.heading import names_site, signs, standfirst
from huffarchive.reader.images import address_of, foreign_pictures
from huffarchive.reader.layout import Part
from huffarchive.reader.line_patterns import (
    CONTACT,
    CONTACTED,
    REACHED,
    SENTENCE_END,
    SIGNATURE,
    is_byline,
    is_credit,
    is_date,
    is_dated_label,
)
from huffarchive.reader.postprocess import postprocess
from huffarchive.reader.text import key
from huffarchive.reader.unknown import text_by_vote
from huffarchive.reader.vote import Vote, page_of
from huffarchive.reading import ChromeKind

_LETTER = re.compile(r"[^\W_]")
_LONGEST_CLOSING = 200
_CONTACTS = 8
"""Lines of a press release's contacts, at most."""
_OFFERS = frozenset((ChromeKind.NEWSLETTER, ChromeKind.PROMO, ChromeKind.SHARE))
"""Lines of a byline's box that are no part of the byline."""
_FRAMES = (Part.FIGURE, Part.CAPTION, Part.CREDIT, Part.SLIDES)
_NEAR = 4
"""Blocks from the headline to the line of who wrote and when, at most."""
_ENOUGH = 25
"""Words of the layout's own text from which on strangers outside its container have no say."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the page's head lets expect of its main column."""

    headlines: frozenset[str]
    """Keys of the headline, as JSON-LD, meta elements and title have it."""
    description: str
    """Key of the page's summary; "" without one."""
    titles: frozenset[str] = frozenset()
    """Keys of the parts of its title: the headline and the site's name."""
    names: frozenset[str] = frozenset()
    """Keys of its authors' names."""


class Classifier:
    """One column being sorted; `fates` answers for each of `blocks`."""

    def __init__(
        self,
        blocks: Sequence[Block],
        book: ChromePhrases,
        agencies: tuple[Agency, ...],
        expected: Expected,
    ) -> None:
        self.blocks: list[Block] = []
        self.fates: list[Label | None] = []
        self.headline = ""
        self._vote: Vote | None = None
        self._book = book.within("\n".join(block.line for block in blocks))
        self._agencies = agencies
        self._expected = expected
        for block in blocks:
            self._admit(block)

    def sort(self, page_vote: Vote | None = None) -> None:
        """Find every block its place; `page_vote` decides alone where there is no layout."""
        self._vote = page_vote
        self._headline()
        self._named_parts()
        self._beside_pictures()
        self._header()
        if page_vote is None:
            self._strangers()
        else:
            text_by_vote(self.blocks, self.fates, page_vote)
        postprocess(self.blocks, self.fates, self.headline)
        self._closing()
        foreign_pictures(self.blocks, self.fates, self._agencies, known=page_vote is None)

    def having(self, *fates: Label) -> Iterator[Block]:
        """The blocks with one of these fates, in order."""
        return (b for b, fate in zip(self.blocks, self.fates, strict=True) if fate in fates)

    def offered(self) -> list[str]:
        """The names of those whose news the page offers: "RECEVEZ LES NOUVELLES DE …"."""
        lines = (ALERTS.fullmatch(block.line) for block in self.having(ChromeKind.NEWSLETTER))
        return [line["name"].strip() for line in lines if line is not None]

    def leaves_out(self, unframed: Collection[str]) -> bool:
        """Whether what the layout calls chrome, within the text, says as much as text does.

        One paragraph is usual in a box (a post, an offer, an author's life) unless it is a fifth of
        what the text says. `unframed` are captions for which the page has no picture.
        """
        boxes: dict[int, list[Block]] = {}
        frames: dict[int, list[Block]] = {}
        left = 0
        for block, fate in zip(self.blocks, self.fates, strict=True):
            if fate is ChromeKind.RELATED and block.place.in_body and self._is_linked(block):
                left += len(block.text)
            elif fate is BlockLabel.FRAME and block.place.in_body and block.line in unframed:
                frames.setdefault(id(block.place.owner), []).append(block)
            elif block.place.in_body and (fate is block.place.role or fate is ChromeKind.OTHER):
                boxes.setdefault(id(block.place.owner), []).append(block)
        for box in boxes.values():
            said = [b for b in box if b.words > LABEL and self._ends(b)]
            if len(said) > 1:
                return True
            # A post of a network is quoted, or says below it whose it is.
            held = box[0].place
            quoted = next(held.owner.iter("blockquote", "a", "iframe"), None) is not None
            usual = (len(box) == 1 and quoted) or said != box[-1:]
            post = usual and held.role is ChromeKind.EMBED
            left += sum(len(block.text) for block in said) * (not post)
        for box in frames.values():
            if len(box) == 1 or box[0].place.role is not Part.SLIDES:
                long = (b for b in box if b.words > SENTENCE and self._ends(b))
                left += sum(len(block.text) for block in long)
        return 5 * left > sum(len(block.text) for block in self.having(BlockLabel.TEXT))

    def _is_linked(self, block: Block) -> bool:
        """Whether a block is a sentence, all of it a link, in no box of links."""
        words = block.words
        boxed = block.place.role is ChromeKind.RELATED
        return block.links_only and words > SENTENCE and self._spoken(block.line) and not boxed

    # What each block says of itself.

    def _admit(self, block: Block) -> None:
        role = block.place.role
        if role is Part.HIDDEN or role is Part.OUT:
            kind = self._book.notice(block.line) if block.text else None
            self._put(block, BlockLabel.UNSEEN if kind is None else ChromeKind(kind))
        elif block.picture is not None:
            self._put(block, None)
        elif isinstance(role, ChromeKind):
            kind = self._book.whole(block.line)
            own = kind in ("close_widget", "correction_link") or (
                kind is not None
                and (role is ChromeKind.OTHER or self._book.notice(block.line) is not None)
            )
            self._put(block, ChromeKind(kind) if kind is not None and own else role)
        elif role is Part.BYLINE and (kind := self._book.whole(block.line)) in _OFFERS:
            self._put(block, ChromeKind(kind))
        elif role in (Part.HEADLINE, Part.BYLINE, Part.DATE, Part.AGENCY):
            self._put(block, None)
        elif self._headed(block):
            for line in block.text.split("\n"):
                self._put(moved(block, line), None)
        else:
            for piece, kind in self._book.cut(block):
                named = kind == ChromeKind.AUTHOR_CARD and block.place.in_header
                named = named and names_only(piece.text, self._agencies)
                self._put(piece, None if kind is None or named else ChromeKind(kind))

    def _headed(self, block: Block) -> bool:
        """Whether the headline is a block's first line, parted from the others by `<br>` alone."""
        first, _, rest = block.text.partition("\n")
        return bool(rest) and key(first) in self._expected.headlines

    def _put(self, block: Block, fate: Label | None) -> None:
        self.blocks.append(block)
        self.fates.append(fate)

    def _open(self) -> Iterator[tuple[int, Block]]:
        return ((i, b) for i, b in enumerate(self.blocks) if self.fates[i] is None)

    def _headline(self) -> None:
        titles = [(i, b) for i, b in self._open() if b.place.role is Part.HEADLINE and b.text]
        if not titles:
            titles = [
                (i, b) for i, b in self._open() if b.text and b.key in self._expected.headlines
            ]
        if not titles and self._vote is None:
            return
        fitting = [(i, b) for i, b in titles if b.key in self._expected.headlines]
        if self._vote is not None and not fitting:
            parts = self._expected.titles
            named = [(i, b) for i, b in self._open() if b.place.tag in HEADINGS and b.key in parts]
            fitting = sorted(named, key=lambda pair: -len(pair[1].key))[:1]
        if self._vote is not None and titles and not fitting:
            # A heading in the middle, where the page gives no other title: the first line is it.
            begun = next((i for i, b in self._open() if self._says(b)), len(self.blocks))
            titles = [(i, b) for i, b in titles if i < begun] or [
                (i, b) for i, b in self._open() if i < begun and b.place.tag in HEADINGS
            ][-1:]
        if not (fitting or titles):
            return
        place, block = (fitting or titles)[0]
        self.fates[place] = BlockLabel.HEADLINE
        self.headline = block.key

    def _says(self, block: Block) -> bool:
        """Whether a block is a sentence of what trafilatura takes from the page."""
        return (
            self._vote is not None
            and block.words > LABEL
            and not block.links_only
            and SENTENCE_END.search(block.line) is not None
            and self._vote.takes_most(block)
        )

    def _named_parts(self) -> None:
        started = False
        named = False
        for i, block in self._open():
            role, text = block.place.role, block.line
            if block.picture is not None:
                self.fates[i] = self._picture(block)
            elif not started and text and block.key == self.headline:
                self.fates[i] = BlockLabel.AGAIN
            elif role is Part.DEK:
                self.fates[i] = ChromeKind.TIMESTAMP if is_date(text) else BlockLabel.DEK
            elif role is Part.DATE:
                self.fates[i] = ChromeKind.TIMESTAMP
            elif role is Part.AGENCY:
                self.fates[i] = BlockLabel.AGENCY
            elif role is Part.BYLINE or (
                role is Part.CREDIT
                and not named
                and is_byline(text)
                and block.place.figure is None
                and block.place.slides is None
            ):
                blank = not _LETTER.search(text)
                self.fates[i] = (
                    ChromeKind.BYLINE_LABEL if blank
                    else BlockLabel.BYLINE if not started or not named
                    else ChromeKind.AUTHOR_CARD
                )  # fmt: skip
                named = named or not blank
            elif role in _FRAMES:
                self.fates[i] = BlockLabel.FRAME
            elif not started and is_dated_label(text):
                below = BlockLabel.HEADLINE in self.fates[max(i - _NEAR, 0) : i]
                signed = self._vote is not None and below and not named and signs(block)
                self.fates[i] = BlockLabel.BYLINE if signed else ChromeKind.TIMESTAMP
                named = named or signed
            elif self._known(block):
                self.fates[i] = BlockLabel.TEXT
                started = started or block.place.tag == "p"

    def _known(self, block: Block) -> bool:
        role = block.place.role
        if role is Part.HEADLINE:
            return block.place.in_body
        return role in (Part.TEXT, Part.LIVE) or (role is Part.BODY and not block.place.strangers)

    def _picture(self, block: Block) -> Label:
        role = block.place.role
        if role is Part.AGENCY:
            return BlockLabel.AGENCY
        if isinstance(role, ChromeKind) or role in (Part.BYLINE, Part.DATE):
            return BlockLabel.UNSEEN
        return BlockLabel.FRAME

    def _beside_pictures(self) -> None:
        """Captions and credits that stand by a picture under strange names."""
        last = -9
        picture = None
        for i, block in enumerate(self.blocks):
            if block.picture is not None:
                if self.fates[i] is BlockLabel.FRAME:
                    last, picture = i, block.picture
                continue
            if self.fates[i] is BlockLabel.FRAME:
                last = i
                continue
            stranger = self.fates[i] is None
            if i - last > 2 or not (stranger or self.fates[i] is BlockLabel.TEXT):
                continue
            near = stranger or block.place.tag != "p" or len(block.line) < 80
            alt = key(picture.get("alt") or "") if picture is not None else ""
            named = picture is not None and block.key == alt != "" and address_of(picture, "http:")
            if named or (near and is_credit(block.line)):
                self.fates[i] = BlockLabel.FRAME
                last = i

    def _header(self) -> None:
        """Strangers around the headline, before the text."""
        first = next((i for i, f in enumerate(self.fates) if f is BlockLabel.TEXT), len(self.fates))
        title = next((i for i, f in enumerate(self.fates) if f is BlockLabel.HEADLINE), -1)
        has_dek = BlockLabel.DEK in self.fates
        has_byline = BlockLabel.BYLINE in self.fates
        offered = {key(name) for name in self.offered()} | self._expected.names
        unknown = self._vote is not None
        dek = standfirst(list(self._open()), title, self._expected.names) if unknown else -1
        for i, block in self._open():
            if i >= first or (block.place.in_body and i > title >= 0):
                break
            if not block.place.in_header and first == len(self.fates) and i > title + 6:
                break
            text = block.line
            words = len(text.split())
            named = unknown and i > title >= 0 and signs(block)
            headed = block.place.in_header
            below = (named or headed) and self.fates[i - 1] is BlockLabel.BYLINE
            free = below or not has_byline
            near = headed or i - title <= 2
            described = block.key == self._expected.description != ""
            if (
                (block.key in offered and not has_byline)
                or (free and named)
                or (free and i > title and is_byline(text))
                or (free and headed and i > title and names_only(block.text, self._agencies))
                or (free and near and i > title and signing(text, self._agencies))
            ):
                self.fates[i], has_byline = BlockLabel.BYLINE, True
            elif is_date(text):
                self.fates[i] = ChromeKind.TIMESTAMP
            elif i == dek and not has_dek:
                self.fates[i], has_dek = BlockLabel.DEK, True
            elif block.place.cell is None and not _LETTER.search(text):
                self.fates[i] = ChromeKind.BYLINE_LABEL
            elif i < title and self._says(block):
                continue
            elif i < title:
                label = words <= 4 and (block.place.in_header or title - i <= 2)
                label = label and not (unknown and names_site(block))
                self.fates[i] = ChromeKind.SECTION_LABEL if label else ChromeKind.OTHER
            elif (not has_dek and words <= LONGEST_DEK) and (
                (described and (headed or block.place.tag != "p"))
                or (headed and words >= 4 and i - 2 <= title >= 0 and not block.links_only)
            ):
                self.fates[i], has_dek = BlockLabel.DEK, True
            elif headed:
                self.fates[i] = ChromeKind.OTHER

    def _closing(self) -> None:
        """Below the text: whose it is belongs to it, how to reach who wrote it does not."""
        last = max(
            (i for i, f in enumerate(self.fates) if f is BlockLabel.TEXT), default=len(self.fates)
        )
        for i in range(last + 1, min(last + 3, len(self.fates))):
            line = self.blocks[i].line
            if self.fates[i] is ChromeKind.OTHER and signing(line, self._agencies) is not None:
                self.fates[i] = BlockLabel.TEXT
        for i in [i for i, f in enumerate(self.fates) if f is BlockLabel.TEXT][:0:-1]:
            line = self.blocks[i].line
            if len(line) > _LONGEST_CLOSING:
                break
            kind = self._book.closing(line)
            if kind is not None:
                self.fates[i] = ChromeKind(kind)
            elif SIGNATURE.fullmatch(line) is None and signing(line, self._agencies) is None:
                break
        self._contacts()

    def _contacts(self) -> None:
        """Whom journalists may ask, below a press release: a label, people, how to reach them."""
        texts = [i for i, f in enumerate(self.fates) if f is BlockLabel.TEXT]
        for n, i in enumerate(texts[:0:-1][:_CONTACTS]):
            label = CONTACT.match(self.blocks[i].line)
            if len(self.blocks[i].line) > _LONGEST_CLOSING:
                return
            if label is not None:
                below = [self.blocks[m] for m in texts[-n - 1 :]]
                said = ", ".join(b.text.replace("\n", ", ") for b in below)[label.end() :]
                if REACHED.search(said) is not None and CONTACTED.search(said) is not None:
                    for m in texts[-n - 1 :]:
                        self.fates[m] = ChromeKind.AUTHOR_CARD
                return

    # What trafilatura says of the rest.

    def _strangers(self) -> None:
        """Blocks under names that the layout does not know: trafilatura votes, name by name."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for i, block in self._open():
            groups.setdefault(block.place.strangers, []).append(i)
        candidates = [
            (block, fate is None or block.links_only)
            for block, fate in zip(self.blocks, self.fates, strict=True)
            if block.text and (fate is None or fate is BlockLabel.TEXT)
        ]
        if not any(doubtful for _, doubtful in candidates):
            return
        vote = Vote(partial(page_of, candidates))
        known = [i for i, f in enumerate(self.fates) if f is BlockLabel.TEXT]
        enough = sum(len(self.blocks[i].line.split()) for i in known) >= _ENOUGH
        if not known and groups:
            known = max(groups.values(), key=lambda g: sum(len(self.blocks[i].text) for i in g))
        for group in groups.values():
            inside = any(self.blocks[i].place.in_body for i in group)
            trailing = bool(known) and group[0] > known[-1]
            taken = (
                (inside or not enough)
                and (not trailing or self._says_something(group))
                and self._elected(group, vote)
            )
            for i in group:
                self.fates[i] = self._place(i, taken=taken, vote=vote)
        for i in known:
            # The layout's own paragraph, but nothing in it except links, and no vote for it.
            block = self.blocks[i]
            if (
                self.fates[i] is BlockLabel.TEXT
                and block.links_only
                and not vote.takes(block)
                and vote
            ):
                self.fates[i] = ChromeKind.RELATED

    def _ends(self, block: Block) -> bool:
        return self._spoken(block.line) and not block.links_only

    def _spoken(self, line: str) -> bool:
        return bool(SENTENCE_END.search(line)) or signing(line, self._agencies) is not None

    def _says_something(self, group: list[int]) -> bool:
        blocks = [self.blocks[i] for i in group]
        return any(b.place.cell is not None or self._spoken(b.line) for b in blocks)

    def _elected(self, group: list[int], vote: Vote) -> bool:
        blocks = [self.blocks[i] for i in group]
        if not vote:
            # trafilatura makes nothing of a page of a few words: then a sentence is text.
            return any(SENTENCE_END.search(b.line) and not b.links_only for b in blocks)
        words = sum(len(block.text.split()) for block in blocks)
        won = sum(len(block.text.split()) for block in blocks if vote.takes(block))
        return 2 * won >= words > 0

    def _place(self, i: int, *, taken: bool, vote: Vote) -> Label:
        block = self.blocks[i]
        if block.links_only and not vote.takes(block):
            return ChromeKind.RELATED
        if taken and block.links_only and not SENTENCE_END.search(block.line):
            return ChromeKind.RELATED
        return BlockLabel.TEXT if taken else ChromeKind.OTHER
