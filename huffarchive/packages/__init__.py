"""CDXJ indexes beside WARC files, and WACZ packages for ReplayWeb.page."""
