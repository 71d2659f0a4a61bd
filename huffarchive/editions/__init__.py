"""The editions, each a value."""

from huffarchive.editions.edition import Edition
from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (HUFFPOST_QC, HUFFPOST_CA)}
"""Every edition by its code."""
