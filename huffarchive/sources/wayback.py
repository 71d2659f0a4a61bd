"""The Wayback Machine: its CDX server, and captures played back as archived."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.http import Message
from huffarchive.sources.memento import Memento
from huffarchive.sources.playbacks import PlaybackSource
from huffarchive.sources.source import (
    Found,
    IndexFormatError,
    Service,
    collected,
    odd_row,
    patterns,
    query,
    read_json,
    row_memento,
)
from huffarchive.urls import Address, PageKey
from huffarchive.warc.playback import plain_address

ROWS = 5000
"""Index rows asked for at once: small enough to be read between two pages."""
MAX_KEY = 4096
"""Characters of a key from which an index goes on."""
_PLAYBACK = re.compile(r"/web/(?P<timestamp>[0-9]{14})(?:[a-z]{2}_)?/(?P<url>\S+)", re.ASCII)
_CDX = "/cdx/search/cdx?"
_URL = ":/?#[]@!$&'()*+,;=%-._~"


@dataclass(frozen=True)
class Wayback(PlaybackSource):
    """The Internet Archive's Wayback Machine, or an archive of the same kind at another base."""

    base: str = "https://web.archive.org"

    name = "wayback"
    title = "Internet Archive, Wayback Machine"
    query_kinds = ("cdx-query",)
    settings = {"base": "HUFFARCHIVE_WAYBACK_URL"}  # noqa: RUF012 - a ClassVar of Source

    @property
    def services(self) -> tuple[Service, ...]:
        """24 requests a minute, of 30 that are hard; 8 a second, of 10."""
        return (
            Service("wayback_cdx", self.base, "/cdx/", "/cdx", 2.55),
            Service("wayback_pages", self.base, "/web/", "/", 0.13),
        )

    def queries(self, edition: Edition) -> Iterator[Address]:
        """The captures of each host and folder of the edition."""
        for pattern in patterns(edition):
            yield self.cdx(edition, pattern)

    def cdx(self, edition: Edition, pattern: str, resume: str | None = None) -> Address:
        """A page of its index (the CDX server)."""
        fields = {
            "url": pattern,
            "output": "json",
            "fl": "timestamp,original,mimetype,statuscode,digest,length",
            "limit": str(ROWS),
            "showResumeKey": "true",
        }
        if resume is not None:
            fields["resumeKey"] = resume
        # The filter leaves redirects and errors out; revisits, whose status is "-", stay in.
        filters = [("filter", "statuscode:200|-"), ("filter", "mimetype:text/html|warc/revisit")]
        url = f"{self.base}{_CDX}{urlencode([*fields.items(), *filters], safe='*/,:')}"
        return query(edition, self.query_kinds[0], url)

    def at_query(self, url: str) -> Self:
        """At the base of a CDX query."""
        return replace(self, base=url.partition(_CDX)[0])

    def read_index(self, message: Message, key: PageKey, url: str, edition: Edition) -> Found:  # noqa: ARG002
        """Rows, the first of which names the fields; behind them perhaps a key to go on from."""
        rows = read_json(message.content)
        if not isinstance(rows, list) or not isinstance(next(iter(rows), []), list):
            raise IndexFormatError("the index is no list of rows")
        if len(rows) > 2 * ROWS:
            raise IndexFormatError(f"{len(rows)} rows, where at most {ROWS} were asked for")
        if not rows:
            return Found()
        more: tuple[Address, ...] = ()
        if (resume := _resumes_at(rows)) is not None:
            rows = rows[:-2]
            pattern = parse_qs(urlsplit(url).query).get("url", [""])[0]
            more = (self.cdx(edition, pattern, resume),)
            if more[0].url == url:
                raise IndexFormatError("the index goes round in a circle")
        names = [name if isinstance(name, str) else "" for name in rows[0]] if rows else []
        if rows and not {"timestamp", "original"} <= {*names}:
            raise IndexFormatError("the index's first row names no columns")
        found = (_row(names, row, self.name) for row in rows[1:])
        return collected(found, edition, self.name, more)

    def request(self, memento: Memento) -> tuple[str, dict[str, str]]:
        """Where it gives the bytes as archived."""
        quoted = quote(memento.url, safe=_URL)
        return f"{self.base}/web/{memento.timestamp}id_/{quoted}", {}

    def played_back(self, url: str) -> tuple[str, str] | None:
        """The moment, 14 digits, and the address, "http://" where it names no scheme."""
        base = self.base.partition("//")[2]
        found = _PLAYBACK.fullmatch(url.partition("//")[2].removeprefix(base))
        if found is None or not url.partition("//")[2].startswith(base):
            return None
        original = plain_address(found["url"])
        return found["timestamp"], original if "://" in original else f"http://{original}"


def _resumes_at(rows: list[object]) -> str | None:
    """The key from which an index goes on, which stands alone behind an empty row."""
    last = rows[-1] if len(rows) >= 2 and rows[-2] == [] else None
    key = last[0] if isinstance(last, list) and len(last) == 1 else None
    return key if isinstance(key, str) and len(key) <= MAX_KEY and key.isascii() else None


def _row(names: list[str], row: object, source: str) -> Memento | str:
    """A row's capture; one that has too few cells may have all that is needed."""
    cells = dict(zip(names, row, strict=False)) if isinstance(row, list) else None
    found = row_memento(cells, source)
    return odd_row(row) if isinstance(found, str) else found
