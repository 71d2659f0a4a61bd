"""`scrapy wacz`: packages for ReplayWeb.page."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from huffarchive import printable, program, typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake
from huffarchive.commands.output import Output
from huffarchive.exits import Exit


class Command(ArchiveCommand, ScrapyCommand):
    """Pack an archive as WACZ, for ReplayWeb.page.

    Its finished WARC files are packed as WACZ 1.1.1, in several files when they are large, with
    a CDXJ index beside each WARC file. With --check FILE: only check packages, anybody's.
    """

    example = "qc -o huffpost_qc.wacz"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "FILE", "where to write; default <output>/<name>.wacz")
        parser.add_argument(
            "--size",
            type=float,
            default=2.0,
            metavar="GB",
            help="size of a package, about (2)",
        )
        parser.add_argument(
            "--index", action="store_true", help="write only the CDXJ indexes that are missing"
        )
        parser.add_argument("--check", action="store_true", help="check the packages named")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Pack, and check what was packed."""
        if opts.check:
            self._check(args)
            return
        if not 1 <= opts.size * 1e9 < float("inf"):
            mistake("wacz", f"--size {opts.size}: give a number above 0")
        found = archives(self.settings, args, "wacz")
        if opts.output is not None and len(found) > 1:
            mistake("wacz", f"-o needs one archive; name it, e.g. {program()} wacz qc -o FILE")
        from huffarchive.storage.products import WACZ

        for places, edition in found:
            target = places.output / f"{places.name}.wacz"
            if opts.output is not None:
                place = Output("wacz", self.settings)
                target = place.given(opts.output, WACZ, replace=opts.replace)
            self._pack(places.warc, places.output, target, edition.name, opts)

    def _pack(
        self, warcs: Path, output: Path, target: Path, title: str, opts: argparse.Namespace
    ) -> None:
        from tqdm import tqdm

        from huffarchive.article import RecordError
        from huffarchive.exports.wacz import About, WaczInput, packages
        from huffarchive.exports.wacz_check import EMPTY, faults
        from huffarchive.warc.cdxj import fresh_index, is_fresh

        pairs = [
            WaczInput(path, output / f"{path.name.removesuffix('.warc.gz')}.jsonl")
            for path in sorted(warcs.glob("*.warc.gz"))
        ]
        lost = [pair.jsonl for pair in pairs if not pair.jsonl.exists()]
        if lost:
            mistake("wacz", f"{lost[0]} is missing; run {typed()} verify, then {typed()} extract")
        if not pairs:
            print(f"{warcs}: no finished WARC file; run a crawl to its end", file=sys.stderr)
            self.exitcode = Exit.FAILURES
            return
        if opts.index:
            for pair in tqdm(pairs, unit="file", disable=None, leave=False):
                old = is_fresh(pair.warc)
                print(f"{fresh_index(pair.warc)}{'  is there already' if old else ''}")
            return
        total = sum(pair.warc.stat().st_size for pair in pairs)
        with tqdm(total=total, unit="B", unit_scale=True, disable=None, leave=False) as bar:
            about = About(title, "Articles captured by huffarchive, with their text.")
            size, replace = int(opts.size * 1e9), opts.replace or opts.output is None
            try:
                written = packages(pairs, target, about, size, bar.update, replace=replace)
            except RecordError as error:
                print(f"{program()} wacz: {error}; run {typed()} verify", file=sys.stderr)
                self.exitcode = Exit.FAILURES
                return
        no_article = not any(pair.jsonl.stat().st_size for pair in pairs)
        if no_article:
            print(f"{target}: no article was captured; its list of pages is empty", file=sys.stderr)
        for path in written:
            # Where nothing was captured, nothing can be replayed, and nothing is wrong.
            problems = [fault for fault in faults(path) if not (no_article and fault == EMPTY)]
            for problem in problems:
                print(f"{path}: {problem}", file=sys.stderr)
            if problems:
                self.exitcode = Exit.NOT_STORED
            print(f"{path}  {path.stat().st_size:,} bytes")

    def _check(self, args: list[str]) -> None:
        from huffarchive.exports.wacz_check import faults

        if not args:
            mistake("wacz", "--check: name at least one WACZ file")
        for name in args:
            if not Path(name).is_file():  # a pipe or a device may never end
                why = "that is no regular file" if Path(name).exists() else "no such file"
                mistake("wacz", f"--check {name}: {why}; name a WACZ file")
            for problem in (problems := list(faults(Path(name)))):
                print(printable(f"{name}: {problem}"))
            if problems:
                step = f"name another, or pack it again from its WARC files ({typed()} wacz)"
                print(f"{program()} wacz: {printable(name)}: {step}", file=sys.stderr)
                self.exitcode = Exit.FAILURES
