"""One deduplicated data set from an archive's JSONL files, in the forms that people load."""
