"""Who signed an article: people apart from agencies, and which agency a text is of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml import html

from huffarchive.editions.bylines import PLACES
from huffarchive.editions.edition import Agency, Edition
from huffarchive.editions.huffpost import CREDITED, CREDITING, DESKS, LOGO_WORDS
from huffarchive.reader.blocks import Block
from huffarchive.reader.elements import PICTURES
from huffarchive.reader.layout import Part
from huffarchive.reader.line_patterns import SIGNATURE, is_byline, is_credit
from huffarchive.reader.people import authors_of, bare_of
from huffarchive.reader.text import clean, words_of

LINES = PICTURES | {"span", "a", "i", "b", "em", "strong", "small", "abbr", "cite", "svg"}
"""Elements that stand in a line: what a logo is put into."""
_PIECES = re.compile(r"[^\W_]+")
_LOGO = re.compile("^logos?|logos?$|wire$")
_SIZE = re.compile(r"\d+x?\d*")
_CUT = re.compile(r"(\s[-–—_]{1,3}(?:\s|$)|--+|[—–]\s|\s?\|\s?|[()\[\]]|\s/(?=\w)|/\s|,\s|\s?:\s)")
_PLACE = re.compile(r"(?:[A-ZÀ-Þ«\d]|le \d|le (?:lun|mar|mer|jeu|ven|sam|dim))")
_BETWEEN = re.compile(r"\s*(?:[,;/&+]|\set\s|\sand\s|\savec\s|\s[-–—]\s|\s-)\s*")
_PARTS = re.compile(
    r"\s*[,/|()\n]\s*|\s+[-–—]\s+|\s(?:et|and|avec|with)\s(?:d['’]|de\s)?|\.\s+(?=photos?\b)",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"(?:journaliste|chroniqueu|collaborat|correspond|envoy[ée]|r[ée]dact|pigiste|stagiaire|blogueu"
    r"|photos?\b).*",
    re.IGNORECASE,
)
"""What a part of a byline is that says what somebody does, or who took the pictures."""
_CAPITALS = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\s[A-ZÀ-Þ.'’-]+){1,2}")
_REVIEW = re.compile(r"(?:une? )?(?:critique|analyse|dossier)s?\s", re.IGNORECASE)
"""How a line begins that names what a piece is about."""
_SIGNED_WITH = re.compile(r"(?:,|\s[-–—])\s")
_DAY = re.compile(r"\s\d{1,4}([-/.])\d{1,2}\1\d{1,4}$")
_PERSON = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ'’-][\w'’-]*(?:\s[A-ZÀ-Þ][\w.'’-]+){1,2}")
_ARTICLE = re.compile(r"(?:(?:de|of|from|par|by)\s)?(?:[ld]['’]|la\s|the\s)?", re.IGNORECASE)
_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w.'’-]*|d[eu]|la|le|the|of)(?:\s(?:[A-ZÀ-Þ][\w.'’-]*|d[eu]|la|le)){0,5}"
)
_PICTURE = re.compile(r"photo|image|vid[ée]o|getty|shutterstock|cr[ée]dit", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…»”\"])\s*(?:[-–—]{1,2}\s?)?(?=[^\s.!?…»”\"])")
_DASHES = "-–—_|"
_ENDS = (")", "]", "/", ":")
_CLOSING = 3
"""How many of the last lines may say whose text it is."""
_LONGEST_LINE = 160
_LONGEST_CLOSING = 400
"""Letters of a closing line; with a copyright or what must not be done with the text, more."""


def exact(text: str, agencies: Sequence[Agency]) -> str | None:
    """The agency whose name a text is, and nothing else."""
    bare = _ARTICLE.sub("", text.strip(" .*\xa0"), count=1)
    if len(bare) <= 3 and not bare.isupper() and bare != "dpa":
        return None
    if _any_of(tuple(agencies)).match(bare) is None:
        return None
    return next((a.name for a in agencies if a.written.fullmatch(bare)), None)


@lru_cache(maxsize=16)
def _any_of(agencies: tuple[Agency, ...]) -> re.Pattern[str]:
    """What begins with a name of one of them: few lines do, and asking each takes time."""
    return re.compile("|".join(agency.written.pattern for agency in agencies), re.IGNORECASE)


def named(text: str, agencies: Sequence[Agency]) -> str | None:
    """The first agency of the list that a text names."""
    return next((a.name for a in agencies if a.written.search(text)), None)


# Logos.


@lru_cache(maxsize=4096)
def _bare(text: str) -> frozenset[str]:
    """What a logo's class, file name or alternative text may say beside that it is a logo."""
    pieces = [p for p in _PIECES.findall(text.lower()) if not _SIZE.fullmatch(p)]
    bare = "".join(piece for piece in pieces if piece not in LOGO_WORDS)
    return frozenset(("".join(pieces), bare, _LOGO.sub("", bare))) - {""}


def _mark(text: str, agencies: tuple[Agency, ...]) -> str | None:
    bare = _bare(text)
    return next((a.name for a in agencies if bare & a.logos), None) if bare else None


def _by_file(element: html.HtmlElement, agencies: tuple[Agency, ...]) -> str | None:
    for name in ("src", "data-src", "data-img-path", "data-original"):
        value = element.get(name)
        if value and not value.startswith("data:") and len(value) <= 2048:
            try:
                stem = unquote(urlsplit(value).path).rsplit("/", 1)[-1].rsplit(".", 1)[0]
            except ValueError:
                continue
            if (found := _mark(stem, agencies)) is not None:
                return found
    return None


def logo_of(element: html.HtmlElement, agencies: tuple[Agency, ...]) -> str | None:
    """The agency whose logo an element is or holds: file name, class, alternative text, name."""
    for part in element.iter():
        if not isinstance(part.tag, str):
            continue
        said = (part.get("alt"), part.get("title"), part.get("aria-label"), _site(part))
        for value in (*(part.get("class") or "").split(), *said):
            if value and len(value) <= 60 and (found := _mark(clean(value), agencies)) is not None:
                return found
        if part.tag in PICTURES and (found := _by_file(part, agencies)) is not None:
            return found
    words = clean(words_of(element))
    return signing(words, agencies) or (named(words, agencies) if len(words) <= 80 else None)


def _site(element: html.HtmlElement) -> str | None:
    """The name of the site that a link without words leads to: "reuters" of www.reuters.com."""
    href = element.get("href") if element.tag == "a" else None
    if href is None or len(href) > 2048 or words_of(element).strip():
        return None
    try:
        labels = (urlsplit(href).hostname or "").split(".")
    except ValueError:
        return None
    return labels[-2] if len(labels) > 1 else None


def is_logo_file(element: html.HtmlElement, agencies: tuple[Agency, ...]) -> bool:
    """Whether a picture is an agency's logo by its file's name alone."""
    return _by_file(element, agencies) is not None


def is_logo(element: html.HtmlElement, agencies: tuple[Agency, ...]) -> bool:
    """Whether an element beside a byline is an agency's logo, or its name under its class."""
    if element.tag not in LINES:
        return False
    if element.tag == "svg" or element.tag in PICTURES:
        return logo_of(element, agencies) is not None
    if (site := _site(element)) is not None and _mark(site, agencies) is not None:
        return True
    if not any(_mark(name, agencies) for name in (element.get("class") or "").split()):
        return False
    words = clean(words_of(element))
    return not words or signing(words, agencies) is not None


# Datelines.


def in_dateline(line: str, agencies: Sequence[Agency]) -> str | None:
    """The agency in a dateline: "LE CAIRE (AFP) - …", "OTTAWA, La Presse canadienne — …".

    A dateline is places, dates and names up to a dash, a bar or a bracket; where a sentence goes
    on behind it in lower case, it is none, unless its places are in capitals.
    """
    parts = _CUT.split(line[:200])
    found: str | None = None
    places: list[str] = []
    before, enclosed = "", False
    for n in range(0, len(parts), 2):
        token, cut = parts[n].strip(), "".join(parts[n + 1 : n + 2]).strip()
        rest = "".join(parts[n + 2 :]).lstrip()
        whose = _run(_DAY.sub("", token), agencies) if token else None
        if whose is not None and found is None:
            found, enclosed = whose, bool(before) and before not in (",", ":")
        elif token and whose is None:
            if len(token.split()) > 6 or _PLACE.match(token) is None:
                return None
            places.append(token)
        before = cut or before
        capital = all(place.isupper() or not place[:1].isupper() for place in places)
        if found is None:
            continue
        if cut == "(" and whose is not None and not places and len(token) <= 2:
            return None  # "PC (Parti conservateur)"
        if not cut:
            alone = len(line) <= 80 and before != ":" and line[-1] not in '.?!…»"'
            return found if alone else None
        if cut[0] in _DASHES:
            if rest[:1].islower() and not enclosed and not (capital and places):
                return None
            return found
        if cut in _ENDS and (not rest or rest[0] in _DASHES or rest[0] == ":"):
            return found
        if (
            cut in _ENDS
            and (places or enclosed)
            and (capital or (len(token) > 2 and all(p.casefold() in PLACES for p in places)))
            and not rest[:1].islower()
            and rest[0] not in ",.;"
        ):
            return found
    return None


def _run(text: str, agencies: Sequence[Agency]) -> str | None:
    """The first of several agencies, "AFP/Reuters", where a text is nothing else."""
    names = [exact(part, agencies) for part in _BETWEEN.split(text)]
    return names[0] if all(names) else None


# Closing lines.


def in_closing(text: Sequence[str], agencies: Sequence[Agency]) -> str | None:
    """The agency in the last lines: "(Avec l'AFP)", "La Presse Canadienne, 2015"."""
    person, *behind = _SIGNED_WITH.split(text[-1], maxsplit=1) if text else [""]
    if (
        behind
        and len(behind[0]) > 2
        and _PERSON.fullmatch(person)
        and (found := exact(behind[0], agencies)) is not None
    ):
        return found
    for n, line in enumerate(reversed(text[-_CLOSING:])):
        longest = _LONGEST_CLOSING if line[:1] in "©(CcTt" else _LONGEST_LINE
        segments = [line] if len(line) <= longest else []
        if n == 0:
            tail = line[-_LONGEST_CLOSING:]
            starts = {match.end() for match in _SENTENCE.finditer(tail)} | {tail.rfind("(")}
            segments += [tail[start:] for start in sorted(starts, reverse=True) if start > 0][:4]
        for segment in segments:
            if (found := signing(segment, agencies, bare=n == 0)) is not None:
                return found
    return None


def in_credits(lines: Iterable[str], agencies: Sequence[Agency]) -> str | None:
    """The agency in lines that stand below the text and are none of it."""
    for line in lines:
        if (found := signing(line, agencies)) is not None:
            return found
        if is_credit(line) and not _PICTURE.search(line):
            return named(line, agencies)
    return None


def signing(line: str, agencies: Sequence[Agency], *, bare: bool = True) -> str | None:
    """The agency that a line gives as the text's source, if that is all it says.

    `bare`: a name with no word of its part, "AFP", will do.
    """
    said = line.strip(' \xa0()[]*–—-_•/"«»')
    if not said:
        return None
    found = _signing(said, agencies, bare=bare)
    return found if found is not None and _PICTURE.search(said) is None else None


def _signing(said: str, agencies: Sequence[Agency], *, bare: bool) -> str | None:
    for sign, pattern, desk in DESKS:
        if sign in said and pattern.fullmatch(said):
            return desk
    lead = CREDITING.match(said)
    rest = said[lead.end() :] if lead else said
    if lead is None:
        rest = _ARTICLE.sub("", rest, count=1)
        # Without a word before it the line begins with the name.
        agencies = agencies if _any_of(tuple(agencies)).match(rest) is not None else ()
    found: list[tuple[int, str]] = []
    for agency in agencies:
        first = agency.written.match(rest)
        for match in agency.written.finditer(rest) if lead else (first,) if first else ():
            follows = rest[match.end() :]
            credited = CREDITED.fullmatch(follows) is not None
            whole = rest[: match.end()] if credited else rest
            told = lead is not None or bare or (credited and bool(follows.strip(" .)]")))
            if told and _all_named(whole, agencies, people=lead is not None):
                found.append((match.start(), agency.name))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _all_named(text: str, agencies: Sequence[Agency], *, people: bool) -> bool:
    """Whether a text is names of agencies, one after the other (and of people and papers)."""
    parts = [part.strip(" .()[]\xa0") for part in _BETWEEN.split(text)]
    return all(
        not part or exact(part, agencies) is not None or (people and _NAME.fullmatch(part))
        for part in parts
    )


def names_only(line: str, agencies: Sequence[Agency]) -> bool:
    """Whether a line is a person's name, an agency's or both: "Luc Hamel, La Presse Canadienne".

    A person's has two words or three, each with a capital; what the person does or a place may
    stand beside it. Several people, and names in capitals, have a word of their part before them.
    """
    bare, led = bare_of(line)
    parts = [part for part in _PARTS.split(bare) if part]
    whose = [p for p in parts if exact(p, agencies) is not None or is_byline(p)]
    people = [p for p in parts if _PERSON.fullmatch(p) or (led and _CAPITALS.fullmatch(p))]
    people = [p for p in people if p not in whose and p.casefold() not in PLACES]
    rest = [p for p in parts if p not in whose and p not in people]
    return (
        0 < len(whose) + len(people) <= len(parts) <= 4
        and (led or len(people) <= 1)
        and _REVIEW.match(line) is None
        and all(p.casefold() in PLACES or _TRADE.fullmatch(p) for p in rest)
    )


@dataclass(frozen=True, slots=True)
class Byline:
    """Authors, agency, and whether the copy is an agency's."""

    authors: tuple[str, ...]
    agency: str | None
    read_from: str | None
    """byline, logo, signature, dateline or credit"""
    is_wire: bool | None


def read_byline(
    *,
    byline: str | None,
    named: Sequence[str],
    sources: Sequence[str],
    logos: Iterable[Block],
    signature: str | None,
    text: Sequence[str],
    credits_: Sequence[str],
    edition: Edition,
) -> Byline:
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
    return Byline(authors, agency, source, True if agency else False if own and not marks else None)


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
