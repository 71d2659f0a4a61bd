"""WARC/1.1: our own writer, byte for byte, and a reader of anybody's files."""
