"""What our commands share: help as data, options looked at, an end as a command's."""

import argparse
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from huffarchive import program
from huffarchive.commands.options import (
    mistake,
    needed,
    no_options,
    right_settings,
    told_our_way,
)
from huffarchive.commands.output import Output, take_options
from huffarchive.commands.streams import ends_well
from huffarchive.exits import whole_installation

if TYPE_CHECKING:
    from huffarchive.storage.products import Product


class ArchiveCommand:
    """Stands before Scrapy's class of a command that needs no crawl.

    The docstring of a command is its help: the first line for the list of commands, all of it for
    `--help`.

    Not a command itself: Scrapy takes every subclass of ScrapyCommand here for one.
    """

    requires_project = True
    requires_crawler_process = False

    arguments: ClassVar[str] = "[options] [huffpost_qc | qc | qc-sample]"
    """What stands behind the command's name."""
    example: ClassVar[str]
    """The arguments of a call that is of use."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Modules of the extra that has the command's name."""
    begin: Callable[[], None] = staticmethod(lambda: None)
    """What is done when nothing is wrong with what was asked for."""
    settings: Any
    """Scrapy's Settings: there when `run` is called."""

    def __init_subclass__(cls, **named: Any) -> None:
        """Have `run` end as a command does, whatever happens; see `ends_well`."""
        super().__init_subclass__(**named)
        run = cls.run  # type: ignore[attr-defined]
        name = cls._name()

        @functools.wraps(run)
        def run_to_its_end(self: Any, args: list[str], opts: argparse.Namespace) -> None:
            needed(self.needs, name)
            no_options(args, getattr(self, "parser", None), name)
            if blank := [arg for arg in args if not arg.strip()]:
                mistake(name, f"{blank[0]!r} is no name; give one, or leave it out")
            if args and not self.arguments.replace("[options]", ""):
                mistake(name, f"{' '.join(args)}: it takes no argument, leave that out")
            with whole_installation(f"{program()} {name}"):
                right_settings(self.settings, name)
                self.begin()
                ends_well(self, name, lambda: run(self, args, opts))

        cls.run = run_to_its_end  # type: ignore[attr-defined]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options; what is wrong with any is told in one line."""
        self.parser = parser
        told_our_way(parser, self._name(), self.syntax())
        super().add_options(parser)  # type: ignore[misc]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's options, but for a file of an archive that one names to be written over."""
        name = self._name()
        take = functools.partial(super().process_options, args, opts)  # type: ignore[misc]
        self.begin = take_options(name, self.settings, self.parser, opts, take)

    @property
    def bounds(self) -> tuple[float, int]:
        """What reading a page may take: seconds of CPU time, bytes of memory."""
        seconds = self.settings.getfloat("HUFFARCHIVE_READ_SECONDS")
        return seconds, self.settings.getint("HUFFARCHIVE_READ_MEMORY")

    @staticmethod
    def add_output(parser: argparse.ArgumentParser, metavar: str, where: str) -> None:
        """The options of a command that writes a product."""
        parser.add_argument("-o", "--output", metavar=metavar, help=where)
        parser.add_argument(
            "--replace", action="store_true", help="replace an earlier product under this name"
        )

    def target(
        self, opts: argparse.Namespace, product: "Product", inputs: Iterable[Path] = ()
    ) -> Path | None:
        """Where -o has a product written; None for standard output, and where nothing is said."""
        if opts.output in (None, "-"):
            return None
        place = Output(self._name(), self.settings, tuple(inputs))
        return place.given(opts.output, product, replace=opts.replace)

    def syntax(self) -> str:
        """The arguments."""
        return self.arguments

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return (type(self).__doc__ or "").partition(".\n")[0]

    def long_desc(self) -> str:
        """What `--help` says."""
        said = " ".join((type(self).__doc__ or "").split())
        return f"{said} Example: {program()} {self._name()} {self.example}"

    @classmethod
    def _name(cls) -> str:
        return cls.__module__.rpartition(".")[2]
