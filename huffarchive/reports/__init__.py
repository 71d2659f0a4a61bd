"""The report: one self-contained HTML page about an archive, in French or English."""

from huffarchive.reports.census import RecordsError
from huffarchive.reports.facts import Facts, gather
from huffarchive.reports.page import LANGUAGES, render

__all__ = ["LANGUAGES", "Facts", "RecordsError", "gather", "render"]
