"""`scrapy report`: one HTML page about what was captured, what is missing and how it was read."""

import argparse
import sys

from scrapy.commands import ScrapyCommand

from huffarchive import typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake
from huffarchive.exits import Exit

NEEDS = ("pygal",)
"""What is not installed without the extra `report`."""


class Command(ArchiveCommand, ScrapyCommand):
    """Write one HTML page: what was captured, what is missing, how well it was read.

    The page holds everything it shows and loads nothing; without -o it is written as
    report.html beside the ledger.
    """

    example = "huffpost_qc --lang en -o report.html"

    needs = NEEDS

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "FILE", "where to write; - for stdout")
        parser.add_argument(
            "--lang", choices=("fr", "en"), help="its language; default the edition's"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the report of each archive named."""
        from huffarchive.ledger.schema import LedgerError
        from huffarchive.reports import render
        from huffarchive.reports.corpus_stats import RecordsError, gather
        from huffarchive.storage.products import REPORT
        from huffarchive.storage.replacing import replacing
        from huffarchive.translator import LANGUAGES

        found = archives(self.settings, args, "report")
        if opts.output is not None and len(found) > 1:
            names = ", ".join(places.name for places, _ in found)
            mistake("report", f"-o takes one archive; name one of {names}")
        read = (file for places, _ in found for file in places.output.glob("*.jsonl"))
        target = self.target(opts, REPORT, read)
        for places, edition in found:
            language = opts.lang or (edition.language if edition.language in LANGUAGES else "en")
            try:
                page = render(gather(places, edition), language)
            except LedgerError as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            except RecordsError as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.FAILURES
                continue
            except OSError as error:
                what = f"{error.filename}: {error.strerror}"
                print(f"{what}; run {typed()} verify", file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            if opts.output == "-":
                sys.stdout.buffer.write(page.encode())
                continue
            path = target or places.output / "report.html"
            renewed = target is None or opts.replace
            with replacing(path, REPORT.is_own, replace=renewed, wait=target is None) as draft:
                draft.path.write_text(page, encoding="utf-8")
            print(path)
