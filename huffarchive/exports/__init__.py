"""One deduplicated data set from an archive's JSONL files; CDXJ indexes and WACZ packages."""
