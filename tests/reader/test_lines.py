"""Lines by their form alone: dates, signatures."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from huffarchive.editions.huffpost import AGENCIES
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader.byline import in_dateline, signature_in, signing
from huffarchive.reader.chrome import chrome_phrases_of
from huffarchive.reader.line_patterns import is_date
from tests.kit.dates import find_date

MONTREAL = ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-12-31T24:00:00Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31 24:00 -05:00", datetime(2017, 1, 1, tzinfo=timezone(timedelta(hours=-5)))),
        ("31/12/2016 à 24h00", datetime(2017, 1, 1, tzinfo=MONTREAL)),
        ("31 décembre 2016 à 24h00", datetime(2017, 1, 1, tzinfo=MONTREAL)),
        ("2016-12-31T24:01:00Z", date(2016, 12, 31)),
        ("2016-12-31T25:00:00Z", date(2016, 12, 31)),
        ("9999-12-31T24:00:00Z", date(9999, 12, 31)),
    ],
)
def test_midnight_at_a_day_s_end(text, moment):
    assert find_date(text, MONTREAL, day_first=True) == moment


@pytest.mark.parametrize("text", ["nr-mra/bdx", "str-sbh/faa/sw", "sgh/vl", "et/vl"])
def test_signatures(text):
    assert signature_in(text) == text


@pytest.mark.parametrize("text", ["et/ou", "and/or", "8/10", "Et/Ou"])
def test_no_signatures(text):
    assert signature_in(text) is None


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("– Avec La Presse Canadienne et l'AFP", "La Presse Canadienne"),
        ("Sources : Reuters, AFP", "Reuters"),
        ("AFP-Relaxnews", "Relaxnews"),
        ("*Avec des extraits d'une dépêche de l'AFP", "AFP"),
        ("Avec un texte de La Presse Canadienne", "La Presse Canadienne"),
        ("D'après une dépêche de La Presse Canadienne", "La Presse Canadienne"),
        ("With files from a report by Reuters", "Reuters"),
        ("selon l'AFP", None),
        ("D'après une dépêche de La Presse Canadienne, le pont rouvrira lundi.", None),
    ],
)
def test_whose_text_a_line_says_it_is(line, agency):
    assert signing(line, AGENCIES) == agency


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("OTTAWA _ La Presse Canadienne _ Le pont rouvre.", "La Presse Canadienne"),
        ("LONDRES _ Le pont de La Presse _ un café _ rouvre.", None),
    ],
)
def test_datelines_parted_by_low_lines(line, agency):
    assert in_dateline(line, AGENCIES) == agency


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Publié il y a 3 heures", True),
        ("Posted 2 days ago", True),
        ("Mis à jour il y a 20 minutes par Marie Côté", True),
        ("Il y a 3 ans, la mairesse promettait déjà un pont.", False),
        ("Le pont fut bâti il y a 3 siècles, en bois.", False),
    ],
)
def test_dates_told_from_now(line, says):
    assert is_date(line) == says


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Vous aimez cet article? Suivez-nous sur Facebook!", "promo"),
        ("Rejoignez-nous sur LinkedIn", "promo"),
        ("Suivez Le HuffPost Québec sur TikTok", "promo"),
        ("Retrouvez tous les billets de Marie Côté ici", "promo"),
        ("Pour lire d'autres billets de Marie Côté, cliquez ici", "promo"),
        ("Partager cette histoire", "share"),
        ("Partagez ce texte", "share"),
        ("Partager cette histoire lui a coûté son emploi.", None),
        ("Retrouvez les textes anciens que la ville croyait perdus ici", None),
    ],
)
def test_lines_of_the_site(line, kind):
    assert chrome_phrases_of(HUFFPOST_QC).whole(line) == kind
