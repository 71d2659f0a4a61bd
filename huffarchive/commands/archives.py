"""Which archives a command is about."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from huffarchive import typed
from huffarchive.commands.options import hint, mistake
from huffarchive.editions import EDITIONS
from huffarchive.editions.edition import Edition

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths


ARCHIVES = tuple(f"{code}{kind}" for code in EDITIONS for kind in ("", "-sample"))
"""The names of all archives that there can be."""


def archive_codes(settings: BaseSettings, args: Iterable[str]) -> dict[str, str]:
    """Editions' codes by their spiders' names; all spiders are loaded only for a name not ours."""
    from scrapy.spiderloader import get_spider_loader

    codes = {edition.spider: code for code, edition in EDITIONS.items()}
    if all(arg in codes or arg in ARCHIVES for arg in args):
        return codes
    loader = get_spider_loader(settings)
    editions = {name: getattr(loader.load(name), "edition", None) for name in sorted(loader.list())}
    return {name: edition.code for name, edition in editions.items() if edition is not None}


def archives(
    settings: BaseSettings, args: list[str], command: str, *, lost: bool = False
) -> list[tuple["ArchivePaths", Edition]]:
    """The archives named (by spider, edition or folder), or all that there are.

    One that is named must be there, at least its WARC files where the rest may be `lost`.
    """
    from huffarchive.crawl.arguments import places_of

    names, root = archive_codes(settings, args), places_of(settings, "").output_root
    if root.exists() and not root.is_dir():
        mistake(command, f"HUFFARCHIVE_OUTPUT_DIR={root}: that is no folder; name another place")
    for arg in args:
        if names.get(arg, arg) not in ARCHIVES:
            known = [*names, *ARCHIVES]  # a folder's path stands for its name
            near, there = hint(Path(arg).name, known), ", ".join(known)
            mistake(command, f"no archive {arg!r}; {near}name one of {there}")
    wanted = dict.fromkeys(names.get(arg, arg) for arg in args)  # one that is named twice is one
    found = [places_of(settings, name) for name in wanted or ARCHIVES]
    for places in found if wanted else ():
        if not (places.output.exists() or (lost and places.warc.exists())):
            crawl = f"run {typed()} crawl huffpost_{places.code}"
            other = f"{places.code}-sample"
            if places.is_sample:
                crawl, other = f"{crawl} -a source=sample", places.code
            beside = places_of(settings, other).output.exists()
            step = f"{other} is there, name that; or {crawl}" if beside else crawl
            mistake(command, f"no archive {places.name} in {root} yet; {step}")
    found = [places for places in found if wanted or places.output.exists()]
    if not found:
        mistake(command, f"no archive in {root} yet; run {typed()} crawl huffpost_qc")
    return [(places, EDITIONS[places.code]) for places in found]
