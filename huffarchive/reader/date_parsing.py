"""Dates as pages write them, in French and in English, read into the calendar and a time zone."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from huffarchive.reading import Caution

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
_BY_SEASON = {
    "America/Toronto": "EST EDT HNE HAE",
    "America/Winnipeg": "CST CDT HNC HAC",
    "America/Edmonton": "MST MDT HNR HAR",
    "America/Vancouver": "PST PDT HNP HAP",
    "America/Anchorage": "AKST AKDT",
    "America/Halifax": "AST ADT HNA HAA",
    "America/St_Johns": "NST NDT HNT HAT",
    "Europe/London": "BST",
    "Europe/Lisbon": "WET WEST",
    "Europe/Paris": "CET CEST HNEC HAEC",
    "Europe/Athens": "EET EEST",
    "Australia/Sydney": "AEST AEDT",
    "Pacific/Auckland": "NZST NZDT",
}
_SEASONAL = {name: place for place, names in _BY_SEASON.items() for name in names.split()}
"""Names that are in use for a part of the year, and where most who use them live."""
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
_UNIVERSAL = r"zulu(?: +time)?|coordinated +universal +time|greenwich +mean +time"
_LOCAL = ("heure locale", "local time")
_NOT_ZONES = (
    "PAR BY MIS MISE MAJ LE LA LES DE DU ON AND OU OR DANS PUBLI POST NEWS AFP PC CP AP QMI CNW PA "
    "ATS EFE DPA UPI CBC TVA RDI CTV BBC CNN NDLR PHOTO VIDEO"
)
"""Words in capitals that stand behind a clock and are no zones: labels, agencies."""
_NO_ZONES = frozenset(_NOT_ZONES.split())

_DOTTED = {n: r"\.?".join(n) + r"\.?" if len(n) > 2 else n for n in (*_FIXED, *_NAMED)}
_NAMES = "|".join(_DOTTED[n] for n in sorted(_DOTTED, key=len, reverse=True))
_CASELESS = "|".join(_DOTTED[n] for n in sorted(_FIXED, key=len, reverse=True) if len(n) > 2)
_ENDS = r"(?= *(?:[|,;.)(\]]|$))"
_PHRASE = (
    r"heure +(?:locale|(?:(?:normale|avancee|d'ete) +)?(?:de l'|du +|des +|de +|d')[a-z' -]{3,20}?)"
    r"(?= *(?:[|,;.)\]]|$))|local time"
    r"|(?:eastern|central|mountain|pacific|atlantic|newfoundland)"
    rf"(?: +(?:(?:standard|daylight) +)?time|{_ENDS})"
)
_OTHER = (
    r"(?:[A-Z][A-Za-z.]*,? +){1,4}(?:Standard|Daylight|Summer) +Time(?!\w)"
    rf"|(?:[A-Z][a-z]+ +){{1,2}}[Tt]ime{_ENDS}|(?<=[:\d] )[A-GIK-Y](?= *(?:[)\]]|$))"
)
"""Zones that are named and not known: in words, or by one letter as the military does."""
_AREA = "Africa|America|Antarctica|Asia|Atlantic|Australia|Canada|Etc|Europe|Indian|Pacific|US"
_DIGITS = r"\d{1,2}(?:[:h]?\d\d){0,2}"
_ZONE = re.compile(
    r"(?P<z>[Zz])(?!\w)"
    r"|(?:[(\[](?![+-]\d{1,3}[)\]\s]))?"
    rf"(?:(?:{_NAMES}) ?)?(?P<offset>(?:[+±] ?|-){_DIGITS})(?![\d:])"
    r"[)\]]?(?: *[(\[][^()\[\]]{1,40}[)\]])?"
    rf"|[(\[]?(?:UTC|GMT) ?(?P<loose>[-–] ?{_DIGITS}){_ENDS}(?!\.\d)[)\]]?"
    rf"|[(\[]?(?:(?P<iana>(?:{_AREA})/[A-Za-z_/+-]{{2,30}}\d*)"
    rf"|(?P<utc>(?i:{_UNIVERSAL}){_ENDS})"
    rf"|(?i:heure +)?(?P<name>(?:{_NAMES})(?!\w)|(?i:{_CASELESS}){_ENDS}"
    rf"|(?<=[\w.] )[A-Z]{{2,5}}(?!\w)|(?<=[\w ][(\[])[A-Z]{{2,5}}(?=[)\]]))"
    rf"|(?P<phrase>(?i:{_PHRASE}))"
    rf"|(?:(?<=[(\[])|[Aa] )(?P<city>(?i:{'|'.join(_CITIES)})){_ENDS}"
    rf"|(?P<other>{_OTHER}))[)\]]?"
)
"""What stands for a zone behind a clock, without accents; a name may be one that is not known."""


_BLANKS = re.compile(r" *")
_COMMA = re.compile(r" *, *")


def find_zone(text: str, at: int, end: int) -> re.Match[str] | None:
    """What stands for a zone in text[at:end], after blanks; after a comma only a known one."""
    for pattern in (_BLANKS, _COMMA):
        gap = pattern.match(text, at, end)
        found = _ZONE.match(text, gap.end(), end) if gap else None
        if found is not None and (pattern is _BLANKS or _is_known(found)):
            return found
    return None


def _is_known(found: re.Match[str]) -> bool:
    name = _name(found)
    return not name or name in _FIXED or name in _NAMED


def zone_of(found: re.Match[str] | None, local: tzinfo) -> tzinfo | None:
    """The zone that `find_zone` found, `local` where it found none; None for one not known."""
    if found is None:
        return local
    if found["z"] or found["utc"]:
        return UTC
    if found["offset"] or found["loose"]:
        return _offset(found["offset"] or found["loose"])
    if found["iana"]:
        return _place(found["iana"])
    if found["phrase"]:
        return _phrase(found["phrase"].lower(), local)
    if found["city"]:
        return ZoneInfo(_CITIES[found["city"].lower()])
    name = _name(found)
    if name in _FIXED:
        return _fixed(name)
    if name in _NAMED:
        return ZoneInfo(_NAMED[name])
    return local if name in _NO_ZONES else None


def _name(found: re.Match[str]) -> str:
    return (found["name"] or "").upper().replace(".", "")


def _fixed(name: str) -> timezone:
    return timezone(timedelta(hours=_FIXED[name]), name)


def out_of_season(zone: tzinfo | None, moment: "ParsedDate") -> bool:
    """Whether a zone is named as in the other part of the year: EST in July, HAE in January."""
    place = _SEASONAL.get(zone.tzname(None) or "") if isinstance(zone, timezone) else None
    if place is None or not isinstance(moment, datetime):
        return False
    return moment.astimezone(ZoneInfo(place)).utcoffset() != zone.utcoffset(None)  # type: ignore[union-attr]


def _offset(text: str) -> tzinfo | None:
    digits = re.sub(r"\D", "", text)
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
    city = re.sub(r"^heure +(?:de +|d')", "", words)
    return ZoneInfo(_CITIES[city]) if city in _CITIES else None


ParsedDate = datetime | date

_MONTH = (
    r"(?:janv(?:ier)?|january|jan|f[e\ufffd]{1,2}v(?:r(?:ier)?)?|february|febr?|mars|march|mar"
    r"|avr(?:il)?|apr(?:il)?|mai|may|juin|june|jun|juil(?:l(?:et)?)?|july|jul|ao[u\ufffd]{1,2}t?"
    r"|august|aug|sept(?:embre|ember)?|sep|oct(?:obre|ober)?|nov(?:embre|ember)?"
    r"|d[e\ufffd]{1,2}c(?:embre|ember)?)(?![^\W\d_])\.?"
)
_MONTHS = (
    *(("ja", 1), ("f", 2), ("mar", 3), ("a[vp]", 4), ("ma", 5), ("jui?n", 6), ("ju", 7)),
    *(("a", 8), ("s", 9), ("o", 10), ("n", 11), ("d", 12)),
)
"""How the names of a month begin; the first that fits."""
_NTH = r"(?: ?(?:er|re|ᵉʳ|st|nd|rd|th)\b)?"
_CLOCK = (
    r"(?<!\d)(?P<hour>\d{1,2})"
    r"(?: ?(?::|h(?:eures?|rs?)?\.?) ?(?P<minute>\d\d"
    r"|(?<!:)(?<!: )\d(?= ?(?:min|[|,;.)\]]|$|(?-i:[A-Z]{2,5})(?!\w))))(?!\d)"
    r"(?: ?(?::|m(?:in)?\.?) ?(?P<second>\d{1,2})(?!\d)"
    r"(?:[.,](?P<fraction>\d{1,12}))?(?: ?s\b)?| ?min(?:utes?)?\b\.?)?"
    r"| ?h(?:eures?)?(?![\w])|(?= ?[ap]\.? ?m\b))"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?| (?:du (?:(?P<morning>matin)|soir)|de l'apres-midi)\b)?"
)
_DAY = re.compile(
    r"(?<!\d)(?<!\d[/.:-])(?:"
    r"(?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?!\d|[-/.]\d)"
    r"|(?P<y2>\d{4})(?P<m2>\d\d)(?P<d2>\d\d)(?=T\d\d)"
    r"|(?P<a>\d{1,2}) ?(?P<s3>[-/.]) ?(?P<b>\d{1,2}) ?(?P=s3) ?(?P<y3>\d{4}|\d\d)(?!\d|[-/.:]\d)"
    rf"|(?P<d4>\d{{1,2}}){_NTH}(?: |-|, )?(?:of )?(?P<m4>{_MONTH})(?: ?, ?| |-|(?<=\.))"
    r"(?P<y4>\d{4}(?!\d)|(?<=-)\d\d(?!\d)|\d\d(?= \d\d:\d\d))"
    rf"|(?<!\w)(?P<m5>{_MONTH})(?: {{1,2}}|-)?(?P<d5>\d{{1,2}})(?!\d){_NTH}"
    r"(?: ?, ?| |-)(?P<y5>\d{4})(?!\d)"
    rf"|(?<!\w)(?P<m6>{_MONTH}) {{1,2}}(?P<d6>\d{{1,2}}) "
    r"(?P<inner>\d\d:\d\d:\d\d(?: [A-Z+-][\w:+-]{0,8})?)"
    r" (?P<y6>\d{4})(?!\d)"
    r")",
    re.IGNORECASE,
)
_WEEKDAY = (
    r"(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:lun|mar|mer|jeu|ven|sam|dim)\.?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\.?),? )?"
)
_AFTER = re.compile(
    r"(?: ?T ?| {0,3}[,;|@·•:.(/–—-]? {0,3}(?:(?:a|at|vers) )?)"
    rf"(?:{_CLOCK}|(?:(?<=T)|(?<=\.\d{{4}} )(?=[012]\d\.[0-5]\d(?![\d.])))(?P<hour0>\d\d)"
    r"(?:\.?(?P<minute0>\d\d)(?P<second0>\d\d)?(?:[.,]\d+)?)?(?!\d))",
    re.IGNORECASE,
)
_BEFORE = re.compile(_CLOCK, re.IGNORECASE)
_BETWEEN = re.compile(rf" ?[,;|)–—-]? ?(?:(?:le|on|of) )?{_WEEKDAY}", re.IGNORECASE)
_LOST_SIGN = re.compile(r" \d\d:?\d\d(?!\d)(?= *$)")
"""What an offset is whose plus was read as a blank."""
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2212\ufe63\uff0d"} | {ord("’"): "'"}
_CENTURY = 69
"""Years of two digits from this on are of the last century, as POSIX has it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text."""

    moment: ParsedDate
    start: int
    end: int
    """Where it stands in the text, in the form NFC."""
    doubt: Caution | None = None
    """Of the clock's zone: not known (then the moment is the day alone), or of the other season."""


def written_in(
    text: str, zone: tzinfo, *, day_first: bool, hint: date | None = None
) -> Iterator[Written]:
    """The dates in a text, in order.

    A time without a zone is local to `zone`: an hour that comes twice is the first of the two, one
    that is left out in spring is counted on. "03/05/2014" is read by `day_first`, unless it says
    a.m. or p.m. (then the month comes first), or only the other way round agrees with `hint`.
    """
    text = plain(text)
    last = 0
    for found in _DAY.finditer(text):
        if found.start() < last:
            continue
        begin, clock, named, lost = _clock(text, found, last)
        end = max(found.end(), *(part.end() for part in (clock, named) if part), 0)
        if found["inner"]:
            end = found.end()
        try:
            day = _day(found, hint, day_first=day_first and not (clock and clock["half"]))
            behind = None if lost or clock is None else zone_of(named, zone)
            moment, doubt = day, None
            if clock is not None and behind is None:
                doubt = Caution.UNKNOWN_ZONE
            elif clock is not None and behind is not None:
                moment = _instant(day, clock, behind)
                doubt = Caution.ZONE_OUT_OF_SEASON if out_of_season(behind, moment) else None
            yield Written(moment, begin, end, doubt)
        except (ValueError, OverflowError):
            continue
        last = end
    if last == 0 and (whole := _iso(text.strip(), zone)) is not None:
        yield Written(whole, 0, len(text))


def _iso(text: str, zone: tzinfo) -> ParsedDate | None:
    """The moment that a text is and nothing else, in a form of ISO 8601 that is rare on pages.

    Such as 20140606, 2014-W23-5, 2014W235T100000Z.
    """
    with suppress(ValueError):
        return date.fromisoformat(text)
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    return None


def plain(text: str) -> str:
    """The text without accents, with one kind of blank and dash; as long as its form NFC."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


class _Plain(dict[int, str]):
    """Characters without their accents, each worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        base = " " if c.isspace() else unicodedata.normalize("NFD", c)[0]
        if code < _REMEMBERED:
            self[code] = base
        return base


_REMEMBERED = 0x3000
"""Code points below this one are remembered: no page of all that Unicode has fills the memory."""
_PLAIN = _Plain(_DASHES)

Found = re.Match[str]


def _clock(text: str, day: Found, floor: int) -> tuple[int, Found | None, Found | None, bool]:
    """Where a date begins, its clock, its zone, and whether an offset has lost its sign."""
    if day["inner"]:
        inner = _BEFORE.match(text, day.start("inner"), day.end("inner"))
        named = find_zone(text, day.start("inner") + 8, day.end("inner"))
        return day.start(), inner, named, False
    if (clock := _AFTER.match(text, day.end())) is not None:
        named = find_zone(text, clock.end(), len(text))
        lost = named is None and _LOST_SIGN.match(text, clock.end()) is not None
        return day.start(), clock, named, lost
    for clock in _BEFORE.finditer(text, max(floor, day.start() - 60), day.start()):
        named = find_zone(text, clock.end(), day.start())
        after = named.end() if named else clock.end()
        if _BETWEEN.fullmatch(text, after, day.start()):
            behind = named or find_zone(text, day.end(), len(text))
            if behind is not None and (_is_known(behind) or behind.group()[0] in "(["):
                named = behind
            return clock.start(), clock, named, False
    return day.start(), None, None, False


def _half(clock: Found) -> str:
    """What a clock says of the half of its day, "a" or "p", in English or in French."""
    if clock["half"]:
        return clock["half"].lower()
    said = clock.group().lower()
    return "a" if clock["morning"] else "p" if said.endswith(("du soir", "apres-midi")) else ""


def _day(found: Found, hint: date | None, *, day_first: bool) -> date:
    for n in "12":
        if found[f"y{n}"]:
            return date(*(int(found[f"{part}{n}"]) for part in "ymd"))
    for n in "456":
        if found[f"m{n}"]:
            return date(_year(found[f"y{n}"]), _month(found[f"m{n}"]), int(found[f"d{n}"]))
    first, second = int(found["a"]), int(found["b"])
    if found["s3"] == "." and len(found["y3"]) == 2:
        raise ValueError(found.group())
    day, month = (first, second) if day_first or found["s3"] == "." else (second, first)
    turned = hint is not None and (month, day) == (hint.day, hint.month)
    if (month > 12 and day <= 12) or turned:
        day, month = month, day
    return date(_year(found["y3"]), month, day)


def _month(name: str) -> int:
    return next(n for begins, n in _MONTHS if re.match(begins, name, re.IGNORECASE))


def _year(digits: str) -> int:
    number = int(digits)
    return number if len(digits) > 2 else number + (1900 if number >= _CENTURY else 2000)


def _instant(day: date, clock: Found, zone: tzinfo) -> datetime:
    """The instant of a clock; 24:00 is the next day's first moment (ISO 8601), 23:59:60 too."""
    parts = clock.groupdict()
    hour, minute, second = (
        int(parts[name] or parts.get(f"{name}0") or 0) for name in ("hour", "minute", "second")
    )
    micro = int((parts["fraction"] or "")[:6].ljust(6, "0"))
    if half := _half(clock):
        if hour > 12 and half == "a":
            raise ValueError(clock.group())
        hour = hour % 12 + 12 * (half == "p")
    if (hour, minute, second) == (24, 0, 0):
        day, hour = day + timedelta(days=1), 0
    leap = second == 60
    local = datetime(day.year, day.month, day.day, hour, minute, second - leap, micro, zone)
    return local.astimezone(UTC) + timedelta(seconds=leap)
