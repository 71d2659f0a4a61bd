"""`scrapy recover`: the ledger made again from the files."""

import argparse
import os
import sqlite3
import sys
from functools import partial
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from huffarchive import typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import plural
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths


class Command(ArchiveCommand, ScrapyCommand):
    """Make a lost or damaged ledger again from the WARC and JSONL files.

    The files are the truth. Nothing is deleted: what is in the way goes to the quarantine
    folder. One that agrees with the files is left as it is.
    """

    example = "huffpost_qc"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--force", action="store_true", help="also a ledger that agrees with the files"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Rebuild each archive."""
        from huffarchive.archive.files import ArchiveCorruptError, LockedError
        from huffarchive.archive.recover import rebuild
        from huffarchive.storage import disk
        from huffarchive.warc.cdxj import fresh_index
        from huffarchive.warc.damage import WarcError

        workers = len(os.sched_getaffinity(0))
        for places, edition in archives(self.settings, args, "recover", lost=True):
            try:
                whole = partial(_is_whole, places) if not opts.force else lambda: False
                found = rebuild(places, edition, workers, _progress, *self.bounds, whole)
            except (LockedError, ArchiveCorruptError) as error:
                print(error, file=sys.stderr)
                locked = isinstance(error, LockedError)
                self.exitcode = Exit.LOCKED if locked else Exit.NOT_STARTED
                return
            except (OSError, sqlite3.Error) as error:
                full = disk.is_full(error)
                room = "make room and " if full else ""
                print(
                    f"{places.ledger}: not made again: {error}; {room}run {typed()} recover again",
                    file=sys.stderr,
                )
                self.exitcode = Exit.DISK_FULL if full else Exit.NOT_STORED
                return
            if found is None:
                print(f"{places.ledger}: whole, the files say the same; --force makes it again")
                continue
            for line in (*found.mended, *found.moved):
                print(line)
            print(
                f"{places.ledger}: {plural(found.captured, 'captured page')} in "
                f"{plural(found.files, 'file')}, {found.wanted:,} wanted; "
                + (
                    "run the crawl again to go on"
                    if found.wanted
                    else f"{typed()} verify checks it"
                )
            )
            for warc in sorted(places.warc.glob("*.warc.gz")):
                try:
                    fresh_index(warc)
                except (OSError, WarcError) as error:
                    print(f"{warc}: not indexed: {error}; the next run does it", file=sys.stderr)


def _is_whole(places: "ArchivePaths") -> bool:
    """Whether `scrapy verify --quick` finds no error."""
    from huffarchive.verify.check import Checker
    from huffarchive.verify.rule import Severity

    if not places.ledger.is_file():
        return False
    return all(found.severity is Severity.NOTE for found in Checker().archive(places))


def _progress(stem: str) -> None:
    if sys.stderr.isatty():
        print(f"reading {stem}", file=sys.stderr)
