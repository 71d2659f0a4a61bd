"""A spider that stores nothing: what Scrapy itself costs."""

from pathlib import Path

import scrapy


class Plain(scrapy.Spider):
    name = "plain"

    def start_requests(self):
        for line in Path(self.urls).read_text().splitlines():
            yield scrapy.Request(line)

    async def start(self):
        for request in self.start_requests():
            yield request

    def parse(self, response):
        if response.status != 200:
            raise ValueError(response.status)
