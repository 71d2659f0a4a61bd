"""Where captures come from beside the live site: the Wayback Machine, Common Crawl, WARC files."""
