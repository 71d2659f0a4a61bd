"""Time zones as pages write them, in French and in English: names, offsets, places and phrases."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from huffarchive.editions.bylines import PLACES

_CLOCKS = (
    ("America/Toronto", -5, "ET HE", "EST HNE", "EDT HAE"),
    ("America/Winnipeg", -6, "CT HC", "CST HNC", "CDT HAC"),
    ("America/Edmonton", -7, "MT HR", "MST HNR", "MDT HAR"),
    ("America/Vancouver", -8, "PT HP", "PST HNP", "PDT HAP"),
    ("America/Anchorage", -9, "", "AKST", "AKDT"),
    ("America/Halifax", -4, "AT HA", "AST HNA", "ADT HAA"),
    ("America/St_Johns", -3.5, "NT", "NST HNT", "NDT HAT"),
    ("Europe/London", 0, "", "", "BST"),
    ("Europe/Lisbon", 0, "", "WET", "WEST"),
    ("Europe/Paris", 1, "", "CET HNEC", "CEST HAEC"),
    ("Europe/Athens", 2, "", "EET", "EEST"),
    ("Australia/Sydney", 10, "", "AEST", "AEDT"),
    ("Pacific/Auckland", 12, "", "NZST", "NZDT"),
)
"""Where most live who use it, its standard hours, the names of a clock and of its two seasons."""
_OTHERS = {0: "UTC GMT UT TU TUC", -10: "HST", 2: "SAST", 3: "MSK", 8: "HKT AWST", 9: "JST KST"}
_NAMED = {name: place for place, _, always, *_ in _CLOCKS for name in always.split()}
_SEASONAL = {n: place for place, _, _, *parts in _CLOCKS for n in " ".join(parts).split()}
"""Names that are in use for a part of the year."""
_FIXED = {name: hours for hours, names in _OTHERS.items() for name in names.split()} | {
    name: hours + summer
    for _, hours, _, *parts in _CLOCKS
    for summer, names in enumerate(parts)
    for name in names.split()
}
_REGIONS = {
    "est|eastern": "E",
    "centre|central": "C",
    "rocheuses|mountain": "M",
    "pacifique|pacific": "P",
    "atlantique|atlantic": "A",
    "terre-neuve|newfoundland": "N",
}
_SEASONS = {"normale": "S", "standard": "S", "avancee": "D", "daylight": "D", "d'ete": "D"} | {
    "d'hiver": "S"
}
_IN_CITIES = {
    "America/Toronto": "montreal quebec ottawa toronto gatineau",
    "America/New_York": "new-york washington boston",
    "America/Halifax": "halifax moncton",
    "America/Winnipeg": "winnipeg",
    "America/Edmonton": "edmonton calgary",
    "America/Vancouver": "vancouver",
    "Europe/Paris": "paris bruxelles brussels geneve rome berlin madrid",
    "Europe/London": "londres london",
    "UTC": "greenwich",
}
_CITIES = {c.replace("-", " "): place for place, cs in _IN_CITIES.items() for c in cs.split()}
_UNIVERSAL = (
    r"zulu(?: +time)?|coordinated +universal +time|greenwich +mean +time|universal +time"
    r"|temps +universel(?: +coordonne)?|heure +universelle(?: +coordonnee)?"
)
_LOCAL = ("heure locale", "local time")
_NOT_ZONES = (
    "PAR BY MIS MISE MAJ LE LA LES DE DU ON AND OU OR DANS PUBLI POST NEWS AFP PC CP AP QMI CNW PA "
    "ATS EFE DPA UPI CBC TVA RDI CTV BBC CNN NDLR PHOTO VIDEO SRC RC LCN ICI QC USA UK ONU PM AM"
)
"""Words in capitals that stand behind a clock and are no zones: labels, agencies."""
_NO_ZONES = frozenset(_NOT_ZONES.split())

_WORDS = frozenset(("EST", "HAT", "WEST", "WET"))
"""Zones that are words too where all is in capitals, as those of two letters are."""
_DOTTED = {
    n: r"\.?".join(n) + r"\.?" if len(n) > 2 else rf"{n}|{n[0]}\.{n[1]}\.(?= *(?:[|,;:)(\]]|$))"
    for n in (*_FIXED, *_NAMED)
}
_NAMES = "|".join(_DOTTED[n] for n in sorted(_DOTTED, key=len, reverse=True))
_BESIDE = "|".join(_DOTTED[n] for n in sorted(_FIXED) if n not in _WORDS and len(n) > 2)
_CASELESS = "|".join(_DOTTED[n] for n in sorted(_FIXED, key=len, reverse=True) if len(n) > 2)
_ENDS = r"(?= *(?:[|,;:.)(\]\d]|[–—-] |$|\b(?:le|on|the|par|by)\b))"
"""What stands behind a zone in words."""
_PHRASE = (
    rf"heure +locale{_ENDS}"
    rf"|heure +(?:normale|avancee|d'ete|d'hiver){_ENDS}|(?:standard|daylight)(?: +savings?)? +time"
    r"|heure +(?:(?:normale|avancee|d'ete|locale|legale) +)?(?:de l'|de la +|du +|des +|de +|d')"
    r"(?!publi|mise|maj\b|modif|actualis|parution|diffusion|depot|lecture|debut|fin\b)"
    rf"[a-z' -]{{3,30}}?{_ENDS}|heure +[a-z]+(?:[ao]ise|enne|aine){_ENDS}|local time"
    r"|(?:eastern|central|mountain|pacific|atlantic|newfoundland)"
    rf"(?: +(?:(?:standard|daylight) +)?time|{_ENDS})"
    rf"|temps +(?:de l'|des +|du +)(?:{'|'.join(_REGIONS)})\b"
)
_UNIT = r" ?h(?:eures?|ours?|rs?)?(?!\w)"
_ODD = (
    r"[(\[]?(?:UTC|GMT)(?: ?(?:plus|moins|minus) ?\d{1,4}|\d{1,4}| 0\d{3}"
    rf"| \d{{1,2}}(?= *(?:[)\]|]|$)))(?!\w)|(?:{_NAMES}) ?[-–] \d{{1,2}}{_UNIT}(?! *[)\]])"
    r"|[(\[][+-]\d{1,3}(?: ?h)?[)\]]"
)
"""Offsets that are written as nobody does who is to be understood: "GMT 2", "UTC - 5 h", "(-4)"."""
_OTHER = (
    r"(?:[A-Z][A-Za-z.]*,? +){1,4}(?:Standard|Daylight|Summer) +Time(?!\w)"
    rf"|(?!Read|Post|Publi|Updat|Last|First)(?:[A-Z][a-z]+ +){{1,2}}[Tt]ime{_ENDS}"
    r"|(?:(?<=[:\d] )|(?<=\d))[A-GIK-Y](?= *(?:[)\]]|$))"
)
"""Zones that are named and not known: in words, or by one letter as the military does."""
_AREA = "Africa|America|Antarctica|Asia|Atlantic|Australia|Canada|Etc|Europe|Indian|Pacific|US"
_DIGITS = r"\d{1,2}(?:[:h]?\d\d){0,2}"
_COUNT = rf"(?<= )[+±-] ?\d{{1,2}} +(?!(?i:le|on|the|par|by)\b|(?:{_NAMES})(?!\w))[A-Za-z]"
"""A number of something, which is no offset: "+14 partages"."""
_ZONE = re.compile(
    rf"(?P<z>[Zz])(?!\w)|(?P<odd>{_ODD})"
    r"|(?:[(\[](?![+-]\d{1,3}[)\]\s]))?"
    rf"(?:(?P<base>{_NAMES}|(?i:utc|gmt))(?:/(?:{_NAMES}))? ?|(?!{_COUNT}))"
    rf"(?P<offset>(?:[+±] ?|-){_DIGITS}(?!\d|:\d)(?(base)(?:{_UNIT})?|(?! ?h))"
    rf"|(?(base)[-–] ?{_DIGITS}(?:(?:{_UNIT})?(?= *[)\]])|{_ENDS}(?! *[\d.:–—-] ?\d))"
    r"|(?<= )–0\d:?[0-5]\d(?!\d|:\d)))"
    r"[)\]]?(?: *[(\[][^()\[\]]{1,40}[)\]])?"
    rf"|[(\[]?(?:(?P<iana>(?:{_AREA})/[A-Za-z_/+-]{{2,30}}\d*|[A-Z]{{3}}\d[A-Z]{{3}}(?!\w))"
    rf"|(?P<utc>(?i:{_UNIVERSAL}){_ENDS})"
    rf"|(?i:heures? +)?(?P<name>(?:{_NAMES})(?!\w)|(?i:{_CASELESS}){_ENDS}"
    r"|(?:(?<=[\w.][ _])|(?<=\d))[A-Z]{2,5}(?!\w)|(?<=[\w ][(\[])[A-Z]{2,5}(?=[)\]]))"
    rf"(?: ?(?:/|(?i:ou|or)\b) ?(?P<also>{_NAMES})(?!\w)| (?P<beside>{_BESIDE})(?!\w))?"
    rf"|(?P<phrase>(?i:{_PHRASE}))"
    rf"|(?:(?<=[(\[])|(?:[Aa]|in) )(?P<city>(?i:{'|'.join(_CITIES)})){_ENDS}"
    rf"|(?P<other>{_OTHER}))[)\]]?"
)
"""What stands for a zone behind a clock, without accents; a name may be one that is not known."""


_BLANKS = re.compile(r"[ _]*")
_COMMA = re.compile(r" *, *")


def find_zone(text: str, at: int, end: int) -> re.Match[str] | None:
    """What stands for a zone in text[at:end], after blanks; after a comma only a known one.

    None for an agency's name, or a place's in capitals.
    """
    for pattern in (_BLANKS, _COMMA):
        gap = pattern.match(text, at, end)
        found = _ZONE.match(text, gap.end(), end) if gap else None
        if found is not None and _is_none(_name(found)):
            continue
        if found is not None and (pattern is _BLANKS or is_known(found)):
            return found
    return None


def is_known(found: re.Match[str]) -> bool:
    """Whether it is no name, or one that is known."""
    name = _name(found)
    return not name or name in _FIXED or name in _NAMED


def zone_of(found: re.Match[str], local: tzinfo) -> tzinfo | None:
    """The zone that was found; None for one that is not known."""
    if found["odd"]:
        return None
    if found["z"] or found["utc"]:
        return UTC
    if found["offset"]:
        zone, base = _offset(found["offset"]), (found["base"] or "UTC").upper().replace(".", "")
        fits = base in _NAMED or not _FIXED[base] or zone == _fixed(base)
        return zone if fits else None
    if found["iana"]:
        return _place(found["iana"])
    if found["phrase"]:
        return _phrase(found["phrase"].lower(), local)
    if city := found["city"] or re.sub(r" +time$", "", found["other"] or "", flags=re.IGNORECASE):
        return _city(city)
    name = _name(found)
    if name in _FIXED or name in _NAMED:
        also = found["also"] or found["beside"] or name
        return _pair(name, also.upper().replace(".", ""))
    return None


def _name(found: re.Match[str]) -> str:
    return (found["name"] or found.groupdict().get("word") or "").upper().replace(".", "")


def _is_none(name: str) -> bool:
    """Whether a word in capitals is known to be no zone."""
    return name in _NO_ZONES or name.lower() in PLACES


def _pair(name: str, also: str) -> tzinfo | None:
    """The zone of a name, or of two: one clock's in its two seasons ("EST/EDT"), or one zone's."""
    if name in _FIXED and _FIXED.get(also) == _FIXED[name]:
        return _fixed(name)
    place, same = (_NAMED.get(n) or _SEASONAL.get(n) for n in (name, also))
    return ZoneInfo(place) if place is not None and place == same else None


def _city(name: str) -> tzinfo | None:
    return ZoneInfo(_CITIES[name.lower()]) if name.lower() in _CITIES else None


def _fixed(name: str) -> timezone:
    return timezone(timedelta(hours=_FIXED[name]), name)


def out_of_season(zone: tzinfo | None, moment: datetime) -> bool:
    """Whether a zone is named as in the other part of the year: EST in July, HAE in January."""
    place = _SEASONAL.get(zone.tzname(None) or "") if isinstance(zone, timezone) else None
    if place is None or zone is None:
        return False
    return moment.astimezone(ZoneInfo(place)).utcoffset() != zone.utcoffset(None)


def is_foreign(zone: tzinfo | None, local: tzinfo, day: date) -> bool:
    """Whether a zone is not the local one, whose names count as its own in either season."""
    if zone is None or _clock_of(zone) == _clock_of(local) != "":
        return zone is None
    here, there = (datetime(day.year, day.month, day.day, 12, tzinfo=z) for z in (local, zone))
    return here.utcoffset() != there.utcoffset()


def contradicted(found: re.Match[str], text: str, end: int) -> bool:
    """Whether another zone stands right behind one and says otherwise: "…Z-04:00", "EDT (GMT)"."""
    named = bool(found["name"])
    gap = _BLANKS.match(text, found.end(), end if named else found.end())
    other = _ZONE.match(text, gap.end(), end) if gap else None
    if other is None or not (named or found["z"] or found["offset"]):
        return False
    if (other.group()[0] in "([") != named or not is_known(other):
        return False
    if not (other["z"] or other["offset"] or other["name"]):
        return False
    first, second = zone_of(found, UTC), zone_of(other, UTC)
    if first is None or second is None:
        return True
    return first != second and not _clock_of(first) == _clock_of(second) != ""


def _clock_of(zone: tzinfo) -> str:
    """The place whose clock a zone's name is of; "" for none."""
    place: str | None = getattr(zone, "key", None)
    return place or _SEASONAL.get(zone.tzname(None) or "", "")


def _offset(text: str) -> tzinfo | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) == 3 and digits[0] == "0":
        return None
    wide = len(digits) + len(digits) % 2
    hours, minutes, seconds = (int(digits.zfill(wide).ljust(6, "0")[i : i + 2]) for i in (0, 2, 4))
    shift = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or shift > timedelta(hours=14):
        return None
    return timezone(-shift if text[0] in "-–" else shift)


def _place(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def _phrase(words: str, local: tzinfo) -> tzinfo | None:
    if words in _LOCAL:
        return local
    season = next((s for word, s in _SEASONS.items() if word in words), "")
    for region, letter in _REGIONS.items():
        if re.search(rf"\b(?:{region})\b", words):
            name = f"{letter}{season}T"
            return _fixed(name) if season else ZoneInfo(_NAMED[name])
    if season and re.fullmatch(r"heure +[a-z']+|[a-z]+(?: +savings?)? +time", words):
        return _season_of(local, "SD".index(season))
    return _city(re.sub(r"^heure +(?:(?:locale|legale) +)?(?:de la +|de +|du +|d')", "", words))


def _season_of(local: tzinfo, nth: int) -> tzinfo | None:
    """The local clock as it is in one part of the year; None for one without names."""
    place = getattr(local, "key", None)
    names = next((parts[nth].split() for p, _, _, *parts in _CLOCKS if p == place), [])
    return _fixed(names[0]) if names else None


# Zones that stand apart from the clocks of a text.

_APART = re.compile(rf"{_ZONE.pattern}|[(\[]?(?P<word>[A-Z]{{2,5}})(?!\w)[)\]]?")
_BOUND = r"[|,;:.()\[\]/–—-]"
_BEGINS = re.compile(r"(?<![\w.+–-])(?=[A-Za-z+±–(\[-])")
_LEFT = re.compile(rf"(?:^|{_BOUND}) *$")
_RIGHT = re.compile(rf" *(?:{_BOUND}|$)")
_CAPITALS_BEFORE = re.compile(r"\b[A-ZÀ-Þ]{2,}\W*$")
_CAPITALS_BEHIND = re.compile(r"\W*[A-ZÀ-Þ]{2,}\b")
_CLOCK_BEFORE = re.compile(r"\d ?(?:h|min|[ap]\.?m\.?)? ?[(\[]?$", re.IGNORECASE)
_WHOLE_OFFSET = re.compile(r"[+±–-] ?(?:\d\d:?\d\d|00(?!\w))")


def zones_apart(text: str, gaps: Iterable[tuple[int, int]]) -> Iterable[re.Match[str]]:
    """What stands for a zone in the gaps between a text's dates: "(UTC) …", "… | heure de Paris".

    A word in capitals that is no known name only where it stands alone beside a date.
    """
    for begin, end in gaps:
        last = begin
        for at in _BEGINS.finditer(text, begin, end):
            found = _APART.match(text, at.start(), end) if at.start() >= last else None
            if found is not None and _may_be_meant(found, text, begin, end):
                last = found.end()
                yield found


def of_another_clock(found: re.Match[str], text: str, begin: int) -> bool:
    """Whether a zone stands behind a clock that is none of the dates'."""
    return _CLOCK_BEFORE.search(text[begin : found.start()]) is not None


def _may_be_meant(found: re.Match[str], text: str, begin: int, end: int) -> bool:
    before, behind = text[begin : found.start()], text[found.end() : end]
    within = re.compile(r"^[(\[].*[)\]]$").match(found.group()) is not None
    left = within or _LEFT.search(before) is not None
    right = within or _RIGHT.match(behind) is not None
    name = _name(found)
    if found["offset"] and not any(c.isalpha() for c in found.group()):
        return _WHOLE_OFFSET.search(found.group()) is not None
    if found["city"] or (found["odd"] and "T" not in found["odd"]):
        return False
    if not name:
        return not (found["z"] or found["other"]) or (left and right)
    shown = (found["name"] or name).isupper() or (left and right and name in ("UTC", "GMT"))
    if _is_none(name) or not shown:
        return False
    if name in _FIXED or name in _NAMED:
        if len(name) > 2 and name not in _WORDS:
            return True
        alone = left or _CAPITALS_BEFORE.search(before) is None
        return (left or right) and alone and (right or _CAPITALS_BEHIND.match(behind) is None)
    beside = (begin > 0 and not before.strip(" ,;:()[]/–—-")) or (
        end < len(text) and not behind.strip(" ,;:()[]/–—-")
    )
    return left and right and beside
