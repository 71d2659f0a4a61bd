"""`scrapy status`: what is known, what became of it, and what to do next."""

import argparse
import json
import sys
from collections import Counter

from scrapy.commands import ScrapyCommand

from huffarchive.commands.archives import archives
from huffarchive.exits import Exit
from huffarchive.outcome import State


class Command(ScrapyCommand):
    """Reads the ledgers, also while a run is under way."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] [huffpost_qc | qc | qc-sample]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Say what is known, captured, gone, refused and failed, and what to do next"

    def long_desc(self) -> str:
        """What `--help` says."""
        return f"{self.short_desc()}. Example: scrapy status huffpost_qc"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object an archive")
        parser.add_argument("--months", action="store_true", help="a line for each month, not year")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the account of each archive."""
        from huffarchive.archive.account import account
        from huffarchive.ledger import LedgerDamagedError

        assert self.settings is not None
        for places, edition in archives(self.settings, args, "status"):
            try:
                found = account(places, edition)
            except LedgerDamagedError as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            if opts.json:
                print(json.dumps(found, ensure_ascii=False))
                continue
            _print(found, months=opts.months)


def _print(found: dict[str, object], *, months: bool) -> None:
    counts = found["counts"]
    assert isinstance(counts, dict)
    print(f"{found['archive']} ({found['name']})")
    print(f"  {counts['known']:>9,} known")
    reasons = found["reasons"]
    assert isinstance(reasons, dict)
    for state in State:
        print(f"  {counts[state]:>9,} {state}")
        for name, number in reasons.items():
            if name.startswith(f"{state}/"):
                print(f"            {number:>9,} {name.partition('/')[2]}")
    print(f"  {found['articles']:>9,} articles read, in {found['files']} files")
    by_month = found["months"]
    assert isinstance(by_month, dict)
    published: Counter[str] = Counter()
    for month, number in by_month.items():
        published[month if months else month[:4]] += number
    if published:
        print("  captured articles by date of publication")
        for period, number in sorted(published.items()):
            print(f"    {period or 'unknown':>7} {number:>9,}")
    print(f"  last run: {found['last_run'] or 'none'}")
    print(f"  next: {found['next']}")
