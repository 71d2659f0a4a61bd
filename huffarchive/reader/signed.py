"""Who signed an article: people apart from agencies, and where the agency was read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huffarchive.editions import Edition
from huffarchive.layouts import Part
from huffarchive.reader.agency import exact, in_closing, in_credits, in_dateline, logo_of
from huffarchive.reader.blocks import Block
from huffarchive.reader.marks import SIGNATURE
from huffarchive.reader.people import authors_of


@dataclass(frozen=True, slots=True)
class Signed:
    """Authors, agency, and whether the copy is an agency's."""

    authors: tuple[str, ...]
    agency: str | None
    read_from: str | None
    """byline, logo, signature, dateline or credit"""
    is_wire: bool | None


def signed(
    *,
    byline: str | None,
    named: Sequence[str],
    sources: Sequence[str],
    logos: Iterable[Block],
    signature: str | None,
    text: Sequence[str],
    credits_: Sequence[str],
    edition: Edition,
) -> Signed:
    """Put together who signed: the byline first, else the names that the page's data give."""
    authors: tuple[str, ...] = ()
    in_byline: str | None = None
    if byline:
        authors, in_byline = authors_of(byline, edition)
    if not authors and in_byline is None:
        for name in named:
            people, agency = authors_of(name, edition)
            authors += tuple(person for person in people if person not in authors)
            in_byline = in_byline or agency
    if in_byline is None:
        in_byline = next(filter(None, (exact(s, edition.agencies) for s in sources)), None)
    marks = list(logos)
    agency, source = in_byline, "byline" if in_byline else None
    if agency is None and (agency := _in_logos(marks, edition)) is not None:
        source = "logo"
    if agency is None and signature is not None:
        agency, source = "AFP", "signature"
    if agency is None and (agency := _in_opening(text, edition)) is not None:
        source = "dateline"
    if agency is None:
        agency = in_credits(credits_, edition.agencies) or in_closing(text, edition.agencies)
        source = "credit" if agency is not None else None
    own = bool(authors) or (byline is not None and "huff" in byline.casefold())
    # A logo that no agency of the list is known by: whose copy it is stays open.
    return Signed(authors, agency, source, True if agency else False if own and not marks else None)


def _in_logos(marks: Iterable[Block], edition: Edition) -> str | None:
    for block in marks:
        element = block.picture if block.picture is not None else block.place.element
        owner = block.place.owner if block.place.role is Part.AGENCY else element
        for part in (element, owner):
            if (found := logo_of(part, edition.agencies)) is not None:
                return found
    return None


def _in_opening(text: Sequence[str], edition: Edition) -> str | None:
    found = (in_dateline(line, edition.agencies) for line in text[:2])
    return next((agency for agency in found if agency is not None), None)


def signature_in(text: str) -> str | None:
    """The agency's desk signature, if that is what a line is."""
    return text if SIGNATURE.fullmatch(text) else None
