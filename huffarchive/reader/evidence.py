"""What an article is read from: its page, the page's data, the edition's rules, the layout."""

from dataclasses import dataclass

from huffarchive.editions.edition import Edition
from huffarchive.page import Page
from huffarchive.reader.layout import Layout
from huffarchive.reader.layouts import GENERIC
from huffarchive.reader.metadata import Head, Structured
from huffarchive.urls import PageKey


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an article is read from, beside its sorted column."""

    page: Page
    key: PageKey
    edition: Edition
    head: Head
    structured: Structured
    layout: Layout

    @property
    def known(self) -> bool:
        """Whether the page is of a known generation of templates."""
        return self.layout is not GENERIC
