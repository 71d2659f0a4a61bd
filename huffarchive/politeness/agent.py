"""Who asks: the User-Agent that every request carries."""

import logging

from huffarchive import __version__

logger = logging.getLogger(__name__)

TOKEN = "huffarchive"  # noqa: S105 - RFC 9309 calls a robot's name its token
"""The name that a robots.txt may address."""


def user_agent(operator: str | None) -> str:
    """Compose "huffarchive/<version> (+<contact>)" from HUFFARCHIVE_OPERATOR.

    Characters that no header or comment may hold are left out.
    """
    contact = "".join(c for c in operator or "" if " " <= c <= "~" and c not in "()\\").strip()
    if not contact:
        return f"{TOKEN}/{__version__} (no contact given)"
    return f"{TOKEN}/{__version__} (+{contact[:200]})"


def warn_without_operator(operator: str | None) -> None:
    """Say once a run that a site's people cannot reach who runs this."""
    if not (operator or "").strip():
        logger.warning(
            "HUFFARCHIVE_OPERATOR is not set: nobody at the site can tell whom to ask. "
            "Give an address: -s HUFFARCHIVE_OPERATOR=https://example.org/about-this-crawl"
        )
