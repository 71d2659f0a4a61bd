"""The sample site: a believable HuffPost Québec of ours on loopback, and the gold of every page.

All names, facts and words in it are invented; the ids, slugs and days of 78 articles are those of
real pages. Importing this package loads nothing: `site()` and `Server` are fetched when used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huffarchive.sample.gold import Gold
    from huffarchive.sample.judge import misses
    from huffarchive.sample.server import Server
    from huffarchive.sample.service import Service
    from huffarchive.sample.website import Site

__all__ = ["Gold", "Server", "Service", "Site", "misses", "site"]

_HOMES = {
    "Gold": "gold",
    "misses": "judge",
    "Server": "server",
    "Service": "service",
    "Site": "website",
}


def site(seed: int | None = None, articles: int | None = None, weight: int = 0) -> "Site":
    """The sample site of a seed: 340 articles unless told otherwise."""
    from huffarchive.sample.website import ARTICLES, SEED, Site

    return Site(SEED if seed is None else seed, articles or ARTICLES, weight)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
