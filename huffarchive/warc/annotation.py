"""The metadata record beside a capture: what the HTTP exchange itself does not say."""

import json
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from huffarchive.outcome import Reason, State, is_answer
from huffarchive.urls import PageKey

CONTENT_TYPE = "application/warc-fields"
"""Indexers pass over this type. Of any other one, pywb and cdxj-indexer make a capture of the page,
which takes the place of the page itself: it has the same address and date."""

_FIELD = b"huffarchive: "
_OF_THE_SITE = frozenset(("live", "sample", "mirror", "index"))
"""Sources whose answers stand in the WARC as they came: the site, under each of its names, and
indexes. Of every other source they are playbacks, or members copied."""
_LISTS = ("aliases", "named_by", "asked")
_NUMBERS = ("tries", "hops")
_URLS = ("url", "address", "next")
_MOST = 1_000
"""No page is asked for so often."""


@dataclass(frozen=True, slots=True)
class Annotation:
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
    original_id: str | None = None
    """The WARC-Record-ID that it had there, where it is none or another capture has it."""
    head: str | None = None
    """The raw head of a 304, whose revisit record has an empty block (Latin-1)."""
    detail: str | None = None
    asked: tuple[str, ...] = ()
    """What sources said that gave no capture of the page, this one too: "live=gone/not_found"."""
    address: str | None = None
    """The page's address then, where another archive was asked, whose capture may be of another."""
    next: str | None = None
    """The address to ask next, where it is another one."""
    tries: int = 0
    """Times that the page was asked for at this address, where it is not captured."""
    hops: int = 0
    """Redirects followed to the address that is asked next."""
    unfollowed: bool = False
    """Whether the page's links were passed over: the run was about a list of URLs."""

    @property
    def of_archive(self) -> bool:
        """Whether an archive, or a file of one, was asked for its capture of the page."""
        return self.source not in _OF_THE_SITE

    def to_block(self) -> bytes:
        """The note as one field, whose value is JSON; what is unknown is left out."""
        row: dict[str, Any] = {"huffarchive": 1}
        row |= {n: value for n in self.__slots__ if (value := getattr(self, n)) or value == ""}
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
        for name in _LISTS:
            found = known.get(name)
            known[name] = tuple(map(str, found)) if isinstance(found, list) else ()
        return cls(**known) if _is_sound(known) else None


def _is_sound(known: dict[str, Any]) -> bool:
    """Whether the values are of the kinds that notes have: a stranger may write anything."""
    rest = {name: value for name, value in known.items() if name not in _LISTS}
    numbers = [rest.pop(name) for name in _NUMBERS if name in rest]
    if not all(type(number) is int and 0 <= number <= _MOST for number in numbers):
        return False
    if not isinstance(rest.pop("unfollowed", False), bool):
        return False
    if not all(value is None or isinstance(value, str) for value in rest.values()):
        return False
    if not all(map(is_answer, known["asked"])):
        return False
    try:
        for text in (*filter(None, rest.values()), *known["aliases"], *known["named_by"]):
            text.encode()
        for url in (*filter(None, map(known.get, _URLS)), *known["aliases"]):
            urlsplit(url)
        for name, read in (("page", PageKey.parse), ("state", State), ("reason", Reason)):
            if known.get(name) is not None:
                read(known[name])
    except ValueError:
        return False
    return isinstance(known.get("source", ""), str)
