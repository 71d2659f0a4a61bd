"""The one add-on that wires huffarchive into Scrapy."""

import difflib
import logging

from scrapy.settings import BaseSettings

from huffarchive import settings as ours

HANDLER = "huffarchive.capture.handler.WireHandler"


class HuffArchive:
    """Sets the download handler, the politeness gate and the pipelines, and takes the rest out."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before the crawler's components are made."""
        from huffarchive.pipelines import JsonlPipeline, WarcPipeline
        from huffarchive.politeness import PolitenessMiddleware
        from huffarchive.spiders.progress import Progress

        check_names(settings)
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
        if settings.get("LOG_LEVEL") != "DEBUG":
            for name in ("scrapy", "twisted"):
                logging.getLogger(name).setLevel(logging.WARNING)


def check_names(settings: BaseSettings) -> None:
    """ValueError names a misspelt HUFFARCHIVE_ setting and the nearest known one."""
    known = [name for name in vars(ours) if name.startswith("HUFFARCHIVE_")]
    for name in settings:
        if str(name).startswith("HUFFARCHIVE_") and name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise ValueError(f"unknown setting {name}: {hint}")
