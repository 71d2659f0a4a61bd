"""What an edition of the site is: a frozen value."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Self
from urllib.parse import quote, urlsplit

from huffarchive.urls import PageKey

_SITEMAP = re.compile(r"/[^/]*sitemap[^?]*\.xml(\.gz)?")
"""Sitemaps stand outside the editions' folders on a shared host."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and the path under which the edition lives on it."""

    name: str
    prefix: str = "/"

    def holds(self, path: str) -> bool:
        """Whether an address on this host with this (decoded) path belongs to the edition."""
        return f"{path}/".startswith(self.prefix)


class Where(StrEnum):
    """Where in a block of text a phrase is chrome."""

    WHOLE = "whole"
    """Only as the whole block."""
    INSIDE = "inside"
    """Anywhere in it: what is left of the block stays."""
    START = "start"
    """At its start, run together with what follows."""
    SLIDES = "slides"
    """Only as the whole block, in a slideshow."""
    END = "end"
    """Only as the whole block, among the last ones of the text."""
    LEAD = "lead"
    """At its start, when the rest is links: then the whole block is chrome."""


@dataclass(frozen=True)
class ChromePhrase:
    """A text that is the site's and not the article's: its kind, and a pattern for it."""

    kind: str
    written: str
    """The pattern, in any case; it is compiled where a page is read, as most commands read none."""
    where: Where = Where.WHOLE
    sign: str = ""
    """A word, in lower case, without which it is nowhere: it saves the search."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled."""
        return re.compile(self.written, re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Agency:
    """A news agency: its name in records, and how pages write it."""

    name: str
    written: re.Pattern[str]
    """Its names in bylines, datelines and credits; matched as whole words."""
    logos: frozenset[str] = frozenset()
    """What is left of its logo's class, file name or alternative text without LOGO_WORDS: letters
    and digits, in lower case."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that differs from one edition to the next."""

    code: str
    """Short code, used in ids and file names: "qc"."""
    name: str
    language: str
    """ISO 639-1."""
    timezone: str
    """IANA name; the dates in URLs and visible texts are local to it."""
    hosts: tuple[Host, ...]
    """The first is the historical site. Of those that hold a path, the longest prefix says whose
    path it is."""
    archive_entry: str
    """The archive's address of an article, with {slug}, {kind} and {id}."""
    pictures: tuple[Host, ...] = ()
    """Where the pictures of its articles may come from; asked only where a run wants them."""
    homes: tuple[str, ...] = ("",)
    """Paths of the front page, without the last slash."""
    sitemaps: tuple[str, ...] = ()
    """Sitemaps known beside those that robots.txt names."""
    chrome: tuple[ChromePhrase, ...] = ()
    agencies: tuple[Agency, ...] = ()
    own_names: tuple[str, ...] = ()
    """How bylines write the paper itself, in lower case: no author, no agency."""
    first_year: int = 2005
    """No article is older: earlier dates are slips."""
    url_list: str | None = None
    """The packaged list of known URLs: a file in this folder, one URL first in each line."""
    published: tuple[tuple[int, int], ...] = ()
    """(year, news items published), as far as a study counted them."""
    site: str | None = field(default=None)
    """Another base (`-a site=URL`) that serves all hosts of the edition."""

    def __hash__(self) -> int:
        # What is made of an edition is remembered by it on every page: hash little.
        return hash((self.code, self.site))

    @property
    def spider(self) -> str:
        """The name of its spider, as `scrapy crawl` takes it."""
        return f"huffpost_{self.code}"

    def at(self, site: str) -> Self:
        """The same edition, served by another base URL; ValueError names a base that is none."""
        try:
            parts = urlsplit(site)
        except ValueError as error:
            raise ValueError(f"{error}: {site!r}; give http://host:port/") from None
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, 0
        if port == 0:
            raise ValueError(f"no such port: {site!r}; give http://host:port/")
        if parts.scheme not in ("http", "https") or not host:
            raise ValueError(f"not a base URL: {site!r}; give http://host:port/")
        if "@" in parts.netloc:
            raise ValueError("a base URL has no user name or password; give http://host:port/")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                f"a base URL has no path: {site!r}; give {parts.scheme}://{parts.netloc}/"
            )
        # Spelt as `urls.identify` spells it, so that an address and its base can be compared.
        name = f"[{host}]" if ":" in host else host.removesuffix(".")
        if port is not None and port != (80 if parts.scheme == "http" else 443):
            name = f"{name}:{port}"
        return replace(self, site=f"{parts.scheme}://{name}")

    def fault(self, scheme: str, host: str, port: int | None, path: str) -> str | None:
        """Why an address is not the edition's ("host", "port", "edition"), or None if it is."""
        if self.site is not None:
            base = urlsplit(self.site)
            if (scheme, host, port) == (base.scheme, base.hostname, base.port):
                return None
        own = any(known.name == host for known in self.hosts)
        places = self.hosts if own else self.pictures
        prefixes = [known.prefix for known in places if known.name == host]
        if not prefixes:
            return "host"
        if port is not None and port != (80 if scheme == "http" else 443):
            return "port"
        if f"{path}/".startswith(tuple(prefixes)):
            return None
        # What a host shares out among its editions: each takes from it what is its own.
        shared = path == "/robots.txt" or (own and _SITEMAP.fullmatch(path))
        return None if shared else "edition"

    def shows(self, host: str, path: str) -> bool:
        """Whether an address that is the edition's, by its (decoded) path, is of a picture."""
        base = urlsplit(self.site).hostname if self.site is not None else None
        return any(host in (known.name, base) and known.holds(path) for known in self.pictures)

    def located(self, url: str) -> str:
        """Where to ask for an address of the edition: at `site`, where that is set."""
        if self.site is None:
            return url
        parts = urlsplit(url)
        if parts.hostname not in {host.name for host in (*self.hosts, *self.pictures)}:
            return url
        return f"{self.site}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def original(self, url: str, near: str = "") -> str:
        """The edition's own address of a URL at `site`; any other URL unchanged.

        A sitemap may be any host's: its is that of the address that names it, `near`.
        """
        if self.site is None or not (url + "/").startswith(self.site + "/"):
            return url
        rest = url[len(self.site) :] or "/"
        path = rest.split("?", 1)[0]
        there = urlsplit(near)
        if _SITEMAP.fullmatch(path) and any(there.netloc == host.name for host in self.hosts):
            return f"{there.scheme}://{there.netloc}{rest}"
        holding = [host for host in (*self.hosts, *self.pictures) if host.holds(path)]
        name = max(holding or self.hosts[:1], key=lambda host: len(host.prefix)).name
        return f"https://{name}{rest}"

    def archive_url(self, key: PageKey, slug: str | None) -> str:
        """Where the read-only archive is expected to keep an article [G]."""
        return self.archive_entry.format(slug=quote(slug or ""), kind=key.kind, id=key.id)

    def known_urls(self) -> tuple[str, ...]:
        """The packaged list of URLs."""
        if self.url_list is None:
            return ()
        text = (files("huffarchive.editions") / self.url_list).read_text("utf-8")
        lines = (line.split("\t", 1)[0].strip() for line in text.splitlines())
        return tuple(line for line in lines if line.startswith("http"))
