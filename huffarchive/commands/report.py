"""`scrapy report`: one HTML page about what was captured, what is missing and how it was read."""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from scrapy.commands import ScrapyCommand

from huffarchive.commands.archives import archives
from huffarchive.commands.described import Described
from huffarchive.commands.mistake import mistake
from huffarchive.commands.output import check_output
from huffarchive.exits import Exit


class Command(Described, ScrapyCommand):
    """Reads the ledgers and the JSONL files, also while a run is under way."""

    does = "Write one HTML page: what was captured, what is missing, how well it was read"
    says = (
        f"{does}. Example: scrapy report huffpost_qc --lang en -o report.html. "
        "The page holds everything it shows and loads nothing; without -o it is written as "
        "report.html beside the ledger."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="where to write; - for stdout")
        parser.add_argument(
            "--lang", choices=("fr", "en"), help="its language; default the edition's"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the report of each archive named."""
        assert self.settings is not None
        lacking = [name for name in ("pygal", "jinja2") if find_spec(name) is None]
        if lacking:
            needs = " and ".join(lacking)
            mistake("report", f"it needs {needs}; run pip install 'huffarchive[report]'")

        from huffarchive.ledger import LedgerDamagedError, NewerLedgerError, OlderLedgerError
        from huffarchive.reports import LANGUAGES, RecordsError, gather, render

        found = archives(self.settings, args, "report")
        if opts.output and len(found) > 1:
            names = ", ".join(places.name for places, _ in found)
            mistake("report", f"-o takes one archive; name one of {names}")
        check_output(
            "report", opts.output, (f for places, _ in found for f in places.output.glob("*.jsonl"))
        )
        for places, edition in found:
            language = opts.lang or (edition.language if edition.language in LANGUAGES else "en")
            try:
                page = render(gather(places, edition), language)
            except (LedgerDamagedError, NewerLedgerError, OlderLedgerError, RecordsError) as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            except OSError as error:
                print(f"{error.filename}: {error.strerror}", file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            if opts.output == "-":
                sys.stdout.write(page)
                continue
            path = Path(opts.output) if opts.output else places.output / "report.html"
            try:
                _write(path, page)
            except OSError as error:
                mistake("report", f"{path}: {error.strerror}")
            print(path)


def _write(path: Path, page: str) -> None:
    """A reader sees the old page or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(page, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
