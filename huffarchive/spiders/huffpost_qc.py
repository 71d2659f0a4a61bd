"""HuffPost Québec."""

from huffarchive.editions import HUFFPOST_QC
from huffarchive.spiders.base import ArchiveSpider


class HuffPostQuebec(ArchiveSpider):
    """`scrapy crawl huffpost_qc`."""

    name = "huffpost_qc"
    edition = HUFFPOST_QC
