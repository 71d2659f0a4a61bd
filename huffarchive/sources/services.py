"""The services asked, and the queries put to their indexes."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from huffarchive.editions import Edition
from huffarchive.urls import Address, PageKey

ROWS = 5000
"""Index rows asked for at once: small enough to be read between two pages."""
_FILE = re.compile(r"[\w.=+~@,-]+(?:/[\w.=+~@,-]+)*\.warc\.gz", re.ASCII)
"""No sign that an address has a meaning for: no scheme, host, query, escape, or empty step."""


@dataclass(frozen=True, slots=True)
class Services:
    """Base addresses of the archives; other than the defaults for archives of the same kind."""

    wayback: str = "https://web.archive.org"
    commoncrawl_index: str = "https://index.commoncrawl.org"
    commoncrawl_data: str = "https://data.commoncrawl.org"
    crawls: tuple[str, ...] = ()
    """Common Crawl's crawls to ask, e.g. "CC-MAIN-2022-05"; all when empty."""

    def limit(self, url: str) -> str | None:
        """The name of the limit that an address is under; None when it is no service's."""
        if url.startswith(f"{self.wayback}/cdx/"):
            return "wayback_cdx"
        if url.startswith(f"{self.wayback}/web/"):
            return "wayback_pages"
        if url.startswith(f"{self.commoncrawl_index}/"):
            return "commoncrawl_index"
        if url.startswith(f"{self.commoncrawl_data}/"):
            return "commoncrawl_data"
        return None

    def of(self, url: str) -> str | None:
        """The source that an address belongs to; None when it is no service's."""
        limit = self.limit(url)
        if limit is not None:
            return limit.split("_", 1)[0]
        bases = {
            f"{self.wayback}/robots.txt": "wayback",
            f"{self.commoncrawl_index}/robots.txt": "commoncrawl",
            f"{self.commoncrawl_data}/robots.txt": "commoncrawl",
        }
        return bases.get(url)

    @property
    def named(self) -> list[str]:
        """Bases that are not the defaults: somebody named them, so they may be private."""
        return [
            base
            for base in (self.wayback, self.commoncrawl_index, self.commoncrawl_data)
            if base not in (_DEFAULT.wayback, _DEFAULT.commoncrawl_index, _DEFAULT.commoncrawl_data)
        ]

    # --- first queries

    def queries(self, source: str, edition: Edition) -> Iterator[Address]:
        """The pages of the indexes to begin with."""
        if source == "wayback":
            for pattern in patterns(edition):
                yield self.cdx(edition, pattern)
        elif source == "commoncrawl":
            yield _query(edition, "collinfo", f"{self.commoncrawl_index}/collinfo.json")

    def cdx(self, edition: Edition, pattern: str, resume: str | None = None) -> Address:
        """A page of the Wayback Machine's index (its CDX server)."""
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
        url = f"{self.wayback}/cdx/search/cdx?{urlencode([*fields.items(), *filters], safe='*/,:')}"
        return _query(edition, "cdx", url)

    def extent(self, edition: Edition, crawl: str, pattern: str) -> Address:
        """How many pages one crawl's index has: without a page number only the first is given."""
        fields = {"url": pattern, "output": "json", "showNumPages": "true"}
        return self._index(edition, "ccpages", crawl, fields)

    def index(self, edition: Edition, crawl: str, pattern: str, page: int) -> Address:
        """A page of one crawl's index."""
        fields = {"url": pattern, "output": "json", "page": str(page)}
        return self._index(edition, "ccindex", crawl, fields)

    def _index(self, edition: Edition, kind: str, crawl: str, fields: dict[str, str]) -> Address:
        query = urlencode(fields, safe="*/")
        return _query(edition, kind, f"{self.commoncrawl_index}/{crawl}-index?{query}")

    # --- captures

    def playback(self, timestamp: str, url: str) -> str:
        """Where the Wayback Machine gives the bytes as archived."""
        return f"{self.wayback}/web/{timestamp}id_/{quote(url, safe=_URL)}"

    def played_back(self, url: str) -> tuple[str, str] | None:
        """Of which moment and which address a URL plays a capture back; None when it does not."""
        base = self.wayback.partition("//")[2]
        found = _PLAYBACK.fullmatch(url.partition("//")[2].removeprefix(base))
        if found is None or not url.partition("//")[2].startswith(base):
            return None
        original = re.sub(r"^(https?):/+", r"\1://", found["url"], flags=re.IGNORECASE)
        return found["timestamp"], original if "://" in original else f"http://{original}"

    def member(self, file: str) -> str:
        """Where Common Crawl keeps a WARC file."""
        return f"{self.commoncrawl_data}/{quote(file, safe='/-_.')}"


_DEFAULT = Services()
_PLAYBACK = re.compile(r"/web/(?P<timestamp>[0-9]{14})(?:[a-z]{2}_)?/(?P<url>\S+)", re.ASCII)
_URL = ":/?#[]@!$&'()*+,;=%-._~"


def patterns(edition: Edition) -> list[str]:
    """The edition's parts of the web as an index takes them: "host/folder/*"."""
    return [f"{host.name}{host.prefix}*" for host in edition.hosts]


def _query(edition: Edition, kind: str, url: str) -> Address:
    ident = hashlib.sha256(url.encode()).hexdigest()[:24]
    return Address(PageKey(edition.code, f"{kind}-query", ident), None, url)


OWN = ("live", "sample")
"""The sources that are the site itself; every other one is an archive of it."""
SITE = "site"
"""The site, whichever of the two it is, among those whom pages wait for."""


def waits_for(source: str) -> str:
    """Whom a page waits for that is to be asked of a source."""
    return SITE if source in OWN else source


QUERIES = {
    "wayback": ("cdx-query",),
    "commoncrawl": ("collinfo-query", "ccpages-query", "ccindex-query"),
}
"""The kinds of page that each archive's index is made of."""


def is_query(key: PageKey) -> bool:
    """Whether a page is one of an archive's index."""
    return key.kind.endswith("-query")


def services_of_query(url: str) -> Services:
    """The archives as they were addressed when a page of an index was asked for."""
    if "/cdx/search/cdx?" in url:
        return Services(wayback=url.partition("/cdx/search/cdx?")[0])
    return Services(commoncrawl_index=url.partition("?")[0].rpartition("/")[0])


def file_is_safe(name: str) -> bool:
    """Whether a file name of an index may be asked for: relative, plain, and a WARC."""
    return (
        _FILE.fullmatch(name) is not None
        and not {".", ".."} & set(name.split("/"))
        and len(name) < 512
    )
