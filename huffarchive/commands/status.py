"""`scrapy status`: what is known, what became of it, what nobody names, and what to do next."""

import argparse
import json
import re
import sys
import textwrap
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from scrapy.commands import ScrapyCommand

from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import plural
from huffarchive.exits import Exit
from huffarchive.outcome import State

_STATES = ("known", *map(str, State))
_EVERY = 5.0
"""Seconds between two looks of `--watch`."""
_WIDTH, _AFTER = 80, " " * 12


class Command(ArchiveCommand, ScrapyCommand):
    """Say what is known, captured, gone, refused and failed, and what to do next.

    The account is kept as account.json beside the ledger too.
    """

    example = "huffpost_qc --short"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object an archive")
        form.add_argument("--short", action="store_true", help="one line an archive")
        parser.add_argument("--months", action="store_true", help="a line for each month, not year")
        parser.add_argument("--watch", action="store_true", help="again every five seconds")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the account of each archive."""
        if not opts.watch:
            self._look(args, opts)
            return
        with suppress(KeyboardInterrupt):
            while True:
                if sys.stdout.isatty():
                    print("\x1b[H\x1b[2J", end="")
                self._look(args, opts)
                sys.stdout.flush()
                time.sleep(_EVERY)

    def _look(self, args: list[str], opts: argparse.Namespace) -> None:
        from huffarchive.archive.status import archive_status, short, write_status
        from huffarchive.ledger.schema import LedgerError

        for places, edition in archives(self.settings, args, "status"):
            try:
                found = archive_status(places, edition)
            except LedgerError as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.NOT_STARTED
                continue
            try:
                write_status(places.output / "account.json", found)
            except OSError as error:
                print(f"account.json was not written: {error.strerror}", file=sys.stderr)
            if opts.json:
                print(json.dumps(found, ensure_ascii=False))
            elif opts.short:
                print(short(found, datetime.now(UTC)))
            else:
                print("\n".join(_lines(found, "months" if opts.months else "years")))
            if (found["not_read"] or found["problem"]) and self.exitcode == Exit.DONE:
                self.exitcode = Exit.FAILURES


def _lines(found: dict[str, Any], periods: str) -> list[str]:
    from huffarchive.archive.status import short

    now = f"  {short(found, datetime.now(UTC)).partition(': ')[2]}"
    lines = [f"{found['archive']} ({found['name']})", now]
    lines.append(f"  {found['counts']['known']:>9,} known")
    for state in State:
        lines.append(f"  {found['counts'][state]:>9,} {state}")
        for name, number in found["reasons"].items():
            if name.startswith(f"{state}/"):
                lines.append(f"            {number:>9,} {name.partition('/')[2]}")
    number, noun = plural(found["articles"], "article").split()
    lines.append(f"  {number:>9} {noun} read, in {plural(found['files'], 'file')}")
    if found["records"] > found["articles"]:
        lines.append(f"            {found['records']:>9,} records of all their versions")
    if (waiting := found["provisional"])["pages"]:
        lines.append(
            f"  {waiting['pages']:>9,} of the gone and refused are provisional: a run from "
            f"{waiting['from']} on asks again"
        )
    if found["given_up"]:
        lines.append(
            f"  {found['given_up']:>9,} of the failed for good, in five runs over seven days: "
            "-a retry=failed asks again"
        )
    if found["not_read"]:
        lines.append(f"  {found['not_read']:>9,} captured pages not read, by a fault of ours")
    if (pictures := found["pictures"])["known"]:
        stand = ", ".join(f"{pictures[state]:,} {state}" for state in State if pictures[state])
        lines.append(f"  {pictures['known']:>9,} of all are pictures: {stand}")
    if found["discoverers"]:
        rows = {name: [*_cells(row), row["alone"]] for name, row in found["discoverers"].items()}
        lines += _table("articles by who named them", ("", *_STATES, "alone"), rows)
    dated = {name or "unknown": row for name, row in found[periods].items() if row["known"]}
    if dated.keys() - {"unknown"}:
        rows = {name: _cells(row) for name, row in dated.items()}
        lines += _table("articles by date of publication", ("", *_STATES), rows)
    lines += _yardstick(found["years"])
    lines += _estimate(found["estimate"])
    lines.append(f"  last run: {found['last_run'] or 'none'}")
    return [
        *(part for line in lines for part in textwrap.wrap(line, _WIDTH, subsequent_indent=_AFTER)),
        *_next(found["next"]),
    ]


def _cells(row: dict[str, int]) -> list[int]:
    return [row[state] for state in _STATES]


def _table(title: str, head: tuple[str, ...], rows: dict[str, list[int]]) -> list[str]:
    table = [head, *((name, *(f"{cell:,}" for cell in cells)) for name, cells in rows.items())]
    wide = [max(8, *(len(row[n]) for row in table)) for n in range(len(head))]
    lines = [" ".join(f"{c:>{w}}" for c, w in zip(row, wide, strict=True)) for row in table]
    return [f"  {title}", *(f"    {line}" for line in lines)]


def _next(text: str) -> list[str]:
    """What to do next; a long command stands in lines of its own, which a shell takes as one."""
    line = f"  next: {text}"
    if len(line) <= _WIDTH or not text.startswith("`"):
        return textwrap.wrap(line, _WIDTH, subsequent_indent=_AFTER)
    command, _, does = text[1:].partition("` ")
    lines = [f"  next: this {does}:", "   "]
    for word in re.split(r" (?=-[as] )", command):
        if len(lines[-1]) + len(word) > _WIDTH - 3 and lines[-1].strip():
            lines[-1] += " \\"
            lines.append("       ")
        lines[-1] += f" {word}"
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
    from huffarchive.sources.estimate import Claim

    if "none" in found:
        return [f"  no estimate of what no list names: {found['none']}"]
    leaning = f"; leaning on each other: {', '.join(found['leaning'])}" if found["leaning"] else ""
    lists = f"{', '.join(found['lists'])} ({found['method']}{leaning})"
    if found["contradicted"]:
        return [
            "  no estimate of what no list names: the lists find the same articles,",
            f"            and would allow {found['high']:,} at most by {lists};",
            f"            {found['known']:,} are known (moved pages and no articles left out)",
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
