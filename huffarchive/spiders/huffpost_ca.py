"""HuffPost Canada."""

from huffarchive.editions import HUFFPOST_CA
from huffarchive.spiders.base import ArchiveSpider


class HuffPostCanada(ArchiveSpider):
    """`scrapy crawl huffpost_ca`."""

    name = "huffpost_ca"
    edition = HUFFPOST_CA
