"""HuffPost Québec."""

from huffarchive.crawl.spider import ArchiveSpider
from huffarchive.editions.huffpost_qc import HUFFPOST_QC


class HuffPostQuebec(ArchiveSpider):
    """`scrapy crawl huffpost_qc`."""

    name = "huffpost_qc"
    edition = HUFFPOST_QC
