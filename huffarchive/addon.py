"""The one add-on that wires huffarchive into Scrapy."""

import difflib
import logging
import os
from typing import Any
from urllib.parse import urlsplit

from scrapy.extensions.memusage import MemoryUsage
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from huffarchive import settings as ours

HANDLER = "huffarchive.download.handler.WireHandler"


class HuffArchive:
    """Sets the download handler, the politeness gate and the pipelines, and takes the rest out."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before the crawler's components are made."""
        from huffarchive.crawl.display import Progress
        from huffarchive.crawl.pipelines import JsonlPipeline, WarcPipeline
        from huffarchive.crawl.run import Memory
        from huffarchive.politeness.middleware import PolitenessMiddleware

        check_names(settings)
        check_values(settings)
        nothing = dict.fromkeys(("file", "ftp", "s3", "data"))
        settings.set("DOWNLOAD_HANDLERS", {"http": HANDLER, "https": HANDLER, **nothing}, "addon")
        for name in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
            off = dict.fromkeys(settings.getdict(f"{name}_BASE"))
            off.pop("scrapy.downloadermiddlewares.stats.DownloaderStats", None)
            settings.set(name, {**off, **settings.getdict(name)}, "addon")
        add = settings.setdefault_in_component_priority_dict
        add("DOWNLOADER_MIDDLEWARES", PolitenessMiddleware, 1000)
        add("ITEM_PIPELINES", WarcPipeline, 800)
        add("ITEM_PIPELINES", JsonlPipeline, 900)
        add("EXTENSIONS", Progress, 0)
        add("EXTENSIONS", MemoryUsage, None)
        add("EXTENSIONS", Memory, 0)
        if settings.get("LOG_LEVEL") != "DEBUG":
            for name in ("scrapy", "twisted"):
                logging.getLogger(name).setLevel(logging.WARNING)


def check_names(settings: BaseSettings) -> None:
    """ValueError names a misspelt HUFFARCHIVE_ setting and the nearest known one."""
    known = [name for name in vars(ours) if name.startswith("HUFFARCHIVE_")]
    for name in settings:
        if str(name).upper().startswith("HUFFARCHIVE_") and name not in known:
            near = difflib.get_close_matches(str(name).upper(), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise ValueError(f"unknown setting {name}: {hint}")
        if settings.getpriority(name) == _COMMAND_LINE and f"HUFFARCHIVE_{name}" in known:
            raise ValueError(f"unknown setting {name}: did you mean HUFFARCHIVE_{name}?")
    for name in known:
        alone = settings.getpriority(name) != _COMMAND_LINE and name not in _OF_THE_ENVIRONMENT
        if alone and (value := os.environ.get(name)) is not None:
            raise ValueError(
                f"{name}: no variable of the environment is read for it; say -s {name}={value}"
            )


_OF_THE_ENVIRONMENT = ("HUFFARCHIVE_PING_URL", "HUFFARCHIVE_METRICS_FILE", "HUFFARCHIVE_LOG_JSON")
_COMMAND_LINE = SETTINGS_PRIORITIES["cmdline"]

_NUMBERS: dict[str, tuple[type[int] | type[float], float]] = {
    "HUFFARCHIVE_WARC_SIZE": (int, 1),
    "HUFFARCHIVE_MIN_FREE": (int, 0),
    "HUFFARCHIVE_WORKERS": (int, 0),
    "HUFFARCHIVE_READ_SECONDS": (float, 0.1),
    "HUFFARCHIVE_READ_MEMORY": (int, 1_000_000),
    "HUFFARCHIVE_BACKOFF": (float, 0),
}
"""The settings that are numbers, and the least that each can be."""
_ASKED = {int: "a whole number from {}", float: "a number from {}", bool: "True or False"}


def check_values(settings: BaseSettings) -> None:
    """ValueError names a HUFFARCHIVE_ setting whose value cannot be used, and what can."""
    for name, (kind, least) in (_NUMBERS | _of_scrapy(settings)).items():
        value = settings.get(name)
        try:
            fits = least <= (settings.getbool(name) if kind is bool else kind(value)) < float("inf")
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise ValueError(f"{name}={value}: give {_ASKED[kind].format(least)}")
    for name in ("HUFFARCHIVE_WARC_DIR", "HUFFARCHIVE_OUTPUT_DIR", "HUFFARCHIVE_CACHE_DIR"):
        if settings.get(name) == "":
            raise ValueError(f"{name}=: name a folder, or leave it out")
    name = "HUFFARCHIVE_METRICS_FILE"
    if (path := settings.get(name) or os.environ.get(name)) and not str(path).endswith(".prom"):
        raise ValueError(f"{name}={path}: give a name that ends in .prom, or nobody collects it")
    for name in (n for n in vars(ours) if n.startswith("HUFFARCHIVE_") and n.endswith("_URL")):
        value = settings.get(name, os.environ.get(name) or None)
        if value is not None and not _is_address(str(value)):
            shown = name if name in _OF_THE_ENVIRONMENT else f"{name}={value}"  # a secret as a rule
            raise ValueError(f"{shown}: give an http or https address")


def _of_scrapy(settings: BaseSettings) -> dict[str, tuple[type[int] | type[float], float]]:
    """Scrapy's own settings on the command line that are numbers or flags, as it reads them."""
    given = (str(name) for name in settings if settings.getpriority(name) == _COMMAND_LINE)
    kinds: dict[str, Any] = {name: type(getattr(default_settings, name, None)) for name in given}
    kinds |= {name: float for name in kinds if name.endswith(("DELAY", "TIMEOUT"))}
    return {name: (kind, 0) for name, kind in kinds.items() if kind in _ASKED}


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
