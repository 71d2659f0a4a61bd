"""`scrapy extract`: records from WARC files, with no network."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from scrapy.commands import ScrapyCommand

from huffarchive.commands.described import Described
from huffarchive.commands.mistake import mistake
from huffarchive.commands.output import check_output
from huffarchive.exits import Exit


class Command(Described, ScrapyCommand):
    """Reads WARC, ARC and WACZ files, ours or anybody's, and writes one record a line."""

    arguments = "[options] <file.warc.gz> ..."
    does = "Read the articles of WARC files, with no network"
    says = (
        "Read the articles of WARC (.gz, .zst), ARC or WACZ files, ours or anybody's, and write "
        "one JSON record a line. Over the WARC of a run it gives the run's JSONL, byte for byte. "
        "Example: scrapy extract warc/qc/*.warc.gz -o articles.jsonl. "
        "With -o FOLDER/ each file gets an output of its own, which is complete when it has "
        "its name: killed and started again, it goes on."
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="where to write, a file or a folder/; or stdout"
        )
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="processes that read; default: one for each core",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every file; go on with the next where one is damaged, and say so."""
        if not args:
            mistake("extract", "name at least one WARC file, e.g. warc/qc/*.warc.gz")
        workers = opts.workers if opts.workers is not None else len(os.sched_getaffinity(0))
        if workers < 0:
            mistake("extract", f"--workers {workers}: give 0 or more")
        check_output("extract", opts.output, args)
        try:
            self._extract([Path(name) for name in args], opts.output, workers)
        except BrokenPipeError:
            raise  # nobody reads on
        except OSError as error:
            print(f"could not be written: {error}", file=sys.stderr)
            self.exitcode = Exit.NOT_STORED

    def _extract(self, paths: list[Path], output: str | None, workers: int) -> None:
        from huffarchive.archive.reread import Bounds, reread

        assert self.settings is not None
        bounds = Bounds(
            self.settings.getfloat("HUFFARCHIVE_READ_SECONDS"),
            self.settings.getint("HUFFARCHIVE_READ_MEMORY"),
        )
        with ExitStack() as stack:
            target = None
            if output is not None and (output.endswith("/") or Path(output).is_dir()):
                folder = Path(output)
                folder.mkdir(parents=True, exist_ok=True)
            else:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="extract-")))
                target = sys.stdout.buffer
                if output is not None:
                    try:
                        target = stack.enter_context(Path(output).open("wb"))
                    except OSError as error:
                        mistake("extract", f"-o {output}: {error.strerror}")
            written = bad = skipped = 0
            for result in reread(_outputs(paths, folder), workers, bounds, _bar(len(paths))):
                written += result.articles
                skipped += result.skipped
                if result.problem is not None:
                    bad += 1
                    print(result.problem, file=sys.stderr)
                if target is not None:
                    with result.output.open("rb") as part:
                        shutil.copyfileobj(part, target)
                    result.output.unlink()
            if target is not None:
                target.flush()
        known = f", {skipped} of them complete before" if skipped else ""
        where = output or "standard output"
        print(
            f"{written:,} articles from {len(paths) - bad} of {len(paths)} files{known} to {where}",
            file=sys.stderr,
        )
        self.exitcode = Exit.FAILURES if bad else Exit.DONE


def _outputs(paths: list[Path], folder: Path) -> list[tuple[Path, Path]]:
    """An output for each file, by its name; a number where two files have the same."""
    found: list[tuple[Path, Path]] = []
    taken: set[str] = set()
    for path in paths:
        stem = path.name.removesuffix(".open").removesuffix(".gz").removesuffix(".warc")
        name = next(
            n
            for k in range(len(paths))
            if (n := f"{stem}{f'.{k}' if k else ''}.jsonl") not in taken
        )
        taken.add(name)
        found.append((path, folder / name))
    return found


def _bar(total: int) -> Callable[[int], None]:
    """A line that says how many files are done; on a terminal only."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} of {total} files", end="\n" if done == total else "", file=sys.stderr)

    return show
