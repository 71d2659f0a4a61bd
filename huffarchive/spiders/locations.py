"""Where the settings say that things are: the archive's files, the other archives."""

from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from huffarchive.archive import Places
from huffarchive.sources.services import Services
from huffarchive.spiders.job import Job


def services_of(settings: BaseSettings, job: Job) -> Services:
    """The archives that are asked beside the site."""

    def base(name: str) -> str:
        return str(settings.get(f"HUFFARCHIVE_{name}_URL")).rstrip("/")

    return Services(
        base("WAYBACK"), base("COMMONCRAWL_INDEX"), base("COMMONCRAWL_DATA"), job.crawls
    )


def places_of(settings: BaseSettings, name: str) -> Places:
    """Where an archive's files are; relative folders are relative to the project."""
    warc, output = settings.get("HUFFARCHIVE_WARC_DIR"), settings.get("HUFFARCHIVE_OUTPUT_DIR")
    return Places(project_folder() / warc, project_folder() / output, name)


def project_folder() -> Path:
    """The folder of scrapy.cfg; the current one when there is none."""
    found = closest_scrapy_cfg()
    return Path(found).parent if found else Path.cwd()
