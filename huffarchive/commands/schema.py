"""`scrapy schema`: the JSON Schema of a record."""

import argparse
import json

from scrapy.commands import ScrapyCommand

from huffarchive.commands.described import Described


class Command(Described, ScrapyCommand):
    """Prints the schema that every line of our JSONL keeps to."""

    arguments = ""
    does = "Print the JSON Schema (draft 2020-12) of a record"
    says = f"{does}. Example: scrapy schema > article.schema.json"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's
        """Print it."""
        from huffarchive.archive.schema import schema

        print(json.dumps(schema(), ensure_ascii=False, indent=2))
