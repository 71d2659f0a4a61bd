"""What a command of ours says of itself, as data, and how it ends when nobody reads on."""

import argparse
import functools
from typing import Any, ClassVar

from huffarchive.commands.ending import ends_well


class Described:
    """Stands before Scrapy's class of a command that needs no crawl, and answers from attributes.

    Not a command itself: Scrapy takes every subclass of ScrapyCommand here for one.
    """

    requires_project = True
    requires_crawler_process = False

    arguments: ClassVar[str] = "[options] [huffpost_qc | qc | qc-sample]"
    """What stands behind the command's name."""
    does: ClassVar[str]
    """One line for the list of commands."""
    says: ClassVar[str]
    """What `--help` says, with an example."""

    def __init_subclass__(cls, **named: Any) -> None:
        """Have `run` end as a command does, whatever happens; see `ends_well`."""
        super().__init_subclass__(**named)
        run = cls.run  # type: ignore[attr-defined]
        name = cls.__module__.rpartition(".")[2]

        @functools.wraps(run)
        def run_to_its_end(self: Any, args: list[str], opts: argparse.Namespace) -> None:
            with ends_well(self, name):
                run(self, args, opts)

        cls.run = run_to_its_end  # type: ignore[attr-defined]

    @staticmethod
    def add_output(parser: argparse.ArgumentParser, metavar: str, where: str) -> None:
        """The options of a command that writes a product."""
        parser.add_argument("-o", "--output", metavar=metavar, help=where)
        parser.add_argument(
            "--replace", action="store_true", help="replace an earlier product under this name"
        )

    def syntax(self) -> str:
        """The arguments."""
        return self.arguments

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return self.does

    def long_desc(self) -> str:
        """What `--help` says."""
        return self.says
