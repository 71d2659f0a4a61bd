"""`scrapy status`: what is known, what became of it, what nobody names, and what to do next."""

import argparse
import json
import sys
from typing import Any

from scrapy.commands import ScrapyCommand

from huffarchive.commands.base import ArchiveCommand, archives
from huffarchive.exits import Exit
from huffarchive.outcome import State
from huffarchive.sources.estimate import Claim

_STATES = ("known", *map(str, State))


class Command(ArchiveCommand, ScrapyCommand):
    """Reads the ledgers, also while a run is under way; keeps each account as account.json."""

    does = "Say what is known, captured, gone, refused and failed, and what to do next"
    says = (
        f"{does}. Example: scrapy status huffpost_qc. "
        "The account is kept as account.json beside the ledger too."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object an archive")
        parser.add_argument("--months", action="store_true", help="a line for each month, not year")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the account of each archive."""
        from huffarchive.archive.status import archive_status, write_status
        from huffarchive.ledger.ledger import LedgerDamagedError
        from huffarchive.ledger.schema import NewerLedgerError, OlderLedgerError

        assert self.settings is not None
        for places, edition in archives(self.settings, args, "status"):
            try:
                found = archive_status(places, edition)
            except (LedgerDamagedError, NewerLedgerError, OlderLedgerError) as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            try:
                write_status(places.output / "account.json", found)
            except OSError as error:
                print(f"account.json was not written: {error.strerror}", file=sys.stderr)
            if opts.json:
                print(json.dumps(found, ensure_ascii=False))
            else:
                print("\n".join(_lines(found, "months" if opts.months else "years")))
            if found["not_read"] and self.exitcode == Exit.DONE:
                self.exitcode = Exit.FAILURES


def _lines(found: dict[str, Any], periods: str) -> list[str]:
    lines = [f"{found['archive']} ({found['name']})", f"  {found['counts']['known']:>9,} known"]
    for state in State:
        lines.append(f"  {found['counts'][state]:>9,} {state}")
        for name, number in found["reasons"].items():
            if name.startswith(f"{state}/"):
                lines.append(f"            {number:>9,} {name.partition('/')[2]}")
    lines.append(f"  {found['articles']:>9,} articles read, in {found['files']} files")
    if found["records"] > found["articles"]:
        lines.append(f"            {found['records']:>9,} records of all their versions")
    if (waiting := found["provisional"])["pages"]:
        lines.append(
            f"  {waiting['pages']:>9,} of the gone and refused are provisional: a run from "
            f"{waiting['from']} on asks again"
        )
    if found["not_read"]:
        lines.append(f"  {found['not_read']:>9,} captured pages not read, by a fault of ours")
    if (pictures := found["pictures"])["known"]:
        stand = ", ".join(f"{pictures[state]:,} {state}" for state in State if pictures[state])
        lines.append(f"  {pictures['known']:>9,} of all are pictures: {stand}")
    if found["discoverers"]:
        rows = {name: [*_cells(row), row["alone"]] for name, row in found["discoverers"].items()}
        lines += _table("articles by who named them", ("", *_STATES, "no one else"), rows)
    if any(found[periods]):
        rows = {(name or "unknown"): _cells(row) for name, row in found[periods].items()}
        lines += _table("articles by date of publication", ("", *_STATES), rows)
    lines += _yardstick(found["years"])
    lines += _estimate(found["estimate"])
    return [
        *lines,
        f"  last run: {found['last_run'] or 'none'}",
        f"  next: {found['next']}",
    ]


def _cells(row: dict[str, int]) -> list[int]:
    return [row[state] for state in _STATES]


def _table(title: str, head: tuple[str, ...], rows: dict[str, list[int]]) -> list[str]:
    wide = max(11, *map(len, rows))
    lines = [f"  {title}", "    " + f"{head[0]:>{wide}}" + "".join(f" {c:>11}" for c in head[1:])]
    for name, cells in rows.items():
        lines.append(f"    {name:>{wide}}" + "".join(f" {cell:>11,}" for cell in cells))
    return lines


def _yardstick(years: dict[str, dict[str, int]]) -> list[str]:
    """What was captured beside what a study counted."""
    counted = {year: row for year, row in years.items() if "published" in row}
    if not any(row["captured_news"] for row in counted.values()):
        return []
    lines = ["  captured news beside the published count (a study's, blog posts left out)"]
    for year, row in counted.items():
        share = row["captured_news"] / row["published"]
        lines.append(
            f"    {year:>11} {row['captured_news']:>11,} of {row['published']:,} ({share:.1%})"
        )
    return lines


def _estimate(found: dict[str, Any]) -> list[str]:
    if "none" in found:
        return [f"  no estimate of what no list names: {found['none']}"]
    leaning = f"; leaning on each other: {', '.join(found['leaning'])}" if found["leaning"] else ""
    lists = f"{', '.join(found['lists'])} ({found['method']}{leaning})"
    if found["contradicted"]:
        return [
            f"  no estimate of what no list names: {found['high']:,} articles at most by {lists},",
            f"            and {found['known']:,} are known: the lists find the same ones",
        ]
    between = f"{found['low']:,} to {found['high']:,}"
    if found["claim"] == Claim.AT_LEAST:
        return [
            f"  {found['at_least']:>9,} articles exist at least (with 95 % confidence)",
            f"  {found['total']:>9,} articles exist by estimate ({between}), if what follows holds",
            f"            from {lists}",
            f"            {found['assumption']}",
        ]
    return [
        f"  {found['total']:>9,} articles exist by estimate ({between} with 95 % confidence)",
        f"  {found['unseen']:>9,} of them are named by no list",
        f"            from {lists}",
        f"            {found['assumption']}",
    ]
