"""Which archives a command is about: those that the settings' folders hold."""

from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

from huffarchive.commands.mistake import mistake
from huffarchive.editions import EDITIONS, Edition

if TYPE_CHECKING:
    from huffarchive.archive import Places


def spider_editions(settings: BaseSettings) -> dict[str, Edition]:
    """Every edition by its spider's name."""
    from scrapy.spiderloader import get_spider_loader

    loader = get_spider_loader(settings)
    return {
        name: found
        for name in sorted(loader.list())
        if (found := getattr(loader.load(name), "edition", None)) is not None
    }


def archives(
    settings: BaseSettings, args: list[str], command: str, *, lost: bool = False
) -> list[tuple["Places", Edition]]:
    """The archives named (by spider, edition or folder), or all that there are.

    One that is named must be there, unless its folder may be `lost`.
    """
    from huffarchive.spiders.locations import places_of

    names = {name: edition.code for name, edition in spider_editions(settings).items()}
    known = [f"{code}{kind}" for code in EDITIONS for kind in ("", "-sample")]
    wanted = [names.get(arg, arg) for arg in args]
    for arg, name in zip(args, wanted, strict=True):
        if name not in known:
            mistake(command, f"no archive {arg!r}; name one of {', '.join([*names, *known])}")
    places = [places_of(settings, name) for name in wanted or known]
    found = [p for p in places if wanted or p.output.exists()]
    missing = next((p for p in found if not (lost or p.output.exists())), None)
    if missing is not None:
        code, sample = missing.name.removesuffix("-sample"), missing.name.endswith("-sample")
        crawl = f"scrapy crawl huffpost_{code}" + (" -a source=sample" if sample else "")
        mistake(command, f"no archive {missing.name} in {missing.output_root} yet; run {crawl}")
    if not found:
        mistake(command, f"no archive in {places[0].output_root} yet; run scrapy crawl huffpost_qc")
    return [(p, EDITIONS[p.name.removesuffix("-sample")]) for p in found]
