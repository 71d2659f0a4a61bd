"""Where captures may come from: the site, other archives, files; a source is registered here."""

from huffarchive.sources.commoncrawl import CommonCrawl
from huffarchive.sources.source import MIRROR, Index, Live, Sample, Source
from huffarchive.sources.warc_files import WarcFiles
from huffarchive.sources.wayback import Wayback
from huffarchive.urls import PageKey

LIVE, FILES, INDEX = Live(), WarcFiles(), Index()
SOURCES: dict[str, Source] = {
    source.name: source for source in (LIVE, Sample(), Wayback(), CommonCrawl(), FILES)
}
"""Every source by its name, in the order in which they are told."""

QUERIES = {name: source.query_kinds for name, source in SOURCES.items() if source.query_kinds}
"""The kinds of page that each archive's index is made of."""
COPIED = frozenset(name for name, source in SOURCES.items() if source.copies)
"""Names of those whose captures are kept byte for byte, with a note beside them."""


def named(name: str) -> Source:
    """The source of a visit; INDEX for pages of an index."""
    return INDEX if name == INDEX.name else SOURCES[name]


def is_own(name: str) -> bool:
    """Whether a name in notes, records or the ledger stands for the site itself."""
    return name == MIRROR or (name in SOURCES and SOURCES[name].own)


def of_query(key: PageKey) -> str | None:
    """The archive whose index a page is of; None for any other page."""
    return next((name for name, kinds in QUERIES.items() if key.kind in kinds), None)
