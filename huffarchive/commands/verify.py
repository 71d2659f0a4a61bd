"""`scrapy verify`: every promise that can be checked on disk."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from huffarchive.commands.archives import archive_codes
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake, plural, readers
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.storage.paths import ArchivePaths
    from huffarchive.verify.check import Checker
    from huffarchive.verify.rule import Finding


class Command(ArchiveCommand, ScrapyCommand):
    """Check WARC files, JSONL and ledger against the standard and each other.

    Check every promise that can be checked on disk. Without a path: all archives of the
    project, files and ledger; with names (huffpost_qc, qc, qc-sample) these. With paths: these
    WARC, WACZ and JSONL files, ours or anybody's. One line for each finding; exit status 0 only
    when there is no error, otherwise 3.
    """

    example = "warc/qc/*.warc.gz"
    arguments = "[options] [archive, file or folder] ..."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--quick", action="store_true", help="do not read the articles again (much faster)"
        )
        parser.add_argument(
            "--no-notes", action="store_true", help="leave out what is merely unusual"
        )
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="processes that read articles; default: one for each core; 0: this one alone",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, print, count."""
        from tqdm import tqdm

        from huffarchive.verify.check import Checker, size_of
        from huffarchive.verify.extraction import ReaderOptions
        from huffarchive.verify.rule import Severity

        workers = readers(opts.workers, "verify")
        reading = ReaderOptions(workers, *self.bounds)
        archives, files = self._chosen(args)
        total = sum(map(size_of, [*files, *(f for places in archives for f in _files(places))]))
        with tqdm(total=total, unit="B", unit_scale=True, disable=None, leave=False) as bar:
            survey = Checker(None if opts.quick else reading, bar.update)
            for finding in _findings(survey, archives, files):
                if opts.no_notes and finding.severity is Severity.NOTE:
                    continue
                line = json.dumps(asdict(finding)) if opts.json else finding.line()
                bar.write(line, file=sys.stdout)
        counts = survey.counts
        print(
            f"{plural(counts.files, 'file')}, {plural(counts.records, 'WARC record')}, "
            f"{plural(counts.lines, 'JSONL record')} ({counts.reread:,} read again and equal), "
            f"{counts.size:,} bytes: {plural(counts.errors, 'error')}, "
            f"{plural(counts.notes, 'note')}",
            file=sys.stderr,
        )
        self.exitcode = Exit.FAILURES if counts.errors else Exit.DONE

    def _chosen(self, args: list[str]) -> tuple[list["ArchivePaths"], list[Path]]:
        from huffarchive.verify.jsonl import found_under

        known = self._archives()
        codes = archive_codes(self.settings, args)
        if not args:
            if not known:
                mistake("verify", "nothing is archived here yet; run a crawl, or name files")
            return known, []
        archives, files = [], []
        for name in args:
            path = Path(name)
            if path.exists():
                whole = [p for p in known if _is_or_holds(path, (p.warc, p.output))]
            else:
                whole = [p for p in known if p.name == codes.get(name, name)]
            if whole:
                archives += [p for p in whole if p not in archives]
            if path.is_dir():
                files += [f for f in found_under(path) if not _is_in(f, whole)]
            elif whole:
                continue
            elif path.exists():
                stem, _, growing = path.name.partition(".jsonl")  # of records, with their WARC file
                around = (p for p in known if _is_or_holds(path.parent, (p.output,)))
                beside = (p.warc / f"{stem}.warc.gz{growing}" for p in around)
                files += [*(warc for warc in beside if warc.exists()), path]
            else:
                there = ", ".join(places.name for places in known) or "none yet"
                mistake(
                    "verify",
                    f"{name}: no such file; name WARC or JSONL files, folders of them, or archives "
                    f"({there})",
                )
        if not archives and not files:
            mistake("verify", f"{args[0]}: no WARC or JSONL file is in it")
        return archives, list({path.resolve(): path for path in files}.values())

    def _archives(self) -> list["ArchivePaths"]:
        """The project's archives: every folder of an edition, its sample too."""
        from huffarchive.crawl.arguments import places_of

        home = places_of(self.settings, "")
        roots = [root for root in (home.warc_root, home.output_root) if root.is_dir()]
        names = {path.name for root in roots for path in root.iterdir() if path.is_dir()}
        return [places_of(self.settings, name) for name in sorted(names)]


def _findings(
    survey: "Checker", archives: list["ArchivePaths"], files: list[Path]
) -> Iterator["Finding"]:
    for places in archives:
        yield from survey.archive(places)
    if files:
        yield from survey.files(files)


def _is_or_holds(path: Path, folders: Iterable[Path]) -> bool:
    around = path.resolve()
    return any(f.exists() and f.resolve().is_relative_to(around) for f in folders)


def _is_in(path: Path, archives: list["ArchivePaths"]) -> bool:
    there = path.resolve()
    return any(there.is_relative_to(f.resolve()) for p in archives for f in (p.warc, p.output))


def _files(places: "ArchivePaths") -> list[Path]:
    return [
        *places.warc.glob("*.warc.gz*"),
        *places.warc.glob("*.cdxj"),
        *places.output.glob("*.jsonl*"),
    ]
