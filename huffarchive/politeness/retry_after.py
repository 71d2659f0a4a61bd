"""Retry-After, as a number of seconds from now."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DAY = 86_400.0
"""The longest wait that a server is granted, in seconds."""


def retry_after(value: str | bytes | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, section 10.2.3), between 0 and a day.

    Both forms are read: whole seconds, and an HTTP date, which counts from `now` (aware). None
    where there is no header or where it says nothing that can be read. Total: nothing raises.
    """
    if value is None:
        return None
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    text = text.strip(" \t")
    if text.isascii() and text.isdigit():
        # The length alone tells that a long number is over a day; int() refuses very long ones.
        digits = text.lstrip("0")
        return DAY if len(digits) > 6 else min(DAY, float(digits or 0))
    if not text or len(text) > 100:
        return None
    try:
        when = parsedate_to_datetime(text)
        # A date without a zone is in UTC, as all HTTP dates are.
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(DAY, max(0.0, seconds))
