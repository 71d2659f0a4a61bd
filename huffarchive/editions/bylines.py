"""What stands in a byline and is nobody's name: places, other papers, words of a desk."""

import tomllib
from importlib.resources import files


def _listed(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.replace("\n", " ").replace("- ", "-").split(","))


_NAMES = tomllib.loads(files("huffarchive.editions").joinpath("bylines.toml").read_text("utf-8"))
PLACES = _listed(_NAMES["places"])
"""Cities, provinces and countries where copy is filed, in lower case."""
PAPERS = _listed(_NAMES["papers"])
"""Papers, broadcasters and sites whose texts the paper carried, in lower case."""
OTHERS = PAPERS | {"forbes", "slate"}
"""The same with those that are people's names too."""
SURNAMES = _listed(_NAMES["surnames"])
"""Agencies' names, and words of houses, that are people's names too, in lower case."""
