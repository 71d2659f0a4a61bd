"""`scrapy browse`: a reading room on loopback."""

import argparse
import os
import socket
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from huffarchive import typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.editions.edition import Edition
    from huffarchive.storage.paths import ArchivePaths

NEEDS = (
    "bibtexparser",
    "datasette",
    "numpy",
    "rapidfuzz",
    "rispy",
    "snowballstemmer",
    "sqlite_utils",
)
"""What is not installed without the extra `browse`."""


class Command(ArchiveCommand, ScrapyCommand):
    """Open a reading room on this machine: search, text beside the capture, versions.

    Read only; it answers to 127.0.0.1 only and asks nothing of the network. Its database,
    room.sqlite3 beside the ledger, is made anew when the finished JSONL files are others, while
    it is open too.
    """

    example = "huffpost_qc --port 8001"

    needs = NEEDS

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8001, help="where to listen (8001); 0: any that is free"
        )
        parser.add_argument(
            "--replay", metavar="DIR", help="folder of ReplayWeb.page's ui.js and sw.js"
        )
        parser.add_argument(
            "--lang", choices=("fr", "en"), help="its language; default the edition's"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the database where that is needed, and serve."""
        from huffarchive.browse.facets import FacetIndex
        from huffarchive.browse.pages import Pages
        from huffarchive.browse.room import states
        from huffarchive.browse.serving import Room, find_replay, serve
        from huffarchive.exports.latest import ExportError

        found = archives(self.settings, args, "browse")
        if not args and len(found) > 1:
            found = [pair for pair in found if not pair[0].is_sample] or found
        if len(found) > 1:
            names = ", ".join(places.name for places, _ in found)
            mistake("browse", f"it opens one archive; name one of {names}")
        places, edition = found[0]
        if not places.jsonl_files():
            mistake("browse", f"no finished JSONL file in {places.output}; run {typed()} crawl")
        try:
            replay = find_replay(opts.replay, Path.cwd())
        except FileNotFoundError as error:
            mistake("browse", f"--replay {error}")
        if not 0 <= opts.port <= 65535:
            mistake(
                "browse",
                f"--port {opts.port}: no port; give one from 0 to 65535 (0: any that is free)",
            )
        if (port := _free(opts.port)) is None:
            mistake("browse", f"port {opts.port} is taken; give another with --port")
        language = opts.lang or ("fr" if edition.language == "fr" else "en")

        def make() -> tuple[Path, Pages]:
            database = _database(places, Path(scratch))
            with closing(sqlite3.connect(database)) as opened:
                catalogue = FacetIndex.read(opened)
            return database, Pages(
                edition.name,
                language,
                places.warc,
                replay,
                catalogue,
                invented=places.is_sample,
                known=partial(_known, places, edition),
            )

        with TemporaryDirectory(prefix="room-") as scratch:
            try:
                room = Room(lambda: set(states(places.jsonl_files())), make)
            except ExportError as error:
                print(error, file=sys.stderr)
                self.exitcode = Exit.FAILURES
                return
            print(f"http://127.0.0.1:{port}/  (Ctrl-C ends it)", flush=True)
            serve(room, port)


def _database(places: "ArchivePaths", scratch: Path) -> Path:
    """The reading room's database, made anew when it is of other JSONL files. ValueError, OSError.

    Where the archive cannot be written it stands in the folder `scratch`.
    """
    from tqdm import tqdm

    from huffarchive.browse.room import is_of, make_room
    from huffarchive.exports.latest import Latest
    from huffarchive.storage.replacing import replacing

    jsonls = places.jsonl_files()
    target = places.output / "room.sqlite3"
    if is_of(target, jsonls):
        return target
    if not os.access(places.output, os.W_OK):  # a read-only disk
        target = scratch / target.name
    total = sum(path.stat().st_size for path in jsonls)
    with (
        replacing(target, lambda _: True, wait=True) as draft,
        tqdm(total=total, unit="B", unit_scale=True, disable=None, leave=False) as bar,
        Latest(jsonls, bar.update) as latest,
    ):
        make_room(latest, draft.path, jsonls)
    return target


def _known(places: "ArchivePaths", edition: "Edition") -> tuple[int, int] | None:
    """(known, saved) pages of articles, as the report has them; None where no ledger says it."""
    from huffarchive.archive.status import archive_status
    from huffarchive.ledger.ledger import Ledger
    from huffarchive.reports.corpus_stats import as_saved

    try:
        with closing(Ledger.view(places.ledger, edition)) as ledger:
            due = ledger.tally.due_again()
        account = archive_status(places, edition)
    except (OSError, RuntimeError, sqlite3.Error):
        return None  # the room is there without it; scrapy status says what is wrong
    as_saved(account, due)
    return account["article_pages"]["known"], account["article_pages"]["captured"]


def _free(port: int) -> int | None:
    """The port, of 0 one that is free; None if it is taken."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return None
        return int(probe.getsockname()[1])
