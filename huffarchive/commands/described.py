"""What a command of ours says of itself, as data, and how it ends when nobody reads on."""

import argparse
import functools
import sys
from typing import Any, ClassVar

from huffarchive.commands.unread import may_go_unread
from huffarchive.exits import Exit


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
        """Have `run` end as other commands do when what reads its output has ended ("| head")."""
        super().__init_subclass__(**named)
        run = cls.run  # type: ignore[attr-defined]

        @functools.wraps(run)
        def run_while_read(self: Any, args: list[str], opts: argparse.Namespace) -> None:
            from huffarchive.workers import ReadersFailedError

            try:
                with may_go_unread():
                    run(self, args, opts)
            except ReadersFailedError as error:
                print(f"scrapy {self.__module__.rpartition('.')[2]}: {error}", file=sys.stderr)
                self.exitcode = Exit.NOT_STORED

        cls.run = run_while_read  # type: ignore[attr-defined]

    def syntax(self) -> str:
        """The arguments."""
        return self.arguments

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return self.does

    def long_desc(self) -> str:
        """What `--help` says."""
        return self.says
