"""The people in a byline, told from agencies, papers, places, roles and labels."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC
from functools import cache, reduce
from itertools import chain

from huffarchive.editions.bylines import OTHERS, PAPERS, PLACES, SURNAMES
from huffarchive.editions.edition import Edition
from huffarchive.reader.date_parsing import plain, written_in
from huffarchive.reader.line_patterns import ABOUT_DATES

_WORK = (
    r"textes?|billets?|chroniques?|reportages?|entrevues?|analyses?|critiques?|articles?|dossiers?"
    r"|recherches?|compte[ -]rendu|lettres?"
)
_PICTURES = r"photos?|photographies?|images?|illustrations?|vid[ée]os?|infographies?|dessins?"
_LABEL = re.compile(
    rf"^\s*(?:(?:une? )?(?:{_WORK})(?:\s?(?:et|,|/|&)\s?(?:{_PICTURES}|{_WORK}))*\s?"
    rf"(?::|(?:de |d['’]|par |by )\s?:?)"
    r"|notre (?:collaborat\w+|journaliste|chroniqueu\w+|correspondante?|envoy[ée]e? sp[ée]ciale?)"
    r"|(?-i:De)(?=\s(?!L[ae]s?\b)(?-i:[A-ZÀ-Þ])\S+\s(?-i:[A-ZÀ-Þ]))"
    r"|(?-i:d)['’](?=(?-i:[A-ZÀ-Þ]))"
    r"|auteure?s?\s?:|authors?\s?:"
    r"|(?:propos recueillis par|(?:publi[ée]e?|soumise?|post[ée]"
    r"|[ée]crite?|r[ée]dig[ée]e?|sign[ée]e?) par"
    r"|(?:posted |written |text )?by|avec (?:la collaboration|l['’]aide) d(?:e\b|['’])"
    r"|en collaboration avec|with|avec|et|and|par)"
    r"(?:\b|(?<=\b(?-i:Par))(?=(?-i:[A-ZÉÈÀÂÎÔÇ]))))\s*:?\s*",
    re.IGNORECASE,
)
_NOT_OF_TEXT = re.compile(
    rf"^\s*(?:{_PICTURES}|cr[ée]dits?|traduction|traduit|translation|translated|adapt\w+"
    r"|r[ée]vision|montage|cam[ée]ra|r[ée]alisation|suivre|follow|source|courriel|e-?mail"
    r"|mis(?:e)? [àa] jour)\b",
    re.IGNORECASE,
)
"""How a part begins that names who did something else."""
_BETWEEN = re.compile(
    r"\s*(?:[,;|&•·\n]|/|\s[-–—]+\s|[()\[\]]|\bet\b|\band\b|\bpour\b|\bfor\b|(?=\b(?:avec|with)\b)"
    rf"|(?=\b(?:{_PICTURES}|traduction)\s?(?::|de|par)))\s*",
    re.IGNORECASE,
)
_SHOT = re.compile(
    rf"(?:^|(?<=[,;&])|(?<=\bet\s)|(?<=\band\s))[^,;&()]*\(\s*(?:{_PICTURES})\s*\)", re.IGNORECASE
)
"""A name with what was done in brackets behind it: "Ève Roy (photos)"."""
_FROM = re.compile(r"\s(?:à|au|aux|dans|in|from|depuis|en direct)(?:\s.*|$)", re.DOTALL)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspond[ae]nte?|journalist[es]?|journaliste|blogueu(?:r|se)"
    r"|r[ée]dact(?:eur|rice)|r[ée]daction|[ée]dit(?:eur|rice)|chroniqueu(?:r|se)|auteure?|[ée]quipe"
    r"|collaborat(?:eur|rice)|collaborations?|pr[ée]sidente?|directeur|directrice|professeure?"
    r"|[ée]tudiante?|avocate?|m[ée]decin|writer|author|founder|professor|contributor|staff"
    r"|stagiaire|pigiste|sp[ée]cialiste|expert|consultante?|envoy[ée]e?|sp[ée]ciale?|special"
    r"|exclusi(?:f|vit[ée]|ve)|admin|anonyme|anonymous|team|desk|newsroom|invit[ée]e?|photographe"
    r"|d[ée]put[ée]e?|ministre|s[ée]nat(?:eur|rice)|psychologue|[ée]conomiste|fondat(?:eur|rice))\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"^(?:l[ae]s?|the|un[e]?|des)\s|^l['’]"
    r"|\b(?:agence|agency|presse|press|news|nouvelles|magazine|mag|radio|t[ée]l[ée]|tv|m[ée]dias?"
    r"|journal|gazette|universit[ée]|university|association|f[ée]d[ée]ration|fondation|foundation"
    r"|citizen|herald|tribune|chronicle|institut|coalition|collectif|groupe|conseil|centrale|syndicat|parti|minist[èe]re|inc|huffpost"
    r"|huffington)\b|\.(?:ca|com|org|net|fr)\b|@",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"[^\W\d_](?:[\w.'’\-\u2010\u2011 ]"
    r"|(?<=\s)(?:\"[^\"]{2,20}\"|«[^»]{2,20}»|“[^”]{2,20}”)(?=\s))*"
)
"""A person's, a nickname in quotes within."""
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?<!\S)@\w+")
"""Addresses, and names on a social network."""
_EDGES = ' .:-–—|"«»“”*\xa0'
_SUFFIX = re.compile(r",\s*(?=(?:[JS]r\.?|I{2,3}|IV)(?![\w.-]))")
_DEGREE = re.compile(
    r"[\s,(]+(?:Ph\.?\s?D|M\.?\s?D|D\.?M\.?D|[BM]\.?\s?Sc|[BM]\.\s?(?:A|Ed)|MBA|CPA|LL\.?\s?[BM])"
    r"(?![\w-])\.?\)?(?=\s*(?:[,;&/|)(–—-]|$|et\b|and\b|pour\b))"
)
_KEPT_DOT = re.compile(r"(?<![\w'’])(?:[JS]r|[A-ZÀ-Þ])\.$")
"""What a name ends with and has a dot of its own: "Jr.", an initial."""
_GOES_ON = re.compile(
    r"(?:\b(?:et|and|avec|with|pour|for|par|by|d[eu]s?|l[ae]s?|of|from|à|in)|['’&/|,:–—-])$",
    re.IGNORECASE,
)
"""How a line ends that is not over."""
_FILED = "\0"
"""Stands where a paper's or an agency's name stood."""
_LONGEST = 400
_DIGIT = re.compile(r"\d")
_HYPHENS = str.maketrans("-\u2010\u2011’", "   '")


def _spelt(place: str) -> str:
    """A place in lower case as nobody writes it and everybody: no accents, no hyphens."""
    bare = unicodedata.normalize("NFD", place.translate(_HYPHENS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


_PLACES = frozenset(map(_spelt, PLACES))
_PLACE_WORDS = max(len(place.split()) for place in _PLACES)
_MOST_WORDS = 6
_SHORTEST = 3
"""Letters of an agency's initials, which are capitals: "CP"."""
_DANGLING = re.compile(
    r"(?:\s(?:d[eu]s?|of|from|l[ae]s?|the)|\s(?:de\s)?l['’])+\s*(?=[,\0])", re.IGNORECASE
)
"""What led to a name that was taken out: "de l'", "du"."""


@cache
def _signed_for(names: tuple[str, ...]) -> re.Pattern[str]:
    """Two words of a name with a paper's behind them and nothing between: "Lia Roy La Presse"."""
    ways = sorted((re.escape(name) for name in (*PAPERS, *names)), key=len, reverse=True)
    paper = "|".join(ways).replace("'", "['’]").replace(r"\ ", r"\s")
    paper = re.sub(r"(?<=\|)le\\s", r"(?:le|du)\\s", paper)
    word = r"[^\W\d_][\w.'’\-\u2010\u2011]*"
    return re.compile(
        rf"(?<![\w'’-])({word}\s{word})\s(?:(?:l[ae]s?|the|d[eu]|de\sla)\s|(?:de\s)?l['’])?"
        rf"(?:{paper})(?![\w-])",
        re.IGNORECASE,
    )


def authors_of(byline: str, edition: Edition) -> tuple[tuple[str, ...], str | None]:
    """The people and the first agency in a byline, "Par Lia Lévesque, La Presse Canadienne".

    A name is as the byline has it, its blanks plain. Beside an agency, or behind another name, one
    word alone is no person: it is where the copy was filed, or a title.
    """
    lines = unicodedata.normalize("NFC", byline[:_LONGEST]).split("\n")
    text = reduce(_below, filter(None, (" ".join(line.split()) for line in lines)), "")
    text = _MAIL.sub(",", _without_dates(text.replace(_FILED, "")))
    text = _SUFFIX.sub(" ", _DEGREE.sub(",", text))
    agencies: list[tuple[int, str]] = []
    text = _SHOT.sub(",", text)
    own = frozenset(chain.from_iterable(map(_own, _names(text))))
    for agency in edition.agencies:
        found = agency.written.search(text)
        if found is not None and found.group() not in own:
            agencies.append((found.start(), agency.name))
            text = agency.written.sub(lambda m: _FILED + " " * (len(m.group()) - 2) + ",", text)
    text = _signed_for(edition.own_names).sub(rf"\1{_FILED}", text)
    *filed, last = _DANGLING.sub("", text).split(_FILED)
    text = ",".join([*map(_without_place, filed), last])
    people: list[str] = []
    for name in _names(text):
        known = people or agencies
        if name not in people and _is_person(name, edition) and not (known and " " not in name):
            people.append(name)
    return tuple(people), min(agencies)[1] if agencies else None


def bare_of(line: str) -> tuple[str, bool]:
    """A byline without addresses and the words that lead to its names, and whether it had such."""
    said = _MAIL.sub("", line).strip()
    bare = said
    while (rest := _LABEL.sub("", bare)) != bare:
        bare = rest
    return bare.strip(), bare != said


def _below(text: str, line: str) -> str:
    """A byline with its next line: behind a name of two words another begins."""
    last = _LABEL.sub("", text.rsplit(",", 1)[-1])
    over = len(last.split()) > 1 and _GOES_ON.search(text) is None
    return f"{text}{',' if over else ''} {line}".strip()


def _without_dates(text: str) -> str:
    """A byline without the dates in it, and the words that lead to them: "le", "Published on"."""
    if _DIGIT.search(text) is None:
        return text
    kept, last = [], 0
    for found in written_in(text, UTC, day_first=True):
        words = text[last : found.start].split()
        while words and plain(words[-1]).strip("|:,").lower() in {*ABOUT_DATES, ""}:
            words.pop()
        kept.append(" ".join(words))
        last = found.end
    return ", ".join([*kept, text[last:]])


def _without_place(text: str) -> str:
    """A text up to an agency's name, without the place right behind a person's of two words."""
    words = text.split()
    for count in range(min(len(words) - 2, _PLACE_WORDS), 0, -1):
        if _spelt(" ".join(words[-count:]).casefold()) in _PLACES:
            rest = " ".join(words[:-count])
            *_, person = "", *_names(rest)
            whole = " " in person and rest.endswith(person) and not person.endswith(".")
            return rest if whole or person.endswith(("Jr.", "Sr.")) else text
    return text


def _names(text: str) -> Iterator[str]:
    """What may be names, without the labels before them and the places behind them."""
    for part in _BETWEEN.split(_LABEL.sub("", text)):
        if _NOT_OF_TEXT.match(part):
            continue
        bare = part
        while (rest := _LABEL.sub("", bare)) != bare:
            bare = rest
        bare = _FROM.sub("", bare).strip(_EDGES.replace(".", ""))
        if name := bare if _KEPT_DOT.search(bare) else bare.strip(_EDGES):
            yield name


def _own(name: str) -> Iterator[str]:
    """The word of a person's two that an agency is called by: "Luc Bloomberg", "Cp Roy"."""
    first, _, last = name.partition(" ")
    if first.istitle() and last.istitle() and _HOUSE.search(first) is None:
        if last.casefold() in SURNAMES and _spelt(first.casefold()) not in _PLACES:
            yield last
        if len(first) <= _SHORTEST and _spelt(last.casefold()) not in _PLACES:
            yield first


def _is_person(name: str, edition: Edition) -> bool:
    folded = name.casefold()
    return (
        folded not in edition.own_names
        and _spelt(folded) not in _PLACES
        and folded not in OTHERS
        and _NAME.fullmatch(name) is not None
        and len(name.split()) <= _MOST_WORDS
        and name[0].isupper()
        and _ROLE.search(name) is None
        and (_HOUSE.search(name) is None or _is_namesake(name))
    )


def _is_namesake(name: str) -> bool:
    """Whether a name is a person's whose surname is a word of a house's: "Anne Presse"."""
    first, _, last = name.partition(" ")
    return (
        first.istitle() and last.istitle()
        and last.casefold() in SURNAMES
        and not first.endswith("s") and _spelt(first.casefold()) not in _PLACES
        and _HOUSE.search(f"{first} ") is None
    )  # fmt: skip
