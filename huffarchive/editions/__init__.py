"""The editions, each a value."""

from huffarchive.editions.edition import Agency, ChromePhrase, Edition, Host, Where
from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (HUFFPOST_QC, HUFFPOST_CA)}
"""Every edition by its code."""

__all__ = [
    "EDITIONS",
    "HUFFPOST_CA",
    "HUFFPOST_QC",
    "Agency",
    "ChromePhrase",
    "Edition",
    "Host",
    "Where",
]
