"""What the HuffPost editions share: the agencies whose copy they carried, and the hosts of
images.
"""

import re

from huffarchive.editions.edition import Agency, Host


def _agency(name: str, written: str, logos: str = "") -> Agency:
    spaced = written.replace(" ", r"\s")
    pattern = re.compile(rf"(?<!\w)(?:{spaced})(?!\w)", re.IGNORECASE)
    return Agency(name, pattern, frozenset(logos.split()))


AGENCIES: tuple[Agency, ...] = (
    _agency(
        "Relaxnews",
        r"(?:AFP[ /-]{0,3})?Relax\s?news|AFP Relax",
        "afprelqc afprel afprelax afprelaxnews relaxnews relax",
    ),
    _agency(
        "AFP",
        r"AFP(?:QC2?)?|A\.F\.P\.|Agence[ -]France[ -]Presse",
        "afp afpqc afpqc2 agencefrancepresse",
    ),
    _agency(
        "La Presse Canadienne",
        r"(?:La )?Presse Canadienne|(?:The )?Canadian Press|PC|CP",
        "cp pc cpqc pcqc pressecanadienne lapressecanadienne canadianpress thecanadianpress",
    ),
    _agency(
        "Radio-Canada",
        r"(?:ICI )?Radio[ -]Canada(?:\.ca)?|SRC",
        "rc rcqc src radiocanada iciradiocanada",
    ),
    _agency("CBC", r"CBC(?: News)?(?:\.ca)?", "cbc cbcnews"),
    _agency("AP", r"(?:The )?Associated Press|AP", "ap apqc associatedpress theassociatedpress"),
    _agency("Reuters", r"(?:Thomson )?Reuters", "reuters reutersqc thomsonreuters"),
    _agency("Bloomberg", r"Bloomberg(?: News)?", "bloomberg bloombergnews"),
    _agency(
        "CNW",
        r"(?:Groupe )?CNW(?: Group| Telbec)?|Telbec|Canada NewsWire",
        "cnw cnwtelbec groupecnw telbec canadanewswire",
    ),
    _agency("PR Newswire", r"PR ?Newswire(?:-[A-Z][\w-]+)?", "prnewswire prn"),
    _agency("Marketwired", r"Market ?wired?", "marketwire marketwired"),
    _agency("QMI", r"(?:Agence )?QMI", "qmi agenceqmi"),
    _agency("Sportcom", r"(?:Agence )?Sportcom", "sportcom"),
    _agency("Agence Science-Presse", r"Agence Science[ -]Presse", "asp agencesciencepresse"),
    _agency("Belga", r"(?:Agence )?Belga", "belga"),
    _agency("ATS", r"(?:Keystone-)?ATS|Agence t[ée]l[ée]graphique suisse", "ats"),
    _agency("UPI", r"UPI|United Press International", "upi"),
    _agency("Xinhua", r"(?:Agence )?Xinhua|Chine nouvelle", "xinhua"),
    _agency("EFE", r"(?:Agence )?EFE", "efe"),
    _agency("PA", r"Press Association", "pressassociation pressassoc"),
    _agency("dpa", r"dpa", "dpa"),
    _agency("ANSA", r"ANSA", "ansa"),
)
"""In this order a text is searched: the narrower name first."""

LOGO_WORDS = frozenset(
    (
        *("wire", "wires", "logo", "logos", "source", "org", "partner", "agency", "agence", "img"),
        *("icon", "image", "news", "small", "large", "big", "mini", "new", "the", "la", "l", "de"),
        *("fr", "en", "ca", "qc", "white", "black", "blanc", "noir", "rgb", "web", "byline", "by"),
    )
)
"""What else stands in the class, file name or alternative text of an agency's logo."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("'", "['’]").replace(" ", r"\s"), re.IGNORECASE)


_OF = r"(?:de |d'|du |des |par |from |by |of |: ?)"
_PIECE = r"(?:textes?|articles?|reportages?|d[ée]p[êe]ches?|compte rendu|informations|propos)"
_HELP = (
    r"(?:la |une |l'|a |the )?(?:collaboration|participation|contribution|aide|appui|concours)"
    r"|(?:des |les |quelques |some )?(?:informations?|infos?|textes?|d[ée]p[êe]ches?|extraits)"
    r"|(?:an? |additional )?(?:files?|reporting|material|information|reports?)"
)
_THIS = r"this|the|ce|cet|cette|le|la|l'"
_FIRST = r"(?:originally|first|d'abord|initialement|originalement)"
CREDITING = _words(
    r"\*?(?:"
    r"(?:(?:(?:la |notre )?r[ée]daction,? )?(?:en collaboration )?avec|with)"
    rf"(?: (?:{_HELP}) {_OF}| )"
    r"|(?:additional )?(?:files|reporting|material) (?:from|by) "
    rf"|(?:{_THIS}) ?(?:{_PIECE}|story|report|post|billet) (?:was|is|has been|a|est|fut)"
    rf"(?: {_FIRST})?(?: [ée]t[ée])?(?: {_FIRST})? (?:published|written|produced"
    r"|(?:publi|[ée]crit|r[ée]dig|produi|diffus)[ét]?e?) (?:by|par) "
    r"|sources? ?: ?|source (?=\S)"
    rf"|(?:un |ce |cet |cette |le |la |une |l')?{_PIECE}"
    r"(?: (?:original|complet|et photos?|r[ée]dig[ée]|recueillis?|publi[ée]e?))*"
    rf" ?(?:provient |est |vient |tir[ée]e? |adapt[ée]e? ){{0,2}}{_OF}"
    rf"|(?:infos?|agences?) ?: ?|(?:d'apr[èe]s|selon) (?:une? |des |la |les ){_PIECE} {_OF}"
    rf"|(?:publi[ée]|[ée]crit|r[ée]dig[ée]|traduit|adapt[ée]|relay[ée]|repris|diffus[ée]) {_OF}"
    r"|(?:par|by|via) ?:? "
    r"|(?:©|\(c\)|copyright)[\s\d©,–-]*(?:by )?"
    rf")(?:(?:une? |des |la |l'|an? )?(?:{_PIECE}|report) {_OF})?"
    r"(?:the |la |le |les |l'|des agences )?"
)
"""How a line begins that names the agency behind a text: "Avec", "Source :", "Un texte de"."""
_STAFF = r"(?:writer|reporter|journalist|correspondent|staff|journaliste|correspondant)e?s?"
_ITEM = r"(?:ce|cet|la|this|the) (?:texte|article|reportage|r[ée]daction|report|story)"
CREDITED = _words(
    r"[.,;]? ?(?:"
    r"(?:(?:,? ?(?:©|\(?\d{4}\)?))+[.,]?)?"
    r"(?: ?(?:tous droits|all rights reserved|toute reproduction).{0,300})?"
    rf"|(?:{_STAFF} .{{2,120}} )?"
    r"(?:a |ont |has |have )?(?:[ée]galement |aussi |also )?(?:contribu|collabor)[\wé]+ "
    rf"(?:[àa]|to) {_ITEM}.{{0,60}}"
    r"|(?:initialement |originally )?a [ée]t[ée] (?:publi|tradui|adapt|r[ée]dig).{0,120}"
    r")[.)\]]*"
)
"""How such a line goes on after the name: ", 2015", "contributed to this report."."""
DESKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "ting by ",
        _words(
            r"\(?(?:Additional )?(?:Reporting|Writing) by .{3,200}[;,.] ?(?:additional |writing|"
            r"editing).{3,200}\)?"
        ),
        "Reuters",
    ),
    ("service fran", _words(r"\(?.{3,160}(?:pour le|,) service fran[çc]ais.{0,160}\)?"), "Reuters"),
)
"""Closing lines by which an agency is known that does not name itself, each with a sign of it."""


PICTURE_HOSTS = (
    # [E] in pages of sister editions: 2015 on, 2011 to 2013. No page of Québec has shown its own.
    Host("img.huffingtonpost.com", "/asset/"),
    Host("i.huffpost.com", "/gen/"),
    Host("i0.huffpost.com", "/gen/"),
    Host("i1.huffpost.com", "/gen/"),
    # [G] the same files under names that are likely.
    Host("i2.huffpost.com", "/gen/"),
    Host("i3.huffpost.com", "/gen/"),
    Host("s-i.huffpost.com", "/gen/"),
    Host("i.huffpost.ca", "/gen/"),
)
