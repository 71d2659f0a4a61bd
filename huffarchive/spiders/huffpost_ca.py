"""HuffPost Canada."""

from huffarchive.crawl.spider import ArchiveSpider
from huffarchive.editions.huffpost_ca import HUFFPOST_CA


class HuffPostCanada(ArchiveSpider):
    """`scrapy crawl huffpost_ca`."""

    name = "huffpost_ca"
    edition = HUFFPOST_CA
