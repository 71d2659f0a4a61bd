"""Where a block of the main column can go."""

from enum import StrEnum
from typing import TypeAlias

from huffarchive.reading import ChromeKind


class Fate(StrEnum):
    """Where a block goes that is no chrome."""

    HEADLINE = "headline"
    DEK = "dek"
    BYLINE = "byline"
    AGENCY = "agency"
    TEXT = "text"
    FRAME = "frame"
    """A picture, its caption, its credit."""
    AGAIN = "again"
    """The headline once more, as the archive prints it."""
    UNSEEN = "unseen"
    """Hidden, or not of the main column."""


Destiny: TypeAlias = Fate | ChromeKind
