"""The zone behind a written clock: an offset, a name, or a place; and the one that is not known.

An offset or a name with its season counts as it is written: EST is five hours behind UTC in July
too, as RFC 5322 has it, since the site's software writes EST in winter and EDT in summer. A name
without a season (ET, "heure de l'Est") is what the clocks of that zone show on that day.
"""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_HOURS = {
    hours: names.split()
    for hours, names in {
        0: "UTC GMT UT TU TUC WET",
        -2.5: "NDT HAT",
        -3: "ADT HAA",
        -3.5: "NST HNT",
        -4: "EDT HAE AST HNA",
        -5: "EST HNE CDT HAC",
        -6: "CST HNC MDT HAR",
        -7: "MST HNR PDT HAP",
        -8: "PST HNP AKDT",
        -9: "AKST",
        -10: "HST",
        1: "CET BST WEST HNEC",
        2: "CEST EET SAST HAEC",
        3: "EEST MSK",
        8: "HKT AWST",
        9: "JST KST",
        10: "AEST",
        11: "AEDT",
        12: "NZST",
        13: "NZDT",
    }.items()
}
_FIXED = {name: hours for hours, names in _HOURS.items() for name in names}
_CLOCKS = {
    "America/Toronto": "ET HE",
    "America/Winnipeg": "CT HC",
    "America/Edmonton": "MT HR",
    "America/Vancouver": "PT HP",
    "America/Halifax": "AT HA",
    "America/St_Johns": "NT",
}
_NAMED = {name: place for place, names in _CLOCKS.items() for name in names.split()}
_REGIONS = {
    "est|eastern": "E",
    "centre|central": "C",
    "rocheuses|mountain": "M",
    "pacifique|pacific": "P",
    "atlantique|atlantic": "A",
    "terre-neuve|newfoundland": "N",
}
_SEASONS = {"normale": "S", "standard": "S", "avancee": "D", "daylight": "D", "d'ete": "D"}
_CITIES = {
    "montreal": "America/Toronto",
    "quebec": "America/Toronto",
    "ottawa": "America/Toronto",
    "toronto": "America/Toronto",
    "new york": "America/New_York",
    "paris": "Europe/Paris",
    "londres": "Europe/London",
    "greenwich": "UTC",
}
_LOCAL = ("heure locale", "local time")
_NOT_ZONES = (
    "PAR BY MIS MISE MAJ LE LA LES DE DU ON AND OU OR DANS PUBLI POST NEWS AFP PC CP AP QMI CNW PA "
    "ATS EFE DPA UPI CBC TVA RDI CTV BBC CNN NDLR PHOTO VIDEO"
)
"""Words in capitals that stand behind a clock and are no zones: labels, agencies."""
_NO_ZONES = frozenset(_NOT_ZONES.split())

_NAMES = "|".join(sorted((*_FIXED, *_NAMED), key=len, reverse=True))
_CASELESS = "|".join(sorted((n for n in _FIXED if len(n) > 2), key=len, reverse=True))
_PHRASE = (
    r"heure +(?:locale|(?:(?:normale|avancee|d'ete) +)?(?:de l'|du +|des +|de +|d')[a-z' -]{3,20}?)"
    r"(?= *(?:[|,;.)\]]|$))|local time"
    r"|(?:eastern|central|mountain|pacific|atlantic|newfoundland) +(?:(?:standard|daylight) +)?time"
)
_AREA = "Africa|America|Antarctica|Asia|Atlantic|Australia|Canada|Etc|Europe|Indian|Pacific|US"
_ZONE = re.compile(
    rf"(?P<z>[Zz])(?!\w)"
    rf"|(?:(?:{_NAMES}) ?)?(?P<offset>(?:\+ ?|-)\d{{1,2}}(?::?\d\d){{0,2}})(?![\d:])"
    r"(?: *[(\[][^()\[\]]{1,40}[)\]])?"
    rf"|[(\[]?(?:(?P<iana>(?:{_AREA})/[A-Za-z_/+-]{{2,30}}\d*)"
    rf"|(?P<name>(?:{_NAMES})(?!\w)|(?i:{_CASELESS})(?= *(?:[|,;.)(\]]|$))"
    rf"|(?<=[\w.] )[A-Z]{{2,5}}(?!\w)|(?<=[\w ][(\[])[A-Z]{{2,5}}(?=[)\]]))"
    rf"|(?P<phrase>(?i:{_PHRASE})))[)\]]?"
)
"""What stands for a zone behind a clock, without accents; a name may be one that is not known."""


_BLANKS = re.compile(r" *")
_COMMA = re.compile(r" *, *")


def find_zone(text: str, at: int, end: int) -> re.Match[str] | None:
    """What stands for a zone in text[at:end], after blanks; after a comma only a known one."""
    for pattern in (_BLANKS, _COMMA):
        if (gap := pattern.match(text, at, end)) and (found := _ZONE.match(text, gap.end(), end)):
            name = (found["name"] or "UTC").upper()
            if pattern is _BLANKS or name in _FIXED or name in _NAMED:
                return found
    return None


def zone_of(found: re.Match[str] | None, local: tzinfo) -> tzinfo | None:
    """The zone that `find_zone` found, `local` where it found none; None for one not known."""
    if found is None:
        return local
    if found["z"]:
        return UTC
    if found["offset"]:
        return _offset(found["offset"])
    if found["iana"]:
        return _place(found["iana"])
    if found["phrase"]:
        return _phrase(found["phrase"].lower(), local)
    name = found["name"].upper()
    if name in _FIXED:
        return timezone(timedelta(hours=_FIXED[name]))
    if name in _NAMED:
        return ZoneInfo(_NAMED[name])
    return local if name in _NO_ZONES else None


def _offset(text: str) -> tzinfo | None:
    digits = text[1:].replace(":", "").strip()
    wide = len(digits) + len(digits) % 2
    hours, minutes, seconds = (int(digits.zfill(wide).ljust(6, "0")[i : i + 2]) for i in (0, 2, 4))
    shift = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or shift > timedelta(hours=14):
        return None
    return timezone(-shift if text[0] == "-" else shift)


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
            return timezone(timedelta(hours=_FIXED[name])) if season else ZoneInfo(_NAMED[name])
    city = re.sub(r"^heure +(?:de +|d')", "", words)
    return ZoneInfo(_CITIES[city]) if city in _CITIES else None
