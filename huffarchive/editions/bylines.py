"""What stands in a byline and is nobody's name: places, other papers, words of a desk."""

_PLACES = """
alger, alma, amos, amsterdam, ankara, athènes, bagdad, baie-comeau, bamako, bangkok, barcelone,
bathurst, beauce, beijing, beyrouth, berlin, blainville, bogota, boston, boucherville, bratislava,
brossard, bruxelles, brussels, bucarest, budapest, buenos aires, cairo, calgary, cannes,
cap-haïtien, caracas, charlottetown, chibougamau, chicago, chicoutimi, copenhague, corner brook,
cracovie, dakar,
damas, dallas, davos, delhi, detroit, doha, drummondville, dubai, dublin, edmonton, fredericton,
gander, gaspé, gatineau, genève, geneva, goose bay, granby, halifax, hamilton, hanoï, havane,
helsinki, hong kong, houston, iqaluit, islamabad, istanbul, jérusalem, joliette, jonquière, kaboul,
kabul, kandahar, kiev, kigali, kingston, kinshasa, kuujjuaq, la havane, la haye, la malbaie,
la tuque, lac-mégantic, las vegas, laval, le caire, lévis, lima, lisbonne, londres, london,
longueuil, los angeles, madrid, magog, mascouche, matane, mexico, miami, milan, minsk, mirabel,
moncton, mont-laurier, mont-tremblant, montréal, montmagny, moscou, moscow, nairobi, nazareth,
new delhi, new york, nice, nouvelle-orléans, orlando, oslo, ottawa, paris, pékin, philadelphie,
port-au-prince, prague, pretoria, pyongyang, québec, quebec city, rabat, regina, repentigny,
rimouski, rio de janeiro, rio, rivière-du-loup, riyad, roberval, rome, rouyn-noranda, saguenay,
saint-georges, saint-hyacinthe, saint-jean, saint-jean-sur-richelieu, saint-jérôme, saint john,
saint-pétersbourg, saint-sauveur, san francisco, sanaa, santiago, sao paulo, saskatoon, seattle,
sept-îles, séoul, seoul, shanghai, shawinigan, sherbrooke, singapour, sofia, sorel-tracy, sotchi,
st. john's, stockholm, strasbourg, sydney, taipei, téhéran, tehran, tel-aviv, tel aviv, terrebonne,
thetford mines, tokyo, toronto, trois-rivières, tripoli, tunis, val-d'or, vancouver, varsovie,
vatican, vaudreuil, venise, victoria, victoriaville, vienne, washington, whitehorse, winnipeg,
yellowknife, zurich, algérie, alberta, allemagne, australie, belgique, brésil, canada, chine,
colombie-britannique, cuba, égypte, espagne, états-unis, europe, france, grèce, haïti, inde, irak,
iran, israël, italie, japon, liban, libye, manitoba, mali, maroc, nouveau-brunswick,
nouvelle-écosse, nunavut, ontario, russie, saskatchewan, suisse, syrie, terre-neuve, terre-neuve-et-
labrador, tunisie, turquie, ukraine, united kingdom, united states, yukon, d.c., ont., que., qué.,
n.-b., n.-é., alta., b.c., c.-b., man., sask., n.y., calif.
"""
_PAPERS = """
20 minutes, 24 heures, actualité, agence, arte, atlantico, baron mag, bbc, branchez-vous, buzzfeed,
canoë, châtelaine, clin d'oeil, cnn, coup de pouce, courrier international, ctv, ctv news,
cyberpresse, elle québec, fashion magazine, financial times, global news, globe and mail, journal
de montréal, journal de québec, journal métro, l'actualité, l'express, l'obs, la croix, la gazette,
la presse, la presse affaires, la presse+, la tribune, la voix de l'est, lcn, le devoir, le droit,
le figaro, le monde, le nouvelliste, le parisien, le point, le quotidien, le soir, le soleil, le
temps, les affaires, les échos, liberation, libération, maclean's, mashable, mediapart, montreal
gazette, métro, national post, new york times, nightlife, nouvel observateur, ouest-france, paris
match, planète f, protégez-vous, quartier libre, quotidien, québec science, rds, reporters sans
frontières, rue frontenac, rue89, slate.fr, techno-science, the conversation, the gazette, the
guardian, the mighty, time magazine, ton petit look, toronto star, tva, tva nouvelles, tva sports,
urbania, usa today, veille tourisme, vice, voir, wall street journal, washington post, yahoo
"""


def _listed(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.replace("\n", " ").replace("- ", "-").split(","))


PLACES = _listed(_PLACES)
"""Cities, provinces and countries where copy is filed, in lower case."""
PAPERS = _listed(_PAPERS)
"""Papers, broadcasters and sites whose texts the paper carried, in lower case."""
OTHERS = PAPERS | {"forbes", "slate"}
"""The same with those that are people's names too."""
SURNAMES = frozenset(
    ("belga", "bloomberg", "conseil", "gazette", "groupe", "journal", "parti", "presse")
)
"""Agencies' names, and words of houses, that are people's names too, in lower case."""
