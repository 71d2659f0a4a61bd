"""How a command answers a user's mistake: one line that says what to do, never a traceback."""

import sys
from typing import NoReturn

from huffarchive.exits import Exit


def mistake(command: str, text: str) -> NoReturn:
    """Print the line and exit with the status of wrong usage."""
    print(f"scrapy {command}: {text}", file=sys.stderr)
    sys.exit(Exit.USAGE)
