"""What readers type, and which of the sample's articles they must find.

What is right is said beside each query by regular expressions on the articles' own words, read by
Python's `re`: each must occur, those after "!" must not; "@" asks authors and agency only, "=" the
headline, "&" the agency, "+" the day of publication, "%" captions and credits, "#" keywords.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("sqlite_utils")
pytest.importorskip("snowballstemmer")

from huffarchive.browse.facets import FacetIndex, Query
from huffarchive.browse.room import make_room
from huffarchive.browse.search import answer
from huffarchive.exports.latest import Latest
from huffarchive.exports.sqlite import write_sqlite
from huffarchive.sample.site import Site
from huffarchive.stems import fold
from huffarchive.translator import words
from tests.exports import synthetic
from tests.kit.gold import Golds

Texts = dict[str, dict[str, str]]
"""By id: an article's words, and what stands in the fields of "@", "=" and so on."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite3.Connection, Texts]]:
    """A room of the sample site's articles as its gold has them."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "qc-1.jsonl"
    texts = {}
    with path.open("wb") as file:
        for number, gold in enumerate(Golds(Site()).values()):
            article = replace(
                synthetic.article(number + 1), id=gold.id, headline=gold.headline, dek=gold.dek,
                text="\n\n".join(gold.paragraphs), paragraphs=list(gold.paragraphs),
                authors=list(gold.authors), language="fr", agency=gold.agency,
                date_published=gold.date_published, images=list(gold.images),
                keywords=list(gold.keywords),
            )  # fmt: skip
            file.write(article.to_json())
            byline = (*gold.authors, gold.agency or "")
            fields = (gold.headline, gold.dek or "", article.text, *byline)
            texts[gold.id] = {
                "": "\n---\n".join(fields), "@": "\n".join(byline), "=": gold.headline,
                "&": gold.agency or "", "+": gold.date_published or "",
                "%": "\n".join(f"{i.caption or ''} {i.credit or ''}" for i in gold.images),
                "#": "\n".join(gold.keywords),
            }  # fmt: skip
    with Latest([path]) as latest:
        make_room(latest, folder / "room.sqlite3", [path])
    with closing(sqlite3.connect(folder / "room.sqlite3")) as connection:
        connection.row_factory = sqlite3.Row
        yield connection, texts


def right(texts: Texts, *wanted: str) -> set[str]:
    """The articles that hold what is wanted."""
    left = set(texts)
    for each in wanted:
        unwanted, field, words = re.match("(!?)([@=&+%#]?)(.+)", each, re.DOTALL).groups()  # type: ignore[union-attr]
        found = holding(
            frozenset((ident, article[field]) for ident, article in texts.items()), words
        )
        left = left - found if unwanted else left & found
    return left


@cache
def holding(texts: frozenset[tuple[str, str]], words: str) -> set[str]:
    """The texts, each with its id, in which the words are."""
    return {ident for ident, text in texts if re.search(words, text, re.IGNORECASE)}


catalogue_of = cache(FacetIndex.read)


def found(room: sqlite3.Connection, text: str) -> tuple[set[str], tuple[str, ...]]:
    """The articles that the room finds, over all pages, and what it says that it ignores."""
    catalogue = catalogue_of(room)
    shown: set[str] = set()
    for page in range(1, 30):
        answered = answer(Query.of({"q": text, "page": str(page)}), catalogue, room)
        shown |= {row["id"] for row in answered.articles}
        if len(shown) == answered.total:
            break
    assert len(shown) == answered.total
    return shown, answered.ignored


FIRE = r"\bincendies?\b"
GAS = r"\bessences?\b"
APRIL = r"\bavrils?\b"
TYPED: list[tuple[str, tuple[str, ...]]] = [
    # ligatures
    ("oeuvre", (r"\bœuvres?\b",)),
    ("œuvre", (r"\bœuvres?\b",)),
    ("Oeuvres", (r"\bœuvres?\b",)),
    ("ŒUVRES", (r"\bœuvres?\b",)),
    ("soeur", (r"\bsœurs?\b",)),
    ("sœurs", (r"\bsœurs?\b",)),
    ("coeur", (r"\bcœurs?\b",)),
    ("manoeuvres", (r"\bmanœuvres?\b",)),
    ("PHOENIX", (r"\bphœnix\b",)),
    # plurals, feminines
    ("incendies", (FIRE,)),
    ("incendie", (FIRE,)),
    ("INCENDIES", (FIRE,)),
    ("forets", (r"\bforêts?\b",)),
    ("municipalité", (r"\bmunicipalités?\b",)),
    ("travailleurs", (r"\btravailleurs?\b",)),
    ("travailleur", (r"\btravailleurs?\b",)),
    ("grèves", (r"\bgrèves?\b",)),
    ("journaux", (r"\bjourna(l|ux)\b",)),
    ("JOURNALISTES", (r"\bjournalistes?\b",)),
    ("étrangères", (r"\bétrang(er|ère)s?\b",)),
    ("commission", (r"\bcommissions?\b",)),
    ("directrice", (r"\bdirect(eur|rice)s?\b",)),
    ("canadiens", (r"\bcanadien(ne)?s?\b",)),
    ("pluies", (r"\bpluies?\b",)),
    ("cégep", (r"\bcégeps?\b",)),
    ("manifestants", (r"\bmanifest",)),
    # accents and case
    ("quebec", (r"\bquébec\b",)),
    ("QUEBEC", (r"\bquébec\b",)),
    ("Québec", (r"\bquébec\b",)),
    ("foret", (r"\bforêts?\b",)),
    ("ETIENNE", (r"\b[ée]tienne\b",)),
    ("eric", (r"\b[ée]ric\b",)),
    ("hôpital", (r"\bhôpita(l|ux)\b",)),
    ("hopitaux", (r"\bhôpita(l|ux)\b",)),
    ("ISLAMABAD", (r"\bislamabad\b",)),
    # elisions, both apostrophes
    ("l'incendie", (FIRE,)),
    ("l’incendie", (FIRE,)),
    ("L'INCENDIE", (FIRE,)),
    ("d'avril", (APRIL,)),
    ("d’avril", (APRIL,)),
    ("d'essence", (GAS,)),
    ("qu'essence", (GAS,)),
    ("aujourd'hui", (r"\baujourd['’]hui\b",)),
    ("aujourd’hui", (r"\baujourd['’]hui\b",)),
    ('"d\'avril"', (r"\bd['’]avril\b",)),
    ("“d’avril”", (r"\bd['’]avril\b",)),
    # hyphens
    ("Hydro-Québec", (r"\bhydro\Wquébec\b",)),
    ("hydro quebec", (r"\bhydro\b", r"\bquébec\b")),
    ("après-midi", (r"\baprès\Wmidi\b",)),
    ("apres-midi", (r"\baprès\Wmidi\b",)),
    ("Saint-Hyacinthe", (r"\bsaint\Whyacinthe\b",)),
    ("SAINT-HYACINTHE", (r"\bsaint\Whyacinthe\b",)),
    ("Sept-Îles", (r"\bsept\W[îi]les\b",)),
    ("essence - prix", (GAS, r"\bprix\b")),
    # numbers
    ("28 000", (r"\b28\b", r"\b000\b")),
    ('"28 000"', (r"\b28\W000\b",)),
    ("2005", (r"\b2005\b",)),
    ("7,3", (r"\b7\W3\b",)),
    ('"7,3 %"', (r"\b7\W3\b",)),
    # phrases, the exact form
    ('"incendie"', (r"\bincendie\b",)),
    ('"incendies"', (r"\bincendies\b",)),
    ('"journaliste"', (r"\bjournaliste\b",)),
    ('"journalistes"', (r"\bjournalistes\b",)),
    ('"OEUVRE"', (r"\bœuvre\b",)),
    ("« en forêt »", (r"\ben forêt\b",)),
    ('"en foret"', (r"\ben forêt\b",)),
    ('"prix du lait"', (r"\bprix du lait\b",)),
    ('"lait du prix"', (r"\blait du prix\b",)),
    ('"après-midi"', (r"\baprès\Wmidi\b",)),
    # operators
    ("essence -prix", (GAS, r"!\bprix\b")),
    ("essence −prix", (GAS, r"!\bprix\b")),
    ("essence –prix", (GAS, r"!\bprix\b")),
    ("essence – prix", (GAS, r"\bprix\b")),
    ("essence NOT prix", (GAS, r"!\bprix\b")),
    ("-prix essence", (GAS, r"!\bprix\b")),
    ("essence AND prix", (GAS, r"\bprix\b")),
    ("essence ET prix", (GAS, r"\bprix\b")),
    ("essence AND NOT prix", (GAS, r"!\bprix\b")),
    ("essence OR incendies", (rf"{GAS}|{FIRE}",)),
    ("essence OU incendie", (rf"{GAS}|{FIRE}",)),
    ("(essence OR incendie) prix", (rf"{GAS}|{FIRE}", r"\bprix\b")),
    ("pluie -(neige OR essence)", (r"\bpluies?\b", rf"!\bneiges?\b|{GAS}")),
    ('essence -"prix de l\'essence"', (GAS, r"!\bprix de l['’]essence\b")),
    ("essence -auteur:Roy", (GAS, r"!@\broy\b")),
    # beginnings
    ("neige,pluie", (r"\bneiges?\b", r"\bpluies?\b")),
    ("neige;pluie", (r"\bneiges?\b", r"\bpluies?\b")),
    ("maires", (r"\bmaire(sse)?s?\b",)),
    ("hydro*", (r"\bhydro",)),
    ("incend*", (r"\bincend",)),
    ("OEUV*", (r"\bœuv",)),
    ("l'incend*", (r"\bincend",)),
    ("québ*", (r"\bquéb",)),
    ("pluie -neig*", (r"\bpluies?\b", r"!\bneig")),
    # fields
    ("author:Gadbois", (r"@\bgadbois\b",)),
    ("auteur:gadbois", (r"@\bgadbois\b",)),
    ("AUTEUR: Gadbois", (r"@\bgadbois\b",)),
    ('author:"Frederic Gadbois"', (r"@\bfrédéric gadbois\b",)),
    ("auteur:Vernier-Roy", (r"@\bvernier-roy\b",)),
    ("auteur:gadb*", (r"@\bgadb",)),
    ("auteur:Gadbois OR auteur:Belzile", (r"@\b(gadbois|belzile)\b",)),
    ("Gadbois", (r"\bgadbois\b",)),
    ("titre:incendie", (rf"={FIRE}",)),
    ("titre:HuffPost", (r"=\bhuffpost\b",)),
    ('title:"HuffPost Quebec"', (r"=\bhuffpost québec\b",)),
    ("Titre : photos", (r"=\bphotos?\b",)),
    ("titre:techno*", (r"=\btechno",)),
    ("titre:(pont OU grèves)", (r"=\b(ponts?|grèves?)\b",)),
    ("québec -titre:québec", (r"\bquébec\b", r"!=\bquébec\b")),
    ("Radio-Canada", (r"\bradio\Wcanada\b",)),
    ("Relaxnews", (r"\brelaxnews\b",)),
    ("reuters", (r"\breuters\b",)),
    ('"La Presse Canadienne"', (r"\bla presse canadienne\b",)),
    ("auteur:AFP", (r"@\bafp\b",)),
    ('author:"la presse canadienne"', (r"@\bla presse canadienne\b",)),
    ("auteur:relax*", (r"@\brelax",)),
    ("agence:AFP", ("&^AFP$",)),
    ("agency:reuters", ("&^Reuters$",)),
    ('agence:"la presse canadienne"', ("&^La Presse Canadienne$",)),
    ("agence:radio-canada pluies", ("&^Radio-Canada$", r"\bpluies?\b")),
    ("agence:(AP OR Reuters)", ("&^(AP|Reuters)$",)),
    ("-agence:AFP prix", ("!&^AFP$", r"\bprix\b")),
    ("agence:press*", ("&Presse",)),
    ("année:2013", (r"+^2013",)),
    ("annee:2014 incendie", (r"+^2014", FIRE)),
    ("anne\u0301e:2014", (r"+^2014",)),
    ("Année : 2012", (r"+^2012",)),
    ("year:2015 OR year:2016", (r"+^201[56]",)),
    ("année:(2015 OU 2016) essence", (r"+^201[56]", GAS)),
    ("année:2013-05", (r"+^2013-05",)),
    ("légende:manifestants", (r"%\bmanifest",)),
    ("Legende : pompier", (r"%\bpompiers?\b",)),
    ("caption:canadien", (r"%\bcanadien(ne)?s?\b",)),
    ('légende:"Getty Images"', (r"%\bgetty images\b",)),
    ("caption:(police OU foule)", (r"%\b(police|foule)s?\b",)),
    ("neige -légende:neige", (r"\bneiges?\b", r"!%\bneiges?\b")),
    ("mot-clé:budget", (r"#\bbudgets?\b",)),
    ("mot-cle:inondation", (r"#\binondations?\b",)),
    ('keyword:"faits divers"', (r"#\bfaits divers\b",)),
    ("keyword:olympi*", (r"#\bolympi",)),
    ("-mot-clé:météo neige", (r"!#\bmétéo\b", r"\bneiges?\b")),
    ("année:201*", (r"+^201",)),
    ("année:2013-2015", (r"+^201[345]",)),
    ("essence -année:2016", (GAS, r"!+^2016")),
    ("titre:(québec -auteur:Roy)", (r"=\bquébec\b", r"!@\broy\b")),
    # written without a look at the code, from the sample's words
    ("le prix de l'essence", (r"\bles?\b", r"\bprix\b", r"\bdes?\b", GAS)),
    ("les soeurs", (r"\bles?\b", r"\bsœurs?\b")),
    ("photo", (r"\bphotos?\b",)),
    ("photos", (r"\bphotos?\b",)),
    ("ami", (r"\bamis?\b",)),
    ("élu", (r"\bélus?\b",)),
    ("ELUS", (r"\bélus?\b",)),
    ("vidéos", (r"\bvidéos?\b",)),
    ("lois", (r"\blois?\b",)),
    ("cheveu", (r"\bcheveux?\b",)),
    ("jeux", (r"\bjeux?\b",)),
    ("lieu", (r"\blieux?\b",)),
    ("caméra", (r"\bcaméras?\b",)),
    ("kilo", (r"\bkilos?\b",)),
    ("travaux", (r"\b(travail|travaux)\b",)),
    ("oeil", (r"\b(œil|yeux)\b",)),
    ("animaux", (r"\banima(l|ux)\b",)),
    ("tribunaux", (r"\btribuna(l|ux)\b",)),
    ("cas", (r"\bcas\b",)),
    ("mois", (r"\bmois\b",)),
    ("fils", (r"\bfils\b",)),
    ("égyptiennes", (r"\bégyptien(ne)?s?\b",)),
    ("syriens", (r"\bsyrien(ne)?s?\b",)),
    ("policiere", (r"\bpolici(er|ère)s?\b",)),
    ("energie", (r"\b[ée]nergies?\b",)),
    ("ETUDIANTES", (r"\bétudi",)),
    ("notre-dame", (r"\bnotre\Wdame\b",)),
    ("l’hotel-dieu", (r"\bhôtel\Wdieu\b",)),
    ("ETATS-UNIS", (r"\bétats\Wunis\b",)),
    ("val d'or", (r"\bval\b", r"\bor\b")),
    ("val-d’or", (r"\bval\Wd\Wor\b",)),
    ('"Val d\'Or"', (r"\bval\Wd\Wor\b",)),
    ("trois-rivieres", (r"\btrois\Wrivières?\b",)),
    ("Iles-de-la-Madeleine", (r"\b[îi]les\Wde\Wla\Wmadeleine\b",)),
    ("tête-à-tête", (r"\btête\Wà\Wtête\b",)),
    ("aujourd hui", (r"\baujourd\b", r"\bhui\b")),
    ("#10YearsChallenge", (r"\b10yearschallenge\b",)),
    ("3D", (r"\b3d\b",)),
    ("2015-2016", (r"\b2015\W2016\b",)),
    ("10 %", (r"\b10\b",)),
    ('"l\'hotel"', (r"\bl\Whôtel\b",)),
    ("“police” -“policiers”", (r"\bpolice\b", r"!\bpoliciers\b")),
    ("(Montréal OU Laval) ET police NOT pompiers",
     (r"\b(montréal|laval)\b", r"\bpolices?\b", r"!\bpompiers?\b")),
    ("neige OU pluie ET gel", (r"(?s)\bneiges?\b|\A(?=.*\bpluies?\b)(?=.*\bgels?\b)",)),
    ("Saint-Hy*", (r"\bsaint\Why",)),
    ("municipal*", (r"\bmunicipal",)),
    ("l’hydro-qu*", (r"\bhydro\Wqu",)),
    # a further sixty were typed by another reader; these are of kinds that were not here
    ("d'Hydro-Québec", (r"\bhydro\Wquébec\b",)),
    ("l’ile d’orleans", (r"\bîles?\b", r"\borléans\b")),
    ("jusqu'ici", (r"\bjusqu\Wici\b",)),
    ("jusqu’à", (r"\bjusqu\Wà\b",)),
    ("jusqu'à québec", (r"\bjusqu\Wà\b", r"\bquébec\b")),
    ("JUSQU'A", (r"\bjusqu\Wà\b",)),
    ("jusqu'", (r"\bjusque?\b",)),
    ("jusqu’en", (r"\bjusqu\Wen\b",)),
    ("lorsqu'", (r"\blorsque?\b",)),
    ("lorsqu'une", (r"\blorsque?\Wune\b",)),
    ("lorsqu'il", (r"\blorsque?\Wil\b",)),
    ("puisqu'on", (r"\bpuisque?\Won\b",)),
    ("quoiqu’elle", (r"\bquoique?\Welle\b",)),
    ("essence -jusqu'à", (GAS, r"!\bjusqu\Wà\b")),
    ("l''incendie", (FIRE,)),
    ("l´incendie", (FIRE,)),
    ("‘incendie’", (FIRE,)),
    ("in\u00adcendie", (FIRE,)),
    ("incendie\u200b", (FIRE,)),
    ("🔥 incendie", (FIRE,)),
    ("incendie!", (FIRE,)),
    ("e\u0301cole", (r"\bécoles?\b",)),
    ("premières", (r"\bpremi(er|ère)s?\b",)),
    ("tués", (r"\btuée?s?\b",)),
    ("LS", (r"\bls\b",)),  # no plural of L'
    ('"1 277"', (r"\b1\W277\b",)),
    ("8 h 26", (r"\b8\b", r"\bh\b", r"\b26\b")),
    ("+essence +prix", (GAS, r"\bprix\b")),
    ("essence & prix", (GAS, r"\bprix\b")),
    ("police -Montréal -Laval", (r"\bpolices?\b", r"!\bmontréal\b", r"!\blaval\b")),
    ('"premier ministre" OU mairesse', (r"\bpremier\Wministre\b|\bmaire(sse)?s?\b",)),
    ("auteur:d’astous", (r"@\bd\Wastous\b",)),
    ("auteur:Q.Larocque", (r"@\bq\Wlarocque\b",)),
    ("auteur:(Roy OU Gadbois) neige", (r"@\b(roy|gadbois)\b", r"\bneiges?\b")),
    ('titre:"l\'île d\'Orléans"', (r"=\bl\Wîle\Wd\Worléans\b",)),
    ("d'électri*", (r"\bélectri",)),
    ("annee:2014-2016 neige", (r"+^201[456]", r"\bneiges?\b")),
    ("année:1995-2014", (r"+^201[234]",)),
    ("année:2015-2013", (r"+^201[345]",)),
    ("année:1800-1850", (r"+^18",)),
    ("année:05/2013", (r"+^2013-05",)),
    ('année:"mai 2013"', (r"+^2013-05",)),
    ("year:(05/2013 OR 2014-02)", (r"+^(2013-05|2014-02)",)),
    ("année:2013-05-2013-07", (r"+^2013-0[567]",)),
    ("année:2013-11–2015-01", (r"+^(2013-1[12]|2014|2015-01)",)),
    ("essence -année:2016-2013-05", (GAS, r"!+^(2013-(0[5-9]|1)|201[456])")),
    ("années:2015.", (r"+^2015",)),
    ("mots-clés:budget", (r"#\bbudgets?\b",)),
    ("mots-clé:budget", (r"#\bbudgets?\b",)),
    ("Mot-cle\u0301s : budget", (r"#\bbudgets?\b",)),
    ("keywords:budget", (r"#\bbudgets?\b",)),
    ("auteurs:Roy", (r"@\broy\b",)),
    # words of which Snowball makes a small one
    ("entrée", (r"\bentrées?\b",)),
    ("ENTREES", (r"\bentrées?\b",)),
    ("entre", (r"\bentre\b",)),
]  # fmt: skip
ABSENT = {
    '"incendies"', '"lait du prix"', "LS", "année:1800-1850",
    "jusqu'ici", "lorsqu'il", "puisqu'on", "quoiqu’elle",
}  # fmt: skip
"""Where nothing, or a form that the sample does not have, is the right answer."""


@pytest.mark.parametrize(("typed", "wanted"), TYPED, ids=[typed for typed, _ in TYPED])
def test_what_is_typed_finds_the_right_articles(
    sample: tuple[sqlite3.Connection, Texts], typed: str, wanted: tuple[str, ...]
) -> None:
    room, texts = sample
    expected = right(texts, *wanted)
    assert expected or typed in ABSENT
    assert len(expected) < len(texts)
    shown, ignored = found(room, typed)
    assert shown == expected
    assert ignored == ()


@pytest.mark.parametrize(
    ("typed", "wanted", "says"),
    [
        ('"incendie', (FIRE,), "quote"),
        ('essence "prix', (GAS, r"\bprix\b"), "quote"),
        ("essence AND", (GAS,), "operator"),
        ("OR essence", (GAS,), "operator"),
        ("essence OR OR incendie", (rf"{GAS}|{FIRE}",), "operator"),
        ("essence NOT", (GAS,), "operator"),
        ("(essence", (GAS,), "bracket"),
        ("essence)", (GAS,), "bracket"),
        ("essence OR -prix", (GAS,), "minus"),
        ("essence auteur:", (GAS,), "value"),
        ("auteur: ", (), ("value", "empty")),
        ("TITRE :", (), ("value", "empty")),
        ("(titre:) essence", (GAS,), "value"),
        ("-agence:", (), ("value", "empty")),
        ('essence année:""', (GAS,), "value"),
        ("essence title:*", (GAS,), "value"),
        ("essence year:???", (GAS,), "value"),
        ("année:2013 - 2016", (r"+^2013", r"\b2016\b"), "span"),
        ("year:2013- 2016", (r"+^2013", r"\b2016\b"), "span"),
        ("annee:2013 – 2016", (r"+^2013", r"\b2016\b"), "span"),
        ("année:2013 à 2016", (r"+^2013", r"\bà\b", r"\b2016\b"), "span"),
        *(
            (f"essence année:{day}", (GAS,), "date")
            for day in ("mai", "13", "abc", "2013-13", '"32 mai 2013"', "2013-2014-2015")
        ),
        ("année:abc", (), ("date", "empty")),
        ("NOT police", (r"!\bpolices?\b",), "only"),
        ("-police -pompiers", (r"!\bpolices?\b", r"!\bpompiers?\b"), "only"),
        ("-(police OU pompiers)", (r"!\bpolices?\b", r"!\bpompiers?\b"), "only"),
        ("-essence", (f"!{GAS}",), "only"),
        ("-titre:(le OU la OU les)", (r"!=\b(les?|la)\b",), "only"),
        ("-zzzz", (), "only"),
        ("-auteur:Roy", (r"!@\broy\b",), "only"),
        ("-qc:n:1480236", (), ("ident", "only")),
        ("essence -https://www.huffpost.com/archive/qc/entry/x_n_1480236", (GAS,), "ident"),
        ("essence NOT qc:n:1480236", (GAS,), "ident"),
        ("???", (), "empty"),
        ('""', (), "empty"),
        ("AND", (), "empty"),
        ("-", (), "empty"),
        ("*", (), "empty"),
    ],
)
def test_what_has_no_sense_is_said_and_the_rest_is_searched(
    sample: tuple[sqlite3.Connection, Texts], typed: str, wanted: tuple[str, ...], says: Any
) -> None:
    room, texts = sample
    told = (says,) if isinstance(says, str) else says
    assert found(room, typed) == (right(texts, *wanted), told)
    for language in ("fr", "en"):
        assert all(words("browse", language)[f"ignored_{each}"] for each in told)


@pytest.mark.parametrize(
    ("typed", "meant", "wanted"),
    [
        ("goverment", "gouvernement", r"\bgouvern(er?|ements?)\b"),
        ("Montrael", "Montréal", r"\bmontréal\b"),
        ("pompeirs", "pompiers", r"\bpompiers?\b"),
        ("municpalité", "municipalités", r"\bmunicipalités?\b"),
        ("incendei", "incendie", FIRE),
        ("electrisité", "électricité", r"\bélectricité\b"),
        ("aujourdhui", "aujourd’hui", r"\baujourd['’]hui\b"),
        ("apresmidi", "après-midi", r"\baprès\Wmidi\b"),
        ("hydroquebec", "Hydro-Québec", r"\bhydro\Wquébec\b"),
        ("lincendie", "l'incendie", FIRE),
        ("jornaliste", "journaliste", r"\bjournalistes?\b"),
    ],
)
def test_what_is_typed_wrongly_is_suggested_as_the_archive_has_it(
    sample: tuple[sqlite3.Connection, Texts], typed: str, meant: str, wanted: str
) -> None:
    room, texts = sample
    answered = answer(Query.of({"q": typed}), catalogue_of(room), room)
    assert (answered.total, answered.suggested) == (0, meant)
    assert found(room, meant)[0] == right(texts, wanted)


HELPED = {
    "oeuvres": (r"\bœuvres?\b",),
    "l'incendie": (FIRE,),
    '"feux de forêt"': (r"\bfeux de forêt\b",),
    '"incendie"': (r"\bincendie\b",),
    "incendie OR inondation": (rf"{FIRE}|\binondations?\b",),
    "essence AND litre": (GAS, r"\blitres?\b"),
    "essence -prix": (GAS, r"!\bprix\b"),
    "hydro*": (r"\bhydro",),
    "auteur:Roy": (r"@\broy\b",),
    "author:Roy": (r"@\broy\b",),
    "titre:grève": (r"=\bgrèves?\b",),
    "title:grève": (r"=\bgrèves?\b",),
    "agence:AFP": ("&^AFP$",),
    "agency:AFP": ("&^AFP$",),
    "année:2013": ("+^2013",),
    "légende:manifestants": (r"%\bmanifest",),
    "caption:manifestants": (r"%\bmanifest",),
    "mot-clé:budget": (r"#\bbudgets?\b",),
    "keyword:budget": (r"#\bbudgets?\b",),
    "year:2013": ("+^2013",),
    "(neige OR pluie) -hiver": (r"\b(neige|pluie)s?\b", r"!\bhivers?\b"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_example_of_the_help_finds_what_it_says(
    sample: tuple[sqlite3.Connection, Texts], language: str
) -> None:
    room, texts = sample
    examples = re.findall("`([^`]+)`", words("browse", language)["hint"])
    assert len(examples) == len(HELPED) - 6  # each language has its own names of the six fields
    for example in examples:
        assert found(room, example) == (right(texts, *HELPED[example]), ()), example


@pytest.fixture(scope="module")
def exported(
    sample: tuple[sqlite3.Connection, Texts], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    """What `export sqlite` makes of the same articles."""
    (room,) = {row["file"] for row in sample[0].execute("PRAGMA database_list")}
    target = tmp_path_factory.mktemp("exported") / "qc.sqlite"
    with Latest([Path(room).with_name("qc-1.jsonl")]) as latest:
        write_sqlite(latest, target)
    with closing(sqlite3.connect(target)) as connection:
        yield connection


def test_sql_finds_the_same_in_the_exported_tables(
    sample: tuple[sqlite3.Connection, Texts], exported: sqlite3.Connection
) -> None:
    """Words, phrases, beginnings and operators of FTS5, by the SQL of docs/exports.md."""
    asked = 0
    for typed, wanted in TYPED:
        if not re.fullmatch(r'(?:[^\W_]+\*?|"[\w ]+"| )+', typed) or {"ET", "OU"} & {
            *typed.split()
        }:
            continue
        match, known = "", True
        for piece in re.findall(r'"[^"]+"|\S+', typed):
            if piece in {"AND", "OR", "NOT"}:
                match = f"{match.removesuffix(' AND ')} {piece} "
                continue
            found = f"{fold(piece[:-1])}*" if piece.endswith("*") else piece
            if not piece.endswith(('"', "*")):
                sql = "SELECT group_concat(stem, ' OR ') FROM articles_words WHERE word = ?"
                (found,) = exported.execute(sql, [fold(piece)]).fetchone()
            known &= found is not None
            match += f"({found}) AND "
        match = match.removesuffix(" AND ")
        if not known or re.match(" NOT", match):  # a form that the archive does not have
            continue
        sql = (
            "SELECT a.id FROM articles_fts AS f JOIN articles AS a ON a.rowid = f.rowid "
            "WHERE articles_fts MATCH ?"
        )
        assert {i for (i,) in exported.execute(sql, [match])} == right(sample[1], *wanted), typed
        asked += 1
    assert asked >= 60


@pytest.mark.parametrize(
    ("word", "wanted"),
    [("incendie", FIRE), ("oeuvre", r"\bœuvres?\b"), ("quebec", r"\bquébec\b"), ("zzzz", ""),
     ("Québec", ""), ("œuvre", "")],
)  # fmt: skip
def test_the_sql_of_the_docs_finds_every_form_of_a_word(
    sample: tuple[sqlite3.Connection, Texts], exported: sqlite3.Connection, word: str, wanted: str
) -> None:
    page = Path("docs/exports.md").read_text("utf-8").partition("## Every form of a word")[2]
    sql = re.findall(r"(?m)(?:^    .*\n)+", page)[0].replace("'incendie'", "?")
    rows = exported.execute(sql.replace("a.date_published, a.headline", "a.id"), [word])
    assert {i for (i,) in rows} == (right(sample[1], wanted) if wanted else set())


def test_plain_sql_finds_ligatures_written_out(
    sample: tuple[sqlite3.Connection, Texts], exported: sqlite3.Connection
) -> None:
    for word in ("oeuvre", "œuvre"):
        rows = exported.execute(
            "SELECT a.id FROM articles_fts AS f JOIN articles AS a ON a.rowid = f.rowid "
            "WHERE articles_fts MATCH ?", [word],
        )  # fmt: skip
        assert {ident for (ident,) in rows} == right(sample[1], r"\bœuvre\b")


def test_the_word_itself_is_marked_whatever_form_was_asked_for(
    sample: tuple[sqlite3.Connection, Texts],
) -> None:
    room, _ = sample
    answered = answer(Query.of({"q": "oeuvre grève"}), FacetIndex.read(room), room)
    answered_soeur = answer(Query.of({"q": "SOEURS"}), FacetIndex.read(room), room)
    marked = {
        fold(word)
        for row in (*answered.articles, *answered_soeur.articles)
        for word in re.findall("\x01(.+?)\x02", row["excerpt"] or "")
    }
    assert marked
    assert marked <= {"oeuvre", "oeuvres", "greve", "greves", "soeur", "soeurs"}


def test_a_beginning_is_one_of_what_is_written(sample: tuple[sqlite3.Connection, Texts]) -> None:
    assert found(sample[0], "oe*")[0] == right(sample[1], r"\b(oe|œ)")  # yeux has the stem oeil


def test_an_integrity_check_passes(sample: tuple[sqlite3.Connection, Texts]) -> None:
    room, _ = sample
    assert room.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 2000,
        ")" * 2000,
        "-(" * 1000,
        "a OR " * 399 + "a",
        "oe" * 900,
        '"' * 1999,
        "a-" * 990 + "b",
        "(a OR " * 300 + "b" + ")" * 200,
        "a -b " * 390,
        "(a -" * 300 + "b",
        "é* " * 600,
    ],
)
def test_a_search_without_measure_is_answered(
    sample: tuple[sqlite3.Connection, Texts], typed: str
) -> None:
    found(sample[0], typed)
