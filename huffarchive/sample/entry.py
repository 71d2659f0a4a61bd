"""One article of the register, before a word of it is written."""

from dataclasses import dataclass
from datetime import datetime

from huffarchive.sample.recipe import Recipe
from huffarchive.urls import PageKey


@dataclass(frozen=True)
class Entry:
    """One article of the register."""

    number: int
    key: PageKey
    recipe: Recipe
    published: datetime
    """Local to the edition, whole seconds."""
    slug: str | None = None
    """Given for the real ids of the packaged list; else made from the headline."""
    folder: str | None = None
    """The author's folder in the URL, where the packaged list gives it."""
    subject: str | None = None
    headline: str | None = None
    dek: str | None = None
