"""The editions, each a value."""

from huffarchive.editions.edition import Edition
from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.urls import OutOfScope, identify

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (HUFFPOST_QC, HUFFPOST_CA)}
"""Every edition by its code."""


def article_id(text: str) -> str | None:
    """An article's id, of itself or of an address; None where the text is neither."""
    if text.partition(":")[0] in EDITIONS:
        return text
    named = (identify(text, edition) for edition in EDITIONS.values())
    keys = [each.key for each in named if not isinstance(each, OutOfScope)]
    return str(keys[0]) if keys and keys[0].is_article else None
