"""What a command of ours says of itself, as data."""

from typing import ClassVar


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

    def syntax(self) -> str:
        """The arguments."""
        return self.arguments

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return self.does

    def long_desc(self) -> str:
        """What `--help` says."""
        return self.says
