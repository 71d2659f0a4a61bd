"""`scrapy schema`: the JSON Schema of a record."""

import argparse
import json

from scrapy.commands import ScrapyCommand


class Command(ScrapyCommand):
    """Prints the schema that every line of our JSONL keeps to."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print the JSON Schema (draft 2020-12) of a record"

    def long_desc(self) -> str:
        """What `--help` says."""
        return f"{self.short_desc()}. Example: scrapy schema > article.schema.json"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's
        """Print it."""
        from huffarchive.archive.schema import schema

        print(json.dumps(schema(), ensure_ascii=False, indent=2))
