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
généraux/général œufs/œuf festivals/festival zoos/zoo hôtels/hôtel forêts/forêt étés/été clés/clé"""
OTHERS = """mois/moi fois/foi cas/ça plus/plu prix/pris fils/fil Paris/pari sous/sou mais/mai pas/pan
taux/taxe voix/vois choix/choir bois/boire été/et île/il"""


def have_one_stem(pair: str) -> bool:
    one, other = pair.split("/")
    return stem(one, "fr") == stem(other, "fr")


def test_forms_of_a_word_have_one_stem() -> None:
    assert [pair for pair in ONE.split() if not have_one_stem(pair)] == []


def test_other_words_have_others() -> None:
    assert [pair for pair in OTHERS.split() if have_one_stem(pair)] == []
