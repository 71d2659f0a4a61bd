"""Who signed an article: people apart from agencies, and where the agency was read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huffarchive.editions import Agency, Edition
from huffarchive.reader.blocks import Block
from huffarchive.reader.marks import SIGNATURE, is_credit

_LABEL = re.compile(
    r"^\s*(?:(?:un )?texte(?:s)? (?:de|et photos de|par)|propos recueillis par|publi[ée] par|"
    r"(?:post[ée]|[ée]crit) par|(?:posted |written )?by|par)"
    r"(?:\b|(?<=\b(?-i:Par))(?=(?-i:[A-ZÉÈÀÂÎÔÇ])))\s*:?\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[,;/|&•·]|\s[-–—]\s|\bet\b|\band\b|\bavec\b|\bwith\b|\bpour\b|\bfor\b)\s*"
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|journalist[es]?|journaliste|blogueu(?:r|se)|r[ée]dact(?:eur|rice)"
    r"|[ée]dit(?:eur|rice)|chroniqueu(?:r|se)|collaborat(?:eur|rice)|auteure?|pr[ée]sident|directeur"
    r"|directrice|professeure?|[ée]tudiante?|avocate?|m[ée]decin|writer|author|founder|professor"
    r"|contributor|staff|stagiaire|pigiste|sp[ée]cialiste|expert|consultante?)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.'’\- ]*")
_DATELINE = re.compile(r"^(?P<place>[^.!?]{0,80}?)\s?(?:[-–—]{1,2}|:)\s", re.DOTALL)
_PARENTHESIS = re.compile(r"\(([^()]{2,40})\)")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Signed:
    """Authors, agency, and whether the copy is an agency's."""

    authors: tuple[str, ...]
    agency: str | None
    read_from: str | None
    """byline, logo, signature, dateline or credit"""
    is_wire: bool | None


def authors_of(byline: str, edition: Edition) -> tuple[tuple[str, ...], str | None]:
    """The people and the first agency in a byline, "Par Lia Lévesque, La Presse Canadienne"."""
    rest = _LABEL.sub("", byline[:_LONGEST])
    agencies: list[tuple[int, str]] = []
    for agency in edition.agencies:
        if (found := agency.written.search(rest)) is not None:
            agencies.append((found.start(), agency.name))
            rest = agency.written.sub(lambda m: "," + " " * (len(m.group()) - 2) + ",", rest)
    people: list[str] = []
    for part in _BETWEEN.split(rest):
        name = _LABEL.sub("", part).strip(' .:-–—|"«»()\xa0')
        if name and name not in people and _is_person(name, edition):
            people.append(name)
    return tuple(people), min(agencies)[1] if agencies else None


def _is_person(name: str, edition: Edition) -> bool:
    return (
        name.casefold() not in edition.own_names
        and "huffpost" not in name.casefold()
        and "huffington" not in name.casefold()
        and _NAME.fullmatch(name) is not None
        and len(name.split()) <= 6
        and name[0].isupper()
        and _ROLE.search(name) is None
    )


def signed(
    *,
    byline: str | None,
    named: Sequence[str],
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
    agency, source = in_byline, "byline" if in_byline else None
    if agency is None and (agency := _in_logos(logos, edition)) is not None:
        source = "logo"
    if agency is None and signature is not None:
        agency, source = "AFP", "signature"
    if agency is None and text and (agency := _in_dateline(text[0], edition)) is not None:
        source = "dateline"
    if agency is None and (agency := _in_credits(text, credits_, edition)) is not None:
        source = "credit"
    own = bool(authors) or (byline is not None and "huff" in byline.casefold())
    return Signed(authors, agency, source, True if agency else False if own else None)


def _in_logos(logos: Iterable[Block], edition: Edition) -> str | None:
    for block in logos:
        element = block.picture if block.picture is not None else block.place.element
        names = " ".join((element.get("class") or "", block.place.owner.get("class") or ""))
        classes = names.lower().split()
        for agency in edition.agencies:
            if any(logo in classes for logo in agency.logos):
                return agency.name
        words = " ".join((block.line, element.get("alt") or "", element.get("title") or ""))
        if (named := _named(words, edition.agencies)) is not None:
            return named
    return None


def _named(text: str, agencies: Sequence[Agency]) -> str | None:
    return next((a.name for a in agencies if a.written.search(text)), None)


def _in_dateline(first: str, edition: Edition) -> str | None:
    """The agency in a dateline: "LE CAIRE (AFP) - …", "MONTRÉAL - La Presse Canadienne - …"."""
    opening = first[:120]
    found = _DATELINE.match(opening)
    if found is None:
        return None
    for inner in _PARENTHESIS.findall(found["place"]):
        if (named := _exact(inner, edition)) is not None:
            return named
    for part in re.split(r"\s[-–—]{1,2}\s", opening)[:-1]:
        if (named := _exact(part.strip(), edition)) is not None:
            return named
    return None


def _exact(text: str, edition: Edition) -> str | None:
    return next((a.name for a in edition.agencies if a.written.fullmatch(text)), None)


def _in_credits(text: Sequence[str], credits_: Sequence[str], edition: Edition) -> str | None:
    """The agency in a credit line of the text: "© AFP", "(AFP)", "Avec La Presse Canadienne"."""
    for line in credits_:
        if (named := _named(line, edition.agencies)) is not None:
            return named
    if text:
        last = text[-1]
        tail = re.search(r"\(([^()]{2,40})\)\.?$", last)
        if tail is not None and (named := _exact(tail[1], edition)) is not None:
            return named
        if len(last.split()) <= 8 and (is_credit(last) or last.lower().startswith("avec ")):
            return _named(last, edition.agencies)
    return None


def signature_in(text: str) -> str | None:
    """The agency's desk signature, if that is what a line is."""
    return text if SIGNATURE.fullmatch(text) else None
