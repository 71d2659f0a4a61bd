"""`scrapy export`: one deduplicated data set."""

import argparse
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from huffarchive import typed
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake, plural
from huffarchive.commands.output import EXPORTS, Output
from huffarchive.exits import Exit

if TYPE_CHECKING:
    from huffarchive.exports.export import Format, Options


class Command(ArchiveCommand, ScrapyCommand):
    """Write the latest version of each article as one data set.

    Sorted by id: parquet (typed), sqlite (full-text search, ready for Datasette), csv, jsonl,
    or huggingface (Parquet and a card). From an archive (huffpost_qc, qc, qc-sample) or from
    JSONL files that extract wrote. The same input gives the same bytes.
    """

    example = "parquet qc -o articles.parquet"
    arguments = "[options] parquet|sqlite|csv|jsonl|huggingface [archive or file.jsonl ...]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "PATH", "where to write, or - ; default <output>/exports/")
        parser.add_argument(
            "--by-year", action="store_true", help="parquet: a folder for each year of publication"
        )
        parser.add_argument(
            "--spreadsheet",
            action="store_true",
            help="csv: as Excel opens it rightly",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read once to find the latest versions, then write."""
        from huffarchive.exports.export import Format, Options, default_target, product, second

        formats = [str(kind) for kind in Format]
        if not args or args[0] not in formats:
            given = f"{args[0]!r} is none: " if args else ""
            mistake("export", f"{given}name a format: {', '.join(formats)}")
        kind = Format(args[0])
        if opts.by_year and kind is not Format.PARQUET:
            mistake("export", "--by-year is for parquet; leave it out")
        if opts.spreadsheet and kind is not Format.CSV:
            mistake("export", "--spreadsheet is for csv")
        paths, title, name, folder = self._input(args[1:])
        options = Options(title, opts.by_year, opts.spreadsheet, opts.replace)
        main = product(kind, by_year=opts.by_year)
        place = Output("export", self.settings, tuple(paths))
        target: Path | None = folder / default_target(kind, name, by_year=opts.by_year)
        if opts.output == "-" and not main.folder:
            target = None
        elif opts.output is not None:
            target = place.given(opts.output, main, replace=opts.replace)
        for path, known in ({target: main} | second(kind, target)).items() if target else ():
            place.free(path, known, replace=opts.replace)
        try:
            self._write(kind, paths, target, options)
        except ImportError as error:
            name = (error.name or "").partition(".")[0]
            if find_spec(name or "?") is None:
                mistake("export", f"{kind} needs {name}: pip install 'huffarchive[export]'")
            mistake("export", f"{kind} needs {name}, which is there and does not load: {error}")

    def _write(
        self, kind: "Format", paths: list[Path], target: Path | None, options: "Options"
    ) -> None:
        from tqdm import tqdm

        from huffarchive.exports.export import write
        from huffarchive.exports.latest import ExportError, Latest

        total = sum(path.stat().st_size for path in paths)
        try:
            with (
                tqdm(total=total, unit="B", unit_scale=True, disable=None, leave=False) as bar,
                Latest(paths, bar.update) as latest,
            ):
                if target is None:
                    written = _to_stdout(lambda path: write(kind, latest, path, options))
                else:
                    written = write(kind, latest, target, options)
                counts = f"{plural(len(latest), 'article')} of {plural(latest.lines, 'record')}"
        except ExportError as error:
            print(error, file=sys.stderr)
            self.exitcode = Exit.FAILURES
            return
        for path in written:
            print(path)
        print(f"{counts} from {plural(len(paths), 'file')}", file=sys.stderr)

    def _input(self, args: list[str]) -> tuple[list[Path], str, str, Path]:
        """JSONL files, title, name, and the folder for what is written."""
        files = [Path(arg) for arg in args if arg.endswith(".jsonl")]
        if files and len(files) < len(args):
            mistake("export", "name either archives or JSONL files, not both")
        if files:
            lost = next((path for path in files if not path.is_file()), None)
            if lost is not None:
                mistake("export", f"{lost}: no such file; name JSONL files of {typed()} extract")
            files = list({path.resolve(): path for path in files}.values())
            first = min(path.stem for path in files)
            return files, f"Articles of {first}", first, Path()
        found = sorted(
            {
                places.name: (places, edition)
                for places, edition in archives(self.settings, args, "export")
            }.values(),
            key=lambda pair: pair[0].name,
        )
        if not args and len(found) > 1:
            # The sample's invented articles do not belong among real ones.
            found = [pair for pair in found if not pair[0].is_sample] or found[:1]
        paths = [path for places, _ in found for path in places.jsonl_files()]
        if not paths:
            mistake(
                "export", f"no finished JSONL file in {found[0][0].output}; run {typed()} crawl"
            )
        title = " and ".join(dict.fromkeys(edition.name for _, edition in found))
        if all(places.is_sample for places, _ in found):
            title += " (sample: invented articles)"
        name = "-".join(places.name for places, _ in found)
        return paths, title, name, found[0][0].output / EXPORTS


def _to_stdout(write: Callable[[Path], object]) -> list[Path]:
    """Write a file aside, and hand it on when it is whole."""
    with TemporaryDirectory(prefix="export-") as folder:
        write(whole := Path(folder, "out"))
        with whole.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    return []
