"""Records from WARC files, with no network: in this process or on all cores."""
