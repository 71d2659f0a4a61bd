"""The spiders that `scrapy list` shows, one for each edition."""
