"""`scrapy links`: the same story under two ids."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from huffarchive.commands.archives import archives
from huffarchive.commands.described import Described
from huffarchive.commands.mistake import mistake
from huffarchive.commands.output import check_output
from huffarchive.exits import Exit


class Command(Described, ScrapyCommand):
    """Reads the archives' JSONL files; one link a line, with its evidence."""

    does = "Link articles that tell the same story under two ids, with the evidence"
    says = (
        f"{does}: equal headlines, and texts that are equal or nearly so within "
        "two days. One JSON object a line: id, same_story_as, headline, text_equal, alike, "
        "dates. Nothing is merged. Example: scrapy links huffpost_qc -o same-stories.jsonl"
    )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="where to write; default stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the links of each archive named."""
        from huffarchive.archive.same_story import same_stories

        assert self.settings is not None
        folders = [places.output for places, _ in archives(self.settings, args, "links")]
        check_output("links", opts.output, _files(folders))
        try:
            target = Path(opts.output).open("wb") if opts.output else sys.stdout.buffer  # noqa: SIM115
        except OSError as error:
            mistake("links", f"-o {opts.output}: {error.strerror}")
        count = 0
        try:
            for folder in folders:
                files = _files([folder])
                for link in same_stories(lambda files=files: _records(files)):  # type: ignore[misc]
                    line = json.dumps(asdict(link), ensure_ascii=False)
                    target.write(line.encode("utf-8") + b"\n")
                    count += 1
            target.flush()
        except BrokenPipeError:
            raise  # nobody reads on
        except (OSError, ValueError) as error:
            print(f"scrapy links: {error}; `scrapy verify` says what is wrong", file=sys.stderr)
            self.exitcode = Exit.NOT_STORED
            return
        finally:
            if opts.output:
                target.close()
        print(f"{count:,} links to {opts.output or 'standard output'}", file=sys.stderr)


def _files(folders: list[Path]) -> list[Path]:
    """The files of records of archives."""
    return sorted(path for folder in folders for path in folder.glob(f"{folder.name}-*.jsonl"))


def _records(files: list[Path]) -> Iterator[dict[str, Any]]:
    for path in files:
        with path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)
