"""Which French words are forms of one, and which only look so."""

import pytest

pytest.importorskip("snowballstemmer")

from huffarchive.stems import stem

ONE = """photos/photo médias/média cinémas/cinéma amis/ami élus/élu lois/loi vidéos/vidéo tissus/tissu
abris/abri taxis/taxi cheveux/cheveu lieux/lieu feux/feu neveux/neveu bijoux/bijou genoux/genou
choux/chou vœux/voeu milieux/milieu animaux/animal tribunaux/tribunal bureaux/bureau eaux/eau
travaux/travail yeux/œil chevaux/cheval jeux/jeu euros/euro impôts/impôt employés/employée
infirmière/infirmiers heureuse/heureux québécoises/québécois française/français active/actif
sportives/sportif nationale/nationaux vols/vol noyés/noyée bleues/bleu îles/île âgées/âgé rues/rue
ans/an autos/auto pneus/pneu clous/clou trous/trou sous-ministres/sous-ministre menus/menu visas/visa
opéras/opéra caméras/caméra kilos/kilo scénarios/scénario cieux/ciel cadeaux/cadeau tuyaux/tuyau
généraux/général œufs/œuf festivals/festival zoos/zoo hôtels/hôtel forêts/forêt étés/été clés/clé
étrangers/étranger étrangère/étranger étrangères/étrangers journaux/journal conseillers/conseiller
conseillère/conseiller commissions/commission opinions/opinion réflexions/réflexion avions/avion
dangers/danger souvenirs/souvenir portraits/portrait bandits/bandit profits/profit plaisirs/plaisir
danseuse/danseur chanteuses/chanteurs travailleuse/travailleur tueuse/tueurs serveuse/serveur
directrice/directeur actrices/acteur spectatrice/spectateur dangereuse/dangereux
heureuses/heureux publique/public publiques/publics franche/franc blanches/blanc grecque/grec
turques/turc géante/géant vivante/vivants entière/entier entiers/entières première/premiers
dernière/derniers infirmières/infirmier policière/policier écolière/écoliers romancière/romancier
boulangère/boulanger bouchère/bouchers passagère/passagers légère/léger chères/cher belle/beau
belles/beaux vieille/vieux vieilles/vieux bonnes/bon longues/long douce/doux fausses/faux folle/fous
sèches/sec fraîche/frais grosse/gros épaisse/épais précise/précis diverses/divers parfaites/parfait
interdite/interdit nulle/nuls vive/vif neuves/neuf brève/brefs amie/ami jolies/joli élue/élus
messieurs/monsieur matériaux/matériau hivers/hiver rochers/rocher boîtes/boîte villas/villa
syndicales/syndicaux municipale/municipaux médicaux/médical égaux/égale rivaux/rival locaux/local
ministres/ministre mairesses/mairesse élections/élection députée/députés réfugiée/réfugiés
attentats/attentat étudiante/étudiants manifestantes/manifestant présidente/présidents
patronne/patron canadiennes/canadien montréalaise/montréalais autochtones/autochtone
chansons/chanson entrées/entrée contrées/contrée hôpitaux/hôpital vœux/vœu chevaux/cheval mangé/manger manifestait/manifester
annoncé/annoncerait investissait/investir arrêtée/arrêtait démissionner/démissionné"""
OTHERS = """mois/moi fois/foi cas/ça plus/plu prix/pris fils/fil Paris/pari sous/sou mais/mai pas/pan
taux/taxe voix/vois choix/choir bois/boire été/et île/il journal/journaliste journaux/journalistes
étranger/étrange étrangère/étrangement énergie/Énergir commission/comme commissions/comment
passager/passage messagers/messages conseiller/conseil vente/vent ventes/vents coupe/coup
coupes/coups porte/port reine/rein marine/marin villa/ville opéra/opération profit/prof
bandits/bandes plaisir/plaisante français/franche françaises/francs danger/dans héros/héroïne
touriste/tour social/socialiste capital/capitalisme féministe/féminin progrès/progressif procès/procéder
univers/unifier près/pré après/âpre retraite/retrait ministre/ministère guerre/guère mère/maire
père/per frère/frais colère/col misère/mise caractère/carat critère/cri matière/mat lumière/lu
chaux/châle faux/fal taux/tal feu/feutre jeune/jeu grève/gré peur/peu leur/lieu heure/heureux
honneur/honnête cœur/courir auteur/hauteur meneur/menu Marie/mari foie/foi voie/voix soie/soi
rue/ru vue/vu tue/tu masse/mas tasse/tas passe/pas basse/bas chasse/chat nouvelle/nouveau
police/politique maison/mais raison/rai
entrée/entre entrées/entre entrée/entrer contrée/contre contrées/contre commis/comme"""


def have_one_stem(pair: str) -> bool:
    one, other = pair.split("/")
    return stem(one, "fr") == stem(other, "fr")


def test_forms_of_a_word_have_one_stem() -> None:
    assert [pair for pair in ONE.split() if not have_one_stem(pair)] == []


def test_other_words_have_others() -> None:
    assert [pair for pair in OTHERS.split() if have_one_stem(pair)] == []
