"""Which page a request names, and what the server says to it, down to the byte."""

import gzip
import re
import struct
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha1, sha256
from random import Random
from threading import Lock
from typing import Any
from urllib.parse import unquote

from huffarchive.sample import site
from huffarchive.sample.catalogue import Entry, addresses, named
from huffarchive.sample.content import SITE
from huffarchive.sample.pages import other
from huffarchive.sample.site import DEAD, Site, dead_address


@dataclass(frozen=True)
class Reply:
    """One answer, before it is put on the wire."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
    """Names in their case, values, in order; repeated names stay repeated."""
    body: bytes = b""
    coding: str = "identity"
    """identity, gzip or deflate."""
    chunked: bool = False
    trailer: bool = False
    """Whether chunks carry an extension and a trailer follows them."""
    dice: Random = field(default_factory=lambda: Random(0))

    @property
    def entity(self) -> bytes:
        """The body under its content coding; the same bytes each time."""
        if self.coding == "gzip":
            return gzip.compress(self.body, 6, mtime=0)
        return zlib.compress(self.body, 6) if self.coding == "deflate" else self.body

    def wire(self, *, head_only: bool = False) -> bytes:
        """The bytes of the answer."""
        entity = self.entity
        headers = list(self.headers)
        if self.coding != "identity":
            headers.append(("Content-Encoding", self.coding))
        if self.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif self.status != 304:
            headers.append(("Content-Length", str(len(entity))))
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{k}: {v}" for k, v in headers)]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        if head_only or self.status == 304:
            return head
        return head + (self._chunks(entity) if self.chunked else entity)

    def _chunks(self, entity: bytes) -> bytes:
        parts: list[bytes] = []
        place = 0
        while place < len(entity):
            size = self.dice.choice((1, 97, 1024, 4096, 8192, 16384))
            piece = entity[place : place + size]
            extension = b";part=corps" if self.trailer and place == 0 else b""
            parts.append(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece))
            place += size
        end = (
            b"0\r\nX-Checksum: %08x\r\n\r\n" % zlib.crc32(entity) if self.trailer else b"0\r\n\r\n"
        )
        return b"".join(parts) + end


_ASSET = re.compile(
    r"/asset/(?P<name>[0-9a-z-]{1,40})\.jpeg(?:\?ops=(?P<width>\d{2,4})_(?P<height>\d{2,4}))?"
)
_SIZE = (640, 360)
LOST, REPLACED = "00", "01"
"""Beginnings of the names that are not found, and of those in whose place a page stands."""


def photo(target: str) -> Reply | None:
    """The answer to a request for a picture, always of the same bytes; None when it names none."""
    match = _ASSET.fullmatch(target)
    if match is None:
        return None
    if match["name"].startswith(LOST):
        return Reply(404, "Not Found", (("Content-Type", "text/plain"),), b"image introuvable\n")
    if match["name"].startswith(REPLACED):
        page = b"<!doctype html><title>HuffPost</title><p>Image retir&eacute;e</p>\n"
        return Reply(200, "OK", (("Content-Type", "text/html"),), page)
    width, height = _SIZE
    if match["width"] is not None:
        width, height = int(match["width"]), int(match["height"])
    # The format is the host's own choice, whatever the name ends in [G].
    body = png(match["name"], width, height)
    return Reply(200, "OK", (("Content-Type", "image/png"),), body)


def png(name: str, width: int, height: int) -> bytes:
    """A PNG whose colours and stripes follow from the name."""
    dice = sha256(name.encode()).digest()
    stripe = 8 + dice[12] % 32
    row = bytearray(-(-width // 4))
    for x in range(width):  # four pixels of two bits each in a byte
        row[x // 4] |= (x // stripe % 4) << (6 - 2 * (x % 4))
    lines = zlib.compress((b"\0" + bytes(row)) * height, 6)
    head = struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", dice[:12]), (b"IDAT", lines), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


Item = dict[str, Any]


def _item(address: str, title: str, excerpt: str, at: datetime) -> Item:
    return {"address": address, "title": title, "excerpt": excerpt, "at": at}


_SITE = "https://quebec.huffingtonpost.ca"
_QUESTIONS = "https://www.huffpost.com/archive/qc/static/frequently-asked-question"
_TOPIC = re.compile(r"^/(?:archive/qc/topic|news|tag)/([^/]+)(?:/\d+)?/?$")
_AUTHOR = re.compile(r"^(?:/archive/qc)?/author/([^/]+)/?$")
_HOMES = ("/", "", "/archive/qc", "/archive/qc/", "/qc", "/qc/")
GARBLED = "attaque-du-13-novembre"
"""The topic with an excerpt cut inside a character: invalid UTF-8."""
HTML = "text/html; charset=utf-8"


class Answers:
    """One running server's answers: it remembers which articles have been asked for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._asked: Counter[int] = Counter()
        self._lock = Lock()

    def respond(
        self, method: str, target: str, headers: Mapping[str, str], now: datetime | None = None
    ) -> bytes:
        """The bytes of the answer to one request; `headers` by lower-case name."""
        now = now or datetime.now(UTC)
        if method not in ("GET", "HEAD"):
            reply = _plain(405, "Method Not Allowed", b"", ("Allow", "GET, HEAD"))
        else:
            reply = self._reply(target, headers, now)
        return reply.wire(head_only=method == "HEAD")

    def _reply(self, target: str, headers: Mapping[str, str], now: datetime) -> Reply:
        path = unquote(target.partition("?")[0])
        if path == "/robots.txt":
            return _plain(200, "OK", site.robots(self.site.delay).encode())
        if "sitemap" in path and (body := site.sitemap(self.site, path)) is not None:
            kind = "application/x-gzip" if path.endswith(".gz") else "application/xml"
            return _plain(200, "OK", body, ("Content-Type", kind))
        if "err_code=404" in target:
            return self._page(other("missing", self.site.frame(0, path)), target, headers)
        if (picture := photo(target)) is not None:
            return picture
        if (name := named(target)) is not None:
            entry = self.site.register.find(*name)
            if entry is not None:
                return self._article(entry, target, headers, now)
            return self._dead(name, target, headers)
        if (markup := self._other(path)) is not None:
            return self._page(markup, target, headers)
        return _missing(404, "Not Found", other("missing", self.site.frame(0, path)))

    def _article(
        self, entry: Entry, target: str, headers: Mapping[str, str], now: datetime
    ) -> Reply:
        with self._lock:
            first = entry.number in self.site.oddities.failing and not self._asked[entry.number]
            self._asked[entry.number] += first
        if first:
            return _failure(self.site.oddities.failing[entry.number], now)
        if (detour := self._detour(entry, target, headers)) is not None:
            return detour
        corrected = entry.number == self.site.oddities.corrected and "if-none-match" in headers
        body = self.site.markup(entry, corrected=corrected).encode("utf-8")
        tag, changed = _validators(entry, body)
        kept = [("Date", _date(now))]
        kept += [("ETag", tag)] if tag else []
        kept += [("Last-Modified", _date(changed))] if changed else []
        if _unchanged(headers, tag, changed):
            return Reply(304, "Not Modified", tuple(kept))
        return _article_reply(entry.number, body, headers, kept)

    def _detour(self, entry: Entry, target: str, headers: Mapping[str, str]) -> Reply | None:
        form = self.site.oddities.redirected.get(entry.number)
        if form is None:
            return None
        _, slug = self.site.desk.title(entry)
        found = addresses(entry, slug, self.site.desk.folder(entry))
        archive = found[-2]
        old, new = _path(found[0]), _path(archive)
        here = f"http://{headers.get('host', 'localhost')}"
        path = target.partition("?")[0]
        if form == "chain" and path == f"/qc/entry/{entry.key.id}":
            return _moved(301, "Moved Permanently", new)
        if path != old:
            return None
        if form == "path":
            return _moved(301, "Moved Permanently", new)
        if form == "own-host":
            return _moved(302, "Found", here + new)
        if form == "chain":
            return _moved(302, "Found", f"/qc/entry/{entry.key.id}")
        return _moved(301, "Moved Permanently", archive)

    def _dead(self, name: tuple[str, str], target: str, headers: Mapping[str, str]) -> Reply:
        body = other("missing", self.site.frame(0, target))
        match DEAD.get(name):
            case "deleted":
                return _missing(410, "Gone", body)
            case "soft_404" if name[0] == "b":
                return _moved(302, "Found", "/archive/qc/?err_code=404")
            case "soft_404":
                return self._page(body, target, headers)
            case "moved":
                entry = self.site.register.entry(min(site.ALONE, self.site.size - 1))
                return _moved(
                    301, "Moved Permanently", _path(site.address_in_lists(self.site, entry))
                )
            case "moved_away":
                return _moved(301, "Moved Permanently", "https://www.huffpost.com/")
            case _:
                return _missing(404, "Not Found", body)

    def _other(self, path: str) -> str | None:
        if path in _HOMES:
            day = self.site.register.entry(0).published
            gone = [_item(dead_address(*name), "Page disparue", "", day) for name in DEAD]
            items = self._items(0, "home", 25) + gone
            frame = self.site.frame(0, "home")
            return other("front", frame, "HuffPost Québec", f"{_SITE}/", items)
        if path.startswith(("/feeds/", "/rss/")):
            items = self._items(0, path, 20)
            return other("feed", self.site.frame(0, path), items=items)
        if path.endswith("/static/frequently-asked-question"):
            return other("questions", self.site.frame(0, path), "Foire aux questions", _QUESTIONS)
        if (found := _TOPIC.match(path)) is not None:
            return self._listing(
                found[1], f"/news/{found[1]}/", old=not path.startswith("/archive")
            )
        if (found := _AUTHOR.match(path)) is not None:
            return self._listing(found[1], f"/author/{found[1]}/", old="/archive" not in path)
        return None

    def _listing(self, slug: str, address: str, *, old: bool) -> str:
        slugs = list(SITE["sections"].values())
        items = self._items(0, slug, 12)
        if slug in slugs:
            place = slugs.index(slug)
            numbers = [n for n in range(min(600, self.site.size)) if site.listed_only(n)]
            items += [self._item(n) for n in numbers[place :: len(slugs)]]
        title = slug.replace("-", " ").title()
        kind, frame = "old" if old else "new", self.site.frame(0, slug)
        return other(kind, frame, title, f"{_SITE}{address}", items)

    def _items(self, number: int, name: str, count: int) -> list[Item]:
        dice = self.site.register.random(number, f"list{name}")
        return [self._item(dice.randrange(self.site.size)) for _ in range(count)]

    def _item(self, number: int) -> Item:
        entry = self.site.register.entry(number)
        title, _ = self.site.desk.title(entry)
        address = site.address_in_lists(self.site, entry)
        return _item(address, title, self.site.desk.teaser(entry)[:120], entry.published)

    def _page(self, markup: str, target: str, headers: Mapping[str, str]) -> Reply:
        body = markup.encode("utf-8")
        if GARBLED in target:
            cut = body.find("é".encode(), len(body) // 2)
            body = body[: cut + 1] + b"..." + body[cut + 2 :]
        kind = "application/rss+xml; charset=utf-8" if body.startswith(b"<?xml") else HTML
        dice = Random(target)
        coding, chunked = _coding(dice.randrange(6), headers)
        return Reply(200, "OK", (("Content-Type", kind),), body, coding, chunked, dice=dice)


def _article_reply(
    number: int, body: bytes, headers: Mapping[str, str], kept: list[tuple[str, str]]
) -> Reply:
    fields = [*kept, ("Server", "nginx"), ("Content-Type", HTML)]
    fields.append(("Vary", "Accept-Encoding"))
    if number % 9 == 4:
        fields += [("Vary", "X-Device"), ("X-Cache", "MISS"), ("X-Cache", "HIT, HIT")]
    if number % 5 == 1:
        fields = [(name.lower(), value) for name, value in fields]
    elif number % 5 == 3:
        fields = [(name.upper(), value) for name, value in fields]
    elif number % 11 == 7:
        fields = [("X-sErVeD-bY", "cache-éàü-01"), *((n.swapcase(), v) for n, v in fields)]
    coding, chunked = _coding(number % 6, headers)
    reason = "" if number % 83 == 2 else "OK"
    return Reply(
        200, reason, tuple(fields), body, coding, chunked, number % 50 == 7, Random(number)
    )


def _coding(form: int, headers: Mapping[str, str]) -> tuple[str, bool]:
    """Content coding and whether in chunks, as far as the client takes it."""
    coding, chunked = (
        ("gzip", False),
        ("identity", True),
        ("gzip", True),
        ("identity", False),
        ("deflate", False),
        ("gzip", False),
    )[form]
    accepted = headers.get("accept-encoding", "")
    return (coding if coding in accepted else "identity"), chunked


def _validators(entry: Entry, body: bytes) -> tuple[str | None, datetime | None]:
    number = entry.number
    mark = f'"{sha1(body, usedforsecurity=False).hexdigest()[:16]}"'
    tag = None if number % 2 else f"W/{mark}" if number % 4 == 0 else mark
    return tag, entry.published if number % 3 == 0 else None


def _unchanged(headers: Mapping[str, str], tag: str | None, changed: datetime | None) -> bool:
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = [one.strip().removeprefix("W/") for one in wanted.split(",")]
        return tag is not None and (tag.removeprefix("W/") in tags or "*" in tags)
    since = headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(since) >= changed
    except ValueError:
        return False


def _failure(form: str, now: datetime) -> Reply:
    match form:
        case "500":
            return _plain(500, "Internal Server Error", b"erreur interne\n")
        case "428":
            return _plain(428, "Precondition Required", b"attendez\n", ("Retry-After", "1"))
        case "429-seconds":
            return _plain(429, "Too Many Requests", b"attendez\n", ("Retry-After", "1"))
    later = _date(now + timedelta(seconds=2))
    return _plain(429, "Too Many Requests", b"attendez\n", ("Retry-After", later))


def _plain(status: int, reason: str, body: bytes, *headers: tuple[str, str]) -> Reply:
    kind = (
        ()
        if any(name == "Content-Type" for name, _ in headers)
        else (("Content-Type", "text/plain"),)
    )
    return Reply(status, reason, (*kind, *headers), body)


def _missing(status: int, reason: str, markup: str) -> Reply:
    return Reply(status, reason, (("Content-Type", HTML),), markup.encode("utf-8"))


def _moved(status: int, reason: str, where: str) -> Reply:
    body = f'<html><body><a href="{where}">{reason}</a></body></html>\n'.encode()
    return Reply(status, reason, (("Location", where), ("Content-Type", HTML)), body)


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def _date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
