"""Whose logo stands beside a byline, by its file's name, its class or its alternative text."""

import pytest
from lxml import html

from huffarchive.editions.huffpost import AGENCIES
from huffarchive.reader.byline import is_logo, logo_of


@pytest.mark.parametrize(
    ("attributes", "agency"),
    [
        ('alt="Agence France-Presse"', "AFP"),
        ('alt="Agence France Presse"', "AFP"),
        ('title="Agence France-Presse"', "AFP"),
        ('alt="AFP"', "AFP"),
        ('src="/v/agence-france-presse.png"', "AFP"),
        ('src="/v/agencefrancepresse.png"', "AFP"),
        ('src="/v/AFPlogo.png"', "AFP"),
        ('src="/v/logoAFP.png"', "AFP"),
        ('src="/v/logo-afp.svg"', "AFP"),
        ('src="/v/PCwire.png"', "La Presse Canadienne"),
        ('src="/v/cp_wire.png"', "La Presse Canadienne"),
        ('alt="Press Association"', "PA"),
        ('alt="Canada NewsWire"', "CNW"),
        ('alt="Agence QMI"', "QMI"),
        ('alt="Agence Science-Presse"', "Agence Science-Presse"),
        ('src="/v/logo.png"', None),
        ('src="/v/wire.png" alt="Agence"', None),
        ('alt="Photo de la presse"', None),
        ('src="/v/pcwireless.jpg"', None),
    ],
)
def test_a_logo(attributes: str, agency: str | None) -> None:
    element = html.fragment_fromstring(f"<img {attributes}>")
    assert (logo_of(element, AGENCIES), is_logo(element, AGENCIES)) == (agency, agency is not None)
