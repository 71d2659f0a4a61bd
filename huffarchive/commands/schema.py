"""`scrapy schema`: the JSON Schema of a record."""

import argparse
import codecs
import json
import sys

from scrapy.commands import ScrapyCommand

from huffarchive.commands.base import ArchiveCommand


class Command(ArchiveCommand, ScrapyCommand):
    """Print the JSON Schema (draft 2020-12) of a record."""

    example = "-o article.schema.json"
    arguments = ""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "FILE", "where to write; default stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's
        """Print it, or write it."""
        from huffarchive.exports.dataset_info import schema
        from huffarchive.storage.products import SCHEMA
        from huffarchive.storage.replacing import replacing

        target = self.target(opts, SCHEMA)
        # JSON is UTF-8; what cannot be said in the terminal's charset is escaped.
        said = target is not None or codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
        text = json.dumps(schema(), ensure_ascii=not said, indent=2)
        if target is None:
            print(text)
            return
        with replacing(target, SCHEMA.is_own, replace=opts.replace) as draft:
            draft.path.write_text(f"{text}\n", "utf-8")
