"""The metadata record beside a capture: what the HTTP exchange itself does not say."""

import json
from dataclasses import dataclass
from typing import Any, Self

from huffarchive.outcome import Reason, State
from huffarchive.urls import PageKey

CONTENT_TYPE = "application/warc-fields"
"""Indexers pass over this type. Of any other one, pywb and cdxj-indexer make a capture of the page,
which takes the place of the page itself: it has the same address and date."""

_FIELD = b"huffarchive: "


@dataclass(frozen=True, slots=True)
class Note:
    """Whatever a record says that its exchange does not, and what became of the page.

    With it, records and ledger can be made again from the WARC alone.
    """

    page: str | None = None
    """The page's key in text form; None for an exchange of no page (robots.txt)."""
    url: str | None = None
    """The edition's own address of the page, where another base was asked (`-a site=`)."""
    state: str | None = None
    reason: str | None = None
    source: str = "live"
    aliases: tuple[str, ...] = ()
    """Other addresses known when the page was captured, sorted."""
    named_by: tuple[str, ...] = ()
    """Who named the page: list, sitemap, link, …"""
    previous_id: str | None = None
    """WARC-Record-ID of the earlier capture."""
    unread: str | None = None
    """Why the reader gave up, e.g. "reader_timeout"; None when it did not."""
    choice: str | None = None
    """Why this capture was chosen among several."""
    origin: str | None = None
    """Where the record was copied from: file, offset and length of its member."""
    head: str | None = None
    """The raw head of a 304, whose revisit record has an empty block (Latin-1)."""
    detail: str | None = None

    def to_block(self) -> bytes:
        """The note as one field, whose value is JSON; what is unknown is left out."""
        row: dict[str, Any] = {"huffarchive": 1}
        row |= {n: value for n in self.__slots__ if (value := getattr(self, n)) not in (None, ())}
        return (
            _FIELD + json.dumps(row, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\r\n"
        )

    @classmethod
    def from_block(cls, block: bytes) -> Self | None:
        """Read a note of ours; None for any other metadata, and for values that no note has."""
        try:
            row = json.loads(block.removeprefix(_FIELD))
        except (ValueError, RecursionError):
            return None
        if not isinstance(row, dict) or row.pop("huffarchive", None) != 1:
            return None
        known = {name: row[name] for name in cls.__slots__ if name in row}
        for name in ("aliases", "named_by"):
            found = known.get(name)
            known[name] = tuple(map(str, found)) if isinstance(found, list) else ()
        return cls(**known) if _is_sound(known) else None


def _is_sound(known: dict[str, Any]) -> bool:
    """Whether the values are of the kinds that notes have: a stranger may write anything."""
    texts = (value for name, value in known.items() if name not in ("aliases", "named_by"))
    if not all(value is None or isinstance(value, str) for value in texts):
        return False
    try:
        for name, read in (("page", PageKey.parse), ("state", State), ("reason", Reason)):
            if known.get(name) is not None:
                read(known[name])
    except ValueError:
        return False
    return isinstance(known.get("source", ""), str)
