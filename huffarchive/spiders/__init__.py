"""The spiders that `scrapy list` shows: one is made of each edition."""

from huffarchive.crawl.spider import ArchiveSpider
from huffarchive.editions import EDITIONS

SPIDERS: dict[str, type[ArchiveSpider]] = {
    edition.spider: type(
        edition.spider,
        (ArchiveSpider,),
        {
            "__doc__": f"{edition.name}: `scrapy crawl {edition.spider}`.",
            "__module__": __name__,
            "name": edition.spider,
            "edition": edition,
        },
    )
    for edition in EDITIONS.values()
}
"""Each by its name."""
globals().update(SPIDERS)  # where Scrapy looks for them
