"""What the HuffPost editions share: the agencies whose copy they carried (`huffpost.toml`), and the
hosts of images.
"""

import re

from huffarchive.editions.edition import Agency, Host
from huffarchive.editions.phrases import tables

_TABLES, _written = tables("huffpost.toml")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_written(pattern), re.IGNORECASE)


AGENCIES = tuple(
    Agency(
        row["name"],
        _compiled(rf"(?<!\w)(?:{row['written']})(?!\w)"),
        frozenset(row["logos"].split()),
    )
    for row in _TABLES["agencies"]
)
"""In this order a text is searched: the narrower name first."""
LOGO_WORDS = frozenset(_TABLES["logo_words"].split())
"""What else stands in the class, file name or alternative text of an agency's logo."""
CREDITING = _compiled(_TABLES["crediting"])
"""How a line begins that names the agency behind a text: "Avec", "Source :", "Un texte de"."""
CREDITED = _compiled(_TABLES["credited"])
"""How such a line goes on after the name: ", 2015", "contributed to this report."."""
DESKS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (row["sign"], _compiled(row["pattern"]), row["agency"]) for row in _TABLES["desks"]
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
