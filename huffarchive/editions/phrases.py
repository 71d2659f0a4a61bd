"""What the site says of itself on its pages: the phrases of `phrases.toml`."""

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from huffarchive.editions.edition import ChromePhrase, Where

_NAMED = re.compile(r"\(\?&(\w+)\)")


def tables(name: str) -> tuple[dict[str, Any], Callable[[str], str]]:
    """A file of patterns in this folder, and what makes a regular expression of one of them.

    (?&name) stands for what the file's table `words` has under that name, a space for any white
    space, an apostrophe for either one; the end of a line is nothing.
    """
    found = tomllib.loads(files("huffarchive.editions").joinpath(name).read_text("utf-8"))
    words: dict[str, str] = {}

    def whole(pattern: str) -> str:
        return _NAMED.sub(lambda named: words[named[1]], pattern.replace("\n", ""))

    for word, pattern in found.pop("words").items():
        words[word] = whole(pattern)
    return found, lambda text: whole(text).replace("'", "['’]").replace(" ", r"\s")


_GROUPS, _written = tables("phrases.toml")
PHRASES = tuple(
    ChromePhrase(row["kind"], _written(row["pattern"]), Where(row.get("where", "whole")), sign)
    for group in ("site", "labels", "edges")
    for row in _GROUPS[group]
    for sign in row.get("signs", ("",))
)
"""In the order in which they are tried; one that has signs is looked for only where one stands."""
ALERTS = re.compile(
    r"(?:Recevez les nouvelles (?:de |d['’])|Get (?:email )?(?:alerts|updates) from )"
    r"(?P<name>(?!votre |notre |vos |nos |la |le |les |l['’]|the |your )\S+ \S.{0,50})",
    re.IGNORECASE,
)
"""The line that offers the news of somebody: who wrote the piece, where nothing else says so."""
