"""`scrapy extract`: records from WARC files, with no network."""

import argparse
import os
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from huffarchive.commands.mistake import mistake
from huffarchive.exits import Exit


class Command(ScrapyCommand):
    """Reads WARC, ARC and WACZ files, ours or anybody's, and writes one record a line."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The arguments."""
        return "[options] <file.warc.gz> ..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Read the articles of WARC files, with no network"

    def long_desc(self) -> str:
        """What `--help` says."""
        return (
            "Read the articles of WARC, ARC or WACZ files, ours or anybody's, and write one JSON "
            "record a line. Over the WARC of a run it gives the run's JSONL, byte for byte. "
            "Example: scrapy extract warc/qc/*.warc.gz -o articles.jsonl"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="where to write; default stdout")
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="processes that read pages; default: one for each core",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every file; go on with the next where one is damaged, and say so."""
        from huffarchive.archive.extract import articles
        from huffarchive.warc.read import WarcError

        assert self.settings is not None
        if not args:
            mistake("extract", "name at least one WARC file, e.g. warc/qc/*.warc.gz")
        workers = opts.workers if opts.workers is not None else len(os.sched_getaffinity(0))
        if workers < 0:
            mistake("extract", f"--workers {workers}: give 0 or more")
        seconds = self.settings.getfloat("HUFFARCHIVE_READ_SECONDS")
        memory = self.settings.getint("HUFFARCHIVE_READ_MEMORY")
        try:
            target = Path(opts.output).open("wb") if opts.output else sys.stdout.buffer  # noqa: SIM115
        except OSError as error:
            mistake("extract", f"-o {opts.output}: {error.strerror}")
        written = bad = 0
        try:
            for name in args:
                try:
                    for article in articles(Path(name), workers, seconds, memory):
                        target.write(article.to_json())
                        written += 1
                except WarcError as error:
                    bad += 1
                    print(str(error), file=sys.stderr)
                except OSError as error:
                    if error.filename != name:
                        raise
                    bad += 1
                    print(f"{name}: {error.strerror}; name a readable file", file=sys.stderr)
            target.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            print(f"could not be written: {error}", file=sys.stderr)
            self.exitcode = Exit.NOT_STORED
            return
        finally:
            if opts.output:
                target.close()
        where = opts.output or "standard output"
        print(
            f"{written:,} articles from {len(args) - bad} of {len(args)} files to {where}",
            file=sys.stderr,
        )
        self.exitcode = Exit.FAILURES if bad else Exit.DONE
