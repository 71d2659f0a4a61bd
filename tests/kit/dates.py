"""The first date of a text."""

from datetime import date
from zoneinfo import ZoneInfo

from huffarchive.reader.date_parsing import ParsedDate, written_in


def find_date(
    text: str, zone: ZoneInfo, *, day_first: bool, hint: date | None = None
) -> ParsedDate | None:
    """The first date in a text; None for none, or for one that no calendar has."""
    found = next(written_in(text, zone, day_first=day_first, hint=hint), None)
    return found.moment if found else None
