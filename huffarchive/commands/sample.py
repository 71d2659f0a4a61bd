"""`scrapy sample`: a captured page turned into a test folder."""

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import mistake
from huffarchive.commands.output import Output
from huffarchive.exits import Exit


class Command(ArchiveCommand, ScrapyCommand):
    """Turn a captured page into a test folder.

    It has page.html, meta.json and expected.json, which says what the reader makes of the page
    today and is to be corrected by hand. File and offset are warc_file and warc_offset of a
    line of the JSONL.
    """

    example = "warc/qc/qc-20261120120000-00001.warc.gz:52034 -o tests/pages/a_byline_of_two"
    arguments = "[options] <file.warc.gz>:<offset>"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "-o",
            "--output",
            metavar="FOLDER",
            help="a new folder; default: tests/pages/ and the page's kind and id",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the folder."""
        from huffarchive.extract.fixture import FixtureError, make_fixture
        from huffarchive.storage.products import PAGE_FOLDER

        if len(args) != 1:
            mistake("sample", "name one capture, as FILE:OFFSET")
        name, colon, place = args[0].rpartition(":")
        if not colon or not name or not (place.isascii() and place.isdigit()):
            mistake("sample", f"{args[0]}: give FILE:OFFSET, e.g. warc/qc/x.warc.gz:52034")
        if Path(name).exists() and not Path(name).is_file():
            mistake("sample", f"{name}: that is no regular file; name a WARC file")
        try:
            made = make_fixture(Path(name), int(place[:18]))
        except FixtureError as error:
            mistake("sample", str(error))
        except OSError as error:
            mistake(
                "sample", f"{error.filename}: {error.strerror}; name a WARC file and a place in it"
            )
        folder = opts.output
        if folder is None:
            folder = str(Path("tests", "pages", made.name))
        output = Output("sample", self.settings, (Path(name),))
        made.write(output.given(folder, PAGE_FOLDER, replace=False))
        print(f"{folder}: correct expected.json by hand, and take out what it need not say")
        self.exitcode = Exit.DONE
