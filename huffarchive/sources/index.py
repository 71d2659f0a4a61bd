"""The indexes of the Wayback Machine and Common Crawl: what is asked, and what an answer says."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from huffarchive.editions.edition import Edition
from huffarchive.http import Message
from huffarchive.sources.memento import TRUNCATED, Memento
from huffarchive.urls import MAX_URL, Address, PageKey, identify

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
MIRROR = "mirror"
"""What a capture says of its source that was asked of the site at another base (`-a site=`)."""
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


MAX_MEMBER = 16 * 1024 * 1024
"""Members of Common Crawl over this are not asked for (bytes)."""
MAX_KEY = 4096
"""Characters of a key from which an index goes on."""
MAX_PAGES = 10_000
"""Pages that one crawl's index can have: far more than a site of a million pages fills."""
_TIMESTAMP = re.compile(r"[0-9]{14}")
_TEXT = re.compile(rb"\s*[<A-Za-z]")
_CRAWL = re.compile(r"CC-MAIN-[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


class IndexFormatError(ValueError):
    """An index answered with something that is no index."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one page of an index gave."""

    mementos: tuple[tuple[Address, Memento], ...] = ()
    more: tuple[Address, ...] = ()
    """The next pages of the index."""
    passed_over: int = 0
    """Rows that are malformed or name no page of the edition."""
    source: str = ""
    """Whose index it is."""


def read_index(
    message: Message, key: PageKey, url: str, edition: Edition, services: Services
) -> Found:
    """Read a page of an index; IndexFormatError or MessageError when it is none."""
    if key.kind == "collinfo-query":
        return _collections(message, edition, services)
    if key.kind == "ccpages-query":
        return _extent(message, url, edition, services)
    if key.kind == "ccindex-query":
        return _commoncrawl(message, edition)
    return _cdx(message, url, edition, services)


def _collections(message: Message, edition: Edition, services: Services) -> Found:
    rows = _json(message.content)
    if not isinstance(rows, list):
        raise IndexFormatError("the list of crawls is no list")
    names = [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    names = [
        n for n in names if _CRAWL.fullmatch(n) and (not services.crawls or n in services.crawls)
    ]
    more = tuple(services.extent(edition, n, p) for n in names for p in patterns(edition))
    return Found(more=more)


def _extent(message: Message, url: str, edition: Edition, services: Services) -> Found:
    if _is_empty(message):
        return Found()
    row = _json(message.content)
    pages = row.get("pages") if isinstance(row, dict) else None
    if not isinstance(pages, int) or not 0 <= pages <= MAX_PAGES:
        raise IndexFormatError("no number of pages")
    parts = urlsplit(url)
    crawl = parts.path.rpartition("/")[2].removesuffix("-index")
    (pattern,) = parse_qs(parts.query).get("url", [""])
    return Found(more=tuple(services.index(edition, crawl, pattern, n) for n in range(pages)))


def _cdx(message: Message, url: str, edition: Edition, services: Services) -> Found:
    text = message.content
    if not text.strip():
        return Found()
    rows = _json(text)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise IndexFormatError("the index is no list of rows")
    if len(rows) > 2 * ROWS:
        raise IndexFormatError(f"{len(rows)} rows, where at most {ROWS} were asked for")
    if not rows:
        return Found()
    more: tuple[Address, ...] = ()
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        (resume,) = rows[-1]
        if not isinstance(resume, str) or len(resume) > MAX_KEY or not resume.isascii():
            raise IndexFormatError("the index goes on from a key that is none")
        rows = rows[:-2]
        pattern = parse_qs(urlsplit(url).query).get("url", [""])[0]
        more = (services.cdx(edition, pattern, resume),)
        if more[0].url == url:
            raise IndexFormatError("the index goes round in a circle")
    names = [name if isinstance(name, str) else "" for name in rows[0]] if rows else []
    dicts = (dict(zip(names, row, strict=False)) for row in rows[1:])
    return _found(dicts, edition, "wayback", more)


def _commoncrawl(message: Message, edition: Edition) -> Found:
    if _is_empty(message):
        return Found()
    rows = []
    broken = 0
    for line in message.content.splitlines():
        if not line.strip():
            continue
        if _TEXT.match(line):  # an error's page or text, behind rows too
            raise IndexFormatError(f"the index goes on with what is no row: {line[:80]!r}")
        try:
            rows.append(_json(line))
        except IndexFormatError:
            broken += 1
    if broken and not rows:
        raise IndexFormatError("the index is no list of JSON objects")
    return _found(
        (row for row in rows if isinstance(row, dict)), edition, "commoncrawl", (), broken
    )


def _is_empty(message: Message) -> bool:
    """Whether a crawl says that it has no captures: with a 404 and a JSON error."""
    if message.status != 404:
        return False
    row = _json(message.content)
    said = (row.get("message") or row.get("error")) if isinstance(row, dict) else None
    if isinstance(said, str) and said.lower().startswith("no captures"):
        return True
    raise IndexFormatError("a 404 that does not say that there are no captures")


def _found(
    rows: Iterator[dict[str, object]],
    edition: Edition,
    source: str,
    more: tuple[Address, ...],
    broken: int = 0,
) -> Found:
    mementos: list[tuple[Address, Memento]] = []
    for row in rows:
        memento = _memento(row, source)
        where = identify(memento.url, edition) if memento is not None else None
        if memento is None or not isinstance(where, Address):
            broken += 1
            continue
        mementos.append((where, memento))
    return Found(tuple(mementos), more, broken, source)


def _memento(row: dict[str, object], source: str) -> Memento | None:
    timestamp = str(row.get("timestamp", ""))
    url = str(row.get("original") or row.get("url") or "")
    file, offset = row.get("filename"), _number(row.get("offset"))
    length = _number(row.get("length")) or 0
    if not _TIMESTAMP.fullmatch(timestamp) or not url or len(url) > MAX_URL:
        return None
    if source == "commoncrawl" and (
        not isinstance(file, str)
        or not file_is_safe(file)
        or offset is None
        or not 0 < length <= MAX_MEMBER
    ):
        return None
    return Memento(
        source,
        timestamp,
        url,
        _number(row.get("statuscode") or row.get("status")),
        _plain(row.get("mimetype") or row.get("mime")),
        _plain(row.get("digest")).removeprefix("sha1:"),
        length,
        file if isinstance(file, str) and source == "commoncrawl" else None,
        offset,
        TRUNCATED if row.get("truncated") else "",
    )


def read_cdxj(line: bytes, edition: Edition) -> Address | None:
    """The page that a line of a CDXJ file names; None when it names none of the edition's.

    Lines are "urlkey timestamp {json}"; captures of other statuses than 200 name no page.
    """
    try:
        row = _json(line[line.index(b"{") :])
    except ValueError:
        return None
    url = row.get("url") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(url, str):
        return None
    if _number(row.get("status", 200)) != 200:
        return None
    where = identify(url, edition)
    return where if isinstance(where, Address) else None


def _plain(value: object) -> str:
    """A short text in ASCII; what an index says otherwise is of no use, and may not be storable."""
    text = value if isinstance(value, str) else ""
    return text if len(text) <= 100 and text.isascii() and text.isprintable() else "?"


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise IndexFormatError(f"the index is no JSON: {error}"[:200]) from error
