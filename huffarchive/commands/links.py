"""`scrapy links`: the same story under two ids."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO

from scrapy.commands import ScrapyCommand

from huffarchive import program
from huffarchive.commands.archives import archives
from huffarchive.commands.base import ArchiveCommand
from huffarchive.commands.options import plural
from huffarchive.exits import Exit


class Command(ArchiveCommand, ScrapyCommand):
    """Link articles that tell the same story under two ids, with the evidence.

    Equal headlines, and texts that are equal or nearly so within two days. One JSON object a
    line: id, same_story_as, headline, text_equal, alike, dates. Nothing is merged.
    """

    example = "huffpost_qc -o same-stories.jsonl"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Our options beside Scrapy's."""
        super().add_options(parser)
        self.add_output(parser, "FILE", "where to write; default stdout")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the links of each archive named."""
        from huffarchive.storage.products import LINKS
        from huffarchive.storage.replacing import replacing

        folders = [places.output for places, _ in archives(self.settings, args, "links")]
        try:
            target = self.target(opts, LINKS, _files(folders))
            if target is None:
                count = _write(folders, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            else:
                with (
                    replacing(target, LINKS.is_own, replace=opts.replace) as draft,
                    draft.path.open("wb") as file,
                ):
                    count = _write(folders, file)
        except ValueError as error:
            print(f"{program()} links: {error}", file=sys.stderr)
            self.exitcode = Exit.FAILURES
            return
        where = "standard output" if target is None else opts.output
        print(f"{plural(count, 'link')} to {where}", file=sys.stderr)


def _write(folders: list[Path], target: IO[bytes]) -> int:
    """Write the links of each archive; how many there are."""
    from huffarchive.exports.latest import Latest
    from huffarchive.exports.same_story import same_stories

    count = 0
    for folder in folders:
        with Latest(_files([folder])) as latest:
            for link in same_stories(latest.rows):
                line = json.dumps(asdict(link), ensure_ascii=False)
                target.write(line.encode("utf-8") + b"\n")
                count += 1
    return count


def _files(folders: list[Path]) -> list[Path]:
    """The files of records of archives."""
    return sorted(path for folder in folders for path in folder.glob(f"{folder.name}-*.jsonl"))
