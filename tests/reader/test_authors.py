"""Who signed, and what stands in a byline and is nobody."""

import pytest

from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader.line_patterns import is_byline
from huffarchive.reader.people import authors_of

NOBODY = [
    "La Presse Canadienne, Ottawa",
    "La Presse Canadienne, Trois-Rivières",
    "La Presse Canadienne (Québec)",
    "Par La Presse Canadienne à Montréal",
    "Ottawa, La Presse Canadienne",
    "OTTAWA - La Presse Canadienne",
    "AFP, Paris",
    "Par AFP - Beyrouth",
    "Agence France-Presse, Le Caire",
    "The Associated Press, Washington",
    "The Associated Press, Washington, D.C.",
    "Reuters, Lac-des-Écorces",
    "Radio-Canada.ca, Saguenay",
    "La Presse Canadienne, Saint-Jean-sur-Richelieu",
    "La Presse Canadienne, St. John's",
    "La Presse Canadienne, St. John’s",
    "La Presse Canadienne, Val d'Or",
    "La Presse Canadienne, Val\u2011d’Or",
    "La Presse Canadienne, Rouyn Noranda",
    "Montreal",
    "QUEBEC",
    "Sept-Iles",
    "Le HuffPost Québec",
    "HuffPost Québec avec AFP",
    "Le Huffington Post Québec, Montréal",
    "Collaboration spéciale",
    "Par Collaboration spéciale",
    "Texte: Collaboration spéciale",
    "La Presse",
    "Agence Presse",
    "Canada Presse",
    "Le Journal",
    "Fox News",
    "Le Devoir",
    "L'actualité",
    "L’actualité",
    "Urbania",
    "Ton Petit Look",
    "TVA Nouvelles",
    "Planète F Magazine",
    "Journal Métro",
    "Branchez-vous.com",
    "Protégez-Vous",
    "Québec Science",
    "The Guardian",
    "Nightlife.ca",
    "Université de Montréal",
    "La rédaction",
    "Rédaction HuffPost",
    "L'équipe du HuffPost",
    "Special to HuffPost",
    "Envoyé spécial à Kaboul",
    "Correspondante parlementaire",
    "Photos: Marie Côté",
    "Crédit photo: Jean Roy",
    "Traduction: Jean Roy",
    "Traduit par Jean Roy",
    "8 février 2013",
    "@mariecote",
    "redaction@huffpost.com",
    "Admin",
    "Suivre Marie Côté",
    "Par",
    "|",
]
SOMEBODY = [
    ("Par Anne Presse", ["Anne Presse"]),
    ("Par Marc Conseil et Anne Presse, La Presse Canadienne", ["Marc Conseil", "Anne Presse"]),
    ("Lia Lévesque, La Presse Canadienne, Montréal", ["Lia Lévesque"]),
    ("Par Lia Lévesque - La Presse Canadienne (Ottawa)", ["Lia Lévesque"]),
    ("Nathalie Collard (La Presse)", ["Nathalie Collard"]),
    ("Nathalie Collard [La Presse]", ["Nathalie Collard"]),
    ("Nathalie Collard, La Presse", ["Nathalie Collard"]),
    ("Nathalie Collard – Le Devoir", ["Nathalie Collard"]),
    ("Nathalie Collard/Urbania", ["Nathalie Collard"]),
    ("Nathalie Collard pour L'actualité", ["Nathalie Collard"]),
    ("Nathalie Collard (AFP)", ["Nathalie Collard"]),
    ("Marie\u2011Ève Côté", ["Marie\u2011Ève Côté"]),
    ("Par Marie\u2010Claude Roy et Jean\u2011François Roy", ["Marie\u2010Claude Roy", "Jean\u2011François Roy"]),
    ("Par Marie\u00a0Côté", ["Marie Côté"]),
    ("Josee Gagne\u0301", ["Josee Gagné"]),
    ("Texte: Josée Blanchette", ["Josée Blanchette"]),
    ("Texte : Josée Blanchette", ["Josée Blanchette"]),
    ("Textes et photos: Josée Blanchette", ["Josée Blanchette"]),
    ("Texte de Josée Blanchette", ["Josée Blanchette"]),
    ("Un texte de Josée Blanchette", ["Josée Blanchette"]),
    ("Un texte d'Anne Roy", ["Anne Roy"]),
    ("Une chronique de Josée Blanchette", ["Josée Blanchette"]),
    ("Texte: Josée Blanchette Photos: Jean Roy", ["Josée Blanchette"]),
    ("Texte: Josée Blanchette / Photos: Jean Roy", ["Josée Blanchette"]),
    ("Josée Blanchette, collaboration spéciale", ["Josée Blanchette"]),
    ("Josée Blanchette, envoyée spéciale à Kaboul", ["Josée Blanchette"]),
    ("Josée Blanchette à Ottawa", ["Josée Blanchette"]),
    ("Josée Blanchette, à Ottawa", ["Josée Blanchette"]),
    ("Josée Blanchette, Ph.D.", ["Josée Blanchette"]),
    ("ParPatrick Bellerose", ["Patrick Bellerose"]),
    ("MALCOLM RITTER", ["MALCOLM RITTER"]),
    ("Par Marie Côté et Jean Roy avec Anne Fortin", ["Marie Côté", "Jean Roy", "Anne Fortin"]),
    ("Marie Côté, avec la collaboration de Jean Roy", ["Marie Côté", "Jean Roy"]),
    ("Marie Côté avec l'AFP", ["Marie Côté"]),
    ("Propos recueillis par Marie Côté", ["Marie Côté"]),
    ("Pierre-Luc d'Amour", ["Pierre-Luc d'Amour"]),
    ("Jean de La Fontaine", ["Jean de La Fontaine"]),
    ("Par Parker Byron et Byron Parent", ["Parker Byron", "Byron Parent"]),
    ("Andrée Withers, Etienne Avecilla", ["Andrée Withers", "Etienne Avecilla"]),
    ("Marie Côté marie.cote@huffpost.com", ["Marie Côté"]),
    ("Marie Côté @mariecote", ["Marie Côté"]),
    ("Par Marie Côté @marie_cote et Jean Roy @jroy", ["Marie Côté", "Jean Roy"]),
    ("Par Ève O'Brien, Ph. D.", ["Ève O'Brien"]),
    ("Stromae", ["Stromae"]),
    ("Simon Jolin-Barrette", ["Simon Jolin-Barrette"]),
    ("Alain O'Connor", ["Alain O'Connor"]),
    ("Par O'Neil Tremblay Jr.", ["O'Neil Tremblay Jr."]),
    ("O’Neil Tremblay Jr., La Presse Canadienne", ["O’Neil Tremblay Jr."]),
    ("Robert Kennedy, Jr., et Luc Roy, Sr", ["Robert Kennedy Jr.", "Luc Roy Sr"]),
    ("Robert Kennedy Sr. et Luc Roy.", ["Robert Kennedy Sr.", "Luc Roy"]),
    ("John Smith, III", ["John Smith III"]),
    ("Jean R.", ["Jean R."]),
    ("J. P. Roy et J.-P. Côté.", ["J. P. Roy", "J.-P. Côté"]),
    ("Jean Roy Ph. D.", ["Jean Roy"]),
    ("Jean Roy Ph.D. et Anne Roy, M.D.", ["Jean Roy", "Anne Roy"]),
    ("Jean Roy (Ph. D.), Anne Roy (MBA)", ["Jean Roy", "Anne Roy"]),
    ("Anne Roy CPA", ["Anne Roy"]),
    ("M. D. Roy", ["M. D. Roy"]),
    ("Marie de la Rue, Guy von Roy", ["Marie de la Rue", "Guy von Roy"]),
]  # fmt: skip


WITHOUT_A_SEPARATOR = [
    ("Tristan Péloquin La Presse", ["Tristan Péloquin"], None),
    ("TRISTAN PÉLOQUIN LA PRESSE", ["TRISTAN PÉLOQUIN"], None),
    ("Marie Côté et Tristan Péloquin La Presse", ["Marie Côté", "Tristan Péloquin"], None),
    ("Marie Côté La Presse Canadienne", ["Marie Côté"], "La Presse Canadienne"),
    ("Jean Roy Agence France-Presse", ["Jean Roy"], "AFP"),
    ("Jean Roy de l'Agence France-Presse", ["Jean Roy"], "AFP"),
    ("Jean Roy The Canadian Press, Ottawa", ["Jean Roy"], "La Presse Canadienne"),
    ("Jean-Marc Roy Le Soleil", ["Jean-Marc Roy"], None),
    ("Jean de La Fontaine Le Devoir", ["Jean de La Fontaine"], None),
    ("Anne Roy du Devoir", ["Anne Roy"], None),
    ("Anne Roy Le Journal de Montréal", ["Anne Roy"], None),
    ("Anne Roy The Globe and Mail", ["Anne Roy"], None),
    ("Anne Roy The Montreal Gazette", ["Anne Roy"], None),
    ("Anne Roy L’actualité", ["Anne Roy"], None),
    ("Anne Roy Urbania", ["Anne Roy"], None),
    ("Anne Roy Le Huffington Post Québec", ["Anne Roy"], None),
    ("Anne Roy HuffPost", ["Anne Roy"], None),
    ("Marie Le Pen", ["Marie Le Pen"], None),
    ("Jean La Fontaine", ["Jean La Fontaine"], None),
    ("Steve Charles Forbes", ["Steve Charles Forbes"], None),
    ("Marie Métro", ["Marie Métro"], None),
    ("Michael Bloomberg", ["Michael Bloomberg"], None),
    ("Anne Roy Bloomberg", ["Anne Roy"], "Bloomberg"),
    ("Par Luc Bloomberg", ["Luc Bloomberg"], None),
    ("Elena Belga et Luc Roy", ["Elena Belga", "Luc Roy"], None),
    ("Paris Bloomberg", [], "Bloomberg"),
    ("Agence Belga", [], "Belga"),
    ("Cp Roy", ["Cp Roy"], None),
    ("CP, Ottawa", [], "La Presse Canadienne"),
    ("Thomson Reuters", [], "Reuters"),
    ("Jean Roy Ottawa La Presse Canadienne", ["Jean Roy"], "La Presse Canadienne"),
    ("JEAN ROY OTTAWA LA PRESSE CANADIENNE", ["JEAN ROY"], "La Presse Canadienne"),
    (
        "Par Lia Hôte et Jean Roy Trois-Rivières La Presse Canadienne",
        ["Lia Hôte", "Jean Roy"],
        "La Presse Canadienne",
    ),
    ("Jean Roy Trois Rivieres de La Presse Canadienne", ["Jean Roy"], "La Presse Canadienne"),
    ("Jean Roy New York AFP", ["Jean Roy"], "AFP"),
    ("Jean Roy St. John’s La Presse Canadienne", ["Jean Roy"], "La Presse Canadienne"),
    ("Sammy Davis Jr. Ottawa La Presse Canadienne", ["Sammy Davis Jr."], "La Presse Canadienne"),
    ("Marie de la Rue Ottawa Reuters", ["Marie de la Rue"], "Reuters"),
    ("Jean Roy Québec La Presse", ["Jean Roy"], None),
    ("Jean Roy Montréal Le Devoir", ["Jean Roy"], None),
    ("Mario Laval La Presse", ["Mario Laval"], None),
    ("Mario Laval Montréal La Presse", ["Mario Laval"], None),
    ("Luc Paris AFP", ["Luc Paris"], "AFP"),
    ("Luc R. Paris AFP", ["Luc R. Paris"], "AFP"),
    ("Ottawa La Presse Canadienne", [], "La Presse Canadienne"),
    ("Par Luc Hamel (texte) et Ève Roy (photos)", ["Luc Hamel"], None),
    ("Luc Hamel (texte et photos)", ["Luc Hamel"], None),
    ("Ève Roy (photo), Luc Hamel", ["Luc Hamel"], None),
]


@pytest.mark.parametrize(("byline", "people", "agency"), WITHOUT_A_SEPARATOR)
def test_a_name_with_a_paper_s_or_an_agency_s_right_behind_it(byline, people, agency):
    assert authors_of(byline, HUFFPOST_QC) == (tuple(people), agency)


@pytest.mark.parametrize("byline", NOBODY)
def test_nobody(byline):
    assert authors_of(byline, HUFFPOST_QC)[0] == ()


@pytest.mark.parametrize(("byline", "people"), SOMEBODY)
def test_somebody(byline, people):
    assert list(authors_of(byline, HUFFPOST_QC)[0]) == people


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("La Presse Canadienne, Ottawa", "La Presse Canadienne"),
        ("Nathalie Collard (AFP)", "AFP"),
        ("Nathalie Collard (La Presse)", None),
    ],
)
def test_the_agency_of_a_byline(byline, agency):
    assert authors_of(byline, HUFFPOST_QC)[1] == agency


@pytest.mark.parametrize(
    "line", ["Texte: Josée Blanchette", "Texte de Josée Blanchette", "Un texte d'Anne Roy", "Textes et photos : Anne Roy"]
)  # fmt: skip
def test_lines_that_are_bylines(line):
    assert is_byline(line)
